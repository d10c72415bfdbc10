"""The year of points: opened with a class for each member, closed with the annual review."""

from collections.abc import Collection, Sequence
from datetime import date

from django.db import transaction

from zhibu.audit.actions import Deed, record, record_many
from zhibu.core.access import Refused, Scope
from zhibu.core.locks import hold
from zhibu.core.months import month_of, shift_month
from zhibu.core.text import gettext_noop
from zhibu.core.wording import said
from zhibu.members.actions.bulk import insert_rows, stored_by, stored_date_by, update_rows
from zhibu.members.models import Member
from zhibu.points.actions.entries import RECORD
from zhibu.points.actions.locks import CONFIRM, ledger_name
from zhibu.points.actions.many import Posting, write_postings
from zhibu.points.models import Account
from zhibu.points.policies import catalogue_of_year
from zhibu.points.rules.catalogue import CLASS_LABELS
from zhibu.points.summaries.totals import totals_with_years, years_of

_PART = 5000


@transaction.atomic
def open_year(*, by: Scope, year: int, branch_ids: Sequence[int] | None, on: date) -> int:
    """Open the year for every enrolled member of the branches (None: the whole scope) that has none yet.

    Everyone starts at the base, in the class the facts of today say. Returns how many; again: none.
    Refused for a year further than the next.
    """
    by.require_any(RECORD)
    check_year(year, on=on)
    hold(year_name(year))
    members = Member.objects.visible_to(by, RECORD).enrolled()
    if branch_ids is not None:
        members = members.filter(branch__in=list(branch_ids))
    opened = Account.objects.filter(year=year).values("member")
    waiting = list(
        members.exclude(pk__in=opened).order_by("pk").values_list("pk", "branch_id", "branch__path")
    )
    if not waiting:
        return 0
    catalogue = catalogue_of_year(year)
    history = stored_by(Account, "class_history")([])
    counts: dict[tuple[int, str], int] = {}
    for start in range(0, len(waiting), _PART):
        part = waiting[start : start + _PART]
        years = years_of([pk for pk, _, _ in part], year, catalogue=catalogue)
        insert_rows(
            Account,
            ("member", "year", "member_class", "base", "class_reason", "class_history", "grade", "veto"),
            [(pk, year, years[pk].member_class, catalogue.base, "", history, "", False) for pk, _, _ in part],
        )
        for _, branch_id, path in part:
            counts[branch_id, path] = counts.get((branch_id, path), 0) + 1
    _record_each("points.year.opened", counts, year=year, by=by)
    return len(waiting)


@transaction.atomic
def close_year_of(*, by: Scope, member_ids: Collection[int], year: int, on: date) -> int:
    """Freeze total, grade and veto of these members' year; returns how many were closed now.

    With the annual review, or earlier when a standing ends. Closed years stay as they are. Refused for
    members outside the scope and for a year that has not begun. Suspended members have no grade.
    """
    check_year(year, on=on)
    hold(year_name(year))
    ids = sorted(set(member_ids))
    places = dict[int, tuple[int, str]]()
    for start in range(0, len(ids), _PART):
        part = ids[start : start + _PART]
        for pk, branch_id, path in Member.objects.filter(pk__in=part).values_list(
            "pk", "branch_id", "branch__path"
        ):
            places[pk] = (branch_id, path)
    for path in {path for _, path in places.values()}:
        by.require(CONFIRM, path)
    history, day, closed = stored_by(Account, "class_history")([]), stored_date_by()(on), 0
    counts: dict[tuple[int, str], int] = {}
    for start in range(0, len(ids), _PART):
        part = [pk for pk in ids[start : start + _PART] if pk in places]
        found, years = totals_with_years(part, year)
        accounts = dict(
            Account.objects.select_for_update()
            .filter(member__in=part, year=year)
            .values_list("member_id", "pk")
        )
        waiting = [pk for pk in part if years[pk].closed is None]
        update_rows(
            Account,
            ("closed_on", "total", "grade", "veto"),
            [
                (day, found[pk].total, found[pk].grade, found[pk].veto, accounts[pk])
                for pk in waiting
                if pk in accounts
            ],
        )
        insert_rows(
            Account,
            (
                "member",
                "year",
                "member_class",
                "base",
                "class_reason",
                "class_history",
                "closed_on",
                "total",
                "grade",
                "veto",
            ),
            [
                (
                    pk,
                    year,
                    years[pk].member_class,
                    years[pk].base,
                    "",
                    history,
                    day,
                    found[pk].total,
                    found[pk].grade,
                    found[pk].veto,
                )
                for pk in waiting
                if pk not in accounts
            ],
        )
        closed += len(waiting)
        for pk in waiting:
            counts[places[pk]] = counts.get(places[pk], 0) + 1
    _record_each("points.year.closed", counts, year=year, by=by)
    return closed


@transaction.atomic
def post_year_end(*, by: Scope, year: int, postings: Sequence[Posting], on: date) -> int:
    """Post what the ledgers say of a whole year, before it closes; returns how many entries are new.

    What ``post_automatic`` writes for December, for many branches and also after December was sealed: a seal
    covers what was there when it was set, and the year takes entries until it closes. Posting again writes
    nothing, nor does a closed year. Refused for a year that is not over and for facts of the wrong ledger.
    """
    check_year(year, on=on)
    if on.year <= year:
        raise Refused(gettext_noop("{year}年还没有过完，不能结账。"), year=year)
    for posting in postings:
        by.require(CONFIRM, posting.branch.path)
    if not postings:
        return 0
    hold(*(ledger_name(pk) for pk in sorted({posting.branch.pk for posting in postings})))
    return write_postings(by=by, month=year * 100 + 12, postings=postings)


@transaction.atomic
def change_class(*, by: Scope, member: Member, member_class: str, reason: str, on: date) -> Account:
    """Put a member into another class from the next month on (in December: from the next year's opening).

    The year is opened for the member if it was not. The class it has already changes nothing. Nobody changes
    the own class: it decides which points count.
    """
    by.require(RECORD, member.branch.path)
    if by.user_id is not None and by.user_id == member.user_id:
        raise Refused(gettext_noop("不能调整自己的积分类别。请支部另一位委员或上级党委办理。"))
    if member_class not in CLASS_LABELS:
        raise Refused(gettext_noop("没有这一类党员，请从A到E里选。"))
    reason = said(reason)[:100]
    if len(reason) < 2:
        raise Refused(gettext_noop("请写明依据，例如病历、外出登记、任职文件。不要写病名。"))
    from_month = shift_month(month_of(on), 1)
    year = from_month // 100
    catalogue = catalogue_of_year(year)
    hold(year_name(year))
    if not Account.objects.filter(member=member, year=year).exists():
        known = years_of([member.pk], year, catalogue=catalogue)[member.pk]
        Account.objects.get_or_create(
            member=member,
            year=year,
            defaults={"member_class": known.member_class, "base": catalogue.base},
        )
    account = Account.objects.select_for_update().get(member=member, year=year)
    if account.closed_on is not None:
        raise Refused(gettext_noop("{name}{year}年的积分已经结账，不能再登记。"), name=member.name, year=year)
    current = account.class_history[-1][1] if account.class_history else account.member_class
    if current == member_class:
        return account
    # A second change before the first has begun takes its place.
    earlier = [entry for entry in account.class_history if entry[0] < from_month]
    account.class_history = [*earlier, [from_month, member_class, reason]]
    account.class_reason = reason
    account.save(update_fields=["class_history", "class_reason"])
    record(
        "points.class.changed",
        by=by,
        on=account,
        chain=member.branch_id,
        path=member.branch.path,
        data={"member": member.pk, "class": member_class, "month": str(from_month)},
    )
    return account


def year_name(year: int) -> str:
    """Under which name ``core.locks.hold`` keeps the accounts of a year: whoever opens or closes some comes alone."""
    return f"points:year:{year}"


def check_year(year: int, *, on: date) -> None:
    """Raise ``Refused`` for a year the ledger cannot have."""
    if not 2000 <= year <= on.year + 1:
        raise Refused(gettext_noop("没有{year}年的积分。只能办今年、明年和以前的。"), year=year)


def _record_each(event: str, counts: dict[tuple[int, str], int], *, year: int, by: Scope) -> None:
    record_many(
        (
            Deed(
                event,
                branch_id,
                path,
                "organizations.organization",
                str(branch_id),
                {"year": year, "count": count},
            )
            for (branch_id, path), count in sorted(counts.items())
        ),
        by=by,
    )
