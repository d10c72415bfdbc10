"""Names over time, corrections, terms of office."""

from datetime import date

from django.db import transaction

from zhibu.audit.actions import record
from zhibu.core.access import Refused, Scope
from zhibu.core.pinyin import unit_readings
from zhibu.core.text import gettext_noop
from zhibu.organizations.models import Organization, OrganizationName, OrganizationParent, TermOfOffice
from zhibu.organizations.rules import Category, Term, check_names, check_opening


@transaction.atomic
def rename_organization(
    *, by: Scope, organization: Organization, name: str, short_name: str, from_date: date, on: date
) -> Organization:
    """A new name from a day on; the old one stays in the history. The same name changes nothing.

    With the first day of the present name it corrects that name instead of adding one.
    """
    by.require("organizations.maintain", organization.path)
    check_names(name, short_name)
    row = _open_row(organization)
    if (row.name, row.short_name) == (name, short_name):
        return row
    current = OrganizationName.objects.select_for_update().get(organization=row, until=None)
    if from_date > on or from_date < current.from_date:
        raise Refused(
            gettext_noop("新名称的启用日期要在{since}和今天之间，现在是{day}。"),
            since=current.from_date,
            day=from_date,
        )
    if Organization.objects.existing().filter(parent_id=row.parent_id, name=name).exclude(pk=row.pk).exists():
        raise Refused(gettext_noop("同一个上级下已经有“{name}”，请换一个名称。"), name=name)
    if from_date == current.from_date:
        current.name, current.short_name = name, short_name
        current.save(update_fields=["name", "short_name"])
    else:
        current.until = from_date
        current.save(update_fields=["until"])
        OrganizationName.objects.create(
            organization=row, name=name, short_name=short_name, from_date=from_date
        )
    row.name, row.short_name = name, short_name
    row.pinyin, row.initials, row.readings = unit_readings(short_name)
    row.save(update_fields=["name", "short_name", "pinyin", "initials", "readings"])
    record(
        "organizations.organization.renamed",
        by=by,
        on=row,
        chain=row.pk,
        path=row.path,
        data={"from": from_date.isoformat()},
    )
    return row


@transaction.atomic
def correct_organization(
    *,
    by: Scope,
    organization: Organization,
    category: Category | None = None,
    opened_on: date | None = None,
    on: date,
) -> Organization:
    """Correct category or opening date; None leaves. The dated history begins with the opening date."""
    by.require("organizations.maintain", organization.path)
    row = _open_row(organization)
    fields = []
    if category is not None and category != row.category:
        row.category = category
        fields.append("category")
    if opened_on is not None and opened_on != row.opened_on:
        check_opening(opened_on, on=on)
        for history in (OrganizationName, OrganizationParent):
            first = history.objects.filter(organization=row).order_by("from_date", "pk")[0]
            if first.until is not None and first.until <= opened_on:
                raise Refused(
                    gettext_noop("成立日期不能改到{until}或以后：那一天组织已经改了名称或上级。"),
                    until=first.until,
                )
            first.from_date = opened_on
            first.save(update_fields=["from_date"])
        row.opened_on = opened_on
        fields.append("opened_on")
    if not fields:
        return row
    row.save(update_fields=fields)
    record(
        "organizations.organization.corrected",
        by=by,
        on=row,
        chain=row.pk,
        path=row.path,
        data={"fields": fields},
    )
    return row


@transaction.atomic
def set_term(*, by: Scope, organization: Organization, term: Term, on: date) -> Organization:
    """Enter the term of office in force (``rules.complete_term`` fills one in).

    The number of the current term corrects it; a higher number ends it on the new election day.
    """
    by.require("organizations.maintain", organization.path)
    row = _open_row(organization)
    if term.from_date > on:
        raise Refused(gettext_noop("本届选举日期{day}在今天以后，请选出以后再登记。"), day=term.from_date)
    current = TermOfOffice.objects.select_for_update().filter(organization=row, ended_on=None).first()
    if current is not None and current_term(current) == term:
        return row
    last = TermOfOffice.objects.filter(organization=row).exclude(ended_on=None).order_by("-number").first()
    if last is not None and (
        term.number <= last.number or (last.ended_on and term.from_date < last.ended_on)
    ):
        raise Refused(gettext_noop("第{number}届已经结束，新的一届要排在它后面。"), number=last.number)
    if current is not None and term.number == current.number:
        current.from_date, current.due_on = term.from_date, term.due_on
        current.save(update_fields=["from_date", "due_on"])
    else:
        if current is not None:
            if term.number < current.number or term.from_date <= current.from_date:
                raise Refused(
                    gettext_noop("现在是第{number}届，{day}选举产生；新的一届要排在它后面。"),
                    number=current.number,
                    day=current.from_date,
                )
            current.ended_on = term.from_date
            current.save(update_fields=["ended_on"])
        TermOfOffice.objects.create(
            organization=row, number=term.number, from_date=term.from_date, due_on=term.due_on
        )
    row.term_ends_on = term.due_on
    row.save(update_fields=["term_ends_on"])
    record(
        "organizations.term.set",
        by=by,
        on=row,
        chain=row.pk,
        path=row.path,
        data={"number": term.number, "due_on": term.due_on.isoformat()},
    )
    return row


def current_term(row: TermOfOffice) -> Term:
    """The stored term as a value."""
    return Term(row.number, row.from_date, row.due_on)


def _open_row(organization: Organization) -> Organization:
    row = Organization.objects.select_for_update().get(pk=organization.pk)
    if row.closed_on is not None:
        raise Refused(gettext_noop("“{name}”已经撤销，不能再改。"), name=row.short_name)
    return row
