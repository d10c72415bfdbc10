"""The reading room's sheet instead of the real ones."""

from collections.abc import Iterator

import pytest
from django.conf import LazySettings

from zhibu.imports.tests.shelf import BOOKS
from zhibu.jobs.kinds import job_kinds


@pytest.fixture
def shelf(settings: LazySettings) -> Iterator[None]:
    """An empty shelf, and the engine's own jobs only."""
    settings.SHEETS = ["zhibu.imports.tests.shelf.SHELF"]
    settings.JOB_KINDS = ["zhibu.imports.tasks.KINDS"]
    BOOKS.clear()
    job_kinds.cache_clear()
    yield
    BOOKS.clear()
    job_kinds.cache_clear()
