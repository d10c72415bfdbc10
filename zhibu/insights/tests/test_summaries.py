"""What the home page and the search find, and for whom."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from tests.things import numbered
from tests.world import NOW, TODAY, World, make_member, make_organization
from zhibu.accountability.actions import open_case
from zhibu.accountability.rules import Trigger
from zhibu.certificates.actions.numbering import number_members
from zhibu.certificates.models import Booklet, Certificate
from zhibu.core.work import WorkItem, WorkList
from zhibu.dues.actions import PaymentEntry, record_payments
from zhibu.dues.models import Due
from zhibu.imports.models import ImportRun
from zhibu.insights.summaries.course import course
from zhibu.insights.summaries.home import Home, home
from zhibu.insights.summaries.searching import search
from zhibu.insights.summaries.work import Desk, Group, desk
from zhibu.jobs.models import Job
from zhibu.members.models import Member
from zhibu.months.actions.opening import open_months
from zhibu.months.models import BranchMonth
from zhibu.organizations.models import Organization
from zhibu.points.models import Publicity

pytestmark = pytest.mark.dated


def a_job(world: World, owner: str, state: str) -> Job:
    person = world.people[owner]
    return Job.objects.create(
        kind="test", owner_id=person.pk, owner_name=person.name, title="打印证本", state=state, created_at=NOW
    )


def waits(world: World, name: str) -> dict[str, int]:
    """Groups of a person's work by key, with how many things in each."""
    groups = desk(world.scope(name), on=TODAY).groups
    return {each.key: each.total for group in groups for each in group.lists}


def the_home(world: World, name: str, on: date = TODAY) -> Home:
    return home(world.scope(name), on=on)


def opened(world: World, month: int) -> None:
    open_months(by=world.scope("county_organizer"), month=month, organization=world.county, on=TODAY)


def test_a_committee_sees_its_own_counts_and_a_clerk_only_the_branch(world: World) -> None:
    make_member(branch=world.a2)
    make_member(branch=world.b1)
    [ashi] = the_home(world, "organizer_ashi").places
    assert (ashi.organization, ashi.members, ashi.unnumbered) == (world.ashi, 4, 4)
    [a1] = the_home(world, "secretary_a1").places
    assert (a1.organization, a1.is_branch, a1.members) == (world.a1, True, 3)


def test_counts_follow_the_certificates(world: World) -> None:
    organizer = world.scope("organizer_ashi")
    number_members(by=organizer, organization=world.a1, on=TODAY)
    first = Certificate.objects.order_by("number")[0]
    first.state = "active"
    first.save()
    [ashi] = home(organizer, on=TODAY).places
    assert (ashi.in_force, ashi.not_issued, ashi.unnumbered) == (1, 2, 0)


def test_a_township_sees_the_month_arrears_and_findings_of_each_branch(world: World) -> None:
    opened(world, 202609)
    opened(world, 202611)
    lines = {line.branch.pk: line for line in the_home(world, "organizer_ashi").lines}
    assert set(lines) == {world.a1.pk, world.a2.pk}
    a1 = lines[world.a1.pk]
    assert a1.row is not None
    assert (a1.row.month, a1.row.state, a1.older, a1.findings) == (202611, "open", 1, 0)
    owed = sum(Due.objects.filter(branch=world.a1, month=202609).values_list("amount", flat=True))
    assert (a1.owing, a1.run, a1.owed) == (3, 1, owed)


def test_a_branch_finds_the_record_that_is_due_first_with_its_day(world: World) -> None:
    assert the_home(world, "secretary_a1").branches[0].first is None
    opened(world, 202610)
    opened(world, 202611)
    [mine] = the_home(world, "secretary_a1").branches
    assert mine.first is not None
    assert (mine.first.row.month, mine.first.due, mine.first.days_left) == (202610, date(2026, 11, 10), -14)
    assert mine.first.others == 1
    assert mine.now is not None
    assert mine.now.month == 202611
    assert the_home(world, "secretary_a1", date(2026, 11, 6)).month_shown == 202610


def test_a_county_of_many_branches_sees_units_with_the_lowest_first_and_what_is_late(world: World) -> None:
    make_member(branch=world.b1)
    for _ in range(3):
        more_branches_of(world)
    opened(world, 202609)
    opened(world, 202611)
    BranchMonth.objects.filter(month=202611, branch__parent=world.ashi).update(state="sealed")
    month = the_home(world, "county_organizer").month
    assert month is not None
    ashi, bashi = (
        BranchMonth.objects.filter(month=202611, branch__parent=u).count() for u in (world.ashi, world.bashi)
    )
    assert [(each.unit, each.handed_in, each.opened) for each in month.units] == [
        (world.bashi, 0, bashi),
        (world.ashi, ashi, ashi),
    ]
    assert (month.opened, month.sealed, month.open) == (ashi + bashi, ashi, bashi)
    assert (month.due, month.days_left) == (date(2026, 12, 10), 16)
    assert month.late == ashi + bashi
    assert len(month.latest) == 5
    assert month.latest[0].days == (TODAY - date(2026, 10, 10)).days
    assert month.assessed == sum(Due.objects.filter(month=202611).values_list("amount", flat=True))
    assert month.paid == 0


def more_branches_of(world: World) -> None:
    for _n in range(20):
        serial = Organization.objects.count()
        branch = make_organization(
            parent=world.ashi,
            kind="branch",
            category="village",
            code=f"51340010{serial:04d}",
            name=f"中共凉县阿市镇新{serial}村支部委员会",
            short_name=f"新{serial}村党支部",
            segment=f"{100 + serial:03d}",
        )
        make_member(branch=branch)


def test_quarter_and_year_are_counted_in_the_scope(world: World) -> None:
    opened(world, 202611)
    numbered(world)
    make_member(branch=world.a1)  # without a certificate there is nothing to review
    found = course(world.scope("organizer_ashi"), on=TODAY)
    assert (found.quarter.number, found.quarter.committees, found.quarter.drawn) == (20264, 1, 0)
    assert (found.reviews.year, found.reviews.members, found.reviews.reviewed) == (2025, 3, 0)
    assert found.odd is not None
    assert course(world.scope("secretary_a1"), on=TODAY).odd is None


def test_a_member_finds_the_own_year(world: World) -> None:
    opened(world, 202610)
    member = Member.objects.get(user=world.people["member_a1"])
    file = world.scope("secretary_a1")
    mine = the_home(world, "member_a1").own
    assert mine is not None
    due = Due.objects.get(member=member, month=202610)
    assert [row.month for row in mine.dues.owed] == [202610]
    assert (mine.dues.left, mine.dues.through) == (due.amount, None)
    entry = PaymentEntry(member.pk, 202610, due.amount, 0, TODAY, "cash", "", "", uuid4())
    record_payments(by=file, branch=world.a1, entries=[entry], on=TODAY)
    Publicity.objects.create(
        branch=world.a1, month=202610, published_on=TODAY, until=TODAY + timedelta(5), by="阿措克布"
    )
    open_case(
        by=file,
        organization=world.a1,
        member=member,
        trigger=Trigger.DUTIES,
        facts="三次主题党日没有参加",
        on=TODAY,
    )
    mine = the_home(world, "member_a1").own
    assert mine is not None
    assert (mine.dues.through, mine.dues.left, mine.dues.paid) == (202610, 0, due.amount)
    assert [row.month for row in mine.points.published] == [202610]
    assert mine.points.total.total >= 600
    assert (mine.meetings.should, mine.review) == (0, None)
    assert [item.title for item in mine.concerns] == ["组织提醒：不履行党员义务"]
    assert the_home(world, "secretary_a2").own is None


def test_members_without_a_number_wait_for_whoever_may_number_them(world: World) -> None:
    assert waits(world, "organizer_ashi")["certificates_unnumbered"] == 3
    for name in ("organizer_bashi", "secretary_a1"):
        assert "certificates_unnumbered" not in waits(world, name)


def test_printed_booklets_wait_to_be_handed_over(world: World) -> None:
    number_members(by=world.scope("organizer_ashi"), organization=world.a1, on=TODAY)
    Booklet.objects.create(
        certificate=Certificate.objects.order_by("number")[0],
        branch=world.a1,
        serial=1,
        issue_date=TODAY,
        issuer="中国共产党凉县委员会",
        signature=b"",
        key_id=1,
        printed_at=NOW,
    )
    assert waits(world, "organizer_ashi")["certificates_to_hand_over"] == 1
    assert "certificates_to_hand_over" not in waits(world, "organizer_bashi")


def test_jobs_and_imports_wait_for_their_owner_only(world: World) -> None:
    a_job(world, "organizer_ashi", "running")
    a_job(world, "organizer_ashi", "done")
    a_job(world, "organizer_bashi", "failed")
    ImportRun.objects.create(
        sheet="roster",
        owner_id=world.people["organizer_ashi"].pk,
        owner_name="刘洋",
        file_name="花名册.xlsx",
        fingerprint="",
        state="checked",
        created_at=NOW,
    )
    mine = waits(world, "organizer_ashi")
    assert (mine["jobs"], mine["imports"]) == (1, 1)
    assert not {"jobs", "imports"} & set(waits(world, "secretary_a1"))


def test_what_is_past_its_day_comes_first_and_the_card_is_not_repeated() -> None:
    def group(key: str, kind: str, due: date | None) -> WorkList:
        return WorkList(key, key, kind, "star", (WorkItem("", "", f"/{key}/", due),), 2)

    lists = [
        group("months_to_fill", "do", TODAY - timedelta(9)),
        group("later", "do", TODAY + timedelta(9)),
        group("watched", "watch", TODAY - timedelta(1)),
        group("decided", "decide", None),
        group("back", "return", None),
    ]
    found = Desk([Group("", lists)], 10, ()).urgent(on=TODAY)
    assert [(each.list.key, each.overdue) for each in found] == [
        ("watched", 1),
        ("back", 0),
        ("decided", 0),
        ("later", 0),
    ]
    assert found[0].url == "#watched"


def test_a_person_without_a_role_sees_nothing(world: World) -> None:
    for name in ("nobody", "auditor", "member_a1"):
        assert the_home(world, name).places == []
    found = search(world.scope("nobody"), "王伟")
    assert found.nothing


def test_search_by_characters_pinyin_and_initials_stays_in_the_scope(world: World) -> None:
    for text in ("王伟", "wangwei", "ww"):
        assert [m.name for m in search(world.scope("secretary_a1"), text).members] == ["王伟"]
        assert search(world.scope("secretary_a2"), text).nothing
    assert search(world.scope("secretary_a1"), "emc").organizations == [world.a1]
    assert search(world.scope("secretary_a2"), "emc").organizations == []


def test_an_administrator_finds_organizations_but_no_member(world: World) -> None:
    found = search(world.scope("system_admin"), "尔木")
    assert found.organizations == [world.a1]
    assert search(world.scope("system_admin"), "王伟").nothing


def test_a_certificate_is_found_by_its_exact_number_in_the_scope(world: World) -> None:
    number_members(by=world.scope("organizer_ashi"), organization=world.a1, on=TODAY)
    certificate = Certificate.objects.order_by("number")[0]
    for text in (
        certificate.number,
        f"{certificate.number[:3]}-{certificate.number[3:6]}-{certificate.number[6:]}",
    ):
        assert search(world.scope("secretary_a1"), text).certificate == certificate
        assert search(world.scope("secretary_a2"), text).certificate is None
    assert search(world.scope("secretary_a1"), certificate.number[:-1]).certificate is None


def test_blank_text_finds_nothing(world: World) -> None:
    assert search(world.scope("county_organizer"), "  ").nothing


def test_a_long_list_is_cut_and_says_so(world: World) -> None:
    for _ in range(21):
        make_member(branch=world.a2, name="吉克阿英")
    found = search(world.scope("county_organizer"), "吉克")
    assert (len(found.members), found.more_members) == (20, True)
