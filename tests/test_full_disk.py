"""A disk without room: read and said as such, never taken for too many tries; well again once there is room."""

import errno
import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from tests.away import database
from tests.browser.instance import Instance, serve
from tests.phone import Phone

LOGIN = "/account/login/"
SIZE = "64m"
MISSING = "The disk of the test needs the right to mount (root, or sudo without a password)."


def _privileged(*words: str) -> bool:
    command = words if shutil.which("sudo") is None else ("sudo", "-n", *words)
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A small disk of its own."""
    folder = tmp_path_factory.mktemp("disk")
    owner = folder.stat()
    options = f"size={SIZE},mode=0700,uid={owner.st_uid},gid={owner.st_gid}"
    if not _privileged("mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)):
        pytest.fail(MISSING)
    yield folder
    _privileged("umount", "--lazy", str(folder))


@pytest.fixture(scope="module")
def instance(disk: Path) -> Iterator[Instance]:
    """The named county, served from the small disk."""
    with (
        database(connection.vendor, disk) as made,
        serve(disk, "world", **made.environment) as served,
    ):
        yield served


def _fill(file: Path) -> None:
    with file.open("ab", buffering=0) as ballast:
        for size in (2**20, 512):
            try:
                while True:
                    ballast.write(b"\0" * size)
            except OSError as error:
                assert error.errno == errno.ENOSPC


def test_a_full_disk_is_said_as_such_and_over_once_there_is_room(instance: Instance) -> None:
    administrator, clerk, visitor = (
        Phone(instance, "system_admin"),
        Phone(instance, "secretary_a1"),
        Phone(instance),
    )
    assert "磁盘满了" not in administrator.ask("/")[1]
    ballast = instance.var / "ballast"
    _fill(ballast)
    try:
        for password in (instance.password, "Wrong-pass-1") * 2:
            sent = {"login": "secretary_a2", "password": password}
            status, page, _ = Phone(instance).ask(LOGIN, sent)
            assert "试得太多" not in page
            assert status in {200, 422, 503}
            assert status != 503 or "服务器的磁盘满了" in page
        status, text, _ = visitor.ask("/healthz")
        health = json.loads(text)
        assert (status, health["disk"]) == (503, False)
        assert "磁盘满了，请清理磁盘。" in health["problems"]
        status, page, _ = administrator.ask("/")
        assert (status, "服务器的磁盘满了，不能再登记。" in page) == (200, True)
        # Often enough that the worker meanwhile lets go of the database: what SQLite needs for reading stays.
        assert {clerk.ask("/members/")[0] for _ in range(20)} == {200}
    finally:
        ballast.unlink()
    status, page, _ = Phone(instance).ask(LOGIN, {"login": "secretary_a2", "password": instance.password})
    assert (status, 'name="password"' in page) == (200, False)
    instance.zhibu("audit", "verify")
