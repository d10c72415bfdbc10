"""The clock of the deeds."""

import pytest

from tests.world import NOW


@pytest.fixture
def done_today(monkeypatch: pytest.MonkeyPatch) -> None:
    """Deeds are done on the test county's day, so that they can be undone on it."""
    monkeypatch.setattr("zhibu.reorganizations.actions.doing.timezone.now", lambda: NOW)
