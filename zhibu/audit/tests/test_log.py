"""The log refuses changes, and finds them when someone gets past the refusal."""

from collections.abc import Callable
from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction

from tests.world import World
from zhibu.audit import actions
from zhibu.audit.actions import (
    deed,
    explain_clock,
    gathered,
    record,
    record_many,
    record_marked_read,
    set_anchor,
    verify_log,
)
from zhibu.audit.guards import lift_guards, missing_guards
from zhibu.audit.models import AuditAnchor, AuditHead, AuditRecord
from zhibu.audit.summaries.breaks import Break
from zhibu.audit.summaries.pages import event_label, last_verification
from zhibu.audit.summaries.verification import anchor_ahead, anchor_copies, read_copies, verify
from zhibu.core.access import Denied, Refused, Scope

pytestmark = pytest.mark.dated

BY = Scope(7, "王芳")
TABLES = ("audit_auditrecord", "audit_audithead", "audit_auditanchor")


@pytest.fixture
def log(db: None) -> None:
    """Three chains: 1 with four records, 2 with two, the system's with one; anchored once."""
    for n in range(4):
        record("members.member.corrected", by=BY, on=None, chain=1, path="1.", data={"n": n})
    record_many([deed("jobs.job.started", on=None, chain=2, path="1.2.", data={})] * 2, by=BY)
    record("accounts.session.started", by=BY, on=None)
    set_anchor(on=date(2026, 11, 24))


def tamper(sql: str) -> None:
    lift_guards()
    with connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.usefixtures("log")
class TestRefusal:
    @pytest.mark.parametrize(
        "sql",
        [
            "UPDATE audit_auditrecord SET event = 'x' WHERE seq = 1",
            "UPDATE audit_auditrecord SET path = ''",
            "DELETE FROM audit_auditrecord WHERE chain = 2",
            "DELETE FROM audit_auditrecord",
            "UPDATE audit_auditanchor SET digest = 'x'",
            "DELETE FROM audit_auditanchor",
            "DELETE FROM audit_audithead WHERE chain = 2",
            "UPDATE audit_audithead SET seq = seq - 1",
            "UPDATE audit_audithead SET digest = 'x'",
            "UPDATE audit_audithead SET chain = 99 WHERE chain = 2",
        ],
    )
    def test_the_database_refuses(self, sql: str) -> None:
        with pytest.raises(DatabaseError, match=r"append-only|only grow"), transaction.atomic():  # noqa: SIM117
            with connection.cursor() as cursor:
                cursor.execute(sql)
        assert verify().holds

    def test_guards_are_all_there_and_missed_when_gone(self) -> None:
        assert missing_guards() == ()
        lift_guards()
        assert "audit_audithead_no_delete" in missing_guards()
        assert verify().holds
        assert verify().missing_guards


@pytest.mark.usefixtures("log")
class TestVerification:
    def test_a_sound_log_holds(self) -> None:
        found = verify()
        assert (found.records, found.chains, found.anchors, found.broken) == (7, 3, 1, None)

    @pytest.mark.parametrize(
        ("sql", "broken"),
        [
            (
                "UPDATE audit_auditrecord SET actor_name = '王方' WHERE chain = 1 AND seq = 2",
                (1, 2, "changed"),
            ),
            (
                "UPDATE audit_auditrecord SET event = 'members.member.correcteD' WHERE chain = 1 AND seq = 3",
                (1, 3, "changed"),
            ),
            (
                "UPDATE audit_auditrecord SET data = '{\"n\": 9}' WHERE chain = 1 AND seq = 3",
                (1, 3, "changed"),
            ),
            ("UPDATE audit_auditrecord SET digest = 's1:00' WHERE chain = 1 AND seq = 1", (1, 1, "changed")),
            (
                "UPDATE audit_auditrecord SET previous = 's1:00' WHERE chain = 1 AND seq = 2",
                (1, 2, "changed"),
            ),
            ("DELETE FROM audit_auditrecord WHERE chain = 1 AND seq = 4", (1, 4, "missing")),
            ("DELETE FROM audit_auditrecord WHERE chain = 1 AND seq = 2", (1, 2, "missing")),
            ("DELETE FROM audit_auditrecord WHERE chain = 1 AND seq = 1", (1, 1, "missing")),
            ("DELETE FROM audit_auditrecord WHERE chain = 2", (2, 1, "missing")),
            ("DELETE FROM audit_audithead WHERE chain = 2", (2, 2, "head")),
            ("UPDATE audit_audithead SET seq = 1 WHERE chain = 2", (2, 2, "head")),
            ("UPDATE audit_auditanchor SET digest = 's1:00'", (0, 0, "anchor_changed")),
            ("UPDATE audit_auditanchor SET heads = '{}'", (0, 0, "anchor_changed")),
        ],
    )
    def test_tampering_is_named(self, sql: str, broken: tuple[int, int, str]) -> None:
        tamper(sql)
        found = verify().broken
        assert found == Break(*broken)
        assert found.sentence.endswith("。")

    def test_a_time_changed_by_a_microsecond_is_named(self) -> None:
        last = AuditRecord.objects.get(chain=1, seq=2)
        lift_guards()
        AuditRecord.objects.filter(pk=last.pk).update(at=last.at.replace(microsecond=last.at.microsecond ^ 1))
        assert verify().broken == Break(1, 2, "changed")

    def test_a_chain_removed_with_its_head_is_missed_by_the_anchor(self) -> None:
        tamper("DELETE FROM audit_auditrecord WHERE chain = 2")
        tamper("DELETE FROM audit_audithead WHERE chain = 2")
        assert verify().broken == Break(2, 2, "anchor")

    def test_the_end_cut_off_with_its_head_is_missed_by_the_anchor(self) -> None:
        before = AuditRecord.objects.get(chain=1, seq=3)
        tamper("DELETE FROM audit_auditrecord WHERE chain = 1 AND seq = 4")
        AuditHead.objects.filter(chain=1).update(seq=3, digest=before.digest)
        assert verify().broken == Break(1, 4, "anchor")

    def test_a_log_rewritten_as_a_whole_is_found_by_the_copy_kept_elsewhere(self) -> None:
        copy = anchor_copies()
        for table in TABLES:
            tamper(f"DELETE FROM {table}")  # noqa: S608 (names of our own tables)
        record("members.member.corrected", by=BY, on=None, chain=1, path="1.")
        set_anchor(on=date(2026, 11, 24))
        assert verify().holds
        assert verify(copies=read_copies(copy)).broken == Break(0, 0, "copy")

    def test_a_copy_agrees_with_a_sound_log(self) -> None:
        record("x.y.z", by=BY, on=None)
        set_anchor(on=date(2026, 11, 25))
        assert verify(copies=read_copies(anchor_copies())).holds
        with pytest.raises(ValueError, match="anchors"):
            read_copies("不是锚点")


@pytest.mark.usefixtures("log")
class TestAnchors:
    def test_once_a_day(self) -> None:
        first = set_anchor(on=date(2026, 11, 25))
        assert set_anchor(on=date(2026, 11, 25)) == first
        assert AuditAnchor.objects.count() == 2

    def test_a_clock_that_ran_ahead_does_not_stop_them(self, world: World) -> None:
        far, today = date(2027, 3, 1), date(2026, 11, 25)
        wrong = set_anchor(on=far)
        for day in (today, today, date(2026, 11, 26), far, date(2027, 3, 2)):
            record("x.y.z", by=BY, on=None, chain=2, path="1.2.")
            assert set_anchor(on=day).day == day
        assert AuditAnchor.objects.count() == 6
        assert verify().holds
        assert verify(copies=read_copies(anchor_copies())).holds
        assert anchor_ahead(on=today) is not None
        assert AuditAnchor.objects.filter(day=far).order_by("id").first() == wrong

    def test_one_dated_ahead_is_said_until_the_auditor_explains_it(self, world: World) -> None:
        wrong, today = set_anchor(on=date(2027, 3, 1)), date(2026, 11, 25)
        assert anchor_ahead(on=today) == wrong
        for scope, reason in ((world.scope("system_admin"), "主板电池没电"), (world.scope("auditor"), " ")):
            with pytest.raises(Refused):
                explain_clock(by=scope, reason=reason, on=today)
        explain_clock(by=world.scope("auditor"), reason="主板电池没电，时间走快了", on=today)
        assert anchor_ahead(on=today) is None
        with pytest.raises(Refused):
            explain_clock(by=world.scope("auditor"), reason="主板电池没电，时间走快了", on=today)
        set_anchor(on=date(2027, 4, 1))
        assert anchor_ahead(on=today) is not None, "another one is said again"

    def test_keeps_only_what_grew_and_seals_all(self) -> None:
        record("x.y.z", by=BY, on=None, chain=2, path="1.2.")
        anchor = set_anchor(on=date(2026, 11, 25))
        assert list(anchor.heads) == ["2"]
        assert verify().anchors == 2
        before = AuditRecord.objects.get(chain=1, seq=3)
        tamper("DELETE FROM audit_auditrecord WHERE chain = 1 AND seq = 4")
        AuditHead.objects.filter(chain=1).update(seq=3, digest=before.digest)
        assert verify().broken == Break(1, 4, "anchor")


@pytest.mark.django_db
class TestRecords:
    def test_data_and_time_come_back_exactly(self) -> None:
        data = {
            "z": [1, {"b": None, "a": True}],
            "a": 10**20,
            "字": '𠀀·ꆈ " \\ \n <>&',
            "": [],
            "empty": {},
            "tuple": ("x", "y"),
        }
        record("x.y.z", by=BY, on=None, chain=1, path="1.", data=data)
        row = AuditRecord.objects.get()
        assert row.data == {**data, "tuple": ["x", "y"]}
        assert verify().holds

    def test_floats_are_refused_before_anything_is_written(self) -> None:
        with pytest.raises(TypeError):
            record("x.y.z", by=BY, on=None, data={"share": 0.5})
        assert not AuditRecord.objects.exists()

    def test_a_rolled_back_deed_leaves_no_gap(self) -> None:
        record("x.y.z", by=BY, on=None)
        with pytest.raises(RuntimeError), transaction.atomic():
            record("x.y.z", by=BY, on=None)
            raise RuntimeError
        record("x.y.z", by=BY, on=None)
        assert list(AuditRecord.objects.values_list("seq", flat=True)) == [1, 2]
        assert verify().holds

    def test_many_chains_take_few_queries(self, django_assert_max_num_queries: Callable[..., object]) -> None:
        deeds = [deed("x.y.z", on=None, chain=n % 330 + 1, path="1.") for n in range(2000)]
        record_many(deeds, by=BY)
        with django_assert_max_num_queries(8):  # type: ignore[attr-defined]
            record_many(deeds, by=BY)
        assert verify().records == 4000

    def test_reading_a_marked_field_needs_a_reason(self, world: World) -> None:
        member = world.members_a1[0]
        scope = world.scope("organizer_ashi")
        with pytest.raises(Refused, match="理由"):
            record_marked_read(
                "members.resident_id.read",
                by=scope,
                on=member,
                fields=["resident_id"],
                reason=" ",
                chain=world.a1.pk,
                path=world.a1.path,
            )
        record_marked_read(
            "members.resident_id.read",
            by=scope,
            on=member,
            fields=["resident_id"],
            reason="核对党员证信息",
            chain=world.a1.pk,
            path=world.a1.path,
        )
        row = AuditRecord.objects.about("members.member", member.pk).get()
        assert row.data == {"fields": ["resident_id"], "reason": "核对党员证信息"}


@pytest.mark.django_db
class TestVerifyLog:
    def test_the_auditor_may_and_the_result_is_recorded(self, world: World) -> None:
        assert verify_log(by=world.scope("auditor")).holds
        last = last_verification()
        assert last is not None
        assert last.holds
        assert last.record.actor_name == "赵勇"
        with pytest.raises(Denied):
            verify_log(by=world.scope("system_admin"))

    def test_too_big_for_a_page(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(actions, "LARGEST_VERIFIED_BY_PAGE", 0)
        record("x.y.z", by=BY, on=None)
        with pytest.raises(Refused, match="等太久"):
            verify_log(by=world.scope("auditor"))
        assert verify_log(by=Scope.system("zhibu audit verify")).holds

    def test_the_county_auditor_sees_the_systems_chain_and_a_township_would_not(self, world: World) -> None:
        record("accounts.session.started", by=BY, on=None)
        record("x.y.z", by=BY, on=None, chain=world.a1.pk, path=world.a1.path)
        everything = AuditRecord.objects.visible_to(world.scope("auditor"), "audit.read")
        below = Scope(1, "", {"audit.read": (world.ashi.path,)})
        assert everything.count() == 2
        assert AuditRecord.objects.visible_to(below, "audit.read").count() == 1
        assert not AuditRecord.objects.visible_to(world.scope("county_organizer"), "audit.read").exists()


def test_labels() -> None:
    assert event_label("accounts.session.started") == "登录"
    assert event_label("x.y.z") == "x.y.z"


@pytest.mark.django_db
def test_a_deed_made_of_several_moves_its_chain_once() -> None:
    with gathered(by=BY):
        for n in range(3):
            record("members.member.corrected", by=BY, on=None, chain=1, path="1.", data={"n": n})
        record("jobs.job.started", by=Scope.system("bench"), on=None, chain=2, path="1.2.")
        assert list(AuditRecord.objects.values_list("chain", flat=True)) == [2], (
            "another's deed does not wait"
        )
    assert [row.data["n"] for row in AuditRecord.objects.filter(chain=1).order_by("seq")] == [0, 1, 2]
    assert AuditHead.objects.get(chain=1).seq == 3
    assert verify().holds


@pytest.mark.django_db
def test_nothing_is_recorded_of_a_deed_that_fails() -> None:
    with pytest.raises(Refused), transaction.atomic(), gathered(by=BY):
        record("members.member.corrected", by=BY, on=None, chain=1, path="1.")
        raise Refused("no")
    record("members.member.corrected", by=BY, on=None, chain=1, path="1.", data={"n": 1})
    assert [row.data for row in AuditRecord.objects.all()] == [{"n": 1}]
