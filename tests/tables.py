"""The tables that these migrations make, kept as a file: the next SQLite database begins with a copy."""

import hashlib
import shutil
from pathlib import Path

import django

ROOT = Path(__file__).parent.parent


def kept_tables() -> Path:
    """Where they are kept, whether or not they are there yet; another name after any change of the migrations."""
    whole = hashlib.sha256(django.__version__.encode())
    for file in [*sorted(ROOT.glob("zhibu/*/migrations/*.py")), ROOT / "zhibu/audit/guards.py"]:
        whole.update(file.read_bytes())
    folder = ROOT / "build"
    folder.mkdir(exist_ok=True)
    return folder / f"test-{whole.hexdigest()[:16]}.sqlite3"


def lay_tables(folder: Path) -> None:
    """Begin the SQLite database of an installation's folder with them, if they are kept: migrating finds it done."""
    if kept_tables().exists():
        file = folder / "zhibu.sqlite3"
        shutil.copyfile(kept_tables(), file)
        file.chmod(0o600)
