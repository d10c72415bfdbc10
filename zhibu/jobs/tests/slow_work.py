"""Work in one transaction that pauses half-way until the file ``go`` appears beside the database."""

import threading
from collections.abc import Mapping
from pathlib import Path

from django.conf import settings
from django.db import transaction

from zhibu.audit.models import AuditHead
from zhibu.core.access import Scope
from zhibu.jobs.kinds import JobKind, Progress, Result

FIRST_CHAIN = 9_000


def work(progress: Progress, by: Scope, params: Mapping[str, str]) -> Result:
    """Three rows, or none."""
    pause = threading.Event()
    with transaction.atomic():
        for n in range(3):
            AuditHead.objects.create(chain=FIRST_CHAIN + n)
            progress.step(n + 1, 3)
            while n == 1 and not (Path(settings.VAR) / "go").exists():
                (Path(settings.VAR) / "half_done").touch()
                pause.wait(0.05)
                progress.step(n + 1, 3)
    return Result(sentence="三行都写好了。")


KINDS = (JobKind("slow", "慢活", work),)
