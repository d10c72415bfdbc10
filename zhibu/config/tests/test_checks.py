"""What keeps an installation from serving is found before it serves."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db.models import F
from django.utils import timezone

from tests.world import World
from zhibu.audit.models import AuditHead, AuditRecord
from zhibu.cli import main
from zhibu.cli.serving import findings, problems
from zhibu.core.access import Scope
from zhibu.jobs.actions import start_job

pytestmark = pytest.mark.django_db


@pytest.fixture
def installed(settings: Any, tmp_path: Path) -> Any:
    """Settings of an installation in which everything is in place."""
    tmp_path.chmod(0o700)
    settings.VAR = tmp_path
    settings.KEY_FILE = tmp_path / "keys.toml"
    settings.KEY_FILE.write_text(settings.KEY_RING.dumps(), "utf-8")
    settings.KEY_FILE.chmod(0o600)
    settings.KEY_RING_IS_PASSING = False
    manifest = tmp_path / "manifest.json"
    manifest.write_text("{}", "utf-8")
    manifest.chmod(0o600)
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


def test_debug_and_any_host_are_refused(installed: Any) -> None:
    installed.DEBUG = True
    assert _told("ZHIBU_DEBUG")
    installed.DEBUG = False
    for hosts in (["*"], ["dangjian.example.gov.cn", "*"], [".*"], ["."]):
        installed.ALLOWED_HOSTS = hosts
        assert _told("ZHIBU_HOSTS")
    installed.ALLOWED_HOSTS = ["dangjian.example.gov.cn", ".example.gov.cn"]
    assert problems() == []


@pytest.mark.parametrize(
    ("url", "is_refused"),
    [
        ("http://10.1.2.3:8000", True),
        ("http://dangjian.example.gov.cn", True),
        ("http://127.0.0.1.example.cn", True),
        ("http://[fd00::1]", True),
        ("dangjian.example.gov.cn", True),
        ("https://10.1.2.3", False),
        ("http://127.0.0.1:8000", False),
        ("http://127.8.8.8", False),
        ("http://localhost:8000", False),
        ("http://[::1]:8000", False),
    ],
)
def test_a_network_address_without_https_is_refused(installed: Any, url: str, is_refused: bool) -> None:
    installed.SITE_URL = url
    assert _told("ZHIBU_SITE_URL") == is_refused


def test_an_office_may_say_that_its_network_is_plain(installed: Any) -> None:
    installed.SITE_URL = "http://10.1.2.3:8000"
    installed.PLAIN_HTTP = True
    found, advice = findings()
    assert found == []
    assert any("不加密" in sentence for sentence in advice)


def test_serving_to_a_network_without_https_is_refused(
    installed: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["serve", "--host", "0.0.0.0", "--port", "0"]) == 1  # noqa: S104 (it refuses)
    assert "别的机器也能访问" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["zhibu.sqlite3", "audit-heads.log", "results/list.xlsx", "results", ""])
@pytest.mark.parametrize("mode", [0o040, 0o004, 0o010, 0o002])
def test_anything_of_ours_that_others_can_open_is_refused(installed: Any, name: str, mode: int) -> None:
    (installed.VAR / "results").mkdir(mode=0o700)
    for each in ("zhibu.sqlite3", "audit-heads.log", "results/list.xlsx"):
        (installed.VAR / each).touch(mode=0o600)
    assert problems() == []
    path = installed.VAR / name
    path.chmod(path.stat().st_mode | mode)
    assert _told("chmod")
    path.chmod(path.stat().st_mode & ~mode)
    assert problems() == []


def test_a_clock_behind_the_log_is_refused_until_the_log_knows_the_time(installed: Any, world: World) -> None:
    ahead = timezone.now() + timedelta(days=90)
    _record_at(ahead)
    assert _told("早于最后一条审计日志")
    assert main(["audit", "verify"]) in {0, 1}
    assert not _told("早于最后一条审计日志")


def test_a_clock_far_from_the_log_is_said(installed: Any, world: World) -> None:
    _record_at(timezone.now() - timedelta(days=500))
    found, advice = findings()
    assert found == []
    assert any("一年以上" in sentence for sentence in advice)


def _record_at(at: datetime) -> None:
    """A record of another time: the head goes along, so that the log's end fits."""
    last = AuditRecord.objects.filter(chain=0).order_by("-seq").first()
    seq = last.seq + 1 if last else 1
    AuditRecord.objects.create(
        chain=0, seq=seq, path="", at=at, event="x.y.z", actor_name="", previous="", digest=f"s1:{seq}"
    )
    AuditHead.objects.update_or_create(chain=0, defaults={"seq": seq, "digest": f"s1:{seq}"})
