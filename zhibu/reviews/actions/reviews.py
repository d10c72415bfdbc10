"""The annual review and the close of a year."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

from django.db import transaction
from django.utils import timezone

from zhibu.audit.actions import deed, record, record_many
from zhibu.core.access import Refused, Scope
from zhibu.core.locks import hold
from zhibu.core.text import gettext_noop
from zhibu.education import actions as education
from zhibu.education.rules.counting import Hours
from zhibu.members.models import Member
from zhibu.organizations.models import Organization
from zhibu.points import actions as points
from zhibu.points.policies import catalogue_in_force
from zhibu.reviews.models import Review, YearClose
from zhibu.reviews.policies import REVIEWS
from zhibu.reviews.rules import Facts, Result, check_close, check_result, check_year, doubts, seen_mark
from zhibu.reviews.summaries.reviewable import as_reviewed, last_day, reviewable
from zhibu.reviews.summaries.reviews import census_of, digest_of, facts_of, open_months, page_of
from zhibu.reviews.summaries.study import hours_of
from zhibu.rulebook.policies import values_in_force

CONFIRM = "months.confirm"
STUDY_ITEM = "Y01"


@transaction.atomic
def review_clear(*, by: Scope, organization: Organization, year: int, seen: str, on: date) -> int:
    """Pass all clear certificates of a unit that wait; those a person must look at stay. Returns how many.

    ``seen``: the mark of the unclear ones the reviewer had on the page (``rules.reviews.seen_mark``). Refused
    when they are others by now: the reviewer looks again. Repeating it passes nobody twice.
    """
    by.require(CONFIRM, organization.path)
    check_year(year, on=on)
    hold(f"reviews:{year}:{organization.path.split('.')[0]}")
    _check_open(organization, year)
    page = page_of(by, organization, year, on=on)
    if page is None:
        raise Refused(gettext_noop("这个单位党员太多，请到下一级单位分批审。"))
    if seen_mark([line.member.pk for line in page.unclear]) != seen:
        raise Refused(gettext_noop("需要逐人审的名单刚有变化，请刷新页面，看过以后再批量通过。"))
    now = timezone.now()
    rows = [
        Review(
            member=line.member,
            branch=line.member.branch,
            year=year,
            result=Result.PASSED,
            facts=stored_facts(line.facts),
            is_clear=True,
            reviewed_on=on,
            by=by.name,
            at=now,
        )
        for line in page.clear
    ]
    Review.objects.bulk_create(rows, batch_size=400)
    counts = Counter((row.branch.pk, row.branch.path) for row in rows)
    record_many(
        [
            deed(
                "reviews.reviews.passed",
                on=organization,
                chain=pk,
                path=path,
                data={"year": year, "count": n},
            )
            for (pk, path), n in counts.items()
        ],
        by=by,
    )
    return len(rows)


@transaction.atomic
def review_member(*, by: Scope, member: Member, year: int, result: Result, reason: str, on: date) -> Review:
    """Review one certificate, or decide anew while the year is open; the earlier result is kept in the row.

    By the committee above the branch of the year's last day, wherever the member belongs since.
    """
    locked = Member.objects.select_for_update(of=("self",)).select_related("branch").get(pk=member.pk)
    [row] = as_reviewed([locked], year)
    by.require(CONFIRM, row.branch.path)
    check_year(year, on=on)
    _check_open(row.branch, year)
    if not reviewable(by, row.branch, year, permission=CONFIRM).filter(pk=row.pk).exists():
        raise Refused(
            gettext_noop(
                "这位党员不参加{year}年的年审：{day}那天停止党籍、失去联系或不在册，或者没有党员证。"
            ),
            year=year,
            day=last_day(year),
        )
    text = check_result(result, reason)
    facts = facts_of([row], year)[row.pk]
    asked = values_in_force(REVIEWS, on=on).asked()
    stored = stored_facts(facts)
    held = Review.objects.select_for_update().filter(member=row, year=year).first()
    if held is not None:
        if held.result == result and held.reason == text:
            return held
        earlier = [
            *held.facts.get("earlier", []),
            {"result": held.result, "by": held.by, "on": held.reviewed_on.isoformat()},
        ]
        stored["earlier"] = earlier
    review, _created = Review.objects.update_or_create(
        member=row,
        year=year,
        defaults={
            "branch": row.branch,
            "result": result,
            "reason": text,
            "facts": stored,
            "is_clear": not doubts(facts, asked),
            "reviewed_on": on,
            "by": by.name,
            "at": timezone.now(),
        },
    )
    record(
        "reviews.review.decided",
        by=by,
        on=review,
        chain=row.branch_id,
        path=row.branch.path,
        data={"year": year, "result": str(result), "member": row.pk},
    )
    return review


@transaction.atomic
def close_year(*, by: Scope, organization: Organization, year: int, on: date) -> YearClose:
    """Close a unit's year: the study hours bring their points, points and hours are frozen, the census and a digest
    over all seals are kept, the next year opens.

    Refused before the year is over, with months that are not sealed, or certificates not reviewed. Facts that
    come later go into the open year with their own date. A second call returns the first close.
    """
    by.require(CONFIRM, organization.path)
    hold(f"reviews:{year}:{organization.path.split('.')[0]}")
    before = YearClose.objects.filter(organization=organization, year=year).first()
    if before is not None:
        return before
    listed = reviewable(by, organization, year, permission=CONFIRM).order_by()
    members = as_reviewed(list(listed.defer("resident_id", "phone")), year)
    reviewed = Review.objects.filter(year=year, member__in=listed.values("pk")).count()
    check_close(
        open_months=open_months(organization, year), unreviewed=len(members) - reviewed, year=year, on=on
    )
    branches = list(Organization.objects.existing().branches().under(organization.path))
    hours = hours_of(members, year)
    _post_study(by, members, hours, year, on)
    education.close_year(by=by, branches=branches, year=year)
    points.close_year_of(by=by, member_ids=[member.pk for member in members], year=year, on=on)
    points.open_year(by=by, year=year + 1, branch_ids=[branch.pk for branch in branches], on=on)
    census = census_of(organization, year, hours.values())
    row = YearClose.objects.create(
        organization=organization,
        year=year,
        census=census,
        digest=digest_of(organization, year, census),
        closed_on=on,
        by=by.name,
        at=timezone.now(),
    )
    record(
        "reviews.year.closed",
        by=by,
        on=row,
        chain=organization.pk,
        path=organization.path,
        data={"year": year, "count": len(members)},
    )
    return row


def _post_study(
    by: Scope,
    members: Sequence[Member],
    hours: Mapping[int, Hours],
    year: int,
    on: date,
) -> None:
    """Y01 for the share of the hours (points.toml): a share of the points in force in December."""
    last = date(year, 12, 31)
    item = catalogue_in_force(on=last.replace(day=1)).items[STUDY_ITEM]
    facts: dict[int, list[points.AutomaticFact]] = defaultdict(list)
    for member in members:
        tenths = hours[member.pk].share_of(item.tenths)
        if tenths:
            facts[member.branch_id].append(
                points.AutomaticFact(member.pk, STUDY_ITEM, last, "study", f"{member.pk}:{year}", tenths)
            )
    at = timezone.now()
    branches = {member.branch_id: member.branch for member in members}
    postings = [points.Posting(branches[pk], facts[pk], at) for pk in sorted(facts)]
    points.post_year_end(by=by, year=year, postings=postings, on=on)


def _check_open(organization: Organization, year: int) -> None:
    """Refused once the unit's year, or that of a unit above it, is closed."""
    parts = organization.path.rstrip(".").split(".")
    above = [".".join(parts[: n + 1]) + "." for n in range(len(parts))]
    if YearClose.objects.filter(organization__path__in=above, year=year).exists():
        raise Refused(gettext_noop("{year}年已经结账，年审结果不能再改。以后发现的情况记在今年。"), year=year)


def stored_facts(facts: Facts) -> dict[str, object]:
    """The facts the reviewer had, as JSON."""
    return {name: getattr(facts, name) for name in facts.__slots__}
