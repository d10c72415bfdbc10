"""Whoever uploads a sheet waits before the screen."""

from zhibu.jobs.kinds import job_kinds


def test_sheets_go_before_prints_and_downloads_that_wait() -> None:
    assert {key for key, kind in job_kinds().items() if kind.is_first} == {"imports.check", "imports.apply"}
