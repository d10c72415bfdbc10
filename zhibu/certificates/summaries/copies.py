"""Reads that answer a page: the register, a member's certificate, a verification."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, QuerySet

from zhibu.certificates.models import Booklet, Certificate, NumberAlias, PrintBatch
from zhibu.certificates.policies import BOOKLET
from zhibu.certificates.querysets import Certificates
from zhibu.certificates.rules.copies import BookletState, Outcome, State, judge, parse_number
from zhibu.certificates.tokens import read_token
from zhibu.core.access import Refused, Scope
from zhibu.core.db import key_ring
from zhibu.core.text import mask_name
from zhibu.members.models import Member
from zhibu.members.querysets import Members
from zhibu.organizations.models import Organization
from zhibu.rulebook.policies import values_in_force


@dataclass(frozen=True, slots=True)
class Totals:
    """Members of an organization by what became of their certificate."""

    by_state: dict[str, int]
    unnumbered: int
    printed: int

    @property
    def numbered(self) -> int:
        """All who have a number."""
        return sum(self.by_state.values())


def register_rows(
    scope: Scope, organization: Organization, *, state: str = "", text: str = ""
) -> Certificates[Any]:
    """The register (登记台账) of an organization in the order of numbers. One query when read."""
    found = Certificate.objects.visible_to(scope, "certificates.read")
    if organization.parent_id is not None:  # the county's register is the whole table: no join for the filter
        found = found.under(organization.path)
    if state == "printed":
        found = found.filter(booklets__state="printed")
    elif state in set(State):
        found = found.filter(state=state)
    if text:
        found = found.matching(text)
    return (
        found.with_live_booklet()
        .select_related("member", "member__branch")
        .annotate(
            serial=F("live__serial"),
            booklet_state=F("live__state"),
            issue_date=F("live__issue_date"),
            handed_over_on=F("live__handed_over_on"),
            receiver=F("live__receiver"),
        )
        .order_by("number")
    )


def register_list(
    scope: Scope, organization: Organization, *, state: str = "", text: str = ""
) -> Certificates[Any] | Members[Member]:
    """What the page of a register lists: its rows, or the members without a number for ``state`` "unnumbered"."""
    if state == "unnumbered":
        return unnumbered(scope, organization).matching(text)
    return register_rows(scope, organization, state=state, text=text)


def unnumbered(scope: Scope, organization: Organization) -> Members[Member]:
    """Enrolled members under the organization who have no number yet."""
    has_number = Exists(Certificate.objects.filter(member=OuterRef("pk")))
    found = Member.objects.visible_to(scope, "certificates.read").enrolled().filter(~has_number)
    if organization.parent_id is not None:
        found = found.filter(branch__path__startswith=organization.path)
    return found.select_related("branch").order_by("branch__code", "pinyin", "pk")


def register_totals(scope: Scope, organization: Organization) -> Totals:
    """Counts over the whole register, whatever the page shows. Three queries."""
    certificates = Certificate.objects.visible_to(scope, "certificates.read")
    booklets = Booklet.objects.visible_to(scope, "certificates.read").filter(state="printed")
    if organization.parent_id is not None:
        certificates = certificates.under(organization.path)
        booklets = booklets.filter(certificate__member__branch__path__startswith=organization.path)
    counted = dict(certificates.order_by().values_list("state").annotate(n=Count("pk")))
    return Totals(counted, unnumbered(scope, organization).order_by().count(), booklets.count())


def resolve(scope: Scope, text: str) -> Certificate | None:
    """The certificate a number, an old number or an alias stands for, if the scope may see its holder.

    A serial may follow the number (005-011-015-3/01): it names the same certificate.
    """
    typed = text.split("/", maxsplit=1)[0].strip()
    try:
        number = parse_number(typed)
    except Refused:
        number = ""
    certificates = Certificate.objects.visible_to(scope, "certificates.read").select_related(
        "member", "member__branch"
    )
    found = certificates.filter(number=number).first() if number else None
    if found is not None and found.state != State.VOIDED:
        return found
    alias = NumberAlias.objects.filter(text__in=[number or typed, typed]).first()
    return certificates.filter(pk=alias.certificate_id).first() if alias else found


@dataclass(frozen=True, slots=True)
class MemberCertificate:
    """A member's certificate with its copies, newest first, and the numbers that also resolve to it."""

    certificate: Certificate | None
    booklets: list[Booklet]
    aliases: list[str]

    @property
    def live(self) -> Booklet | None:
        """The copy in use or about to be: the one that is not void."""
        return next((row for row in self.booklets if row.state != BookletState.VOIDED), None)

    @property
    def voided(self) -> list[Booklet]:
        """Void copies, newest first."""
        return [row for row in self.booklets if row.state == BookletState.VOIDED]


def certificate_of(member: Member) -> MemberCertificate:
    """Three queries."""
    certificate = Certificate.objects.filter(member=member).first()
    if certificate is None:
        return MemberCertificate(None, [], [])
    booklets = list(Booklet.objects.filter(certificate=certificate).order_by("-serial"))
    aliases = list(NumberAlias.objects.filter(certificate=certificate).values_list("text", flat=True))
    return MemberCertificate(certificate, booklets, aliases)


def recent_batches(scope: Scope) -> QuerySet[PrintBatch]:
    """Print orders in the scope, newest first."""
    return (
        PrintBatch.objects.visible_to(scope, "certificates.print")
        .select_related("organization", "member")
        .order_by("-ordered_at")
    )


@dataclass(frozen=True, slots=True)
class Verification:
    """What the public page may say. Everything but the outcome is empty unless the booklet is valid."""

    outcome: Outcome
    certificate_id: int | None = None
    number: str = ""
    serial: int = 0
    issue_date: date | None = None
    issuer: str = ""
    masked_name: str = ""
    committee: str = ""
    is_synthetic: bool = False


def verify(token: str, *, on: date) -> Verification:
    """Judge what a QR code says. At most five queries; a forged code costs none."""
    try:
        claim = read_token(token, key_ring().public_keys())
    except ValueError:
        return Verification(Outcome.UNKNOWN)
    copies = Booklet.objects.filter(serial=claim.serial, issue_date=claim.issued_on).select_related(
        "certificate__member__branch__numbering_root"
    )
    booklet = copies.filter(certificate__number=claim.number).first()
    if booklet is None:  # printed before the county gave the member another number
        before = NumberAlias.objects.filter(text=claim.number, reason="renumbered")
        booklet = copies.filter(certificate__in=before.values("certificate")).first()
    if booklet is None:
        return Verification(Outcome.UNKNOWN)
    certificate = booklet.certificate
    member = certificate.member
    outcome = judge(
        certificate_state=certificate.state, booklet_state=booklet.state, standing=member.standing
    )
    if outcome != Outcome.VALID:
        return Verification(outcome, certificate.pk)
    shown = values_in_force(BOOKLET, on=on).show_masked_name
    root = member.branch.numbering_root
    return Verification(
        outcome,
        certificate.pk,
        claim.number,
        booklet.serial,
        booklet.issue_date,
        booklet.issuer,
        mask_name(member.name) if shown else "",
        root.short_name if shown and root else "",
        member.is_synthetic,
    )


def register_lines(
    scope: Scope, organization: Organization, *, state: str = "", text: str = ""
) -> Iterator[Certificate | Member]:
    """Every row of ``register_list``, for prints and workbooks, at constant memory."""
    return register_list(scope, organization, state=state, text=text).iterator(chunk_size=2000)
