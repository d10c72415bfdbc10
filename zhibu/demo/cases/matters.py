"""What several kinds of cases do: decide a matter in two steps, carry its disposition out."""

from datetime import date, timedelta

from zhibu.certificates.actions import carry_out
from zhibu.certificates.models import Disposition
from zhibu.core.access import Scope
from zhibu.demo.cases.cast import Cast
from zhibu.members.models import Member, MembershipEvent
from zhibu.members.rules.events import SPECS, DisposalStep, Entry, EventKind, Level
from zhibu.mobility.actions.matters import enter_event, settle_event

MEETING = "支部党员大会"
DISCIPLINE_BODY = "中共越西县纪律检查委员会"


def propose(
    cast: Cast, member: Member, kind: EventKind, *, decided: date, **facts: object
) -> MembershipEvent:
    """Entered by the branch after its meeting; penalties by the committee's organizer."""
    discipline = SPECS[kind].is_discipline
    if SPECS[kind].needs_steps:
        facts["steps"] = {
            step: decided - timedelta(days=5 * (len(DisposalStep) - n)) for n, step in enumerate(DisposalStep)
        }
    entry = Entry(
        kind=kind,
        decided_on=decided,
        decided_by=str(facts.pop("decided_by", DISCIPLINE_BODY if discipline else MEETING)),
        document=str(facts.pop("document", cast.county_document(decided) if discipline else "")),
        **facts,  # type: ignore[arg-type]
    )
    by = cast.organizer(member.branch) if discipline else cast.clerk(member.branch)
    return enter_event(by=by, member=member, entry=entry, on=decided)


def decide(
    cast: Cast, member: Member, kind: EventKind, *, decided: date, settled: date, **facts: object
) -> MembershipEvent:
    """Entered, and approved by the committee, by the county for penalties and what is the county's."""
    event = propose(cast, member, kind, decided=decided, **facts)
    return approve(cast, event, settled=settled)


def approve(cast: Cast, event: MembershipEvent, *, settled: date) -> MembershipEvent:
    """The higher organization approves."""
    kind, branch = EventKind(event.kind), event.member.branch
    by_county = SPECS[kind].level == Level.COUNTY or SPECS[kind].is_discipline
    return settle_event(
        by=cast.county if by_county else cast.organizer(branch),
        event=event,
        approve=True,
        settled_on=settled,
        document=cast.county_document(settled) if by_county else cast.document(branch, settled),
        on=settled,
    )


def refuse(cast: Cast, event: MembershipEvent, *, settled: date, note: str) -> MembershipEvent:
    """The higher organization refuses, with its reason."""
    branch = event.member.branch
    return settle_event(
        by=cast.organizer(branch),
        event=event,
        approve=False,
        settled_on=settled,
        document="",
        note=note,
        on=settled,
    )


def dispose(
    cast: Cast,
    disposition: Disposition,
    whereabouts: str,
    day: date,
    *,
    by: Scope | None = None,
    **told: str,
) -> Disposition:
    """What was done with the copy, by the committee unless ``by`` says otherwise."""
    branch = disposition.certificate.member.branch
    return carry_out(
        by=by or cast.organizer(branch),
        disposition=disposition,
        whereabouts=whereabouts,
        on_day=day,
        on=day,
        **told,
    )


def archive(cast: Cast, member: Member) -> str:
    """Where the committee keeps booklets."""
    above = member.branch.parent
    return f"{above.short_name if above else member.branch.short_name}档案室铁皮柜"
