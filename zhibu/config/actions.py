"""Turning the keys over: data, signing, blind index, sessions."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection, models, transaction

from zhibu.audit.actions import record
from zhibu.config.fingerprints import KNOWN, known_keys, wrong_keys
from zhibu.core.access import Refused, Scope
from zhibu.core.crypto import KeyRing
from zhibu.core.db import EncryptedTextField, key_ring
from zhibu.core.text import gettext_noop
from zhibu.imports.sheets import Ticker, no_ticker
from zhibu.members.models import Member

BATCH: Final = 200
SETTLED_SECONDS: Final = 3600
Save = Callable[[KeyRing], None]
"""Writes the ring to its file and makes it that of the process."""


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

    In batches of 200 rows, each its own transaction: interrupted, it goes on where it stopped. The site may be
    serving: what another process wrote meanwhile with the old key is found by the next round.
    """
    ring, count = key_ring(), 0
    while todo := [(column, pk) for column in sealed_columns() for pk in _not_current(column, ring)]:
        for start in range(0, len(todo), BATCH):
            with transaction.atomic():
                for column, pk in todo[start : start + BATCH]:
                    _encrypt_one(column, pk, ring)
            tick(min(start + BATCH, len(todo)), len(todo))
        count += len(todo)
    record("config.keys.rotated", by=by, on=None, data={"key": ring.current_data_key, "values": count})
    note_keys(by=by)
    return count


def note_keys(*, by: Scope) -> None:
    """Record the fingerprints of the keys that stored values depend on; nothing when they are recorded already.

    Raises ``Refused`` when the ring is not the one the database was written with.
    """
    if sentence := wrong_keys():
        raise Refused(sentence)
    _note(key_ring(), by=by)


def _note(ring: KeyRing, *, by: Scope) -> None:
    prints = ring.fingerprints()
    if known_keys() != prints:
        record(KNOWN, by=by, on=None, data={"keys": prints})


@dataclass(frozen=True, slots=True)
class Turned:
    """What a change of a key did. ``values``: how many stored values follow the new one."""

    values: int
    ring: KeyRing


def turn_signing(*, by: Scope, save: Save) -> Turned:
    """Sign with another key from now on. Booklets in people's hands stay valid: the public half stays."""
    ring = key_ring().with_new_signing_key()
    save(ring)
    note_keys(by=by)
    record("config.keys.signing_turned", by=by, on=None, data={"key": ring.current_signing_key})
    return Turned(0, ring)


def turn_index(*, by: Scope, save: Save) -> Turned:
    """Index resident IDs with another key. Interrupted, it goes on from what the ring says.

    All rows in one transaction, the ring saved just before its commit: the two differ for that moment only.
    A second round finds what other processes wrote with the old key.
    """
    ring = key_ring()
    is_resumed = ring.is_indexing
    ring = ring if is_resumed else ring.with_new_index()
    with transaction.atomic():
        count = _index_anew(ring)
        _note(ring, by=by)
        if not is_resumed:
            save(ring)
    with transaction.atomic():
        count += _index_anew(ring)
        record("config.keys.index_turned", by=by, on=None, data={"values": count})
    save(ring := ring.without_previous_index())
    return Turned(count, ring)


def _index_anew(ring: KeyRing) -> int:
    """Rows whose index is not the ring's, set right; how many."""
    stale = []
    for member in Member.objects.select_for_update().order_by("pk").only("resident_id", "resident_id_index"):
        number = member.resident_id
        index = ring.blind_index(number, context="resident_id") if number and member.resident_id_index else ""
        if member.resident_id_index != index:
            member.resident_id_index = index
            stale.append(member)
    Member.objects.bulk_update(stale, ["resident_id_index"], batch_size=500)
    return len(stale)


def turn_session(*, by: Scope, save: Save) -> Turned:
    """Sign sessions with another key: all are signed out. Second factors are sealed anew and keep working.

    Interrupted, it goes on: until it is done the ring keeps the old key beside the new.
    """
    ring = key_ring()
    if not ring.previous_secret_key:
        save(ring := ring.with_new_secret_key())
    adapter = get_adapter()
    count = 0
    with transaction.atomic():
        for each in Authenticator.objects.select_for_update().order_by("pk"):
            for name in {"secret", "seed"} & each.data.keys():
                each.data[name] = adapter.encrypt(adapter.decrypt(each.data[name]))
                count += 1
            each.save(update_fields=["data"])
        Session.objects.all().delete()
        record("config.keys.session_turned", by=by, on=None, data={"values": count})
    save(ring := ring.without_previous_secret_key())
    return Turned(count, ring)


def drop_old_data_keys(*, by: Scope, save: Save, is_serving: bool, at: datetime) -> KeyRing:
    """Leave the current data key alone in the ring. Raises ``Refused`` while something still needs another, and
    within an hour of a change while the site serves: what is being written then may not be committed yet."""
    ring = key_ring()
    file: Path = settings.KEY_FILE
    if is_serving and at.timestamp() - file.stat().st_mtime < SETTLED_SECONDS:
        raise Refused(
            gettext_noop("换密钥还不到一小时，正在办的事可能还在用旧密钥。"),
            next_step=gettext_noop("请过一小时再运行，或者先停下网站和后台任务。"),
        )
    left = sum(1 for column in sealed_columns() for _pk in _not_current(column, ring))
    if left:
        raise Refused(
            gettext_noop(
                "还有{count}处内容用旧密钥加密，不能去掉旧密钥。请先运行 zhibu keys rotate --no-new-key。"
            ),
            count=left,
        )
    record("config.keys.dropped", by=by, on=None, data={"key": ring.current_data_key})
    save(ring := ring.without_old_data_keys())
    _note(ring, by=by)
    return ring


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
