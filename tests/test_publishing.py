"""A new build of the front end is put beside the old one: a server that runs on gives out what it knows."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles.finders import get_finder
from django.test import Client

ROOT = Path(__file__).parent.parent

DAY = 86_400


def node() -> str:
    """Whichever Node the front end is built with."""
    from scripts.prepare import find_npm

    npm = find_npm()
    return "node" if len(npm) == 1 else npm[0]


def build(folder: Path, digest: str, text: str) -> Path:
    """What the build leaves: one script, compressed, and the manifest that names it."""
    (folder / "assets").mkdir(parents=True)
    name = f"main-{digest}.js"
    for ending in ("", ".gz", ".br"):
        (folder / "assets" / f"{name}{ending}").write_text(text, "utf-8")
    (folder / "manifest.json").write_text(json.dumps({"app/main.ts": {"file": f"assets/{name}"}}), "utf-8")
    return folder


def publish(built: Path, static: Path) -> None:
    """The last step of ``make build``."""
    subprocess.run([node(), ROOT / "frontend/tools/publish.js", built, static], check=True)


def current(static: Path) -> str:
    """What a server that starts now would give out."""
    return str(json.loads((static / "manifest.json").read_text("utf-8"))["app/main.ts"]["file"])


def test_a_running_server_gives_out_its_files_whole_through_two_upgrades(
    tmp_path: Path, settings: Any
) -> None:
    static = tmp_path / "static"
    publish(build(tmp_path / "one", "AAAAAAAA", "first" * 1000), static)
    settings.STATICFILES_DIRS = [("app", static)]
    get_finder.cache_clear()  # type: ignore[attr-defined]
    try:
        running = Client()
        address = f"/static/app/{current(static)}"
        assert b"".join(running.get(address).streaming_content) == b"first" * 1000  # type: ignore[attr-defined]
        publish(build(tmp_path / "two", "BBBBBBBB", "second"), static)
        publish(build(tmp_path / "three", "CCCCCCCC", "third"), static)
        assert b"".join(running.get(address).streaming_content) == b"first" * 1000  # type: ignore[attr-defined]
        get_finder.cache_clear()  # type: ignore[attr-defined]
        restarted = Client()
        for known in (address, f"/static/app/{current(static)}"):
            assert restarted.get(known).status_code == 200, (
                "a page that was open before the restart asks for its own"
            )
        assert current(static) == "assets/main-CCCCCCCC.js"
    finally:
        get_finder.cache_clear()  # type: ignore[attr-defined]


@pytest.mark.parametrize(("days", "is_there"), [(29, True), (31, False)])
def test_files_go_a_month_after_they_were_replaced(days: int, is_there: bool, tmp_path: Path) -> None:
    static = tmp_path / "static"
    publish(build(tmp_path / "one", "AAAAAAAA", "first"), static)
    old = static / "assets" / "main-AAAAAAAA.js"
    long_ago = old.stat().st_mtime - 400 * DAY
    os.utime(old, (long_ago, long_ago))
    publish(build(tmp_path / "two", "BBBBBBBB", "second"), static)
    assert old.exists(), "served for a year, it was replaced just now"
    replaced = old.stat().st_mtime - days * DAY
    os.utime(old, (replaced, replaced))
    publish(build(tmp_path / "three", "CCCCCCCC", "third"), static)
    assert old.exists() is is_there
    assert (static / "assets" / "main-BBBBBBBB.js").exists()


def test_the_same_build_again_changes_nothing(tmp_path: Path) -> None:
    static = tmp_path / "static"
    publish(build(tmp_path / "one", "AAAAAAAA", "first"), static)
    file = static / "assets" / "main-AAAAAAAA.js"
    before = file.stat().st_ino
    publish(build(tmp_path / "again", "AAAAAAAA", "first"), static)
    assert file.stat().st_ino == before
    assert {each.name for each in (static / "assets").iterdir()} == {
        f"main-AAAAAAAA.js{ending}" for ending in ("", ".gz", ".br")
    }
