"""Changing the data key of everything that is stored encrypted."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.apps import apps
from django.conf import settings
from django.db import connection, models, transaction

from zhibu.audit.actions import record
from zhibu.core.access import Refused, Scope
from zhibu.core.crypto import KeyRing
from zhibu.core.db import EncryptedTextField, key_ring
from zhibu.core.text import gettext_noop
from zhibu.imports.sheets import Ticker, no_ticker

BATCH: Final = 200


@dataclass(frozen=True, slots=True)
class Sealed:
    """An encrypted column, by its names in the database. ``context`` is what its ciphertext is bound to."""

    table: str
    key: str
    column: str
    context: str


def sealed_columns() -> list[Sealed]:
    """Every encrypted column: fields of their own kind, and the bulky ones of settings.SEALED_COLUMNS."""
    found = [
        _sealed(model, field.name, field.context)
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, EncryptedTextField)
    ]
    listed: Mapping[str, Mapping[str, str]] = settings.SEALED_COLUMNS
    for label, columns in listed.items():
        found += [_sealed(apps.get_model(label), name, context) for name, context in columns.items()]
    return found


def _sealed(model: type[models.Model], name: str, context: str) -> Sealed:
    columns = {field.name: str(field.column) for field in model._meta.concrete_fields}
    return Sealed(model._meta.db_table, columns[model._meta.pk.name], columns[name], context)


def encrypt_anew(*, by: Scope, tick: Ticker = no_ticker) -> int:
    """Encrypt with the current data key what still uses another; how many values were.

    In batches of 200 rows, each its own transaction: interrupted, it goes on where it stopped. No other
    process may be running with the old key ring.
    """
    ring = key_ring()
    todo = [(column, pk) for column in sealed_columns() for pk in _not_current(column, ring)]
    for start in range(0, len(todo), BATCH):
        with transaction.atomic():
            for column, pk in todo[start : start + BATCH]:
                _encrypt_one(column, pk, ring)
        tick(min(start + BATCH, len(todo)), len(todo))
    record("config.keys.rotated", by=by, on=None, data={"key": ring.current_data_key, "values": len(todo)})
    return len(todo)


def drop_old_data_keys(*, by: Scope) -> KeyRing:
    """The ring with the current data key alone. Raises ``Refused`` while something still needs another."""
    ring = key_ring()
    left = sum(1 for column in sealed_columns() for _pk in _not_current(column, ring))
    if left:
        raise Refused(
            gettext_noop(
                "还有{count}处内容用旧密钥加密，不能去掉旧密钥。请先运行 zhibu keys rotate --no-new-key。"
            ),
            count=left,
        )
    record("config.keys.dropped", by=by, on=None, data={"key": ring.current_data_key})
    return ring.without_old_data_keys()


def _not_current(sealed: Sealed, ring: KeyRing) -> Iterator[Any]:
    """Primary keys of rows whose value names another data key (its second byte)."""
    quote = connection.ops.quote_name
    key, column, table = quote(sealed.key), quote(sealed.column), quote(sealed.table)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {key}, substr({column}, 1, 2) FROM {table} WHERE length({column}) > 2")  # noqa: S608 (names from our own models)
        for pk, head in cursor.fetchall():
            if ring.key_id_of(bytes(head)) != ring.current_data_key:
                yield pk


def _encrypt_one(sealed: Sealed, pk: Any, ring: KeyRing) -> None:
    """Read the stored bytes under a lock and write them anew; the plain text touches nothing else."""
    quote = connection.ops.quote_name
    key, column, table = quote(sealed.key), quote(sealed.column), quote(sealed.table)
    lock = " FOR UPDATE" if connection.features.has_select_for_update else ""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {table} WHERE {key} = %s{lock}", [pk])  # noqa: S608 (names from our own models)
        [(stored,)] = cursor.fetchall()
        plain = ring.decrypt(bytes(stored), context=sealed.context)
        fresh = connection.Database.Binary(ring.encrypt(plain, context=sealed.context))  # type: ignore[attr-defined]
        cursor.execute(f"UPDATE {table} SET {column} = %s WHERE {key} = %s", [fresh, pk])  # noqa: S608 (names from our own models)
