"""Reads that answer a page or a report about import runs."""

import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from zhibu.core.access import Scope
from zhibu.core.db import key_ring
from zhibu.imports.models import ImportBlob, ImportRun
from zhibu.imports.plans import ORDER, Plan
from zhibu.imports.reading import Grid, grid_from
from zhibu.imports.sheets import RowState, Sheet, sheets
from zhibu.jobs.holding import CHANGED, still_holds
from zhibu.jobs.models import Job
from zhibu.jobs.summaries import JobView, job_view


def load_plan(run: ImportRun) -> Plan:
    """The plan of a checked run: one query, decrypts and decodes all of it (10,174 rows: 20 ms)."""
    blob = ImportBlob.objects.only("plan").get(run=run)
    return Plan.unpack(unseal(blob.plan, "plan"))


def load_file(run: ImportRun) -> bytes:
    """The upload itself; empty once it is written."""
    return unseal(ImportBlob.objects.only("file").get(run=run).file, "file")


def load_grid(run: ImportRun) -> Grid:
    """The cells as read."""
    blob = ImportBlob.objects.only("grid").get(run=run)
    return grid_from(zlib.decompress(unseal(blob.grid, "grid")), sheets()[run.sheet])


def verdict(run: ImportRun) -> str:
    """One sentence on a checked or written run: what stands in the way, or what it writes."""
    counts = {state: run.summary.get(state.value, 0) for state in RowState}
    errors, conflicts = counts[RowState.ERROR], counts[RowState.CONFLICT]
    new, changed = counts[RowState.NEW], counts[RowState.CHANGED]
    if run.state == "applied":
        return _("已写入：新增{new}行，更新{changed}行，不变{same}行。").format(
            new=new, changed=changed, same=counts[RowState.SAME]
        )
    if errors or conflicts:
        parts = [
            *([_("{count}行出错").format(count=errors)] if errors else []),
            *([_("{count}行冲突").format(count=conflicts)] if conflicts else []),
        ]
        return _("有{parts}，现在还不能写入。").format(parts=_("、").join(parts))
    if not (new or changed):
        return _("与系统里的记录完全一致，没有要写入的内容。")
    return _("核对无误，可以写入：新增{new}行，更新{changed}行。").format(new=new, changed=changed)


def unseal(stored: "bytes | memoryview[int]", part: str) -> bytes:
    """Decrypt a part of a blob; "" stays empty."""
    return key_ring().decrypt(bytes(stored), context=f"imports.{part}") if stored else b""


@dataclass(frozen=True, slots=True)
class RunFacts:
    """A run as its page shows it. ``job`` is there while one waits, works or has failed."""

    run: ImportRun
    sheet: Sheet
    job: JobView | None
    plan: Plan | None
    is_held: bool = True

    @property
    def is_busy(self) -> bool:
        """Being read or written right now."""
        return self.job is not None and self.job.is_active

    @property
    def step(self) -> int:
        """2 while the columns are matched, 3 at the preview, 4 while writing, 5 when all is done."""
        state = self.run.state
        if state == "applied":
            return 5
        if state == "applying":
            return 4
        return 3 if state == "checked" else 2

    @property
    def writes(self) -> int:
        """Rows that would be written."""
        return int(self.run.summary.get("new", 0)) + int(self.run.summary.get("changed", 0))

    @property
    def blocked(self) -> int:
        """Rows that stand in the way."""
        return int(self.run.summary.get("error", 0)) + int(self.run.summary.get("conflict", 0))

    @property
    def total(self) -> int:
        """Rows in the file."""
        return sum(self.run.summary.values())

    @property
    def chips(self) -> list[tuple[str, int]]:
        """State and number of rows, what needs a person first."""
        return [(state.value, int(self.run.summary.get(state.value, 0))) for state in ORDER]

    @property
    def is_open(self) -> bool:
        """Checked and waiting for its owner, also after a try to write that failed."""
        return self.run.state in ("checked", "applying") and not self.is_busy

    @property
    def may_apply(self) -> bool:
        """Nothing stands in the way, and there is something to write."""
        return self.is_open and self.is_held and not self.blocked and self.writes > 0

    @property
    def is_stuck(self) -> bool:
        """Its job ended without an outcome."""
        return self.run.state in ("reading", "applying") and not self.is_busy

    @property
    def sentence(self) -> str:
        """What to say on top: why the last try failed, else the verdict; "" while busy."""
        if self.is_busy:
            return ""
        if not self.is_held:
            return _(CHANGED)
        if self.run.sentence:
            return self.run.sentence
        if self.is_stuck and self.job is not None and self.job.job.sentence:
            return self.job.job.sentence
        return verdict(self.run) if self.run.state in ("checked", "applying", "applied") else ""


def run_facts(run: ImportRun, scope: Scope, *, at: datetime) -> RunFacts:
    """What the page of a run needs: four queries at most, none of them grows with the file.

    Without the plan when the person's duties or the tree have changed since it was made.
    """
    waits = run.state in ("reading", "applying")
    job = Job.objects.filter(pk=run.job_id).first() if waits and run.job_id else None
    has_plan = bool(run.plan_digest) and run.state in ("checked", "applying", "applied")
    is_held = not has_plan or still_holds(scope, run.held)
    return RunFacts(
        run,
        sheets()[run.sheet],
        job_view(job, at=at) if job else None,
        load_plan(run) if has_plan and is_held else None,
        is_held,
    )


@dataclass(frozen=True, slots=True)
class RunLine:
    """A run in the list of runs."""

    run: ImportRun
    sheet_title: str
    sentence: str


def run_lines(runs: Iterable[ImportRun]) -> list[RunLine]:
    """Runs as the list shows them. No query."""
    known = sheets()
    return [
        RunLine(
            run,
            known[run.sheet].title,
            run.sentence or (verdict(run) if run.state in ("checked", "applied") else ""),
        )
        for run in runs
    ]


def sheets_of(scope: Scope) -> list[Sheet]:
    """The sheets the person may import and export."""
    return [sheet for sheet in sheets().values() if scope.has(sheet.permission)]
