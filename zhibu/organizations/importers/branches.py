"""Which unit a row of a sheet means: by code, by segments, by full or short name, with or without the township."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.translation import gettext as _

from zhibu.core.text import clean_name, gettext_noop, halfwidth
from zhibu.imports.sheets import Problem, Row
from zhibu.organizations.models import Organization
from zhibu.organizations.querysets import Organizations
from zhibu.organizations.rules import BRANCH_KINDS

_FEW: Final = 500
_LISTED: Final = 5
_PARTY: Final = re.compile(r"^(中国共产党|中共)")
_GENERAL: Final = re.compile(r"(总支部委员会|党总支部|党总支|总支部)$")
_BRANCH: Final = re.compile(r"党?支部(委员会)?$")
_PLACE: Final = re.compile(r"(党的?工作委员会|委员会|党工委|工委|党委|县委|总支)$")
_CODE: Final = re.compile(r"[0-9A-Za-z-]+")


def plain_name(text: str) -> str:
    """A unit's name without 中共, spaces, dots and the several ways to say 支部.

    >>> plain_name("中国共产党越西县 越城镇外南村支部委员会"), plain_name("外南村党支部")
    ('越西县越城镇外南村支部', '外南村支部')
    """
    found = _PARTY.sub("", re.sub(r"[·（）()“”\"]", "", clean_name(halfwidth(text))))
    return _BRANCH.sub("支部", _GENERAL.sub("总支", found))


def place_of(text: str) -> str:
    """What a committee's name says of the place.

    >>> place_of("阿市镇党委"), place_of("中共越西县委员会"), place_of("凉县")
    ('阿市镇', '越西县', '凉县')
    """
    return _PLACE.sub("", plain_name(text))


def names_of(short_name: str, name: str, places: Sequence[str]) -> set[str]:
    """Everything a branch is called, with the places above it (topmost first) or without.

    >>> sorted(names_of("尔木村党支部", "中共凉县阿市镇尔木村支部委员会", ["凉县", "阿市镇"]))
    ['凉县尔木村支部', '凉县阿市镇尔木村支部', '尔木村', '尔木村支部', '阿市镇尔木村', '阿市镇尔木村支部']
    """
    short, full = plain_name(short_name), plain_name(name)
    found = {short, full}
    for place in filter(None, places):
        found |= {each.removeprefix(place) for each in found}
    last = short
    for place in reversed([each for each in places if each]):
        found |= {place + short, place + last}
        last = place + last
    if len(places) > 0 and short.endswith("支部"):
        found |= {short.removesuffix("支部"), places[-1] + short.removesuffix("支部")}
    return {each for each in found if len(each) > 1 and each != "支部"}


def is_called(branch: Organization, text: str) -> bool:
    """True when a text is a name of the branch: short or full, from any place on, with 支部 or without."""
    said = plain_name(text)
    called = {plain_name(branch.short_name), plain_name(branch.name)}
    return any(each.endswith(said) for name in called for each in (name, name.removesuffix("支部")))


@dataclass(slots=True)
class Branches:
    """Branches that rows may mean, by what they are called; or units of any kind, which ``noun`` names."""

    by_code: dict[str, Organization] = field(default_factory=dict)
    by_name: dict[str, list[Organization]] = field(default_factory=lambda: defaultdict(list))
    places: dict[int, str] = field(default_factory=dict)
    noun: str = gettext_noop("支部")

    def add(self, unit: Organization, places: Sequence[str], segments: Iterable[str] = ()) -> None:
        """Know a unit by its names and segments; ``places`` are what lies above it, topmost first."""
        self.places[unit.pk] = "".join(places[1:])
        names = {*names_of(unit.short_name, unit.name, places), *segments}
        if unit.kind not in BRANCH_KINDS:
            names |= names_of(place_of(unit.short_name), place_of(unit.name), places)
        for name in names:
            self.by_name[name].append(unit)

    def find(self, text: str, *, among: Callable[[Organization], bool] | None = None) -> Organization | str:
        """The branch; or a sentence when there is none or more than one, with the candidates.

        ``among``: which of several that are called so can be meant at all.
        """
        branch = self.by_code.get(text)
        if branch is not None:
            return branch
        found = self.by_name.get(plain_name(text), []) or [
            each for each in self.by_name.get(place_of(text), []) if each.kind not in BRANCH_KINDS
        ]
        found = [each for each in found if each.closed_on is None] or found
        if among is not None:
            found = list(filter(among, found)) or found
        if len(found) == 1:
            return found[0]
        if found:
            listed = _("、").join(
                _("{place}{name}（代码{code}）").format(
                    place=self.places[each.pk], name=each.short_name, code=each.code
                )
                for each in found[:_LISTED]
            )
            sentence = _("“{text}”对得上{count}个{noun}：{listed}{more}。请填代码，或在名称前写上乡镇。")
            more = _("等") if len(found) > _LISTED else ""
            return sentence.format(text=text, count=len(found), noun=_(self.noun), listed=listed, more=more)
        if _CODE.fullmatch(text):
            return _("没有这个代码的支部，或者不在您的管理范围。请照组织表核对代码；新支部要先导入组织表。")
        return _("没有叫“{text}”的{noun}，或者不在您的管理范围。请照组织表填代码、全称或简称。").format(
            text=text, noun=_(self.noun)
        )


def read_branches(units: Organizations[Organization], texts: Iterable[str]) -> Branches:
    """Those of ``units`` that the texts may mean. One query per 500 codes; two more where a text is no code."""
    branches = Branches()
    wanted = sorted(set(texts))
    for start in range(0, len(wanted), _FEW):
        found = units.filter(code__in=wanted[start : start + _FEW])
        branches.by_code |= {branch.code: branch for branch in found}
    if len(branches.by_code) < len(wanted):
        _read_names(branches, units)
    return branches


def _read_names(branches: Branches, units: Organizations[Organization]) -> None:
    above: dict[int, Any] = {
        row["pk"]: row for row in Organization.objects.values("pk", "parent_id", "short_name", "segment")
    }
    for branch in units:
        places: list[str] = []
        at = above.get(branch.parent_id or 0)
        while at is not None:
            places.insert(0, place_of(at["short_name"]))
            at = above.get(at["parent_id"] or 0)
        root = above.get(branch.numbering_root_id or 0)
        branches.add(branch, places, segments_of(branch.segment, root["segment"] if root else ""))


def segments_of(segment: str, first: str = "") -> set[str]:
    """How a unit may be told by its segment, with that of its committee or without.

    >>> sorted(segments_of("011", "005")), segments_of("")
    (['005-011', '005011', '011'], set())
    """
    if not segment:
        return set()
    return {segment, f"{first}-{segment}", first + segment} if first else {segment}


def name_branches(
    rows: Sequence[Row], units: Organizations[Organization], *keys: str
) -> Mapping[str, Organization]:
    """Put the code of the branch that a row means in the place of what it says; by code, the branches that rows name.

    A row whose branch is not found or not the only one gets a problem in that column.
    """
    said = {str(row.values[key]) for row in rows for key in keys if isinstance(row.values.get(key), str)}
    branches = read_branches(units, said)
    for row in rows:
        for key in keys:
            text = row.values.get(key)
            if not isinstance(text, str):
                continue
            found = branches.find(text)
            if isinstance(found, str):
                row.problems.append(Problem(key, found))
            else:
                row.values[key] = found.code
                branches.by_code[found.code] = found
    return branches.by_code
