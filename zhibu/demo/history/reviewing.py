"""Last year's annual review, as the committees' books have it, and the close of that year."""

from datetime import date, datetime, time

from django.utils import timezone

from zhibu.demo.history.ledger import appraisal_month, review_year
from zhibu.demo.history.setting import Setting
from zhibu.organizations.models import Organization
from zhibu.reviews.actions.many import PastReview, enter_reviews
from zhibu.reviews.actions.reviews import close_year
from zhibu.reviews.rules import Result
from zhibu.reviews.summaries.reviewable import reviewable

_DEFERRED = (
    "证本在外地家中，没有带回来，回来后补审",
    "党费欠交的月份还没有补齐，补齐后再审",
    "身份页信息和名册不一致，核对清楚后再审",
)
_FAILED = ("全年组织生活参加不到三分之一，经提醒没有改正", "无正当理由多次不交党费，支部大会评议为不合格")
_CLOSED = 3  # committees whose year is closed; the others still can change a result


def build(setting: Setting) -> None:
    """Most passed, some deferred or failed with the reason."""
    cast, year = setting.cast, review_year(setting)
    dice = cast.dice("reviews")
    day = min(date(year + 1, 1, 20), setting.on)
    at = datetime.combine(day, time(15), tzinfo=timezone.get_current_timezone())
    listed = reviewable(setting.by, cast.county_unit, year).select_related("branch")
    names = {pk: cast.organizer(branch).name for pk, branch in cast.branches.items()}
    reviews = []
    for row in listed.only("branch", "name").order_by("branch__code", "join_date", "name", "pk"):
        chance = dice.random()
        result, reason = Result.PASSED, ""
        if chance < 0.008:
            result, reason = Result.DEFERRED, dice.choice(_DEFERRED)
        elif chance < 0.010:
            result, reason = Result.FAILED, dice.choice(_FAILED)
        reviews.append(PastReview(row.pk, result, reason, day, names.get(row.branch_id, "县委组织部"), at))
    enter_reviews(by=setting.by, organization=cast.county_unit, year=year, reviews=reviews, on=setting.on)
    if appraisal_month(setting) // 100 == year:  # the December is among the sealed months
        others = Organization.objects.filter(parent=cast.county_unit, closed_on=None).exclude(pk=cast.town.pk)
        for committee in [cast.town, *others.order_by("segment")[: _CLOSED - 1]]:
            if reviewable(setting.by, committee, year).exists():
                close_year(by=cast.organizer(committee), organization=committee, year=year, on=setting.on)
