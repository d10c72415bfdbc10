"""Anything that people do to the ledgers, drawn at random; what is refused is refused, and the walk goes on."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import uuid4

from tests.days import ago, month_back
from tests.things import merge_proposal
from tests.world import TODAY, World
from zhibu.core.access import Refused, Scope
from zhibu.core.hands import Person
from zhibu.core.months import first_day
from zhibu.dues import actions as dues
from zhibu.dues.models import Payment, Relief
from zhibu.meetings import actions as meetings
from zhibu.meetings.models import Meeting
from zhibu.members import actions as members
from zhibu.members.models import Member, MergeProposal
from zhibu.months import actions as months
from zhibu.months.actions.cells import CellOperation
from zhibu.months.models import BranchMonth
from zhibu.months.tests.month_steps import book, counted
from zhibu.points import actions as points
from zhibu.points.actions import AutomaticFact
from zhibu.points.models import Entry, Objection
from zhibu.reorganizations.actions.merging import merge_members, part_members
from zhibu.reorganizations.tests.deeds import done, merge_towns, undone

CELLS: tuple[dict[str, object], ...] = (
    {"how": "self"},
    {"how": "unpaid"},
    {"how": "proxy", "payer": "阿皮石布"},
    {"how": "self", "amount": 50, "channel": "transfer"},
    {"how": "host", "note": "活动证第3页"},
    {"how": "self", "amount": 10},
)
STATUSES: tuple[dict[str, object], ...] = (
    {"status": "present"},
    {"status": "absent"},
    {"status": "leave", "reason": "住院"},
    {"status": "online"},
)
PAID_ON = TODAY - timedelta(days=1)


@dataclass
class Walk:
    """Deeds at A1 by its clerk, at Ashi by the organizer, at the county; each takes two numbers to choose by."""

    world: World
    months: tuple[int, ...]
    done: list[str] = field(default_factory=list)
    reorganized: object = None

    def go(self, deeds: list[tuple[str, int, int]]) -> None:
        """Do them in their order."""
        for name, one, two in deeds:
            try:
                getattr(self, f"do_{name}")(one, two)
                self.done.append(name)
            except Refused:
                pass

    @classmethod
    def names(cls) -> list[str]:
        """All that can be done."""
        return sorted(name.removeprefix("do_") for name in dir(cls) if name.startswith("do_"))

    def _by(self, person: str = "secretary_a1") -> Scope:
        return self.world.scope(person)

    def _month(self, n: int) -> int:
        return self.months[n % len(self.months)]

    def _row(self, n: int) -> BranchMonth | None:
        return BranchMonth.objects.filter(branch=self.world.a1, month=self._month(n)).first()

    def _member(self, n: int) -> Member:
        return Member.objects.get(pk=self.world.members_a1[n % 3].pk)

    def _with_row(self, n: int, deed: Callable[[BranchMonth], object]) -> None:
        row = self._row(n)
        if row is not None:
            deed(row)

    def do_cell(self, one: int, two: int) -> None:
        """An entry in a cell of dues or of the first meeting."""

        def enter(row: BranchMonth) -> None:
            held = book(row).held
            at = two % (len(CELLS) + len(STATUSES))
            cell = "dues" if at < len(CELLS) or not held else str(held[0].pk)
            value = (CELLS + STATUSES)[at] if cell != "dues" else CELLS[at % len(CELLS)]
            operation = CellOperation(uuid4(), self._member(one).pk, cell, value, one % 5)
            months.apply_operations(by=self._by(), branch_month=row, operations=[operation], on=TODAY)

        self._with_row(one, enter)

    def do_open(self, one: int, two: int) -> None:
        place = (self.world.a1, self.world.ashi)[two % 2]
        by = self._by(("secretary_a1", "organizer_ashi")[two % 2])
        months.open_months(by=by, month=self._month(one), organization=place, on=TODAY)

    def do_open_dues(self, one: int, two: int) -> None:
        dues.open_month(by=self._by(), month=self._month(one), branch_ids=[self.world.a1.pk], on=TODAY)

    def do_submit(self, one: int, two: int) -> None:
        self._with_row(
            one,
            lambda row: months.submit_month(
                by=self._by(), branch_month=row, counted=counted(row, day=first_day(row.month)), on=TODAY
            ),
        )

    def do_return(self, one: int, two: int) -> None:
        by = self._by("organizer_ashi")
        self._with_row(
            one, lambda row: months.return_month(by=by, branch_month=row, reason="请再核对一遍", on=TODAY)
        )

    def do_seal(self, one: int, two: int) -> None:
        by = self._by("organizer_ashi")
        self._with_row(one, lambda row: months.seal_month(by=by, branch_month=row, on=TODAY))

    def do_except(self, one: int, two: int) -> None:
        self._with_row(
            one,
            lambda row: months.grant_exception(
                by=self._by("organizer_ashi"),
                branch_month=row,
                granted_to=Person.of(self._by("secretary_a1")),
                reason="一笔记错了",
                until=TODAY + timedelta(days=1 + two % 9),
                on=TODAY,
            ),
        )

    def do_end_exception(self, one: int, two: int) -> None:
        by = self._by("organizer_ashi")
        self._with_row(one, lambda row: months.end_exception(by=by, branch_month=row, on=TODAY))

    def do_pay(self, one: int, two: int) -> None:
        entry = dues.PaymentEntry(
            self._member(one).pk, self._month(two), (0, 20, 10)[one % 3], (0, 300)[two % 2], PAID_ON,
            "cash", "", "", operation=uuid4(),
        )  # fmt: skip
        dues.record_payments(by=self._by(), branch=self.world.a1, entries=[entry], on=TODAY)

    def do_pay_back(self, one: int, two: int) -> None:
        rows = list(Payment.objects.filter(branch=self.world.a1, month=self._month(one)).order_by("pk"))
        if rows:
            dues.reverse_payment(
                by=self._by(), payment=rows[two % len(rows)], reason="多收，已退", operation=uuid4(), on=TODAY
            )

    def do_assess(self, one: int, two: int) -> None:
        entry = dues.AssessmentEntry(self._member(one).pk, "farmer", None, (20, 50, 100)[two % 3])
        dues.assess_members(
            by=self._by("county_organizer"),
            entries=[entry],
            from_month=month_back(10),
            reason="重新核定",
            on=TODAY,
        )

    def do_relieve(self, one: int, two: int) -> None:
        entry = dues.ReliefEntry(
            ("exempt", "reduced")[two % 2], (0, 10)[two % 2], month_back(2), month_back(-10), "长期住院，没有收入",
            ago(83), ago(75),
        )  # fmt: skip
        row = dues.propose_relief(by=self._by(), member=self._member(one), entry=entry, on=TODAY)
        dues.settle_relief(by=self._by("county_organizer"), relief=row, approve=True, on=TODAY)

    def do_end_relief(self, one: int, two: int) -> None:
        row = Relief.objects.order_by("pk").last()
        if row is not None:
            by = self._by("county_organizer")
            dues.end_relief(by=by, relief=row, until_month=month_back(1 - two % 2), note="已经康复", on=TODAY)

    def do_plan(self, one: int, two: int) -> None:
        day = first_day(self._month(one)) + timedelta(days=two % 20)
        row = meetings.plan_meeting(
            by=self._by(), branch=self.world.a1, kind="party_class", day=day, on=TODAY
        )
        if two % 3:
            meetings.hold_meeting(by=self._by(), meeting=row, on=TODAY)

    def _meeting(self, n: int) -> Meeting:
        rows = list(Meeting.objects.filter(branch=self.world.a1).order_by("pk"))
        return rows[n % len(rows)]

    def do_cancel(self, one: int, two: int) -> None:
        meetings.cancel_meeting(by=self._by(), meeting=self._meeting(one), on=TODAY)

    def do_hold(self, one: int, two: int) -> None:
        meetings.hold_meeting(by=self._by(), meeting=self._meeting(one), on=TODAY)

    def do_amend(self, one: int, two: int) -> None:
        meetings.amend_meeting(
            by=self._by(), meeting=self._meeting(one), day=first_day(self._month(two)), on=TODAY, time=None,
            place="村活动室", title="党课", agenda="", chair="", recorder="",
        )  # fmt: skip

    def do_attend(self, one: int, two: int) -> None:
        row, value = self._meeting(one), STATUSES[two % len(STATUSES)]
        meetings.set_attendance(
            by=self._by(),
            meeting=row,
            member_id=self._member(two).pk,
            status=str(value["status"]),
            reason=str(value.get("reason", "")),
            seen=one % 3,
            on=TODAY,
        )

    def do_point(self, one: int, two: int) -> None:
        entry = points.record_entry(
            by=self._by(),
            member=self._member(one),
            item="B02",
            fact_on=first_day(self._month(two)),
            evidence="义务植树签到表",
            operation=uuid4(),
            on=TODAY,
        )
        if one % 2:
            points.approve_entries(by=self._by("organizer_ashi"), entries=[entry], on=TODAY)

    def _entry(self, n: int) -> Entry:
        rows = list(Entry.objects.filter(branch=self.world.a1).select_related("branch", "member"))
        if not rows:
            raise Refused("还没有积分。")
        return sorted(rows, key=lambda row: row.pk)[n % len(rows)]

    def do_approve(self, one: int, two: int) -> None:
        points.approve_entries(by=self._by("county_organizer"), entries=[self._entry(one)], on=TODAY)

    def do_point_back(self, one: int, two: int) -> None:
        row = points.reverse_entry(by=self._by(), entry=self._entry(one), reason="登记错了人", on=TODAY)
        points.approve_entries(by=self._by("organizer_ashi"), entries=[row], on=TODAY)

    def do_post(self, one: int, two: int) -> None:
        fact = AutomaticFact(self._member(one).pk, "M01", first_day(self._month(two)), "meetings", f"x{one}")
        points.post_automatic(
            by=self._by(), branch=self.world.a1, month=self._month(two), facts=[fact], on=TODAY
        )

    def do_object(self, one: int, two: int) -> None:
        entry = self._entry(one)
        points.publish_month(by=self._by(), branch=self.world.a1, month=entry.month, on=TODAY)
        points.file_objection(by=self._by(), entry=entry, text="那天我不在场", on=TODAY)

    def do_settle(self, one: int, two: int) -> None:
        row = Objection.objects.order_by("pk").last()
        if row is not None:
            points.settle_objection(
                by=self._by("county_organizer_2"), objection=row, is_right=bool(two % 2), result="查了签到表", on=TODAY
            )  # fmt: skip

    def do_merge(self, one: int, two: int) -> None:
        proposal = MergeProposal.objects.order_by("pk").last() or merge_proposal(self.world)
        for clerk in ("secretary_a1", "secretary_a2"):
            members.consent_merge(by=self._by(clerk), proposal=proposal, on=TODAY)
        merge_members(by=self._by("organizer_ashi"), proposal=proposal, on=TODAY)

    def do_part(self, one: int, two: int) -> None:
        proposal = MergeProposal.objects.order_by("pk").last()
        if proposal is not None:
            members.propose_parting(
                by=self._by("organizer_ashi"), proposal=proposal, reason="不是一个人", on=TODAY
            )
            part_members(by=self._by("county_organizer_2"), proposal=proposal, on=TODAY)

    def do_reorganize(self, one: int, two: int) -> None:
        if self.reorganized is None:
            self.reorganized = done(self.world, merge_towns(self.world))
        elif one % 2:
            undone(self.world, self.reorganized)  # type: ignore[arg-type]
