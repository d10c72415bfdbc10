"""A rule changes by two people's hands, from a day on, and never backwards."""

from collections.abc import Mapping
from datetime import date, timedelta
from types import MappingProxyType

import pytest
from django.db import IntegrityError, transaction

from tests.world import TODAY, World
from zhibu.audit.models import AuditRecord
from zhibu.core.access import Denied, Refused
from zhibu.rulebook import actions
from zhibu.rulebook.models import PolicyVersion
from zhibu.rulebook.policies import policies, values_in_force
from zhibu.rulebook.summaries import from_toml, lines, to_toml

BOOKLET = policies()["booklet"]
VALUES = {"title": "中国共产党员证", "issuer": "中共凉县县委组织部", "edition": "2027年第1版"}


def draft(
    world: World,
    who: str = "county_organizer",
    day: date = TODAY,
    values: Mapping[str, object] = MappingProxyType({}),
) -> PolicyVersion:
    return actions.draft_version(
        by=world.scope(who),
        policy=BOOKLET,
        values={**VALUES, **values},
        effective_from=day,
        reason="换新版证本",
        on=TODAY,
    )


def confirmed(world: World, day: date = TODAY) -> PolicyVersion:
    row = actions.publish_version(by=world.scope("county_organizer"), version=draft(world, day=day), on=TODAY)
    return actions.confirm_version(by=world.scope("county_organizer_2"), version=row, on=TODAY)


def test_a_version_holds_from_its_day_once_another_person_confirmed_it(world: World) -> None:
    tomorrow = TODAY + timedelta(days=1)
    before = values_in_force(BOOKLET, on=TODAY)
    row = draft(world, day=tomorrow)
    assert values_in_force(BOOKLET, on=tomorrow) == before
    row = actions.publish_version(by=world.scope("county_organizer"), version=row, on=TODAY)
    assert values_in_force(BOOKLET, on=tomorrow) == before
    actions.confirm_version(by=world.scope("county_organizer_2"), version=row, on=TODAY)
    assert values_in_force(BOOKLET, on=TODAY) == before
    assert values_in_force(BOOKLET, on=tomorrow).model_dump()["title"] == "中国共产党员证"
    events = list(
        AuditRecord.objects.filter(event__startswith="rulebook.")
        .order_by("id")
        .values_list("event", flat=True)
    )
    assert events == ["rulebook.version.drafted", "rulebook.version.published", "rulebook.version.confirmed"]


def test_nobody_confirms_the_own_publication(world: World) -> None:
    row = actions.publish_version(by=world.scope("county_organizer"), version=draft(world), on=TODAY)
    with pytest.raises(Refused, match="不能自己复核"):
        actions.confirm_version(by=world.scope("county_organizer"), version=row, on=TODAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        PolicyVersion.objects.filter(pk=row.pk).update(confirmed_by=row.published_by)
    row.refresh_from_db()
    assert row.state == "published"


def test_only_the_county_drafts_and_confirms(world: World) -> None:
    for name in ("organizer_ashi", "secretary_a1", "inspector", "security_admin", "nobody"):
        with pytest.raises(Denied):
            draft(world, name)
    row = actions.publish_version(by=world.scope("county_organizer"), version=draft(world), on=TODAY)
    with pytest.raises(Denied):
        actions.confirm_version(by=world.scope("organizer_ashi"), version=row, on=TODAY)


def test_a_version_cannot_begin_in_the_past_or_before_a_confirmed_one(world: World) -> None:
    with pytest.raises(Refused, match="已经过去"):
        draft(world, day=TODAY - timedelta(days=1))
    confirmed(world, TODAY + timedelta(days=10))
    with pytest.raises(Refused, match="新版本要在它以后生效"):
        draft(world, day=TODAY + timedelta(days=10))


def test_two_people_confirming_at_once_the_second_is_told(world: World) -> None:
    row = actions.publish_version(by=world.scope("county_organizer"), version=draft(world), on=TODAY)
    actions.confirm_version(by=world.scope("county_organizer_2"), version=row, on=TODAY)
    with pytest.raises(Refused, match="状态已经变了"):
        actions.reject_version(by=world.scope("county_organizer_2"), version=row, reason="版次不对")


def test_a_rejected_version_stays_in_the_history_and_a_new_draft_follows(world: World) -> None:
    row = actions.publish_version(by=world.scope("county_organizer"), version=draft(world), on=TODAY)
    actions.reject_version(by=world.scope("county_organizer_2"), version=row, reason="版次不对")
    again = draft(world)
    assert (again.number, PolicyVersion.objects.get(pk=row.pk).state) == (2, "rejected")


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"title": ""}, "“证本名称”至少2个字"),
        ({"lookups_per_minute": 1}, "“同一来源每分钟最多核验次数”不能小于5"),
        ({"lookups_per_minute": "许多"}, "“同一来源每分钟最多核验次数”要填整数"),
        ({"mascot": "x"}, "没有“mascot”这一项"),
    ],
)
def test_values_that_do_not_fit_are_named_by_their_label(
    world: World, values: dict[str, object], sentence: str
) -> None:
    with pytest.raises(Refused) as caught:
        draft(world, values=values)
    assert sentence in str(caught.value)
    assert not PolicyVersion.objects.exists()


def test_a_policy_survives_its_file(world: World) -> None:
    values = BOOKLET.shipped().model_dump(mode="json")
    assert from_toml(to_toml(BOOKLET, values)) == values
    with pytest.raises(Refused, match="不是正确的TOML"):
        from_toml("title = 党员证")


def test_differences_are_shown_field_by_field(world: World) -> None:
    old = BOOKLET.shipped().model_dump(mode="json")
    changed = [
        line
        for line in lines(BOOKLET, {**old, "edition": "新版", "show_masked_name": False}, old)
        if line.before is not None
    ]
    assert [(line.label, line.before, line.shown) for line in changed] == [
        ("版次", "2026年第1版", "新版"),
        ("核验页显示遮住的姓名和党委", "是", "否"),
    ]
