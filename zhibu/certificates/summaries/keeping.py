"""Reads about keeping: what a branch keeps, requests for another copy, copies that wait to be handed over."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from zhibu.certificates.models import Booklet, BookletRequest, Certificate, Custody, Signature
from zhibu.certificates.querysets import BookletRows, Booklets, CertificateRows
from zhibu.certificates.rules.copies import BookletState, format_number
from zhibu.certificates.rules.keeping import (
    CAUSE_LABELS,
    OPEN_REQUESTS,
    CustodyCause,
    RequestCause,
    RequestState,
)
from zhibu.core.access import Scope
from zhibu.core.text import gettext_noop
from zhibu.core.work import WorkItem, WorkList
from zhibu.members.querysets import named
from zhibu.organizations.models import Organization

_WORK_LINES = 5


@dataclass(frozen=True, slots=True)
class Kept:
    """What is known about a certificate beside its copies.

    ``custody``: where the copy in use lies now; ``given_back``: the last custody that ended. ``request``: the
    open one; ``settled``: the last that was done or refused. ``strokes``: the signature of the copy in use.
    """

    custody: Custody | None = None
    given_back: Custody | None = None
    request: BookletRequest | None = None
    settled: BookletRequest | None = None
    strokes: str = ""


def kept_of(certificate: Certificate | None, live: Booklet | None, *, with_signature: bool) -> Kept:
    """Two queries, three with the signature: only for those who may issue."""
    if certificate is None:
        return Kept()
    custodies = list(
        Custody.objects.filter(booklet__certificate=certificate)
        .select_related("booklet")
        .order_by("-from_date", "-pk")
    )
    now = next((row for row in custodies if row.until is None and live and row.booklet_id == live.pk), None)
    requests = list(
        BookletRequest.objects.filter(certificate=certificate).select_related("old", "new").order_by("-pk")
    )
    signature = Signature.objects.filter(booklet=live).first() if with_signature and live else None
    return Kept(
        custody=now,
        given_back=next((row for row in custodies if row.until is not None), None),
        request=next((row for row in requests if row.state in OPEN_REQUESTS), None),
        settled=next((row for row in requests if row.state not in OPEN_REQUESTS), None),
        strokes=signature.strokes if signature else "",
    )


def custodies(scope: Scope, *, cause: str = "", text: str = "") -> BookletRows[Custody]:
    """What lies with the organizations of the scope now, branch by branch. A void copy is no longer kept but archived."""
    found = (
        Custody.objects.visible_to(scope, "certificates.keep")
        .filter(until=None)
        .exclude(booklet__state=BookletState.VOIDED)
    )
    if cause in set(CustodyCause):
        found = found.filter(cause=cause)
    if text:
        found = found.filter(_matching(text, "booklet__certificate__"))
    return found.select_related("booklet__certificate__member__branch").order_by(
        "booklet__certificate__member__branch__code", "booklet__certificate__number", "pk"
    )


def requests(scope: Scope, *, state: str = "", text: str = "") -> CertificateRows[BookletRequest]:
    """Requests for another copy. ``state``: a RequestState, "printed" (new copy not handed over), "open", or all."""
    found: CertificateRows[Any] = BookletRequest.objects.visible_to(scope, "certificates.keep")
    if state == "open":
        found = found.filter(state__in=OPEN_REQUESTS)
    elif state == "printed":
        found = found.filter(state=RequestState.DONE, new__state=BookletState.PRINTED)
    elif state in set(RequestState):
        found = found.filter(state=state)
    if text:
        found = found.filter(_matching(text, "certificate__"))
    return found.select_related("certificate__member__branch", "old", "new").order_by("-reported_on", "-pk")


def _matching(text: str, prefix: str) -> Q:
    needle = text.strip()
    digits = needle.replace("-", "").upper()
    if digits[:1].isdigit():
        return Q(**{f"{prefix}number__startswith": digits})
    return named(needle, f"{prefix}member__")


def copies_to_hand_over(scope: Scope, organization: Organization) -> Booklets[Booklet]:
    """Printed copies under the organization that may be handed over, in the order of numbers."""
    return (
        Booklet.objects.visible_to(scope, "certificates.issue")
        .to_hand_over(organization.path)
        .select_related("certificate__member__branch")
        .order_by("certificate__member__branch__code", "certificate__number")
    )


def work(scope: Scope, *, on: date) -> list[WorkList]:
    """Requests the branch has to confirm, the committee has to settle; new copies to hand over.

    At most two queries a group. Who issues copies gets the committee's groups, others the branch's.
    """
    groups: list[WorkList | None] = []
    if scope.has("certificates.keep") and not scope.has("certificates.issue"):
        groups.append(
            _group(
                requests(scope, state=RequestState.REPORTED).order_by("reported_on", "pk"),
                key="certificates.requests.reported",
                label=gettext_noop("补发换发申请，等支部核实"),
                kind="decide",
                icon="refresh",
                url=f"{reverse('certificates:requests')}?state={RequestState.REPORTED}",
            )
        )
    if scope.has("certificates.issue"):
        mine = BookletRequest.objects.visible_to(scope, "certificates.issue").select_related(
            "certificate__member__branch", "old", "new"
        )
        groups += [
            _group(
                mine.filter(state=RequestState.CONFIRMED).order_by("confirmed_on", "pk"),
                key="certificates.requests.confirmed",
                label=gettext_noop("补发换发申请，等党委办理"),
                kind="decide",
                icon="refresh",
                url=f"{reverse('certificates:requests')}?state={RequestState.CONFIRMED}",
            ),
            _group(
                mine.filter(state=RequestState.DONE, new__state=BookletState.PRINTED).order_by(
                    "settled_on", "pk"
                ),
                key="certificates.requests.printed",
                label=gettext_noop("补发换发的新证本，等发给本人"),
                kind="do",
                icon="certificate",
                url=f"{reverse('certificates:requests')}?state=printed",
            ),
        ]
    return [group for group in groups if group is not None]


def _group(
    rows: CertificateRows[BookletRequest], *, key: str, label: str, kind: str, icon: str, url: str
) -> WorkList | None:
    first = list(rows[: _WORK_LINES + 1])
    if not first:
        return None
    total = rows.count() if len(first) > _WORK_LINES else len(first)
    items = tuple(_item(row) for row in first[:_WORK_LINES])
    return WorkList(key=key, label=_(label), kind=kind, icon=icon, items=items, total=total, url=url)


def _item(row: BookletRequest) -> WorkItem:
    member = row.certificate.member
    if row.state == RequestState.DONE:
        since, url = row.settled_on, reverse("certificates:member_handover", args=[member.pk])
    else:
        since, url = row.confirmed_on or row.reported_on, reverse("certificates:request", args=[row.pk])
    return WorkItem(
        title=_("{name}：{cause}").format(name=member.name, cause=_(CAUSE_LABELS[RequestCause(row.cause)])),
        detail=_("{branch}，编号{number}，{day}").format(
            branch=member.branch.short_name,
            number=format_number(row.certificate.number),
            day=since.isoformat() if since else "",
        ),
        url=url,
    )
