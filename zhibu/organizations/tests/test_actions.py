from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tests.world import TODAY, World
from zhibu.audit.models import AuditRecord
from zhibu.core.access import Denied, Refused, Scope
from zhibu.organizations import actions
from zhibu.organizations.models import (
    Cluster,
    ClusterPlace,
    Organization,
    OrganizationName,
    OrganizationParent,
    Support,
    SupportUnit,
    TermOfOffice,
)
from zhibu.organizations.rules import Category, Help, Kind, Opening, Term
from zhibu.organizations.summaries import holdings

pytestmark = pytest.mark.dated

OPENED = date(2001, 7, 1)


def opening(code: str, parent: str, kind: Kind = Kind.BRANCH, **facts: object) -> Opening:
    values: dict[str, object] = {
        "category": Category.VILLAGE,
        "name": f"中共凉县{code}支部委员会",
        "short_name": f"{code}支部",
        "opened_on": OPENED,
        **facts,
    }
    return Opening(code=code, parent_code=parent, kind=kind, **values)  # type: ignore[arg-type]


def open_branch(world: World, who: str = "county_organizer", **facts: Any) -> Organization:
    values: dict[str, object] = {
        "parent": world.ashi,
        "kind": Kind.BRANCH,
        "category": Category.VILLAGE,
        "code": "513400101203",
        "name": "中共凉县阿市镇新村支部委员会",
        "short_name": "新村党支部",
        "opened_on": OPENED,
        **facts,
    }
    return actions.open_organization(by=world.scope(who), on=TODAY, **values)  # type: ignore[arg-type]


def test_a_new_branch_has_path_segment_history_and_a_record(world: World) -> None:
    branch = open_branch(world, term=Term(3, date(2024, 3, 1), date(2029, 3, 1)))
    stored = Organization.objects.get(pk=branch.pk)
    assert stored.path == f"{world.ashi.path}{branch.pk}."
    assert (stored.numbering_root_id, stored.segment) == (world.ashi.pk, "003")
    assert (stored.pinyin, stored.initials) == ("xincundangzhibu", "xcdzb")
    assert stored.term_ends_on == date(2029, 3, 1)
    assert OrganizationName.objects.get(organization=stored).from_date == OPENED
    assert OrganizationParent.objects.get(organization=stored).parent_id == world.ashi.pk
    assert TermOfOffice.objects.get(organization=stored).number == 3
    record = AuditRecord.objects.get(event="organizations.organization.opened")
    assert (record.chain, record.path, record.subject_id) == (branch.pk, stored.path, str(branch.pk))


def test_only_who_maintains_the_place_may_open_there(world: World) -> None:
    for name in ("organizer_ashi", "secretary_a1", "inspector", "nobody"):
        with pytest.raises(Denied):
            open_branch(world, name)
    assert open_branch(world).pk


def test_a_branch_below_a_general_branch_is_numbered_by_the_committee(world: World) -> None:
    general = open_branch(world, kind=Kind.GENERAL_BRANCH, code="G1", name="总支", short_name="总支")
    assert (general.numbering_root_id, general.segment) == (None, "")
    branch = open_branch(world, parent=general)
    assert (branch.numbering_root_id, branch.segment) == (world.ashi.pk, "003")
    direct = open_branch(
        world, parent=world.county, kind=Kind.GENERAL_BRANCH, code="G2", name="直属总支", short_name="总支"
    )
    assert (direct.numbering_root_id, direct.segment) == (world.county.pk, "003")
    below = open_branch(world, parent=direct, code="G2-1")
    assert (below.numbering_root_id, below.segment) == (direct.pk, "001")


def test_a_segment_is_never_given_again(world: World) -> None:
    by = world.scope("county_organizer")
    branch = open_branch(world)
    actions.close_organization(by=by, organization=branch, closed_on=date(2020, 1, 1), on=TODAY)
    with pytest.raises(Refused, match="编号段003在“阿市镇党委”下已经用过"):
        open_branch(world, code="X1", segment="003")
    assert open_branch(world, code="X2").segment == "004"
    with pytest.raises(IntegrityError), transaction.atomic():
        Organization.objects.filter(pk=world.a2.pk).update(segment="001")


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"code": "513400101201"}, "组织代码513400101201已经有组织在用"),
        ({"name": "中共凉县阿市镇尔木村支部委员会"}, "已经有“中共凉县阿市镇尔木村支部委员会”"),
        ({"opened_on": date(2026, 11, 25)}, "成立日期2026-11-25在今天以后"),
        ({"kind": Kind.GROUP}, "党小组不能设在党委下面"),
        ({"segment": "000"}, "编号段是001到999的三位数字"),
        ({"kind": Kind.GENERAL_BRANCH, "segment": "009"}, "不编号"),
        ({"name": ""}, "都要填写"),
        ({"code": "有 空格"}, "组织代码只能用"),
        ({"help": Help("县局", "王明", "12")}, "联系电话"),
    ],
)
def test_what_cannot_be_opened_is_refused_with_a_sentence(
    world: World, facts: dict[str, Any], sentence: str
) -> None:
    before = Organization.objects.count()
    with pytest.raises(Refused, match=sentence):
        open_branch(world, **facts)
    assert Organization.objects.count() == before


def test_many_at_once_equals_one_by_one(world: World) -> None:
    """The same tree opened unit by unit, in one call, and in one call shuffled: equal rows and records."""
    rows = [
        opening("C1", world.county.code, Kind.COMMITTEE, category=Category.ORGAN, segment="040"),
        opening("C2", world.county.code, Kind.COMMITTEE, category=Category.SCHOOL),
        opening("C1-G", "C1", Kind.GENERAL_BRANCH, clusters=("北片", "试点")),
        opening("C1-G-1", "C1-G", term=Term(2, date(2023, 1, 1), date(2028, 1, 1))),
        opening("C1-1", "C1", help=Help("县农业农村局", "王明", "19900000001")),
        opening("C2-1", "C2", Kind.JOINT_BRANCH, segment="007"),
        opening("C2-2", "C2", help=Help("县农业农村局")),
        opening("A9", world.ashi.code),
        opening("A9-g", "A9", Kind.GROUP),
    ]
    by = world.scope("county_organizer")

    def facts() -> list[dict[str, object]]:
        listed: list[dict[str, object]] = []
        for code, holding in holdings(on=TODAY).items():
            node = holding.organization
            listed.append(
                {
                    "code": code,
                    "path": [Organization.objects.get(pk=int(i)).code for i in node.path.split(".") if i],
                    "columns": [
                        getattr(node, field.attname)
                        for field in Organization._meta.fields
                        if field.attname not in {"id", "path", "parent_id", "numbering_root_id"}
                    ],
                    "holding": [
                        getattr(holding, name) for name in holding.__slots__ if name != "organization"
                    ],
                    "names": list(
                        OrganizationName.objects.filter(organization=node).values_list("name", "from_date")
                    ),
                    "parents": list(
                        OrganizationParent.objects.filter(organization=node).values_list(
                            "parent__code", "from_date", "until"
                        )
                    ),
                    "records": list(
                        AuditRecord.objects.filter(chain=node.pk).order_by("seq").values_list("event", "data")
                    ),
                }
            )
        return sorted(listed, key=lambda each: str(each["code"]))

    with transaction.atomic():
        for row in rows:
            actions.enroll_organizations(by=by, rows=[row], on=TODAY)
        single = facts()
        transaction.set_rollback(True)
    with transaction.atomic():
        made = actions.enroll_organizations(by=by, rows=rows, on=TODAY)
        segments = {node.code: node.segment for node in made}
        assert facts() == single
        transaction.set_rollback(True)
    assert Organization.objects.count() == 6
    shuffled = [replace(rows[i], segment=segments[rows[i].code]) for i in (8, 3, 0, 4, 5, 1, 7, 2, 6)]
    made = actions.enroll_organizations(by=by, rows=shuffled, on=TODAY)
    assert [node.code for node in made] == [row.code for row in shuffled]
    assert facts() == single


def test_many_at_once_cost_the_same_queries_as_few(
    world: World, django_assert_max_num_queries: Callable[[int], AbstractContextManager[object]]
) -> None:
    rows = [opening(f"N{n}", world.ashi.code) for n in range(60)]
    with django_assert_max_num_queries(30):
        actions.enroll_organizations(by=world.scope("county_organizer"), rows=rows, on=TODAY)
    assert Organization.objects.get(code="N59").segment == "062"


def test_a_circle_of_parents_is_refused(world: World) -> None:
    rows = [opening("R1", "R2", Kind.GENERAL_BRANCH), opening("R2", "R1", Kind.GENERAL_BRANCH)]
    with pytest.raises(Refused, match="绕了一圈"):
        actions.enroll_organizations(by=world.scope("county_organizer"), rows=rows, on=TODAY)
    with pytest.raises(Refused, match="没有代码是R9的上级组织"):
        actions.enroll_organizations(by=world.scope("county_organizer"), rows=[opening("R1", "R9")], on=TODAY)


def test_a_county_is_founded_once_and_by_set_up_only(db: None) -> None:
    facts = {
        "code": "513434",
        "name": "中国共产党越西县委员会",
        "short_name": "越西县",
        "opened_on": date(1950, 4, 1),
    }
    with pytest.raises(Denied):
        actions.found_county(by=Scope(1, "x", {"organizations.maintain": ("1.",)}), on=TODAY, **facts)  # type: ignore[arg-type]
    county = actions.found_county(by=Scope.system("首次设置"), on=TODAY, **facts)  # type: ignore[arg-type]
    assert county.path == f"{county.pk}."
    with pytest.raises(Refused, match="已经设立县委"):
        actions.found_county(by=Scope.system("首次设置"), on=TODAY, **facts)  # type: ignore[arg-type]


def test_a_new_name_keeps_the_old_one_in_the_history(world: World) -> None:
    by = world.scope("county_organizer")

    def rename(day: date) -> Organization:
        return actions.rename_organization(
            by=by,
            organization=world.a1,
            name="中共凉县阿市镇尔木新村支部委员会",
            short_name="尔木新村党支部",
            from_date=day,
            on=TODAY,
        )

    with pytest.raises(Refused, match="启用日期"):
        rename(date(2027, 1, 1))
    rename(date(2026, 5, 1))
    rename(date(2026, 5, 1))
    history = OrganizationName.objects.filter(organization=world.a1).order_by("from_date")
    assert list(history.values_list("short_name", "from_date", "until")) == [
        ("尔木村党支部", date(2000, 1, 1), date(2026, 5, 1)),
        ("尔木新村党支部", date(2026, 5, 1), None),
    ]
    assert Organization.objects.get(pk=world.a1.pk).initials == "emxcdzb"
    assert AuditRecord.objects.filter(event="organizations.organization.renamed").count() == 1
    with pytest.raises(Denied):
        actions.rename_organization(
            by=world.scope("secretary_a1"),
            organization=world.a1,
            name="x",
            short_name="x",
            from_date=TODAY,
            on=TODAY,
        )
    with pytest.raises(Refused, match="同一个上级下已经有"):
        actions.rename_organization(
            by=by, organization=world.a1, name=world.a2.name, short_name="重名", from_date=TODAY, on=TODAY
        )


def test_a_correction_of_the_opening_moves_the_start_of_the_history(world: World) -> None:
    by = world.scope("county_organizer")
    actions.correct_organization(
        by=by, organization=world.a1, category=Category.COMMUNITY, opened_on=date(1998, 1, 1), on=TODAY
    )
    stored = Organization.objects.get(pk=world.a1.pk)
    assert (stored.category, stored.opened_on) == ("community", date(1998, 1, 1))
    assert OrganizationParent.objects.get(organization=stored).from_date == date(1998, 1, 1)
    record = AuditRecord.objects.get(event="organizations.organization.corrected")
    assert record.data == {"fields": ["category", "opened_on"]}


def test_closing_waits_for_the_units_below(world: World) -> None:
    by = world.scope("county_organizer")
    close = {"by": by, "closed_on": TODAY, "on": TODAY}
    with pytest.raises(Refused, match="下面还有1个组织"):
        actions.close_organization(organization=world.bashi, **close)  # type: ignore[arg-type]
    actions.close_organization(organization=world.b1, **close)  # type: ignore[arg-type]
    actions.close_organization(organization=world.b1, **close)  # type: ignore[arg-type]
    actions.close_organization(organization=world.bashi, **close)  # type: ignore[arg-type]
    assert not Organization.objects.existing().filter(pk__in=[world.b1.pk, world.bashi.pk]).exists()
    assert AuditRecord.objects.filter(event="organizations.organization.closed").count() == 2
    with pytest.raises(Refused, match="不能撤销"):
        actions.close_organization(organization=world.county, **close)  # type: ignore[arg-type]
    with pytest.raises(Refused, match="已经撤销，不能再改"):
        actions.correct_organization(
            by=by, organization=world.b1, category=Category.OTHER, opened_on=None, on=TODAY
        )


def test_closing_waits_for_the_members(world: World) -> None:
    by = world.scope("county_organizer")
    with pytest.raises(Refused, match="“尔木村党支部”还有3名在册党员"):
        actions.close_organization(by=by, organization=world.a1, closed_on=TODAY, on=TODAY)
    for member in world.members_a1:
        member.standing = "ended"
        member.save()
    actions.close_organization(by=by, organization=world.a1, closed_on=TODAY, on=TODAY)
    assert Organization.objects.get(pk=world.a1.pk).closed_on == TODAY


def test_a_term_is_corrected_or_followed_by_the_next(world: World) -> None:
    by = world.scope("county_organizer")
    for term in (
        Term(10, date(2021, 1, 10), date(2026, 1, 10)),
        Term(10, date(2021, 1, 12), date(2026, 1, 12)),
        Term(11, date(2026, 2, 1), date(2031, 2, 1)),
        Term(11, date(2026, 2, 1), date(2031, 2, 1)),
    ):
        actions.set_term(by=by, organization=world.a1, term=term, on=TODAY)
    rows = TermOfOffice.objects.filter(organization=world.a1).order_by("number")
    assert list(rows.values_list("number", "from_date", "ended_on")) == [
        (10, date(2021, 1, 12), date(2026, 2, 1)),
        (11, date(2026, 2, 1), None),
    ]
    assert Organization.objects.get(pk=world.a1.pk).term_ends_on == date(2031, 2, 1)
    assert AuditRecord.objects.filter(event="organizations.term.set").count() == 3
    with pytest.raises(Refused, match="排在它后面"):
        actions.set_term(
            by=by, organization=world.a1, term=Term(9, date(2026, 3, 1), date(2030, 1, 1)), on=TODAY
        )


def test_clusters_follow_the_names(world: World) -> None:
    by = world.scope("county_organizer")
    actions.set_clusters(by=by, organization=world.ashi, names=["北片", "试点片"])
    actions.set_clusters(by=by, organization=world.ashi, names=["试点片"])
    assert list(Cluster.objects.order_by("pk").values_list("name", flat=True)) == ["北片", "试点片"]
    cluster = Cluster.objects.get(name="试点片")
    actions.describe_cluster(by=by, cluster=cluster, name="试点片", purpose="试点")
    actions.set_cluster_members(by=by, cluster=cluster, organizations=[world.bashi])
    assert [p.organization_id for p in ClusterPlace.objects.all()] == [world.bashi.pk]
    with pytest.raises(Refused, match="已经有片区"):
        actions.form_cluster(by=by, name="北片", purpose="")
    with pytest.raises(Denied):
        actions.form_cluster(by=world.scope("organizer_ashi"), name="新片", purpose="")


def test_support_keeps_its_history_and_hides_the_number_from_the_log(world: World) -> None:
    by = world.scope("county_organizer")
    actions.set_support(
        by=by,
        organization=world.a1,
        help=Help("县农业农村局", "王明", "19900000001"),
        on=date(2025, 1, 1),
    )
    actions.set_support(by=by, organization=world.a1, help=Help("县财政局"), on=TODAY)
    unit = SupportUnit.objects.get(name="县农业农村局")
    assert unit.contact_phone == "19900000001"
    assert [(s.unit.name, s.until) for s in Support.objects.order_by("pk")] == [
        ("县农业农村局", TODAY),
        ("县财政局", None),
    ]
    assert actions.read_contact_phone(by=by, unit=unit, reason="联系帮扶") == "19900000001"
    with pytest.raises(Refused, match="原因"):
        actions.read_contact_phone(by=by, unit=unit, reason=" ")
    with pytest.raises(Denied):
        actions.read_contact_phone(by=world.scope("inspector"), unit=unit, reason="联系帮扶")
    assert not [r for r in AuditRecord.objects.all() if "19900000001" in str(r.data)]
    actions.correct_support_unit(by=by, unit=unit, name="县农业局", contact_name="", contact_phone="")
    assert SupportUnit.objects.get(pk=unit.pk).contact_phone == ""
    actions.set_support(by=by, organization=world.b1, help=Help("县农业局"), on=TODAY)
    actions.set_support(by=by, organization=world.b1, help=None, on=TODAY)
    assert not Support.objects.filter(organization=world.b1).exists()
