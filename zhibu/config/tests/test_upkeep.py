"""What the system administrator is told of backups, disks and the database."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from tests.world import World
from zhibu.audit.actions import record
from zhibu.cli.serving import findings
from zhibu.config.checks.files import is_whole_font
from zhibu.config.checks.storage import IN_ORDER, kind_of_disk
from zhibu.core.access import Scope
from zhibu.insights.summaries.upkeep import BACKED_UP, upkeep
from zhibu.insights.summaries.work import desk

# The age of files is told by the disk's clock.
pytestmark = pytest.mark.dated

MOUNTS = "/dev/sda1 / ext4 rw 0 0\nbox:/srv /srv/zhibu nfs4 rw 0 0\n/dev/sdb /srv/zhibu/var xfs rw 0 0\n//box/s /mnt/a\\040b cifs rw 0 0\n"


def backed_up() -> None:
    record(BACKED_UP, by=Scope.system("命令行"), on=None, data={"files": 0})


def advice() -> str:
    return "\n".join(findings()[1])


@pytest.mark.django_db
def test_the_system_administrator_sees_when_the_last_backup_was_and_others_do_not(
    world: World, settings: Any
) -> None:
    page = world.client("system_admin").get("/").content.decode()
    assert "还没有做过备份" in page
    assert "还没有做过备份" in advice()
    today = timezone.localdate()
    scope = world.scope("system_admin")
    assert [each.key for group in desk(scope, on=today).groups for each in group.lists] == ["backup"]
    backed_up()
    assert "做过备份" in world.client("system_admin").get("/").content.decode()
    assert "备份" not in advice()
    assert not desk(scope, on=today)
    assert "备份" not in world.client("security_admin").get("/").content.decode()
    assert "备份" not in world.client("county_organizer").get("/").content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("days", "allowed", "is_late"), [(0, 2, False), (2, 2, False), (3, 2, True), (400, 0, False)]
)
def test_a_backup_is_late_by_the_setting(days: int, allowed: int, is_late: bool, settings: Any) -> None:
    settings.BACKUP_DAYS = allowed
    backed_up()
    found = upkeep(on=timezone.localdate() + timedelta(days=days))
    assert (found.days, found.is_late) == (days, is_late)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("limit", "sentence"), [("LEAST_FREE", "磁盘只剩"), ("DISK_RESERVE", "磁盘满了，不能再登记")]
)
def test_a_disk_that_is_nearly_full_is_told(
    world: World, limit: str, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert sentence not in advice()
    for name in ("LEAST_FREE", limit):
        monkeypatch.setattr(f"zhibu.insights.summaries.upkeep.{name}", 2**60)
    assert sentence in advice()
    assert sentence in world.client("system_admin").get("/").content.decode()
    groups = desk(world.scope("system_admin"), on=timezone.localdate()).groups
    assert [each.key for group in groups for each in group.lists] == ["disk", "backup"]
    assert sentence not in world.client("security_admin").get("/").content.decode()


@pytest.mark.django_db
def test_a_worker_that_does_not_run_is_told(settings: Any, tmp_path: Path) -> None:
    settings.VAR = tmp_path
    assert "后台任务没有运行" in advice()
    (tmp_path / "worker.alive").touch()
    assert "后台任务没有运行" not in advice()


@pytest.mark.django_db
def test_a_folder_of_somebody_else_is_told(settings: Any, tmp_path: Path) -> None:
    settings.VAR = tmp_path
    (tmp_path / "results").write_text("not a folder", "utf-8")
    assert any("results 不存在或不能写" in sentence for sentence in findings()[0])


@pytest.mark.django_db
def test_an_order_by_language_tears_units_apart_and_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "拆散" not in advice()
    assert not any("编码" in sentence for sentence in findings()[0])
    monkeypatch.setattr("zhibu.config.checks.storage.IN_ORDER", ("1.10.", "1.20.", "1.2.", "1.2.10."))
    assert "拆散" in advice()


def test_the_order_that_is_asked_for_is_the_one_of_characters() -> None:
    assert tuple(sorted(IN_ORDER)) == IN_ORDER


@pytest.mark.parametrize(
    ("file", "kind"),
    [
        ("/var/lib/zhibu/a", "ext4"),
        ("/srv/zhibu/a", "nfs4"),
        ("/srv/zhibu/var/a", "xfs"),
        ("/srv/zhibux/a", "ext4"),
        ("/mnt/a b/c", "cifs"),
    ],
)
def test_the_disk_under_a_file_is_known(file: str, kind: str) -> None:
    assert kind_of_disk(Path(file), MOUNTS) == kind


@pytest.mark.django_db
def test_a_font_cut_short_is_told(settings: Any, tmp_path: Path) -> None:
    whole = next(settings.FONT_FOLDER.glob("*Yi*.ttf"))
    content = whole.read_bytes()
    cut = tmp_path / whole.name
    cut.write_bytes(content)
    assert is_whole_font(cut)
    for length in (0, 5, 100, len(content) // 2):
        cut.write_bytes(content[:length])
        assert not is_whole_font(cut)
    settings.FONT_FOLDER = tmp_path
    assert any(whole.name in sentence for sentence in findings()[0])
