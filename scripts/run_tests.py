"""The whole suite: SQLite with the browser journeys, then PostgreSQL on an awkward day. ``make test``.

The clock of the suite stands at one day (tests/days.py). On PostgreSQL all that is not told in calendar dates
runs on a day drawn from those that break software, or on ZHIBU_TEST_DAY; the rest follows on the usual day.
Without PostgreSQL the drawn day is run on SQLite. Arguments are handed to pytest. With CI=true a missing
PostgreSQL or browser is a failure. Ends with pytest's own closing lines.
"""

import os
import secrets
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
IS_CI = os.environ.get("CI") == "true"
LOCAL_POSTGRESQL = "postgres://postgres@127.0.0.1:5432/postgres"
AWKWARD_DAYS = ("2028-02-29", "2027-08-31", "2026-12-31", "2027-01-01", "2027-03-10", "2027-04-26")
"""Leap day, a month longer than the next, the ends of a year, the days on which months are due and drawn."""
WORKERS = str(min(os.cpu_count() or 1, 4))


def main(arguments: list[str]) -> int:
    """0 when everything passed on every database."""
    problems = []
    # A file stays in one process, which makes once what its tests share; conftest.py says which come first.
    workers = ["-n", WORKERS, "--dist", "loadfile", "--no-loadscope-reorder"]
    sqlite = [*workers, *arguments]
    if not find_chromium():
        problem = "没有 Chromium，浏览器测试没有运行。请用 root 运行 apt-get install chromium 。"
        print(problem, file=sys.stderr)
        if IS_CI:
            problems.append(problem)
        sqlite += ["-m", "not browser"]
    url = postgresql_url()
    if not url:
        problem = f"没有 PostgreSQL：TEST_DATABASE_URL 没有给出，{LOCAL_POSTGRESQL} 也没有回应。"
        print(problem, file=sys.stderr)
        if IS_CI:
            problems.append(problem)
    day = os.environ.get("ZHIBU_TEST_DAY") or secrets.choice(AWKWARD_DAYS)
    other = "PostgreSQL" if url else "SQLite"
    undated = [*workers, "-m", "not browser and not dated", *arguments]
    dated = [*workers, "-m", "not browser and dated", *arguments]
    parts = [
        ("SQLite", {"DATABASE_URL": ""}, sqlite),
        (f"{other}, on {day}", {"DATABASE_URL": url, "ZHIBU_TEST_DAY": day}, undated),
    ]
    if url:
        parts.append(("PostgreSQL, told in calendar dates", {"DATABASE_URL": url}, dated))
    closing, codes = {}, []
    for name, variables, words in parts:
        code, closing[name] = run_pytest(name, variables, words)
        # 5: the arguments name no test of this part.
        codes.append(0 if code == 5 and arguments else code)
    for problem in problems:
        print(problem, file=sys.stderr)
    print()
    for database, line in closing.items():
        print(f"{database}:")
        print(line, flush=True)
    return 1 if problems or any(codes) else 0


def run_pytest(database: str, variables: dict[str, str], arguments: list[str]) -> tuple[int, str]:
    """Run pytest, pass its output through; its exit code and closing line."""
    print(f"== {database} ==", flush=True)
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("ZHIBU_")}
    environment = inherited | variables | {"ZHIBU_TEST_DB": f"suite_{os.getpid()}"}
    last = ""
    started = time.monotonic()
    with subprocess.Popen(
        [sys.executable, "-m", "pytest", *arguments],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as process:
        for line in process.stdout or ():
            print(line, end="", flush=True)
            if line.strip():
                last = line.strip()
    print(f"({database}: {time.monotonic() - started:.0f} s)", flush=True)
    return process.returncode, last


def find_chromium() -> bool:
    """Chromium is there, or could be installed from the distribution's packages."""
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    if any(shutil.which(name) for name in names):
        return True
    root = [] if os.geteuid() == 0 else ["sudo", "-n"] if shutil.which("sudo") else None
    if root is None or not shutil.which("apt-get"):
        return False
    print("正在安装 Chromium（apt-get install chromium）", flush=True)
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for words in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", "chromium"]):
        done = subprocess.run(
            [*root, "apt-get", *words], env=environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            print(done.stdout[-1000:] + done.stderr[-1000:], file=sys.stderr)
            break
    return any(shutil.which(name) for name in names)


def postgresql_url() -> str:
    """TEST_DATABASE_URL, or the local server if it lets us in."""
    given = os.environ.get("TEST_DATABASE_URL", "")
    if given:
        return given
    import psycopg

    try:
        psycopg.connect(LOCAL_POSTGRESQL.replace("postgres://", "postgresql://"), connect_timeout=3).close()
    except psycopg.Error:
        return ""
    return LOCAL_POSTGRESQL


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
