"""Two records that are one person: proposed by someone, consented by both organizations, then folded."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from zhibu.audit.actions import deed, record_many
from zhibu.core.access import Denied, Refused, Scope
from zhibu.core.hands import Person, check_another
from zhibu.core.text import gettext_noop
from zhibu.members.actions.records import locked
from zhibu.members.models import Member, MemberChange, MemberPhoto, MergeProposal, PostHolding
from zhibu.members.rules.likeness import are_two_people
from zhibu.members.rules.reasons import check_reason
from zhibu.members.rules.stages import Standing
from zhibu.members.summaries.duplicates import traits_of

PERMISSION = "members.consent_merge"


@transaction.atomic
def propose_merge(*, by: Scope, kept: Member, dropped: Member, reason: str, on: date) -> MergeProposal:
    """Propose that ``dropped`` is the same person as ``kept``. Proposed again it returns the open proposal.

    Whoever proposes must see both records, so as not to probe for persons elsewhere.
    """
    for member in (kept, dropped):
        by.require(PERMISSION, member.branch.path)
    if kept.pk == dropped.pk:
        raise Refused(gettext_noop("这是同一条记录，不用合并。"))
    text = check_reason(reason)
    first, second = sorted((kept, dropped), key=lambda member: member.pk)
    locked(first)
    locked(second)
    earlier = MergeProposal.objects.open().filter(
        kept__in=(kept.pk, dropped.pk), dropped__in=(kept.pk, dropped.pk)
    )
    found = earlier.first()
    if found is not None:
        return found
    proposal = MergeProposal.objects.create(
        kept=kept,
        dropped=dropped,
        proposed_by=by.name,
        proposed_user_id=by.user_id,
        proposed_at=timezone.now(),
        reason=text,
    )
    _record("members.merge.proposed", proposal, by=by)
    return proposal


@transaction.atomic
def consent_merge(*, by: Scope, proposal: MergeProposal, on: date) -> MergeProposal:
    """Consent for the organization(s) that the person covers and that have not consented yet.

    Two organizations consent by two persons: someone who covers both (the county) speaks for one of
    them only, the kept record's first. Within one branch one consent is enough. Whoever proposed the merge
    consents for nobody.
    """
    row = _open(proposal)
    if by.user_id is None:
        raise Denied(PERMISSION)
    if any(by.covers(PERMISSION, side.branch.path) for side in (row.kept, row.dropped)):
        check_another(
            by,
            Person(row.proposed_user_id, row.proposed_by),
            gettext_noop("合并是{name}提出的，要由另一位同志同意。"),
            next_step=gettext_noop("请记录所在组织的其他负责人来办。"),
        )
    sides = [
        side
        for side in ("kept", "dropped")
        if by.covers(PERMISSION, getattr(row, side).branch.path)
        and getattr(row, f"{side}_consent_user_id") is None
    ]
    if not sides:
        if any(by.covers(PERMISSION, side.branch.path) for side in (row.kept, row.dropped)):
            return row
        raise Denied(PERMISSION)
    if row.kept.branch_id != row.dropped.branch_id:
        if by.user_id in (row.kept_consent_user_id, row.dropped_consent_user_id):
            raise Refused(
                gettext_noop("您已经代表一方同意，另一方要由另一个人同意。请另一方组织的负责人来办。")
            )
        sides = sides[:1]
    at = timezone.now()
    fields = []
    for side in sides:
        setattr(row, f"{side}_consent_by", by.name)
        setattr(row, f"{side}_consent_user_id", by.user_id)
        setattr(row, f"{side}_consent_at", at)
        fields += [f"{side}_consent_by", f"{side}_consent_user", f"{side}_consent_at"]
    row.save(update_fields=fields)
    _record("members.merge.consented", row, by=by)
    return row


@transaction.atomic
def decline_merge(*, by: Scope, proposal: MergeProposal, on: date) -> MergeProposal:
    """Say no for one side: the proposal ends, both records stay. Either side can do so until the merge."""
    row = _open(proposal)
    if not any(by.covers(PERMISSION, side.branch.path) for side in (row.kept, row.dropped)):
        raise Denied(PERMISSION)
    row.state, row.ended_at = "declined", timezone.now()
    row.save(update_fields=["state", "ended_at"])
    _record("members.merge.declined", row, by=by)
    return row


@transaction.atomic
def fold_member(*, by: Scope, proposal: MergeProposal, on: date) -> dict[str, Any]:
    """Fold the dropped record into the kept one, after both consents: posts, photo, sign-in, a missing ID move.

    Records that speak of two people on their face (``rules.are_two_people``) are folded by the county only,
    by somebody who has not proposed it.

    The dropped record stays, points to the kept one, and is in no list any more. What hangs on it in
    other apps is moved by the deed above this one (``reorganizations.actions.merging``), which calls it. Returns
    what moved, as ids and names of columns, for ``part_member``.
    """
    proposal = _open(proposal)
    first, second = sorted((proposal.kept, proposal.dropped), key=lambda member: member.pk)
    rows = {member.pk: locked(member) for member in (first, second)}
    stays, goes = rows[proposal.kept_id], rows[proposal.dropped_id]
    by.require(PERMISSION, stays.branch.path)
    if not proposal.kept_consent_at or not proposal.dropped_consent_at:
        raise Refused(
            gettext_noop("合并要有两条记录所在组织的同意，现在还没有齐。"),
            next_step=gettext_noop("请在“疑似重复”里看缺哪一方的同意。"),
        )
    if stays.standing == Standing.ENDED and goes.standing != Standing.ENDED:
        raise Refused(
            gettext_noop("要保留的“{name}”已经不在册，另一条还在册，合并以后人就没有了。"),
            name=stays.name,
            next_step=gettext_noop("请拒绝这一件，另提一件，保留在册的那一条。"),
        )
    if are_two_people(traits_of(stays), traits_of(goes)):
        _check_county_decides(by, proposal, stays)
    at = timezone.now()
    goes.merged_into = stays
    moved = _move_what_it_has(goes, stays)
    # A person signs in to one record: an account of the dropped one would go on reading what stands still.
    unlinked, goes.user_id = goes.user_id, None
    goes.save(update_fields=["merged_into", "user"])
    if moved:
        stays.save(update_fields=moved)
    journal = {
        "columns": moved,
        "unlinked": unlinked,
        "posts": _move_posts(goes, stays),
        "photo": _move_photo(goes, stays),
    }
    _note(stays, goes, by=by, at=at, keys=("merged_from", "merged_into"))
    proposal.state, proposal.ended_at = "merged", at
    proposal.save(update_fields=["state", "ended_at"])
    _record("members.merge.done", proposal, by=by)
    return journal


def _check_county_decides(by: Scope, proposal: MergeProposal, stays: Member) -> None:
    if not by.covers(PERMISSION, stays.branch.path.split(".", 1)[0] + "."):
        raise Refused(
            gettext_noop("两条记录的身份证号不同，或者姓名和出生日期都不同，要由县委组织部核对后合并。")
        )
    check_another(
        by,
        Person(proposal.proposed_user_id, proposal.proposed_by),
        gettext_noop(
            "两条记录的身份证号不同，或者姓名和出生日期都不同，合并是{name}提出的，提出的人不能自己合并。"
        ),
        next_step=gettext_noop("请县里的另一位同志核对。"),
    )


@transaction.atomic
def propose_parting(*, by: Scope, proposal: MergeProposal, reason: str, on: date) -> MergeProposal:
    """Say that a merge was wrong. The person must cover both organizations; another one parts the records."""
    row = _merged(proposal, by=by)
    if row.parting_at is not None:
        raise Refused(gettext_noop("{who}已经提出分开，等另一位同志决定，不用再提。"), who=row.parting_by)
    row.parted_reason = check_reason(reason)
    row.parting_by, row.parting_user_id, row.parting_at = by.name, by.user_id, timezone.now()
    row.save(update_fields=["parted_reason", "parting_by", "parting_user", "parting_at"])
    _record("members.merge.parting_proposed", row, by=by)
    return row


@transaction.atomic
def decline_parting(*, by: Scope, proposal: MergeProposal, on: date) -> MergeProposal:
    """The merge was right: the records stay one. Also by the person who asked."""
    row = _merged(proposal, by=by)
    if row.parting_at is None:
        raise Refused(gettext_noop("没有人提出分开，或者已经办结。请刷新页面看现在的情况。"))
    row.parted_reason, row.parting_by, row.parting_user, row.parting_at = "", "", None, None
    row.save(update_fields=["parted_reason", "parting_by", "parting_user", "parting_at"])
    _record("members.merge.parting_declined", row, by=by)
    return row


@transaction.atomic
def part_member(*, by: Scope, proposal: MergeProposal) -> tuple[Member, Member]:
    """Take a merge back: the two records stand as before, with what each had. Returns kept and dropped.

    The person must cover both organizations: whoever merged two people wrongly mends it from above. Another
    one has asked for it (``propose_parting``).
    """
    row = _merged(proposal, by=by)
    if row.parting_at is None:
        raise Refused(gettext_noop("分开要先由一位同志提出并写明理由，再由另一位同志决定。"))
    check_another(
        by,
        Person(row.parting_user_id, row.parting_by),
        gettext_noop("分开是{name}提出的，要由另一位同志决定。"),
        next_step=gettext_noop("请上级组织的其他负责人来办。"),
    )
    stays = Member.objects.select_for_update(of=("self",)).select_related("branch").get(pk=row.kept_id)
    goes = Member.objects.select_for_update(of=("self",)).select_related("branch").get(pk=row.dropped_id)
    if stays.merged_into_id is not None:
        raise Refused(gettext_noop("保留的那条记录后来又并入别的记录。请先分开后一次合并。"))
    goes.merged_into = None
    columns: list[str] = row.journal["columns"]
    if "user" in columns:
        user, stays.user = stays.user, None
        stays.save(update_fields=["user"])
        goes.user = user
    elif row.journal.get("unlinked") and not _is_linked(row.journal["unlinked"]):
        goes.user_id = row.journal["unlinked"]
    filled_in = [name for name in columns if name != "user"]
    for name in filled_in:
        setattr(stays, name, "")
    stays.save(update_fields=filled_in)
    goes.save(update_fields=["merged_into", "user"])
    PostHolding.objects.filter(pk__in=row.journal["posts"], member=stays).update(member=goes)
    if row.journal["photo"]:
        _move_photo(stays, goes)
    at = timezone.now()
    _note(stays, goes, by=by, at=at, keys=("parted_from", "parted_from"))
    row.state, row.parted_at, row.parted_by = "parted", at, by.name
    row.save(update_fields=["state", "parted_at", "parted_by"])
    _record("members.merge.parted", row, by=by)
    return stays, goes


def _note(stays: Member, goes: Member, *, by: Scope, at: datetime, keys: tuple[str, str]) -> None:
    """In the history of both records."""
    MemberChange.objects.bulk_create(
        [
            MemberChange(member=stays, at=at, by=by.name, fields={keys[0]: [str(goes.pk)]}),
            MemberChange(member=goes, at=at, by=by.name, fields={keys[1]: [str(stays.pk)]}),
        ]
    )


def _is_linked(user_id: int) -> bool:
    return Member.objects.filter(user=user_id).exists()


def _move_what_it_has(goes: Member, stays: Member) -> list[str]:
    fields = []
    if goes.user_id is not None and stays.user_id is None:
        stays.user_id, goes.user_id = goes.user_id, None
        goes.save(update_fields=["user"])  # the sign-in belongs to one record at any time
        fields.append("user")
    if goes.resident_id and not stays.resident_id:
        stays.resident_id, stays.resident_id_index = goes.resident_id, goes.resident_id_index
        fields += ["resident_id", "resident_id_index"]
        if goes.identity_reason and not stays.identity_reason:
            stays.identity_reason = goes.identity_reason
            fields.append("identity_reason")
    if goes.phone and not stays.phone:
        stays.phone = goes.phone
        fields.append("phone")
    return fields


def _move_posts(goes: Member, stays: Member) -> list[int]:
    held = set(PostHolding.objects.filter(member=stays, until=None).values_list("organization_id", "post"))
    moved = []
    for holding in PostHolding.objects.select_for_update().filter(member=goes):
        if holding.until is None and (holding.organization_id, holding.post) in held:
            continue
        holding.member = stays
        holding.save(update_fields=["member"])
        moved.append(holding.pk)
    return moved


def _move_photo(goes: Member, stays: Member) -> bool:
    photo = MemberPhoto.objects.filter(member=goes).first()
    if photo is None or MemberPhoto.objects.filter(member=stays).exists():
        return False
    MemberPhoto.objects.create(member=stays, image=photo.image, at=photo.at)
    photo.delete()
    return True


def _merged(proposal: MergeProposal, *, by: Scope) -> MergeProposal:
    row = (
        MergeProposal.objects.select_for_update(of=("self",))
        .select_related("kept__branch", "dropped__branch")
        .get(pk=proposal.pk)
    )
    for side in (row.kept, row.dropped):
        by.require(PERMISSION, side.branch.path)
    if row.state != "merged" or "columns" not in row.journal:
        raise Refused(gettext_noop("这两条记录没有合并，或者已经分开。请刷新页面看现在的情况。"))
    return row


def _open(proposal: MergeProposal) -> MergeProposal:
    row = (
        MergeProposal.objects.select_for_update(of=("self",))
        .select_related("kept__branch", "dropped__branch")
        .get(pk=proposal.pk)
    )
    if row.state != "open":
        raise Refused(gettext_noop("这条合并建议已经办结，不能再改。请刷新页面看结果。"))
    return row


def _record(event: str, proposal: MergeProposal, *, by: Scope) -> None:
    """On the chain of each organization concerned."""
    branches = {side.branch_id: side.branch for side in (proposal.kept, proposal.dropped)}
    record_many(
        [
            deed(
                event,
                on=proposal,
                chain=branch.pk,
                path=branch.path,
                data={"kept": proposal.kept_id, "dropped": proposal.dropped_id},
            )
            for branch in branches.values()
        ],
        by=by,
    )
