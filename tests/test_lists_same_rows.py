"""Every file that a list offers holds the rows of the page, by the conditions of the page, and says them."""

import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from html import unescape

import pypdfium2
import pytest
from django.urls import NoReverseMatch, reverse
from openpyxl import load_workbook

from tests.access_matrix.meetings import held
from tests.days import TODAY, ago
from tests.dispositions import done, event_of
from tests.floating import guest, registered
from tests.test_lists_narrowed import LISTS
from tests.things import printed
from tests.urls import addresses
from tests.world import NOW, World, make_member
from zhibu.certificates import actions as certificates
from zhibu.certificates.models import Booklet
from zhibu.core.access import Scope
from zhibu.dues.actions import AssessmentEntry, assess_members
from zhibu.dues.tests.cases import entry, opened, pay
from zhibu.imports.parsing import parse_grid
from zhibu.imports.reading import read_grid
from zhibu.imports.sheets import RowState, sheets
from zhibu.inspections.models import Sample
from zhibu.inspections.tests import inspecting
from zhibu.members.models import Member
from zhibu.members.rules.events import EventKind
from zhibu.mobility.actions import floating
from zhibu.mobility.models import Transfer
from zhibu.mobility.rules.transfers import Direction, TransferState
from zhibu.organizations.models import Organization
from zhibu.reviews.tests.test_reviews import a_year


@dataclass(frozen=True, slots=True)
class Case:
    """A page, its file, what narrows the page, and what the head of the file says of it."""

    page: str
    file: str
    narrowed: str
    told: str
    given: Callable[[World], int | None]
    person: str = "county_organizer"
    at: str = "county"
    sheet: str = ""

    def __str__(self) -> str:
        return f"{self.file} {self.sheet} {self.narrowed}"


def people(world: World) -> None:
    """Members of three branches who differ in all that the list can be narrowed by."""
    make_member(
        branch=world.a2, name="卢云", stage="probationary", confirmation_date=None, dues_category="salaried"
    )
    make_member(branch=world.b1, name="沙马石", is_floating=True)
    make_member(branch=world.b1, name="曲比水", standing="ended")


def travelers(world: World) -> None:
    """Two went out, one of them came back; a third lives here as a guest."""
    registered(world)
    back = registered(world, world.members_a1[1])
    floating.end_registration(by=world.scope("secretary_a1"), floating=back, day=TODAY, on=TODAY)
    guest(world)


def moved(world: World) -> None:
    """Two of A1 came from B1 long ago; a third is on the way."""
    for n, member in enumerate(world.members_a1):
        is_past = n < 2
        Transfer.objects.create(
            member=member,
            direction=Direction.INSIDE,
            state=TransferState.RECEIVED if is_past else TransferState.REQUESTED,
            from_branch=world.b1,
            to_branch=world.a1,
            requested_on=ago(400),
            requested_by="test",
            reason="婚嫁",
            at=NOW,
            received_on=ago(390) if is_past else None,
        )


def assessed(world: World) -> None:
    """One of A1 and one of B1 are assessed for this year and for the next, one of A2 for the next alone."""
    year = TODAY.year
    other, later = make_member(branch=world.b1, name="沙马石"), make_member(branch=world.a2, name="卢云")
    for person, months in ((world.members_a1[0], (0, 1)), (other, (0, 1)), (later, (1,))):
        for ahead in months:
            assess_members(
                by=world.scope("county_organizer"),
                entries=[AssessmentEntry(person.pk, "farmer", None, 20 + 10 * ahead)],
                from_month=(year + ahead) * 100 + 1,
                reason="",
                on=TODAY,
            )


def one_paid(world: World) -> None:
    opened(world)
    pay(world, [entry(world.members_a1[0])])


def disposed(world: World) -> None:
    """The copies of two of A1 were dealt with: one died, one was expelled; the third still waits."""
    printed(world)
    certificates.hand_over(
        by=world.scope("organizer_ashi"), organization=world.a1, handed_over_on=TODAY, receiver="", on=TODAY
    )
    kinds = (EventKind.DIE, EventKind.SELF_SEVERED, EventKind.DIE)
    for member, kind in zip(world.members_a1, kinds, strict=True):
        booklet = Booklet.objects.select_related("certificate__member__branch").get(
            certificate__member=member
        )
        event = event_of(booklet.certificate.member, kind)
        row = certificates.follow_event(by=Scope.system("test"), event=event, on=TODAY)
        assert row is not None
        if member != world.members_a1[2]:
            done(world, row, "family" if kind == EventKind.DIE else "reclaimed")


def drawn(world: World) -> int:
    """The sample of an inspection, one of whom was not to be found."""
    inspecting.more_members(world.a1, 6)
    row = inspecting.drawn(world)
    Sample.objects.filter(pk=Sample.objects.filter(inspection=row).order_by("pk")[0].pk).update(
        state="unreachable", note="外出"
    )
    return row.pk


def found(world: World) -> None:
    inspecting.a_finding(world)


def penalized(world: World) -> None:
    """One of A1 was warned, another warned seriously."""
    event_of(world.members_a1[0], EventKind.WARN)
    event_of(world.members_a1[1], EventKind.WARN_SERIOUSLY)


def half_numbered(world: World) -> None:
    """Two came after the others had got their numbers."""
    certificates.number_members(by=world.scope("county_organizer"), organization=world.a1, on=TODAY)
    make_member(branch=world.a1, name="卢云")
    make_member(branch=world.a2, name="沙马石")


# Page, its file, the conditions, what the head says, what is in the books.
CASES = [
    Case("members:list", "imports:extract", "organization={ashi}", "单位：中国共产党凉县阿市镇委员会", people, sheet="roster"),
    Case("members:list", "imports:extract", "stage=probationary", "人员类别：预备党员", people, sheet="roster"),
    Case("members:list", "imports:extract", "floating=1", "流动：流动党员", people, sheet="roster"),
    Case("members:list", "imports:extract", "floating=0&q=wang", "流动：不流动，查找：wang", people, sheet="roster"),
    Case("members:list", "imports:extract", "dues_category=farmer&organization={ashi}", "党费类别：农民", people, sheet="roster"),
    Case("members:list", "imports:extract", "standing=ended", "党籍：", people, sheet="roster"),
    Case("mobility:floating", "imports:extract", "show=past", "联系：已经结束的", travelers, sheet="floating"),
    Case("mobility:floating", "imports:extract", "direction=out", "流向：流出", travelers, sheet="floating"),
    Case("mobility:floating", "mobility:floating_table", "direction=in", "流向：流入", travelers),
    Case("mobility:transfers", "imports:extract", "tab=all&q=ae", "查找：ae", moved, sheet="transfers"),
    Case("dues:organization", "dues:ledger_workbook", "show=unpaid", "没有交清的", one_paid, at="a1"),
    Case("dues:organization", "dues:ledger_workbook", "show=paid", "已经交的", one_paid, at="a1"),
    Case("dues:organization", "dues:ledger_workbook", "q=王", "查找：王", one_paid, at="a1"),
    Case("dues:organization", "dues:ledger_workbook", "show=paid&period=year", "已经交的", one_paid, at="a1"),
    Case("certificates:organization_dispositions", "certificates:disposition_print", "view=done&cause=deceased", "事由：", disposed, at="ashi"),
    Case("certificates:organization_dispositions", "certificates:disposition_print", "view=done&q=ji", "情况：已办理，查找：ji", disposed, at="ashi"),
    Case("certificates:organization_register", "certificates:register_print", "state=unnumbered&q=lu", "状态：未编号，查找：lu", half_numbered, at="ashi"),
    Case("conduct:organization_penalties", "conduct:penalties_print", "kind=warn", "处分种类：警告", penalized, at="a1"),
    Case("inspections:organization_findings", "inspections:findings_print", "view=mend", "进展：", found, at="a1"),
    Case("inspections:inspection", "inspections:inspection_print", "show=unreachable", "进展：找不到", drawn),
    Case("reviews:organization_reviews", "reviews:reviews_print", "year=2025&show=clear", "年审：没有提示", a_year, at="a1"),
    Case("reviews:organization_reviews", "reviews:reviews_print", "year=2025&show=unclear", "年审：要逐人审", a_year, at="a1"),
]  # fmt: skip


def content_of(answer: object) -> str:
    """Every cell of a workbook, or the words of a print without spaces."""
    content: bytes = answer.content  # type: ignore[attr-defined]
    if content[:2] == b"PK":
        rows = load_workbook(io.BytesIO(content)).worksheets[0].iter_rows(values_only=True)
        return "\n".join("\t".join(str(cell or "") for cell in row) for row in rows)
    pages = pypdfium2.PdfDocument(content)
    return "".join("".join(page.get_textpage().get_text_range().split()) for page in pages)


def address(name: str, case: Case, about: int) -> str:
    """With what the address captures: the case's sheet, what the page is about, or nothing."""
    for captured in ([case.sheet], [], [about]) if case.sheet else ([], [about]):
        try:
            return reverse(name, args=captured)
        except NoReverseMatch:
            continue
    raise LookupError(name)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_file_of_a_narrowed_list_has_the_rows_of_the_page(world: World, case: Case) -> None:
    unit: Organization = getattr(world, case.at)
    about = case.given(world) or unit.pk
    client, narrowed = world.client(case.person), case.narrowed.format(ashi=world.ashi.pk)
    page = client.get(f"{address(case.page, case, about)}?{narrowed}").content.decode()
    file = address(case.file, case, about)
    offered = re.findall(rf'(?:href|action)="{re.escape(file)}([^"]*)"', page)
    assert offered
    answer = client.get(f"{file}?{narrowed}")
    assert answer.status_code == 200
    told = content_of(answer)
    names = {*Member.objects.values_list("name", flat=True), "沙马阿依"}
    listed = {name for name in names if name in page.rpartition('id="results"')[2]}
    assert {name for name in names if name in told} == listed
    assert 0 < len(listed) < len(names)
    assert case.told.replace(" ", "") in told.replace(" ", "")


def test_the_sheet_of_assessments_holds_what_its_page_counts(world: World) -> None:
    assessed(world)
    client = world.client("county_organizer")
    for unit, month, count in (
        (world.ashi, TODAY.year, 1),
        (world.ashi, TODAY.year + 1, 2),
        (world.county, TODAY.year, 2),
    ):
        address = reverse("dues:organization_assessments", args=[unit.pk])
        page = client.get(address, {"from_month": f"{month}-01"}).content.decode()
        (link,) = re.findall(r'href="([^"]+list\.xlsx[^"]*)"', page)
        rows = load_workbook(io.BytesIO(client.get(unescape(link)).content)).worksheets[0]
        assert [cell.value for cell in rows["A"]][2:] == sorted(str(cell.value) for cell in rows["A"][2:])
        assert rows.max_row - 2 == count
        assert f"单位：{unit.name}　只列　核定：{month}年1月执行的" == rows["A1"].value


@pytest.mark.parametrize(
    ("key", "query", "given"),
    [
        ("roster", "floating=0", people),
        ("floating", "show=past", travelers),
        ("transfers", "tab=all&q=ji", moved),
        ("assessments", f"from_month={TODAY.year}-01", assessed),
    ],
)
def test_a_narrowed_sheet_can_be_imported_again(
    world: World, key: str, query: str, given: Callable[[World], object]
) -> None:
    given(world)
    answer = world.client("county_organizer").get(f"{reverse('imports:extract', args=[key])}?{query}")
    sheet = sheets()[key]
    grid = read_grid(answer.content, sheet)
    assert grid.header_row == 2
    planned = sheet.check(parse_grid(grid, sheet.columns), world.scope("county_organizer"), TODAY)
    assert {each.state for each in planned} == {RowState.SAME}


def test_the_ledger_of_attendance_has_the_kind_of_meetings_that_the_page_lists(world: World) -> None:
    for kind in ("members_meeting", "party_class"):
        held(world, kind)
    client, year = world.client("secretary_a1"), ago(4).year
    page = client.get(
        reverse("meetings:meetings"), {"kind": "party_class", "month": str(year)}
    ).content.decode()
    (link,) = re.findall(r'href="([^"]+attendance\.xlsx[^"]*)"', page)
    rows = load_workbook(io.BytesIO(client.get(unescape(link)).content)).worksheets[0]
    heads = [str(cell.value) for cell in rows[3]]
    assert [head.partition("\n")[2] for head in heads if "\n" in head] == ["党课"]
    assert "只列　类别：党课" in str(rows["A2"].value)


def test_guests_are_not_in_the_sheet_of_those_who_went_out(world: World) -> None:
    travelers(world)
    answer = world.client("secretary_a1").get(
        reverse("imports:extract", args=["floating"]), {"direction": "in"}
    )
    assert answer.status_code == 409
    assert "这张表只有流出的党员" in answer.content.decode()


def test_a_narrowed_sheet_keeps_to_the_scope(world: World) -> None:
    people(world)
    address = reverse("imports:extract", args=["roster"])
    answer = world.client("organizer_ashi").get(address)
    assert "卢云" in content_of(answer) and "沙马石" not in content_of(answer)
    assert world.client("organizer_ashi").get(address, {"organization": world.b1.pk}).status_code == 404


# Files that no page narrows, or that are documents of their own: address -> why.
WHOLE = {
    "certificates:calibration_sheet": "one sheet of a printer",
    "certificates:continuation_file": "what one page showed",
    "certificates:overprint_file": "what one page showed",
    "certificates:request_print": "one request",
    "certificates:signing_list": "the copies printed and not handed out, to be signed for",
    "certificates:stock_workbook": "the whole ledger, as the page shows it",
    "certificates:void_list_file": "published whole, or it proves nothing",
    "certificates:void_list_keys": "published whole",
    "months:month_sheet": "one month of a branch",
    "inspections:population_download": "whole, or the draw cannot be drawn again",
    "inspections:results_download": "the page of one unit, which narrows nothing",
    "dues:receipt_print": "one receipt",
    "dues:receipts_print": "those ticked",
    "dues:remittance_print": "one remittance",
    "imports:error_workbook": "the person's own file",
    "imports:export": "everything of the person's scope, from the page of sheets",
    "imports:template": "an empty sheet",
    "meetings:minutes_print": "one meeting",
    "meetings:notice_print": "one notice",
    "meetings:sign_in_print": "one meeting",
    "mobility:movements_download": "the year and unit that the page shows",
    "mobility:movements_print": "the year and unit that the page shows",
    "mobility:transfer_letter_print": "one letter",
    "mobility:transfer_receipt_print": "one slip",
    "points:publicity_print": "one month of a branch",
    "points:workbook": "the month and unit that the page shows",
    "points:year_workbook": "the year and unit that the page shows",
}
_FILE = re.compile(r"\.(xlsx|pdf|txt|csv)$")


def test_every_file_is_narrowed_with_its_page_or_has_a_reason_not_to_be() -> None:
    files = {
        each.name
        for each in addresses()
        if _FILE.search(each.route)
        or each.name.endswith(("_print", "_download", "_workbook", "_table", "_sheet"))
    }
    narrowed = (
        {"meetings:attendance_download"} | {case.file for case in CASES} | {file for _page, file, *_ in LISTS}
    )
    assert narrowed | WHOLE.keys() == files
    assert not narrowed & WHOLE.keys()
