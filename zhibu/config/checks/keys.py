"""The key ring."""

import stat
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.utils.translation import gettext

from zhibu.config.checks.database import has_tables
from zhibu.config.checks.tags import BOOT
from zhibu.config.fingerprints import wrong_keys


@register(BOOT, deploy=True)
def check_keys(app_configs: Any, **kwargs: Any) -> Sequence[CheckMessage]:
    """Keys are there, and nobody else on the machine can read them."""
    if settings.KEY_RING_IS_PASSING:
        return [
            Error(
                f"没有密钥文件 {settings.KEY_FILE}。",
                hint="新装的系统先运行 zhibu init；已有数据的系统请从备份恢复原来的密钥文件，新密钥读不出旧数据。",
                id="zhibu.E001",
            )
        ]
    file = settings.KEY_FILE
    if file.exists() and stat.S_IMODE(file.stat().st_mode) & 0o077:
        return [
            Error(f"密钥文件 {file} 别的用户也能读。", hint=f"请运行 chmod 600 {file}。", id="zhibu.E002")
        ]
    return []


@register(BOOT, deploy=True)
def check_fitting_keys(app_configs: Any, **kwargs: Any) -> Sequence[CheckMessage]:
    """The keys are those the database was written with."""
    if settings.KEY_RING_IS_PASSING or not has_tables():
        return []
    sentence = wrong_keys()
    return [Error(gettext(sentence), id="zhibu.E016")] if sentence else []
