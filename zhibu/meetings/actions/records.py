"""Minutes and attachments of a meeting: encrypted, every download recorded."""

import hashlib
from datetime import date

from django.db import transaction
from django.utils import timezone

from zhibu.core.access import Refused, Scope
from zhibu.core.db import key_ring
from zhibu.core.text import gettext_noop
from zhibu.core.wording import said_lines
from zhibu.meetings.actions.locks import check_open, locked_meeting
from zhibu.meetings.actions.meetings import RECORD, record_deed
from zhibu.meetings.actions.sealed import check_removable
from zhibu.meetings.models import Attachment, Meeting
from zhibu.meetings.policies import MEETINGS
from zhibu.meetings.rules.files import FILES_A_MEETING, file_name
from zhibu.rulebook.policies import values_in_force

READ = "meetings.read"
MINUTES_LENGTH = 20_000
# What the ciphertext of an attachment is bound to (settings.SEALED_COLUMNS).
ATTACHMENT_CONTEXT = "meetings.attachment"


def fingerprint(text: str) -> str:
    """Tells one text of minutes from another, so that nobody writes over what another wrote meanwhile."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@transaction.atomic
def write_minutes(*, by: Scope, meeting: Meeting, minutes: str, seen: str, on: date) -> Meeting:
    """Keep the minutes of a held meeting. ``seen``: ``fingerprint`` of the text the person began from.

    The same text again changes nothing. Raises ``Refused``: not held, a sealed month, too long, changed by
    somebody else meanwhile.
    """
    row = locked_meeting(meeting)
    by.require(RECORD, row.branch.path)
    text = said_lines(minutes)
    if text == row.minutes:
        return row
    check_open(row.branch_id, row.month, on=on)
    if row.state != "held":
        raise Refused(gettext_noop("这次会议还没有登记召开。召开以后再写会议记录。"))
    if len(text) > MINUTES_LENGTH:
        raise Refused(
            gettext_noop("会议记录有{length}字，超过{limit}字。请写要点，全文扫描后作为附件上传。"),
            length=len(text),
            limit=MINUTES_LENGTH,
        )
    if seen != fingerprint(row.minutes):
        raise Refused(
            gettext_noop(
                "另一个人刚刚改过这份会议记录。您写的没有保存，请先复制下来，打开最新的记录再补进去。"
            )
        )
    row.minutes = text
    row.save(update_fields=["minutes"])
    record_deed("meetings.minutes.written", row, by)
    return row


@transaction.atomic
def attach_file(*, by: Scope, meeting: Meeting, name: str, content: bytes, on: date) -> Attachment:
    """Keep a photo or a scan with the meeting, encrypted. The same file again is the first one.

    Also possible after the month is sealed: it changes nothing that the seal covers and carries its own day. Raises ``Refused``: canceled, no photo
    or PDF, bigger than the county allows, too many files.
    """
    row = locked_meeting(meeting)
    by.require(RECORD, row.branch.path)
    if row.state == "canceled":
        raise Refused(gettext_noop("这次会议已经撤销，不能再上传附件。"))
    kept = file_name(name, content, limit_mb=values_in_force(MEETINGS, on=on).file_mb)
    digest = hashlib.sha256(content).hexdigest()
    known = list(Attachment.objects.filter(meeting=row).defer("content"))
    first = next((each for each in known if each.digest == digest), None)
    if first is not None:
        return first
    if len(known) >= FILES_A_MEETING:
        raise Refused(
            gettext_noop("一次会议最多{limit}个附件。请把照片合成一个PDF再传。"), limit=FILES_A_MEETING
        )
    file = Attachment.objects.create(
        meeting=row,
        name=kept,
        size=len(content),
        digest=digest,
        content=key_ring().encrypt(content, context=ATTACHMENT_CONTEXT),
        by=by.name,
        at=timezone.now(),
    )
    record_deed("meetings.attachment.added", row, by, attachment=file.pk)
    return file


@transaction.atomic
def open_attachment(*, by: Scope, attachment: Attachment) -> bytes:
    """The file itself. The record is written before it is handed out. Load meeting and branch first."""
    meeting = attachment.meeting
    by.require(READ, meeting.branch.path)
    record_deed("meetings.attachment.downloaded", meeting, by, attachment=attachment.pk)
    return key_ring().decrypt(bytes(attachment.content), context=ATTACHMENT_CONTEXT)


@transaction.atomic
def remove_attachment(*, by: Scope, attachment: Attachment, on: date) -> None:
    """Delete a file attached by mistake: while the month is open, or one that was added after the seal. Twice changes
    nothing.
    """
    row = locked_meeting(attachment.meeting)
    by.require(RECORD, row.branch.path)
    file = Attachment.objects.filter(pk=attachment.pk).defer("content").first()
    if file is None:
        return
    check_removable(row.branch_id, row.month, file.at, on=on)
    file.delete()
    record_deed("meetings.attachment.removed", row, by, attachment=attachment.pk)
