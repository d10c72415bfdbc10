"""Many rows changed by one deed: what each was and becomes, written set by set, and taken back.

A deed over hundreds of members must not cost hundreds of statements. Changes are first collected as plain
values (ids, codes, ISO dates), so that a page can show them, a journal can keep them, and an undoing can
compare them with what is there now.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from django.db import connection, models

Plain = int | str | bool | None
Columns = dict[str, Plain]
Differing = dict[str, object]
AnyModel = type[models.Model]
M = TypeVar("M", bound=models.Model)


@dataclass(slots=True)
class Changes:
    """Rows to change, to insert and to delete. Column names are those of the instance ("branch_id")."""

    updates: dict[AnyModel, dict[int, tuple[Columns, Columns]]] = field(default_factory=dict)
    inserts: dict[AnyModel, list[models.Model]] = field(default_factory=dict)
    deletes: dict[AnyModel, list[models.Model]] = field(default_factory=dict)
    _alike: list[tuple[models.Model, list[Differing]]] = field(default_factory=list)

    def change(self, row: models.Model, **after: object) -> None:
        """Plan new values of a row as it was read; a second call adds to the first. Equal values are left out."""
        self.change_values(
            type(row), row.pk, **{name: (getattr(row, name), value) for name, value in after.items()}
        )

    def change_values(self, model: AnyModel, pk: int, **values: tuple[object, object]) -> None:
        """The same for a row of which only some columns were read: each with the value before and after."""
        rows = self.updates.setdefault(model, {})
        before, becomes = rows.get(pk, ({}, {}))
        for name, (old, value) in values.items():
            new = plain(value)
            before.setdefault(name, plain(old))
            becomes[name] = new
            if before[name] == new:
                del before[name], becomes[name]
        if becomes:
            rows[pk] = (before, becomes)
        else:
            rows.pop(pk, None)

    def insert(self, row: models.Model) -> None:
        """Plan a new row."""
        self.inserts.setdefault(type(row), []).append(row)

    def insert_alike(self, first: models.Model, rows: list[Differing]) -> None:
        """Plan rows like the first that differ in the columns named. They are made by ``make_alike``.

        A preview only counts them, and making hundreds of instances is the longest part of it.
        """
        if rows:
            self._alike.append((first, rows))

    def make_alike(self) -> None:
        """Make the rows of ``insert_alike``, before anything is written."""
        for first, rows in self._alike:
            copy = copies_of(first)
            self.inserts.setdefault(type(first), []).extend(copy(**differing) for differing in rows)
        self._alike = []

    def insert_counts(self) -> dict[str, int]:
        """How many rows of each table are to be inserted, made already or not."""
        counts = {model._meta.label_lower: len(rows) for model, rows in self.inserts.items()}
        for first, rows in self._alike:
            label = first._meta.label_lower
            counts[label] = counts.get(label, 0) + len(rows)
        return counts

    def delete(self, row: models.Model) -> None:
        """Plan that a row goes."""
        self.deletes.setdefault(type(row), []).append(row)

    def add(self, other: "Changes") -> None:
        """Take in what another part planned; the two speak of different rows."""
        for model, rows in other.updates.items():
            self.updates.setdefault(model, {}).update(rows)
        for model, inserted in other.inserts.items():
            self.inserts.setdefault(model, []).extend(inserted)
        for model, deleted in other.deletes.items():
            self.deletes.setdefault(model, []).extend(deleted)
        self._alike += other._alike


def plain(value: object) -> Plain:
    """A value as the journal keeps it: dates as ISO text."""
    if value is None or isinstance(value, int | str):
        return value
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no plain form")


def copies_of(row: M) -> Callable[..., M]:
    """Makes rows like this one, which differ in the columns named: a third of the time of naming all of them."""
    names = [each.attname for each in row._meta.concrete_fields]
    places = {name: at for at, name in enumerate(names)}
    alike = [getattr(row, name) for name in names]
    model = type(row)

    def copy(**differing: object) -> M:
        values = list(alike)
        for name, value in differing.items():
            values[places[name]] = value
        return model(*values)

    return copy


def columns_of(row: models.Model) -> Columns:
    """All columns of a row as plain values; only for tables of ids, codes and days."""
    return {each.attname: plain(getattr(row, each.attname)) for each in row._meta.concrete_fields}


def update_rows(model: AnyModel, rows: Mapping[int, Columns]) -> None:
    """Write new values by id: one statement for all rows that change the same columns.

    The values travel as one JSON parameter, so neither the number of rows nor a database's limit of
    parameters matters. Columns hold ids, text, codes or days, no times and no sealed values.
    """
    alike: dict[tuple[str, ...], list[Columns]] = defaultdict(list)
    for pk, columns in rows.items():
        alike[tuple(sorted(columns))].append({"row": pk, **columns})
    for names, listed in alike.items():
        _update(model, names, listed)


def _update(model: AnyModel, names: tuple[str, ...], listed: list[Columns]) -> None:
    fields = {each.attname: each for each in model._meta.concrete_fields}
    table, pk = _quoted(model._meta.db_table), _quoted(model._meta.pk.column)
    sets = ", ".join(f"{_quoted(fields[name].column)} = d.{_quoted(name)}" for name in names)
    if connection.vendor == "postgresql":
        types = ", ".join(f"{_quoted(name)} {fields[name].db_type(connection)}" for name in names)
        source = f"jsonb_to_recordset(%s::jsonb) AS d(row bigint, {types})"
        key = "d.row"
    else:
        parts = ", ".join(f"json_extract(value, '$.{name}') AS {_quoted(name)}" for name in names)
        source = f"(SELECT json_extract(value, '$.row') AS row_, {parts} FROM json_each(%s)) AS d"  # noqa: S608 (names of our own columns)
        key = "d.row_"
    sql = f"UPDATE {table} SET {sets} FROM {source} WHERE {table}.{pk} = {key}"  # noqa: S608 (as above)
    with connection.cursor() as cursor:
        cursor.execute(sql, [json.dumps(listed, ensure_ascii=False)])


def insert_rows(rows: Iterable[models.Model]) -> None:
    """Insert rows of one table in one go; with their id where they have one. The instances get no id."""
    listed = list(rows)
    if not listed:
        return
    model = type(listed[0])
    fields = [each for each in model._meta.concrete_fields if not (each.primary_key and listed[0].pk is None)]
    names = ", ".join(_quoted(each.column) for each in fields)
    places = ", ".join(["%s"] * len(fields))
    values = [[_stored(each, row) for each in fields] for row in listed]
    sql = f"INSERT INTO {_quoted(model._meta.db_table)} ({names}) VALUES ({places})"  # noqa: S608 (names of our own columns)
    with connection.cursor() as cursor:
        cursor.executemany(sql, values)


def _quoted(name: str | None) -> str:
    return connection.ops.quote_name(str(name))


def _stored(each: "models.Field[Any, Any]", row: models.Model) -> Any:
    return each.get_db_prep_save(getattr(row, each.attname), connection)


def give_ids(rows: Iterable[models.Model]) -> None:
    """Take ids for rows of one table before they are inserted, so that a journal can name them. One query."""
    listed = list(rows)
    if not listed:
        return
    table = type(listed[0])._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
                [table, len(listed)],
            )
            ids = [each for (each,) in cursor.fetchall()]
        else:
            # One writer at a time: nobody else takes an id until this transaction ends.
            cursor.execute("SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = %s), 0)", [table])
            (last,) = cursor.fetchone()
            ids = list(range(last + 1, last + 1 + len(listed)))
    for row, pk in zip(listed, ids, strict=True):
        row.pk = pk
