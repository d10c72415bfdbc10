"""Annual reviews of many certificates taken over from older books: what ``review_member`` writes for each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from zhibu.audit.actions import deed, record_many
from zhibu.core.access import Refused, Scope
from zhibu.core.text import gettext_noop
from zhibu.members.actions.bulk import insert_rows, stored_by
from zhibu.members.models import Member
from zhibu.organizations.models import Organization
from zhibu.reviews.actions.reviews import CONFIRM, stored_facts
from zhibu.reviews.models import Review, YearClose
from zhibu.reviews.policies import REVIEWS
from zhibu.reviews.rules import Result, check_result, check_year, doubts
from zhibu.reviews.summaries.reviewable import last_day, to_review
from zhibu.reviews.summaries.reviews import facts_of
from zhibu.rulebook.policies import values_in_force

_PART = 1000
_COLUMNS = ("member", "branch", "year", "result", "reason", "facts", "is_clear", "reviewed_on", "by", "at")


@dataclass(frozen=True, slots=True)
class PastReview:
    """What a reviewer said of a member's certificate, and when."""

    member_id: int
    result: Result
    reason: str
    reviewed_on: date
    by: str
    at: datetime


@transaction.atomic
def enter_reviews(
    *, by: Scope, organization: Organization, year: int, reviews: Sequence[PastReview], on: date
) -> int:
    """Enter results for members of a unit who have none for the year yet; returns how many.

    Refused as a whole: a year that is closed there, a member who is not reviewed, a deferral or a failure
    without its reason.
    """
    by.require(CONFIRM, organization.path)
    check_year(year, on=on)
    if YearClose.objects.filter(organization__path__startswith=organization.path, year=year).exists():
        raise Refused(gettext_noop("{year}年已经结账，年审结果不能再改。以后发现的情况记在今年。"), year=year)
    members = {row.pk: row for row in to_review(by, organization, year, permission=CONFIRM)}
    held = set(Review.objects.filter(year=year).values_list("member_id", flat=True))
    wanted = [each for each in reviews if each.member_id not in held]
    if any(each.member_id not in members for each in wanted):
        raise Refused(
            gettext_noop(
                "名单里有人不参加{year}年的年审：{day}那天停止党籍、失去联系或不在册，或者没有党员证。"
            ),
            year=year,
            day=last_day(year),
        )
    asked = values_in_force(REVIEWS, on=on).asked()
    stored = {name: stored_by(Review, name) for name in ("reason", "facts", "reviewed_on", "at")}
    rows = []
    for start in range(0, len(wanted), _PART):
        part = wanted[start : start + _PART]
        people: list[Member] = [members[each.member_id] for each in part]
        facts = facts_of(people, year)
        for each, member in zip(part, people, strict=True):
            known = facts[member.pk]
            rows.append(
                (
                    member.pk,
                    member.branch_id,
                    year,
                    str(each.result),
                    stored["reason"](check_result(each.result, each.reason)),
                    stored["facts"](stored_facts(known)),
                    not doubts(known, asked),
                    stored["reviewed_on"](each.reviewed_on),
                    each.by,
                    stored["at"](each.at),
                )
            )
    ids = insert_rows(Review, _COLUMNS, rows)
    record_many(
        (
            deed(
                "reviews.review.decided",
                on=Review(pk=pk),
                chain=members[each.member_id].branch_id,
                path=members[each.member_id].branch.path,
                data={"year": year, "result": str(each.result), "member": each.member_id},
            )
            for pk, each in zip(ids, wanted, strict=True)
        ),
        by=by,
    )
    return len(rows)
