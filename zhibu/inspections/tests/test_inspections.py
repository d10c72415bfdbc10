"""季督: the sheet beside the person, ending, coverage, prints, what waits."""

import pypdfium2
import pytest
from django.urls import reverse

from tests.queries import constant_queries
from tests.world import TODAY, World, grant, make_member, make_organization
from zhibu.audit.models import AuditRecord
from zhibu.core.access import Refused
from zhibu.inspections.actions.inspections import (
    answer_item,
    finish_inspection,
    finish_sample,
    mark_unreachable,
    raise_finding,
)
from zhibu.inspections.models import Finding, Sample, SampleItem
from zhibu.inspections.rules.draw import DrawRule, Kind, Population, draw, fingerprint
from zhibu.inspections.summaries.findings import work
from zhibu.inspections.summaries.inspections import coverage_of
from zhibu.inspections.summaries.sheets import sheet_of
from zhibu.inspections.tests.inspecting import DUE, SEED, a_sample, answered, drawn, late_month, more_members
from zhibu.members.models import Member

pytestmark = pytest.mark.dated


def test_nothing_is_ticked_before_the_inspector_ticks_it(world: World) -> None:
    sample = a_sample(world)
    page = (
        world.client("organizer_ashi").get(reverse("inspections:sample", args=[sample.pk])).content.decode()
    )
    assert 'aria-pressed="true"' not in page
    assert "2026年10月党费" in page
    assert "已核对0项，共12项" in page
    assert not SampleItem.objects.exists()


def test_one_tap_answers_an_item_and_a_second_changes_nothing(world: World) -> None:
    sample = a_sample(world)
    client = world.client("organizer_ashi")
    line = sheet_of(sample, world.scope("organizer_ashi"), on=TODAY).lines[0]
    url = reverse("inspections:sample_answer", args=[sample.pk, line.item.key])
    for _ in range(2):
        assert client.post(url, {"answer": "yes", "shown": line.now}).status_code == 303
    assert list(SampleItem.objects.values_list("agrees", "system_value")) == [(True, line.now)]
    part = client.post(url, {"answer": "no", "shown": line.now}, headers={"HX-Request": "true"})
    assert part.status_code == 200
    assert "纸上是怎样的" in part.content.decode()
    client.post(url, {"answer": "no", "shown": line.now, "paper": "编号少一位"})
    client.post(url, {"answer": "no", "shown": line.now})
    assert SampleItem.objects.get().paper_value == "编号少一位"
    client.post(url, {"answer": "none", "shown": line.now})
    assert SampleItem.objects.get().agrees is None


def test_nobody_agrees_to_a_value_that_was_not_on_the_screen(world: World) -> None:
    sample = a_sample(world)
    url = reverse("inspections:sample_answer", args=[sample.pk, "identity"])
    page = world.client("organizer_ashi").post(url, {"answer": "yes", "shown": "别的内容"})
    assert page.status_code == 409
    assert "系统里刚刚变了，现在是" in page.content.decode()
    assert not SampleItem.objects.exists()


def test_a_value_that_changed_after_the_answer_is_asked_again(world: World) -> None:
    sample = a_sample(world)
    answered(world, sample)
    Member.objects.filter(pk=sample.member_id or 0).update(native_place="四川喜德")
    with pytest.raises(Refused, match="“身份页”核对以后系统里又变了"):
        finish_sample(by=world.scope("organizer_ashi"), sample=sample, owner="", due_on=None, on=TODAY)
    assert Sample.objects.get(pk=sample.pk).state == "waiting"


def test_a_sheet_is_handed_in_whole_only(world: World) -> None:
    sample = a_sample(world)
    page = world.client("organizer_ashi").post(reverse("inspections:sample", args=[sample.pk]), {"note": ""})
    assert page.status_code == 422
    assert "还有12项没有核对" in page.content.decode()
    assert Sample.objects.get(pk=sample.pk).state == "waiting"


def test_a_difference_without_what_paper_says_is_not_handed_in(world: World) -> None:
    sample = a_sample(world)
    answered(world, sample, differing=("identity",))
    SampleItem.objects.filter(item="identity").update(paper_value="")
    with pytest.raises(Refused, match="“身份页”点了不一致，还没有写证本上是怎样的"):
        finish_sample(by=world.scope("organizer_ashi"), sample=sample, owner="阿措克布", due_on=DUE, on=TODAY)
    assert not Finding.objects.exists()


def test_differences_become_findings_with_owner_and_deadline(world: World) -> None:
    sample = a_sample(world)
    answered(world, sample, differing=("dues_202610", "identity"))
    client = world.client("organizer_ashi")
    form = client.get(reverse("inspections:sample", args=[sample.pk])).content.decode()
    assert "有2项不一致，交表后列入整改" in form
    data = {"owner": "阿措克布", "due_on": DUE.isoformat(), "note": ""}
    assert client.post(reverse("inspections:sample", args=[sample.pk]), data).status_code == 303
    found = {row.item: row for row in Finding.objects.all()}
    assert set(found) == {"dues_202610", "identity"}
    assert "证本：纸上是另外一样" in found["identity"].text
    assert (found["identity"].owner, found["identity"].due_on) == ("阿措克布", DUE)
    with pytest.raises(Refused, match=r"这张表已由刘洋在.*交了，不能再改"):
        finish_sample(by=world.scope("organizer_ashi"), sample=sample, owner="甲乙", due_on=DUE, on=TODAY)
    assert Finding.objects.count() == 2


def test_no_personal_value_stands_in_the_log(world: World) -> None:
    sample = a_sample(world)
    answered(world, sample, differing=("identity",))
    finish_sample(by=world.scope("organizer_ashi"), sample=sample, owner="阿措克布", due_on=DUE, on=TODAY)
    told = str(
        list(AuditRecord.objects.filter(event__startswith="inspections.").values_list("data", flat=True))
    )
    assert "identity" in told
    assert "纸上" not in told
    assert sample.member is not None
    assert sample.member.name not in told


def test_penalties_are_compared_by_those_who_may_read_them(world: World) -> None:
    sample = a_sample(world)
    keys = {
        person: {line.item.key for line in sheet_of(sample, world.scope(person), on=TODAY).lines}
        for person in ("organizer_ashi", "inspector")
    }
    assert "penalties" in keys["organizer_ashi"]
    assert keys["inspector"] == keys["organizer_ashi"] - {"penalties"}
    with pytest.raises(Refused, match="核对表上没有这一项"):
        answer_item(
            by=world.scope("inspector"),
            sample=sample,
            item="penalties",
            agrees=True,
            paper="",
            shown="没有",
            on=TODAY,
        )


def test_nobody_checks_the_own_booklet(world: World) -> None:
    sample = a_sample(world)
    grant(world.people["member_a1"], "committee_organizer", world.ashi)
    Sample.objects.filter(pk=sample.pk).update(member=world.members_a1[0])
    with pytest.raises(Refused, match="不能核对自己的党员证"):
        mark_unreachable(by=world.scope("member_a1"), sample=sample, reason="外出务工", on=TODAY)


def test_a_member_need_not_be_found(world: World) -> None:
    row = drawn(world)
    sample = Sample.objects.filter(inspection=row)[0]
    url = reverse("inspections:sample_unreachable", args=[sample.pk])
    client = world.client("organizer_ashi")
    assert "至少4个字" in client.post(url, {"reason": "外"}).content.decode()
    assert client.post(url, {"reason": "在浙江务工"}).status_code == 303
    assert Sample.objects.get(pk=sample.pk).state == "unreachable"
    answered(world, sample)  # the person came back before the end
    finish_sample(by=world.scope("organizer_ashi"), sample=sample, owner="", due_on=None, on=TODAY)
    assert Sample.objects.get(pk=sample.pk).state == "checked"


def test_an_inspection_ends_when_every_sheet_is_in(world: World) -> None:
    row = drawn(world)
    by = world.scope("organizer_ashi")
    with pytest.raises(Refused, match="张核对表没有交"):
        finish_inspection(by=by, inspection=row, on=TODAY)
    for sample in Sample.objects.filter(inspection=row):
        mark_unreachable(by=by, sample=sample, reason="都去外地务工", on=TODAY)
    client = world.client("organizer_ashi")
    assert client.post(reverse("inspections:inspection_done", args=[row.pk])).status_code == 303
    with pytest.raises(Refused, match=r"这次督查已由刘洋在.*结束"):
        finish_inspection(by=by, inspection=row, on=TODAY)
    with pytest.raises(Refused, match="这次督查已经结束，核对表不能再改"):
        mark_unreachable(by=by, sample=Sample.objects.all()[0], reason="再改一次", on=TODAY)


def test_a_finding_beside_the_sheet_is_entered_once(world: World) -> None:
    row = drawn(world)
    facts = {
        "by": world.scope("organizer_ashi"),
        "inspection": row,
        "branch": world.a1,
        "text": "三本证锁在村委会，没有代管登记",
        "owner": "阿措克布",
        "due_on": DUE,
        "on": TODAY,
    }
    assert raise_finding(**facts) == raise_finding(**facts)  # type: ignore[arg-type]
    with pytest.raises(Refused, match="没有被抽到"):
        raise_finding(**{**facts, "branch": world.b1})  # type: ignore[arg-type]
    with pytest.raises(Refused, match="要在今天以后"):
        raise_finding(**{**facts, "due_on": TODAY})  # type: ignore[arg-type]
    assert Finding.objects.count() == 1


def test_coverage_counts_a_member_once_a_year(world: World) -> None:
    for kind in (Kind.QUARTERLY, Kind.SPOT):
        for sample in Sample.objects.filter(inspection=drawn(world, kind), branch=world.a1):
            answered(world, sample)
            finish_sample(by=world.scope("organizer_ashi"), sample=sample, owner="", due_on=None, on=TODAY)
    checked = Sample.objects.filter(state="checked").values("member").distinct().count()
    lines = coverage_of(world.scope("county_organizer"), world.county, year=2026, on=TODAY)
    ashi = next(line for line in lines if line.organization == world.ashi)
    assert (ashi.members, ashi.inspected, ashi.quarters) == (3, checked, {4})
    assert [line.organization for line in lines] == [world.ashi, world.bashi]


def test_the_list_and_the_sheets_are_printed(world: World) -> None:
    row = drawn(world)
    content = (
        world.client("organizer_ashi").get(reverse("inspections:inspection_print", args=[row.pk])).content
    )
    pdf = pypdfium2.PdfDocument(content)
    samples = Sample.objects.filter(inspection=row).select_related("member")
    assert len(pdf) == 1 + len(samples)
    words = [page.get_textpage().get_text_range() for page in pdf]
    assert "季督抽查名单" in words[0]
    assert SEED in words[0]
    assert fingerprint(draw(map(Population.load, row.population), SEED, DrawRule.load(row.rule))) in words[0]
    assert "系统里是" in words[1]
    assert all(any(s.member and s.member.name in each for each in words[1:]) for s in samples)
    committee = drawn(world, Kind.COMMITTEE, person="county_organizer")
    url = reverse("inspections:inspection_print", args=[committee.pk])
    sheet = pypdfium2.PdfDocument(world.client("county_organizer").get(url).content)
    assert "空白证本盘点" in sheet[0].get_textpage().get_text_range()


def test_what_waits_is_listed_for_those_whose_duty_it_is(world: World) -> None:
    def keys(person: str) -> dict[str, int]:
        return {each.key: each.total for each in work(world.scope(person), on=TODAY)}

    assert keys("organizer_ashi") == {"inspection_draws": 1}
    drawn(world)
    assert keys("organizer_ashi") == {"inspection_sheets": 1}
    assert keys("secretary_a1") == {}
    assert keys("county_organizer") == {}


def test_lists_cost_the_same_for_thirty_branches(world: World) -> None:
    def grow() -> None:
        for n in range(30):
            branch = make_organization(
                parent=world.ashi,
                kind="branch",
                category="village",
                code=f"5134001013{n:02d}",
                name=f"中共凉县阿市镇新{n}村支部委员会",
                short_name=f"新{n}村党支部",
                segment=f"{n + 100:03d}",
            )
            make_member(branch=branch)
            late_month(branch)
        drawn(world, Kind.SPOT)

    drawn(world)
    urls = [
        reverse("inspections:inspections"),
        reverse("inspections:organization_inspections", args=[world.ashi.pk]),
    ]
    client = world.client("county_organizer")
    with constant_queries(client, urls[0], grow=grow) as cost:
        assert cost <= 14
    assert client.get(urls[1]).status_code == 200


def test_the_page_of_an_inspection_costs_the_same_for_many(world: World) -> None:
    row = drawn(world)
    client = world.client("organizer_ashi")

    def grow() -> None:
        more_members(world.a1, 30)
        for member in Member.objects.filter(branch=world.a1).exclude(
            pk__in=Sample.objects.filter(inspection=row).values("member")
        ):
            Sample.objects.create(inspection=row, member=member, branch=world.a1)

    with constant_queries(client, reverse("inspections:inspection", args=[row.pk]), grow=grow) as cost:
        assert cost <= 12
    with constant_queries(
        client, reverse("inspections:inspection_print", args=[row.pk]), grow=lambda: None
    ) as cost:
        assert cost <= 40
