"""Assessments, batches, reliefs, and what they do to opened months."""

from datetime import date

import pytest

from tests.world import TODAY, World, make_member
from zhibu.audit.models import AuditRecord
from zhibu.core.access import Denied, Refused
from zhibu.dues import actions
from zhibu.dues.actions import AssessmentEntry, ReliefEntry
from zhibu.dues.models import Assessment, Due, Relief
from zhibu.dues.summaries.assessments import batch_lines, category_counts, unassessed
from zhibu.dues.summaries.reliefs import to_approve
from zhibu.dues.tests.cases import MONTH, RELIEF, entry, opened, pay, relief
from zhibu.members.models import Member

pytestmark = pytest.mark.dated


def assess(world: World, member: Member, *, month: int = 202601, reason: str = "", **facts: object) -> int:
    values: dict[str, object] = {"category": "salaried", "base": 412_350, **facts}
    return actions.assess_members(
        by=world.scope("organizer_ashi"),
        entries=[AssessmentEntry(member.pk, **values)],  # type: ignore[arg-type]
        from_month=month,
        reason=reason,
        on=TODAY,
    )


def due(member: Member, month: int = MONTH) -> tuple[str, int]:
    row = Due.objects.get(member=member, month=month)
    return row.kind, row.amount


def test_the_rate_of_the_band_applies_to_the_whole_income(world: World) -> None:
    member = make_member(branch=world.a1, dues_category="salaried")
    opened(world)
    assert due(member) == ("due", 0)
    assert assess(world, member) == 1
    assert assess(world, member) == 0
    assert due(member) == ("due", 4124)
    row = Assessment.objects.get(member=member)
    assert (row.base, row.amount, row.schedule) == ("412350", 4124, "dues-0")


def test_a_change_within_the_year_needs_a_reason(world: World) -> None:
    member = make_member(branch=world.a1, dues_category="salaried")
    opened(world, 202610, MONTH)
    assess(world, member)
    with pytest.raises(Refused, match="年内一般不变动"):
        assess(world, member, month=MONTH, base=520_000)
    assert assess(world, member, month=MONTH, base=520_000, reason="十一月起涨工资") == 1
    assert (due(member, 202610), due(member)) == (("due", 4124), ("due", 7800))
    assert assess(world, member, month=MONTH, base=530_000, reason="填错了") == 1
    assert sorted(Assessment.objects.values_list("state", flat=True)) == ["in_force", "in_force", "replaced"]


def test_a_clerk_does_not_assess_and_a_locked_month_stays(world: World) -> None:
    member = world.members_a1[0]
    opened(world)
    with pytest.raises(Denied):
        actions.assess_members(
            by=world.scope("secretary_a1"),
            entries=[AssessmentEntry(member.pk, "farmer", chosen=50)],
            from_month=202601,
            on=TODAY,
        )
    with pytest.raises(Refused, match="已经不在您管的支部里"):
        actions.assess_members(
            by=world.scope("organizer_bashi"),
            entries=[AssessmentEntry(member.pk, "farmer", chosen=50)],
            from_month=202601,
            on=TODAY,
        )
    actions.lock_month(by=world.scope("organizer_ashi"), branch=world.a1, month=MONTH)
    assess(world, member, category="farmer", base=None, chosen=50)
    assert due(member) == ("due", 20)
    with pytest.raises(Refused, match=f"{member.name}：农民党员每月交0"):
        assess(world, member, month=202602, category="farmer", base=None, chosen=200, reason="试试")


def test_all_farmers_are_assessed_at_once(world: World) -> None:
    scope = world.scope("county_organizer")
    make_member(branch=world.b1, dues_category="student")
    lines = batch_lines(scope, world.county, category="farmer", amount=50, month=202601)
    farmers = Member.objects.filter(dues_category="farmer").count()
    assert len(lines) == farmers
    assert all(line.differs and line.before is None for line in lines)
    entries = [AssessmentEntry(line.member.pk, "farmer", chosen=50) for line in lines]
    assert actions.assess_members(by=scope, entries=entries, from_month=202601, on=TODAY) == farmers
    assert not any(
        line.differs for line in batch_lines(scope, world.county, category="farmer", amount=50, month=202601)
    )
    assert category_counts(scope, world.county, month=202601) == {
        "farmer": (farmers, farmers),
        "student": (1, 0),
    }


def test_who_has_an_income_and_no_assessment_is_shown(world: World) -> None:
    member = make_member(branch=world.a1, dues_category="retired")
    assert list(unassessed(world.scope("organizer_ashi"), month=MONTH)) == [member]
    assess(world, member, category="retired")
    assert not unassessed(world.scope("organizer_ashi"), month=MONTH).exists()


def test_a_relief_is_approved_by_another_and_months_follow(world: World) -> None:
    member = world.members_a1[0]
    opened(world)
    asked = relief(world)
    assert relief(world) == asked
    with pytest.raises(Denied):
        actions.settle_relief(by=world.scope("secretary_a1"), relief=asked, approve=True, on=TODAY)
    actions.settle_relief(by=world.scope("organizer_ashi"), relief=asked, approve=True, on=TODAY)
    assert due(member) == ("exempt", 0)
    with pytest.raises(Refused, match="已经由别人办过"):
        actions.settle_relief(by=world.scope("county_organizer"), relief=asked, approve=False, on=TODAY)
    with pytest.raises(Refused, match="期间不能重叠"):
        relief(world)
    with pytest.raises(Refused, match="免交"):
        pay(world, [entry(member)])
    assert pay(world, [entry(member, amount=0, extra=20)])
    actions.end_relief(
        by=world.scope("organizer_ashi"), relief=asked, until_month=202703, note="已经出院", on=TODAY
    )
    asked.refresh_from_db()
    assert (asked.state, asked.until_month) == ("ended", 202703)
    assert due(member) == ("exempt", 0)


def test_of_the_retired_the_branch_decides_and_the_committee_is_told(world: World) -> None:
    member = make_member(branch=world.a1, dues_category="retired")
    assess(world, member, category="retired")
    opened(world)
    decided = relief(world, member)
    assert (decided.state, due(member)) == ("decided", ("exempt", 0))
    assert relief(world, member) == decided
    assert list(to_approve(world.scope("organizer_ashi"))) == [decided]
    with pytest.raises(Refused, match="由支部决定"):
        actions.settle_relief(by=world.scope("organizer_ashi"), relief=decided, approve=False, on=TODAY)
    noted = actions.settle_relief(by=world.scope("organizer_ashi"), relief=decided, approve=True, on=TODAY)
    assert (noted.state, due(member)) == ("noted", ("exempt", 0))
    assert not to_approve(world.scope("organizer_ashi")).exists()
    told = AuditRecord.objects.filter(event__startswith="dues.relief.").order_by("pk")
    assert list(told.values_list("event", flat=True)) == ["dues.relief.decided", "dues.relief.noted"]
    ended = actions.end_relief(
        by=world.scope("organizer_ashi"), relief=noted, until_month=202703, note="已经出院", on=TODAY
    )
    assert ended.state == "ended"


def test_the_category_of_the_first_month_says_who_decides(world: World) -> None:
    member = make_member(branch=world.a1, dues_category="retired")
    assess(world, member, category="salaried")
    assert relief(world, member).state == "proposed"


def test_who_is_relieved_does_not_enter_the_decision(world: World) -> None:
    member = make_member(branch=world.a1, dues_category="retired", user=world.people["secretary_a1"])
    with pytest.raises(Refused, match="不能由本人登记"):
        relief(world, member)
    assert not Relief.objects.exists()


def test_the_proposer_does_not_approve_the_own_request(world: World) -> None:
    asked = actions.propose_relief(
        by=world.scope("organizer_ashi"), member=world.members_a1[0], entry=RELIEF, on=TODAY
    )
    with pytest.raises(Refused, match="不能自己批准"):
        actions.settle_relief(by=world.scope("organizer_ashi"), relief=asked, approve=True, on=TODAY)
    with pytest.raises(Refused, match="写明原因"):
        actions.settle_relief(by=world.scope("county_organizer"), relief=asked, approve=False, on=TODAY)
    actions.settle_relief(
        by=world.scope("county_organizer"), relief=asked, approve=False, note="有退休金", on=TODAY
    )
    assert Relief.objects.get().state == "refused"


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"kind": "reduced"}, "每月交多少"),
        ({"amount": 10}, "每月交多少"),
        ({"until_month": 202611}, "止月要在起月以后"),
        ({"until_month": 202712}, "一次最多减免12个月"),
        ({"from_month": 202609, "until_month": 202612}, "不能用减免抵掉"),
        ({"resolved_on": date(2026, 11, 1)}, "支部研究在本人申请以后"),
        ({"requested_on": date(2026, 12, 1)}, "不能在今天以后"),
        ({"grounds": "穷"}, "写明困难情况"),
    ],
)
def test_reliefs_that_cannot_be(world: World, facts: dict[str, object], sentence: str) -> None:
    values = {name: getattr(RELIEF, name) for name in RELIEF.__slots__}
    with pytest.raises(Refused, match=sentence):
        actions.propose_relief(
            by=world.scope("secretary_a1"),
            member=world.members_a1[0],
            entry=ReliefEntry(**{**values, **facts}),
            on=TODAY,
        )
    assert not Relief.objects.exists()
