"""What somebody has to do today: months to mend, points to approve, an objection, a photo used twice; and an admission
the home branch has just voted on."""

import struct
import zlib
from datetime import timedelta
from uuid import UUID, uuid5

from zhibu.core.hands import Person
from zhibu.core.months import first_day, month_of
from zhibu.demo.history.setting import Setting
from zhibu.dues.actions import QuarterEntry, decide_quarterly
from zhibu.dues.models import Due
from zhibu.dues.rules.quarters import quarter_start
from zhibu.meetings.actions import attach_file, hold_meeting, plan_meeting, record_vote
from zhibu.meetings.models import Attendance, Meeting
from zhibu.meetings.rules.attendance import VOTES_HERE
from zhibu.meetings.rules.kinds import Kind
from zhibu.meetings.rules.votes import Written
from zhibu.members.models import Member
from zhibu.members.rules.stages import Stage, Standing
from zhibu.months.actions.cells import CellOperation, apply_operations
from zhibu.months.actions.exceptions import grant_exception
from zhibu.months.actions.sealing import seal_month
from zhibu.months.actions.submitting import Counted, return_month, submit_month
from zhibu.months.models import BranchMonth
from zhibu.months.rules.months import add_up
from zhibu.months.summaries.book import read_book
from zhibu.points.actions import file_objection, publish_month, record_entry
from zhibu.points.models import Entry

_OPERATIONS = UUID("8f2a4c0e-6d1b-5a33-b7d4-2b9e5c1a7f60")


def build(setting: Setting) -> None:
    """Through the actions, on the day of the build."""
    _return_one(setting)
    _correct_one(setting)
    _publish(setting)
    _propose(setting)
    _same_photo(setting)
    _admit(setting)
    _pay_by_quarter(setting)


def _pay_by_quarter(setting: Setting) -> None:
    """A branch of the town consented that someone who works away pays once a quarter, from the running one on."""
    cast, month = setting.cast, month_of(setting.on)
    owing = Due.objects.filter(month=month, kind="due", amount__gt=0, branch__parent=cast.town)
    away = owing.exclude(branch__in=(cast.home.pk, cast.sibling.pk)).exclude(member__in=list(setting.unpaid))
    due = away.select_related("member", "branch").order_by("branch__code", "member__join_date", "pk").last()
    if due is None:
        return
    quarter = quarter_start(month)
    entry = QuarterEntry(True, quarter, first_day(quarter), "常年在浙江务工，每季由家属交一次")  # noqa: FBT003
    decide_quarterly(by=cast.clerk(due.branch), member=due.member, entry=entry, on=setting.on)


def _town_months(setting: Setting, month: int, state: str) -> list[BranchMonth]:
    mine = (setting.cast.home.pk, setting.cast.sibling.pk)
    rows = BranchMonth.objects.filter(month=month, state=state, branch__parent=setting.cast.town)
    return list(rows.exclude(branch__in=mine).select_related("branch").order_by("branch__code"))


def _return_one(setting: Setting) -> None:
    """Of those that wait in the town, the first was given back."""
    waiting = _town_months(setting, setting.months[-1], "submitted")
    for row in waiting[:1]:
        by = setting.cast.organizer(row.branch)
        return_month(by=by, branch_month=row, reason="签到表少一个人签名，请核对后再报", on=setting.on)


def _correct_one(setting: Setting) -> None:
    """A sealed month reopened for one person, mended by a reversal, sealed anew."""
    cast, month = setting.cast, setting.sealed[-1]
    for row in _town_months(setting, month, "sealed")[1:2]:
        clerk, organizer = cast.clerk(row.branch), cast.organizer(row.branch)
        owing = Due.objects.filter(branch=row.branch, month=month, kind="due", amount__gt=0)
        plain = owing.exclude(member__in=list(setting.unpaid)).order_by("member__join_date", "pk").first()
        if plain is None:
            continue
        grant_exception(
            by=organizer,
            branch_month=row,
            granted_to=Person.of(clerk),
            reason="一名党员是转账交的，记成了现金",
            until=setting.on + timedelta(2),
            on=setting.on,
        )
        row = BranchMonth.objects.get(pk=row.pk)
        cell = next(each for each in read_book(row).rows if each.line.member_id == plain.member_id)
        operation = CellOperation(
            uuid5(_OPERATIONS, f"{row.pk}:{plain.member_id}"),
            plain.member_id,
            "dues",
            {"how": "self", "channel": "transfer"},
            cell.dues.version,
        )
        apply_operations(by=clerk, branch_month=row, operations=[operation], on=setting.on)
        book = read_book(BranchMonth.objects.get(pk=row.pk))
        totals = add_up(each.line for each in book.rows)
        attended = totals.came if book.held else None
        counted = Counted(totals.cash, totals.payers, attended, book.collected_on)
        row = submit_month(by=clerk, branch_month=row, counted=counted, on=setting.on)
        seal_month(by=organizer, branch_month=row, on=setting.on)


def _publish(setting: Setting) -> None:
    """The last sealed month hangs on the notice boards of the town; somebody objects."""
    cast, month = setting.cast, setting.sealed[-1]
    day = setting.on - timedelta(2)
    places = [row for row in cast.branches.values() if row.parent_id == cast.town.pk]
    for branch in places:
        publish_month(by=cast.clerk(branch), branch=branch, month=month, on=day)
    entry = (
        Entry.objects.filter(branch__in=places, month=month, item="D02", state="approved")
        .select_related("branch")
        .order_by("branch__code", "member__join_date", "pk")
        .first()
    )
    if entry is not None:
        file_objection(
            by=cast.clerk(entry.branch),
            entry=entry,
            text="本人托侄子代交了，侄子说在赶集天交给了组织委员，请核实。",
            on=setting.on - timedelta(1),
        )


def _propose(setting: Setting) -> None:
    """Two entries of the home branch wait for another person."""
    cast = setting.cast
    people = [each for each in setting.people if each.branch == cast.home.pk and each.is_enrolled]
    chosen = [each for each in people if each.suspended_from is None and each.pk not in setting.unpaid]
    for n, person in enumerate(chosen[6:8]):
        record_entry(
            by=cast.clerk(cast.home),
            member=Member.objects.select_related("branch").get(pk=person.pk),
            item=("B02", "B04")[n],
            fact_on=setting.on,
            evidence=("清理村道，签到表第3行", "调解宅基地纠纷，调解档案12号")[n],
            operation=uuid5(_OPERATIONS, f"entry:{person.pk}"),
            on=setting.on,
        )


def _same_photo(setting: Setting) -> None:
    """The odd branch attached one picture to two theme days."""
    days = Meeting.objects.filter(branch=setting.odd, kind=Kind.THEME_PARTY_DAY, state="held")
    for meeting in days.filter(month__in=setting.sealed[-4:-2]).select_related("branch").order_by("on"):
        attach_file(
            by=setting.cast.clerk(setting.odd),
            meeting=meeting,
            name=f"主题党日{meeting.on.month}月.png",
            content=_picture(),
            on=setting.on,
        )


def _admit(setting: Setting) -> None:
    """The home branch voted on the newcomer who waits to be entered: more than half came, two who could not had written."""
    cast, month = setting.cast, setting.months[-1]
    home, clerk = cast.home, cast.clerk(cast.home)
    row = plan_meeting(
        by=clerk,
        branch=home,
        kind=Kind.MEMBERS_MEETING,
        day=max(cast.ago(12), first_day(month)),
        title="支部党员大会：讨论接收预备党员",
        place="村党群服务中心",
        chair=cast.officers(home)[0],
        recorder=cast.officers(home)[-1],
        on=setting.on,
    )
    here = [
        each
        for each in setting.people
        if each.branch == home.pk and each.is_enrolled and not each.is_floating
    ]
    plain = Member.objects.filter(
        pk__in=[each.pk for each in here], stage=Stage.FULL, standing=Standing.ACTIVE
    )
    away = list(plain.order_by("join_date", "pk").values_list("pk", flat=True)[3:6])
    hold_meeting(
        by=clerk,
        meeting=row,
        exceptions=dict.fromkeys(away, ("leave", "值班")),
        on=setting.on,
    )
    present = Attendance.objects.filter(meeting=row, status__in=VOTES_HERE, has_vote=True).count()
    written = Written(ayes=min(len(away), 2))
    record_vote(
        by=clerk,
        meeting=row,
        motion=f"关于接收{cast.name('newly admitted')}为预备党员的决议",
        ayes=present - 1,
        noes=0,
        abstained=1,
        admits=True,
        written=written,
        on=setting.on,
    )


def _picture() -> bytes:
    """A small plain PNG: 48 by 32 points of one color."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"\x00" + b"\xb4\x2b\x2b" * 48) * 32
    header = struct.pack(">IIBBBBB", 48, 32, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(rows, 9))
        + chunk(b"IEND", b"")
    )
