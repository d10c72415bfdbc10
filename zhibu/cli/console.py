"""Talking on the terminal: Chinese help, progress, plain sentences, exit codes."""

import argparse
import contextlib
import os
import sys
import time
from collections.abc import Callable
from typing import Final, NoReturn

DONE: Final = 0
REFUSED: Final = 1
USAGE: Final = 2
STOPPED: Final = 130

Run = Callable[[argparse.Namespace], int]

# argparse looks its own words up in a gettext catalogue; these are the ones people meet.
_ARGPARSE: Final = {
    "usage: ": "用法：",
    "options": "选项",
    "positional arguments": "参数",
    "show this help message and exit": "显示这段说明",
    "%(prog)s: error: %(message)s\n": "%(prog)s：%(message)s\n",
    "the following arguments are required: %s": "还缺少：%s。加 --help 看用法。",
    "unrecognized arguments: %s": "不认识：%s。加 --help 看用法。",
    "invalid choice: %(value)r (choose from %(choices)s)": "没有 %(value)s，可以用：%(choices)s",
    "invalid %(type)s value: %(value)r": "%(value)s 不是有效的值",
    "argument %(argument_name)s: %(message)s": "%(argument_name)s：%(message)s",
    "expected one argument": "后面要有一个值",
    "expected %s argument": "后面要有值",
    "expected %s arguments": "后面要有值",
    "not allowed with argument %s": "不能和 %s 一起用",
}


def speak_chinese() -> None:
    """Give argparse its words in Chinese (its ``_`` is gettext)."""
    argparse._ = lambda text: _ARGPARSE.get(text, text)  # type: ignore[attr-defined]


class Stop(Exception):
    """Ends a command with a sentence for the person at the terminal."""


def set_up() -> None:
    """Load Django. Commands call it themselves, so that ``--help`` answers at once.

    Whatever a command writes from here on is for this user alone: it may hold people's data.
    """
    os.umask(0o077)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhibu.config.settings")
    import django

    django.setup()
    from django.utils import translation

    translation.activate("zh-hans")


def say(text: str = "") -> None:
    """A line of the command's result."""
    print(text, flush=True)


def note(text: str) -> None:
    """A line beside the result: on stderr, so that results can be piped. Lost when a full disk takes no log."""
    with contextlib.suppress(OSError):
        print(text, file=sys.stderr, flush=True)


class Counter:
    """Progress on stderr: one line that counts on a terminal, a line every five seconds elsewhere."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._shown_at = time.monotonic()
        self._is_terminal = sys.stderr.isatty()
        self._is_open = False

    def __call__(self, done: int, total: int, note: str = "") -> None:
        """``zhibu.imports.sheets.Ticker``: show how far it is."""
        now = time.monotonic()
        if now - self._shown_at < (0.2 if self._is_terminal else 5.0):
            return
        self._shown_at = now
        count = f"{done}/{total}，{done * 100 // total}%" if total else f"{done}"
        text = f"{self._what}：{count} {note}".rstrip()
        if self._is_terminal:
            print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)
            self._is_open = True
        else:
            print(text, file=sys.stderr, flush=True)

    def close(self) -> None:
        """Leave the counting line."""
        if self._is_open:
            print("\r\033[K", end="", file=sys.stderr, flush=True)
            self._is_open = False


def fail(sentence: str) -> NoReturn:
    """End the command with a sentence."""
    raise Stop(sentence)
