"""A result is handed out by the role of the moment: what its owner held when it was made is kept beside it."""

from collections.abc import Mapping
from typing import Any, Final

from django.conf import settings
from django.utils.module_loading import import_string

from zhibu.core.access import Denied, Scope
from zhibu.core.text import gettext_noop

CHANGED: Final = gettext_noop(
    "做好以后，您的职责或组织隶属变了，这份结果不再给出。职责范围内仍需要的，请回到原来的页面重新办理。"
)


def held_by(scope: Scope) -> dict[str, Any]:
    """Rights and places of a scope as plain JSON. One query, unless the scope reaches the whole county."""
    return {
        "grants": {permission: sorted(prefixes) for permission, prefixes in scope.grants.items()},
        "places": sorted(_places(scope)),
    }


def still_holds(scope: Scope, held: Mapping[str, Any]) -> bool:
    """True when the scope covers every right and every unit that were covered then.

    A unit that moved away is covered no more, though nobody's role changed.
    """
    if scope.is_system:
        return True
    if "grants" not in held or not scope.includes(held["grants"]):
        return False
    return not held["places"] or _is_county_wide(scope) or _places(scope).issuperset(held["places"])


def check_still_holds(scope: Scope, held: Mapping[str, Any]) -> None:
    """Raise ``Denied`` with a sentence when the owner would not get the same today."""
    if not still_holds(scope, held):
        raise Denied("jobs.result", CHANGED)


def _is_county_wide(scope: Scope) -> bool:
    return any(prefix.count(".") < 2 for prefix in _prefixes(scope))


def _prefixes(scope: Scope) -> set[str]:
    return {prefix for prefixes in scope.grants.values() for prefix in prefixes}


def _places(scope: Scope) -> set[int]:
    """Ids of the units under the scope; none for who reaches the whole county, where nothing can move away."""
    if scope.is_system or _is_county_wide(scope):
        return set()
    found: set[int] = import_string(settings.ORGANIZATION_LABELS["ids_under"])(_prefixes(scope))
    return found
