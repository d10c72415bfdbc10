"""What keeps an installation from serving is found before it serves."""

from pathlib import Path
from typing import Any

import pytest
from django.db.models import F

from tests.world import World
from zhibu.audit.models import AuditHead
from zhibu.cli.serving import problems
from zhibu.core.access import Scope
from zhibu.jobs.actions import start_job

pytestmark = pytest.mark.django_db


@pytest.fixture
def installed(settings: Any, tmp_path: Path) -> Any:
    """Settings of an installation in which everything is in place."""
    settings.VAR = tmp_path
    settings.KEY_FILE = tmp_path / "keys.toml"
    settings.KEY_FILE.write_text(settings.KEY_RING.dumps(), "utf-8")
    settings.KEY_FILE.chmod(0o600)
    settings.KEY_RING_IS_PASSING = False
    manifest = tmp_path / "manifest.json"
    manifest.write_text("{}", "utf-8")
    settings.DJANGO_VITE = {"default": {**settings.DJANGO_VITE["default"], "manifest_path": manifest}}
    return settings


def _told(words: str) -> bool:
    return any(words in sentence for sentence in problems())


def test_a_whole_installation_has_no_problem(installed: Any) -> None:
    assert problems() == []


def test_missing_keys_are_told_with_the_way_on(installed: Any) -> None:
    installed.KEY_RING_IS_PASSING = True
    assert _told("没有密钥文件")
    assert _told("zhibu init")


def test_key_file_that_others_can_read_is_refused(installed: Any) -> None:
    installed.KEY_FILE.chmod(0o640)
    assert _told("chmod 600")


def test_missing_folder_is_told(installed: Any) -> None:
    installed.VAR = installed.VAR / "nowhere"
    assert _told("不存在或不能写")


def test_unbuilt_pages_and_fonts_are_told(installed: Any, tmp_path: Path) -> None:
    (tmp_path / "manifest.json").unlink()
    installed.FONT_FOLDER = tmp_path / "fonts"
    assert _told("样式和脚本还没有生成")
    assert _told("没有打印用的字体")


def test_missing_cache_table_is_told(installed: Any) -> None:
    installed.CACHES = {"default": {**installed.CACHES["default"], "LOCATION": "no_such_table"}}
    assert _told("zhibu migrate")


def test_audit_end_that_does_not_fit_is_told(installed: Any, world: World) -> None:
    start_job(by=Scope.system("test"), kind="imports.check", title="核对", params={})
    assert not _told("审计日志")
    AuditHead.objects.filter(chain=0).update(seq=F("seq") + 1, digest="s1:" + "0" * 64)
    assert _told("审计日志的末尾对不上")
