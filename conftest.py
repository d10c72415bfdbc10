"""Fixtures for every test."""

import pytest

from tests.world import World, build_world


@pytest.fixture
def world(db: None) -> World:
    """The named test county, built anew for each test."""
    return build_world()
