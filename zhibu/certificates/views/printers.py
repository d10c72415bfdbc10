"""Pages of printers and their calibration."""

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhibu.certificates.actions import overprint as actions
from zhibu.certificates.forms.overprint import CalibrationForm, PrinterForm
from zhibu.certificates.models import Printer
from zhibu.certificates.prints.overprint import calibration_pdf
from zhibu.certificates.rules.overprint.printers import Offsets
from zhibu.certificates.summaries import overprint as summaries
from zhibu.core.access import Refused
from zhibu.core.db import get_visible
from zhibu.core.http import Request, requires, see_other
from zhibu.core.refusals import sentence_of
from zhibu.organizations.models import Organization
from zhibu.ui.downloads import attachment
from zhibu.ui.pages import paginate, render_page

PRINT = "certificates.print"


def printer_of(request: Request, pk: int) -> Printer:
    """The printer, if the person may print with it."""
    return get_visible(Printer.objects.select_related("organization"), request.scope, PRINT, pk=pk)


def offsets_of(printer: Printer) -> Offsets:
    """As stored."""
    return Offsets(printer.offset_x, printer.offset_y)


@requires(PRINT)
def printers(request: Request) -> HttpResponseBase:
    place = Organization.objects.visible_to(request.scope, PRINT).top_first().first()
    context = {"page": paginate(request, summaries.printers(request.scope)), "place": place}
    return render_page(request, "certificates/printers.html", context)


@requires(PRINT)
def printer_new(request: Request, organization_id: int) -> HttpResponseBase:
    organization = get_visible(Organization.objects.all(), request.scope, PRINT, pk=organization_id)
    form = PrinterForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        printer = actions.add_printer(
            by=request.scope,
            organization=organization,
            name=form.cleaned_data["name"],
            on=timezone.localdate(),
        )
        messages.success(request, _("{name}已登记，下一步印校准页。").format(name=printer.name))
        return see_other("certificates:printer", printer.pk)
    return render(request, "certificates/printer_new.html", {"form": form, "organization": organization})


@requires(PRINT)
def printer(request: Request, printer_id: int) -> HttpResponseBase:
    row = printer_of(request, printer_id)
    seen = {"seen_x": row.offset_x, "seen_y": row.offset_y}
    form = CalibrationForm(request.POST or None, initial=seen)
    if request.method == "POST" and form.is_valid():
        try:
            confirmed = actions.calibrate_printer(
                by=request.scope, printer=row, on=timezone.localdate(), **form.values()
            )
        except Refused as refusal:
            form.add_error(None, sentence_of(refusal))
        else:
            if confirmed:
                messages.success(request, _("对上了，这台打印机可以用来套打。"))
            else:
                messages.success(request, _("偏移已改好。请再印一张校准页，量一次来确认。"))
            return see_other("certificates:printer", row.pk)
    return render(request, "certificates/printer.html", {"printer": row, "form": form})


@requires(PRINT)
def calibration_sheet(request: Request, printer_id: int) -> HttpResponseBase:
    row = printer_of(request, printer_id)
    content = calibration_pdf(row.name, offsets_of(row), on=timezone.localdate())
    return attachment(content, _("校准页.pdf"))


@requires(PRINT)
@require_POST
def printer_closing(request: Request, printer_id: int) -> HttpResponseBase:
    row = actions.close_printer(
        by=request.scope, printer=printer_of(request, printer_id), on=timezone.localdate()
    )
    messages.success(request, _("{name}已停用。").format(name=row.name))
    return see_other("certificates:printers")
