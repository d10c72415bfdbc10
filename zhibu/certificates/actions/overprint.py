"""Printers and their offsets; what has been printed into copies; what was mended there."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from zhibu.audit import actions as audit
from zhibu.certificates.models import Booklet, Overprint, Printer
from zhibu.certificates.rules.copies import BookletState
from zhibu.certificates.rules.overprint.layouts import LAYOUTS
from zhibu.certificates.rules.overprint.lines import Mark, Status
from zhibu.certificates.rules.overprint.printers import Offsets, corrected
from zhibu.certificates.summaries.overprint import copy_sheets
from zhibu.core.access import Refused, Scope
from zhibu.core.text import gettext_noop
from zhibu.core.wording import said
from zhibu.organizations.models import Organization

PRINT = "certificates.print"


@dataclass(frozen=True, slots=True)
class Entry:
    """A line as it was sent to the printer: in which copy, on which page and line, what it says there now."""

    booklet: int
    page: str
    line: int
    key: str
    text: str
    mark: Mark


@transaction.atomic
def add_printer(*, by: Scope, organization: Organization, name: str, on: date) -> Printer:
    """Enter a printer of the organization. The same name again returns the first; a closed one is used anew,
    to be calibrated again."""
    by.require(PRINT, organization.path)
    called = said(name)[:40]
    if not called:
        raise Refused(gettext_noop("请写打印机的名称，例如“二楼办公室针式打印机”。"))
    printer, created = Printer.objects.select_for_update(of=("self",)).get_or_create(
        organization=organization, name=called, defaults={"by": by.name, "at": timezone.now()}
    )
    if not created and printer.closed_on is None:
        return printer
    if not created:
        printer.closed_on, printer.calibrated_on = None, None
        printer.save(update_fields=["closed_on", "calibrated_on"])
    _record("certificates.printer.added", by, printer, {"on": on.isoformat()})
    return printer


@transaction.atomic
def close_printer(*, by: Scope, printer: Printer, on: date) -> Printer:
    """Take a printer out of use. Again changes nothing."""
    row = _locked(by, printer)
    if row.closed_on is None:
        row.closed_on = on
        row.save(update_fields=["closed_on"])
        _record("certificates.printer.closed", by, row, {"on": on.isoformat()})
    return row


@transaction.atomic
def calibrate_printer(
    *, by: Scope, printer: Printer, measured_x: int, measured_y: int, printed_with: Offsets, on: date
) -> bool:
    """Take over what was measured on a calibration sheet, in tenths of a millimeter from the left and upper edge.

    Returns True when the sheet confirmed the offsets it was printed with: the printer is calibrated. Else
    the offsets are moved and the next sheet has to confirm them. Refused when the sheet was printed with
    other offsets than the printer has now (a second click, another person), or would move too far.
    """
    row = _locked(by, printer)
    if row.closed_on is not None:
        raise Refused(gettext_noop("这台打印机已经停用。要用请按原名重新登记。"))
    stored = Offsets(row.offset_x, row.offset_y)
    if stored != printed_with:
        raise Refused(
            gettext_noop("这台打印机的偏移在这张校准页印好以后已经改过。请再印一张，用新的一张来量。")
        )
    offsets, confirmed = corrected(stored, measured_x=measured_x, measured_y=measured_y)
    row.offset_x, row.offset_y = offsets.x, offsets.y
    row.calibrated_on = on if confirmed else None
    row.save(update_fields=["offset_x", "offset_y", "calibrated_on"])
    event = "certificates.printer.calibrated" if confirmed else "certificates.printer.adjusted"
    _record(event, by, row, {"offset_x": offsets.x, "offset_y": offsets.y})
    return confirmed


@transaction.atomic
def record_overprint(*, by: Scope, entries: Sequence[Entry], on: date) -> int:
    """Record that lines were printed into copies (印好了). Returns how many were new to the record.

    What is recorded already with the same words stays as it is, so that a second click changes nothing.
    Refused as a whole when a copy has been voided, or a place or a line is recorded otherwise.
    """
    copies = _copies(by, {entry.booklet for entry in entries})
    _require_pages(by, copies.values(), {entry.page for entry in entries})
    rows = Overprint.objects.filter(booklet__in=copies, page__in={entry.page for entry in entries})
    by_key = {(row.booklet_id, row.page, row.key): row for row in rows}
    by_line = {(row.booklet_id, row.page, row.line): row for row in rows}
    now = timezone.now()
    made: list[Overprint] = []
    touched: dict[tuple[int, str], list[int]] = defaultdict(list)
    for entry in entries:
        found = by_key.get((entry.booklet, entry.page, entry.key))
        if found is None:
            if (entry.booklet, entry.page, entry.line) in by_line:
                raise _taken(entry)
            row = Overprint(
                booklet_id=entry.booklet,
                page=entry.page,
                line=entry.line,
                key=entry.key,
                text=entry.text,
                printed_at=now,
                printed_by=by.name,
            )
            by_key[(entry.booklet, entry.page, entry.key)] = row
            by_line[(entry.booklet, entry.page, entry.line)] = row
            made.append(row)
        elif found.current == entry.text:
            continue
        elif found.line != entry.line or entry.mark == Mark.NEW:
            raise _taken(entry)
        elif entry.mark == Mark.COMPLETED:
            found.text, found.printed_at, found.printed_by = entry.text, now, by.name
            found.save(update_fields=["text", "printed_at", "printed_by"])
        else:
            _mend(found, entry.text, how="page", by=by, on=on)
        touched[(entry.booklet, entry.page)].append(entry.line)
    Overprint.objects.bulk_create(made)
    audit.record_many(
        (
            _deed("certificates.overprint.recorded", copies[pk], {"page": page, "lines": lines})
            for (pk, page), lines in touched.items()
        ),
        by=by,
    )
    return sum(len(lines) for lines in touched.values())


@transaction.atomic
def mend_by_hand(*, by: Scope, booklet: Booklet, page: str, key: str, on: date) -> Overprint:
    """Record that a line which differed was mended in the copy by hand, so that it says what the ledger says.

    Refused when the line does not differ, or the copy has been voided.
    """
    copy = _copies(by, {booklet.pk})[booklet.pk]
    _require_pages(by, [copy], {page})
    row = Overprint.objects.filter(booklet=copy, page=page, key=key).first()
    (found,) = copy_sheets([copy], LAYOUTS[page])
    spot = next((each for each in found.sheet.spots if each.key == key), None)
    if row is not None and spot is not None and spot.status == Status.MENDED:
        return row  # a second click
    if row is None or spot is None or spot.status != Status.DIFFERS:
        raise Refused(gettext_noop("这一行与台账没有出入，不用登记更正。请刷新页面再看。"))
    _mend(row, spot.ledger.text if spot.ledger else "", how="hand", by=by, on=on)
    audit.record_many(
        [_deed("certificates.overprint.mended", copy, {"page": page, "lines": [row.line]})], by=by
    )
    return row


def _mend(row: Overprint, text: str, *, how: str, by: Scope, on: date) -> None:
    row.mended_text, row.mended_how, row.mended_by, row.mended_on = text, how, by.name, on
    row.save(update_fields=["mended_text", "mended_how", "mended_by", "mended_on"])


def _copies(by: Scope, ids: set[int]) -> dict[int, Booklet]:
    """The copies, locked. Refused when one of them is out of scope, gone or voided."""
    found = {
        copy.pk: copy
        for copy in Booklet.objects.visible_to(by, PRINT)
        .filter(pk__in=ids)
        .select_for_update(of=("self",))
        .select_related("certificate__member__branch")
        .order_by("pk")
    }
    if len(found) != len(ids):
        raise Refused(gettext_noop("有的证本已经不在您的管理范围。请重新打开预览。"))
    voided = next((copy for copy in found.values() if copy.state == BookletState.VOIDED), None)
    if voided is not None:
        raise Refused(
            gettext_noop("{name}的第{serial:02d}本已经作废，印上去的不再登记。请换发新证本后再套打。"),
            name=voided.certificate.member.name,
            serial=voided.serial,
        )
    return found


def _require_pages(by: Scope, copies: Iterable[Booklet], pages: set[str]) -> None:
    needed = {LAYOUTS[page].permission for page in pages} - {""}
    for copy in copies:
        for permission in (PRINT, *needed):
            by.require(permission, copy.certificate.member.branch.path)


def _taken(entry: Entry) -> Refused:
    return Refused(
        gettext_noop(
            "{page}第{line}行已经登记印过别的内容，本次没有登记。请重新打开预览，对照证本再核一遍。"
        ),
        page=LAYOUTS[entry.page].title,
        line=entry.line,
    )


def _deed(event: str, copy: Booklet, data: dict[str, object]) -> audit.Deed:
    branch = copy.certificate.member.branch
    return audit.deed(event, on=copy, chain=branch.pk, path=branch.path, data=data)


def _locked(by: Scope, printer: Printer) -> Printer:
    row = Printer.objects.select_for_update(of=("self",)).select_related("organization").get(pk=printer.pk)
    by.require(PRINT, row.organization.path)
    return row


def _record(event: str, by: Scope, printer: Printer, data: dict[str, object]) -> None:
    organization = printer.organization
    audit.record(event, by=by, on=printer, chain=organization.pk, path=organization.path, data=data)
