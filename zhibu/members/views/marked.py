"""Marked fields and the photo: never in an address, never kept by a browser."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from zhibu.core.access import Denied, Refused
from zhibu.core.db import get_visible
from zhibu.core.http import Request, receives, requires, see_other
from zhibu.core.refusals import sentence_of
from zhibu.members import actions
from zhibu.members.forms import PhotoForm, RevealForm
from zhibu.members.models import Member
from zhibu.members.rules.facts import FIELD_LABELS, MASKED_FIELDS
from zhibu.members.summaries import pages

PERMISSIONS = ("members.read_resident_id", "members.read_phone")


@requires(*PERMISSIONS)
def marked_field(request: Request, member_id: int, field: str) -> HttpResponse:
    """Asks why; the answer to the POST shows the value once."""
    if field not in MASKED_FIELDS:
        raise Http404
    permission = actions.PERMISSION_OF[field]
    if not request.scope.has(permission):
        raise Denied(permission)
    person = get_visible(Member.objects.select_related("branch"), request.scope, permission, pk=member_id)
    form = RevealForm(request.POST or None)
    value = ""
    if request.method == "POST" and form.is_valid():
        try:
            value = actions.reveal_field(
                by=request.scope, member=person, field=field, reason=form.cleaned_data["reason"]
            )
        except Refused as refusal:
            form.add_error("reason", sentence_of(refusal))
    context = {
        "member": person,
        "form": form,
        "field": field,
        "label": FIELD_LABELS[field],
        "value": value,
        "shown": request.method == "POST" and form.is_valid(),
    }
    return render(request, "members/marked_field.html", context)


@receives(lambda: actions.PHOTO_LIMIT)
@requires("members.maintain")
def photo(request: Request, member_id: int) -> HttpResponse:
    person = get_visible(
        pages.with_page_facts(Member.objects.visible_to(request.scope, "members.maintain")),
        request.scope,
        "members.maintain",
        pk=member_id,
    )
    form = PhotoForm(request.POST, request.FILES) if request.method == "POST" else PhotoForm()
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["photo"]
        try:
            actions.set_photo(
                by=request.scope,
                member=person,
                image=upload.read(actions.PHOTO_LIMIT + 1),
                on=timezone.localdate(),
            )
        except Refused as refusal:
            form.add_error("photo", sentence_of(refusal))
        else:
            messages.success(request, _("照片已存好，打印党员证时用它。"))
            return see_other("members:member", person.pk)
    return render(request, "members/photo.html", {"member": person, "form": form})


@requires("members.read")
def photo_image(request: Request, member_id: int) -> HttpResponse:
    person = get_visible(Member.objects.select_related("branch"), request.scope, "members.read", pk=member_id)
    found = pages.photos([person.pk])
    if person.pk not in found:
        raise Http404
    return HttpResponse(found[person.pk], content_type="image/jpeg")
