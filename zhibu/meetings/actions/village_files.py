"""Files of a step of 四议两公开: photos of the notice, scanned minutes; encrypted, every download recorded."""

import hashlib
from datetime import date

from django.db import transaction
from django.utils import timezone

from zhibu.audit.actions import record
from zhibu.core.access import Refused, Scope
from zhibu.core.db import key_ring
from zhibu.core.months import month_of
from zhibu.core.text import gettext_noop
from zhibu.meetings.actions.records import READ
from zhibu.meetings.actions.sealed import check_removable
from zhibu.meetings.actions.village import locked_matter
from zhibu.meetings.models import VillageFile, VillageMatter, VillageStep
from zhibu.meetings.policies import MEETINGS
from zhibu.meetings.rules.files import FILES_A_MEETING, file_name
from zhibu.rulebook.policies import values_in_force

# What the ciphertext of a file is bound to (settings.SEALED_COLUMNS).
CONTEXT = "meetings.village_file"


@transaction.atomic
def attach_step_file(
    *, by: Scope, matter: VillageMatter, number: int, name: str, content: bytes, on: date
) -> VillageFile:
    """Keep a photo or a scan with a step that was entered. The same file again is the first one.

    Raises ``Refused``: the step was not entered, no photo or PDF, bigger than the county allows, too many files.
    """
    row = locked_matter(matter, by)
    step = VillageStep.objects.filter(matter=row, number=number).first()
    if step is None:
        raise Refused(gettext_noop("第{number}步还没有登记。先登记这一步，再上传附件。"), number=number)
    kept = file_name(name, content, limit_mb=values_in_force(MEETINGS, on=on).file_mb)
    digest = hashlib.sha256(content).hexdigest()
    known = list(VillageFile.objects.filter(step=step).defer("content"))
    first = next((each for each in known if each.digest == digest), None)
    if first is not None:
        return first
    if len(known) >= FILES_A_MEETING:
        raise Refused(
            gettext_noop("一个步骤最多{limit}个附件。请把照片合成一个PDF再传。"), limit=FILES_A_MEETING
        )
    file = VillageFile.objects.create(
        step=step,
        name=kept,
        size=len(content),
        digest=digest,
        content=key_ring().encrypt(content, context=CONTEXT),
        by=by.name,
        at=timezone.now(),
    )
    _record("meetings.village_file.added", row, by, file)
    return file


@transaction.atomic
def open_step_file(*, by: Scope, file: VillageFile) -> bytes:
    """The file itself. The record is written before it is handed out. Load step, matter and branch first."""
    matter = file.step.matter
    by.require(READ, matter.branch.path)
    _record("meetings.village_file.downloaded", matter, by, file)
    return key_ring().decrypt(bytes(file.content), context=CONTEXT)


@transaction.atomic
def remove_step_file(*, by: Scope, file: VillageFile, on: date) -> None:
    """Delete a file attached by mistake. Twice changes nothing. Raises ``Refused`` where a seal came after it."""
    row = locked_matter(file.step.matter, by)
    found = VillageFile.objects.select_related("step").defer("content").filter(pk=file.pk).first()
    if found is None:
        return
    check_removable(row.branch_id, month_of(found.step.on), found.at, on=on)
    found.delete()
    _record("meetings.village_file.removed", row, by, file)


def _record(event: str, matter: VillageMatter, by: Scope, file: VillageFile) -> None:
    record(event, by=by, on=matter, chain=matter.branch_id, path=matter.branch.path, data={"file": file.pk})
