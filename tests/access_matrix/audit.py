"""The log is for the audit administrator alone; not even the county organizer reads it."""

from datetime import timedelta

from tests.access_matrix import AUDITOR, Captured, Row, deed, page
from tests.world import TODAY, World
from zhibu.audit.actions import record, set_anchor
from zhibu.audit.models import AuditRecord
from zhibu.core.access import Scope

READ = {200: AUDITOR}
WHY = {"reason": "主板电池没电，时间走快了"}


def one_record(world: World) -> Captured:
    record("test.row.written", by=Scope.system("test"), on=world.a1, chain=world.a1.pk, path=world.a1.path)
    return {"record_id": AuditRecord.objects.get(event="test.row.written").pk}


def an_anchor_ahead(world: World) -> Captured:
    set_anchor(on=TODAY + timedelta(days=99))
    return {}


ROWS: tuple[Row, ...] = (
    page("audit:records", READ),
    page("audit:record", READ, one_record),
    page("audit:verification", READ),
    deed("audit:verification_run", {303: AUDITOR}),
    page("audit:anchors", READ),
    deed("audit:clock_explanation", {303: AUDITOR}, an_anchor_ahead, data=WHY),
    page("audit:anchor_copy", READ),
)
