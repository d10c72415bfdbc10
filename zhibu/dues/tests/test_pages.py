"""The pages as people use them."""

import re
from io import BytesIO
from uuid import uuid4

import pypdfium2
import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.world import TODAY, World, make_member
from zhibu.core.access import Scope
from zhibu.dues import actions
from zhibu.dues.models import Assessment, Payment, Receipt, Relief, Remittance
from zhibu.dues.summaries.ledger import Totals
from zhibu.dues.summaries.pages import ledger_lines, totals_of, unit_lines
from zhibu.dues.summaries.work import work
from zhibu.dues.tests.cases import MONTH, entry, more_payers, opened, pay, relief, remittance
from zhibu.members.models import Member

pytestmark = pytest.mark.dated


@pytest.fixture(autouse=True)
def _on_the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages ask for today; the months of these tests stay the months of the test county."""
    monkeypatch.setattr(timezone, "localdate", lambda *_args: TODAY)


COMMON = {"paid_on": "2026-11-24", "channel": "cash", "receiver": "卢玉"}


def url(name: str, **captured: int) -> str:
    return reverse(f"dues:{name}", kwargs=captured)


def text_of(content: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(BytesIO(content))
    return [page.get_textpage().get_text_range() for page in document]


def test_the_clerk_opens_the_month_and_enters_who_paid(world: World) -> None:
    client = world.client("secretary_a1")
    page = client.get(url("organization", organization_id=world.a1.pk)).content.decode()
    assert "这个月还没有开账" in page
    client.post(url("opening", organization_id=world.a1.pk), {"month": "2026-11"})
    address = url("entry", organization_id=world.a1.pk)
    page = client.get(address).content.decode()
    assert "还有3人没有交清，应交0.60元" in page
    assert "checked" not in page.replace("aria-checked", "")
    first, second, third = world.members_a1
    data = {**COMMON, "receipts": "1"}
    for member in (first, second):
        operation = re.search(rf'name="op-{member.pk}" value="([^"]+)"', page)
        assert operation is not None
        data |= {
            f"paid-{member.pk}": "1",
            f"op-{member.pk}": operation[1],
            f"amount-{member.pk}": "0.20",
        }
    data[f"payer-{second.pk}"] = "村委会"
    refused = client.post(address, data).content.decode()
    assert "党组织和单位不能替党员交党费" in refused
    assert 'value="村委会"' in refused
    assert not Payment.objects.exists()
    data[f"payer-{second.pk}"] = "吉克木呷"
    data[f"extra-{second.pk}"] = "1"
    for _ in range(2):
        assert client.post(address, data).status_code == 303
    assert Payment.objects.count() == 2
    assert Receipt.objects.count() == 2
    page = client.get(url("organization", organization_id=world.a1.pk)).content.decode()
    assert "2人交了，共3人" in page
    assert "吉克木呷" in page
    assert client.get(address).content.decode().count('type="checkbox" id="paid-') == 1
    assert third.name in client.get(address).content.decode()


def test_there_is_no_box_that_ticks_everyone(world: World) -> None:
    opened(world)
    page = world.client("secretary_a1").get(url("entry", organization_id=world.a1.pk)).content.decode()
    assert "select-all" not in page


def test_amounts_that_cannot_be_read_stay_on_the_page(world: World) -> None:
    opened(world)
    member = world.members_a1[0]
    data = {**COMMON, f"paid-{member.pk}": "1", f"op-{member.pk}": str(uuid4()), f"amount-{member.pk}": "-5"}
    page = world.client("secretary_a1").post(url("entry", organization_id=world.a1.pk), data).content.decode()
    assert f"{member.name}：金额请写成0.20这样" in page
    nobody = world.client("secretary_a1").post(url("entry", organization_id=world.a1.pk), COMMON)
    assert "一个人都没有勾选" in nobody.content.decode()
    assert not Payment.objects.exists()


def test_a_locked_month_offers_no_form(world: World) -> None:
    opened(world)
    actions.lock_month(by=world.scope("organizer_ashi"), branch=world.a1, month=MONTH)
    page = world.client("secretary_a1").get(url("entry", organization_id=world.a1.pk)).content.decode()
    assert "已经封存" in page
    assert "登记勾选的人" not in page


def test_one_member_pays_back_and_ahead(world: World) -> None:
    opened(world, 202609, 202610, MONTH)
    member, client = world.members_a1[0], world.client("secretary_a1")
    address = url("member_payment", member_id=member.pk)
    page = client.get(address).content.decode()
    assert [month in page for month in ("2026年9月", "2026年11月", "2027年1月", "2027年2月")] == [
        True,
        True,
        True,
        False,
    ]
    assert "上级党委决定" not in page
    data = {**COMMON, "months": ["202609", "202611", "202701"], "extra": "0.50", "operation": str(uuid4())}
    for _ in range(2):
        client.post(address, data)
    rows = Payment.objects.order_by("month").values_list("month", "amount", "extra")
    assert list(rows) == [(202609, 20, 0), (202611, 20, 50), (202701, 20, 0)]
    account = client.get(url("account", member_id=member.pk)).content.decode()
    assert "自愿多交0.50元" in account
    assert "这一年还有0.20元没有交" in account
    row = Payment.objects.get(month=202611)
    client.post(url("reversal", payment_id=row.pk), {"reason": "多收，已退", "operation": str(uuid4())})
    assert "已冲正" in client.get(url("account", member_id=member.pk)).content.decode()


def test_a_member_sees_the_own_dues_and_nobody_elses(world: World) -> None:
    client = world.client("member_a1")
    own = Member.objects.get(user=world.people["member_a1"])
    pay(world, [entry(own)])
    assert "0.20元" in client.get(url("member_panel", member_id=own.pk)).content.decode()
    page = client.get(url("account", member_id=own.pk)).content.decode()
    assert "2026年11月" in page
    assert "登记党费" not in page
    other = next(member for member in world.members_a1 if member.pk != own.pk)
    assert client.get(url("account", member_id=other.pk)).status_code == 404


def test_the_income_is_shown_to_who_assesses_and_to_nobody_else(world: World) -> None:
    member = make_member(branch=world.a1, dues_category="salaried")
    organizer = world.client("organizer_ashi")
    address = url("organization_assessments", organization_id=world.a1.pk)
    data = {
        "from_month": "2026-01",
        f"category-{member.pk}": "salaried",
        f"value-{member.pk}": "4,123.50",
        "step": "preview",
    }
    preview = organizer.post(address, data).content.decode()
    assert "预览：4人会变" in preview
    assert '<span class="new">41.24</span>' in preview
    assert not Assessment.objects.exists()
    assert organizer.post(address, {**data, "step": "apply"}).status_code == 303
    assert Assessment.objects.get(member=member).amount == 4124
    assert "4,123.50" in organizer.get(f"{address}?from_month=2026-01").content.decode()
    for person in ("secretary_a1", "inspector"):
        page = world.client(person).get(url("account", member_id=member.pk)).content.decode()
        assert "41.24" in page
        assert "4,123.50" not in page
    bad = organizer.post(address, {**data, f"value-{member.pk}": "0.20"}).content.decode()
    assert "这里填每月的收入，不是党费" in bad
    again = organizer.post(address, {**data, f"value-{member.pk}": "5000.01", "step": "apply"})
    assert "年内一般不变动" in again.content.decode()


def test_all_farmers_of_the_county_at_half_a_yuan(world: World) -> None:
    client = world.client("county_organizer")
    address = url("assessment_batch", organization_id=world.county.pk)
    data = {"category": "farmer", "amount": "0.50", "from_month": "2026-01"}
    page = client.get(address, data).content.decode()
    count = Member.objects.filter(dues_category="farmer").count()
    assert f"{count}人会变，0人已经是这个数" in page
    stale = client.post(address, {**data, "step": "apply", "seen": "1"}).content.decode()
    assert "名单刚刚变了" in stale
    assert client.post(address, {**data, "step": "apply", "seen": str(count)}).status_code == 303
    assert set(Assessment.objects.values_list("amount", flat=True)) == {50}
    assert "农民党员每月交0.20元至1.00元" in client.get(address, {**data, "amount": "2"}).content.decode()
    fixed = client.get(address, {**data, "category": "student", "amount": "0.50"}).content.decode()
    assert "固定0.20元" in fixed


def test_a_relief_goes_its_way_on_pages(world: World) -> None:
    member = world.members_a1[0]
    world.client("secretary_a1").post(
        url("relief_new", member_id=member.pk),
        {
            "kind": "reduced",
            "amount": "0.10",
            "from_month": "2026-11",
            "last_month": "2027-10",
            "requested_on": "2026-11-02",
            "resolved_on": "2026-11-10",
            "grounds": "长期患病",
        },
    )
    row = Relief.objects.get()
    assert (row.amount, row.until_month) == (10, 202711)
    assert "长期患病" not in world.client("inspector").get(url("relief", relief_id=row.pk)).content.decode()
    organizer = world.client("organizer_ashi")
    assert "长期患病" in organizer.get(url("relief", relief_id=row.pk)).content.decode()
    refused = organizer.post(url("relief_settlement", relief_id=row.pk), {"approve": "no"}).content.decode()
    assert "不同意的请写明原因" in refused
    organizer.post(url("relief_settlement", relief_id=row.pk), {"approve": "yes"})
    assert "每月交0.10元" in organizer.get(url("reliefs")).content.decode()


def test_a_decision_on_a_retired_member_is_noted_on_pages(world: World) -> None:
    member = make_member(branch=world.a1, dues_category="retired")
    clerk, organizer = world.client("secretary_a1"), world.client("organizer_ashi")
    asked = url("relief_new", member_id=member.pk)
    assert "由支部研究决定" in clerk.get(asked).content.decode()
    clerk.post(
        asked,
        {
            "kind": "exempt",
            "from_month": "2026-11",
            "last_month": "2027-10",
            "requested_on": "2026-11-02",
            "resolved_on": "2026-11-10",
            "grounds": "长期患病",
        },
    )
    row = Relief.objects.get()
    assert "照决定执行" in clerk.get(url("relief", relief_id=row.pk)).content.decode()
    assert "支部已决定" in organizer.get(reverse("insights:work")).content.decode()
    page = organizer.get(url("relief", relief_id=row.pk)).content.decode()
    assert "已知悉" in page
    assert "不同意" not in page
    organizer.post(url("relief_settlement", relief_id=row.pk), {"approve": "yes"})
    assert "支部决定，党委已知" in organizer.get(url("reliefs")).content.decode()


def test_receipts_are_printed_one_to_a_page_and_three_to_a_sheet(world: World) -> None:
    opened(world)
    second = world.members_a1[1]
    rows = pay(world, [entry(member) for member in world.members_a1])
    rows += pay(world, [entry(second, amount=0, extra=123_4, payer="吉克木呷")])
    client = world.client("secretary_a1")
    client.post(url("receipts_issue", organization_id=world.a1.pk))
    issued = list(Receipt.objects.order_by("number"))
    assert len(issued) == 3
    pages = text_of(client.get(url("receipts_print", organization_id=world.a1.pk)).content)
    assert len(pages) == 1
    assert [f"2026-{n:04d}" in pages[0] for n in (1, 2, 3)] == [True, True, True]
    one = Receipt.objects.get(member=second)
    pages = text_of(client.get(url("receipt_print", receipt_id=one.pk)).content)
    assert len(pages) == 1
    for part in (second.name, "人民币", "壹拾贰元伍角肆分", "2026年11月", "12.54"):
        assert part in pages[0], part


def test_money_goes_up_on_pages_and_a_difference_is_shown(world: World) -> None:
    opened(world, 202610)
    pay(world, [entry(world.members_a1[0], month=202610)])
    clerk = world.client("secretary_a1")
    address = url("remittance_new", organization_id=world.a1.pk)
    page = clerk.get(address, {"from_month": "2026-10", "months": "1"}).content.decode()
    assert 'value="0.20"' in page
    data = {"from_month": "2026-10", "months": "1", "amount": "0.10", "kept": "0", "sent_on": "2026-11-24"}
    assert "对不上，差0.10元" in clerk.post(address, data).content.decode()
    clerk.post(address, {**data, "kept": "0.10"})
    row = Remittance.objects.get()
    ashi = world.client("organizer_ashi")
    assert "等对方确认" in ashi.get(url("remittances")).content.decode()
    confirm = url("remittance_confirmation", remittance_id=row.pk)
    assert clerk.get(confirm).status_code == 403
    ashi.post(confirm, {"arrived": "0.05", "note": "少五分"})
    page = clerk.get(url("remittances")).content.decode()
    assert "金额不符" in page
    assert "少五分" in page


def test_work_is_gentle_and_only_what_waits(world: World) -> None:
    assert work(world.scope("secretary_a1"), on=TODAY) == []
    opened(world, 202607, 202608, 202609, 202610)
    remittance(world)
    pay(world, [entry(world.members_a1[1], month=202608), entry(world.members_a1[2], month=202608)])
    relief(world)
    make_member(branch=world.a1, dues_category="salaried")
    found = {each.key: each for each in work(world.scope("secretary_a1"), on=TODAY)}
    # The first paid the last month only, the others the second.
    assert {key: each.total for key, each in found.items()} == {"dues_arrears_2": 3}
    above = {each.key for each in work(world.scope("organizer_ashi"), on=TODAY)}
    assert {"dues_reliefs", "dues_remittances", "dues_unassessed"} <= above
    assert work(world.scope("nobody"), on=TODAY) == []


def test_work_costs_the_same_for_more_rows(world: World) -> None:
    more_payers(world, 5)
    scope = world.scope("organizer_ashi")

    def counted() -> int:
        with CaptureQueriesContext(connection) as captured:
            work(scope, on=TODAY)
        return len(captured)

    few = counted()
    more_payers(world, 20)
    assert counted() == few


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    deeds=st.lists(
        st.tuples(st.integers(0, 5), st.integers(0, 20), st.integers(0, 60), st.booleans()), max_size=10
    )
)
def test_the_sums_of_the_rows_are_the_totals_at_every_level(
    world: World, deeds: list[tuple[int, int, int, bool]]
) -> None:
    with transaction.atomic():
        people = [*world.members_a1, make_member(branch=world.a2), make_member(branch=world.b1)]
        people.append(make_member(branch=world.b1, standing="suspended"))
        opened(world)
        paid: dict[int, int] = {}
        for who, amount, extra, is_undone in deeds:
            member = people[who]
            amount = min(amount, 20 - paid.get(who, 0)) if who < 5 else 0
            if not amount + extra:
                continue
            row = actions.record_payments(
                by=Scope.system("test"),
                branch=member.branch,
                entries=[entry(member, amount=amount, extra=extra)],
                on=TODAY,
            )[0]
            if is_undone:
                actions.reverse_payment(
                    by=Scope.system("test"), payment=row, reason="退回", operation=uuid4(), on=TODAY
                )
            else:
                paid[who] = paid.get(who, 0) + amount
        scope = world.scope("county_organizer")
        county_lines, county = unit_lines(scope, world.county, [MONTH])
        everything = Totals()
        for township in (world.ashi, world.bashi):
            lines, total = unit_lines(scope, township, [MONTH])
            assert total == next(line.totals for line in county_lines if line.unit == township)
            for line in lines:
                rows = totals_of([each.row for each in ledger_lines(line.unit, MONTH, on=TODAY)])
                shown = line.totals
                assert (rows.assessed, rows.paid, rows.extra, rows.payers, rows.members) == (
                    shown.assessed,
                    shown.paid,
                    shown.extra,
                    shown.payers,
                    shown.members,
                )
            everything += total
        assert everything == county
        assert county.paid == sum(paid.values())
        transaction.set_rollback(True)
