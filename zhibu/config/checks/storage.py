"""What the database and its disk must be able to do."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any, Final

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register
from django.db import Error as DatabaseError
from django.db import connection
from django.utils import timezone

from zhibu.config.checks.tags import BOOT

IN_ORDER: Final = ("1.10.", "1.2.", "1.2.10.", "1.20.")
"""Paths of units, in the order that keeps each unit's own together. A language's order passes over the dots."""
OVER_THE_NET: Final = ("nfs", "cifs", "smb", "fuse.sshfs", "afs", "ceph", "fuse.glusterfs", "ncpfs", "davfs")
CLOCK_SECONDS: Final = 30
_MOUNTS: Final = Path("/proc/self/mounts")


@register(BOOT, deploy=True)
def check_text(app_configs: Any, **kwargs: Any) -> Sequence[CheckMessage]:
    """The database keeps every character, and orders paths by their characters."""
    try:
        encoding, ordered = _encoding(), _ordered()
    except DatabaseError:
        return []  # check_database says it
    found: list[CheckMessage] = []
    if encoding.upper().replace("-", "") != "UTF8":
        found.append(
            Error(
                f"数据库的编码是 {encoding}，存不下所有的汉字和彝文。",
                hint="请用 UTF8 另建数据库（createdb --encoding=UTF8 --locale=C.UTF-8 --template=template0），再用 zhibu restore 恢复。",
                id="zhibu.E101",
            )
        )
    if ordered != IN_ORDER:
        found.append(
            Warning(
                "数据库按语言的习惯排序，会把一个单位的下级拆散在列表里。",
                hint="请用 C.UTF-8 另建数据库（createdb --locale=C.UTF-8 --template=template0），再用 zhibu restore 恢复。",
                id="zhibu.W104",
            )
        )
    return found


@register(BOOT, deploy=True)
def check_database_clock(app_configs: Any, **kwargs: Any) -> Sequence[CheckMessage]:
    """A database server of its own knows Beijing time, and its clock agrees with this machine's."""
    if connection.vendor != "postgresql":
        return []
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT to_char(timestamptz '2026-01-01 00:00+00' AT TIME ZONE %s, 'HH24'), clock_timestamp()",
                [settings.TIME_ZONE],
            )
            hour, now = cursor.fetchone()
    except DatabaseError:
        return []
    found: list[CheckMessage] = []
    if hour != "08":
        found.append(Error("数据库服务器不认识北京时间。", hint="请在它上面安装 tzdata。", id="zhibu.E102"))
    seconds = abs((timezone.now() - _aware(now)).total_seconds())
    if seconds > CLOCK_SECONDS:
        found.append(
            Warning(
                f"数据库服务器的时钟和本机差 {seconds:.0f} 秒。",
                hint="请在两台机器上开启自动对时（NTP）。",
                id="zhibu.W105",
            )
        )
    return found


@register(BOOT, deploy=True)
def check_file_system(app_configs: Any, **kwargs: Any) -> Sequence[CheckMessage]:
    """SQLite's file stands on a disk of this machine: over the network its locks do not hold."""
    if connection.vendor != "sqlite" or not _MOUNTS.exists():
        return []
    file = Path(str(connection.settings_dict["NAME"])).resolve()
    kind = kind_of_disk(file, _MOUNTS.read_text("utf-8", "replace"))
    if not kind.startswith(OVER_THE_NET):
        return []
    return [
        Error(
            f"SQLite 的数据库文件 {file} 放在网络磁盘（{kind}）上，几个程序同时写会坏。",
            hint="请把 ZHIBU_VAR 放到本机磁盘上，或改用 PostgreSQL。",
            id="zhibu.E103",
        )
    ]


def kind_of_disk(file: Path, mounts: str) -> str:
    """Type of the file system that holds the file, by the kernel's table; "" when it is not there.

    >>> kind_of_disk(Path("/srv/a/b"), "/dev/sda / ext4 rw 0 0\\nbox:/x /srv/a nfs4 rw 0 0")
    'nfs4'
    """
    best, kind = -1, ""
    for line in mounts.splitlines():
        parts = line.split(" ")
        if len(parts) < 3:
            continue
        # The kernel writes spaces in a name as \040.
        point = PurePosixPath(parts[1].replace("\\040", " "))
        if file.is_relative_to(point) and len(point.parts) >= best:
            best, kind = len(point.parts), parts[2]
    return kind


def _encoding() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_encoding" if connection.vendor == "postgresql" else "PRAGMA encoding")
        return str(cursor.fetchone()[0])


def _ordered() -> tuple[str, ...]:
    rows = " UNION ALL ".join(["SELECT %s AS path"] * len(IN_ORDER))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT path FROM ({rows}) AS paths ORDER BY path", list(reversed(IN_ORDER)))  # noqa: S608 (constant text)
        return tuple(path for (path,) in cursor.fetchall())


def _aware(moment: datetime) -> datetime:
    return (
        moment if timezone.is_aware(moment) else timezone.make_aware(moment, timezone.get_default_timezone())
    )
