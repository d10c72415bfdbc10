"""The command line as somebody at a terminal meets it."""

import json
import os
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.world import World
from zhibu.audit.models import AuditRecord
from zhibu.cli import main
from zhibu.cli.docs import roles_page, settings_page
from zhibu.members.models import Member

ROOT = Path(__file__).resolve().parents[3]


def _zhibu(folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    """``zhibu`` in an installation of its own."""
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("ZHIBU_", "DATABASE_", "DJANGO_"))}
    return subprocess.run(
        [sys.executable, "-m", "zhibu.cli", *words],
        env=inherited | {"ZHIBU_VAR": str(folder)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_help_is_in_chinese_and_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["--help"])
    told = capsys.readouterr().out
    assert end.value.code == 0
    assert told.startswith("用法：zhibu")
    for word in (
        "serve",
        "worker",
        "init",
        "demo",
        "import",
        "export",
        "certificates",
        "verify",
        "audit",
        "keys",
    ):
        assert word in told
    assert "show this help" not in told


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["improt"], "没有 improt"),
        (["import", "roster"], "还缺少：文件"),
        (["serve", "--port", "eight"], "eight 不是有效的值"),
        (["verify"], "还缺少：内容"),
    ],
)
def test_wrong_usage_is_told_in_chinese(
    words: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        main(words)
    assert end.value.code == 2
    assert sentence in capsys.readouterr().err


def test_first_set_up_of_a_county(tmp_path: Path) -> None:
    folder = tmp_path / "var"
    before = _zhibu(folder, "check")
    assert (before.returncode, "没有密钥文件" in before.stderr) == (1, True)
    words = ["init", "--code", "513434", "--name", "中国共产党越西县委员会", "--short-name", "越西县委"]
    words += ["--opened-on", "1950-04-01", "--system-admin", "陈静", "--security-admin", "杨军"]
    lacking = _zhibu(folder, *words)
    assert (lacking.returncode, "审计管理员的姓名" in lacking.stderr) == (1, True)
    done = _zhibu(folder, *words, "--audit-admin", "赵勇")
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("密码 ") == 3
    assert stat.S_IMODE((folder / "keys.toml").stat().st_mode) == 0o600
    assert stat.S_IMODE((folder / "zhibu.sqlite3").stat().st_mode) == 0o600
    again = _zhibu(folder, "init")
    assert (again.returncode, "密码 " in again.stdout) == (0, False)
    public = _zhibu(folder, "keys", "show-public")
    assert public.stdout.startswith("ed25519:1:")
    forged = _zhibu(folder, "verify", "https://x.example/v/abc")
    assert (forged.returncode, "查无此证" in forged.stderr) == (1, True)


@pytest.mark.django_db
def test_audit_verify_names_the_first_changed_record(
    world: World, capsys: pytest.CaptureFixture[str], settings: Any
) -> None:
    from zhibu.audit.actions import record
    from zhibu.core.access import Scope

    for n in range(3):
        record("test.thing.done", by=Scope.system("test"), on=None, data={"n": n})
    assert main(["audit", "verify"]) == 0
    assert "审计日志完好" in capsys.readouterr().out


@pytest.mark.django_db
def test_unknown_account_and_missing_file_are_told(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sheet = tmp_path / "roster.xlsx"
    assert main(["import", "roster", str(sheet)]) == 1
    assert "没有这个文件" in capsys.readouterr().err
    sheet.write_bytes(b"x")
    assert main(["import", "roster", str(sheet), "--as", "whoever"]) == 1
    assert "没有可用的账号“whoever”" in capsys.readouterr().err


@pytest.mark.django_db
def test_export_comes_back_as_the_same_and_only_within_the_scope(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sheet = tmp_path / "roster.xlsx"
    assert main(["export", "roster", str(sheet), "--as", "secretary_a1"]) == 0
    assert stat.S_IMODE(sheet.stat().st_mode) == 0o600
    capsys.readouterr()
    assert main(["import", "roster", str(sheet), "--json", "--as", "secretary_a1"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["counts"]["same"] == len(world.members_a1)
    assert main(["import", "roster", str(sheet), "--json", "--as", "secretary_a2"]) == 1
    assert json.loads(capsys.readouterr().out)["problems"]
    assert AuditRecord.objects.filter(event="imports.export.downloaded").count() == 1


@pytest.mark.django_db
def test_numbering_twice_numbers_nobody_twice(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["certificates", "number", "--under", world.a1.code]) == 0
    assert f"已给{Member.objects.count()}名党员编号" in capsys.readouterr().out
    assert main(["certificates", "number"]) == 0
    assert "没有需要编号的党员" in capsys.readouterr().out
    assert main(["certificates", "number", "--as", "secretary_a1"]) == 1
    assert "您的职责不包括" in capsys.readouterr().err


@pytest.mark.parametrize(("name", "page"), [("settings", settings_page), ("roles", roles_page)])
def test_generated_pages_of_the_documentation_are_current(name: str, page: Any) -> None:
    assert (ROOT / "docs" / "operations" / f"{name}.md").read_text("utf-8") == page(), "run `make docs`"


def test_a_database_from_before_the_first_release_is_told_apart(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    with closing(sqlite3.connect(tmp_path / "zhibu.sqlite3")) as old, old:
        old.execute("CREATE TABLE django_migrations (id INTEGER PRIMARY KEY, app, name, applied)")
        old.execute("INSERT INTO django_migrations VALUES (1, 'accounts', '0001_tables', '2026-07-01')")
        old.execute("INSERT INTO django_migrations VALUES (2, 'mfa', '0001_initial', '2026-07-01')")
    done = _zhibu(tmp_path, "migrate")
    assert done.returncode == 1
    assert "正式发布以前的版本建的" in done.stderr
    assert "RESET=1" in done.stderr
