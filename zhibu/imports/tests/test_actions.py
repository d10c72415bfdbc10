"""A file from upload to written, and everything that may come between."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone

from tests.world import TODAY, World
from zhibu.audit.models import AuditRecord
from zhibu.core.access import Denied, Refused, Scope
from zhibu.imports import actions
from zhibu.imports.models import ImportBlob, ImportRun
from zhibu.imports.sheets import Planned, Sheet, Ticker
from zhibu.imports.summaries import load_plan, verdict
from zhibu.imports.tests import shelf as shelf_module
from zhibu.imports.tests.files import ROW, TITLES, csv, xlsx
from zhibu.imports.tests.round_trip import assert_round_trip
from zhibu.imports.tests.shelf import BOOKS, SHELF
from zhibu.jobs.actions import run_job
from zhibu.jobs.models import Job

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shelf"), pytest.mark.dated]
SECOND = ["0013", "山地果树栽培", "", "", "农业技术", "", "", ""]


def upload(world: World, *rows: Sequence[Any], who: str = "county_organizer") -> ImportRun:
    return actions.upload_file(
        by=world.scope(who), sheet=SHELF, name="图书.xlsx", data=xlsx(TITLES, *rows), on=TODAY
    )


def checked(world: World, *rows: Sequence[Any]) -> ImportRun:
    run = upload(world, *rows)
    return actions.check_run(run=run, by=world.scope("county_organizer"), on=TODAY)


def applied(world: World, run: ImportRun) -> ImportRun:
    return actions.apply_run(by=world.scope("county_organizer"), run=run, on=TODAY)


def test_new_rows_are_written_once_and_the_same_file_changes_nothing(world: World) -> None:
    run = checked(world, ROW, SECOND)
    assert (run.state, run.summary["new"], BOOKS) == ("checked", 2, {})
    assert verdict(run) == "核对无误，可以写入：新增2行，更新0行。"
    run = applied(world, run)
    assert (run.state, len(BOOKS)) == ("applied", 2)
    assert verdict(run) == "已写入：新增2行，更新0行，不变0行。"
    again = checked(world, ROW, SECOND)
    assert again.pk != run.pk
    assert again.summary["same"] == 2
    assert verdict(again) == "与系统里的记录完全一致，没有要写入的内容。"
    with pytest.raises(Refused, match="完全一致，没有要写入的内容"):
        applied(world, again)


def test_blank_leaves_and_clear_clears(world: World) -> None:
    applied(world, checked(world, ROW))
    run = checked(world, ["0012", "", "（清空）", "", "", "2027-01-01", "", ""])
    row = load_plan(run).row(0)
    assert [(change.column, change.before, change.after) for change in row.changes] == [
        ("作者", "阿尔·木呷", ""),
        ("购入日期", "2025-11-06", "2027-01-01"),
    ]
    applied(world, run)
    assert "author" not in BOOKS["0012"]
    assert (BOOKS["0012"]["title"], BOOKS["0012"]["bought_on"]) == ("乡村振兴读本", date(2027, 1, 1))


def test_one_error_keeps_the_whole_file_out(world: World) -> None:
    run = checked(world, ROW, ["12", *SECOND[1:]], ROW)
    assert (run.summary["new"], run.summary["error"]) == (1, 2)
    assert verdict(run) == "有2行出错，现在还不能写入。"
    plan = load_plan(run)
    assert [(number, problem.address, problem.text) for number, problem in plan.problems()] == [
        (3, "A3", "12"),
        (4, "A4", "0012"),
    ]
    assert [plan.row(index).number for index in plan.indexes()] == [3, 4, 2]
    with pytest.raises(Refused, match="还有2行出错、0行冲突，不能写入"):
        applied(world, run)
    assert BOOKS == {}


def test_a_conflict_keeps_the_file_out(world: World) -> None:
    applied(world, checked(world, ROW))
    run = checked(world, ["0012", "别的书", *ROW[2:]])
    assert (run.summary["conflict"], verdict(run)) == (1, "有1行冲突，现在还不能写入。")


def test_what_changed_since_the_preview_is_not_written_unseen(world: World) -> None:
    run = checked(world, ROW)
    BOOKS["0012"] = {"code": "0012", "title": "乡村振兴读本", "copies": 9}
    with pytest.raises(Refused, match="请重新核对"):
        applied(world, run)
    assert BOOKS["0012"]["copies"] == 9
    actions.start_check(by=world.scope("county_organizer"), run=run, on=TODAY)
    run = actions.check_run(run=run, by=world.scope("county_organizer"), on=TODAY)
    assert run.summary["changed"] == 1
    assert applied(world, run).state == "applied"


def test_writing_twice_is_writing_once(world: World) -> None:
    run = applied(world, checked(world, ROW))
    BOOKS.clear()
    assert applied(world, run).state == "applied"
    assert BOOKS == {}


def _write_groups_and_fail(planned: Sequence[Planned], scope: Scope, on: date, tick: Ticker) -> None:
    Group.objects.create(name="half")
    raise ConnectionError("the worker is gone")


def test_a_failure_in_the_middle_leaves_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    run = checked(world, ROW)
    broken: Sheet = replace(SHELF, apply=_write_groups_and_fail)
    monkeypatch.setattr(shelf_module, "SHELF", broken)
    with pytest.raises(ConnectionError), monkeypatch.context() as patch:
        patch.setattr(actions, "sheets", lambda: {"shelf": broken})
        applied(world, run)
    run.refresh_from_db()
    assert (Group.objects.count(), run.state) == (0, "checked")
    assert applied(world, run).state == "applied"


def test_a_second_click_gets_the_first_run(world: World) -> None:
    first = upload(world, ROW)
    assert upload(world, ROW).pk == first.pk
    assert upload(world, SECOND).pk != first.pk
    assert upload(world, ROW, who="county_organizer_2").pk != first.pk
    ImportRun.objects.filter(pk=first.pk).update(created_at=timezone.now() - timedelta(minutes=3))
    assert upload(world, ROW).pk != first.pk


def test_only_the_owner_with_the_right_may_go_on(world: World) -> None:
    run = checked(world, ROW)
    with pytest.raises(Refused, match="只有上传这份表格的人可以处理它"):
        actions.apply_run(by=world.scope("county_organizer_2"), run=run, on=TODAY)
    with pytest.raises(Denied):
        upload(world, ROW, who="secretary_a1")
    with pytest.raises(Denied):
        upload(world, ROW, who="inspector")


def test_a_file_that_cannot_be_read_ends_refused(world: World) -> None:
    run = actions.upload_file(
        by=world.scope("county_organizer"), sheet=SHELF, name="x.csv", data=b"a,b\n1,2\n", on=TODAY
    )
    run = actions.check_run(run=run, by=world.scope("county_organizer"), on=TODAY)
    assert run.state == "refused"
    assert run.sentence.startswith("没找到表头。前40行里要有一行写着列名，比如“索书号”、“书名”")


def test_a_header_without_rows_is_refused(world: World) -> None:
    run = checked(world)
    assert run.sentence == "表头在第1行，下面没有要导入的内容。请填好后再传。"


def test_discarding_removes_what_the_file_held(world: World) -> None:
    by = world.scope("county_organizer")
    run = checked(world, ROW)
    Job.objects.update(state="done")
    assert actions.discard_run(by=by, run=run).state == "discarded"
    assert actions.discard_run(by=by, run=run).state == "discarded"
    assert not ImportBlob.objects.filter(run=run).exists()
    with pytest.raises(Refused, match="已经作废"):
        applied(world, run)
    with pytest.raises(Refused, match="已经写入或正在处理，不能作废"):
        actions.discard_run(by=by, run=applied(world, checked(world, SECOND)))


def test_nothing_personal_is_stored_in_the_clear_or_written_to_the_log(world: World) -> None:
    number = "513434199001011232"
    row = [*ROW[:3], number, *ROW[4:]]
    run = checked(world, row, ["12", "书", "木呷", "110101199003070600", "", "", "", ""])
    blob = ImportBlob.objects.get(run=run)
    stored = bytes(blob.file) + bytes(blob.grid) + bytes(blob.plan)
    assert number.encode() not in stored
    assert "乡村".encode() not in stored
    run = applied(world, checked(world, row))
    blob = ImportBlob.objects.get(run=run)
    assert (bytes(blob.file), bytes(blob.grid)) == (b"", b"")
    record = AuditRecord.objects.get(event="imports.run.applied")
    assert record.data == {
        "sheet": "shelf",
        "fingerprint": run.fingerprint,
        "new": 1,
        "same": 0,
        "changed": 0,
        "conflict": 0,
        "error": 0,
    }
    assert AuditRecord.objects.filter(event="imports.run.uploaded").count() == 2


def test_marked_values_are_masked_in_the_preview(world: World) -> None:
    run = checked(world, [*ROW[:3], 5.13434199001011e17, *ROW[4:]], [*SECOND[:3], "/", *SECOND[4:]])
    texts = [problem.text for _, problem in load_plan(run).problems()]
    assert texts == ["5.1343E+17", "/"]


def test_the_job_checks_and_the_job_writes(world: World) -> None:
    run = upload(world, ROW)
    assert run.job_id is not None
    run_job(str(run.job_id))
    run.refresh_from_db()
    assert run.state == "checked"
    job = actions.start_application(by=world.scope("county_organizer"), run=run, on=TODAY)
    assert actions.start_application(by=world.scope("county_organizer"), run=run, on=TODAY).pk == job.pk
    run_job(job.pk)
    job.refresh_from_db()
    run.refresh_from_db()
    assert (run.state, job.state, job.sentence) == ("applied", "done", "已写入：新增1行，更新0行，不变0行。")
    assert job.result_url == f"/imports/{run.pk}/"
    assert set(BOOKS) == {"0012"}


def test_a_job_that_is_refused_goes_back_to_the_preview_with_the_reason(world: World) -> None:
    run = checked(world, ROW)
    Job.objects.update(state="done")
    job = actions.start_application(by=world.scope("county_organizer"), run=run, on=TODAY)
    BOOKS["0012"] = {"code": "0012", "title": "乡村振兴读本", "copies": 9}
    run_job(job.pk)
    job.refresh_from_db()
    run.refresh_from_db()
    assert (run.state, job.state) == ("checked", "failed")
    assert run.sentence == job.sentence
    assert run.sentence.endswith("请重新核对。")


def test_a_lost_worker_is_followed_by_another(world: World) -> None:
    run = checked(world, ROW)
    Job.objects.update(state="done")
    job = actions.start_application(by=world.scope("county_organizer"), run=run, on=TODAY)
    Job.objects.filter(pk=job.pk).update(state="running")  # and then the power fails
    Job.objects.filter(pk=job.pk).update(state="queued")  # as the sweep does
    run_job(job.pk)
    run.refresh_from_db()
    assert run.state == "applied"


def test_whoever_lost_the_right_since_cannot_write(world: World) -> None:
    run = checked(world, ROW)
    with pytest.raises(Denied):
        actions.apply_run(by=Scope(run.owner_id, run.owner_name), run=run, on=TODAY)
    assert BOOKS == {}


def test_the_command_line_reports_and_applies(world: World, tmp_path: Path) -> None:
    path = tmp_path / "图书.csv"
    path.write_bytes(csv(TITLES, ROW, ["12", *SECOND[1:]], encoding="gb18030"))
    by = Scope.system("命令行导入")
    report = actions.run_file(by=by, sheet=SHELF, path=path, on=TODAY, apply=True)
    assert report.has_failed
    assert report.to_json()["problems"] == [
        {
            "row": 3,
            "address": "A3",
            "title": "索书号",
            "text": "12",
            "sentence": "索书号只有2位，应是4位，前面的0像是被表格去掉了。把A列设为“文本”，照原件重新填。",
        }
    ]
    assert BOOKS == {}
    path.write_bytes(csv(TITLES, ROW, SECOND))
    report = actions.run_file(by=by, sheet=SHELF, path=path, on=TODAY, apply=False)
    assert (report.state, report.sentence) == ("checked", "核对无误，可以写入：新增2行，更新0行。")
    report = actions.run_file(by=by, sheet=SHELF, path=path, on=TODAY, apply=True)
    assert (report.state, report.has_failed, len(BOOKS)) == ("applied", False, 2)
    report = actions.run_file(by=by, sheet=SHELF, path=path, on=TODAY, apply=True)
    assert (report.has_failed, report.sentence) == (False, "与系统里的记录完全一致，没有要写入的内容。")
    path.write_bytes(b"")
    report = actions.run_file(by=by, sheet=SHELF, path=path, on=TODAY, apply=True)
    assert (report.state, report.has_failed) == ("refused", True)


def test_an_export_imported_again_says_same(world: World) -> None:
    applied(world, checked(world, ROW, SECOND, ["0014", "=1+1", "𠀀ꀊꇈ", "", "", "1900-01-15", "是", 0]))
    assert assert_round_trip(SHELF, world.scope("county_organizer"), TODAY) == len(BOOKS)
