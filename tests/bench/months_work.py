"""What is measured of months inside an installation. Imported by ``tests.bench.work``, after the set-up."""

import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, cast
from uuid import uuid4

from django.apps import apps
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection, models, transaction
from django.db.models import Count, Sum

from tests.bench import cases, months_state
from tests.bench.counting import counted
from tests.bench.months_state import (
    CLOSED,
    DAY,
    DECEMBER,
    HANDED_IN,
    LARGE,
    NOVEMBER,
    USUAL,
    clerk_of,
    county,
)
from zhibu.accounts.models import User
from zhibu.audit.models import AuditRecord
from zhibu.audit.summaries.verification import verify
from zhibu.demo.actions import BRANCH
from zhibu.dues.models import Due, DuesLock, Payment
from zhibu.meetings.models import Attendance, Meeting, MeetingsLock
from zhibu.months.actions.opening import open_months
from zhibu.months.actions.sealing import seal_month
from zhibu.months.actions.submitting import submit_month
from zhibu.months.models import BranchMonth, Operation
from zhibu.months.summaries.book import read_book
from zhibu.points.models import Entry, PointsLock
from zhibu.reviews.actions.reviews import close_year

Model = type[models.Model]
# What submitting and sealing a month writes.
WRITTEN: tuple[Model, ...] = (Payment, Entry, DuesLock, MeetingsLock, PointsLock, AuditRecord)


def open_rounds(rounds: str) -> dict[str, Any]:
    """Seconds of opening November for the county, and of one bulk insert of as many rows; opened anew each round."""
    by, bare = cases.scope("county", on=DAY), _bare_twins([Due])[Due]
    found: dict[str, Any] = {"seconds": [], "limits": []}
    for _round in range(int(rounds)):
        with counted() as statements:
            started = time.perf_counter()
            opened = open_months(by=by, month=NOVEMBER, organization=county(), on=DAY)
            found["seconds"].append(time.perf_counter() - started)
        owed = list(Due.objects.filter(month=NOVEMBER))
        written = [_copied(row, bare) for row in [*owed, *owed[:opened]]]  # a record of each branch, too
        started = time.perf_counter()
        bare._default_manager.bulk_create(written)
        found["limits"].append(time.perf_counter() - started)
        found |= {"months": opened, "dues": len(owed), "queries": statements.count}
        with transaction.atomic():
            BranchMonth.objects.filter(month=NOVEMBER).delete()
            Due.objects.filter(month=NOVEMBER).delete()
            bare._default_manager.all().delete()
    return found


def seal_rounds() -> None:
    """For each line that comes in, submit and seal the next branch month of 35 members and insert its rows barely.

    Answers with a line each: seconds, seconds of the limit, statements, rows written by table.
    """
    organizer, twins = cases.scope("county", on=HANDED_IN), _bare_twins([*WRITTEN, BranchMonth])
    rows = iter(months_state.branch_months(USUAL))
    first = True
    for _line in sys.stdin:
        row = next(rows)
        clerk = cases.scope(clerk_of(row.branch_id), on=HANDED_IN)
        honest = months_state.honest_count(read_book(row, with_points=False))
        before = _sizes(apps.get_models()) if first else _sizes(WRITTEN)
        last = {
            model: model._default_manager.order_by("-pk").values_list("pk", flat=True).first() or 0
            for model in WRITTEN
        }
        with counted() as statements:
            started = time.perf_counter()
            submit_month(by=clerk, branch_month=row, counted=honest, on=HANDED_IN)
            seal_month(by=organizer, branch_month=row, on=HANDED_IN)
            seconds = time.perf_counter() - started
        after = _sizes(apps.get_models()) if first else _sizes(WRITTEN)
        written = {model: after[model] - n for model, n in before.items() if after[model] != n}
        assert written.keys() <= set(WRITTEN), written
        new = {model: list(model._default_manager.filter(pk__gt=last[model])) for model in written}
        row.refresh_from_db()
        assert row.state == "sealed" and {model: len(each) for model, each in new.items()} == written
        copies = {twins[model]: [_copied(each, twins[model]) for each in own] for model, own in new.items()}
        copies[twins[BranchMonth]] = [_copied(row, twins[BranchMonth])]
        started = time.perf_counter()
        with transaction.atomic():
            for twin, own in copies.items():
                twin._default_manager.bulk_create(own)
        limit = time.perf_counter() - started
        first = False
        told = {model._meta.label: n for model, n in written.items()}
        print(json.dumps([seconds, limit, statements.count, told]), flush=True)


def close_round() -> dict[str, Any]:
    """Seconds of closing 2026 for the county, and of reading the year's rows once, before and after."""
    by, limits = cases.scope("county", on=CLOSED), [_read_year()]
    with counted() as statements:
        started = time.perf_counter()
        row = close_year(by=by, organization=county(), year=NOVEMBER // 100, on=CLOSED)
        seconds = time.perf_counter() - started
    limits.append(_read_year())
    return {
        "seconds": seconds,
        "limits": limits,
        "queries": statements.count,
        "rows": _year_rows(),
        "census": row.census,
    }


_YEAR: tuple[tuple[Model, str], ...] = (
    (Due, "month"),
    (Payment, "month"),
    (Attendance, "meeting__month"),
    (Entry, "month"),
)


def _of_year(model: Model, month: str) -> models.QuerySet[Any]:
    year = NOVEMBER // 100
    return model._default_manager.filter(**{f"{month}__gte": year * 100 + 1, f"{month}__lte": DECEMBER})


def _read_year() -> float:
    """Every column of every due, payment, attendance and entry of points of the year, once."""
    started = time.perf_counter()
    for model, month in _YEAR:
        for _row in _of_year(model, month).order_by().values_list().iterator():
            pass
    return time.perf_counter() - started


def _year_rows() -> int:
    return sum(_of_year(model, month).count() for model, month in _YEAR)


def cell_addresses() -> dict[str, Any]:
    """Where the demonstration's branch enters cells, and the bare view that writes a row of the same month."""
    row = BranchMonth.objects.get(branch__code=BRANCH, month=NOVEMBER)
    meeting = Meeting.objects.filter(branch=row.branch_id, month=NOVEMBER, state="held").earliest("pk")
    there = Attendance.objects.filter(meeting=meeting, status="present").values("member")
    entered = Operation.objects.filter(branch_month=row).values("member")
    owing = Due.objects.filter(branch=row.branch_id, month=NOVEMBER, amount__gt=0, member__in=there)
    owing = owing.exclude(member__in=entered)
    return {
        "page": f"/months/{row.branch_id}/{NOVEMBER}/operations/",
        "bare": f"/bench/months/{row.pk}/operations/",
        "meeting": str(meeting.pk),
        "members": list(owing.order_by("pk").values_list("member_id", flat=True)),
    }


def page_addresses() -> dict[str, str]:
    """The month of the branch with 50 members, its bare view, its clerk."""
    (row,) = months_state.branch_months(LARGE)[:1]
    return {
        "page": f"/months/{row.branch_id}/{NOVEMBER}/",
        "bare": f"/bench/months/{row.branch_id}/{NOVEMBER}/",
        "clerk": clerk_of(row.branch_id),
    }


def handing_in(branches: str) -> list[dict[str, Any]]:
    """What the clerks of so many branches send, each signed in; what must be in the ledger afterwards."""
    rows = BranchMonth.objects.filter(month=NOVEMBER, state="open").select_related("branch").order_by("pk")
    found = []
    for row in rows[: int(branches)]:
        book = read_book(row, with_points=False)
        honest = months_state.honest_count(book)
        paid = [each.line.on_page for each in book.rows if each.line.on_page > 0]
        form = {
            "cash": f"{honest.cash / 100:.2f}",
            "heads": honest.heads,
            "attended": honest.attended,
            "collected_on": honest.collected_on.isoformat(),
            "receiver": honest.receiver,
        }
        found.append(
            {
                "branch": row.branch_id,
                "address": f"/months/{row.branch_id}/{NOVEMBER}/submission/",
                "form": form,
                "session": _signed_in(clerk_of(row.branch_id)),
                "payments": len(paid),
                "fen": sum(paid),
            }
        )
    return found


def handed_in(branches: str) -> dict[str, Any]:
    """What the database holds of these branches' November after they handed it in."""
    ids: list[int] = json.loads(branches)
    rows = BranchMonth.objects.filter(month=NOVEMBER, branch__in=ids)
    payments = Payment.objects.filter(month=NOVEMBER, branch__in=ids, operation__isnull=False)
    told = AuditRecord.objects.filter(
        event="months.month.submitted", chain__in=ids, data__month=str(NOVEMBER)
    )
    per_branch = payments.order_by().values_list("branch").annotate(Count("pk"), Sum("amount"), Sum("extra"))
    return {
        "submitted": rows.filter(state="submitted").count(),
        "payments": {str(pk): [n, amount + extra] for pk, n, amount, extra in per_branch},
        "doubled": payments.order_by().values("member").annotate(n=Count("pk")).filter(n__gt=1).count(),
        "told": Counter(map(str, told.values_list("chain", flat=True))),
        "chain": verify().holds,
    }


def _signed_in(username: str) -> str:
    """A session as signing in makes it, without hashing a password for each of hundreds."""
    user = User.objects.get(username=username)
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


def _sizes(listed: Iterable[Model]) -> dict[Model, int]:
    return {model: model._default_manager.count() for model in listed if model._meta.managed}


def _bare_twins(listed: Sequence[Model]) -> Mapping[Model, Model]:
    """A new table beside each: plain columns without key, index or constraint."""
    found: dict[Model, Model] = {}
    for model in listed:
        fields = {each.attname: _bare(each) for each in model._meta.concrete_fields if not each.primary_key}
        name = f"Bare{model.__name__}{uuid4().hex[:8]}"
        meta = type("Meta", (), {"app_label": "bench", "db_table": name.lower()})
        twin = type(name, (models.Model,), {"__module__": __name__, "Meta": meta, **fields})
        with connection.schema_editor() as editor:
            editor.create_model(twin)
        found[model] = twin
    return found


def _bare(field: "models.Field[Any, Any]") -> "models.Field[Any, Any]":
    if isinstance(field, models.ForeignKey):
        return models.BigIntegerField(null=True)
    plain: Any = field.clone()
    plain._unique, plain.db_index = False, False
    return cast("models.Field[Any, Any]", plain)


def _copied(row: models.Model, twin: Model) -> models.Model:
    return twin(
        **{
            each.attname: getattr(row, each.attname)
            for each in twin._meta.concrete_fields
            if not each.primary_key
        }
    )


WORK: dict[str, Callable[..., Any]] = {
    each.__name__: each
    for each in (
        months_state.finish_october,
        months_state.enter_november,
        months_state.grow_county,
        months_state.finish_year,
        open_rounds,
        seal_rounds,
        close_round,
        cell_addresses,
        page_addresses,
        handing_in,
        handed_in,
    )
}
