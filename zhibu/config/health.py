"""A page for the monitor: is the site able to work? No sign-in, no details that help an attacker."""

import time
from pathlib import Path
from typing import Final, cast

from django.conf import settings
from django.core.cache import caches
from django.http import JsonResponse

from zhibu.config.restarts import restarts
from zhibu.core.http import Request, public
from zhibu.core.outages import Outage, disk_is_full
from zhibu.core.steady_cache import SteadyCache
from zhibu.jobs.tasks import is_worker_alive

SENTENCES: Final = {
    Outage.AWAY: "数据库连不上。",
    Outage.BUSY: "数据库正被一项长的写入占着。",
    Outage.READ_ONLY: "数据库现在只能读，不能保存。",
    Outage.DISK_FULL: "磁盘满了，请清理磁盘。",
}


@public
def health(request: Request) -> JsonResponse:
    """200 when the database answers and takes writing, the disk has room and a worker was alive within the
    last minute; else 503, with a sentence for each thing that fails.

    A database that a long write holds is well: ``problems`` says so, the status does not.
    """
    outage = cast("SteadyCache", caches["default"]).outage()
    is_full = outage is Outage.DISK_FULL or disk_is_full(Path(settings.VAR))
    deaths = restarts()
    parts = {
        "database": outage is not Outage.AWAY,
        "writable": outage in {None, Outage.BUSY},
        "disk": not is_full,
        "worker": is_worker_alive(now=time.time()),
    }
    problems = [SENTENCES[outage]] if outage else []
    if is_full and outage is not Outage.DISK_FULL:
        problems.append(SENTENCES[Outage.DISK_FULL])
    problems += [f"{name}连续{count}次意外结束，已自动重新启动。" for name, count in deaths.items()]
    if not parts["worker"]:
        problems.append("后台任务没有动静。")
    is_well = all(parts.values())
    response = JsonResponse(
        {"status": "ok" if is_well else "failing", **parts, "problems": problems},
        status=200 if is_well else 503,
        json_dumps_params={"ensure_ascii": False},
    )
    return response
