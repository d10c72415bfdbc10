"""What a killed print leaves does not stay."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from zhibu.jobs.files import passing_folder, passing_folders, sweep_passing

# The age of files is told by the disk's clock.
pytestmark = pytest.mark.dated


def test_the_folder_of_a_killed_process_goes_and_that_of_a_living_one_stays(
    settings: object, tmp_path: Path
) -> None:
    settings.VAR = tmp_path  # type: ignore[attr-defined]
    killed = (
        "import os, pathlib, signal, sys; folder = pathlib.Path(sys.argv[1]) / f'{os.getpid()}-left';"
        "folder.mkdir(mode=0o700); (folder / 'data.json').write_text('{}'); os.kill(os.getpid(), signal.SIGKILL)"
    )
    subprocess.run([sys.executable, "-c", killed, str(passing_folders())], check=False)
    with passing_folder() as own:
        assert len(list(passing_folders().iterdir())) == 2
        assert sweep_passing(now=time.time()) == 1
        assert list(passing_folders().iterdir()) == [own]
        assert own.stat().st_mode & 0o777 == passing_folders().stat().st_mode & 0o777 == 0o700
    assert list(passing_folders().iterdir()) == []


def test_a_folder_older_than_an_hour_goes_whoever_has_its_number_now(
    settings: object, tmp_path: Path
) -> None:
    settings.VAR = tmp_path  # type: ignore[attr-defined]
    with passing_folder() as folder:
        made = folder.stat().st_mtime
        assert sweep_passing(now=made + 3500) == 0
        assert sweep_passing(now=made + 3700) == 1
