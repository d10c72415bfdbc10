"""A page for the monitor: is the site able to work? No details, no sign-in."""

import time

from django.db import Error as DatabaseError
from django.db import connection
from django.http import JsonResponse

from zhibu.core.http import Request, public
from zhibu.jobs.tasks import is_worker_alive


@public
def health(request: Request) -> JsonResponse:
    """200 when the database answers and a worker was alive within the last minute; else 503."""
    parts = {"database": _answers(), "worker": is_worker_alive(now=time.time())}
    is_well = all(parts.values())
    response = JsonResponse(
        {"status": "ok" if is_well else "failing", **parts}, status=200 if is_well else 503
    )
    return response


def _answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True
