"""Makes the counties that the journeys run in. ``python -m tests.browser.county world|empty|clerk …``."""

import os
import sys
from pathlib import Path

PASSWORD_FOR_FIRST_CHANGE = "First-sign-in-2026"


def main(arguments: list[str]) -> None:
    """Run one step in the database that the environment names."""
    _keys()
    import django

    django.setup()
    steps = {"world": make_world, "empty": make_empty, "clerk": make_clerk}
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
    """A county committee, its county organizer, nothing below."""
    from tests.world import grant, make_organization, make_user
    from zhibu.cli.serving import migrate

    migrate()
    county = make_organization(
        parent=None,
        kind="county_committee",
        category="other",
        code="513434",
        name="中国共产党越西县委员会",
        short_name="越西县委",
    )
    grant(make_user("county_organizer", "王芳"), "county_organizer", county)


def make_clerk(username: str, code: str) -> None:
    """A branch clerk at the organization with this code; prints its id."""
    from tests.world import grant, make_user
    from zhibu.organizations.models import Organization

    branch = Organization.objects.get(code=code)
    grant(make_user(username, "邻村书记"), "branch_clerk", branch)
    sys.stdout.write(f"{branch.pk}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
