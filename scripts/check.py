"""Everything that can be said about the code without running it. ``make check``."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
LOCKS = ("requirements.txt", "requirements-dev.txt", "requirements-node.txt")
ADDRESS = re.compile(r"https?://|--(extra-)?index-url|--find-links|file:")


def main() -> int:
    """Run every check, also after one failed; 1 when any did."""
    failed = []
    for name, check in CHECKS.items():
        started = time.monotonic()
        output = check()
        mark = "ok" if output is None else "FAILED"
        print(f"{mark:7}{name} ({time.monotonic() - started:.1f} s)", flush=True)
        if output is not None:
            failed.append(name)
            print(output.rstrip(), flush=True)
    print(
        f"{len(CHECKS) - len(failed)} of {len(CHECKS)} checks passed"
        + (f", failed: {', '.join(failed)}" if failed else "")
    )
    return 1 if failed else 0


def command(*words: str, folder: str = ".") -> Callable[[], str | None]:
    """A check that is a command: its output when it fails."""

    def run() -> str | None:
        inherited = {
            k: v for k, v in os.environ.items() if not k.startswith("ZHIBU_") and k != "DATABASE_URL"
        }
        done = subprocess.run(
            words, cwd=ROOT / folder, env=inherited, capture_output=True, text=True, check=False
        )
        return done.stdout + done.stderr if done.returncode else None

    return run


def locks_are_free_of_addresses() -> str | None:
    """A lock names packages and digests; where they come from is the machine's business."""
    found = [
        f"{name}:{number}: {line}"
        for name in LOCKS
        for number, line in enumerate((ROOT / name).read_text("utf-8").splitlines(), 1)
        if ADDRESS.search(line)
    ]
    npm = (ROOT / "frontend" / "package-lock.json").read_text("utf-8")
    found += [
        f"frontend/package-lock.json: {line.strip()}"
        for line in npm.splitlines()
        if '"resolved":' in line or "://" in line
    ]
    return "\n".join(found) or None


def node_tool(name: str, *words: str) -> Callable[[], str | None]:
    """A check by a tool of the front end, with whichever Node the machine has."""

    def run() -> str | None:
        sys.path.insert(0, str(ROOT))
        from scripts.prepare import find_npm

        npm = find_npm()
        node = [] if len(npm) == 1 else npm[:1]
        return command(*(node or ["node"]), f"node_modules/.bin/{name}", *words, folder="frontend")()

    return run


CHECKS: dict[str, Callable[[], str | None]] = {
    "format": command(str(BIN / "ruff"), "format", "--check", "."),
    "lint": command(str(BIN / "ruff"), "check", "."),
    "types": command(str(BIN / "mypy"), "zhibu", "tests", "scripts", "conftest.py"),
    "layers": command(str(BIN / "lint-imports")),
    "templates": command(str(BIN / "djlint"), "--lint", "--quiet", "zhibu"),
    "migrations": command(sys.executable, "manage.py", "makemigrations", "--check", "--dry-run"),
    "typescript": node_tool("tsc", "--noEmit"),
    "unit tests in typescript": node_tool("vitest", "run"),
    "house rules": command(sys.executable, "scripts/house_rules.py"),
    "locks": locks_are_free_of_addresses,
}


if __name__ == "__main__":
    sys.exit(main())
