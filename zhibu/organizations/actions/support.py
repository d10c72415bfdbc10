"""帮扶单位: outside units that help organizations."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from zhibu.audit.actions import deed, record, record_many
from zhibu.core.access import Refused, Scope
from zhibu.core.text import gettext_noop
from zhibu.core.wording import said
from zhibu.organizations.models import Organization, Support, SupportUnit
from zhibu.organizations.rules import Help, check_phone


@transaction.atomic
def enter_support_unit(*, by: Scope, name: str, contact_name: str, contact_phone: str) -> SupportUnit:
    """A new support unit that helps nobody yet."""
    by.require_any("organizations.maintain")
    if SupportUnit.objects.filter(name=name).exists():
        raise Refused(gettext_noop("已经有帮扶单位“{name}”，请到它的页面去改。"), name=name)
    return _units([Help(name, contact_name, contact_phone)], by=by)[name]


@transaction.atomic
def correct_support_unit(
    *, by: Scope, unit: SupportUnit, name: str, contact_name: str, contact_phone: str | None
) -> SupportUnit:
    """Correct name and contact; phone None leaves it, "" clears it. The scope must cover all it helps."""
    by.require_any("organizations.maintain")
    for path in Support.objects.filter(unit=unit, until=None).values_list("organization__path", flat=True):
        by.require("organizations.maintain", path)
    _check_name(name)
    if SupportUnit.objects.filter(name=name).exclude(pk=unit.pk).exists():
        raise Refused(gettext_noop("已经有帮扶单位“{name}”，请换一个名称。"), name=name)
    before = unit.name
    unit.name = name
    if not _take_contact(unit, Help(name, contact_name, contact_phone)) and before == name:
        return unit
    unit.save(update_fields=["name", "contact_name", "contact_phone"])
    record("organizations.support_unit.corrected", by=by, on=unit)
    return unit


@transaction.atomic
def set_support(*, by: Scope, organization: Organization, help: Help | None, on: date) -> None:
    """Who helps this organization from ``on``; an unknown unit is entered, None ends the help."""
    by.require("organizations.maintain", organization.path)
    held = {
        support.unit_id: support
        for support in Support.objects.select_for_update().filter(organization=organization, until=None)
    }
    unit = _units([help], by=by)[help.unit] if help else None
    ending = [support for unit_id, support in held.items() if unit is None or unit_id != unit.pk]
    _change_supports(
        by=by,
        begin=[(unit, organization)] if unit is not None and unit.pk not in held else [],
        end=[(support, organization) for support in ending],
        on=on,
    )


@transaction.atomic
def read_contact_phone(*, by: Scope, unit: SupportUnit, reason: str) -> str:
    """The contact's full phone number. Asks a reason; the reading is recorded, not the number."""
    by.require_any("members.read_phone")
    if len(said(reason)) < 2:
        raise Refused(gettext_noop("请写明查看手机号的原因。"))
    record("organizations.support_unit.phone_read", by=by, on=unit, data={"reason": reason.strip()[:100]})
    return str(unit.contact_phone)


def support_openings(*, by: Scope, rows: Sequence[tuple[Organization, Help]], on: date) -> None:
    """Help for newly opened organizations; part of ``enroll_organizations``, which records the opening."""
    units = _units([help for _, help in rows], by=by)
    Support.objects.bulk_create(
        Support(unit=units[help.unit], organization=organization, from_date=on) for organization, help in rows
    )


def _change_supports(
    *,
    by: Scope,
    begin: Sequence[tuple[SupportUnit, Organization]],
    end: Sequence[tuple[Support, Organization]],
    on: date,
) -> None:
    for support, _ in end:
        # Begun and ended on one day was a slip of the pen: nobody helped for a day.
        if support.from_date >= on:
            support.delete()
        else:
            support.until = on
            support.save(update_fields=["until"])
    Support.objects.bulk_create(Support(unit=unit, organization=node, from_date=on) for unit, node in begin)
    changes = [("begun", unit.pk, node) for unit, node in begin]
    changes += [("ended", support.unit_id, node) for support, node in end]
    record_many(
        [
            deed(
                f"organizations.support.{what}",
                on=node,
                chain=node.pk,
                path=node.path,
                data={"unit": unit_id},
            )
            for what, unit_id, node in changes
        ],
        by=by,
    )


def _units(helps: Sequence[Help], *, by: Scope) -> dict[str, SupportUnit]:
    """Units by name, with the contact brought up to date; enters the missing ones."""
    for help in helps:
        _check_name(help.unit)
    found = {unit.name: unit for unit in SupportUnit.objects.filter(name__in={help.unit for help in helps})}
    known = set(found)
    corrected = []
    for help in helps:
        unit = found.setdefault(help.unit, SupportUnit(name=help.unit))
        if _take_contact(unit, help) and help.unit in known and unit not in corrected:
            corrected.append(unit)
    entered = [unit for name, unit in found.items() if name not in known]
    SupportUnit.objects.bulk_create(entered)
    SupportUnit.objects.bulk_update(corrected, ["contact_name", "contact_phone"])
    record_many([deed("organizations.support_unit.entered", on=unit) for unit in entered], by=by)
    record_many([deed("organizations.support_unit.corrected", on=unit) for unit in corrected], by=by)
    return found


def _take_contact(unit: SupportUnit, help: Help) -> bool:
    """Put what was said about the contact on the unit; True when something changed."""
    before = (unit.contact_name, unit.contact_phone)
    if help.contact_name is not None:
        if len(help.contact_name) > 40:
            raise Refused(gettext_noop("帮扶联系人姓名最多40个字，请核对。"))
        unit.contact_name = help.contact_name
    if help.contact_phone is not None:
        check_phone(help.contact_phone)
        unit.contact_phone = help.contact_phone
    return before != (unit.contact_name, unit.contact_phone)


def _check_name(name: str) -> None:
    if not 1 <= len(name) <= 80:
        raise Refused(gettext_noop("帮扶单位名称要填写，最多80个字。"))
