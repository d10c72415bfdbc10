"""Writing policies: draft, publish, confirm by another person, reject. A confirmed version never changes."""

from collections.abc import Mapping
from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone
from pydantic import BaseModel, ValidationError

from zhibu.audit.actions import record
from zhibu.core.access import Refused, Scope
from zhibu.core.text import gettext_noop
from zhibu.core.wording import said
from zhibu.rulebook.models import PolicyVersion
from zhibu.rulebook.policies import Policy
from zhibu.rulebook.rules import VersionState, check_effective, check_other_hand, check_state, value_refusal


class ValuesRefused(Refused):
    """Values that do not fit. Reads as its first finding; ``findings`` holds one refusal per field."""

    def __init__(self, findings: Mapping[str, Refused]) -> None:
        first = next(iter(findings.values()))
        super().__init__(first.message)
        self.params = first.params
        self.findings = findings


def checked_values(policy: Policy[BaseModel], values: Mapping[str, object]) -> dict[str, object]:
    """The values as plain data that fit the schema. Raises ``ValuesRefused``."""
    try:
        return policy.schema.model_validate(dict(values)).model_dump(mode="json")
    except ValidationError as error:
        findings = {}
        for each in error.errors():
            name = str(each["loc"][0]) if each["loc"] else ""
            known = policy.schema.model_fields.get(name)
            findings[name] = value_refusal(each["type"], (known and known.title) or name, each.get("ctx", {}))
        raise ValuesRefused(findings) from None


@transaction.atomic
def draft_version(
    *,
    by: Scope,
    policy: Policy[BaseModel],
    values: Mapping[str, object],
    effective_from: date,
    reason: str,
    on: date,
) -> PolicyVersion:
    """Write the draft of the next version; there is one draft a policy, written over until it is published."""
    by.require_any("rulebook.draft")
    plain = checked_values(policy, values)
    why = _reason(reason)
    versions = PolicyVersion.objects.select_for_update().filter(policy=policy.key)
    check_effective(effective_from, latest=_latest(policy.key), on=on)
    if versions.filter(state=VersionState.PUBLISHED).exists():
        raise Refused(gettext_noop("有一个版本正等着复核，复核或退回以后才能再起草。"))
    draft = versions.filter(state=VersionState.DRAFT).first()
    if draft is None:
        last = versions.order_by("-number").values_list("number", flat=True).first() or 0
        draft = PolicyVersion(policy=policy.key, number=last + 1)
    draft.values, draft.effective_from, draft.reason = plain, effective_from, why
    draft.drafted_by, draft.drafted_by_name, draft.drafted_at = by.user_id, by.name, timezone.now()
    try:
        with transaction.atomic():
            draft.save()
    except IntegrityError:
        raise Refused(gettext_noop("另一位同志刚刚存了这一版的草稿，请刷新后在它上面改。")) from None
    _record("rulebook.version.drafted", by, draft)
    return draft


@transaction.atomic
def publish_version(*, by: Scope, version: PolicyVersion, on: date) -> PolicyVersion:
    """Hand the draft to somebody else for confirmation."""
    by.require_any("rulebook.draft")
    row = _locked(version, VersionState.DRAFT)
    check_effective(row.effective_from, latest=_latest(row.policy), on=on)
    row.state = VersionState.PUBLISHED
    row.published_by, row.published_by_name, row.published_at = by.user_id, by.name, timezone.now()
    row.save()
    _record("rulebook.version.published", by, row)
    return row


@transaction.atomic
def confirm_version(*, by: Scope, version: PolicyVersion, on: date) -> PolicyVersion:
    """Make a published version the one in force from its day on. Refused for the person who published it."""
    by.require_any("rulebook.confirm")
    row = _locked(version, VersionState.PUBLISHED)
    check_other_hand(published_by=row.published_by, confirmer=by.user_id)
    check_effective(row.effective_from, latest=_latest(row.policy), on=on)
    row.state = VersionState.CONFIRMED
    row.confirmed_by, row.confirmed_by_name, row.confirmed_at = by.user_id, by.name, timezone.now()
    row.save()
    _record("rulebook.version.confirmed", by, row)
    return row


@transaction.atomic
def reject_version(*, by: Scope, version: PolicyVersion, reason: str) -> PolicyVersion:
    """Give a published version back with a reason; its author drafts anew."""
    by.require_any("rulebook.confirm")
    row = _locked(version, VersionState.PUBLISHED)
    row.state, row.returned_because = VersionState.REJECTED, _reason(reason)
    row.save(update_fields=["state", "returned_because"])
    _record("rulebook.version.rejected", by, row)
    return row


def _reason(text: str) -> str:
    why = said(text)[:400]
    if len(why) < 4:
        raise Refused(gettext_noop("请写明理由，至少4个字，经手的人要看。"))
    return why


def _locked(version: PolicyVersion, wanted: VersionState) -> PolicyVersion:
    row = PolicyVersion.objects.select_for_update().get(pk=version.pk)
    check_state(row.state, wanted)
    return row


def _latest(policy: str) -> date | None:
    """The day from which the last confirmed version holds."""
    confirmed = PolicyVersion.objects.filter(policy=policy, state=VersionState.CONFIRMED)
    return confirmed.order_by("-effective_from").values_list("effective_from", flat=True).first()


def _record(event: str, by: Scope, row: PolicyVersion) -> None:
    data = {"policy": row.policy, "number": row.number, "effective_from": row.effective_from.isoformat()}
    record(event, by=by, on=row, data=data)
