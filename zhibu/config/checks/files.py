"""Folders and files beside the database."""

import os
import stat
import struct
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.db import connection

from zhibu.config.checks.tags import BOOT
from zhibu.printing.engine import FONT_FILES

_INSIDE: Final = ("files", "jobs", "results")


@register(BOOT, deploy=True)
def check_folders(app_configs: Any, **kwargs: Any) -> Sequence[CheckMessage]:
    """The folder of everything we write can be written, and so can those in it that were made by others."""
    wanted = [settings.VAR, *(folder for name in _INSIDE if (folder := settings.VAR / name).exists())]
    return [
        Error(
            f"文件夹 {folder} 不存在或不能写。",
            hint="请建立它并交给运行本软件的用户，或用 ZHIBU_VAR 指定另一个。",
            id="zhibu.E003",
        )
        for folder in wanted
        if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK)
    ]


@register(BOOT, deploy=True)
def check_built_files(app_configs: Any, **kwargs: Any) -> Sequence[CheckMessage]:
    """Style sheets and fonts were built."""
    found = []
    if not Path(str(settings.DJANGO_VITE["default"]["manifest_path"])).exists():
        found.append(Error("网页的样式和脚本还没有生成。", hint="请运行 make build。", id="zhibu.E004"))
    fonts = settings.FONT_FOLDER
    lacking = [name for name in FONT_FILES if not is_whole_font(fonts / name)]
    if lacking:
        found.append(
            Error(
                f"没有打印用的字体，或者文件不完整：{'、'.join(lacking)}（{fonts}）。",
                hint="请运行 make build。",
                id="zhibu.E005",
            )
        )
    return found


@register(BOOT, deploy=True)
def check_modes(app_configs: Any, **kwargs: Any) -> Sequence[CheckMessage]:
    """Nobody else on the machine can read what this installation writes: folder, database, file of heads."""
    opened = [path for path in _ours() if _is_open(path)]
    if not opened:
        return []
    return [
        Error(
            f"{opened[0]} 别的用户也能读或进入" + (f"，这样的一共{len(opened)}个。" if opened[1:] else "。"),
            hint=f"请运行 chmod -R go-rwx {opened[0]}{' 等' if opened[1:] else ''}。",
            id="zhibu.E013",
        )
    ]


def _ours() -> Iterator[Path]:
    """Everything below the folder, and the files of this installation that stand elsewhere."""
    yield settings.VAR
    for folder, folders, files in os.walk(settings.VAR):
        for name in sorted((*folders, *files)):
            yield Path(folder, name)
    elsewhere = [settings.AUDIT_HEADS_FILE]
    if connection.vendor == "sqlite":
        database = str(connection.settings_dict["NAME"])
        elsewhere += [Path(f"{database}{ending}") for ending in ("", "-wal", "-shm")]
    yield from (path for path in elsewhere if settings.VAR not in path.parents)


def _is_open(path: Path) -> bool:
    """False for what is not there (any more), and for links, whose own mode means nothing."""
    try:
        mode = path.lstat().st_mode
    except OSError:
        return False
    return not stat.S_ISLNK(mode) and bool(stat.S_IMODE(mode) & 0o077)


def is_whole_font(file: Path) -> bool:
    """The file is there and as long as its own table of contents says (TrueType and OpenType)."""
    if not file.is_file():
        return False
    with file.open("rb") as font:
        head = font.read(12)
        count = struct.unpack(">H", head[4:6])[0] if len(head) == 12 else 0
        contents = font.read(16 * count)
    if not count or len(contents) < 16 * count:
        return False
    ends = (offset + length for _tag, _sum, offset, length in struct.iter_unpack(">4sIII", contents))
    return bool(max(ends) <= file.stat().st_size)
