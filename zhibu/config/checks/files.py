"""Folders and files beside the database."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

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
