"""Marked fields: every full view of them is recorded. The photo is kept like them."""

import io
import warnings
from datetime import date

from django.db import transaction
from django.utils import timezone
from PIL import Image, ImageOps, UnidentifiedImageError

from zhibu.audit.actions import record
from zhibu.audit.actions.trail import note_reading
from zhibu.core.access import Denied, Refused, Scope
from zhibu.core.db import key_ring
from zhibu.core.text import gettext_noop
from zhibu.members.actions.records import locked
from zhibu.members.models import Member, MemberPhoto
from zhibu.members.rules.reasons import check_reason
from zhibu.members.summaries.pages import PHOTO_CONTEXT

# The number holds the birth date: one right reads both.
PERMISSION_OF = {
    "resident_id": "members.read_resident_id",
    "birth_date": "members.read_resident_id",
    "phone": "members.read_phone",
}

PHOTO_SIZE = (307, 378)  # 26 x 32 mm at 300 dpi
PHOTO_LIMIT = 8 * 1024 * 1024
_PIXEL_LIMIT = 40_000_000


@transaction.atomic
def reveal_field(*, by: Scope, member: Member, field: str, reason: str) -> str:
    """The whole resident ID, birth date or phone of a member; the record says who looked, at what and why.

    The deed is written before the value is given: no record, no value.
    """
    by.require(PERMISSION_OF[field], member.branch.path)
    text = check_reason(reason)
    record(
        "members.field.revealed",
        by=by,
        on=member,
        chain=member.branch_id,
        path=member.branch.path,
        data={"field": field, "reason": text},
    )
    return str(getattr(member, field))


@transaction.atomic
def reveal_own_field(*, by: Scope, member: Member, field: str) -> str:
    """The whole resident ID, birth date or phone, shown to the person it belongs to."""
    if by.user_id is None or member.user_id != by.user_id or field not in PERMISSION_OF:
        raise Denied("members.read_own")
    record(
        "members.field.revealed",
        by=by,
        on=member,
        chain=member.branch_id,
        path=member.branch.path,
        data={"field": field, "own": True},
    )
    return str(getattr(member, field))


@transaction.atomic
def log_penalty_read(*, by: Scope, member: Member) -> None:
    """One record that penalties or reviews of this member were shown to somebody else; again within ten minutes
    is the same reading."""
    if member.user_id is None or member.user_id != by.user_id:
        place = member.branch
        note_reading("members.penalty.read", by=by, on=member, chain=place.pk, path=place.path)


@transaction.atomic
def set_photo(*, by: Scope, member: Member, image: bytes, on: date) -> MemberPhoto:
    """Keep the photo for page 8 of the booklet: cut to 26 x 32 mm, without camera data, encrypted."""
    row = locked(member)
    by.require("members.maintain", row.branch.path)
    photo, _ = MemberPhoto.objects.update_or_create(
        member=row,
        defaults={
            "image": key_ring().encrypt(_cut(image), context=PHOTO_CONTEXT),
            "at": timezone.now(),
        },
    )
    record("members.photo.replaced", by=by, on=row, chain=row.branch_id, path=row.branch.path)
    return photo


def _cut(image: bytes) -> bytes:
    if len(image) > PHOTO_LIMIT:
        raise Refused(gettext_noop("照片文件超过8兆。请用手机或画图软件缩小后再传。"))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            source = Image.open(io.BytesIO(image), formats=["JPEG", "PNG"])
            if source.width * source.height > _PIXEL_LIMIT:
                raise Refused(gettext_noop("照片的像素太多。请缩小到4000万像素以内再传。"))
            if source.width < PHOTO_SIZE[0] // 2 or source.height < PHOTO_SIZE[1] // 2:
                raise Refused(gettext_noop("照片太小，印出来会模糊。请用至少154×189像素的照片。"))
            upright = ImageOps.exif_transpose(source).convert("RGB")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise Refused(gettext_noop("这个文件不是能打开的照片。请传JPG或PNG格式的照片。")) from error
    except Image.DecompressionBombWarning as error:
        raise Refused(gettext_noop("照片的像素太多。请缩小到4000万像素以内再传。")) from error
    # A portrait keeps its upper part: the face stands above the middle.
    fitted = ImageOps.fit(upright, PHOTO_SIZE, method=Image.Resampling.LANCZOS, centering=(0.5, 0.35))
    out = io.BytesIO()
    fitted.save(out, "JPEG", quality=88, dpi=(300, 300), optimize=True)
    return out.getvalue()
