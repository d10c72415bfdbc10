"""Pinyin for search: whole syllables and initials."""

from functools import cache

from pypinyin import Style, lazy_pinyin


@cache
def _syllable(character: str) -> str:
    """Plain pinyin of one character; the character itself where there is none (rare characters, Yi, Latin)."""
    found: str = lazy_pinyin(character, style=Style.NORMAL)[0]
    return found.lower()


def pinyin(text: str) -> str:
    """Syllables without tones or spaces, at most 200 characters.

    >>> pinyin("尔木村")
    'ermucun'
    """
    return "".join(map(_syllable, text))[:200]


def initials(text: str) -> str:
    """First letter of each syllable, at most 40.

    >>> initials("尔木村")
    'emc'
    """
    return "".join(_syllable(character)[:1] for character in text)[:40]
