"""Which two records may be one person. Pure."""

from datetime import date
from enum import StrEnum
from typing import Final, NamedTuple

from zhibu.core.text import without_dots


class Likeness(StrEnum):
    """Why two records may be one person, strongest first."""

    SAME_NUMBER = "same_number"
    SAME_NAME_AND_BIRTH = "same_name_and_birth"
    SOUNDS_ALIKE = "sounds_alike"


class Traits(NamedTuple):
    """What likeness is judged by. ``number_index`` is the blind index of the resident ID, or ""."""

    name: str
    pinyin: str
    birth_date: date
    sex: str
    number_index: str


CLOSE_BIRTH_DAYS: Final = 31


def are_two_people(one: Traits, other: Traits) -> bool:
    """Whether the records speak of two people on their face, so that only the county may call them one.

    >>> from datetime import date
    >>> wang = Traits("王伟", "wangwei", date(1980, 1, 1), "1", "a")
    >>> are_two_people(wang, wang._replace(name="王卫", number_index="")), are_two_people(wang, wang._replace(number_index="b"))
    (False, True)
    >>> are_two_people(wang, wang._replace(name="李强", birth_date=date(1990, 5, 5), number_index=""))
    True
    """
    if one.number_index and other.number_index and one.number_index != other.number_index:
        return True
    return not _same_name(one, other) and one.birth_date != other.birth_date


def likeness(one: Traits, other: Traits) -> Likeness | None:
    """How alike two records are; None when nothing speaks for one person.

    Sounds alike: the same pinyin and sex, and births in one year or at most a month apart.
    """
    if one.number_index and one.number_index == other.number_index:
        return Likeness.SAME_NUMBER
    if _same_name(one, other) and one.birth_date == other.birth_date:
        return Likeness.SAME_NAME_AND_BIRTH
    if one.pinyin != other.pinyin or one.sex != other.sex:
        return None
    a, b = one.birth_date, other.birth_date
    if a.year == b.year or abs((a - b).days) <= CLOSE_BIRTH_DAYS:
        return Likeness.SOUNDS_ALIKE
    return None


def _same_name(one: Traits, other: Traits) -> bool:
    return without_dots(one.name) == without_dots(other.name)
