"""Pinyin for search and order: whole syllables, initials, and the other readings of a name."""

import csv
from functools import cache
from itertools import chain, combinations, islice, product
from pathlib import Path
from typing import Final, NamedTuple

from pypinyin import Style, lazy_pinyin

from zhibu.core.text import without_dots

# Surnames read otherwise than the words they look like, syllables of Yi names, and words in names of places.
_FILE: Final = Path(__file__).with_name("codes") / "reading.csv"
_MOST: Final = 24
_ROOM: Final = 400
_UNIT_MOST, _UNIT_ROOM = 48, 800
# A character after which, or before which, a surname stands in a village's name: 小单村, 曾家沟.
_BEFORE_SURNAME: Final = frozenset("大小上下东西南北中老新前后左右")
_AFTER_SURNAME: Final = frozenset("家氏姓")


class Readings(NamedTuple):
    """How a name is read: the reading it is ordered by, its initials, and " other ot" for every other way."""

    pinyin: str
    initials: str
    readings: str


@cache
def _known(place: str) -> dict[str, tuple[str, ...]]:
    with _FILE.open(encoding="utf-8", newline="") as file:
        return {
            row["text"]: tuple(row["readings"].split())
            for row in csv.DictReader(file)
            if row["place"] == place
        }


@cache
def _common(character: str) -> str:
    """Plain pinyin of one character; the character itself where there is none (rare characters, Yi, Latin)."""
    found: str = lazy_pinyin(character, style=Style.NORMAL)[0]
    return found.lower()


@cache
def _syllables(character: str) -> tuple[str, ...]:
    """Ways to read a character inside a name, the likeliest first."""
    return tuple(dict.fromkeys((*_known("name").get(character, ()), _common(character))))


def pinyin(text: str) -> str:
    """Syllables without tones, spaces and dots, at most 200 characters.

    >>> pinyin("尔木村"), pinyin("勒青地村"), pinyin("的莫·阿且")
    ('ermucun', 'leqingdicun', 'dimoaqie')
    """
    return "".join(_syllables(character)[0] for character in without_dots(text))[:200]


def initials(text: str) -> str:
    """First letter of each syllable, at most 40.

    >>> initials("尔木村")
    'emc'
    """
    return "".join(_syllables(character)[0][:1] for character in without_dots(text))[:40]


def readings(name: str) -> Readings:
    """How a person's name is read: the surname as a surname, other readings kept for search.

    >>> readings("曾伟")
    Readings(pinyin='zengwei', initials='zw', readings=' cengwei cw')
    >>> readings("阿尔·木呷")
    Readings(pinyin='aermuga', initials='aemg', readings='')
    """
    plain = without_dots(name)
    surname = plain[:2] if plain[:2] in _known("surname") else plain[:1]
    parts: list[list[tuple[str, ...]]] = [_surname(surname)]
    parts += [[(each,) for each in _syllables(character)] for character in plain[len(surname) :]]
    found = [tuple(chain(*steps)) for steps in islice(product(*parts), _MOST)]
    sounds = ["".join(steps)[:200] for steps in found]
    letters = ["".join(each[:1] for each in steps)[:40] for steps in found]
    words = dict.fromkeys([*sounds, *letters])
    others = "".join(f" {word}" for word in words if word not in (sounds[0], letters[0]))
    return Readings(sounds[0], letters[0], others[:_ROOM])


def _surname(text: str) -> list[tuple[str, ...]]:
    """Ways to read a surname of one or two characters: as a surname, then as the words it looks like."""
    known = [tuple(each.split("-")) for each in _known("surname").get(text, ())]
    plain = [tuple(syllables) for syllables in product(*map(_syllables, text))]
    return list(dict.fromkeys([*known, *plain]))


def unit_readings(name: str) -> Readings:
    """How a unit's name is read: as it is ordered, and every way that one of its words may be read otherwise.

    Ways that differ in few words come first; a very long name keeps as many as there is room for.

    >>> unit_readings("曾家村").readings
    ' zengjiacun zjc'
    >>> unit_readings("大堡村").pinyin, unit_readings("大堡村").readings
    ('dabaocun', ' dapucun dabucun dpc')
    """
    plain = without_dots(name)
    ways = [_ways(plain, place) for place in range(len(plain))]
    open_places = [place for place, each in enumerate(ways) if len(each) > 1]
    found: list[tuple[str, ...]] = []
    for count in range(len(open_places) + 1):
        for chosen in combinations(open_places, count):
            others = [each[1:] if place in chosen else each[:1] for place, each in enumerate(ways)]
            found += islice(product(*others), _UNIT_MOST)
        if len(found) >= _UNIT_MOST:
            break
    read, short = pinyin(name), initials(name)
    sounds = ["".join(steps)[:200] for steps in found[:_UNIT_MOST]]
    letters = ["".join(each[:1] for each in steps)[:40] for steps in found[:_UNIT_MOST]]
    words = [word for word in dict.fromkeys([*sounds, *letters]) if word not in (read, short)]
    while sum(len(word) + 1 for word in words) > _UNIT_ROOM:
        words.pop()
    return Readings(read, short, "".join(f" {word}" for word in words))


def _ways(text: str, place: int) -> tuple[str, ...]:
    """Ways to read one character of a unit's name, the one it is ordered by first."""
    character = text[place]
    ways = [*_syllables(character), *_known("place").get(character, ())]
    before, after = text[:place], text[place + 1 : place + 2]
    if not before or (len(before) == 1 and before in _BEFORE_SURNAME) or after in _AFTER_SURNAME:
        ways += _known("surname").get(character, ())
    return tuple(dict.fromkeys(ways))
