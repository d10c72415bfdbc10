"""The register of a county, printed committee by committee."""

import zipfile
from pathlib import Path

from django.urls import reverse

from tests.world import TODAY, World
from zhibu.certificates import actions
from zhibu.certificates.tasks import print_registers
from zhibu.jobs.models import Job


class Folder:
    """A job's progress that keeps what it is told."""

    job_id = "test"

    def __init__(self, path: Path) -> None:
        self.path = path
        self.steps: list[str] = []

    def step(self, done: int, total: int, note: str = "") -> None:
        self.steps.append(f"{done}/{total} {note}")

    def problem(self, who: str, what: str) -> None:
        raise AssertionError((who, what))

    def folder(self) -> Path:
        return self.path


def test_a_county_gets_one_file_for_each_committee(world: World, tmp_path: Path) -> None:
    actions.number_members(by=world.scope("county_organizer"), organization=world.county, on=TODAY)
    progress = Folder(tmp_path)
    result = print_registers(
        progress,
        world.scope("county_organizer"),
        {"organization_id": str(world.county.pk), "state": ""},
    )
    assert result.file is not None
    with zipfile.ZipFile(result.file) as archive:
        assert archive.namelist() == ["001阿市镇党委.pdf", "002巴市镇党委.pdf"]
        assert all(archive.read(name).startswith(b"%PDF") for name in archive.namelist())
    assert progress.steps == ["0/2 阿市镇党委", "1/2 巴市镇党委"]


def test_a_searched_name_is_not_kept_with_the_job(world: World) -> None:
    address = reverse("certificates:registers", args=[world.county.pk]) + "?state=active&q=吉则日果"
    assert world.client("county_organizer").post(address).status_code == 303
    assert Job.objects.get(kind="certificates.registers").params == {
        "organization_id": str(world.county.pk),
        "state": "active",
    }
