"""The official texts are unchanged: said at start, before anything is printed."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, register

from zhibu.certificates import official_texts


@register("boot")
def check_official_texts(app_configs: Any, **kwargs: Any) -> Sequence[CheckMessage]:
    """Every text a booklet prints has the digest it was collated with."""
    found: list[CheckMessage] = []
    for path in official_texts.FILES:
        try:
            official_texts.load(path)
        except official_texts.TextChanged as error:
            found.append(
                Error(
                    f"党章原文被改动过：{error}。",
                    hint=f"请从安装包恢复 {path.name}；党章修改后由县委组织部校对新文本，连同sha256一起换。",
                    id="certificates.E001",
                )
            )
    return found
