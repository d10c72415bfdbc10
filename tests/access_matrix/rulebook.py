"""Everybody who works reads the rules; the county changes them by two hands."""

from datetime import date

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from tests.access_matrix import COUNTY, INSPECTOR, OFFICES, Captured, Row, deed, page
from tests.world import World
from zhibu.rulebook import actions
from zhibu.rulebook.models import PolicyVersion
from zhibu.rulebook.policies import policies
from zhibu.rulebook.summaries import to_toml

READ = {200: OFFICES + INSPECTOR}
BOOKLET = policies()["booklet"]


def key(world: World) -> Captured:
    return {"key": "booklet"}


def drafted(world: World) -> Captured:
    today: date = timezone.localdate()
    values = BOOKLET.shipped().model_dump(mode="json")
    row = actions.draft_version(
        by=world.scope("county_organizer"),
        policy=BOOKLET,
        values=values,
        effective_from=today,
        reason="换新版证本",
        on=today,
    )
    return {"key": "booklet", "number": row.number}


def published(world: World) -> Captured:
    captured = drafted(world)
    version = PolicyVersion.objects.get(policy="booklet")
    actions.publish_version(by=world.scope("county_organizer"), version=version, on=timezone.localdate())
    return captured


def file(world: World) -> dict[str, object]:
    text = to_toml(BOOKLET, BOOKLET.shipped().model_dump(mode="json"))
    day = timezone.localdate().isoformat()
    return {
        "file": SimpleUploadedFile("booklet.toml", text.encode()),
        "effective_from": day,
        "reason": "换新版证本",
    }


ROWS: tuple[Row, ...] = (
    page("rulebook:policies", READ),
    page("rulebook:policy", READ, key),
    page("rulebook:toml", READ, key),
    page("rulebook:version", READ, drafted),
    page("rulebook:draft", {200: COUNTY}, key),
    deed("rulebook:draft", {200: COUNTY}, key),
    deed("rulebook:upload", {303: COUNTY}, key, data=file),
    deed("rulebook:publication", {303: COUNTY}, drafted),
    deed("rulebook:confirmation", {409: COUNTY[:1], 303: COUNTY[1:]}, published),
    deed("rulebook:rejection", {303: COUNTY}, published, data={"reason": "版次不对"}),
)
