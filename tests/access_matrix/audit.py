"""The log: for the audit administrator alone."""

from tests.access_matrix import AUDITOR, Captured, Row, deed, page
from tests.world import World
from zhibu.audit.actions import record
from zhibu.audit.models import AuditRecord


def one_record(world: World) -> Captured:
    record(
        "organizations.organization.renamed",
        by=world.scope("county_organizer"),
        on=world.a1,
        chain=world.a1.pk,
        path=world.a1.path,
    )
    return {"record_id": AuditRecord.objects.latest("pk").pk}


ROWS: tuple[Row, ...] = (
    page("audit:records", {200: AUDITOR}),
    page("audit:record", {200: AUDITOR}, one_record),
    page("audit:verification", {200: AUDITOR}),
    deed("audit:verification_run", {303: AUDITOR}),
    page("audit:anchors", {200: AUDITOR}),
    page("audit:anchor_copy", {200: AUDITOR}),
)
