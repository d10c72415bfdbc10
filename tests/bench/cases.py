"""What a county has under way, entered through the same actions as its people use: cases for the pages measured.

Imported inside an installation, after the set-up.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import cycle, islice
from types import SimpleNamespace
from typing import cast

from django.db import transaction
from django.utils import timezone

from tests.things import disposal_steps, merging_townships
from tests.world import World
from zhibu.accounts.models import User
from zhibu.accounts.summaries.scopes import scope_of
from zhibu.certificates import actions as certificates
from zhibu.certificates.actions import stock, withdrawals
from zhibu.certificates.models import BookletRequest, Certificate, Custody, Disposition, Printer, Withdrawal
from zhibu.certificates.rules.withdrawals import Trigger
from zhibu.conduct.actions import file_appeal
from zhibu.core.access import Scope
from zhibu.demo.actions import BRANCH
from zhibu.dues.models import Assessment
from zhibu.members.actions.merging import consent_merge, propose_merge
from zhibu.members.models import Member, MembershipEvent, MergeProposal
from zhibu.members.rules.events import SPECS, Entry, EventKind
from zhibu.mobility.actions import floating, floating_contacts, letters, lost, matters, receipts, transfers
from zhibu.mobility.actions.floating_rows import Details
from zhibu.mobility.models import Floating, LostContact, Transfer
from zhibu.organizations.models import Organization
from zhibu.reorganizations.actions import plan_reorganization
from zhibu.reorganizations.models import Reorganization
from zhibu.reorganizations.rules.steps import MergeBranches, MergeCommittees, NewUnit, Step

BY = Scope.system("bench")
# Of each, so many in the demonstration's branch, so many spread over the county.
HERE, COUNTY_WIDE = 3, 120
STRIDE = 1009  # a prime, so that the members named one after another live in different townships


def enter_cases(*, on: date) -> None:
    """Matters to approve, dispositions, transfers, floating and lost members, requests, withdrawals, blanks."""
    with transaction.atomic():
        free = _People()
        _events(free, on=on)
        _transfers(free, on=on)
        _away(free, on=on)
        _copies(free, on=on)
        _blanks(on=on)
        _same_person(free, on=on)
        _unassessed()
        plan_merging(*merging(branches=15, members=500, on=on), by="county2", on=on)


class _People:
    """Members in good standing with a copy in their hands and nothing under way, each named once."""

    def __init__(self) -> None:
        rows = (
            Member.objects.enrolled()
            .filter(stage="full", standing="active", is_floating=False, user=None)
            .filter(pk__in=Certificate.objects.filter(state="active").values("member"))
            .exclude(pk__in=_busy())
            .select_related("branch")
            .order_by("pk")
        )
        everyone = list(rows.exclude(branch__code=BRANCH))
        count = len(everyone)
        stride = STRIDE if count % STRIDE else STRIDE + 2
        self._elsewhere = iter([everyone[n * stride % count] for n in range(count)])
        self._here = iter(rows.filter(branch__code=BRANCH))

    def some(self, count: int = COUNTY_WIDE, *, here: int = HERE) -> Iterator[Member]:
        """The next ones, those of the branch first."""
        yield from islice(self._here, here)
        yield from islice(self._elsewhere, count - here)


def _busy() -> set[int]:
    """Members with whom anything was ever under way: each is in one case only."""
    sources = (
        *((table, "member") for table in (MembershipEvent, Transfer, Floating, LostContact)),
        *((table, "certificate__member") for table in (BookletRequest, Withdrawal, Disposition)),
        (Custody, "booklet__certificate__member"),
        (MergeProposal, "kept"),
        (MergeProposal, "dropped"),
    )
    found: set[int] = set()
    for table, member in sources:
        found.update(table._default_manager.exclude(**{member: None}).values_list(member, flat=True))
    return found


def scope(username: str, *, on: date) -> Scope:
    """What the person may do."""
    return scope_of(User.objects.get(username=username), on=on)


def _events(free: _People, *, on: date) -> None:
    """Corrections that wait for approval; deaths, whose copies wait; penalties, one appealed against."""
    for member in free.some():
        _enter(member, EventKind.BEGIN_CORRECTION, months=6, on=on)
    for member in free.some():
        _enter(member, EventKind.DIE, evidence="死亡证明", on=on)
    for n, member in enumerate(free.some(10, here=1)):
        event = _enter(member, EventKind.WARN, document="越纪〔2026〕8号", grounds="违反生活纪律", on=on)
        matters.settle_event(
            by=scope("county", on=on),
            event=event,
            approve=True,
            settled_on=on,
            document="越纪批〔2026〕8号",
            on=on,
        )
        if not n:
            file_appeal(by=BY, event=event, statement="没有听我的说明，请求复查。", filed_on=on, on=on)


def _enter(
    member: Member,
    kind: EventKind,
    *,
    on: date,
    months: int | None = None,
    document: str = "",
    grounds: str = "",
    evidence: str = "",
) -> MembershipEvent:
    steps = disposal_steps(on) if SPECS[kind].needs_steps else {}
    entry = Entry(
        kind, on, "支部党员大会", document, months=months, grounds=grounds, evidence=evidence, steps=steps
    )
    return matters.enter_event(by=BY, member=member, entry=entry, on=on)


def _transfers(free: _People, *, on: date) -> None:
    """A quarter of them at each step from the request to the receipt."""
    last = f"{on - timedelta(days=31):%Y-%m}"
    branches = cycle(Organization.objects.branches().existing().exclude(code=BRANCH).order_by("pk"))
    for n, member in enumerate(free.some(2 * COUNTY_WIDE, here=4)):
        to = next(each for each in branches if each.pk != member.branch_id)
        row: Transfer = transfers.request_transfer(
            by=BY, member=member, to_branch=to, reason="调到外地工作", on=on
        )
        if n % 4 > 0:
            transfers.agree_transfer(by=BY, transfer=row, dues_paid_to=last, on=on)
        if n % 4 > 1:
            letters.issue_letter(by=BY, transfer=row, on=on)
        if n % 4 > 2:
            receipts.receive_transfer(by=BY, transfer=row, received_on=on, on=on)


def _away(free: _People, *, on: date) -> None:
    """Floating members, every third called; members looked for, long enough that the next step is due."""
    details = Details(
        from_date=on - timedelta(days=270),
        destination="浙江省宁波市北仑区",
        contact_person="阿措克布",
        phone="13900004321",
    )
    for n, member in enumerate(free.some(3 * COUNTY_WIDE)):
        row = floating.register_out(by=BY, member=member, details=details, on=on)
        if n % 3 == 0:
            floating_contacts.log_contact(by=BY, floating=row, day=on, way="phone", who="阿措克布", on=on)
    for member in free.some(30, here=1):
        case = lost.open_case(
            by=BY,
            member=member,
            last_contact_on=on - timedelta(days=300),
            last_contact_note="春节回家见过",
            on=on,
        )
        for day in (60, 40, 20):
            lost.log_search(
                by=BY,
                case=case,
                day=on - timedelta(days=day),
                way="relatives",
                who="阿措克布",
                result="家人也没有消息",
                on=on,
            )


def _copies(free: _People, *, on: date) -> None:
    """Lost copies, reported and confirmed; withdrawals whose time to mend has passed, half of them proposed."""
    for n, member in enumerate(free.some(60)):
        request = certificates.report_request(
            by=BY, member=member, cause="lost", statement="赶集路上丢失", happened_on=on, on=on
        )
        if n % 2:
            certificates.confirm_request(
                by=BY, request=request, confirmation="支部已查找", old_returned=False, on=on
            )
    begun, until = on - timedelta(days=11), on - timedelta(days=1)
    for n, member in enumerate(free.some(40)):
        case = withdrawals.open_withdrawal(
            by=BY,
            member=member,
            trigger=Trigger.DUTIES,
            triggered_on=begun,
            facts="连续半年不参加组织生活",
            on=begun,
        )
        for day in (11, 9, 7):
            withdrawals.record_talk(
                by=BY,
                withdrawal=case,
                talked_on=on - timedelta(days=day),
                talker="阿措克布",
                content="指出问题，提出要求",
                on=on,
            )
        withdrawals.set_deadline(by=BY, withdrawal=case, deadline=until, on=on)
        if n % 2:
            withdrawals.propose_withdrawal(by=BY, withdrawal=case, proposed_on=on, on=on)


def _blanks(*, on: date) -> None:
    """Parcels on their way from the county and from the township, and a printer that waits to be calibrated."""
    county = Organization.objects.get(parent=None)
    branch = Organization.objects.select_related("parent").get(code=BRANCH)
    town = branch.parent
    assert town is not None
    for place in (county, town):
        stock.receive_blanks(by=BY, organization=place, quantity=500, day=on, on=on)
    for sender, receiver in ((county, town), (town, branch)):
        stock.send_blanks(
            by=BY, from_organization=sender, to_organization=receiver, quantity=20, day=on, on=on
        )
    for place in (county, town, branch):
        Printer.objects.create(organization=place, name="办公室打印机", by=BY.name, at=timezone.now())


def _same_person(free: _People, *, on: date) -> None:
    """Two records of one person in two branches; both sides consented, the merge waits."""
    kept, dropped = free.some(2, here=0)
    proposal = propose_merge(by=BY, kept=kept, dropped=dropped, reason="同名同日生，像是一个人", on=on)
    for username in ("county", "county2"):
        consent_merge(by=scope(username, on=on), proposal=proposal, on=on)


def _unassessed() -> None:
    """Members of the township whose dues follow from an income nobody entered.

    The copies that make 100,000 members have no assessment either: without these here the work list would
    have one group more there, not the same group with more members.
    """
    town = Organization.objects.get(code=BRANCH).parent
    assert town is not None
    rows = Member.objects.enrolled().under(town.path).exclude(pk__in=Assessment.objects.values("member"))
    Member.objects.filter(pk__in=list(rows.order_by("pk").values_list("pk", flat=True)[:12])).update(
        dues_category="retired"
    )


def merging(*, branches: int, members: int, on: date) -> tuple[Organization, Organization]:
    """Two further townships with so many branches and members, everybody numbered and with a copy in hand."""
    county = Organization.objects.get(parent=None)
    towns = merging_townships(
        cast("World", SimpleNamespace(county=county, people={})),
        branches=branches,
        members=members,
        segments=("901", "902"),  # which the demonstration county has not
    )
    for town in towns:
        certificates.number_members(by=BY, organization=town, on=on)
        certificates.prepare_booklets(by=BY, organization=town, issue_date=on, layout="pages", on=on)
        certificates.hand_over(by=BY, organization=town, handed_over_on=on, receiver="", on=on)
    return towns


def plan_merging(*towns: Organization, by: str, on: date) -> Reorganization:
    """One new township of the two, and each village of the one merged with a village of the other."""
    villages = list(Organization.objects.filter(parent__in=towns).order_by("pk"))
    steps: list[Step] = [
        MergeCommittees(
            sources=tuple(town.pk for town in towns),
            new=NewUnit(
                kind="committee",
                category="township",
                code="513400199",
                name="中国共产党凉县新市镇委员会",
                short_name="新市镇党委",
            ),
        )
    ]
    steps += [
        MergeBranches(
            sources=(villages[n].pk, villages[n + 1].pk),
            new=NewUnit(
                kind="branch",
                category="village",
                code=f"5134001992{n:02d}",
                name=f"中共凉县新{n + 1}村支部委员会",
                short_name=f"新{n + 1}村党支部",
            ),
        )
        for n in range(0, len(villages) - 1, 2)
    ]
    return plan_reorganization(
        by=scope(by, on=on),
        title="撤并乡镇",
        document="越委发〔2026〕12号",
        effective_on=on,
        steps=steps,
        on=on,
    )
