"""The file of heads: what was cut from the log after the fact is named, and so is what was done to the file."""

import multiprocessing
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from tests.days import NOW, TODAY, ago
from zhibu.audit import witness
from zhibu.audit.actions import anchor_day, keep_heads, record, renew_heads, set_anchor, verify_log
from zhibu.audit.guards import install_guards, lift_guards
from zhibu.audit.models import AuditHead, AuditRecord
from zhibu.audit.summaries.pages import last_verification
from zhibu.audit.summaries.verification import verify
from zhibu.audit.summaries.witnessing import compare_heads, heads_file
from zhibu.audit.witness import Head
from zhibu.cli import main
from zhibu.cli.serving import problems
from zhibu.core.access import Refused, Scope

BY = Scope.system("test")
AT = NOW


def write(chain: int = 5, times: int = 1) -> None:
    for _ in range(times):
        record("x.y.z", by=BY, on=None, chain=chain, path="1.")


def cut(chain: int, to: int) -> None:
    """Remove the end of a chain and wind its head back, as someone with the database's password could."""
    lift_guards()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM audit_auditrecord WHERE chain = %s AND seq > %s", [chain, to])
    last = AuditRecord.objects.filter(chain=chain).order_by("seq").last()
    AuditHead.objects.filter(chain=chain).update(seq=to, digest=last.digest if last else "")
    install_guards()


def lines() -> list[str]:
    return heads_file().read_text("utf-8").splitlines()


def rewrite(kept: list[str]) -> None:
    heads_file().write_text("".join(f"{line}\n" for line in kept), "utf-8")


@pytest.mark.django_db(transaction=True)
class TestLines:
    def test_a_line_follows_each_commit_and_none_a_rollback(self) -> None:
        write()
        with pytest.raises(RuntimeError), transaction.atomic():
            write()
            raise RuntimeError
        with transaction.atomic():
            write(times=2)
            assert len(lines()) == 1, "not before the commit"
        assert [line.split()[:2] for line in lines()] == [["5", "1"], ["5", "2"], ["5", "3"]]
        assert heads_file().stat().st_mode & 0o077 == 0
        found = verify()
        assert (found.holds, found.heads.lines, found.heads.ahead) == (True, 3, 0)

    @pytest.mark.parametrize(
        "begin", [lambda: anchor_day(by=BY, on=TODAY), lambda: renew_heads(by=BY, reason="新装的服务器")]
    )
    def test_a_log_that_begins_only_after_the_worker_holds(self, begin: Callable[[], object]) -> None:
        begin()
        write()
        begin()
        assert verify().holds

    def test_a_log_that_noted_an_empty_file_holds(self) -> None:
        record("audit.heads.kept", by=BY, on=None, data={"mark": ""})
        assert verify().holds

    def test_nothing_of_a_person_is_in_it(self) -> None:
        record("x.y.z", by=Scope(7, "王芳"), on=None, chain=5, path="1.", data={"reason": "核对党员证"})
        assert "王芳" not in heads_file().read_text("utf-8")
        assert "核对" not in heads_file().read_text("utf-8")

    def test_a_process_killed_between_commit_and_line_is_no_tampering(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        def die() -> None:
            raise SystemExit

        write(chain=5)
        for chain in (5, 6):
            with pytest.raises(SystemExit), transaction.atomic():
                transaction.on_commit(die)
                write(chain=chain)
        assert len(lines()) == 1
        assert main(["audit", "verify"]) == 0
        assert "多2条记录" in capsys.readouterr().err
        write(chain=5)
        assert compare_heads().ahead == 1, "the next line of a chain covers what was missed"
        keep_heads(by=BY)
        assert compare_heads().ahead == 0
        assert verify().holds

    def test_a_file_that_cannot_be_written_stops_no_deed(self, settings: Any, tmp_path: Path) -> None:
        settings.AUDIT_HEADS_FILE = tmp_path / "gone" / "audit-heads.log"
        write()
        assert AuditRecord.objects.count() == 1
        assert any("链头文件" in sentence for sentence in problems())
        (tmp_path / "gone").mkdir()
        keep_heads(by=BY)
        assert verify().heads.ahead == 0


@pytest.mark.django_db(transaction=True)
class TestTheLogWasCut:
    def test_after_the_days_anchor_with_the_head_wound_back(self, capsys: pytest.CaptureFixture[str]) -> None:
        write(times=2)
        set_anchor(on=TODAY)
        write(times=3)
        write(chain=6)
        assert verify().holds
        cut(5, to=2)
        assert main(["audit", "verify"]) == 1
        assert "第5号链缺少第3条到第5条记录" in capsys.readouterr().err
        assert any("第5号链缺少第3条到第5条" in sentence for sentence in problems())
        last = last_verification()
        assert last is not None
        assert not last.holds
        assert "第5号链缺少第3条到第5条" in last.sentences[0]

    def test_a_whole_chain_with_its_head(self) -> None:
        write(times=2)
        cut(5, to=0)
        [found] = verify().breaks
        assert (found.chain, found.seq, found.last, found.reason) == (5, 1, 2, "cut")

    def test_and_then_grew_again(self) -> None:
        write(times=4)
        cut(5, to=2)
        write(times=3)
        [found] = verify().breaks
        assert (found.chain, found.seq, found.last, found.reason) == (5, 3, 4, "rewritten")
        keep_heads(by=BY)
        assert verify().breaks == (found,), "bringing the file up to date hides nothing"

    def test_bringing_the_file_up_to_date_hides_nothing(self) -> None:
        write(times=4)
        cut(5, to=2)
        keep_heads(by=BY)
        set_anchor(on=ago(-1))
        assert [(found.reason, found.seq) for found in verify().breaks] == [("cut", 3)]


@pytest.mark.django_db(transaction=True)
class TestTheFileWasChanged:
    @pytest.fixture(autouse=True)
    def _kept(self) -> None:
        write(times=5)
        keep_heads(by=BY)
        assert verify().holds

    def test_a_changed_line(self) -> None:
        rewrite([line.replace("5 3 s1:", "5 3 s1:0") for line in lines()])
        found = verify().breaks
        assert ("line_changed", 3) in [(each.reason, each.seq) for each in found]
        assert ("rewritten", 3) in [(each.reason, each.seq) for each in found]

    def test_a_removed_line(self) -> None:
        rewrite(lines()[:1] + lines()[2:])
        assert [(each.reason, each.seq) for each in verify().breaks] == [("line_changed", 2)]

    def test_the_end_removed_with_the_end_of_the_chain(self, capsys: pytest.CaptureFixture[str]) -> None:
        cut(5, to=3)
        rewrite(lines()[:3])
        assert main(["audit", "verify"]) == 1
        assert "链头文件不完整" in capsys.readouterr().err

    def test_written_anew_with_marks_that_fit(self) -> None:
        heads_file().unlink()
        witness.append(heads_file(), [Head(*row) for row in AuditHead.objects.values_list()], at=AT)
        assert [each.reason for each in verify().breaks] == ["file_cut"]

    def test_removed(self) -> None:
        heads_file().unlink()
        assert not verify().holds
        keep_heads(by=BY)
        assert [each.reason for each in verify().breaks] == ["file_cut"], "a new file does not hide it"

    def test_put_aside_with_a_reason_goes_on_and_is_on_record(self) -> None:
        cut(5, to=3)
        with pytest.raises(Refused):
            renew_heads(by=BY, reason=" ")
        aside = renew_heads(by=BY, reason="用昨天的备份恢复了数据库")
        assert aside is not None
        assert verify_log(by=BY).holds
        assert not verify_log(by=BY, older_heads=[aside]).holds, "what the old file knows is not forgotten"
        assert (
            AuditRecord.objects.get(event="audit.heads.renewed").data["reason"] == "用昨天的备份恢复了数据库"
        )
        write()
        keep_heads(by=BY)
        assert verify().holds


def test_a_line_cut_short_is_closed_and_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "heads.log"
    witness.append(path, [Head(5, 1, "s1:a")], at=AT)
    with path.open("a", encoding="utf-8") as out:
        out.write("5 2 s1:b 2026-1")
    witness.append(path, [Head(5, 3, "s1:c")], at=AT)
    found = witness.read(path)
    assert ([head.seq for head in found.heads], found.changed) == ([1, 3], ())


def _append_many(path: Path, chain: int) -> None:
    for seq in range(1, 101):
        witness.append(path, [Head(chain, seq, f"s1:{seq:064}")], at=AT)


def test_several_processes_write_at_once(tmp_path: Path) -> None:
    path = tmp_path / "heads.log"
    writers = [
        multiprocessing.get_context("fork").Process(target=_append_many, args=(path, n)) for n in range(4)
    ]
    for writer in writers:
        writer.start()
    for _ in range(3):
        witness.renew(path, at=datetime.now(UTC))
    for writer in writers:
        writer.join()
    found = [witness.read(each) for each in tmp_path.iterdir()]
    assert all(each.changed == () for each in found)
    assert sum(len(each.heads) for each in found) == 400


@given(
    heads=st.lists(st.tuples(st.integers(0, 3), st.integers(1, 9)), min_size=2, max_size=8),
    data=st.data(),
)
def test_any_line_dropped_moved_or_altered_before_the_last_is_seen(
    tmp_path_factory: pytest.TempPathFactory, heads: list[tuple[int, int]], data: st.DataObject
) -> None:
    path = tmp_path_factory.mktemp("heads") / "heads.log"
    witness.append(path, [Head(chain, seq, f"s1:{n:064}") for n, (chain, seq) in enumerate(heads)], at=AT)
    kept = path.read_text("utf-8").splitlines()
    at = data.draw(st.integers(0, len(kept) - 2))
    deed = data.draw(st.sampled_from(["drop", "swap", "alter"]))
    if deed == "drop":
        del kept[at]
    elif deed == "swap":
        kept[at], kept[at + 1] = kept[at + 1], kept[at]
    else:
        column = data.draw(st.integers(0, len(kept[at]) - 1))
        kept[at] = kept[at][:column] + ("0" if kept[at][column] != "0" else "1") + kept[at][column + 1 :]
    path.write_text("".join(f"{line}\n" for line in kept), "utf-8")
    assert witness.read(path).changed
