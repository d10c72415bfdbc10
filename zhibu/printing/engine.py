"""Typst, called in one place: a template beside the app's code, data as JSON, our own fonts only."""

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Final, Literal, overload

import typst
from django.conf import settings

from zhibu.jobs.files import passing_folder

# Every family the templates use, with the file that proves it is there.
FONT_FILES = (
    "NotoSerifSC_400Regular.ttf",
    "NotoSerifSC_700Bold.ttf",
    "NotoSansSC_400Regular.ttf",
    "NotoSansSC_700Bold.ttf",
    "NotoSansYi_400Regular.ttf",
)


_REMEMBERED: Final = 11
_keeps: ContextVar[bool] = ContextVar("keeps", default=False)


class PrintError(RuntimeError):
    """A document cannot be set: the template is wrong, a picture unreadable, or a font missing."""


def missing_fonts() -> tuple[str, ...]:
    """Names of font files that the font folder lacks."""
    return tuple(name for name in FONT_FILES if not (Path(settings.FONT_FOLDER) / name).is_file())


@cache
def _fonts(folder: str) -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])


@contextmanager
def kept() -> Iterator[None]:
    """Within, what one document set serves the next: for many of one template. At the end it is let go."""
    token = _keeps.set(True)
    try:
        yield
    finally:
        _keeps.reset(token)
        _forget()


def _forget() -> None:
    """Make Typst drop what it remembers.

    It keeps all it set of the last ten documents of the process, some 2 MB a page: ten empty ones push it out,
    in 2 ms. Another thread's document is set anew where it would have been remembered, nothing else.
    """
    empty = typst.Compiler(b"", font_paths=_fonts(str(settings.FONT_FOLDER)), ignore_system_fonts=True)
    for _again in range(_REMEMBERED):
        empty.compile(b"", format="pdf")


@overload
def render(
    template: Path, data: Mapping[str, object], *, files: Mapping[str, bytes] | None = ...
) -> bytes: ...
@overload
def render(
    template: Path,
    data: Mapping[str, object],
    *,
    files: Mapping[str, bytes] | None = ...,
    format: Literal["png"],
    ppi: float = ...,
) -> list[bytes]: ...
def render(
    template: Path,
    data: Mapping[str, object],
    *,
    files: Mapping[str, bytes] | None = None,
    format: Literal["pdf", "png"] = "pdf",
    ppi: float = 144,
) -> bytes | list[bytes]:
    """The document as PDF bytes, or one PNG a page.

    The template reads ``data.json`` and the ``files`` by name; it sees its own folder's templates and
    nothing else of the disk. What it is given lies in a private folder (mode 700) for as long as it
    takes. Other threads run meanwhile: Typst works outside the interpreter lock. Raises ``PrintError``.
    """
    absent = missing_fonts()
    if absent:
        raise PrintError(f"fonts missing: {', '.join(absent)}")
    with passing_folder() as folder:
        for source in template.parent.glob("*.typ"):
            shutil.copyfile(source, folder / source.name)
        (folder / "data.json").write_text(json.dumps(data, ensure_ascii=False), "utf-8")
        for file_name, content in (files or {}).items():
            (folder / file_name).write_bytes(content)
        try:
            made = typst.Compiler(
                folder / template.name,
                root=folder,
                font_paths=_fonts(str(settings.FONT_FOLDER)),
                ignore_system_fonts=True,
            ).compile(format=format, ppi=ppi, pdf_tags=False)
        except typst.TypstError as error:
            # The message names the place in the template; it never quotes what the data said.
            raise PrintError(str(error.message)) from error
        finally:
            if not _keeps.get():
                _forget()
    if made is None:
        raise PrintError("no document")
    if format == "png":
        return made if isinstance(made, list) else [made]
    return b"".join(made) if isinstance(made, list) else made
