"""The product's settings, with the bench's bare views beside the product's addresses."""

from zhibu.config.settings import *  # noqa: F403 (the product's own)
from zhibu.config.settings import TEMPLATES

ROOT_URLCONF = "tests.bench.urls"
TEMPLATES[0]["DIRS"] = ["tests/bench/templates"]
