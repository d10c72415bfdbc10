"""Every address of the site, read from the resolver."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver


@dataclass(frozen=True, slots=True)
class Address:
    """One URL pattern: its full name ("members:list"), its route and its view."""

    name: str
    route: str
    view: Callable[..., Any]


def addresses() -> list[Address]:
    """All patterns in the order of the resolver."""
    return list(_walk(get_resolver().url_patterns, (), ""))


def _walk(
    patterns: list[URLPattern | URLResolver], spaces: tuple[str, ...], prefix: str
) -> Iterator[Address]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = (*spaces, pattern.namespace) if pattern.namespace else spaces
            yield from _walk(pattern.url_patterns, inner, route)
        else:
            yield Address(":".join((*spaces, pattern.name or "")), route, pattern.callback)
