"""Folders and files beside the database."""

import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.db import connection

from zhibu.config.checks.tags import BOOT


@register(BOOT, deploy=True)
def check_folders(app_configs: Any, **kwargs: Any) -> Sequence[CheckMessage]:
    """The folder of everything we write can be written."""
    if not settings.VAR.is_dir() or not os.access(settings.VAR, os.W_OK | os.X_OK):
        return [
            Error(
                f"文件夹 {settings.VAR} 不存在或不能写。",
                hint="请建立它并交给运行本软件的用户，或用 ZHIBU_VAR 指定另一个。",
                id="zhibu.E003",
            )
        ]
    return []


@register(BOOT, deploy=True)
def check_built_files(app_configs: Any, **kwargs: Any) -> Sequence[CheckMessage]:
    """Style sheets and fonts were built."""
    found = []
    if not Path(str(settings.DJANGO_VITE["default"]["manifest_path"])).exists():
        found.append(Error("网页的样式和脚本还没有生成。", hint="请运行 make build。", id="zhibu.E004"))
    if not any(settings.FONT_FOLDER.glob("*.[ot]tf")):
        found.append(
            Error(
                f"没有打印用的字体（{settings.FONT_FOLDER}）。", hint="请运行 make build。", id="zhibu.E005"
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
