"""What the page shell needs: menu, place, switches. Computed when a template asks for it."""

import time
from dataclasses import dataclass
from functools import cached_property, lru_cache

from django.conf import settings
from django.http import HttpRequest
from django.urls import resolve, reverse

from zhibu.config.navigation import MENU
from zhibu.config.panels import MEMBER_PANELS, ORGANIZATION_PANELS, ROLE_PANELS
from zhibu.core.access import Scope
from zhibu.organizations.models import Organization
from zhibu.ui.switches import LARGE_TYPE

_PHONE_ENTRIES = 4  # beside them stands "more"
_COUNTY_SECONDS = 600.0
_PERMISSIONS = frozenset(p for group in MENU for entry in group.entries for p in entry.permissions)


@dataclass(frozen=True, slots=True)
class Link:
    """A menu entry with its address."""

    label: str
    url: str
    icon: str
    namespace: str
    module: str
    on_phone: bool


@dataclass(frozen=True, slots=True)
class LinkGroup:
    """A titled group of links."""

    label: str
    links: tuple[Link, ...]


class Shell:
    """The frame around a page. Makes no query of its own but one for the county's name every ten minutes."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self._scope: Scope = getattr(request, "scope", None) or Scope.nobody()

    @property
    def signed_in(self) -> bool:
        """True with an account; visitors get no menu."""
        return self._scope.user_id is not None

    @property
    def name(self) -> str:
        """The person's name."""
        return self._scope.name

    @property
    def demo(self) -> bool:
        """True in the synthetic demonstration county."""
        return bool(settings.DEMO)

    @property
    def large_type(self) -> bool:
        """The large-type switch of this browser."""
        return self._request.COOKIES.get(LARGE_TYPE) == "1"

    @property
    def county(self) -> str:
        """Short name of the county's own committee; empty before set-up."""
        return county_name()

    @cached_property
    def menu(self) -> tuple[LinkGroup, ...]:
        """The groups whose entries the person's rights open."""
        if not self.signed_in:
            return ()
        return _menu(frozenset(p for p in _PERMISSIONS if self._scope.has(p)))

    @cached_property
    def phone(self) -> tuple[Link, ...]:
        """The first entries marked for the bar at the bottom of a phone."""
        links = [link for group in self.menu for link in group.links if link.on_phone]
        return tuple(links[:_PHONE_ENTRIES])

    @cached_property
    def current(self) -> str:
        """Address of the entry the page belongs to.

        The longest address the path begins with; else the entry whose page is drawn by the same module, as
        a member's matters are by that of the list of matters; else the first of its app.
        """
        links = [link for group in self.menu for link in group.links]
        path = self._request.path
        inside = [
            link.url for link in links if path == link.url or (link.url != "/" and path.startswith(link.url))
        ]
        if inside:
            return max(inside, key=len)
        match = self._request.resolver_match
        if match is None:
            return ""
        module, namespace = match.func.__module__, match.namespace
        near = [link.url for link in links if link.module == module]
        near += [link.url for link in links if namespace and link.namespace == namespace]
        return near[0] if near else ""


def shell(request: HttpRequest) -> dict[str, object]:
    """Context processor: ``shell`` and the panels the person's rights open, in every template."""
    scope: Scope = getattr(request, "scope", None) or Scope.nobody()
    return {
        "shell": Shell(request),
        "member_panels": [panel for panel in MEMBER_PANELS if scope.has(panel.permission)],
        "role_panels": [panel for panel in ROLE_PANELS if scope.has(panel.permission)],
        "organization_panels": [panel for panel in ORGANIZATION_PANELS if scope.has(panel.permission)],
    }


@lru_cache(maxsize=256)
def _menu(held: frozenset[str]) -> tuple[LinkGroup, ...]:
    groups = []
    for group in MENU:
        links = []
        for entry in group.entries:
            if entry.permissions and not held.intersection(entry.permissions):
                continue
            namespace, url = entry.url.partition(":")[0], reverse(entry.url)
            module = resolve(url).func.__module__
            links.append(Link(entry.label, url, entry.icon, namespace, module, entry.on_phone))
        if links:
            groups.append(LinkGroup(group.label, tuple(links)))
    return tuple(groups)


_county: tuple[float, str] = (0.0, "")


def county_name() -> str:
    """Short name of the tree's root, kept in the process for ten minutes."""
    global _county
    asked_at, name = _county
    now = time.monotonic()
    if name and now - asked_at < _COUNTY_SECONDS:
        return name
    name = Organization.objects.filter(parent=None).values_list("short_name", flat=True).first() or ""
    _county = (now, name)
    return name
