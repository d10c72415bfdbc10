"""Python imports this at its start wherever the folder stands on the path: the served instance, its worker
and their children live on the suite's day (tests/days.py), going on from the moment the instance was made."""

import os
from datetime import UTC, datetime, timedelta

import time_machine

_ahead = timedelta(seconds=float(os.environ["TEST_CLOCK_AHEAD"]))
time_machine.travel(datetime.now(UTC) + _ahead, tick=True).start()
