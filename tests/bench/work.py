"""What is measured inside an installation: ``python -m tests.bench.work NAME`` prints its result as JSON."""

import json
import logging
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402 (after the set-up)
from django.db import connection, models, transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402
from python_calamine import CalamineWorkbook  # noqa: E402

from tests.bench import backup_work, cases, heavy_work, months_work  # noqa: E402
from tests.bench.counting import counted  # noqa: E402
from zhibu.accounts.models import User  # noqa: E402
from zhibu.certificates.actions import number_members, prepare_booklets  # noqa: E402
from zhibu.certificates.models import Booklet, Certificate, PrintBatch  # noqa: E402
from zhibu.certificates.prints.booklets import BookletData, whole_booklets  # noqa: E402
from zhibu.certificates.tasks import _book as booklet_data  # noqa: E402
from zhibu.certificates.tasks import _settings as booklet_settings  # noqa: E402
from zhibu.cli.serving import migrate  # noqa: E402
from zhibu.core.access import Scope  # noqa: E402
from zhibu.core.checkdigits import mod_11_2  # noqa: E402
from zhibu.core.pinyin import pinyin  # noqa: E402
from zhibu.demo.actions import BRANCH, build_demo  # noqa: E402
from zhibu.demo.units import COUNTY_CODE, COUNTY_NAME, COUNTY_SHORT_NAME  # noqa: E402
from zhibu.demo.workbooks import ROSTER_FILE, write_workbooks  # noqa: E402
from zhibu.imports.actions import Report, run_file  # noqa: E402
from zhibu.imports.sheets import Column, Sheet, no_ticker, sheets  # noqa: E402
from zhibu.insights.summaries.work import desk  # noqa: E402
from zhibu.jobs.actions import run_job, start_job  # noqa: E402
from zhibu.members.models import Member, MembershipEvent, MergeProposal  # noqa: E402
from zhibu.organizations.actions import found_county  # noqa: E402
from zhibu.organizations.models import Organization  # noqa: E402
from zhibu.reorganizations.actions import do_reorganization, undo_reorganization  # noqa: E402
from zhibu.reorganizations.models import Reorganization  # noqa: E402

logging.disable(logging.INFO)
BY = Scope.system("bench")
DAY = date(2026, 11, 24)
BUILT = date(2026, 11, 10)  # of the county: its history ends with October, so that November can be opened
VOLUME = 100_000
PAGES = 36  # of a booklet: 32 and the cover's four


def build_organizations() -> int:
    """The county and its units; the roster stays beside them as a file."""
    migrate()
    found_county(
        by=BY,
        code=COUNTY_CODE,
        name=COUNTY_NAME,
        short_name=COUNTY_SHORT_NAME,
        opened_on=date(1950, 4, 1),
        on=DAY,
    )
    organizations, _roster = write_workbooks(settings.VAR / "demo", on=DAY)
    _import("organizations", organizations)
    return Organization.objects.count()


def build_county() -> int:
    """All of the demonstration county."""
    migrate()
    with transaction.atomic():
        build_demo(on=BUILT, tick=no_ticker)
    return Member.objects.count()


def enter_cases() -> int:
    """What a county has under way, on top of the demonstration county."""
    cases.enter_cases(on=DAY)
    return MembershipEvent.objects.count()


def import_roster() -> float:
    """Seconds from the file to 10,174 applied and numbered members."""
    pinyin("暖")  # the dictionaries a running worker has loaded
    started = time.perf_counter()
    report = _import("roster", _roster())
    number_members(by=BY, organization=Organization.objects.get(parent=None), on=DAY)
    spent = time.perf_counter() - started
    assert report.counts["new"] == Certificate.objects.count() > 10_000
    return spent


def insert_roster() -> float:
    """Seconds for the limit: read with calamine, one bulk insert of the same rows into a bare table.

    Strict on purpose: plain columns without index, constraint or encryption.
    """
    columns = {column.title: column for column in _sheet("roster").columns}
    bare = _bare_model(columns.values())
    with connection.schema_editor() as editor:
        editor.create_model(bare)
    started = time.perf_counter()
    rows = _read(_roster())
    keys = [columns[str(title)].key for title in rows[0]]
    bare._default_manager.bulk_create(
        [bare(**{key: cell or None for key, cell in zip(keys, row, strict=True)}) for row in rows[1:]]
    )
    spent = time.perf_counter() - started
    assert bare._default_manager.count() > 10_000
    return spent


def _bare_model(columns: Iterable[Column]) -> type[models.Model]:
    fields: dict[str, Any] = {
        column.key: models.DateField(null=True)
        if column.kind in {"date", "birth"}
        else models.CharField(max_length=column.max_length, null=True)
        for column in columns
    }
    meta = type("Meta", (), {"app_label": "bench"})
    return type("BareMember", (models.Model,), {"__module__": __name__, "Meta": meta, **fields})


def import_again() -> float:
    """Seconds for the same file once more: every row says same."""
    pinyin("暖")
    started = time.perf_counter()
    report = _import("roster", _roster(), is_new=False)
    spent = time.perf_counter() - started
    assert set(report.counts) - {"same"} == {k for k, n in report.counts.items() if not n}
    return spent


def read_roster() -> float:
    """Seconds for the limit: read with calamine."""
    started = time.perf_counter()
    rows = _read(_roster())
    spent = time.perf_counter() - started
    assert len(rows) > 10_000
    return spent


def print_booklets(branches: str) -> float:
    """Pages a second of the job that prints so many branches; "0" prints the whole county."""
    batch = _batch(int(branches))
    job = start_job(by=BY, kind="certificates.print", title="bench", params={"batch_id": str(batch.pk)})
    started = time.perf_counter()
    run_job(job.pk)
    spent = time.perf_counter() - started
    job.refresh_from_db()
    assert job.state == "done", job.sentence
    return batch.booklets * PAGES / spent


def set_booklets(branches: str) -> float:
    """Pages a second for the limit: Typst sets the same pages, one document for a branch's booklets of a kind."""
    batch = _batch(int(branches))
    rows = Booklet.objects.filter(batch=batch).select_related("certificate__member__branch__numbering_root")
    chunks: dict[tuple[int, bool], list[BookletData]] = defaultdict(list)
    for row in rows.order_by("certificate__number"):
        member = row.certificate.member
        chunks[member.branch_id, member.stage == "probationary"].append(
            booklet_data(row, None, member.branch.name)
        )
    settings = booklet_settings(batch, DAY)
    spent = 0.0
    for books in chunks.values():
        started = time.perf_counter()
        whole_booklets(books, settings)
        spent += time.perf_counter() - started
    return batch.booklets * PAGES / spent


def _batch(branches: int) -> PrintBatch:
    """One order for the copies of the first branches, or for all."""
    county = Organization.objects.get(parent=None)
    waiting = Certificate.objects.filter(state="not_issued").exclude(booklets__gt=0)
    if not branches and waiting.exists():
        prepare_booklets(by=BY, organization=county, issue_date=DAY, layout="pages", on=DAY)
    batch = PrintBatch.objects.create(
        organization=county,
        layout="pages",
        issue_date=DAY,
        edition_label="2026",
        ordered_by="bench",
        ordered_at=timezone.now(),
    )
    chosen = Booklet.objects.live()
    if branches:
        some = Certificate.objects.filter(booklets__in=chosen).order_by("member__branch__path")
        units = list(dict.fromkeys(some.values_list("member__branch_id", flat=True)))[:branches]
        chosen = chosen.filter(certificate__member__branch__in=units)
    batch.booklets = chosen.update(batch=batch)
    batch.save()
    return batch


def reorganize(branches: str, members: str) -> dict[str, float]:
    """Seconds and statements of merging two townships in one transaction, and of taking it back."""
    today = timezone.localdate()
    towns = cases.merging(branches=int(branches), members=int(members), on=today)
    units = Organization.objects.filter(parent__in=towns)
    found: dict[str, float] = {
        "branches": units.count(),
        "members": Member.objects.filter(branch__in=units).count(),
    }
    deed = cases.plan_merging(*towns, by="county", on=today)
    for key, by, act in (("", "county2", do_reorganization), ("undo_", "county", undo_reorganization)):
        scope = cases.scope(by, on=today)
        with counted() as statements:
            started = time.perf_counter()
            act(by=scope, deed=deed, on=today)
            found[f"{key}seconds"] = time.perf_counter() - started
        found[f"{key}queries"] = statements.count
    return found


def grow() -> int:
    """Copy members, each with a certificate, until there are 100,000."""
    templates = list(Member.objects.select_related(None)[:10_000])
    numbers = count(1)
    total = Member.objects.count()
    now = timezone.now()
    while total < VOLUME:
        batch = templates[: VOLUME - total]
        for member in batch:
            member.pk, member.resident_id, member.resident_id_index, member.user_id = None, "", "", None
            member._state.adding = True
        made = Member.objects.bulk_create(batch, batch_size=2_000)
        Certificate.objects.bulk_create(
            [
                Certificate(member=member, number=_unused(next(numbers)), approved_on=DAY, approved_at=now)
                for member in made
            ],
            batch_size=2_000,
        )
        total += len(made)
    return total


def queries(username: str, address: str) -> int:
    """How many queries the page takes, on its second visit."""
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(
        User.objects.get(username=username), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        response = client.get(address)
    assert response.status_code == 200, response.status_code
    return len(captured)


def addresses() -> dict[str, str]:
    """Of the pages that are measured."""
    county = Organization.objects.get(parent=None)
    branch = Organization.objects.get(code=BRANCH)
    member = Member.objects.filter(branch=branch).order_by("pk").first()
    assert member is not None
    return {
        "branch_register": f"/certificates/register/{branch.pk}/",
        "branch_register_bare": f"/bench/register/{branch.pk}/?branch=1",
        "county_register": f"/certificates/register/{county.pk}/",
        "county_register_bare": f"/bench/register/{county.pk}/",
        "member": f"/members/{member.pk}/",
        "member_bare": f"/bench/members/{member.pk}/",
        "county_workbook": f"/certificates/register/{county.pk}/register.xlsx",
        "county_print": f"/certificates/register/{county.pk}/register.pdf",
        "tree": "/organizations/",
        "tree_bare": "/bench/tree/",
        "organization": f"/organizations/{branch.pk}/",
        "members": f"/members/?organization={branch.pk}",
    }


def case_addresses() -> dict[str, str]:
    """Of the pages of the certificate's life."""
    deed = Reorganization.objects.filter(state="planned").latest("pk")
    towns = deed.steps[0]["sources"]
    pair = MergeProposal.objects.open().latest("pk")
    found = {
        "home": "/",
        "home_bare": "/bench/home/",
        "reorganization_preview": f"/reorganizations/{deed.pk}/",
        "reorganization_preview_bare": f"/bench/units/?parent={towns[0]}&parent={towns[1]}",
        "merge_preview": f"/reorganizations/merges/{pair.pk}/",
        "merge_preview_bare": f"/bench/pair/{pair.kept_id}/{pair.dropped_id}/",
        "matters": "/mobility/matters/?view=settle",
        "dispositions": "/certificates/dispositions/",
        "transfers": "/mobility/transfers/?tab=open",
        "floating": "/mobility/floating/",
        "movements": "/mobility/movements/",
        **{
            f"{page}_bare": f"/bench/{page}/"
            for page in ("matters", "dispositions", "transfers", "floating", "movements")
        },
    }
    for page, username, code in (
        ("work_county", "county", COUNTY_CODE),
        ("work_township", "puxiong", "513434104"),
        ("work_branch", "branch", BRANCH),
    ):
        place = Organization.objects.get(code=code)
        work = desk(cases.scope(username, on=timezone.localdate()), on=timezone.localdate())
        lines = sum(len(each.items) for group in work.groups for each in group.lists)
        found |= {page: "/work/", f"{page}_bare": f"/bench/work/{place.path}/{lines}/"}
    return found


def _roster() -> Path:
    return Path(settings.VAR) / "demo" / ROSTER_FILE


def _sheet(key: str) -> Sheet:
    return sheets()[key]


def _import(key: str, path: Path, *, is_new: bool = True) -> Report:
    report = run_file(by=BY, sheet=_sheet(key), path=path, on=DAY, apply=True)
    assert not is_new or report.state == "applied", report.sentence
    return report


def _read(path: Path) -> list[list[Any]]:
    return CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()


def _unused(n: int) -> str:
    """Numbers of committees 900 and up, which the county has not."""
    body = f"{900_000_000 + n:09d}"
    return body + mod_11_2(body)


WORK: dict[str, Callable[..., Any]] = (
    {
        each.__name__: each
        for each in (
            build_organizations,
            build_county,
            enter_cases,
            import_roster,
            insert_roster,
            import_again,
            read_roster,
            print_booklets,
            set_booklets,
            reorganize,
            grow,
            queries,
            addresses,
            case_addresses,
        )
    }
    | months_work.WORK
    | heavy_work.WORK
    | backup_work.WORK
)

if __name__ == "__main__":
    print(json.dumps(WORK[sys.argv[1]](*sys.argv[2:])))
