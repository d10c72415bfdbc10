"""Posts on branch committees, with their days."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date

from django.db import transaction

from zhibu.audit.actions import record
from zhibu.core.access import Refused, Scope
from zhibu.core.text import gettext_noop
from zhibu.members.actions.records import locked
from zhibu.members.models import Member, PostHolding
from zhibu.members.rules.posts import check_posts
from zhibu.members.rules.stages import BranchPost
from zhibu.members.summaries.events import measures_between
from zhibu.organizations.models import Organization


@transaction.atomic
def appoint_post(
    *, by: Scope, member: Member, organization: Organization, post: BranchPost, from_date: date, on: date
) -> PostHolding:
    """Enter that a member holds a post from a day on. The same post again returns the first entry."""
    by.require("members.maintain", organization.path)
    row = locked(member)
    check_posts(row.stage, row.standing, measures_between([row.pk], from_date, on)[row.pk])
    if from_date > on:
        raise Refused(gettext_noop("任职日期在今天以后。请在任职之后登记。"))
    holding, created = PostHolding.objects.get_or_create(
        member=row, organization=organization, post=post, until=None, defaults={"from_date": from_date}
    )
    if created:
        record(
            "members.post.appointed",
            by=by,
            on=row,
            chain=organization.pk,
            path=organization.path,
            data={"post": str(post)},
        )
    return holding


@transaction.atomic
def end_post(*, by: Scope, holding: PostHolding, until: date, on: date) -> PostHolding:
    """End a post; ``until`` is the first day on which it is no longer held."""
    row = (
        PostHolding.objects.select_for_update(of=("self",)).select_related("organization").get(pk=holding.pk)
    )
    by.require("members.maintain", row.organization.path)
    if row.until is not None:
        return row
    if until < row.from_date or until > on:
        raise Refused(
            gettext_noop("免职日期要在任职日期{since}和今天之间，现在是{day}。"),
            since=row.from_date,
            day=until,
        )
    row.until = until
    row.save(update_fields=["until"])
    record(
        "members.post.ended",
        by=by,
        on=row.member,
        chain=row.organization_id,
        path=row.organization.path,
        data={"post": row.post},
    )
    return row


def set_posts(wanted: Mapping[Member, tuple[str, ...]], *, on: date) -> None:
    """Make each member's open posts at the branch exactly these. For callers that check rights and record."""
    measures = measures_between([member.pk for member, posts in wanted.items() if posts], on, on)
    for member, posts in wanted.items():
        if posts:
            check_posts(member.stage, member.standing, measures[member.pk])
    held: dict[int, dict[str, int]] = defaultdict(dict)
    ids = [member.pk for member in wanted]
    for start in range(0, len(ids), 500):
        open_posts = PostHolding.objects.filter(
            member_id__in=ids[start : start + 500], until=None
        ).values_list("member_id", "member__branch_id", "organization_id", "post", "pk")
        for member_id, branch_id, organization_id, post, pk in open_posts:
            if branch_id == organization_id:
                held[member_id][post] = pk
    over = [
        pk for member, posts in wanted.items() for post, pk in held[member.pk].items() if post not in posts
    ]
    for start in range(0, len(over), 500):
        PostHolding.objects.filter(pk__in=over[start : start + 500]).update(until=on)
    PostHolding.objects.bulk_create(
        [
            PostHolding(member=member, organization_id=member.branch_id, post=post, from_date=on)
            for member, posts in wanted.items()
            for post in posts
            if post not in held[member.pk]
        ],
        batch_size=2000,
    )
