"""迟报和异常: who is late, which branch looks odd and why; a burst before which deadline."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.queries import constant_queries
from tests.world import TODAY, World, make_member, make_organization
from zhibu.dues.models import Due
from zhibu.inspections.summaries.odd_branches import odd_branches
from zhibu.inspections.summaries.signs import signs
from zhibu.months.models import BranchMonth, Operation
from zhibu.organizations.models import Organization

pytestmark = pytest.mark.dated

DUE = "2026-11-10"


def at(text: str) -> datetime:
    """A moment of the county's clock."""
    return timezone.make_aware(datetime.fromisoformat(text))


def overdue(branch: Organization) -> None:
    """A branch with one member has not handed in October."""
    Due.objects.create(member=make_member(branch=branch), branch=branch, month=202610, amount=20)
    BranchMonth.objects.create(branch=branch, month=202610, state="open")


def filled(world: World, when: str, *, submitted: str = "", count: int = 25) -> BranchMonth:
    """October's month of A1, filled in within four minutes."""
    row = BranchMonth.objects.create(
        branch=world.a1,
        month=202610,
        state="submitted" if submitted else "open",
        submitted_at=at(submitted) if submitted else None,
    )
    Operation.objects.bulk_create(
        Operation(
            id=uuid4(),
            branch_month=row,
            member=world.members_a1[0],
            cell="dues",
            value=0,
            outcome="done",
            by="阿措克布",
            at=at(when) + timedelta(seconds=10 * n),
        )
        for n in range(count)
    )
    return row


@pytest.mark.parametrize(
    ("when", "submitted", "told"),
    [
        ("2026-11-10 20:00", "", f"在截止日{DUE}当天填完"),
        ("2026-11-08 20:00", "", f"在截止日{DUE}前2天填完"),
        ("2026-11-02 20:00", "2026-11-02 23:04", "填完3小时后提交"),
        ("2026-11-10 20:00", "2026-11-10 20:10", f"在截止日{DUE}当天填完，填完不到半小时就提交"),
    ],
)
def test_a_burst_says_before_which_deadline_it_came(
    world: World, when: str, submitted: str, told: str
) -> None:
    filled(world, when, submitted=submitted)
    [sign] = signs(world.scope("inspector"), on=TODAY)
    assert (sign.kind.key, sign.told) == ("burst", f"2026年10月：25次操作用了4分钟，{told}")


@pytest.mark.parametrize(
    ("when", "submitted", "count"),
    [
        ("2026-11-02 20:00", "", 25),
        ("2026-11-02 20:00", "2026-11-06 20:00", 25),
        ("2026-11-10 20:00", "2026-11-10 20:10", 19),
    ],
)
def test_filling_in_early_or_little_is_no_burst(world: World, when: str, submitted: str, count: int) -> None:
    filled(world, when, submitted=submitted, count=count)
    assert signs(world.scope("inspector"), on=TODAY) == []


def test_the_county_reads_who_is_late_and_why_a_branch_is_listed(world: World) -> None:
    for month in (202608, 202609):
        BranchMonth.objects.create(branch=world.a1, month=month, is_late=True, state="sealed")
    overdue(world.b1)
    BranchMonth.objects.create(branch=world.a2, month=202609, is_late=True, state="sealed")
    county = world.client("county_organizer")
    page = county.get(reverse("inspections:signs")).content.decode()
    assert "迟交过</span>　2个月：2026年8月、2026年9月" in page
    assert "过期没有交</span>　2026年10月" in page
    assert "常见的正当原因：停电断网、书记外出或换人、等外出党员交党费。" in page
    listed = [line.organization for line in odd_branches(world.scope("county_organizer"), on=TODAY)]
    assert listed == [world.b1, world.a1]
    only = county.get(reverse("inspections:signs"), {"show": "late", "unit": str(world.ashi.pk)})
    assert "过期没有交</span>" not in only.content.decode()
    assert [line.organization for line in odd_branches(world.scope("organizer_ashi"), on=TODAY)] == [world.a1]


def test_the_page_is_in_the_menu_of_those_who_inspect(world: World) -> None:
    link = f'href="{reverse("inspections:signs")}"'
    assert link in world.client("inspector").get(reverse("inspections:inspections")).content.decode()
    assert link not in world.client("secretary_a1").get(reverse("inspections:inspections")).content.decode()


def test_the_page_costs_the_same_for_thirty_branches(world: World) -> None:
    client = world.client("county_organizer")
    filled(world, "2026-11-10 20:00")

    def more() -> None:
        for n in range(30):
            branch = make_organization(
                parent=world.ashi,
                kind="branch",
                category="village",
                code=f"5134001013{n:02d}",
                name=f"中共凉县阿市镇新{n}村支部委员会",
                short_name=f"新{n}村党支部",
                segment=f"{n + 100:03d}",
            )
            overdue(branch)

    with constant_queries(client, reverse("inspections:signs"), grow=more) as cost:
        assert cost <= 24
