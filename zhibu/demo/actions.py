"""Building the demonstration county, through the same actions and importers as a real one."""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from django.conf import settings

from zhibu.accounts.actions import grant_role, open_account
from zhibu.audit.actions import set_anchor
from zhibu.certificates.actions import hand_over, number_members, prepare_booklets
from zhibu.certificates.models import Certificate
from zhibu.certificates.rules.copies import State
from zhibu.core.access import Refused, Scope
from zhibu.core.text import gettext_noop
from zhibu.demo.cases import build_before, build_cases
from zhibu.demo.cases.cast import Cast
from zhibu.demo.clock import written_on
from zhibu.demo.history import build_history
from zhibu.demo.people import BEGUN_AGO
from zhibu.demo.units import COUNTY_CODE, COUNTY_NAME, COUNTY_SHORT_NAME
from zhibu.demo.workbooks import write_rosters, write_workbooks
from zhibu.imports.actions import run_file
from zhibu.imports.sheets import Sheet, Ticker
from zhibu.members.actions import link_account
from zhibu.members.importers import ROSTER
from zhibu.members.models import EnrollmentProposal, Member, PostHolding
from zhibu.members.policies import TAKE_OVER
from zhibu.members.rules.stages import Standing
from zhibu.mobility.actions.enrollments import settle_enrollments
from zhibu.organizations.actions import found_county
from zhibu.organizations.importers import ORGANIZATIONS
from zhibu.organizations.models import Organization
from zhibu.rulebook.actions import confirm_version, draft_version, publish_version
from zhibu.rulebook.policies import policies

PASSWORD = "Yuexi-Demo-2026"  # noqa: S105 (printed for everyone; the demonstration refuses to run elsewhere)
BRANCH = "513434104201"  # a village branch of 普雄镇
SIBLING = "513434104202"
# Days ago: the county began in summer, so that cases could happen since; newcomers followed in autumn.
NUMBERED_AGO, ISSUED_AGO, NEWCOMERS_AGO = 152, 145, 26
WAITING_COMMITTEE = 2  # its booklets are printed and not handed over


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody to sign in as: ``place`` is an organization's code, ``name`` "" takes the branch secretary's."""

    username: str
    label: str
    role: str
    place: str
    name: str = ""


PEOPLE = (
    DemoPerson("county", gettext_noop("县委组织部"), "county_organizer", COUNTY_CODE, "王海燕"),
    DemoPerson("county2", gettext_noop("县委组织部，复核人"), "county_organizer", COUNTY_CODE, "李建军"),
    DemoPerson("puxiong", gettext_noop("普雄镇党委组织干事"), "committee_organizer", "513434104", "刘洋"),
    DemoPerson("branch", gettext_noop("村党支部书记"), "branch_clerk", BRANCH),
    DemoPerson("sibling", gettext_noop("邻村党支部书记"), "branch_clerk", SIBLING),
    DemoPerson("member", gettext_noop("党员本人"), "member", BRANCH),
    DemoPerson("inspector", gettext_noop("督查员"), "inspector", COUNTY_CODE, "张敏"),
    DemoPerson("system", gettext_noop("系统管理员"), "system_administrator", COUNTY_CODE, "陈静"),
    DemoPerson("security", gettext_noop("安全管理员"), "security_administrator", COUNTY_CODE, "杨军"),
    DemoPerson("audit", gettext_noop("审计管理员"), "audit_administrator", COUNTY_CODE, "赵勇"),
)


def build_demo(*, on: date, tick: Ticker, townships: int | None = None) -> bool:
    """The whole county; False when it stands already. ``townships`` builds a small one for tests.

    Refuses to run where ZHIBU_DEMO is off: its password is public.
    """
    if not settings.DEMO:
        raise Refused(gettext_noop("演示县只能建在演示环境里，请先设置ZHIBU_DEMO=1。"))
    if Organization.objects.filter(parent=None).exists():
        return False
    by = Scope.system("演示县")
    tick(0, 1, "写出组织表和党员名册")
    folder = settings.VAR / "demo"
    organizations, _whole = write_workbooks(folder, on=on, townships=townships)
    begun, later = on - timedelta(days=BEGUN_AGO), on - timedelta(days=NEWCOMERS_AGO)
    rosters = write_rosters(folder, on=on, until=(begun, later, on), townships=townships)
    with written_on(begun):
        county = found_county(
            by=by,
            code=COUNTY_CODE,
            name=COUNTY_NAME,
            short_name=COUNTY_SHORT_NAME,
            opened_on=date(1950, 4, 1),
            on=begun,
        )
        _import(by, ORGANIZATIONS, organizations, on=begun, tick=tick)
        _begin(by, on=begun)
        _import(by, ROSTER, rosters[begun], on=begun, tick=tick)
    cast = Cast(county, home=BRANCH, sibling=SIBLING, on=on)
    with written_on(begun, hour=15):
        before = build_before(cast)
    _certificates(by, county, cast.town, on=on, tick=tick)
    if later in rosters:
        with written_on(later):
            _import(by, ROSTER, rosters[later], on=later, tick=tick)
            _agree(on=later)
        _newcomers(by, county, cast.town, on=on)
    if on in rosters:
        _import(by, ROSTER, rosters[on], on=on, tick=tick)
        _agree(on=on)
    _people(by, on=on)
    cast.refresh()
    build_cases(cast, before, tick=tick)
    build_history(cast, tick=tick)
    set_anchor(on=on)
    return True


def _import(by: Scope, sheet: Sheet, path: Path, *, on: date, tick: Ticker) -> None:
    report = run_file(by=by, sheet=sheet, path=path, on=on, apply=True, tick=tick)
    if report.state != "applied":
        raise Refused(gettext_noop("演示数据没有导入成功：{reason}"), reason=report.sentence)


def _begin(by: Scope, *, on: date) -> None:
    """The day from which nobody enters the books by one person alone."""
    version = draft_version(
        by=by,
        policy=policies()[TAKE_OVER.key],
        values={"start_on": on.isoformat()},
        effective_from=on,
        reason="全县从这一天启用",
        on=on,
    )
    confirm_version(by=by, version=publish_version(by=by, version=version, on=on), on=on)


def _agree(*, on: date) -> None:
    """The county agrees to the new members of a roster."""
    waiting = list(EnrollmentProposal.objects.open().filter(from_sheet=True).order_by("pk"))
    settle_enrollments(by=Scope.system("县委组织部"), proposals=waiting, accept=True, on=on)


def _committees(county: Organization, town: Organization) -> list[tuple[Organization, bool]]:
    """Committees whose booklets are printed, in order, and whether they wait; the last but ``town`` has none yet."""
    rows = list(Organization.objects.filter(parent=county).order_by("segment"))
    unprinted = [each for each in rows if each.pk != town.pk][-1:]
    return [
        (each, place == WAITING_COMMITTEE)
        for place, each in enumerate(rows, start=1)
        if each not in unprinted
    ]


def _certificates(by: Scope, county: Organization, town: Organization, *, on: date, tick: Ticker) -> None:
    """Most booklets handed over in summer, one township's printed and waiting, the last one's not yet printed."""
    tick(0, 1, "核定党员证编号")
    numbered = on - timedelta(days=NUMBERED_AGO)
    with written_on(numbered):
        number_members(by=by, organization=county, on=numbered)
    committees = _committees(county, town)
    for done, (committee, waits) in enumerate(committees, start=1):
        tick(done, len(committees), "制发党员证")
        if not Member.objects.enrolled().under(committee.path).exists():
            continue
        issued = on - timedelta(days=30 if waits else ISSUED_AGO)
        with written_on(issued):
            prepare_booklets(by=by, organization=committee, issue_date=issued, layout="pages", on=issued)
        if not waits:
            received = issued + timedelta(days=8 + done % 5)
            _hand_over(by, committee, received)


def _newcomers(by: Scope, county: Organization, town: Organization, *, on: date) -> None:
    """Who joined since the first booklets; the newest of all still wait for a number."""
    numbered, issued = (on - timedelta(days=NEWCOMERS_AGO - days) for days in (2, 6))
    with written_on(numbered):
        number_members(by=by, organization=county, on=numbered)
    for committee, waits in _committees(county, town):
        new = Certificate.objects.without_live_booklet().filter(state=State.NOT_ISSUED).under(committee.path)
        if waits or not new.filter(member__standing=Standing.ACTIVE).exists():
            continue
        with written_on(issued):
            prepare_booklets(by=by, organization=committee, issue_date=issued, layout="pages", on=issued)
        _hand_over(by, committee, issued + timedelta(days=8))


def _hand_over(by: Scope, committee: Organization, received: date) -> None:
    with written_on(received):
        hand_over(by=by, organization=committee, handed_over_on=received, receiver="", on=received)


def _people(by: Scope, *, on: date) -> None:
    """The sign-ins, each with the role on its place since the booklets; the member is linked to a record of the branch."""
    since = on - timedelta(days=NUMBERED_AGO)
    for person in PEOPLE:
        place = Organization.objects.filter(code=person.place).first()
        if place is None:  # a small county may lack the township
            continue
        secretary = (
            PostHolding.objects.filter(organization=place, post="secretary").select_related("member").first()
        )
        middle_aged = date(on.year - 52, 1, 1), date(on.year - 38, 1, 1)
        others = Member.objects.filter(
            branch=place, stage="full", birth_date__range=middle_aged, is_floating=False
        )
        others = others.exclude(pk__in=PostHolding.objects.filter(organization=place).values("member"))
        record = others.order_by("join_date", "pk").first() if person.role == "member" else None
        name = person.name or (
            record.name if record else secretary.member.name if secretary else person.label
        )
        user, _password = open_account(
            by=by, username=person.username, name=name, first_password=PASSWORD, must_change=False
        )
        grant_role(by=by, user=user, role=person.role, organization=place, from_date=since)
        if record is not None:
            link_account(by=by, member=record, user=user)


def sign_ins() -> list[tuple[str, str]]:
    """Username and who it is, for the welcome text."""
    return [(person.username, person.label) for person in PEOPLE]
