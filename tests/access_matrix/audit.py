"""The log is for the audit administrator alone; not even the county organizer reads it."""

from tests.access_matrix import AUDITOR, Captured, Row, deed, page
from tests.world import World
from zhibu.audit.actions import record
from zhibu.audit.models import AuditRecord
from zhibu.core.access import Scope

READ = {200: AUDITOR}


def one_record(world: World) -> Captured:
    record("test.row.written", by=Scope.system("test"), on=world.a1, chain=world.a1.pk, path=world.a1.path)
    return {"record_id": AuditRecord.objects.get(event="test.row.written").pk}


ROWS: tuple[Row, ...] = (
    page("audit:records", READ),
    page("audit:record", READ, one_record),
    page("audit:verification", READ),
    deed("audit:verification_run", {303: AUDITOR}),
    page("audit:anchors", READ),
    page("audit:anchor_copy", READ),
)
