"""What stands in front of the site."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Warning, register

from zhibu.config.checks.tags import BOOT


@register(BOOT, deploy=True)
def check_proxies(app_configs: Any, **kwargs: Any) -> Sequence[CheckMessage]:
    """HTTPS is another program's work here, so a site under https has a proxy: it has to be named."""
    if settings.SECURE_TRANSPORT and not settings.TRUSTED_PROXIES:
        return [
            Warning(
                "网址是https，但没有写明前面的nginx在哪个地址：全县的人会被当成同一个来源，一起受登录和核验次数的限制。",
                hint="请设置 ZHIBU_TRUSTED_PROXIES，nginx在同一台机器上时写 127.0.0.1。",
                id="zhibu.W020",
            )
        ]
    return []
