"""The sheet's way in, through the actions, and its way out."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from zhibu.core.access import Scope
from zhibu.imports.sheets import Planned, Row, RowState, Ticker, Value
from zhibu.organizations import actions
from zhibu.organizations.importers.cells import (
    date_of,
    help_of,
    split_list,
    stored_values,
    term_of,
    text_of,
)
from zhibu.organizations.models import Organization
from zhibu.organizations.rules import Category, Kind, Opening
from zhibu.organizations.summaries import Holding, holdings


def _opening_of(row: Row) -> Opening:
    kind, category = Kind(text_of(row, "kind")), Category(text_of(row, "category"))
    opened_on = date_of(row, "opened_on")
    if opened_on is None:
        # Never applied: the check marks a new row without it as an error.
        raise ValueError("a new row without an opening date")
    return Opening(
        code=text_of(row, "code"),
        parent_code=text_of(row, "parent"),
        kind=kind,
        category=category,
        name=text_of(row, "name"),
        short_name=text_of(row, "short_name"),
        opened_on=opened_on,
        segment=text_of(row, "segment"),
        term=term_of(row, kind, category, None),
        clusters=split_list(text_of(row, "clusters")),
        help=help_of(row, ""),
    )


def apply(planned: Sequence[Planned], scope: Scope, on: date, tick: Ticker) -> None:
    """Open the new units in one go, then change the others one by one, through the actions."""
    new = [_opening_of(each.row) for each in planned if each.state == RowState.NEW]
    changed = [each for each in planned if each.state == RowState.CHANGED]
    actions.enroll_organizations(by=scope, rows=new, on=on)
    tick(len(new), len(new) + len(changed))
    known = {holding.organization.pk: holding for holding in holdings(on=on).values()} if changed else {}
    for number, each in enumerate(changed, start=1):
        _apply_change(each, known[each.target or 0], scope, on)
        tick(len(new) + number, len(new) + len(changed))


def _apply_change(planned: Planned, known: Holding, scope: Scope, on: date) -> None:
    row, node = planned.row, known.organization
    fields = {change.column for change in planned.changes}
    if fields & {"category", "opened_on"}:
        category = text_of(row, "category")
        actions.correct_organization(
            by=scope,
            organization=node,
            category=Category(category) if category else None,
            opened_on=date_of(row, "opened_on"),
            on=on,
        )
    if fields & {"name", "short_name"}:
        actions.rename_organization(
            by=scope,
            organization=node,
            name=text_of(row, "name") or node.name,
            short_name=text_of(row, "short_name") or node.short_name,
            from_date=on,
            on=on,
        )
    if fields & {"term_number", "term_from", "term_due"}:
        category = text_of(row, "category") or node.category
        term = term_of(row, Kind(node.kind), Category(category), known.term)
        if term is not None:
            actions.set_term(by=scope, organization=node, term=term, on=on)
    if "clusters" in fields:
        actions.set_clusters(by=scope, organization=node, names=split_list(text_of(row, "clusters")))
    if fields & {"support", "contact_name", "contact_phone"}:
        actions.set_support(by=scope, organization=node, help=help_of(row, known.support), on=on)


def export(scope: Scope, under: str) -> Iterator[Mapping[str, Value]]:
    """The units the person maintains below a path, parents first, with what the sheet can hold.

    Contacts' numbers only for those who may read phones: a blank cell leaves them on import.
    """
    visible = set(
        Organization.objects.visible_to(scope, "organizations.maintain")
        .existing()
        .under(under)
        .exclude(parent=None)
        .values_list("code", flat=True)
    )
    listed: Iterable[Holding] = (h for code, h in holdings(on=None).items() if code in visible)
    for holding in listed:
        values = stored_values(holding)
        if not scope.has("members.read_phone"):
            values.pop("contact_phone", None)
        yield values
