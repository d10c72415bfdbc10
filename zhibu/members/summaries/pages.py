"""What the pages about members show."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from zhibu.core import codes
from zhibu.core.access import Scope
from zhibu.core.dates import full_since
from zhibu.core.db import key_ring
from zhibu.members.models import Member, MemberChange, MemberPhoto, MembershipEvent, PostHolding
from zhibu.members.querysets import Members
from zhibu.members.rules.events import RESTRICTED, SPECS, EventKind
from zhibu.members.rules.facts import CODED_FIELDS, FIELD_LABELS
from zhibu.members.rules.stages import Stage, seniority
from zhibu.organizations.models import Organization

PHOTO_CONTEXT = "members.photo"
_CHANGES_SHOWN = 30


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a member's history."""

    on: date
    title: str
    icon: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """A member's page: posts held now, full years of seniority, history with the latest on top.

    ``tells_penalties``: there are penalties or reviews in the history.
    """

    posts: list[PostHolding]
    seniority: int
    events: list[Event]
    above: list[Organization]
    tells_penalties: bool


def with_page_facts(members: Members[Member]) -> Members[Any]:
    """Members with their branch, and ``has_photo``."""
    return members.select_related("branch", "merged_into").annotate(
        has_photo=Exists(MemberPhoto.objects.filter(member=OuterRef("pk")))
    )


def record_of(member: Member, *, on: date, with_restricted: bool) -> Record:
    """All of a member's page that is not on the record itself. Four queries.

    ``with_restricted``: also penalties and reviews, for who may read them and for the member.
    """
    holdings = list(
        PostHolding.objects.filter(member=member).select_related("organization").order_by("-from_date", "-pk")
    )
    changes = list(MemberChange.objects.filter(member=member).order_by("-at", "-pk")[:_CHANGES_SHOWN])
    happened = MembershipEvent.objects.filter(member=member, state__in=("in_effect", "reversed"))
    if not with_restricted:
        happened = happened.exclude(kind__in=RESTRICTED)
    told = list(happened.order_by("-effective_on", "-pk"))
    return Record(
        [holding for holding in holdings if holding.until is None],
        seniority(member.confirmation_date, on=on),
        _history(member, holdings, changes, told),
        list(Organization.objects.above(member.branch.path)),
        any(event.kind in RESTRICTED for event in told),
    )


def _history(
    member: Member,
    holdings: list[PostHolding],
    changes: list[MemberChange],
    happened: list[MembershipEvent],
) -> list[Event]:
    events = [Event(_day(change.at), *_told(change)) for change in changes]
    events += [_event_line(event) for event in happened if event.effective_on is not None]
    for holding in holdings:
        post = codes.label("branch_post", holding.post)
        place = holding.organization.short_name
        if holding.until is not None:
            events.append(Event(holding.until, _("不再担任{post}").format(post=post), "user-minus", place))
        events.append(Event(holding.from_date, _("任{post}").format(post=post), "users", place))
    events.append(
        Event(
            _day(member.entered_at),
            _("登记入册"),
            "clipboard-check",
            _("登记人：{by}").format(by=member.entered_by),
        )
    )
    confirmed_here = any(event.kind == EventKind.CONFIRM and event.state == "in_effect" for event in happened)
    if member.confirmation_date and not confirmed_here:
        events.append(Event(member.confirmation_date, _("转为正式党员"), "circle-check"))
    events.append(Event(member.join_date, _("加入中国共产党"), "flag", _("支部党员大会通过为预备党员")))
    return sorted(events, key=lambda event: event.on, reverse=True)


_EVENT_ICONS = {
    EventKind.CONFIRM: "circle-check",
    EventKind.DIE: "user-off",
    EventKind.MOVE_BRANCH: "arrows-exchange",
    EventKind.TRANSFER_OUT: "arrows-exchange",
    EventKind.TRANSFER_BACK: "arrows-exchange",
    EventKind.GO_FLOATING: "plane-departure",
    EventKind.RETURN_FLOATING: "plane-arrival",
    EventKind.FLAG_LOST_CONTACT: "user-question",
    EventKind.SUSPEND_STANDING: "player-stop",
    EventKind.REVERSE: "rotate",
}


def _event_line(event: MembershipEvent) -> Event:
    """An event on the day it took effect, by whose decision; a reversed one says so."""
    kind = EventKind(event.kind)
    title = _(SPECS[kind].label)
    if event.state == "reversed":
        title = _("{event}（后来撤销）").format(event=title)
    told = [event.decided_by, event.document]
    if event.until:
        told.append(_("到{day}").format(day=event.until))
    detail = _("，").join(filter(None, told))
    assert event.effective_on is not None  # noqa: S101 (the caller has looked)
    icon = _EVENT_ICONS.get(kind, "gavel" if SPECS[kind].is_discipline else "checklist")
    return Event(event.effective_on, title, icon, detail)


def _told(change: MemberChange) -> tuple[str, str, str]:
    """Title, icon and detail of a change: what it was and became, why, and by whom."""
    fields: dict[str, list[str]] = change.fields
    if "merged_from" in fields:
        return _("并入一条重复记录"), "arrow-merge", change.by
    if "merged_into" in fields:
        return _("并入另一条记录"), "arrow-merge", change.by
    if "parted_from" in fields:
        return _("误合并的两条记录重新分开"), "git-fork", change.by
    # JSON columns of PostgreSQL forget the order of keys.
    changed = [(field, label) for field, label in FIELD_LABELS.items() if field in fields]
    names = _("、").join(_(label) for _field, label in changed)
    told = [
        _("{label}：{before}改为{after}").format(
            label=_(label), before=shown(field, fields[field][0]), after=shown(field, fields[field][1])
        )
        for field, label in changed
        if len(fields[field]) == 2
    ]
    if change.reason:
        told.append(_("依据：{reason}").format(reason=change.reason))
    return _("更正{names}").format(names=names), "pencil", _("；").join([*told, change.by])


def shown(field: str, text: str) -> str:
    """A value as a change keeps it, in words."""
    if not text:
        return _("空")
    if field == "is_floating":
        return _("是") if text == "1" else _("否")
    if field == "birth_date":
        return text[:7]
    return codes.label(CODED_FIELDS[field], text) if field in CODED_FIELDS else text


def stored_text(value: object) -> str:
    """A value as a change keeps it."""
    if isinstance(value, bool):
        return "1" if value else "0"
    return "" if value is None else str(value)


def _day(at: Any) -> date:
    return timezone.localtime(at).date()


def list_rows(
    scope: Scope,
    *,
    organization: Organization | None,
    text: str = "",
    stage: str = "",
    standing: str = "",
    dues_category: str = "",
    floating: str = "",
) -> Members[Member]:
    """Members in the scope, filtered, by pinyin; without marked fields. Ended ones only when asked for."""
    rows = Member.objects.visible_to(scope, "members.read")
    if organization is not None:
        rows = rows.belonging_to(organization)
    rows = rows.filter(standing=standing, merged_into=None) if standing else rows.enrolled()
    if text:
        rows = rows.matching(text)
    if stage:
        rows = rows.filter(stage=stage)
    if dues_category:
        rows = rows.filter(dues_category=dues_category)
    if floating:
        rows = rows.filter(is_floating=floating == "1")
    return (
        rows.select_related("branch__parent")
        .only(
            "name",
            "sex",
            "ethnic_group",
            "birth_date",
            "education",
            "join_date",
            "stage",
            "standing",
            "is_floating",
            "group",
            "dues_category",
            "branch__short_name",
            "branch__path",
            "branch__parent__short_name",
        )
        .order_by("pinyin", "pk")
    )


def posts_of(members: Iterable[Member]) -> dict[int, list[str]]:
    """Open posts of each of these members, as codes. One query."""
    held: dict[int, list[str]] = {}
    rows = PostHolding.objects.filter(member__in=[member.pk for member in members], until=None).order_by("pk")
    for member_id, post in rows.values_list("member_id", "post"):
        held.setdefault(member_id, []).append(post)
    return held


def organization_counts(scope: Scope, organization: Organization, *, on: date) -> dict[str, int]:
    """Members enrolled under an organization, by stage, sex and age. One query."""
    return (
        Member.objects.visible_to(scope, "members.read")
        .belonging_to(organization)
        .enrolled()
        .aggregate(
            all=Count("pk"),
            full=Count("pk", filter=Q(stage=Stage.FULL)),
            probationary=Count("pk", filter=Q(stage=Stage.PROBATIONARY)),
            women=Count("pk", filter=Q(sex="2")),
            young=Count("pk", filter=Q(birth_date__gt=full_since(on, 12 * 35))),
            old=Count("pk", filter=Q(birth_date__lte=full_since(on, 12 * 60))),
            floating=Count("pk", filter=Q(is_floating=True)),
        )
    )


def photos(member_ids: Iterable[int]) -> dict[int, bytes]:
    """JPEG photos of these members, decrypted; who has none is absent. One query."""
    rows = MemberPhoto.objects.filter(member__in=list(member_ids)).values_list("member_id", "image")
    return {pk: key_ring().decrypt(bytes(image), context=PHOTO_CONTEXT) for pk, image in rows}
