"""Somebody is to be entered into the books: one person proposes, another decides."""

import json
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.utils import timezone

from zhibu.audit.actions import deed, record_many
from zhibu.core.access import Refused, Scope
from zhibu.core.dates import parse_date
from zhibu.core.hands import Person, check_another
from zhibu.core.text import gettext_noop
from zhibu.members.actions.enrollment import NewMember, insert_members, number_taken
from zhibu.members.actions.records import check_branch
from zhibu.members.models import EnrollmentProposal, Member
from zhibu.members.querysets import number_index
from zhibu.members.rules.facts import Facts, check_facts
from zhibu.members.rules.posts import check_posts
from zhibu.members.rules.reasons import check_reason
from zhibu.members.rules.stages import Standing

MAINTAIN: Final = "members.maintain"
SETTLE: Final = "members.settle_events"
_DATES: Final = ("birth_date", "join_date", "confirmation_date")
_FEW: Final = 500


@transaction.atomic
def propose_enrollments(
    *,
    by: Scope,
    rows: Sequence[NewMember],
    reason: str,
    on: date,
    from_sheet: bool = False,
    arrival: Mapping[str, str] | None = None,
    returning: Member | None = None,
    tick: Callable[[int, int], None] | None = None,
) -> list[EnrollmentProposal]:
    """Propose people for the books: all or none. Nobody is a member by it.

    ``arrival``: what the letter of someone from another county says; ``returning``: the old record the person
    comes back to. Refused: facts that break the rules, a resident ID that is in the books or waits already.
    """
    why, at = check_reason(reason), timezone.now()
    for branch in {row.branch.pk: row.branch for row in rows}.values():
        by.require(MAINTAIN, branch.path)
        check_branch(branch)
    made = []
    for done, row in enumerate(rows):
        check_facts(row.facts, on=on)
        if row.posts:
            check_posts(row.facts.stage, Standing.ACTIVE)
        made.append(
            EnrollmentProposal(
                branch=row.branch,
                name=row.facts.name,
                birth_date=row.facts.birth_date,
                stage=row.facts.stage,
                resident_id_index=number_index(row.facts.resident_id),
                facts=_packed(row),
                from_sheet=from_sheet,
                arrival=dict(arrival or {}),
                proposed_by=by.name,
                proposed_user_id=by.user_id,
                proposed_at=at,
                reason=why,
            )
        )
        if tick is not None and done % _FEW == 0:
            tick(done, len(rows))
    own = returning.resident_id_index if returning is not None else ""
    _check_numbers_free([row.resident_id_index for row in made if row.resident_id_index], but=own)
    try:
        with transaction.atomic():
            EnrollmentProposal.objects.bulk_create(made, batch_size=_FEW)
    except IntegrityError:
        raise _waits_already() from None
    _record("members.enrollment.proposed", made, by=by)
    return made


@transaction.atomic
def accept_enrollments(
    *,
    by: Scope,
    proposals: Sequence[EnrollmentProposal],
    known: Mapping[int, int] | None = None,
    note: str = "",
    on: date,
) -> list[EnrollmentProposal]:
    """Enter the people proposed: all or none. Never by the person who proposed one of them.

    ``known``: proposal -> old record, for those who come back; the deed above puts them where they belong.
    """
    rows, back = _locked(proposals, by=by), known or {}
    new = [row for row in rows if row.pk not in back]
    ids = insert_members(by=by, rows=[unpacked(row) for row in new], on=on) if new else []
    ids_by_row = {**back, **{row.pk: pk for row, pk in zip(new, ids, strict=True)}}
    members = Member.objects.select_related("branch").in_bulk(sorted(ids_by_row.values()))
    for row in rows:
        row.state, row.member, row.facts = "accepted", members[ids_by_row[row.pk]], ""
    _settle(rows, note, by=by)
    _record("members.enrollment.accepted", rows, by=by)
    return rows


@transaction.atomic
def decline_enrollments(
    *, by: Scope, proposals: Sequence[EnrollmentProposal], note: str, on: date
) -> list[EnrollmentProposal]:
    """Say no, with the reason; nobody is entered. What the proposal held of the person is removed."""
    rows, why = _locked(proposals, by=by), check_reason(note)
    for row in rows:
        row.state, row.facts = "declined", ""
    _settle(rows, why, by=by)
    _record("members.enrollment.declined", rows, by=by)
    return rows


@transaction.atomic
def withdraw_enrollment(
    *, by: Scope, proposal: EnrollmentProposal, note: str, on: date
) -> EnrollmentProposal:
    """Take a proposal back, by whoever may propose there."""
    row = _open([proposal])[0]
    by.require(MAINTAIN, row.branch.path)
    why = check_reason(note)
    row.state, row.facts = "withdrawn", ""
    _settle([row], why, by=by)
    _record("members.enrollment.withdrawn", [row], by=by)
    return row


def unpacked(row: EnrollmentProposal) -> NewMember:
    """Whom an open proposal names."""
    plain: dict[str, Any] = json.loads(row.facts)
    posts = tuple(plain.pop("posts"))
    for name in _DATES:
        plain[name] = parse_date(plain[name]) if plain[name] else None
    return NewMember(row.branch, Facts(**plain), posts, row.proposed_by)


def _packed(row: NewMember) -> str:
    plain = {name: str(v) if isinstance(v, date) else v for name, v in row.facts._asdict().items()}
    return json.dumps({**plain, "posts": list(row.posts)}, ensure_ascii=False)


def _open(proposals: Sequence[EnrollmentProposal]) -> list[EnrollmentProposal]:
    ids = sorted({proposal.pk for proposal in proposals})
    rows: list[EnrollmentProposal] = []
    found = EnrollmentProposal.objects.select_for_update(of=("self",)).select_related("branch").order_by("pk")
    for start in range(0, len(ids), _FEW):
        rows += found.filter(pk__in=ids[start : start + _FEW])
    for row in rows:
        if row.state != "proposed":
            raise Refused(
                gettext_noop("{name}的登记已经由{who}办结，不能再办。请刷新页面看结果。"),
                name=row.name,
                who=row.settled_by,
            )
    return rows


def _locked(proposals: Sequence[EnrollmentProposal], *, by: Scope) -> list[EnrollmentProposal]:
    rows = _open(proposals)
    for row in rows:
        by.require(SETTLE, row.branch.path)
        check_another(
            by,
            Person(row.proposed_user_id, row.proposed_by),
            gettext_noop("{who}的登记是{name}提出的，提出的人不能自己决定。"),
            next_step=gettext_noop("请上级组织的另一位同志决定。"),
            who=row.name,
        )
    return rows


def _settle(rows: Sequence[EnrollmentProposal], note: str, *, by: Scope) -> None:
    at = timezone.now()
    for row in rows:
        row.settled_by, row.settled_user_id, row.settled_at = by.name, by.user_id, at
        row.settled_note = note.strip()[:200]
    columns = ["state", "facts", "member", "settled_by", "settled_user", "settled_at", "settled_note"]
    EnrollmentProposal.objects.bulk_update(rows, columns, batch_size=_FEW)


def _check_numbers_free(numbers: Sequence[str], *, but: str = "") -> None:
    for start in range(0, len(numbers), _FEW):
        some = numbers[start : start + _FEW]
        known = Member.objects.filter(resident_id_index__in=some, merged_into=None)
        if known.exclude(resident_id_index=but).exists():
            raise number_taken()
        if EnrollmentProposal.objects.open().filter(resident_id_index__in=some).exists():
            raise _waits_already()


def _waits_already() -> Refused:
    return Refused(gettext_noop("这个身份证号的登记已经提出，正等着决定，不用再提一次。"))


def _record(event: str, rows: Sequence[EnrollmentProposal], *, by: Scope) -> None:
    """One record on the chain of each branch, naming the proposals."""
    ids: dict[int, list[int]] = defaultdict(list)
    for row in rows:
        ids[row.branch_id].append(row.pk)
    branches = {row.branch_id: row.branch for row in rows}
    record_many(
        [
            deed(event, on=branches[pk], chain=pk, path=branches[pk].path, data={"ids": some})
            for pk, some in ids.items()
        ],
        by=by,
    )
