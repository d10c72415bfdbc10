"""How the site is reached."""

from collections.abc import Sequence
from ipaddress import ip_address
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

from zhibu.config.checks.tags import BOOT

PLAIN_HTTP: Final = (
    "请给网站配上https（见 docs/operations/running.md），把 ZHIBU_SITE_URL 改成 https:// 开头。"
    "只在单位内网使用、确实配不了的，设 ZHIBU_PLAIN_HTTP=1：同一网络里的人能看到传送的内容，也能冒用别人的登录。"
)


def is_local(host: str) -> bool:
    """The name or address reaches this machine alone."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


@register(BOOT, deploy=True)
def check_debug(app_configs: Any, **kwargs: Any) -> Sequence[CheckMessage]:
    """Error pages show no data."""
    if not settings.DEBUG:
        return []
    return [
        Error(
            "打开了调试方式，报错页面会显示党员信息和配置。",
            hint="请去掉 ZHIBU_DEBUG。",
            id="zhibu.E020",
        )
    ]


@register(BOOT, deploy=True)
def check_hosts(app_configs: Any, **kwargs: Any) -> Sequence[CheckMessage]:
    """The site answers to names of its own only, and the address people use is among them."""
    hosts = settings.ALLOWED_HOSTS
    if any(host.strip(".") in {"*", ""} for host in hosts):
        return [
            Error(
                "网站对任何域名都回应，别人可以用自己的域名冒充它。",
                hint="请在 ZHIBU_HOSTS 里写明域名或地址，不要写 *。",
                id="zhibu.E021",
            )
        ]
    return []


@register(BOOT, deploy=True)
def check_transport(app_configs: Any, **kwargs: Any) -> Sequence[CheckMessage]:
    """What goes over a network is encrypted, unless the office says in so many words that it is not."""
    url = urlsplit(settings.SITE_URL)
    if url.scheme not in {"http", "https"} or not url.hostname:
        return [
            Error(
                f"网站地址“{settings.SITE_URL}”不完整。",
                hint="请把 ZHIBU_SITE_URL 写成 https://dangjian.example.gov.cn 这样。",
                id="zhibu.E022",
            )
        ]
    if url.scheme == "https" or is_local(url.hostname):
        return []
    sentence = f"网站地址 {settings.SITE_URL} 不加密。"
    if settings.PLAIN_HTTP:
        return [
            Warning(
                f"{sentence}密码和党员信息在网络上可以被看到。", hint="能配https时请配上。", id="zhibu.W022"
            )
        ]
    return [Error(sentence, hint=PLAIN_HTTP, id="zhibu.E023")]
