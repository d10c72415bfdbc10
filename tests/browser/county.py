"""Makes the counties that the journeys run in. ``python -m tests.browser.county world|empty|demo|life|…``."""

import os
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

PASSWORD_FOR_FIRST_CHANGE = "First-sign-in-2026"
# Members of A1 in the county "life": each journey has its own, so that none depends on another.
LIVES = (
    "海来阿且",
    "木帕木乃",
    "马海拉洛",
    "阿余尔且",
    "曲比拉铁",
    "杨光",
    "苏呷尔古",
    "吉克木果",
    "沙马尔布",
    "阿苦日呷",
)


def main(arguments: list[str]) -> None:
    """Run one step in the database that the environment names."""
    _keys()
    import django

    django.setup()
    steps: dict[str, Callable[..., None]] = {
        "world": make_world,
        "empty": make_empty,
        "demo": make_demo,
        "life": make_life,
        "cycles": make_cycles,
        "months": make_months,
        "sheets": write_sheets,
        "branches": tell_branches,
        "places": tell_places,
        "clerk": make_clerk,
    }
    steps[arguments[0]](*arguments[1:])


def _keys() -> None:
    from zhibu.core.crypto import KeyRing

    file = Path(os.environ["ZHIBU_VAR"]) / "keys.toml"
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(KeyRing.generate().dumps(), "utf-8")


def make_world() -> None:
    """The named test county; ``newcomer`` still has a first one."""
    from tests.world import build_world, grant, make_user
    from zhibu.cli.serving import migrate

    migrate()
    world = build_world()
    newcomer = make_user("newcomer", "马小燕", password=PASSWORD_FOR_FIRST_CHANGE)
    newcomer.must_change_password = True
    newcomer.save()
    grant(newcomer, "branch_clerk", world.a1)


def make_empty() -> None:
    """The demo county's committee and its county organizer, nothing below."""
    from django.utils import timezone

    from tests.world import grant, make_user
    from zhibu.cli.serving import migrate
    from zhibu.core.access import Scope
    from zhibu.demo.units import COUNTY_CODE, COUNTY_NAME, COUNTY_SHORT_NAME
    from zhibu.organizations.actions import found_county

    migrate()
    county = found_county(
        by=Scope.system("tests"),
        code=COUNTY_CODE,
        name=COUNTY_NAME,
        short_name=COUNTY_SHORT_NAME,
        opened_on=date(1950, 4, 1),
        on=timezone.localdate(),
    )
    grant(make_user("county_organizer", "王芳"), "county_organizer", county)


def make_demo() -> None:
    """The whole demonstration county, as `make demo` builds it."""
    from django.utils import timezone

    from zhibu.cli.serving import migrate
    from zhibu.demo.actions import build_demo
    from zhibu.imports.sheets import no_ticker

    migrate()
    build_demo(on=timezone.localdate(), tick=no_ticker)


def make_life() -> None:
    """The named test county with a clerk of B1 and one member of A1 for each journey of a certificate.

    Nobody has a number yet. The public page may be asked as often as the journeys do.
    """
    from django.utils import timezone

    from tests.world import build_world, grant, make_member, make_user
    from zhibu.cli.serving import migrate
    from zhibu.rulebook import actions
    from zhibu.rulebook.policies import policies

    migrate()
    world, today = build_world(), timezone.localdate()
    grant(make_user("secretary_b1", "吉木阿各"), "branch_clerk", world.b1)
    for name in LIVES:
        make_member(branch=world.a1, name=name)
    appellant = make_user("member_a1_2", "沙马石一")
    make_member(branch=world.a1, name=appellant.name, user=appellant)
    grant(appellant, "member", world.a1)
    booklet = policies()["booklet"]
    draft = actions.draft_version(
        by=world.scope("county_organizer"),
        policy=booklet,
        values={**booklet.shipped().model_dump(), "lookups_per_minute": 600},
        effective_from=today,
        reason="核验频繁的演练",
        on=today,
    )
    published = actions.publish_version(by=world.scope("county_organizer"), version=draft, on=today)
    actions.confirm_version(by=world.scope("county_organizer_2"), version=published, on=today)


def make_cycles() -> None:
    """The county of the journeys through months, quarters and years."""
    from django.utils import timezone

    from tests.browser.cycle_county import make_cycles as make
    from zhibu.cli.serving import migrate

    migrate()
    make(timezone.localdate())


def make_months() -> None:
    """The county whose months are filled on bad lines."""
    from django.utils import timezone

    from tests.browser.cycle_county import make_months as make
    from zhibu.cli.serving import migrate

    migrate()
    make(timezone.localdate())


def write_sheets(folder: str, townships: str) -> None:
    """The two demo spreadsheets, reduced to some townships; prints their paths."""
    from django.utils import timezone

    from zhibu.demo.workbooks import write_workbooks

    for path in write_workbooks(Path(folder), on=timezone.localdate(), townships=int(townships)):
        sys.stdout.write(f"{path}\n")


def tell_branches() -> None:
    """Prints two sibling branches with members: "id code" each."""
    from django.db.models import Count

    from zhibu.members.models import Member
    from zhibu.organizations.models import Organization

    peopled = (
        Member.objects.values("branch__parent")
        .annotate(branches=Count("branch", distinct=True))
        .filter(branches__gte=2)
        .values_list("branch__parent", flat=True)
    )
    for row in Organization.objects.filter(
        parent=peopled[0], pk__in=Member.objects.values("branch")
    ).order_by("segment")[:2]:
        sys.stdout.write(f"{row.pk} {row.code}\n")


def tell_places(folder: str) -> None:
    """Prints the demo password, id of a branch, id of its first member, the token of a booklet, path of a roster to preview."""
    from tests.spreadsheets import with_cell
    from zhibu.certificates.models import Booklet
    from zhibu.certificates.tokens import token_for
    from zhibu.core.access import Scope
    from zhibu.demo.actions import BRANCH, PASSWORD
    from zhibu.imports.sheets import sheets
    from zhibu.imports.workbooks import export
    from zhibu.organizations.models import Organization

    branch = Organization.objects.get(code=BRANCH)
    booklet = (
        Booklet.objects.filter(certificate__member__branch=branch, state="issued")
        .select_related("certificate")
        .order_by("certificate__number")[0]
    )
    sheet = sheets()["roster"]
    content = export(sheet, sheet.export(Scope.system("tests"), branch.path))
    content = with_cell(content, "籍贯", "四川喜德", row=1)
    content = with_cell(content, "身份证号", "5.13E+17", row=2)
    content = with_cell(content, "出生日期", "1970.2.30", row=3)
    roster = Path(folder) / "普雄镇党员名册.xlsx"
    roster.write_bytes(content)
    told = (PASSWORD, branch.pk, booklet.certificate.member_id, token_for(booklet), roster)
    sys.stdout.write("".join(f"{each}\n" for each in told))


def make_clerk(username: str, code: str) -> None:
    """A branch clerk at the organization with this code."""
    from tests.world import grant, make_user
    from zhibu.organizations.models import Organization

    branch = Organization.objects.get(code=code)
    grant(make_user(username, "邻村书记"), "branch_clerk", branch)


if __name__ == "__main__":
    main(sys.argv[1:])
