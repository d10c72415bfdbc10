"""``python -m tests.backups.county``: the named test county with a sealed month, in the place of the environment.

Prints session keys of county organizers, a line each.
"""

import os
from pathlib import Path

import django

from zhibu.core.crypto import KeyRing


def main() -> None:
    """Keys, tables, county, sessions, a result of a job."""
    os.umask(0o077)
    folder = Path(os.environ["ZHIBU_VAR"])
    keys = folder / "keys.toml"
    keys.touch(mode=0o600)
    keys.write_text(KeyRing.generate().dumps(), "utf-8")
    django.setup()
    from tests.world import build_world
    from zhibu.cli.serving import migrate
    from zhibu.months.tests.month_steps import sealed

    migrate()
    world = build_world()
    sealed(world)
    for name in ("county_organizer", "county_organizer_2") * 2:
        print(world.client(name).session.session_key)
    results = folder / "results"
    results.mkdir(mode=0o700)
    (results / "booklets.zip").write_bytes(b"a result" * 100_000)


if __name__ == "__main__":
    main()
