"""A result is handed out by the role of the moment."""

import pytest
from django.urls import reverse

from tests.world import TODAY, World, grant
from zhibu.accounts.models import RoleAssignment
from zhibu.accounts.summaries.scopes import scope_of_user_id
from zhibu.core.access import Scope
from zhibu.jobs import files
from zhibu.jobs.holding import held_by, still_holds
from zhibu.jobs.models import Job
from zhibu.organizations.models import Organization

pytestmark = pytest.mark.django_db


def _done(world: World, person: str) -> Job:
    """A finished download of this person, with what was held when it was made."""
    user = world.people[person]
    job = Job.objects.create(
        kind="jobs.download",
        owner_id=user.pk,
        owner_name=user.name,
        title="下载党员证登记台账",
        params={
            "path": reverse("certificates:register_workbook", args=[world.a1.pk]),
            "query": "q=x",
            "rows": "3",
        },
        state="done",
        result_name="台账.xlsx",
        sentence="文件已生成。",
        problems=[{"who": "阿尔木呷", "what": "照片缺失"}],
        held=held_by(world.scope(person)),
        created_at="2026-11-24T02:00:00Z",
    )
    (files.results_folder() / f"{job.pk}.xlsx").write_bytes(b"rows")
    Job.objects.filter(pk=job.pk).update(result_file=f"{job.pk}.xlsx")
    return job


@pytest.fixture(autouse=True)
def _own_folder(settings: object, tmp_path: object) -> None:
    settings.VAR = tmp_path  # type: ignore[attr-defined]


def test_the_owner_gets_it_while_nothing_changed_and_with_more_rights(world: World) -> None:
    job = _done(world, "organizer_ashi")
    grant(world.people["organizer_ashi"], "committee_organizer", world.bashi)
    response = world.client("organizer_ashi").get(reverse("jobs:result", args=[job.pk]))
    assert response.status_code == 200


def test_after_the_role_ended_the_file_and_its_problems_are_refused(world: World) -> None:
    job = _done(world, "organizer_ashi")
    RoleAssignment.objects.filter(user=world.people["organizer_ashi"]).update(until=TODAY)
    grant(world.people["organizer_ashi"], "committee_organizer", world.bashi)
    client = world.client("organizer_ashi")
    refused = client.get(reverse("jobs:result", args=[job.pk]))
    assert refused.status_code == 403
    assert "这份结果不再给出" in refused.content.decode()
    page = client.get(reverse("jobs:job", args=[job.pk])).content.decode()
    assert "这份结果不再给出" in page
    assert "阿尔木呷" not in page
    assert "下载结果" not in page


def test_after_a_branch_moved_away_the_committee_that_had_it_gets_the_file_no_more(world: World) -> None:
    held = held_by(world.scope("organizer_ashi"))
    assert still_holds(world.scope("organizer_ashi"), held)
    Organization.objects.filter(pk=world.a1.pk).update(
        parent=world.bashi, path=f"{world.bashi.path}{world.a1.pk}."
    )
    assert not still_holds(world.scope("organizer_ashi"), held)
    assert still_holds(world.scope("county_organizer"), held_by(world.scope("county_organizer")))


def test_a_run_keeps_what_its_owner_held(world: World) -> None:
    user = world.people["secretary_a1"]
    scope = scope_of_user_id(user.pk, user.name, on=TODAY)
    assert held_by(scope)["places"] == [world.a1.pk]
    assert not still_holds(scope, {})
    assert still_holds(Scope.system("tests"), {})
