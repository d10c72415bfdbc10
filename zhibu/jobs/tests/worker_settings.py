"""Settings of the worker that test_worker.py starts and kills: a kind of work that waits to be let go."""

from zhibu.config.settings import *  # noqa: F403 (the product's settings, with one more kind of job)

JOB_KINDS = ["zhibu.jobs.tests.slow_work.KINDS"]
