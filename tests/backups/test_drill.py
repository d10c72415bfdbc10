"""The drill: back up a county while four people write, restore it on an empty machine, compare."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.backups.places import Place, new_place
from tests.backups.writers import Writers
from tests.browser.instance import Server

MOVING = {
    "organizations_cluster",
    "audit_auditrecord",
    "audit_audithead",
    "django_session",
    "django_tasks_db_dbtaskresult",
    "zhibu_cache",
}
"""Tables in which the writers and the running site write."""


@pytest.fixture
def written_to(tmp_path: Path) -> Iterator[tuple[Place, list[str]]]:
    """The county in a place of its own, and sessions of four people who may write."""
    with new_place(tmp_path / "source", "source") as place:
        yield place, place.run("tests.backups.county").split()


def test_all_that_was_committed_before_a_backup_is_in_it_while_four_people_write(
    written_to: tuple[Place, list[str]], empty: Place, tmp_path: Path
) -> None:
    place, sessions = written_to
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = Server(f"http://127.0.0.1:{port}", place.folder, place.environment)
    server.start()
    try:
        with Writers(port, sessions) as writers:
            before = writers.wait_for(12)
            done = place.zhibu("backup", tmp_path / "backups")
            assert done.returncode == 0, done.stderr
            # Nobody waited for the backup, and everybody goes on after it.
            writers.wait_for(len(writers.acknowledged) + 8)
    finally:
        server.stop()
    restored = empty.zhibu("restore", tmp_path / "backups")
    assert restored.returncode == 0, restored.stderr
    assert "核对通过" in restored.stdout
    names = {name for (name,) in empty.rows("SELECT name FROM organizations_cluster")}
    assert before <= names <= writers.sent
    theirs, ours = place.contents(), empty.contents()
    assert theirs.keys() == ours.keys()
    assert {t for t in ours if t not in MOVING and ours[t] != theirs[t]} == set()
    # The log there is the beginning of the log here, and one record more: that it was restored.
    records = "SELECT chain, seq, digest FROM audit_auditrecord"
    assert len(set(empty.rows(records)) - set(place.rows(records))) == 1
    for words in (("audit", "verify"), ("months", "verify"), ("check",)):
        checked = empty.zhibu(*words)
        assert checked.returncode == 0, checked.stderr
    assert (empty.folder / "results" / "booklets.zip").read_bytes() == b"a result" * 100_000
    assert (empty.folder / "keys.toml").read_bytes() == (place.folder / "keys.toml").read_bytes()
