"""Pinyin for search and order: whole syllables, initials, and the other readings of a name."""

import csv
from functools import cache
from itertools import chain, islice, product
from pathlib import Path
from typing import Final, NamedTuple

from pypinyin import Style, lazy_pinyin

from zhibu.core.text import without_dots

# Surnames read otherwise than the words they look like, and syllables of Yi names and places.
_FILE: Final = Path(__file__).with_name("codes") / "reading.csv"
_MOST: Final = 24
_ROOM: Final = 400


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
