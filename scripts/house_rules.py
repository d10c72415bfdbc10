"""House rules that no general tool knows. ``python scripts/house_rules.py`` prints file:line: message, exits 1.

Each rule reads one file. Good and bad examples stand in tests/test_house_rules.py.
"""

import ast
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MAX_LINES = 400
LONGEST_VIEW = 40
HAN = re.compile(r"[\u3400-\u9fff]")
WRITES = frozenset(
    [
        "create",
        "bulk_create",
        "get_or_create",
        "update_or_create",
        "update",
        "bulk_update",
        "delete",
        "save",
        "abulk_create",
        "acreate",
    ]
)
CLOCKS = frozenset(
    {"timezone.now", "timezone.localdate", "date.today", "datetime.now", "datetime.today", "localdate"}
)
GETTEXT = frozenset({"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy", "pgettext"})
MAY_WRITE = frozenset({"actions", "importers", "migrations", "tests", "demo", "commands"})
MAY_ASK_CLOCK = frozenset(
    {
        "actions",
        "views",
        "adapter",
        "tasks",
        "middleware",
        "management",
        "cli",
        "demo",
        "tests",
        "migrations",
        "config",
    }
)
# Names of sample units and persons, which nobody translates: the style guide, the bare page of the bench.
SAMPLES = frozenset({"zhibu/ui/templates/ui/styleguide.html", "tests/bench/templates/bench/member.html"})
# The year of the suite's day (tests/days.py): a literal date from it on may be today's on some machine.
CLOCK_YEAR = 2026
_DAY = re.compile(r"^(20\d\d)-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?$")
SPEAKS_TO_PEOPLE = frozenset({"views", "forms"})


@dataclass(frozen=True, slots=True)
class Finding:
    """One violation."""

    path: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


# Accounts have no place in the tree (the permission decides); names of clusters are known to all.
_SCOPED = re.compile(r"\.(visible_to|owned_by)\(|^(User|Cluster)$|^_own\w*\(")
Rule = Callable[[str, ast.Module], Iterator[tuple[int, str]]]


def roles(path: str) -> frozenset[str]:
    """The folders and the module that make up a path: {"zhibu", "members", "views"}."""
    return frozenset(Path(path).with_suffix("").parts)


def _asks_clock(node: ast.AST, clocks: frozenset[str]) -> bool:
    """A call without arguments or with only a zone; ``localdate(at)`` converts a moment it was given."""
    if not (isinstance(node, ast.Call) and _dotted(node.func) in clocks):
        return False
    return not (node.args and _dotted(node.func).endswith("localdate"))


def _dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return f"{_dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def writes_stand_in_actions(path: str, tree: ast.Module) -> Iterator[tuple[int, str]]:
    """ORM writes only in actions, importers, migrations, tests and the demo county."""
    if roles(path) & MAY_WRITE:
        return
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        name, holder = node.func.attr, _dotted(node.func.value)
        chain = ast.unparse(node.func.value)
        if name in {"save", "delete"} and not node.args and not holder.startswith(("self.request", "form")):
            looks_like_model = name == "delete" or not chain.endswith(("pdf", "image", "workbook"))
            if looks_like_model and ("session" not in chain and "cache" not in chain):
                yield node.lineno, f"ORM write .{name}() outside actions"
        elif name in WRITES - {"save", "delete"} and ".objects" in chain:
            yield node.lineno, f"ORM write .{name}() outside actions"


def no_clock_below_the_view(path: str, tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Only views, tasks, commands and middleware ask what time it is; actions only for timestamps."""
    found = roles(path)
    if found & MAY_ASK_CLOCK:
        if "actions" in found:
            yield from _today(tree)
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _asks_clock(node, CLOCKS):
            yield node.lineno, f"{_dotted(node.func)}() below the view: pass the day in"


def _today(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _asks_clock(node, CLOCKS - {"timezone.now"}):
            yield node.lineno, f"{_dotted(node.func)}() in an action: pass the day in"


def views_load_through_scope(path: str, tree: ast.Module) -> Iterator[tuple[int, str]]:
    """No unscoped rows in views: visible_to() and get_visible()."""
    if "views" not in roles(path) or "tests" in roles(path):
        return
    scoped = {
        id(argument)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and _dotted(node.func) == "get_visible"
        for argument in node.args
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            chain = _dotted(node.func)
            if chain.endswith(".objects.all") and id(node) not in scoped:
                yield node.lineno, "objects.all() in a view: start from visible_to()"
            if node.func.attr == "get" and ".objects" in ast.unparse(node.func.value):
                yield node.lineno, "objects.get() in a view: load by get_visible()"
        if (
            isinstance(node, ast.Call)
            and _dotted(node.func).split(".")[-1] == "get_object_or_404"
            and not _SCOPED.search(ast.unparse(node.args[0]) if node.args else "")
        ):
            yield node.lineno, "get_object_or_404() on unscoped rows in a view: load by get_visible()"


def sentences_can_be_translated(path: str, tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Chinese in views and forms stands inside a gettext call."""
    if not roles(path) & SPEAKS_TO_PEOPLE or "tests" in roles(path):
        return
    spoken = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and _dotted(node.func).split(".")[-1] in GETTEXT
        for inner in ast.walk(node)
    }
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and HAN.search(node.value)
            and id(node) not in spoken | docstrings
        ):
            yield node.lineno, f"Chinese outside gettext: {node.value[:20]!r}"


def views_are_thin(path: str, tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Gate, load, form, one action, answer: a function of views fits a screen."""
    if "views" not in roles(path) or "tests" in roles(path):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > LONGEST_VIEW:
                yield node.lineno, f"{node.name}() in a view has {lines} lines, more than {LONGEST_VIEW}"


def names_are_never_cut(path: str, tree: ast.Module) -> Iterator[tuple[int, str]]:
    """What an action keeps of a text it keeps whole: too long is refused (``core.wording.within``)."""
    if "actions" not in roles(path) or "tests" in roles(path):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice) and node.slice.upper:
            kept = ast.unparse(node.value)
            if kept.split(".")[-1] in {"name", "reason", "note", "text", "recorder", "by"}:
                yield node.lineno, f"{kept}[…] cuts a text without a word"


def no_relative_imports(path: str, tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Imports are absolute."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level:
            yield node.lineno, "relative import"


def tests_tell_days_from_the_clock(path: str, tree: ast.Module) -> Iterator[tuple[int, str]]:
    """A literal date that the clock may still reach ages a test, unless the module is marked ``dated``."""
    if (
        "tests" not in roles(path)
        or roles(path) & {"browser", "bench"}
        or _is_dated(tree)
        or path == "tests/days.py"
    ):
        return
    for node in ast.walk(tree):
        written = _DAY.search(_literal(node))
        if written and int(written[1]) >= CLOCK_YEAR:
            yield node.lineno, "literal date near today's: tell it by tests.days, or mark the module dated"  # type: ignore[attr-defined]


def _literal(node: ast.AST) -> str:
    """A date that a node writes out: ``date(2026, 3, 5)``, "2026-03-05", 202603; else nothing."""
    if isinstance(node, ast.Call) and _dotted(node.func).rpartition(".")[2] in {"date", "datetime"}:
        return "-".join(str(part.value).zfill(2) for part in node.args[:2] if isinstance(part, ast.Constant))
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.Constant) and isinstance(node.value, int):
        return f"{node.value // 100}-{node.value % 100:02d}" if 200_000 < node.value < 210_000 else ""
    return ""


def _is_dated(tree: ast.Module) -> bool:
    return any(
        isinstance(node, ast.Assign) and "pytest.mark.dated" in ast.unparse(node.value) for node in tree.body
    )


PYTHON_RULES: tuple[Rule, ...] = (
    tests_tell_days_from_the_clock,
    writes_stand_in_actions,
    no_clock_below_the_view,
    views_load_through_scope,
    sentences_can_be_translated,
    views_are_thin,
    names_are_never_cut,
    no_relative_imports,
)

_COMMENT = re.compile(r"\{#.*?#\}|\{%\s*comment.*?endcomment\s*%\}|<!--.*?-->", re.DOTALL)
_TRANSLATED = re.compile(r"\{%\s*blocktrans(?:late)?\b.*?\{%\s*endblocktrans(?:late)?\s*%\}", re.DOTALL)
_TAG = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
_TAGS_THAT_SPEAK = re.compile(r"^\{%-?\s*(translate|trans|badge|include)\b|_\(")
_HANDLER = re.compile(r"<[^>]*\son[a-z]+\s*=", re.DOTALL)


def _blank(match: re.Match[str]) -> str:
    """Spaces in place of a match, so that line numbers stay."""
    return re.sub(r"[^\n]", " ", match.group())


def template_findings(path: str, text: str) -> Iterator[tuple[int, str]]:
    """Strict Content-Security-Policy, and no Chinese that a catalogue cannot reach."""
    markup = _COMMENT.sub(_blank, text)
    for number, line in enumerate(markup.splitlines(), start=1):
        if re.search(r"\sstyle\s*=", line):
            yield number, "style= in a template"
        if re.search(r"<script\b(?![^>]*\bsrc=)", line) and "application/json" not in line:
            yield number, "<script> in a template"
        if re.search(r"<style\b", line) and "nonce=" not in line:
            yield number, "<style> without nonce in a template"
    for match in _HANDLER.finditer(_TAG.sub(_blank, markup)):
        yield markup.count("\n", 0, match.start()) + 1, "inline event handler in a template"
    bare = _TAG.sub(_blank, _TRANSLATED.sub(_blank, markup))
    for number, line in enumerate(bare.splitlines(), start=1):
        found = HAN.search(line)
        if found:
            yield number, f"Chinese outside a translate tag: {line.strip()[:30]!r}"
    for match in _TAG.finditer(_TRANSLATED.sub(_blank, markup)):
        if HAN.search(match.group()) and not _TAGS_THAT_SPEAK.search(match.group()):
            number = markup.count("\n", 0, match.start()) + 1
            yield number, f"Chinese in a tag that does not translate: {match.group()[:30]!r}"


def python_findings(path: str, text: str) -> Iterator[tuple[int, str]]:
    """All Python rules on one file."""
    tree = ast.parse(text)
    for rule in PYTHON_RULES:
        yield from rule(path, tree)
    lines = text.count("\n")
    if lines > MAX_LINES and "migrations" not in roles(path):
        yield lines, f"{lines} lines: past {MAX_LINES} a file becomes a folder"


def check(root: Path) -> list[Finding]:
    """All findings in the package, the tests and the scripts under ``root``."""
    found = []
    for folder in ("zhibu", "tests", "scripts"):
        for file in sorted((root / folder).rglob("*")):
            path = file.relative_to(root).as_posix()
            if file.suffix == ".py":
                listed = python_findings(path, file.read_text("utf-8"))
            elif file.suffix in {".html", ".txt"} and "templates" in file.parts and path not in SAMPLES:
                listed = template_findings(path, file.read_text("utf-8"))
            else:
                continue
            found += [Finding(path, line, message) for line, message in listed]
    return found


def main() -> int:
    """Print what was found; 1 when there was anything."""
    found = check(ROOT)
    for each in found:
        sys.stdout.write(f"{each}\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
