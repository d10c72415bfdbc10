"""Things that stand on booklet pages, and readers of what was printed onto them."""

import re
from datetime import date

import pypdfium2
from django.test import Client
from django.urls import reverse

from tests.browser.paper import page_count, page_text
from tests.days import dashed, month_back
from tests.things import printed
from tests.world import NOW, TODAY, World
from zhibu.certificates.actions import overprint as actions
from zhibu.certificates.models import Booklet, Printer
from zhibu.certificates.rules.overprint.layouts import LAYOUTS
from zhibu.certificates.rules.overprint.lines import Mark
from zhibu.certificates.rules.overprint.printers import Offsets
from zhibu.certificates.summaries.overprint import copy_sheets
from zhibu.conduct.models import Reward
from zhibu.core.dates import add_months
from zhibu.members.models import Member, MembershipEvent
from zhibu.mobility.models import Floating, Transfer

MM = 25.4 / 72


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
        until=add_months(TODAY, 12),
        months=12,
        proposed_by="王芳",
        proposed_at=NOW,
    )


def transfer(world: World, *, on: date = TODAY, paid: str = dashed(month_back(1))) -> Transfer:
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
