"""Jobs are their owner's alone; the page for the monitor is anyone's."""

from tests.access_matrix import COUNTY, EVERYONE, SIGNED_IN, Captured, Row, deed, page
from tests.world import NOW, World
from zhibu.jobs.actions import start_job
from zhibu.jobs.models import Job

OWNER = COUNTY[:1]


def waiting_job(world: World) -> Captured:
    """A job of county_organizer in the queue."""
    job = start_job(
        by=world.scope("county_organizer"), kind="imports.check", title="核对党员名册", params={"run": "1"}
    )
    return {"job_id": job.pk}


def failed_job(world: World) -> Captured:
    """A job of county_organizer that failed."""
    owner = world.people["county_organizer"]
    job = Job.objects.create(
        kind="imports.check",
        owner_id=owner.pk,
        owner_name=owner.name,
        title="核对党员名册",
        state="failed",
        created_at=NOW,
    )
    return {"job_id": job.pk}


ROWS: tuple[Row, ...] = (
    # 503: no worker runs beside the tests.
    page("health", {503: EVERYONE}, visitor=503),
    page("jobs:list", {200: SIGNED_IN}),
    page("jobs:job", {200: OWNER}, waiting_job, others=404),
    deed("jobs:stop", {303: OWNER}, waiting_job, others=404),
    deed("jobs:retry", {303: OWNER}, failed_job, others=404),
    page("jobs:result", {404: OWNER}, failed_job, others=404, note="without a result"),
)
