"""Findings: mended by the branch, rechecked by another person, closed or sent back."""

from datetime import timedelta

import pypdfium2
import pytest
from django.urls import reverse

from tests.days import ago, dotted
from tests.queries import constant_queries
from tests.world import TODAY, World
from zhibu.core.access import Denied, Refused
from zhibu.inspections.actions.findings import extend_finding, mend_finding, recheck_finding
from zhibu.inspections.actions.inspections import finish_inspection, finish_sample, mark_unreachable
from zhibu.inspections.models import Finding, Sample
from zhibu.inspections.rules.draw import Kind
from zhibu.inspections.summaries.findings import work
from zhibu.inspections.tests.inspecting import DUE, a_finding, answered, drawn, mended
from zhibu.reorganizations.rules.steps import MergeBranches
from zhibu.reorganizations.tests.deeds import done

LATER = DUE + timedelta(days=10)


def test_the_branch_mends_and_another_person_closes(world: World) -> None:
    row = a_finding(world)
    client = world.client("secretary_a1")
    page = client.get(reverse("inspections:finding", args=[row.pk])).content.decode()
    assert "证本：纸上是另外一样" in page
    assert "登记整改" in page
    url = reverse("inspections:finding_mending", args=[row.pk])
    assert client.post(url, {"mending": "已按系统补登证本第8页"}).status_code == 303
    assert client.post(url, {"mending": "再登记一次"}).status_code == 409
    recheck = reverse("inspections:finding_recheck", args=[row.pk])
    data = {"result": "closed", "recheck": "看了证本，已经改好", "due_on": ""}
    assert client.post(recheck, data).status_code == 403
    assert world.client("organizer_ashi").post(recheck, data).status_code == 303
    row.refresh_from_db()
    assert (row.state, row.mended_by, row.closed_by) == ("closed", "阿措克布", "刘洋")
    assert row.mending.endswith(" 阿措克布：已按系统补登证本第8页")
    with pytest.raises(Refused, match=r"这个问题已由刘洋在.*销号"):
        recheck_finding(
            by=world.scope("county_organizer"), finding=row, is_mended=True, recheck="再看一次", on=TODAY
        )


def test_whoever_mended_does_not_recheck(world: World) -> None:
    row = a_finding(world)
    organizer = world.scope("organizer_ashi")  # who may mend for a branch without a clerk
    mend_finding(by=organizer, finding=row, mending="党委代支部补登", on=TODAY)
    with pytest.raises(Refused, match="这个问题是您登记整改的，要由另一个人复核"):
        recheck_finding(by=organizer, finding=row, is_mended=True, recheck="自己看过了", on=TODAY)
    assert Finding.objects.get(pk=row.pk).state == "mended"
    page = world.client("organizer_ashi").get(reverse("inspections:finding", args=[row.pk])).content.decode()
    assert "要由另一个人复核" in page
    recheck_finding(by=world.scope("inspector"), finding=row, is_mended=True, recheck="证本已补登", on=TODAY)


def test_what_is_not_mended_is_sent_back_and_its_story_stays(world: World) -> None:
    row = mended(world)
    organizer, clerk = world.scope("organizer_ashi"), world.scope("secretary_a1")
    with pytest.raises(Refused, match="退回再改，请填新的整改期限"):
        recheck_finding(by=organizer, finding=row, is_mended=False, recheck="第8页没有改", on=TODAY)
    assert Finding.objects.get(pk=row.pk).recheck == ""
    recheck_finding(by=organizer, finding=row, is_mended=False, recheck="第8页没有改", due_on=LATER, on=TODAY)
    row.refresh_from_db()
    assert (row.state, row.due_on) == ("reopened", LATER)
    mend_finding(by=clerk, finding=row, mending="换了第8页的贴页", on=TODAY)
    recheck_finding(by=organizer, finding=row, is_mended=True, recheck="这次改好了", on=TODAY)
    row.refresh_from_db()
    assert row.state == "closed"
    assert [line.split("：")[1] for line in row.mending.splitlines()] == [
        "已按系统补登证本",
        "换了第8页的贴页",
    ]
    assert [line.split("：")[1] for line in row.recheck.splitlines()] == ["第8页没有改", "这次改好了"]


def test_a_finding_that_nobody_mended_is_not_rechecked(world: World) -> None:
    row = a_finding(world)
    with pytest.raises(Refused, match="还没有登记整改，不能复核。请先由阿措克布整改"):
        recheck_finding(
            by=world.scope("inspector"), finding=row, is_mended=True, recheck="直接销号", on=TODAY
        )
    assert Finding.objects.get(pk=row.pk).state == "open"


def test_words_and_days_are_asked_for(world: World) -> None:
    row = a_finding(world)
    with pytest.raises(Refused, match="请写明怎样整改的"):
        mend_finding(by=world.scope("secretary_a1"), finding=row, mending="好", on=TODAY)
    mend_finding(by=world.scope("secretary_a1"), finding=row, mending="已补登证本", on=TODAY)
    for due, sentence in ((TODAY, "要在今天以后"), (TODAY + timedelta(days=400), "太远，最长半年")):
        with pytest.raises(Refused, match=sentence):
            recheck_finding(
                by=world.scope("inspector"),
                finding=row,
                is_mended=False,
                recheck="没有改好",
                due_on=due,
                on=TODAY,
            )
    assert Finding.objects.get(pk=row.pk).state == "mended"


def test_other_branches_see_nothing(world: World) -> None:
    row = a_finding(world)
    for person in ("secretary_a2", "organizer_bashi"):
        assert world.client(person).get(reverse("inspections:finding", args=[row.pk])).status_code == 404
    with pytest.raises(Denied):
        mend_finding(by=world.scope("secretary_a2"), finding=row, mending="替别人改", on=TODAY)


def test_penalties_stay_with_those_who_may_read_them(world: World) -> None:
    row = a_finding(world, "penalties")
    url = reverse("inspections:finding", args=[row.pk])
    assert "纸上是另外一样" in world.client("organizer_ashi").get(url).content.decode()
    told = world.client("inspector").get(url).content.decode()
    assert "纸上是另外一样" not in told
    assert "只给有权限的人看" in told
    listed = reverse("inspections:findings_print", args=[world.ashi.pk])
    assert "纸上是另外一样" not in _text(world.client("inspector").get(listed).content)
    assert "纸上是另外一样" in _text(world.client("organizer_ashi").get(listed).content)


def test_the_committee_mends_and_the_county_rechecks(world: World) -> None:
    sheet = Sample.objects.get(inspection=drawn(world, Kind.COMMITTEE, person="county_organizer"))
    answered(world, sheet, person="county_organizer", differing=("stock",))
    row = finish_sample(by=world.scope("county_organizer"), sample=sheet, owner="刘洋", due_on=DUE, on=TODAY)[
        0
    ]
    assert (row.branch, row.member) == (world.ashi, None)
    assert {each.key for each in work(world.scope("organizer_ashi"), on=TODAY)} >= {"findings_to_mend"}
    mend_finding(by=world.scope("organizer_ashi"), finding=row, mending="盘点了空白证本", on=TODAY)
    with pytest.raises(Denied):
        recheck_finding(
            by=world.scope("organizer_ashi"), finding=row, is_mended=True, recheck="自己复核", on=TODAY
        )
    assert [each.key for each in work(world.scope("county_organizer"), on=TODAY)] == [
        "inspection_sheets",
        "findings_to_recheck",
    ]
    recheck_finding(
        by=world.scope("county_organizer_2"), finding=row, is_mended=True, recheck="点了数，相符", on=TODAY
    )


def test_what_waits_and_what_is_overdue(world: World) -> None:
    row = a_finding(world)

    def kinds(person: str, days: int = 0) -> set[str]:
        return {each.key for each in work(world.scope(person), on=TODAY + timedelta(days=days))}

    assert kinds("secretary_a1") == {"findings_to_mend"}
    assert "findings_overdue" in kinds("organizer_ashi", 16)
    assert "findings_overdue" in kinds("county_organizer", 16)
    assert "findings_overdue" not in kinds("organizer_ashi", 15)
    mend_finding(by=world.scope("secretary_a1"), finding=row, mending="已补登证本", on=TODAY)
    assert kinds("secretary_a1") == set()
    assert "findings_to_recheck" in kinds("organizer_ashi")


@pytest.mark.parametrize(
    ("view", "shown"), [("mend", True), ("overdue", False), ("closed", False), ("all", True)]
)
def test_the_list_by_how_far_they_are(world: World, view: str, shown: bool) -> None:
    row = a_finding(world)
    page = world.client("secretary_a1").get(reverse("inspections:findings"), {"view": view}).content.decode()
    assert (reverse("inspections:finding", args=[row.pk]) in page) is shown


def test_the_list_is_printed(world: World) -> None:
    row = a_finding(world)
    content = (
        world.client("secretary_a1").get(reverse("inspections:findings_print", args=[world.a1.pk])).content
    )
    told = _text(content)
    assert "督查问题整改清单" in told
    assert row.member is not None
    assert row.member.name in told
    assert dotted(ago(-15)) in told


def test_the_list_costs_the_same_for_thirty(world: World) -> None:
    row = a_finding(world)

    def grow() -> None:
        for _ in range(30):
            row.pk = None
            row.save()

    with constant_queries(world.client("organizer_ashi"), reverse("inspections:findings"), grow=grow) as cost:
        assert cost <= 12


def test_findings_go_to_the_successor_of_their_branch(world: World, done_today: None) -> None:
    row = a_finding(world)
    steps = MergeBranches(sources=(world.a1.pk,), into=world.a2.pk)
    with pytest.raises(Refused, match="有1次督查还没有结束"):
        done(world, steps)
    for sample in Sample.objects.filter(inspection=row.inspection_id, state="waiting"):
        mark_unreachable(by=world.scope("organizer_ashi"), sample=sample, reason="外出务工", on=TODAY)
    assert row.inspection is not None
    finish_inspection(by=world.scope("organizer_ashi"), inspection=row.inspection, on=TODAY)
    done(world, steps)
    row.refresh_from_db()
    assert row.branch == world.a2
    mend_finding(by=world.scope("secretary_a2"), finding=row, mending="接手后补登了证本", on=TODAY)


def _text(content: bytes) -> str:
    pages = pypdfium2.PdfDocument(content)
    return (
        "".join(page.get_textpage().get_text_range() for page in pages).replace("\r\n", "").replace("\n", "")
    )


def test_who_set_the_deadline_gives_more_time_and_it_is_counted(world: World) -> None:
    row = a_finding(world)
    ashi = world.scope("organizer_ashi")
    why = "书记外出学习，月底才回"
    with pytest.raises(Refused, match="定期限的人延长"):
        extend_finding(by=world.scope("county_organizer"), finding=row, due_on=LATER, reason=why, on=TODAY)
    with pytest.raises(Denied):
        extend_finding(by=world.scope("secretary_a1"), finding=row, due_on=LATER, reason=why, on=TODAY)
    with pytest.raises(Refused, match="要在现在的期限"):
        extend_finding(by=ashi, finding=row, due_on=DUE, reason=why, on=TODAY)
    with pytest.raises(Refused, match="为什么延长"):
        extend_finding(by=ashi, finding=row, due_on=LATER, reason="忙", on=TODAY)
    for _ in range(2):
        extend_finding(by=ashi, finding=row, due_on=LATER, reason=why, on=TODAY)
    row.refresh_from_db()
    assert (row.due_on, row.first_due_on, row.extensions) == (LATER, DUE, 1)
    page = world.client("secretary_a1").get(reverse("inspections:finding", args=[row.pk])).content.decode()
    assert "延长过1次" in page
    assert why in page


def test_another_gives_more_time_once_the_account_of_who_set_it_is_closed(world: World) -> None:
    row = a_finding(world)
    setter = world.people["organizer_ashi"]
    setter.is_active = False
    setter.save(update_fields=["is_active"])
    extend_finding(
        by=world.scope("county_organizer"), finding=row, due_on=LATER, reason="原经办人已调走", on=TODAY
    )
    mend_finding(by=world.scope("secretary_a1"), finding=row, mending="已按系统补登证本", on=TODAY)
    with pytest.raises(Refused, match="正在等复核"):
        extend_finding(
            by=world.scope("county_organizer"),
            finding=row,
            due_on=LATER + timedelta(days=5),
            reason="再等几天",
            on=TODAY,
        )
