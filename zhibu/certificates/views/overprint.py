"""Pages of overprints: one member's copy, a branch's copies, pages to stick in."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhibu.certificates.actions import overprint as actions
from zhibu.certificates.forms.overprint import ChoiceForm, SealedPlan, seal
from zhibu.certificates.models import Booklet
from zhibu.certificates.prints.overprint import (
    Leaf,
    continuation_pdf,
    overprint_pdf,
)
from zhibu.certificates.rules.overprint.layouts import LAYOUTS, Layout
from zhibu.certificates.rules.overprint.lines import Mark, NewLine, Status
from zhibu.certificates.rules.overprint.sheets import Sheet, Spot
from zhibu.certificates.summaries import overprint as summaries
from zhibu.certificates.views.printers import offsets_of, printer_of
from zhibu.core.access import Denied, Refused
from zhibu.core.db import get_visible
from zhibu.core.http import Request, requires, see_other
from zhibu.core.text import gettext_noop
from zhibu.members.models import Member
from zhibu.organizations.models import Organization
from zhibu.organizations.rules import BRANCH_KINDS
from zhibu.ui.downloads import attachment
from zhibu.ui.pages import paginate, render_page

PRINT = "certificates.print"


# --- what a page offers to print ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StickIn:
    """A page to be stuck into a copy: over page ``over``, or continuation ``number``. Its lines, and how many changed."""

    over: int
    number: int
    spots: tuple[Spot, ...]
    changed: int


def _entry(copy: Booklet, layout: Layout, spot: Spot, mark: Mark) -> actions.Entry:
    text = spot.ledger.text if spot.ledger else ""
    return actions.Entry(copy.pk, layout.key, spot.line, spot.key, text, mark)


def _fresh_plan(request: Request, found: Iterable[summaries.CopySheet]) -> str:
    """The sealed print of all fresh lines; "" when there are none."""
    lines = [
        (
            _entry(
                each.booklet,
                each.sheet.layout,
                spot,
                Mark.NEW if spot.status == Status.NEW else Mark.COMPLETED,
            ),
            spot.to_print,
        )
        for each in found
        for spot in each.sheet.fresh
    ]
    return seal(request.scope.user_id, lines) if lines else ""


def _stick_ins(sheet: Sheet) -> list[StickIn]:
    """Pages that cover a difference, and continuation pages that would say something new."""
    layout = sheet.layout
    if layout.more is None:
        return []
    made = []
    if not layout.reserved:  # page 9 has fields besides its table: it is mended by hand
        for page in layout.pages:
            spots = sheet.on_page(page)
            if any(spot.status == Status.DIFFERS for spot in spots):
                made.append(_stick_in(page, 0, spots))
    for number in sorted({sheet.continuation_of(spot.line) for spot in sheet.overflow}):
        made.append(_stick_in(0, number, sheet.on_continuation(number)))
    return made


def _stick_in(over: int, number: int, spots: tuple[Spot, ...]) -> StickIn:
    same = (Status.SAME, Status.MENDED)
    return StickIn(over, number, spots, sum(spot.status not in same for spot in spots))


def _stick_in_plan(request: Request, copy: Booklet, layout: Layout, made: Sequence[StickIn]) -> str:
    """The sealed print of pages to stick in; "" when there are none. Confirming records every line on them."""
    if not made:
        return ""
    lines = [
        (
            _entry(copy, layout, spot, Mark.NEW if spot.status == Status.NEW else Mark.REPLACED),
            spot.ledger.fields if spot.ledger else (),
        )
        for each in made
        for spot in each.spots
    ]
    return seal(
        request.scope.user_id, lines, leaves=[[each.over, each.number, len(each.spots)] for each in made]
    )


# --- one member's copy --------------------------------------------------------------------------


def _member(request: Request, pk: int) -> tuple[Member, Booklet]:
    member = get_visible(Member.objects.select_related("branch"), request.scope, PRINT, pk=pk)
    copy = summaries.live_copy(member.pk)
    if copy is None:
        raise Refused(gettext_noop("这位党员没有在用的证本，不能套打。请先打印和发放党员证。"))
    return member, copy


def _layout(request: Request, path: str, page: str) -> Layout:
    """The page asked for. 404 for one that is kept by hand; refused without the right to its ledger."""
    layout = LAYOUTS.get(page)
    if layout is None or summaries.source_of(page) is None:
        raise Http404
    if layout.permission and not request.scope.covers(layout.permission, path):
        raise Denied(layout.permission)
    return layout


@requires(PRINT)
def overprint(request: Request, member_id: int) -> HttpResponseBase:
    member, copy = _member(request, member_id)
    pages = [
        (layout, found[0].sheet)
        for layout, found in summaries.overview(request.scope, [copy], member.branch.path)
    ]
    context = {"member": member, "copy": copy, "pages": pages, "organization": member.branch}
    return render(request, "certificates/overprint.html", context)


@requires(PRINT)
def overprint_page(request: Request, member_id: int, page: str) -> HttpResponseBase:
    member, copy = _member(request, member_id)
    layout = _layout(request, member.branch.path, page)
    chosen, first, earlier = ChoiceForm(request.GET).chosen()
    (found,) = summaries.copy_sheets([copy], layout, first=first, earlier=earlier)
    made = _stick_ins(found.sheet)
    context = {
        "member": member,
        "organization": member.branch,
        "copy": copy,
        "layout": layout,
        "sheet": found.sheet,
        "first": max(first, found.sheet.next_line),
        "earlier": earlier,
        "plan": _fresh_plan(request, [found]),
        "stick_ins": made,
        "stick_in_plan": _stick_in_plan(request, copy, layout, made),
        **_printer_choice(request, chosen),
    }
    return render(request, "certificates/overprint_page.html", context)


def _printer_choice(request: Request, chosen: int | None) -> dict[str, object]:
    printers = summaries.usable_printers(request.scope)
    printer = next((each for each in printers if each.pk == chosen), printers[0] if printers else None)
    return {"printers": printers, "printer": printer}


@requires(PRINT)
@require_POST
def overprint_mending(request: Request, member_id: int, page: str) -> HttpResponseBase:
    member, copy = _member(request, member_id)
    _layout(request, member.branch.path, page)
    actions.mend_by_hand(
        by=request.scope,
        booklet=copy,
        page=page,
        key=request.POST.get("key", ""),
        on=timezone.localdate(),
    )
    messages.success(request, _("已登记手写更正，证本和台账一致了。"))
    return see_other("certificates:overprint_page", member.pk, page)


# --- a branch's copies --------------------------------------------------------------------------


@requires(PRINT)
def overprint_branches(request: Request) -> HttpResponseBase:
    text = request.GET.get("q", "").strip()
    found = summaries.branches(request.scope)
    context = {"page": paginate(request, found.matching(text) if text else found), "q": text}
    return render_page(request, "certificates/overprint_branches.html", context)


def _branch(request: Request, pk: int) -> Organization:
    found = Organization.objects.filter(kind__in=BRANCH_KINDS).select_related("parent")
    return get_visible(found, request.scope, PRINT, pk=pk)


@requires(PRINT)
def branch_overprint(request: Request, organization_id: int) -> HttpResponseBase:
    branch = _branch(request, organization_id)
    copies = summaries.copies_of_branch(request.scope, branch)
    pages = [
        {
            "layout": layout,
            "copies": sum(bool(each.sheet.fresh) for each in found),
            "lines": sum(len(each.sheet.fresh) for each in found),
            "differences": sum(len(each.sheet.differences) for each in found),
            "overflow": sum(bool(each.sheet.overflow) for each in found),
        }
        for layout, found in summaries.overview(request.scope, copies, branch.path)
    ]
    context = {"organization": branch, "pages": pages, "copies": len(copies)}
    return render(request, "certificates/overprint_branch.html", _at(branch, context))


@requires(PRINT)
def branch_overprint_page(request: Request, organization_id: int, page: str) -> HttpResponseBase:
    branch = _branch(request, organization_id)
    layout = _layout(request, branch.path, page)
    chosen, _first, earlier = ChoiceForm(request.GET).chosen()
    copies = summaries.copies_of_branch(request.scope, branch)
    found = summaries.copy_sheets(copies, layout, earlier=earlier)
    fresh = [each for each in found if each.sheet.fresh]
    context = {
        "layout": layout,
        "fresh": [
            {"booklet": each.booklet, "fresh_sheet": replace(each.sheet, spots=each.sheet.fresh)}
            for each in fresh
        ],
        "attention": [each for each in found if each.sheet.differences or each.sheet.overflow],
        "earlier_lines": sum(len(each.sheet.earlier) for each in found),
        "copies": len(copies),
        "earlier": earlier,
        "plan": _fresh_plan(request, fresh),
        **_printer_choice(request, chosen),
    }
    return render(request, "certificates/overprint_branch_page.html", _at(branch, context))


def _at(branch: Organization, context: dict[str, object]) -> dict[str, object]:
    return {"organization": branch, "above": Organization.objects.above(branch.path), **context}


# --- printing and confirming --------------------------------------------------------------------


@requires(PRINT)
@require_POST
def overprint_file(request: Request) -> HttpResponseBase:
    """The file of a print that a page offered. It says what the page showed, whatever changed meanwhile."""
    plan = SealedPlan(request.POST.get("plan", ""), request.scope.user_id)
    pk = request.POST.get("printer", "")
    row = printer_of(request, int(pk) if pk.isascii() and pk.isdecimal() and len(pk) < 10 else 0)
    if row.calibrated_on is None or row.closed_on is not None:
        raise Refused(gettext_noop("这台打印机还没有校准好，套打会印歪。请先印校准页。"))
    return attachment(overprint_pdf(plan.lines, offsets_of(row)), _("套打.pdf"))


@requires(PRINT)
@require_POST
def continuation_file(request: Request) -> HttpResponseBase:
    """Pages to stick in, as the preview showed them."""
    plan = SealedPlan(request.POST.get("plan", ""), request.scope.user_id)
    copies = {
        copy.pk: copy
        for copy in Booklet.objects.visible_to(request.scope, PRINT)
        .filter(pk__in={line.booklet for line in plan.lines})
        .select_related("certificate__member")
    }
    lines = iter(plan.lines)
    leaves = []
    for over, number, count in plan.data.get("leaves", ()):
        own = [next(lines) for _n in range(count)]
        copy = copies.get(own[0].booklet)
        if copy is None:
            raise Http404
        leaves.append(_leaf(copy, own[0].page, over, number, own, on=timezone.localdate()))
    if not leaves:
        raise Http404
    return attachment(continuation_pdf(leaves), _("续页.pdf"))


def _leaf(copy: Booklet, page: str, over: int, number: int, lines: Iterable[NewLine], *, on: date) -> Leaf:
    return Leaf(
        page,
        over,
        number,
        copy.certificate.number,
        copy.serial,
        copy.issuer,
        on,
        copy.certificate.member.is_synthetic,
        tuple((line.line, line.fields) for line in lines if line.fields),
    )


@requires(PRINT)
@require_POST
def overprint_record(request: Request) -> HttpResponse:
    """印好了: what the preview offered now stands in the copies."""
    plan = SealedPlan(request.POST.get("plan", ""), request.scope.user_id)
    count = actions.record_overprint(by=request.scope, entries=plan.entries, on=timezone.localdate())
    messages.success(
        request,
        _("已登记印好{n}行。").format(n=count) if count else _("这些行已经登记过，没有重复登记。"),
    )
    page = plan.entries[0].page
    branch = request.POST.get("branch", "")
    if branch.isascii() and branch.isdecimal() and len(branch) < 10:
        return see_other("certificates:branch_overprint_page", int(branch), page)
    copy = get_visible(
        Booklet.objects.select_related("certificate"), request.scope, PRINT, pk=plan.entries[0].booklet
    )
    return see_other("certificates:overprint_page", copy.certificate.member_id, page)
