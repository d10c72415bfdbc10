"""Makes the counties that the journeys run in. ``python -m tests.browser.county world|empty|clerk …``."""

import os
import sys
from datetime import date
from pathlib import Path

PASSWORD_FOR_FIRST_CHANGE = "First-sign-in-2026"


def main(arguments: list[str]) -> None:
    """Run one step in the database that the environment names."""
    _keys()
    import django

    django.setup()
    steps = {
        "world": make_world,
        "empty": make_empty,
        "sheets": write_sheets,
        "branches": tell_branches,
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


def make_clerk(username: str, code: str) -> None:
    """A branch clerk at the organization with this code."""
    from tests.world import grant, make_user
    from zhibu.organizations.models import Organization

    branch = Organization.objects.get(code=code)
    grant(make_user(username, "邻村书记"), "branch_clerk", branch)


if __name__ == "__main__":
    main(sys.argv[1:])
