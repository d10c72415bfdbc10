"""The official texts a booklet prints, from texts.toml, each checked against its digest. Pure but for the file.

They may not be edited, shortened, re-punctuated or translated: a text whose digest differs stops the
set-up (system check) and the print. Several versions of a text may stand in the folder; the one in
force on the day of printing is taken.
"""

import hashlib
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

FILES = (Path(__file__).with_name("texts.toml"),)


class TextChanged(ValueError):
    """A text differs from the digest that was recorded when it was collated."""


def changed_texts(document: Mapping[str, Any]) -> Iterator[str]:
    """The first characters of each text in the document that does not match its sha256 or lacks one."""
    for value in document.values():
        if isinstance(value, Mapping):
            text = value.get("text")
            if isinstance(text, str) and (hashlib.sha256(text.encode()).hexdigest() != value.get("sha256")):
                yield text[:12]
            yield from changed_texts(value)
        elif isinstance(value, list):
            for item in value:
                if isinstance(item, Mapping):
                    yield from changed_texts({"": item})


def load(path: Path) -> Mapping[str, Any]:
    """One version of the texts. Raises ``TextChanged`` naming the file and where the text begins."""
    document = tomllib.loads(path.read_text("utf-8"))
    changed = list(changed_texts(document))
    if changed:
        raise TextChanged(f"{path.name}: {'、'.join(changed)}")
    return document


@cache
def _versions() -> tuple[Mapping[str, Any], ...]:
    return tuple(sorted((load(path) for path in FILES), key=lambda d: str(d["meta"]["effective_from"])))


def texts_in_force(on: date) -> Mapping[str, Any]:
    """What the template prints on this day: oath, rights, duties, and the note for probationary members.

    Raises ``TextChanged``; ``LookupError`` when no version is in force yet.
    """
    fitting = [version for version in _versions() if version["meta"]["effective_from"] <= on]
    if not fitting:
        raise LookupError(f"no official texts in force on {on}")
    version = fitting[-1]

    def listed(part: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "title": part["title"],
            "lead": part["lead"],
            "item": [{"label": item["label"], "text": item["text"]} for item in part["item"]],
        }

    return {
        "oath": {"title": version["oath"]["title"], "text": version["oath"]["text"]},
        "rights": listed(version["rights"]) | {"closing": version["rights"]["closing"]["text"]},
        "duties": listed(version["duties"]),
        "probationary": version["probationary"]["text"],
    }
