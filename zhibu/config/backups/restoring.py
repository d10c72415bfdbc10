"""Restoring a backup where there is nothing yet."""

import shutil
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone
from django.utils.translation import gettext

from zhibu.audit import witness
from zhibu.audit.actions import record
from zhibu.audit.summaries.verification import verify
from zhibu.audit.summaries.witnessing import heads_file
from zhibu.config.backups.copying import Tick, check_space, no_tick, part_of, told_when_full, write_new
from zhibu.config.backups.databases import Database, database
from zhibu.config.backups.facts import ask_django, facts_of, is_used
from zhibu.config.backups.making import backups_in
from zhibu.config.backups.manifest import (
    DATABASE,
    FILES,
    HEADS,
    MANIFEST,
    SEALED_KEYS,
    SIGNATURE,
    Manifest,
    is_signed,
)
from zhibu.config.backups.sealing import unseal
from zhibu.core.access import Refused, Scope
from zhibu.core.crypto import KeyRing
from zhibu.core.text import gettext_noop
from zhibu.jobs.tasks import is_worker_alive
from zhibu.months.summaries.seals import verify_seals

Ask = Callable[[], str]
EVENT = "config.backup.restored"
_BESIDE = "restoring"


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored, and what the checks afterwards found.

    ``aside``: where the data before it are kept, "" when there were none. ``key_file``: written, or None when the
    keys were here already. ``problems``: sentences of the audit log and of the seals; they were in the original.
    """

    folder: Path
    manifest: Manifest
    aside: str
    key_file: Path | None
    migrated: bool
    records: int
    seals: int
    problems: tuple[str, ...]


def restore_backup(
    *,
    by: Scope,
    folder: Path,
    passphrase: Ask,
    key_file: Path | None = None,
    replace: bool = False,
    tick: Tick = no_tick,
) -> Restored:
    """Put the backup in ``folder``, or the newest one inside it, into this empty installation, and check it.

    Everything is checked before anything is written: digests, signature, keys, room. ``replace``: data that are
    here are set aside. Interrupted, it is called again. Raises ``Refused`` with a sentence.
    """
    if is_worker_alive(now=time.time()):
        raise Refused(
            gettext_noop("网站或后台任务还在运行，没有恢复。"),
            next_step=gettext_noop("请先停下它们，再恢复。"),
        )
    folder = _chosen(folder)
    text, manifest = _read(folder)
    store = database()
    _check_versions(manifest)
    _check_parts(folder, manifest, tick)
    ring, is_new_here = _keys(folder, manifest, key_file, passphrase)
    signature = folder / SIGNATURE
    if not signature.is_file() or not is_signed(text, signature.read_text("ascii", "replace"), ring):
        raise Refused(
            gettext_noop("备份的清单被改动过：它和签名不符。"), next_step=gettext_noop("请换另一份备份。")
        )
    settings.KEY_RING, settings.KEY_RING_IS_PASSING = ring, False
    var = Path(settings.VAR)
    with told_when_full(var):
        var.mkdir(mode=0o700, parents=True, exist_ok=True)
        aside, migrated = _load(store, folder, manifest, replace=replace, tick=tick)
        written = _write_keys(ring) if is_new_here else None
    return _checked(Restored(folder, manifest, aside, written, migrated, 0, 0, ()), by)


def _chosen(folder: Path) -> Path:
    if (folder / MANIFEST).is_file():
        return folder
    inside = backups_in(folder)
    if not inside:
        raise Refused(
            gettext_noop("{folder} 里没有完整的备份。"),
            folder=folder,
            next_step=gettext_noop("请给出备份的文件夹，里面有 manifest.json。"),
        )
    return inside[-1]


def _read(folder: Path) -> tuple[bytes, Manifest]:
    text = (folder / MANIFEST).read_bytes()
    return text, Manifest.loads(text)


def _check_versions(manifest: Manifest) -> None:
    if manifest.database != connection.vendor:
        names = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
        raise Refused(
            gettext_noop("这份备份是 {theirs} 的，本机设置的是 {ours}，不能互换。"),
            theirs=names[manifest.database],
            ours=names[connection.vendor],
            next_step=gettext_noop("请把 DATABASE_URL 设成同一种数据库，再恢复。"),
        )
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations or {}}
    unknown = sorted(set(manifest.facts.migrations) - known)
    if unknown:
        raise Refused(
            gettext_noop("这份备份来自更新的程序（{product}，有本程序不认识的 {unknown}）。"),
            product=manifest.product,
            unknown=unknown[0],
            next_step=gettext_noop("请先把程序升级到做备份的版本，再恢复。"),
        )


def _check_parts(folder: Path, manifest: Manifest, tick: Tick) -> None:
    """Every part is there and as it was. Reads the whole backup once."""
    if not {DATABASE[manifest.database], HEADS} <= manifest.parts.keys():
        raise Refused(
            gettext_noop("备份里没有数据库或链头文件。"), next_step=gettext_noop("请换另一份备份。")
        )
    for name, part in manifest.parts.items():
        file = folder / name
        if not file.is_file() or file.is_symlink() or part_of(file) != part:
            raise Refused(
                gettext_noop("备份里的 {name} 坏了或不见了，和清单里的摘要不符。什么都没有恢复。"),
                name=name,
                next_step=gettext_noop("请换另一份备份，或从另一处重新复制这份备份。"),
            )
        tick(part.bytes)


def _keys(folder: Path, manifest: Manifest, key_file: Path | None, passphrase: Ask) -> tuple[KeyRing, bool]:
    """The key ring that reads this backup, and whether it is new on this machine.

    Keys that are here are never replaced: what they open could never be read again.
    """
    if not settings.KEY_RING_IS_PASSING:
        return _fitting(settings.KEY_RING, manifest, f"{settings.KEY_FILE}"), False
    if key_file is not None:
        return _fitting(KeyRing.loads(key_file.read_text("utf-8")), manifest, f"{key_file}"), True
    if SEALED_KEYS not in manifest.parts:
        raise Refused(
            gettext_noop("这份备份里没有密钥，本机也没有密钥文件。"),
            next_step=gettext_noop(
                "请把另外保存的密钥文件用 --keys 给出；没有它，身份证号和手机号读不出来。"
            ),
        )
    ring = KeyRing.loads(unseal((folder / SEALED_KEYS).read_bytes(), passphrase()))
    return _fitting(ring, manifest, SEALED_KEYS), True


def _fitting(ring: KeyRing, manifest: Manifest, where: str) -> KeyRing:
    if manifest.key_check.fits(ring):
        return ring
    raise Refused(
        gettext_noop("密钥不对：{where} 打不开这份备份里的数据。"),
        where=where,
        next_step=gettext_noop("请找出做这份备份时的密钥文件；本机已有别的密钥文件时，请先把它移到别处。"),
    )


def _load(
    store: Database, folder: Path, manifest: Manifest, *, replace: bool, tick: Tick
) -> tuple[str, bool]:
    """Database and files; where old data went, and whether newer tables were made."""
    if _is_here_already(manifest):  # an earlier run was cut short after its last step but one
        _place_files(folder, manifest)
        if not heads_file().exists():
            _place_heads(folder)
        return "", False
    store.check_room(replace=replace)
    check_space(Path(settings.VAR), manifest.size)
    with ExitStack() as undo:
        undo.callback(store.abandon)
        undo.callback(shutil.rmtree, Path(settings.VAR) / _BESIDE, ignore_errors=True)
        store.load(folder / DATABASE[manifest.database], tick)
        different = manifest.facts.differences(facts_of(ask_django))
        if different:
            raise Refused(
                gettext_noop("恢复出来的和清单不一样：{places}。"),
                places="、".join(different[:5]),
                next_step=gettext_noop("请换另一份备份。"),
            )
        undo.callback(_put_heads_back, _place_heads(folder))
        migrated = _migrate()
        _place_files(folder, manifest)
        aside = store.put_in_place()
        undo.pop_all()
    return aside, migrated


def _is_here_already(manifest: Manifest) -> bool:
    if connection.vendor == "sqlite" and not Path(str(connection.settings_dict["NAME"])).exists():
        return False
    return is_used(ask_django) and not manifest.facts.differences(facts_of(ask_django))


def _migrate() -> bool:
    """Bring the tables of an older version up to this one's."""
    loader = MigrationLoader(connection)
    pending = set(loader.graph.nodes) - set(loader.applied_migrations)
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    return bool(pending)


def _place_heads(folder: Path) -> Path | None:
    """The file of heads as it was with the database; one that is here, of other data, is put aside: where."""
    file = heads_file()
    aside = witness.renew(file, at=timezone.now())
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_new(file, (folder / HEADS).read_bytes())
    return aside


def _put_heads_back(aside: Path | None) -> None:
    heads_file().unlink(missing_ok=True)
    if aside is not None:
        aside.rename(heads_file())


def _place_files(folder: Path, manifest: Manifest) -> None:
    """The installation's files: written beside, then each takes its place."""
    var = Path(settings.VAR)
    fresh = var / _BESIDE
    shutil.rmtree(fresh, ignore_errors=True)
    for name in manifest.files:
        copy = fresh / name
        copy.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.copyfile(folder / FILES / name, copy)
        copy.chmod(0o600)
    for name in manifest.files:
        (var / name).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        (fresh / name).replace(var / name)
    shutil.rmtree(fresh, ignore_errors=True)


def _write_keys(ring: KeyRing) -> Path:
    file = Path(settings.KEY_FILE)
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = file.with_name(f"{file.name}.new")
    fresh.unlink(missing_ok=True)
    write_new(fresh, ring.dumps().encode())
    fresh.rename(file)
    return file


def _checked(restored: Restored, by: Scope) -> Restored:
    """Verify log and seals, and tell the log last: until then the restore may be run again."""
    log, seals = verify(), verify_seals()
    problems = [each.sentence for each in log.breaks]
    if log.missing_guards:
        problems.append(f"数据库里缺少防改动的触发器 {'、'.join(log.missing_guards)}。")
    if seals.broken is not None:
        problems.append(f"{seals.broken.branch}{seals.broken.month}：{gettext(seals.broken.reason)}。")
    data = {
        "moment": restored.manifest.moment.isoformat(timespec="seconds"),
        "records": log.records,
        "sealed_months": seals.seals,
    }
    record(EVENT, by=by, on=None, data=data)
    return Restored(
        restored.folder,
        restored.manifest,
        restored.aside,
        restored.key_file,
        restored.migrated,
        log.records,
        seals.seals,
        tuple(problems),
    )
