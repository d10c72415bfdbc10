"""Transfers at every step: inside the town, inside the county, out of it and into it; those of the past year."""

from datetime import date

from zhibu.core.checkdigits import mod_11_2
from zhibu.core.dates import full_since
from zhibu.core.resident_id import SYNTHETIC_REGION
from zhibu.demo.cases.cast import Candidate, Cast, disposition_of, ordinary
from zhibu.demo.cases.matters import archive, dispose
from zhibu.members.models import Member, MembershipEvent
from zhibu.members.rules.events import EventKind
from zhibu.members.rules.facts import Facts
from zhibu.members.rules.stages import Stage, Standing
from zhibu.mobility.actions.arrivals import propose_arrival
from zhibu.mobility.actions.enrollments import settle_enrollments
from zhibu.mobility.actions.history import PastTransfer, enter_past_transfers
from zhibu.mobility.actions.letters import issue_letter
from zhibu.mobility.actions.receipts import confirm_receipt, receive_transfer
from zhibu.mobility.actions.transfers import agree_transfer, cancel_transfer, request_transfer
from zhibu.mobility.models import Transfer
from zhibu.organizations.models import Organization

_REASONS = (
    "婚后随家庭迁居",
    "工作调动",
    "易地搬迁后在安置点常住",
    "退休后回原籍居住",
    "在镇上开店，长期居住",
    "到村任职",
)
_OUTSIDE = (
    ("中共西昌市西城街道航天路社区委员会", "退休后随子女到西昌居住"),
    ("中共成都市双流区东升街道三里坝社区委员会", "在成都购房，长期居住"),
    ("中共宁波市北仑区大碶街道企业综合委员会", "在宁波务工满五年，用工企业已建党组织"),
    ("中共甘洛县普昌镇委员会", "工作调动"),
)


def build(cast: Cast) -> None:
    """What is under way, what is done, what went wrong."""
    _shown(cast)
    _over_the_county(cast)
    _out(cast)
    _in(cast)
    _past(cast)


def _month(day: date) -> str:
    return f"{day.year}-{day.month:02d}"


def _move(
    cast: Cast, member: Member, to: Organization, *, days: int, reason: str, until: str = "received"
) -> Transfer:
    """Requested so many days ago, and taken up to a step, some days between each."""
    origin = member.branch
    row = request_transfer(
        by=cast.clerk(origin) if until != "asked" else cast.clerk(to),
        member=member,
        reason=reason,
        to_branch=to,
        on=cast.ago(days),
    )
    if until in ("requested", "asked"):
        return row
    row = agree_transfer(
        by=cast.clerk(origin), transfer=row, dues_paid_to=_month(cast.ago(days - 3)), on=cast.ago(days - 3)
    )
    if until == "agreed":
        return row
    row = issue_letter(by=cast.organizer(origin), transfer=row, on=cast.ago(days - 6))
    if until == "issued":
        return row
    day = cast.ago(days - 13)
    return receive_transfer(by=cast.clerk(to), transfer=row, received_on=day, on=day)


def _beside(cast: Cast, branch: Organization, n: int, *, same_town: bool = False) -> Organization:
    """Another branch to move to; of the same committee or of another one."""
    places = [
        row
        for row in cast.branches.values()
        if row.pk != branch.pk
        and (row.parent_id == branch.parent_id) == same_town
        and row.parent_id != cast.home.parent_id
    ]
    if same_town or not places:
        places = [
            row for row in cast.branches.values() if row.parent_id == branch.parent_id and row.pk != branch.pk
        ]
    return places[n * 37 % len(places)]


def _shown(cast: Cast) -> None:
    """A handful inside the town: something to do for the branch, its neighbor and the committee."""
    home, sibling, town = cast.home, cast.sibling, cast.town
    for member in cast.take(
        1, at=sibling
    ):  # the branch wants its neighbor's member: the neighbor agrees first
        _move(cast, member, home, days=4, reason=_REASONS[4], until="asked")
    for member in cast.take(1, at=home):
        _move(cast, member, sibling, days=9, reason=_REASONS[0], until="agreed")
    for member in cast.take(1, at=home):
        _move(cast, member, _beside(cast, home, 3), days=30, reason=_REASONS[1], until="issued")
    for n, member in enumerate(cast.take(1, at=home)):
        _move(cast, member, _beside(cast, home, n, same_town=True), days=52, reason=_REASONS[5])
    for n, member in enumerate(cast.take(3, at=town)):
        to = (home, sibling, _beside(cast, member.branch, n, same_town=True))[n]
        _move(cast, member, to, days=80 - 12 * n, reason=_REASONS[2])
    for member in cast.take(1):  # the letter to the branch is out
        _move(cast, member, home, days=16, reason=_REASONS[3], until="issued")
    for member in _overdue(cast):  # and one whose probation is full: the branch is warned
        _move(cast, member, home, days=15, reason=_REASONS[0], until="issued")
    for member in cast.take(1, at=town):  # nobody received it in time
        _move(cast, member, _beside(cast, member.branch, 5), days=51, reason=_REASONS[1], until="issued")


def _overdue(cast: Cast) -> list[Member]:
    """Somebody outside the town whose probation is full and about whom no branch has met."""
    proposed = MembershipEvent.objects.filter(kind__in=(EventKind.CONFIRM, EventKind.EXTEND_PROBATION))
    rows = (
        Member.objects.enrolled()
        .filter(
            stage=Stage.PROBATIONARY, standing=Standing.ACTIVE, join_date__lte=full_since(cast.ago(30), 12)
        )
        .exclude(pk__in=proposed.values("member"))
        .exclude(branch__parent=cast.home.parent_id)
        .select_related("branch__parent")
    )
    return list(rows.order_by("branch__code", "join_date", "name")[:1])


def _over_the_county(cast: Cast) -> None:
    untils = ("requested", "agreed", "issued", "asked")
    for n, member in enumerate(cast.take(4)):
        _move(
            cast,
            member,
            _beside(cast, member.branch, n + 2),
            days=8 + n,
            reason=_REASONS[n],
            until=untils[n],
        )
    for n, member in enumerate(cast.take(2)):
        row = _move(
            cast, member, _beside(cast, member.branch, n + 9), days=62, reason=_REASONS[n], until="issued"
        )
        if n == 0:
            cancel_transfer(
                by=cast.clerk(member.branch), transfer=row, reason="本人决定不去了，撤回转接", on=cast.ago(40)
            )
    for n, member in enumerate(cast.take(16)):
        to = _beside(cast, member.branch, n + 20, same_town=n % 3 == 0)
        _move(cast, member, to, days=118 - 6 * n, reason=_REASONS[n % len(_REASONS)])


def _out(cast: Cast) -> None:
    """Out of the county: one finished and its booklet reclaimed, one finished and waiting, others on the way."""
    members = [*cast.take(1, at=cast.town), *cast.take(1, at=cast.home), *cast.take(3)]
    for n, member in enumerate(members):
        outside, reason = _OUTSIDE[n % len(_OUTSIDE)]
        days = (88, 12, 65, 20, 72)[n]
        clerk, organizer = cast.clerk(member.branch), cast.organizer(member.branch)
        row = request_transfer(
            by=clerk,
            member=member,
            reason=reason,
            outside=outside,
            dues_paid_to=_month(cast.ago(days)),
            on=cast.ago(days),
        )
        if n == 1:
            continue
        row = issue_letter(by=organizer, transfer=row, on=cast.ago(days - 2))
        if n == 3:
            continue
        day = cast.ago(days - 20)
        row = confirm_receipt(
            by=organizer, transfer=row, received_on=day, received_by=outside.removesuffix("委员会"), on=day
        )
        if n != 2 and row.event is not None:
            dispose(
                cast, disposition_of(row.event), "reclaimed", cast.ago(days - 24), place=archive(cast, member)
            )


def _in(cast: Cast) -> None:
    """From other counties, with a letter; entered into the books, so they come on top of the roster's rows."""
    places = [cast.home, *list(cast.branches.values())[2:4]]
    origins = (
        ("中共喜德县光明镇委员会", "喜组介〔{year}〕第86号", "回村创业，长期居住"),
        ("中共西昌学院委员会", "西院组介〔{year}〕第312号", "毕业后到村工作"),
        ("中共冕宁县城厢镇委员会", "冕组介〔{year}〕第41号", "婚后随家庭迁居"),
    )
    for n, (branch, (outside, letter, reason)) in enumerate(zip(places, origins, strict=True)):
        birth = date(cast.on.year - 29 - 4 * n, 3 + n, 12)
        join = date(cast.on.year - 6 - 3 * n, 7, 1)
        written, received = cast.ago(58 - 14 * n), cast.ago(47 - 14 * n)
        facts = Facts(
            name=cast.name(f"from outside {n}"),
            sex="1",
            ethnic_group="07",
            birth_date=birth,
            education="31" if n else "41",
            join_date=join,
            confirmation_date=join.replace(year=join.year + 1),
            stage="full",
            dues_category="farmer" if n != 1 else "salaried",
            resident_id=_resident_id(birth, 991),
            phone=f"1991000{n:04d}",
        )
        proposal = propose_arrival(
            by=cast.clerk(branch),
            branch=branch,
            facts=facts,
            outside=outside,
            letter=letter.format(year=cast.on.year),
            letter_on=written,
            letter_until=None,
            dues_paid_to=_month(written),
            received_on=received,
            reason=reason,
            on=received,
        )
        settle_enrollments(by=cast.organizer(branch), proposals=[proposal], accept=True, on=received)


def _resident_id(birth: date, sequence: int) -> str:
    body = f"{SYNTHETIC_REGION}{birth:%Y%m%d}{sequence:03d}"
    return body + mod_11_2(body)


def _past(cast: Cast) -> None:
    """Those of the past year, before the county began with this system."""

    def moved_once(person: Candidate) -> bool:
        return ordinary(person) and (cast.on - person.join).days > 3 * 365

    rows = []
    for n, member in enumerate(
        [*cast.take(2, at=cast.town, wanted=moved_once), *cast.take(40, wanted=moved_once)]
    ):
        day = cast.ago(150 + n * 5)
        origin = _beside(cast, member.branch, n + 3, same_town=n % 4 == 0)
        outside = "" if n % 7 else _OUTSIDE[n % len(_OUTSIDE)][0]
        rows.append(
            PastTransfer(
                member_id=member.pk,
                from_branch=None if outside else origin,
                to_branch=member.branch,
                outside=outside,
                received_on=day,
                letter=f"越西{(origin.parent or origin).short_name[:2]}字〔{day.year}〕第{n % 17 + 3}号"
                if not outside
                else f"〔{day.year}〕第{n + 120}号",
                dues_paid_to=_month(day),
            )
        )
    enter_past_transfers(by=cast.county, rows=rows, on=cast.on)
