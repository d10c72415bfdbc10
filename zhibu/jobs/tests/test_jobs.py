"""Jobs from click to result."""

import errno
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from tests.world import World
from zhibu.audit.models import AuditRecord
from zhibu.core.access import Refused, Scope
from zhibu.jobs import files
from zhibu.jobs.actions import cancel_job, retry_job, run_job, start_job, sweep_jobs
from zhibu.jobs.actions.running import LEASE, perform, worker_is_stopping
from zhibu.jobs.kinds import JobKind, Progress, Result, job_kinds
from zhibu.jobs.models import Job

pytestmark = pytest.mark.django_db
Run = Callable[[Progress, Scope, Mapping[str, str]], Result | None]


def _count(progress: Progress, by: Scope, params: Mapping[str, str]) -> Result:
    by.require_any("certificates.print")
    for n in range(3):
        progress.step(n, 3, f"第{n + 1}本")
    progress.problem("阿尔木呷", "照片缺失，印成空框。")
    file = progress.folder() / "zip"
    file = file.with_suffix(".zip")
    file.write_bytes(b"booklets")
    progress.step(3, 3)
    return Result(file=file, name="尔木村党支部 党员证.zip", sentence="已生成3本。")


def _out_of_disk(progress: Progress, by: Scope, params: Mapping[str, str]) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def _broken(progress: Progress, by: Scope, params: Mapping[str, str]) -> None:
    raise ValueError("513401198003150036 阿尔木呷")


def _refused(progress: Progress, by: Scope, params: Mapping[str, str]) -> None:
    raise Refused("支部“{name}”还没有编码。", name="尔木村党支部", next_step="请先在组织页填写编码。")


def _asks_itself_to_stop(progress: Progress, by: Scope, params: Mapping[str, str]) -> None:
    files.ask_to_stop(progress.job_id)
    progress.step(1, 2)


def _worker_stops(progress: Progress, by: Scope, params: Mapping[str, str]) -> None:
    worker_is_stopping.set()
    progress.step(1, 2)


KINDS = [
    JobKind("test.count", "数一数", _count),
    JobKind("test.disk", "磁盘", _out_of_disk),
    JobKind("test.broken", "出错", _broken),
    JobKind("test.refused", "不行", _refused),
    JobKind("test.stopping", "停", _asks_itself_to_stop),
    JobKind("test.interrupted", "停机", _worker_stops),
    JobKind("test.once", "一次", _worker_stops, is_resumable=False),
    JobKind("test.sheet", "核对表格", _count, is_first=True),
]


@pytest.fixture(autouse=True)
def _kinds(settings: object, tmp_path: Path) -> Iterator[None]:
    settings.JOB_KINDS = ["zhibu.jobs.tests.test_jobs.KINDS"]  # type: ignore[attr-defined]
    settings.VAR = tmp_path  # type: ignore[attr-defined]
    job_kinds.cache_clear()
    yield
    job_kinds.cache_clear()
    worker_is_stopping.clear()


def _start(
    world: World, kind: str = "test.count", *, who: str = "county_organizer", branch: str = "1"
) -> Job:
    return start_job(by=world.scope(who), kind=kind, title="打印党员证", params={"branch": branch})


def _run(job: Job) -> Job:
    run_job(job.pk)
    job.refresh_from_db()
    return job


def test_job_runs_with_its_owners_rights_and_keeps_result_and_problems(world: World) -> None:
    job = _run(_start(world))
    assert (job.state, job.sentence, job.done, job.total) == ("done", "已生成3本。", 3, 3)
    assert job.problems == [{"who": "阿尔木呷", "what": "照片缺失，印成空框。"}]
    assert (files.results_folder() / job.result_file).read_bytes() == b"booklets"
    assert not files.job_folder(job.pk).exists()
    events = (
        AuditRecord.objects.filter(subject_id=str(job.pk)).order_by("seq").values_list("event", flat=True)
    )
    assert list(events) == ["jobs.job.started", "jobs.job.ended"]


def test_owner_who_lacks_the_right_is_refused_when_it_runs(world: World) -> None:
    job = _run(_start(world, who="secretary_a1"))
    assert job.state == "failed"
    assert "您的职责不包括这项操作" in job.sentence


def test_double_click_finds_the_first_job_while_it_waits(world: World) -> None:
    first = _start(world)
    assert _start(world).pk == first.pk
    assert _start(world, branch="2").pk != first.pk
    assert _start(world, who="county_organizer_2").pk != first.pk
    _run(first)
    assert _start(world).pk != first.pk


def test_queue_entry_and_job_are_written_together(world: World) -> None:
    job = _start(world)
    entry = DBTaskResult.objects.ready().get()
    assert (entry.task_path, entry.args_kwargs["args"]) == (perform.module_path, [str(job.pk)])


def test_running_it_a_second_time_changes_nothing(world: World) -> None:
    job = _run(_start(world))
    ended = job.ended_at
    assert _run(job).ended_at == ended


def test_unknown_kind_is_a_programming_error(world: World) -> None:
    with pytest.raises(KeyError):
        _start(world, kind="test.unknown")


def test_refusal_becomes_its_sentence_with_the_way_on(world: World) -> None:
    job = _run(_start(world, kind="test.refused"))
    assert job.state == "failed"
    assert job.sentence == "支部“尔木村党支部”还没有编码。请先在组织页填写编码。"


def test_surprise_gives_a_general_sentence_without_data(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    job = _run(_start(world, kind="test.broken"))
    assert job.state == "failed"
    assert str(job.pk)[:8] in job.sentence
    assert "513401198003150036" not in job.sentence
    [line] = [record for record in caplog.records if record.name == "zhibu.jobs"]
    assert line.job_id == str(job.pk)  # type: ignore[attr-defined]


def test_full_disk_is_named(world: World) -> None:
    assert "磁盘空间不足" in _run(_start(world, kind="test.disk")).sentence


def test_stop_while_running_ends_it_and_retry_queues_it_again(world: World) -> None:
    job = _run(_start(world, kind="test.stopping"))
    assert (job.state, job.sentence) == ("canceled", "按您的要求停止，没有改动数据。")
    assert retry_job(by=world.scope("county_organizer"), job=job).state == "queued"
    assert not files.job_folder(job.pk).exists()
    assert DBTaskResult.objects.ready().count() == 2


def test_waiting_job_stops_at_once(world: World) -> None:
    job = cancel_job(by=world.scope("county_organizer"), job=_start(world))
    assert job.state == "canceled"
    assert _run(job).state == "canceled"


def test_only_the_owner_stops_and_retries(world: World) -> None:
    job = _start(world)
    with pytest.raises(Refused, match="只有提交任务的人"):
        cancel_job(by=world.scope("county_organizer_2"), job=job)
    with pytest.raises(Refused, match="只有提交任务的人"):
        retry_job(by=world.scope("county_organizer_2"), job=job)


def test_retry_beside_a_twin_that_waits_is_refused(world: World) -> None:
    failed = _run(_start(world, kind="test.refused"))
    _start(world, kind="test.refused")
    with pytest.raises(Refused, match="同样的任务已经在办理"):
        retry_job(by=world.scope("county_organizer"), job=failed)


def test_stopping_worker_puts_the_job_back_and_the_attempt_does_not_count(world: World) -> None:
    job = _run(_start(world, kind="test.interrupted"))
    assert (job.state, job.attempts, job.started_at) == ("queued", 0, None)
    assert DBTaskResult.objects.ready().count() == 2


def test_stopping_worker_ends_what_must_not_run_twice(world: World) -> None:
    job = _run(_start(world, kind="test.once"))
    assert job.state == "failed"
    assert "停机维护" in job.sentence


def _lose_worker(job: Job, *, attempts: int = 1) -> None:
    """What a killed worker leaves behind: a running job whose lease lapsed and a running queue entry."""
    then = timezone.now() - 2 * LEASE
    Job.objects.filter(pk=job.pk).update(
        state="running", attempts=attempts, started_at=then, lease_until=then + LEASE
    )
    DBTaskResult.objects.update(status="RUNNING", started_at=then)


def test_sweep_queues_a_lost_job_again_and_forgets_the_dead_queue_entry(world: World) -> None:
    job = _start(world)
    _lose_worker(job)
    swept = sweep_jobs(at=timezone.now())
    assert (swept.requeued, swept.failed) == (1, 0)
    job.refresh_from_db()
    assert job.state == "queued"
    assert [entry.status for entry in DBTaskResult.objects.all()] == ["READY"]
    assert sweep_jobs(at=timezone.now()).requeued == 0
    assert _run(job).state == "done"


def test_sweep_ends_a_job_after_the_third_lost_worker(world: World) -> None:
    job = _start(world)
    _lose_worker(job, attempts=3)
    assert sweep_jobs(at=timezone.now()).failed == 1
    job.refresh_from_db()
    assert job.state == "failed"
    assert "三次中途停止" in job.sentence


def test_sweep_ends_a_lost_job_that_must_not_run_twice(world: World) -> None:
    job = _start(world, kind="test.once")
    _lose_worker(job)
    assert sweep_jobs(at=timezone.now()).failed == 1
    job.refresh_from_db()
    assert "请先到相关页面核对" in job.sentence


def test_sweep_ends_a_lost_job_whose_owner_wanted_it_stopped(world: World) -> None:
    job = _start(world)
    _lose_worker(job)
    Job.objects.update(cancel_asked=True)
    sweep_jobs(at=timezone.now())
    job.refresh_from_db()
    assert job.state == "canceled"


def test_sweep_leaves_a_job_whose_worker_gives_signs_of_life(world: World) -> None:
    job = _start(world)
    _lose_worker(job)
    files.report(job.pk, files.Reported(1, 2))
    at = datetime.fromtimestamp(files.sign_of_life(job.pk), UTC)  # by the disk's clock
    swept = sweep_jobs(at=at)
    assert (swept.requeued, swept.failed) == (0, 0)


def test_worker_that_lost_its_lease_changes_nothing_any_more(world: World) -> None:
    job = _start(world)

    def overtaken(progress: Progress, by: Scope, params: Mapping[str, str]) -> Result:
        Job.objects.filter(pk=progress.job_id).update(started_at=timezone.now() + timedelta(seconds=1))
        return Result(sentence="迟到的结果")

    KINDS.append(JobKind("test.overtaken", "迟到", overtaken))
    job_kinds.cache_clear()
    late = _run(_start(world, kind="test.overtaken"))
    KINDS.pop()
    assert (late.state, late.sentence) == ("running", "")
    assert job.state == "queued"


def test_sweep_queues_a_waiting_job_whose_queue_entry_is_gone(world: World) -> None:
    job = _start(world)
    Job.objects.update(created_at=timezone.now() - 2 * LEASE)
    sweep_jobs(at=timezone.now())
    assert DBTaskResult.objects.ready().count() == 1
    DBTaskResult.objects.all().delete()
    sweep_jobs(at=timezone.now())
    assert DBTaskResult.objects.ready().get().args_kwargs["args"] == [str(job.pk)]


def test_results_are_removed_after_seven_days(world: World) -> None:
    job = _run(_start(world))
    stored = files.results_folder() / job.result_file
    sweep_jobs(at=timezone.now() + timedelta(days=6, hours=23))
    assert stored.exists()
    assert sweep_jobs(at=timezone.now() + timedelta(days=7, minutes=1)).results_removed == 1
    assert not stored.exists()


def test_page_shows_result_to_its_owner_and_404_to_others(world: World) -> None:
    job = _run(_start(world))
    page = world.client("county_organizer").get(f"/jobs/{job.pk}/")
    assert page.status_code == 200
    assert "已生成3本。" in page.content.decode()
    assert "照片缺失" in page.content.decode()
    for address in (f"/jobs/{job.pk}/", f"/jobs/{job.pk}/result/"):
        assert world.client("county_organizer_2").get(address).status_code == 404


def test_result_downloads_under_its_chinese_name_and_is_recorded(world: World) -> None:
    job = _run(_start(world))
    response = world.client("county_organizer").get(f"/jobs/{job.pk}/result/")
    assert b"".join(response.streaming_content) == b"booklets"  # type: ignore[attr-defined]
    assert "filename*=utf-8''%E5%B0%94%E6%9C%A8" in response["Content-Disposition"]
    assert response["Cache-Control"] == "no-store"
    assert AuditRecord.objects.filter(event="jobs.result.downloaded", subject_id=str(job.pk)).count() == 1


def test_running_page_asks_again_and_ended_page_does_not(world: World) -> None:
    job = _start(world)
    client = world.client("county_organizer")
    address = f"/jobs/{job.pk}/"
    assert 'hx-trigger="every 2s"' in client.get(address).content.decode()
    Job.objects.update(state="running", started_at=timezone.now() - timedelta(seconds=25))
    files.report(job.pk, files.Reported(30, 90, "尔木村党支部"))
    fragment = client.get(address, headers={"HX-Request": "true", "HX-Target": "results"}).content.decode()
    assert "已完成30，共90。" in fragment
    assert "约剩1分钟。" in fragment
    assert "<html" not in fragment
    Job.objects.update(state="canceled")
    assert "every 2s" not in client.get(address).content.decode()


def test_stop_and_retry_by_page(world: World) -> None:
    job = _start(world)
    client = world.client("county_organizer")
    assert client.post(f"/jobs/{job.pk}/stop/").status_code == 303
    job.refresh_from_db()
    assert job.state == "canceled"
    assert client.post(f"/jobs/{job.pk}/retry/").status_code == 303
    job.refresh_from_db()
    assert job.state == "queued"
    assert world.client("secretary_a1").post(f"/jobs/{job.pk}/stop/").status_code == 404


def test_list_shows_my_jobs_only(world: World) -> None:
    _start(world)
    assert "打印党员证" in world.client("county_organizer").get("/jobs/").content.decode()
    assert "还没有任务" in world.client("county_organizer_2").get("/jobs/").content.decode()


def test_result_that_never_was_is_404(world: World) -> None:
    job = _start(world)
    client = world.client("county_organizer")
    assert client.get(f"/jobs/{job.pk}/result/").status_code == 404
    assert client.get(f"/jobs/{uuid4()}/").status_code == 404


def test_what_somebody_waits_for_goes_before_prints_that_were_asked_for_earlier(
    world: World,
) -> None:
    by = world.scope("county_organizer")
    prints = [start_job(by=by, kind="test.count", title="打印", params={"n": str(n)}) for n in range(3)]
    sheet = start_job(by=by, kind="test.sheet", title="核对表格", params={})
    assert next_in_queue() == str(sheet.pk)
    cancel_job(by=by, job=sheet)
    DBTaskResult.objects.filter(args_kwargs__args=[str(sheet.pk)]).delete()
    assert next_in_queue() == str(prints[0].pk)
    retry_job(by=by, job=sheet)
    assert next_in_queue() == str(sheet.pk), "also when it is tried again"


def next_in_queue() -> str:
    """The job that the worker takes next."""
    entry = DBTaskResult.objects.ready().get_locked()
    assert entry is not None
    return str(entry.args_kwargs["args"][0])
