"""/healthz: for the monitor, without details."""

import os
import time

import pytest
from django.test import Client

from zhibu.jobs.tasks import alive_file

pytestmark = pytest.mark.django_db


def test_well_with_a_worker_and_failing_without(client: Client, settings: object, tmp_path: object) -> None:
    settings.VAR = tmp_path  # type: ignore[attr-defined]
    response = client.get("/healthz")
    assert (response.status_code, response.json()) == (
        503,
        {
            "status": "failing",
            "database": True,
            "writable": True,
            "disk": True,
            "worker": False,
            "problems": ["后台任务没有动静。"],
        },
    )
    alive_file().touch()
    os.utime(alive_file(), (time.time(), time.time()))  # by the suite's clock, not the disk's
    response = client.get("/healthz")
    assert (response.status_code, response.json()["status"]) == (200, "ok")
    assert response["Cache-Control"] == "no-store"


def test_worker_silent_for_two_minutes_is_failing(client: Client, settings: object, tmp_path: object) -> None:
    settings.VAR = tmp_path  # type: ignore[attr-defined]
    alive_file().touch()
    os.utime(alive_file(), (time.time() - 120, time.time() - 120))
    assert client.get("/healthz").status_code == 503
