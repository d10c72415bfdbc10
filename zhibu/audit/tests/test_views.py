"""Pages of the audit administrator."""

from datetime import date

import pytest
from django.urls import reverse

from tests.queries import constant_queries
from tests.world import World
from zhibu.audit.actions import deed, record, record_many, set_anchor
from zhibu.audit.models import AuditRecord
from zhibu.core.access import Scope

pytestmark = pytest.mark.dated

RECORDS = reverse("audit:records")


@pytest.fixture
def busy(world: World) -> World:
    """The clerk of A1 renamed the branch; nobody in particular failed to sign in."""
    record(
        "organizations.organization.renamed",
        by=world.scope("secretary_a1"),
        on=world.a1,
        chain=world.a1.pk,
        path=world.a1.path,
        data={"fields": ["name", "short_name"], "is_final": True, "more": {"x": 1}, "none": None},
    )
    record("accounts.session.refused", by=Scope.nobody(), on=None)
    return world


def page(world: World, **query: str) -> str:
    return world.client("auditor").get(RECORDS, query).content.decode()


def test_only_the_auditor_reads_the_log(busy: World) -> None:
    assert "尔木村党支部" in page(busy)
    for name in ("county_organizer", "system_admin", "security_admin", "secretary_a1"):
        assert busy.client(name).get(RECORDS).status_code == 403


@pytest.mark.parametrize(
    ("query", "seen"),
    [
        ({}, (True, True)),
        ({"person": "阿措"}, (True, False)),
        ({"person": "没有这个人"}, (False, False)),
        ({"event": "accounts.session.refused"}, (False, True)),
        ({"organization": "尔木"}, (True, False)),
        ({"organization": "emc"}, (True, False)),
        ({"organization": "白石"}, (False, False)),
        ({"since": "2000-01-01", "until": "2000-01-02"}, (False, False)),
        ({"since": "2000-01-01"}, (True, True)),
        ({"since": "昨天"}, (True, True)),
    ],
)
def test_filters(busy: World, query: dict[str, str], seen: tuple[bool, bool]) -> None:
    rows = page(busy, **query).partition("<tbody>")[2]
    assert ("组织更名" in rows, "登录失败" in rows) == seen


def test_a_day_range_the_wrong_way_round_is_explained(busy: World) -> None:
    assert "起始日晚于截止日" in page(busy, since="2026-02-01", until="2026-01-01")


def test_the_list_costs_the_same_at_any_length(busy: World) -> None:
    def grow() -> None:
        record_many(
            [deed("jobs.job.started", on=None, chain=n, path="1.") for n in range(1, 41)], by=Scope.nobody()
        )

    with constant_queries(busy.client("auditor"), RECORDS, grow=grow) as count:
        assert count <= 6


def test_a_record_with_its_place_in_the_chain(busy: World) -> None:
    client = busy.client("auditor")
    for _ in range(2):
        record("x.y.z", by=Scope.nobody(), on=None, chain=busy.a1.pk, path=busy.a1.path)
    first, middle, last = AuditRecord.objects.filter(chain=busy.a1.pk).order_by("seq")
    shown = client.get(reverse("audit:record", args=[middle.pk])).content.decode()
    assert middle.digest in shown
    assert middle.previous in shown
    assert reverse("audit:record", args=[first.pk]) in shown
    assert reverse("audit:record", args=[last.pk]) in shown
    shown = client.get(reverse("audit:record", args=[first.pk])).content.decode()
    assert "姓名或名称、简称" in shown
    assert client.get(reverse("audit:record", args=[last.pk + 99])).status_code == 404


def test_verification_shows_its_result_and_leaves_a_record(busy: World) -> None:
    client = busy.client("auditor")
    assert "还没有核对过" in client.get(reverse("audit:verification")).content.decode()
    response = client.post(reverse("audit:verification_run"), follow=True)
    assert "日志完好" in response.content.decode()
    assert client.get(reverse("audit:verification_run")).status_code == 405
    record(
        "audit.log.found_broken",
        by=busy.scope("auditor"),
        on=None,
        data={
            "records": 3,
            "chains": 1,
            "anchors": 0,
            "guarded": False,
            "chain": 7,
            "seq": 3,
            "reason": "changed",
        },
    )
    shown = client.get(reverse("audit:verification")).content.decode()
    assert "第7号链的第3条记录" in shown
    assert "触发器" in shown


def test_anchors_are_listed_and_downloaded(busy: World) -> None:
    client = busy.client("auditor")
    assert "还没有锚点" in client.get(reverse("audit:anchors")).content.decode()
    anchor = set_anchor(on=date(2026, 11, 24))
    assert anchor.digest in client.get(reverse("audit:anchors")).content.decode()
    response = client.get(reverse("audit:anchor_copy"))
    assert anchor.digest in response.content.decode()
    assert "attachment" in response["Content-Disposition"]
