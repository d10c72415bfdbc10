"""One member: the page, correcting it, entering a new one, posts, the member's own page."""

import json
from collections.abc import Mapping

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhibu.core.access import Refused
from zhibu.core.db import get_visible
from zhibu.core.http import Request, requires, see_other
from zhibu.core.refusals import sentence_of
from zhibu.members import actions
from zhibu.members.forms import CorrectionForm, EntryForm, PostForm, UntilForm, initial_of
from zhibu.members.models import Member, PostHolding
from zhibu.members.rules.facts import MASKED_FIELDS
from zhibu.members.rules.hands import split_changes
from zhibu.members.summaries import pages
from zhibu.organizations.models import Organization

MAINTAIN = "members.maintain"


def _maintained(request: Request, member_id: int) -> Member:
    return get_visible(Member.objects.select_related("branch"), request.scope, MAINTAIN, pk=member_id)


@requires("members.read")
def member(request: Request, member_id: int) -> HttpResponse:
    person = get_visible(
        pages.with_page_facts(Member.objects.visible_to(request.scope, "members.read")),
        request.scope,
        "members.read",
        pk=member_id,
    )
    record = pages.record_of(
        person,
        on=timezone.localdate(),
        with_restricted=request.scope.covers("conduct.read", person.branch.path),
    )
    if record.tells_penalties:
        actions.log_penalty_read(by=request.scope, member=person)
    return render(request, "members/member.html", {"member": person, "record": record})


@requires("members.read_own")
def mine(request: Request) -> HttpResponse:
    """Everything recorded about the person who is signed in. POST shows one marked field whole, once."""
    person = (
        pages.with_page_facts(Member.objects.visible_to(request.scope, "members.read_own"))
        .filter(user=request.scope.user_id, merged_into=None)
        .first()
    )
    if person is None:
        return render(request, "members/mine_missing.html")
    revealed = ""
    field = request.POST.get("field", "")
    if request.method == "POST":
        if field not in MASKED_FIELDS:
            raise Http404
        revealed = actions.reveal_own_field(by=request.scope, member=person, field=field)
    context = {
        "member": person,
        "record": pages.record_of(person, on=timezone.localdate(), with_restricted=True),
        "field": field,
        "revealed": revealed,
    }
    return render(request, "members/mine.html", context)


@requires(MAINTAIN)
def new(request: Request) -> HttpResponse:
    form = EntryForm(
        request.POST or None,
        scope=request.scope,
        initial={"branch": request.GET.get("branch", ""), "stage": "full"},
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.propose_enrollments(
                by=request.scope,
                rows=[actions.NewMember(form.cleaned_data["branch"], form.facts())],
                reason=form.cleaned_data["reason"],
                on=timezone.localdate(),
            )
        except Refused as refusal:
            form.show(refusal)
        else:
            told = _("{name}的登记已经提出，上级党委的另一位同志同意后入册。")
            messages.success(request, told.format(name=form.cleaned_data["name"]))
            return see_other("members:list")
    return render(request, "members/new.html", {"form": form})


@requires(MAINTAIN)
def correction(request: Request, member_id: int) -> HttpResponse:
    person = _maintained(request, member_id)
    seen = _seen(request) if request.method == "POST" else actions.seen_values(person)
    form = CorrectionForm(request.POST or None, member=person, initial=initial_of(person))
    if request.method == "POST" and form.is_valid():
        changes = actions.changed_values(person, form.values(), seen)
        try:
            actions.correct_member(
                by=request.scope,
                member=person,
                changes=changes,
                reason=form.cleaned_data["reason"],
                on=timezone.localdate(),
                seen=seen,
            )
        except actions.CorrectionConflict as conflict:
            form = _beside_each_other(request, form, conflict, changes)
            seen = actions.seen_values(conflict.member)
        except Refused as refusal:
            form.show(refusal)
        else:
            messages.success(request, _told(changes))
            return see_other("members:member", person.pk)
    context = {"form": form, "member": person, "seen": json.dumps(seen)}
    return render(request, "members/correction.html", context)


def _told(changes: Mapping[str, object]) -> str:
    now, waiting = split_changes(changes)
    if waiting and now:
        return _("已更正。人员类别、入党和转正时间的改动已经提出，上级党委的另一位同志同意后才改。")
    if waiting:
        return _("人员类别、入党和转正时间的改动已经提出，上级党委的另一位同志同意后才改。")
    return _("已更正。") if now else _("没有变化，什么都没有改。")


def _seen(request: Request) -> dict[str, str]:
    """What the form carried. Whoever alters it only invites a conflict."""
    try:
        raw = json.loads(request.POST.get("seen", "{}"))
    except ValueError:
        return {}
    return {str(name): str(value) for name, value in raw.items()} if isinstance(raw, dict) else {}


def _beside_each_other(
    request: Request,
    form: CorrectionForm,
    conflict: actions.CorrectionConflict,
    changes: Mapping[str, object],
) -> CorrectionForm:
    """The form again: the person's own entries, the other's beside them; untouched fields as they are now."""
    now = conflict.member
    data = request.POST.copy()
    for name, value in initial_of(now).items():
        if name not in changes:
            if value in (None, "", False):
                data.pop(name, None)
            else:
                data[name] = str(value)
    again = CorrectionForm(data, member=now, initial=initial_of(now))
    again.is_valid()
    again.add_error(None, sentence_of(conflict))
    for name in conflict.fields:
        theirs = (
            _("（不显示）")
            if name in MASKED_FIELDS
            else pages.shown(name, pages.stored_text(getattr(now, name)))
        )
        again.add_error(
            name,
            _("别人刚改成“{theirs}”，您填的在上面。要用别人的请照抄，要用您的直接再提交。").format(
                theirs=theirs
            ),
        )
    return again


@requires(MAINTAIN)
def posts(request: Request, member_id: int) -> HttpResponse:
    person = _maintained(request, member_id)
    form = PostForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.appoint_post(
                by=request.scope,
                member=person,
                organization=person.branch,
                post=form.chosen(),
                from_date=form.cleaned_data["from_date"],
                on=timezone.localdate(),
            )
        except Refused as refusal:
            form.add_error(None, sentence_of(refusal))
        else:
            messages.success(request, _("已登记任职。"))
            return see_other("members:posts", person.pk)
    return _posts_page(request, person, form)


@requires(MAINTAIN)
@require_POST
def post_end(request: Request, member_id: int, holding_id: int) -> HttpResponse:
    person = _maintained(request, member_id)
    holding = get_visible(
        PostHolding.objects.select_related("organization"),
        request.scope,
        MAINTAIN,
        pk=holding_id,
        member=person,
    )
    form = UntilForm(request.POST)
    if form.is_valid():
        try:
            actions.end_post(
                by=request.scope,
                holding=holding,
                until=form.cleaned_data["until"],
                on=timezone.localdate(),
            )
        except Refused as refusal:
            messages.error(request, sentence_of(refusal))
        else:
            messages.success(request, _("已登记免职。"))
    else:
        messages.error(request, _("免职日期没有填，或写得不对。请写成2026-11-06这样。"))
    return see_other("members:posts", person.pk)


def _posts_page(request: Request, person: Member, form: PostForm) -> HttpResponse:
    context = {
        "member": person,
        "form": form,
        "holdings": PostHolding.objects.visible_to(request.scope, MAINTAIN)
        .filter(member=person)
        .select_related("organization")
        .order_by("-from_date", "-pk"),
        "above": Organization.objects.above(person.branch.path),
    }
    return render(request, "members/posts.html", context)
