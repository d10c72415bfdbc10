"""Overprints: printers, what is printed where, what is remembered, pages to stick in."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pypdfium2
import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.browser.paper import page_count, page_text
from tests.queries import constant_queries
from tests.things import printed
from tests.world import NOW, TODAY, World, make_member
from zhibu.audit.models import AuditRecord
from zhibu.certificates import actions as certificates
from zhibu.certificates.actions import overprint as actions
from zhibu.certificates.models import Booklet, Custody, Overprint, Printer
from zhibu.certificates.prints import render_branch
from zhibu.certificates.prints.overprint import calibration_pdf, overprint_pdf
from zhibu.certificates.rules.overprint import (
    LAYOUTS,
    PAGE_WIDTH,
    Line,
    Mark,
    NewLine,
    Offsets,
    Printed,
    Status,
    join_fields,
    lay_out,
    left_edge,
)
from zhibu.certificates.summaries.overprint import copy_sheets, source_of, work
from zhibu.certificates.tests.test_booklets import BOOK, SETTINGS
from zhibu.conduct.models import Reward
from zhibu.core.access import Denied, Refused
from zhibu.members.models import Member, MembershipEvent
from zhibu.mobility.models import Floating, Transfer

MM = 25.4 / 72
TRANSFERS = LAYOUTS["transfers"]
REWARDS = LAYOUTS["rewards"]
LATER = TODAY + timedelta(days=30)


# --- things ------------------------------------------------------------------------------------


def copy_of(world: World, member: Member | None = None) -> Booklet:
    """The member's printed copy."""
    if not Booklet.objects.exists():
        printed(world)
    return Booklet.objects.select_related("certificate__member__branch").get(
        certificate__member=member or world.members_a1[0]
    )


def reward(world: World, title: str, *, member: Member | None = None, on: date = TODAY) -> Reward:
    """A reward of the first member."""
    who = member or world.members_a1[0]
    return Reward.objects.create(
        member=who,
        branch=who.branch,
        level="county",
        title=title,
        awarded_on=on,
        awarded_by="中共凉县委员会",
        by="王芳",
        at=NOW,
    )


def penalty(world: World) -> MembershipEvent:
    """A warning of the first member, in effect."""
    who = world.members_a1[0]
    return MembershipEvent.objects.create(
        member=who,
        branch=who.branch,
        kind="warn",
        state="in_effect",
        decided_on=TODAY,
        decided_by="中共凉县纪律检查委员会",
        effective_on=TODAY,
        until=date(2027, 11, 24),
        months=12,
        proposed_by="王芳",
        proposed_at=NOW,
    )


def transfer(world: World, *, on: date = TODAY, paid: str = "2026-10") -> Transfer:
    """A transfer of the first member inside the county, received."""
    return Transfer.objects.create(
        member=world.members_a1[0],
        direction="inside",
        from_branch=world.a2,
        to_branch=world.a1,
        reason="搬家",
        state="received",
        requested_on=on,
        requested_by="卢玉",
        received_on=on,
        received_by="阿措克布",
        dues_paid_to=paid,
        at=NOW,
    )


def floating(world: World) -> Floating:
    """The first member is away."""
    return Floating.objects.create(
        branch=world.a1,
        direction="out",
        member=world.members_a1[0],
        from_date=TODAY,
        destination="成都市高新区某电子厂",
        host="某电子厂党支部",
        contact_person="赵强",
        by="阿措克布",
        at=NOW,
    )


def calibrated(world: World, name: str = "二楼针式打印机") -> Printer:
    """A printer of Ashi whose sheet came out right."""
    by = world.scope("organizer_ashi")
    printer = actions.add_printer(by=by, organization=world.ashi, name=name, on=TODAY)
    actions.calibrate_printer(
        by=by, printer=printer, measured_x=301, measured_y=299, printed_with=Offsets(0, 0), on=TODAY
    )
    return Printer.objects.get(pk=printer.pk)


def page_url(world: World, page: str, member: Member | None = None) -> str:
    """The page of one layout of the member's copy."""
    who = member or world.members_a1[0]
    return reverse("certificates:overprint_page", args=[who.pk, page])


def plans(client: Client, url: str) -> list[str]:
    """The sealed prints a page offers, each once."""
    found = re.findall(r'name="plan" value="([^"]+)"', client.get(url).content.decode())
    return list(dict.fromkeys(found))


def text_of(pdf: bytes) -> str:
    """All text of a file without spaces and line ends."""
    return "".join("".join(page_text(pdf, n).split()) for n in range(page_count(pdf)))


def position_of(pdf: bytes, text: str, page: int = 0) -> tuple[float, float]:
    """Left and upper edge of the first character of a text on a page, in mm from the upper left corner."""
    sheet = pypdfium2.PdfDocument(pdf)[page]
    words = sheet.get_textpage()
    place = words.get_text_range().index(text)
    left, _bottom, _right, top = words.get_charbox(place)
    return left * MM, (sheet.get_height() - top) * MM


def entries(copy: Booklet, page: str, mark: Mark = Mark.NEW) -> list[actions.Entry]:
    """What the page would print now."""
    (found,) = copy_sheets([copy], LAYOUTS[page])
    return [
        actions.Entry(copy.pk, page, spot.line, spot.key, spot.ledger.text, mark)
        for spot in found.sheet.fresh
        if spot.ledger is not None
    ]


def record(world: World, page: str) -> int:
    """Everything new on the page of the first member's copy has been printed."""
    return actions.record_overprint(
        by=world.scope("organizer_ashi"), entries=entries(copy_of(world), page), on=TODAY
    )


# --- where lines go ----------------------------------------------------------------------------


def lines(keys: Sequence[int]) -> list[Line]:
    """Lines of a ledger of today."""
    return [Line(f"reward:{key}", TODAY, (str(key), "", "", "")) for key in keys]


@given(
    ledger=st.lists(st.integers(1, 40), unique=True, max_size=30),
    stood=st.dictionaries(st.integers(1, 40), st.integers(1, 20), max_size=14),
    first=st.integers(1, 20),
    early=st.sets(st.integers(1, 40)),
)
def test_no_two_lines_share_a_place_and_none_is_lost(
    ledger: list[int], stood: dict[int, int], first: int, early: set[int]
) -> None:
    standing = {line: key for key, line in stood.items()}  # the table has each line once
    rows = [
        Line(line.key, TODAY - timedelta(days=1) if key in early else TODAY, line.fields)
        for key, line in zip(ledger, lines(ledger), strict=True)
    ]
    on_paper = [
        Printed(line, f"reward:{key}", join_fields((str(key), "", "", ""))) for line, key in standing.items()
    ]
    sheet = lay_out(REWARDS, rows, on_paper, since=TODAY, first=first)
    places = [spot.line for spot in sheet.spots if spot.line]
    assert len(places) == len(set(places))
    keys = [spot.key for spot in sheet.spots]
    assert sorted(keys) == sorted({line.key for line in rows} | {row.key for row in on_paper})
    for row in on_paper:
        assert next(spot.line for spot in sheet.spots if spot.key == row.key) == row.line
    new = [spot for spot in sheet.spots if spot.status == Status.NEW]
    assert [spot.key for spot in new] == [
        line.key for line in rows if line.on >= TODAY and line.key not in {row.key for row in on_paper}
    ]
    assert all(spot.line >= first and spot.line > max([0, *standing]) for spot in new)
    assert {spot.key for spot in new} == {spot.key for spot in sheet.fresh} | {
        spot.key for spot in sheet.overflow if spot.status == Status.NEW
    }


@given(slots=st.lists(st.integers(-2, 70), max_size=40), stood=st.sets(st.integers(1, 60), max_size=20))
def test_a_month_is_printed_in_its_own_row_or_not_at_all(slots: list[int], stood: set[int]) -> None:
    rows = [
        Line(f"dues:{n}", TODAY, ("5.00", "5.00", "2026.11.10", "卢玉"), slot) for n, slot in enumerate(slots)
    ]
    on_paper = [Printed(line, f"old:{line}", "x") for line in stood]
    sheet = lay_out(LAYOUTS["dues"], rows, on_paper, since=TODAY)
    places = [spot.line for spot in sheet.spots if spot.line]
    assert len(places) == len(set(places))
    assert {spot.key for spot in sheet.spots} == {row.key for row in rows} | {row.key for row in on_paper}
    for spot in sheet.spots:
        if spot.status == Status.NEW:
            assert spot.ledger is not None
            assert spot.line == spot.ledger.slot
        elif spot.ledger is not None:
            assert spot.status == Status.NO_PLACE


def test_every_box_lies_within_the_type_area_and_none_overlap() -> None:
    for layout in LAYOUTS.values():
        boxes = [box for line in layout.places for box in line if box is not None]
        for box in boxes:
            assert box.x >= 0
            assert box.x + box.width <= 78.001
            assert box.y >= 30
            assert box.y + box.height <= 133
        for n, one in enumerate(boxes):
            for other in boxes[n + 1 :]:
                apart = (
                    one.x + one.width <= other.x + 0.001
                    or other.x + other.width <= one.x + 0.001
                    or one.y + one.height <= other.y + 0.001
                    or other.y + other.height <= one.y + 0.001
                )
                assert apart, f"{layout.key}: {one} {other}"


def rules_of(pdf: bytes, page: int) -> tuple[set[float], set[float]]:
    """Heights of horizontal and places of upright lines of a page, in mm from the upper left corner."""
    sheet = pypdfium2.PdfDocument(pdf)[page]
    across: set[float] = set()
    upright: set[float] = set()
    for drawn in sheet.get_objects():
        if drawn.type != 2:
            continue
        left, bottom, right, top = drawn.get_bounds()
        if right - left > 5 * (top - bottom):
            across.add(round((sheet.get_height() - (top + bottom) / 2) * MM, 1))
        elif top - bottom > 5 * (right - left):
            upright.add(round((left + right) / 2 * MM, 1))
    return across, upright


def near(place: float, found: set[float]) -> bool:
    """Whether a line was drawn there, to a tenth of a millimeter."""
    return any(abs(place - each) < 0.11 for each in found)


@pytest.mark.parametrize("yi", [(), tuple((each.title, "ꆈꌠꉙ") for each in LAYOUTS.values())])
def test_the_booklet_has_its_lines_where_overprints_expect_them(yi: tuple[tuple[str, str], ...]) -> None:
    made = render_branch([BOOK], replace(SETTINGS, yi_lines=yi), "pages")
    for layout in LAYOUTS.values():
        if layout.table is None:
            continue
        for page in layout.pages:
            across, upright = rules_of(made, page + 1)
            cells = layout.table.places()
            for cell in cells:
                box = cell[0]
                assert near(box.y, across), f"{layout.key} {page}"
                assert near(box.y + box.height, across)
            for box in cells[0][1:]:
                assert near(left_edge(page) + box.x, upright)


# --- what is printed ----------------------------------------------------------------------------


def test_a_page_printed_from_the_ledger_equals_the_ledger(world: World) -> None:
    copy = copy_of(world)
    certificates.hand_over(
        by=world.scope("organizer_ashi"),
        organization=world.a1,
        handed_over_on=TODAY,
        receiver="",
        on=TODAY,
    )
    Custody.objects.create(
        booklet=copy,
        cause="request",
        reason="外出",
        place="村部",
        keeper="阿措克布",
        from_date=TODAY,
        by="阿措克布",
        at=NOW,
    )
    transfer(world)
    floating(world)
    reward(world, "优秀共产党员")
    penalty(world)
    member = world.members_a1[0]
    client = world.client("organizer_ashi")
    printer = calibrated(world)
    for page in ("issue", "transfers", "floating", "rewards", "penalties"):
        source = source_of(page)
        assert source is not None
        ledger = source([member.pk])[member.pk]
        assert ledger, page
        (plan,) = plans(client, page_url(world, page))
        answer = client.post(reverse("certificates:overprint_file"), {"plan": plan, "printer": printer.pk})
        assert answer.status_code == 200
        assert text_of(answer.content) == "".join("".join(line.fields) for line in ledger).replace(" ", "")
        assert client.post(reverse("certificates:overprint_record"), {"plan": plan}).status_code == 303
        stored = Overprint.objects.filter(booklet=copy, page=page).order_by("line")
        assert [row.text for row in stored] == [line.text for line in ledger]


def test_texts_of_the_sources(world: World) -> None:
    transfer(world)
    away = floating(world)
    reward(world, "优秀共产党员")
    penalty(world)
    pk = world.members_a1[0].pk

    def fields(page: str) -> tuple[str, ...]:
        source = source_of(page)
        assert source is not None
        (line,) = source([pk])[pk]
        return line.fields

    assert fields("transfers") == (world.a2.short_name, world.a1.short_name, "2026.11.24", "2026.10")
    assert fields("floating") == ("2026.11.24", "成都市高新区某电子厂", "某电子厂党支部，赵强", "")
    assert fields("rewards") == ("2026.11.24", "优秀共产党员", "中共凉县委员会", "王芳")
    assert fields("penalties") == ("2026.11.24", "警告", "中共凉县纪律检查委员会", "2027.11.23")
    away.until = LATER
    away.save()
    assert fields("floating")[3] == "2026.12.24"


def test_texts_fall_into_their_cells_on_the_right_half_of_the_spread() -> None:
    fields = ("阿市甲村支部", "阿市乙村支部", "2026.11.24", "2026.10")
    made = overprint_pdf([NewLine(1, "transfers", 3, fields)], Offsets(0, 0))
    sheet = pypdfium2.PdfDocument(made)[0]
    assert [round(size * MM) for size in sheet.get_size()] == [210, 148]
    for text, box in zip(fields, TRANSFERS.places[2], strict=True):
        assert box is not None
        x, y = position_of(made, text)
        left = left_edge(10) + box.x  # page 10 is the left one of its spread
        assert left <= x <= left + box.width
        assert box.y <= y <= box.y + box.height
    other = overprint_pdf([NewLine(1, "rewards", 1, ("2026.11.24", "甲", "乙", "丙"))], Offsets(0, 0))
    assert position_of(other, "2026.11.24")[0] > PAGE_WIDTH  # page 23 is the right one


@settings(deadline=None, max_examples=20)
@given(x=st.integers(-200, 200), y=st.integers(-200, 200))
def test_offsets_move_the_text_by_their_distance(x: int, y: int) -> None:
    lines = [NewLine(1, "transfers", 3, ("甲村支部", "乙村支部", "2026.11.24", "2026.10"))]
    before = position_of(overprint_pdf(lines, Offsets(0, 0)), "2026.11.24")
    after = position_of(overprint_pdf(lines, Offsets(x, y)), "2026.11.24")
    assert abs(after[0] - before[0] - x / 10) < 0.1
    assert abs(after[1] - before[1] - y / 10) < 0.1


def test_the_longest_texts_stay_on_the_page() -> None:
    fields = (
        "2026.11.24",
        "四川省凉山彝族自治州某市某区某街道" * 4,
        "中共某某有限公司党支部委员会" * 5,
        "2026.12.24",
    )
    made = overprint_pdf([NewLine(1, "floating", 6, fields)], Offsets(0, 0))
    assert text_of(made) == "".join(fields)
    box = LAYOUTS["floating"].places[5][1]
    assert box is not None
    page = pypdfium2.PdfDocument(made)[0]
    words = page.get_textpage()
    for place, char in enumerate(words.get_text_range()):
        if not char.isspace():
            _left, bottom, _right, top = words.get_charbox(place)
            high, low = (148 - top * MM), (148 - bottom * MM)
            assert box.y - 0.1 <= high
            assert low <= box.y + box.height + 0.1


def test_a_second_overprint_prints_only_the_new_line(world: World) -> None:
    copy_of(world)
    reward(world, "优秀共产党员")
    assert record(world, "rewards") == 1
    reward(world, "优秀党务工作者")
    client, printer = world.client("organizer_ashi"), calibrated(world)
    (plan,) = plans(client, page_url(world, "rewards"))
    answer = client.post(reverse("certificates:overprint_file"), {"plan": plan, "printer": printer.pk})
    assert text_of(answer.content) == "2026.11.24优秀党务工作者中共凉县委员会王芳"
    box = REWARDS.places[1][1]
    assert box is not None
    assert box.y <= position_of(answer.content, "优秀")[1] <= box.y + box.height


def test_a_return_is_filled_into_the_line_that_stands(world: World) -> None:
    copy = copy_of(world)
    away = floating(world)
    record(world, "floating")
    away.until = LATER
    away.save()
    (found,) = copy_sheets([copy], LAYOUTS["floating"])
    (spot,) = found.sheet.fresh
    assert (spot.status, spot.line, spot.to_print) == (Status.COMPLETED, 1, ("", "", "", "2026.12.24"))
    client = world.client("organizer_ashi")
    calibrated(world)
    (plan,) = plans(client, page_url(world, "floating"))
    client.post(reverse("certificates:overprint_record"), {"plan": plan})
    (row,) = Overprint.objects.all()
    assert row.text.endswith("｜2026.12.24")
    assert not copy_sheets([copy], LAYOUTS["floating"])[0].sheet.fresh


def test_lines_from_before_the_copy_wait_until_asked_for(world: World) -> None:
    copy_of(world)
    reward(world, "优秀共产党员", on=date(2020, 7, 1))
    client = world.client("organizer_ashi")
    calibrated(world)
    url = page_url(world, "rewards")
    assert "发证以前" in client.get(url).content.decode()
    assert plans(client, url) == []
    assert len(plans(client, f"{url}?earlier=1")) == 1


def test_a_page_says_how_each_line_stands(world: World) -> None:
    copy_of(world)
    reward(world, "优秀共产党员")
    client, url = world.client("organizer_ashi"), page_url(world, "rewards")
    assert "st-pending" in client.get(url).content.decode()
    record(world, "rewards")
    page = client.get(url).content.decode()
    assert "已印" in page
    assert "第23页第1行" in page
    assert "印的与台账不一致" not in page


def test_lines_begin_after_what_was_written_by_hand(world: World) -> None:
    copy = copy_of(world)
    reward(world, "优秀共产党员")
    client = world.client("organizer_ashi")
    calibrated(world)
    (plan,) = plans(client, f"{page_url(world, 'rewards')}?first=4")
    client.post(reverse("certificates:overprint_record"), {"plan": plan})
    assert Overprint.objects.get(booklet=copy).line == 4


# --- what is remembered -------------------------------------------------------------------------


def test_confirming_twice_records_once(world: World) -> None:
    copy = copy_of(world)
    reward(world, "优秀共产党员")
    wanted = entries(copy, "rewards")
    by = world.scope("organizer_ashi")
    assert actions.record_overprint(by=by, entries=wanted, on=TODAY) == 1
    assert actions.record_overprint(by=by, entries=wanted, on=TODAY) == 0
    assert Overprint.objects.count() == 1
    (found,) = AuditRecord.objects.filter(event="certificates.overprint.recorded")
    assert found.data == {"page": "rewards", "lines": [1]}


def test_a_place_that_is_taken_is_not_recorded_again(world: World) -> None:
    copy = copy_of(world)
    reward(world, "优秀共产党员")
    record(world, "rewards")
    other = actions.Entry(copy.pk, "rewards", 1, "reward:0", "别的", Mark.NEW)
    free = actions.Entry(copy.pk, "rewards", 2, "reward:99", "新的", Mark.NEW)
    with pytest.raises(Refused, match="第1行已经登记印过别的内容"):
        actions.record_overprint(by=world.scope("organizer_ashi"), entries=[free, other], on=TODAY)
    assert Overprint.objects.count() == 1


def test_what_was_printed_is_recorded_although_the_ledger_changed_meanwhile(world: World) -> None:
    copy = copy_of(world)
    given = reward(world, "优秀共产党员")
    client = world.client("organizer_ashi")
    calibrated(world)
    (plan,) = plans(client, page_url(world, "rewards"))
    given.title = "优秀党务工作者"
    given.save()
    client.post(reverse("certificates:overprint_record"), {"plan": plan})
    assert "优秀共产党员" in Overprint.objects.get(booklet=copy).text
    page = client.get(page_url(world, "rewards")).content.decode()
    assert "印的与台账不一致" in page
    assert "证本上：2026.11.24，优秀共产党员，" in page
    assert "台账里：2026.11.24，优秀党务工作者，" in page


def test_a_voided_copy_takes_no_record(world: World) -> None:
    copy = copy_of(world)
    reward(world, "优秀共产党员")
    wanted = entries(copy, "rewards")
    Booklet.objects.filter(pk=copy.pk).update(state="voided")
    with pytest.raises(Refused, match="已经作废"):
        actions.record_overprint(by=world.scope("organizer_ashi"), entries=wanted, on=TODAY)
    assert not Overprint.objects.exists()


def test_a_plan_of_another_person_or_altered_is_refused(world: World) -> None:
    copy_of(world)
    reward(world, "优秀共产党员")
    calibrated(world)
    (plan,) = plans(world.client("organizer_ashi"), page_url(world, "rewards"))
    url = reverse("certificates:overprint_record")
    for person, text in (("county_organizer", plan), ("organizer_ashi", plan + "x"), ("organizer_ashi", "")):
        answer = world.client(person).post(url, {"plan": text})
        assert answer.status_code == 409
        assert "这份打印预览已经过期" in answer.content.decode()
    assert not Overprint.objects.exists()


def test_a_difference_is_mended_by_hand(world: World) -> None:
    copy = copy_of(world)
    given = reward(world, "优秀共产党员")
    record(world, "rewards")
    given.reversed_on = TODAY
    given.save()
    client = world.client("organizer_ashi")
    url = page_url(world, "rewards")
    assert "台账里已经没有这一行" in client.get(url).content.decode()
    for _click in range(2):
        answer = client.post(
            reverse("certificates:overprint_mending", args=[world.members_a1[0].pk, "rewards"]),
            {"key": f"reward:{given.pk}"},
        )
        assert answer.status_code == 303
    assert not copy_sheets([copy], REWARDS)[0].sheet.differences
    assert AuditRecord.objects.filter(event="certificates.overprint.mended").count() == 1
    row = Overprint.objects.get(booklet=copy)
    assert (row.mended_how, row.mended_text) == ("hand", "")
    assert "优秀共产党员" in row.text


def test_only_a_difference_can_be_mended(world: World) -> None:
    copy = copy_of(world)
    given = reward(world, "优秀共产党员")
    record(world, "rewards")
    with pytest.raises(Refused, match="没有出入"):
        actions.mend_by_hand(
            by=world.scope("organizer_ashi"), booklet=copy, page="rewards", key=f"reward:{given.pk}", on=TODAY
        )


# --- pages to stick in --------------------------------------------------------------------------


def test_a_page_over_a_difference_is_printed_whole_from_the_ledger(world: World) -> None:
    copy = copy_of(world)
    wrong = reward(world, "优秀共产党员")
    reward(world, "优秀党务工作者")
    record(world, "rewards")
    wrong.title = "优秀共产党员标兵"
    wrong.save()
    client = world.client("organizer_ashi")
    (plan,) = plans(client, page_url(world, "rewards"))
    answer = client.post(reverse("certificates:continuation_file"), {"plan": plan})
    text = text_of(answer.content)
    source = source_of("rewards")
    assert source is not None
    for line in source([world.members_a1[0].pk])[world.members_a1[0].pk]:
        assert all(field.replace(" ", "") in text for field in line.fields)
    assert "更正页，贴在第23页" in text
    assert copy.certificate.number[:3] in text
    assert client.post(reverse("certificates:overprint_record"), {"plan": plan}).status_code == 303
    (found,) = copy_sheets([copy], REWARDS)
    assert [spot.status for spot in found.sheet.spots] == [Status.MENDED, Status.SAME]


def test_lines_past_the_last_page_go_onto_a_continuation_page(world: World) -> None:
    copy = copy_of(world)
    for n in range(16):
        reward(world, f"第{n + 1}次表彰")
    client = world.client("organizer_ashi")
    calibrated(world)
    own, more = plans(client, page_url(world, "rewards"))
    answer = client.post(reverse("certificates:continuation_file"), {"plan": more})
    sheet = pypdfium2.PdfDocument(answer.content)[0]
    assert [round(size * MM) for size in sheet.get_size()] == [297, 210]
    text = text_of(answer.content)
    assert "续页1" in text
    assert "第15次表彰" in text
    assert "第16次表彰" in text
    assert "第14次表彰" not in text
    for plan in (own, more):
        client.post(reverse("certificates:overprint_record"), {"plan": plan})
    assert list(Overprint.objects.order_by("line").values_list("line", flat=True)) == list(range(1, 17))
    reward(world, "第17次表彰")
    (again,) = plans(client, page_url(world, "rewards"))
    text = text_of(client.post(reverse("certificates:continuation_file"), {"plan": again}).content)
    assert "第15次表彰" in text  # the same page whole, to be stuck over the old one
    assert "第17次表彰" in text
    assert not copy_sheets([copy], REWARDS)[0].sheet.differences


# --- a branch -----------------------------------------------------------------------------------


def test_a_branch_is_printed_in_one_file_and_confirmed_once(world: World) -> None:
    copies = [copy_of(world, member) for member in world.members_a1]
    for member in world.members_a1:
        reward(world, "先进党支部成员", member=member)
    client, printer = world.client("organizer_ashi"), calibrated(world)
    url = reverse("certificates:branch_overprint_page", args=[world.a1.pk, "rewards"])
    page = client.get(url).content.decode()
    assert all(member.name in page for member in world.members_a1)
    (plan,) = plans(client, url)
    answer = client.post(reverse("certificates:overprint_file"), {"plan": plan, "printer": printer.pk})
    assert page_count(answer.content) == len(copies)
    done = client.post(
        reverse("certificates:overprint_record"), {"plan": plan, "branch": world.a1.pk}, follow=True
    )
    assert "这一页没有要印的" in done.content.decode()
    assert Overprint.objects.count() == len(copies)


def test_penalties_are_offered_only_to_who_may_read_them(world: World) -> None:
    copy_of(world)
    penalty(world)
    url = reverse("certificates:overprint", args=[world.members_a1[0].pk])
    assert "处分和组织处置" in world.client("organizer_ashi").get(url).content.decode()
    by = world.scope("organizer_ashi")
    without = type(by)(by.user_id, by.name, {k: v for k, v in by.grants.items() if k != "conduct.read"})
    with pytest.raises(Denied):
        actions.record_overprint(by=without, entries=entries(copy_of(world), "penalties"), on=TODAY)


def test_pages_without_a_ledger_are_not_offered(world: World) -> None:
    copy_of(world)
    client = world.client("organizer_ashi")
    page = client.get(reverse("certificates:overprint", args=[world.members_a1[0].pk])).content.decode()
    for key in ("dues", "points", "annual_review", "quarterly_inspection"):
        assert page_url(world, key) not in page
        assert client.get(page_url(world, key)).status_code == 404


def test_who_may_print_is_led_there_from_the_panel_and_the_print_center(world: World) -> None:
    copy_of(world)
    member = world.members_a1[0]
    there = reverse("certificates:overprint", args=[member.pk])
    panel = reverse("certificates:member_panel", args=[member.pk])
    assert there in world.client("organizer_ashi").get(panel).content.decode()
    assert there not in world.client("secretary_a1").get(panel).content.decode()
    center = world.client("organizer_ashi").get(reverse("certificates:prints")).content.decode()
    assert reverse("certificates:printers") in center
    assert reverse("certificates:overprint_branches") in center


def test_a_member_without_a_copy_is_told_so(world: World) -> None:
    member = make_member(branch=world.a1)
    answer = world.client("organizer_ashi").get(reverse("certificates:overprint", args=[member.pk]))
    assert answer.status_code == 409
    assert "没有在用的证本" in answer.content.decode()


@pytest.mark.parametrize("page", ["issue", "transfers", "floating", "rewards", "penalties", ""])
def test_a_branch_costs_the_same_queries_for_thirty_copies(world: World, page: str) -> None:
    copy_of(world)
    transfer(world)
    calibrated(world)

    def grow() -> None:
        for _n in range(30):
            member = make_member(branch=world.a1)
            reward(world, "优秀共产党员", member=member)
        printed(world)

    name = "certificates:branch_overprint_page" if page else "certificates:branch_overprint"
    url = reverse(name, args=[world.a1.pk, page] if page else [world.a1.pk])
    with constant_queries(world.client("county_organizer"), url, grow=grow) as count:
        assert count <= 32


# --- printers -----------------------------------------------------------------------------------


def test_a_printer_is_calibrated_by_measuring_twice(world: World) -> None:
    by = world.scope("organizer_ashi")
    printer = actions.add_printer(by=by, organization=world.ashi, name=" 针式打印机 ", on=TODAY)
    client = world.client("organizer_ashi")
    url = reverse("certificates:printer", args=[printer.pk])
    sheet = client.get(reverse("certificates:calibration_sheet", args=[printer.pk])).content
    assert "实际大小" in text_of(sheet)
    first = client.post(
        url, {"measured_x": "31.2", "measured_y": "29.6", "seen_x": 0, "seen_y": 0}, follow=True
    )
    assert "请再印一张校准页" in first.content.decode()
    printer.refresh_from_db()
    assert (printer.offset_x, printer.offset_y, printer.calibrated_on) == (-12, 4, None)
    assert [group.total for group in work(by, on=TODAY)] == [1]
    stale = client.post(url, {"measured_x": "31.2", "measured_y": "29.6", "seen_x": 0, "seen_y": 0})
    assert "请再印一张" in stale.content.decode()
    printer.refresh_from_db()
    assert (printer.offset_x, printer.offset_y) == (-12, 4)
    done = client.post(
        url, {"measured_x": "30.1", "measured_y": "30.0", "seen_x": -12, "seen_y": 4}, follow=True
    )
    assert "这台打印机可以用来套打" in done.content.decode()
    printer.refresh_from_db()
    assert printer.calibrated_on is not None
    assert work(by, on=TODAY) == []


def test_the_crosses_move_with_the_offsets() -> None:
    still = position_of(calibration_pdf("甲", Offsets(0, 0), on=TODAY), "乙")
    moved = position_of(calibration_pdf("甲", Offsets(-12, 4), on=TODAY), "乙")
    assert abs(moved[0] - still[0] + 1.2) < 0.1
    assert abs(moved[1] - still[1] - 0.4) < 0.1


def test_a_measurement_too_far_off_is_refused(world: World) -> None:
    by = world.scope("organizer_ashi")
    printer = actions.add_printer(by=by, organization=world.ashi, name="针式", on=TODAY)
    with pytest.raises(Refused, match="超过20毫米"):
        actions.calibrate_printer(
            by=by, printer=printer, measured_x=550, measured_y=300, printed_with=Offsets(0, 0), on=TODAY
        )
    printer.refresh_from_db()
    assert printer.offset_x == 0


def test_an_uncalibrated_printer_prints_nothing(world: World) -> None:
    copy_of(world)
    reward(world, "优秀共产党员")
    calibrated(world)
    raw = actions.add_printer(
        by=world.scope("organizer_ashi"), organization=world.ashi, name="新的", on=TODAY
    )
    client = world.client("organizer_ashi")
    (plan,) = plans(client, page_url(world, "rewards"))
    answer = client.post(reverse("certificates:overprint_file"), {"plan": plan, "printer": raw.pk})
    assert answer.status_code == 409
    assert "还没有校准好" in answer.content.decode()


def test_a_name_is_entered_once_and_a_closed_printer_comes_back_uncalibrated(world: World) -> None:
    by = world.scope("organizer_ashi")
    printer = calibrated(world)
    again = actions.add_printer(by=by, organization=world.ashi, name=printer.name, on=TODAY)
    assert again.pk == printer.pk
    assert again.calibrated_on == TODAY
    actions.close_printer(by=by, printer=printer, on=TODAY)
    back = actions.add_printer(by=by, organization=world.ashi, name=printer.name, on=TODAY)
    assert (back.pk, back.closed_on, back.calibrated_on) == (printer.pk, None, None)
    with pytest.raises(Denied):
        actions.add_printer(by=by, organization=world.bashi, name="别处的", on=TODAY)
