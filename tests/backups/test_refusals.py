"""What a backup or a restore refuses, and that nothing is changed or left then."""

import shutil
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.backups.places import ROOT, Done, Place
from zhibu.core.crypto import KeyRing

PATIENCE = 120.0


def copy_of(backup: Path, folder: Path) -> Path:
    """A backup that may be damaged."""
    return Path(shutil.copytree(backup, folder / "copy"))


def untouched(place: Place) -> bool:
    """Nothing was restored: no table, no file, no keys."""
    return not place.tables() and not any(file.is_file() for file in place.folder.rglob("*"))


def refused(done: Done, words: str) -> bool:
    """Ended with 1 and a sentence that says so; no traceback."""
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return words in done.stderr


def test_a_backup_is_for_its_owner_alone_and_holds_no_key_in_clear(county: Place, backup: Path) -> None:
    for file in [backup, *backup.rglob("*")]:
        assert file.stat().st_mode & 0o077 == 0, file
    secrets = [
        line.split('"')[1] for line in (county.folder / "keys.toml").read_text().splitlines() if '"' in line
    ]
    assert len(secrets) == 4
    for file in backup.rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            assert not any(secret.encode() in content for secret in secrets), file


def test_where_there_are_data_nothing_is_restored_unless_told(county: Place, backup: Path) -> None:
    before = county.contents()
    assert refused(county.zhibu("restore", backup), "已经有数据")
    assert county.contents() == before


def test_data_that_were_here_are_set_aside_when_told(empty: Place, backup: Path, tmp_path: Path) -> None:
    assert empty.zhibu("restore", backup).returncode == 0
    empty.rows("DELETE FROM months_operation")
    empty.rows("UPDATE organizations_organization SET short_name = '改过的'")
    done = empty.zhibu("restore", backup, "--replace")
    assert done.returncode == 0, done.stderr
    assert "原来的数据另存为" in done.stdout
    assert empty.rows("SELECT count(*) FROM organizations_organization WHERE short_name = '改过的'") == [(0,)]
    made = empty.zhibu("backup", tmp_path / "again")
    assert made.returncode == 0, made.stderr
    [again] = (tmp_path / "again").glob("zhibu-*")
    names = {file.name.partition("-")[0] for file in (again / "files").rglob("*") if file.is_file()}
    assert names == {"booklets.zip", "audit"}, "the file of heads that was put aside, not the old database"


@pytest.mark.parametrize("damage", ["database", "file", "lost", "manifest", "signature", "nothing_there"])
def test_a_damaged_backup_is_refused_before_anything_is_written(
    damage: str, empty: Place, backup: Path, tmp_path: Path
) -> None:
    copy = copy_of(backup, tmp_path)
    [database] = copy.glob("database.*")
    deeds: dict[str, tuple[Callable[[], object], str]] = {
        "database": (lambda: _flip(database), f"{database.name} 坏了"),
        "file": (lambda: _flip(copy / "files" / "results" / "booklets.zip"), "booklets.zip 坏了"),
        "lost": (database.unlink, "坏了或不见了"),
        "manifest": (lambda: _edit(copy / "manifest.json", '"moment": "2', '"moment": "1'), "清单被改动过"),
        "signature": ((copy / "manifest.sig").unlink, "清单被改动过"),
        "nothing_there": ((copy / "manifest.json").unlink, "没有完整的备份"),
    }
    deed, sentence = deeds[damage]
    deed()
    assert refused(empty.zhibu("restore", copy), sentence)
    assert untouched(empty)


def _flip(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


def _edit(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")


def test_a_wrong_passphrase_and_foreign_keys_are_refused_and_the_right_keys_do(
    county: Place, empty: Place, backup: Path, tmp_path: Path
) -> None:
    wrong = empty.zhibu("restore", backup, more={"ZHIBU_BACKUP_PASSPHRASE": "another-passphrase"})
    assert refused(wrong, "备份口令不对")
    assert refused(
        empty.zhibu("restore", backup, more={"ZHIBU_BACKUP_PASSPHRASE": ""}), "ZHIBU_BACKUP_PASSPHRASE"
    )
    foreign = tmp_path / "foreign.toml"
    foreign.write_text(KeyRing.generate().dumps(), "utf-8")
    assert refused(empty.zhibu("restore", backup, "--keys", foreign), "密钥不对")
    here = empty.zhibu("restore", backup, more={"ZHIBU_KEYS": foreign.read_text("utf-8")})
    assert refused(here, "密钥不对")
    assert untouched(empty)
    own = county.folder / "keys.toml"
    done = empty.zhibu("restore", backup, "--keys", own, more={"ZHIBU_BACKUP_PASSPHRASE": ""})
    assert done.returncode == 0, done.stderr
    assert (empty.folder / "keys.toml").read_bytes() == own.read_bytes()


def test_without_a_passphrase_a_backup_has_no_keys_and_says_so(
    county: Place, empty: Place, tmp_path: Path
) -> None:
    made = county.zhibu("backup", tmp_path / "bare", more={"ZHIBU_BACKUP_PASSPHRASE": ""})
    assert made.returncode == 0, made.stderr
    assert "备份里没有密钥" in made.stderr
    assert not list((tmp_path / "bare").glob("*/keys*"))
    assert refused(empty.zhibu("restore", tmp_path / "bare"), "没有密钥")
    short = county.zhibu("backup", tmp_path / "short", more={"ZHIBU_BACKUP_PASSPHRASE": "short"})
    assert refused(short, "口令太短")
    assert list((tmp_path / "short").glob("*zhibu-*")) == []


def test_a_backup_of_a_newer_version_and_of_another_kind_of_database_is_refused(
    empty: Place, backup: Path, tmp_path: Path
) -> None:
    copy = copy_of(backup, tmp_path)
    _edit(copy / "manifest.json", '"members.0001_', '"members.9999_')
    assert refused(empty.zhibu("restore", copy), "更新的程序")
    kinds = ['"database": "sqlite"', '"database": "postgresql"']
    mine = next(kind for kind in kinds if kind in (copy / "manifest.json").read_text("utf-8"))
    _edit(copy / "manifest.json", mine, next(kind for kind in kinds if kind != mine))
    assert refused(empty.zhibu("restore", copy), "不能互换")
    assert untouched(empty)


def test_a_full_disk_leaves_no_half_backup_and_no_half_restore(
    county: Place, empty: Place, backup: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "full"
    assert refused(county.zhibu("backup", folder, largest=400_000), "磁盘满了")
    assert list(folder.glob("*zhibu-*")) == []
    assert refused(empty.zhibu("restore", backup, largest=400_000), "磁盘满了")
    assert not any(file.is_file() for file in empty.folder.rglob("*"))
    done = empty.zhibu("restore", backup)
    assert done.returncode == 0, done.stderr


def test_a_backup_killed_in_the_middle_is_none_and_the_next_one_cleans_up(
    county: Place, tmp_path: Path
) -> None:
    big = county.folder / "results" / "big"
    with big.open("wb") as file:
        file.truncate(2**28)
    folder = tmp_path / "killed"
    try:
        _kill(county, "backup", folder, when=lambda: any(folder.glob(".zhibu-*.part/files/results/big")))
        assert len(list(folder.glob(".zhibu-*.part"))) == 1
        assert list(folder.glob("zhibu-*")) == []
        assert refused(county.zhibu("restore", folder), "没有完整的备份")
    finally:
        big.unlink()
    assert county.zhibu("backup", folder).returncode == 0
    assert list(folder.glob(".zhibu-*.part")) == []
    assert len(list(folder.glob("zhibu-*"))) == 1


def test_a_restore_killed_in_the_middle_begins_again(county: Place, empty: Place, tmp_path: Path) -> None:
    big = county.folder / "results" / "big"
    with big.open("wb") as file:
        file.truncate(2**28)
    folder = tmp_path / "big"
    assert county.zhibu("backup", folder).returncode == 0
    big.unlink()
    _kill(empty, "restore", folder, when=(empty.folder / "restoring" / "results" / "big").exists)
    assert not (empty.folder / "keys.toml").exists()
    done = empty.zhibu("restore", folder)
    assert done.returncode == 0, done.stderr
    assert "核对通过" in done.stdout
    assert not (empty.folder / "restoring").exists()
    assert empty.rows("SELECT count(*) FROM members_member") == county.rows(
        "SELECT count(*) FROM members_member"
    )


def _kill(place: Place, *words: object, when: Callable[[], bool]) -> None:
    """Kill ``zhibu`` outright at the moment that ``when`` tells."""
    process = subprocess.Popen(
        place.command(*map(str, words)), cwd=ROOT, env=place.environment, stdin=subprocess.DEVNULL
    )
    until, clock = time.monotonic() + PATIENCE, threading.Event()
    while not when():
        assert process.poll() is None and time.monotonic() < until, "it ended before it could be killed"
        clock.wait(0.002)
    process.kill()
    process.wait(30)


def test_only_the_newest_are_kept_and_two_at_once_are_refused(county: Place, tmp_path: Path) -> None:
    import fcntl

    folder = tmp_path / "kept"
    for _each in range(3):
        assert county.zhibu("backup", folder, "--keep", "2").returncode == 0
    kept = sorted(file.name for file in folder.glob("zhibu-*"))
    assert len(kept) == 2
    with (folder / ".lock").open("r+b") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert refused(county.zhibu("backup", folder, "--keep", "2"), "另一个备份正在写入")
    assert sorted(file.name for file in folder.glob("zhibu-*")) == kept
    assert refused(county.zhibu("backup", county.folder), "不能放在数据自己的文件夹")
