"""A file comes in, is checked, is written as a whole or not at all."""

import hashlib
import zlib
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from zhibu.audit.actions import record
from zhibu.core.access import Refused, Scope
from zhibu.core.db import key_ring
from zhibu.core.locks import hold
from zhibu.core.refusals import sentence_of
from zhibu.core.text import gettext_noop
from zhibu.imports.models import ImportBlob, ImportRun
from zhibu.imports.parsing import parse_grid
from zhibu.imports.plans import Draft, plan_of
from zhibu.imports.reading import Grid, check_upload, read_grid
from zhibu.imports.sheets import Planned, RowState, Sheet, Ticker, no_ticker, sheets
from zhibu.imports.summaries import load_grid, load_plan, unseal, verdict
from zhibu.jobs.actions import start_job
from zhibu.jobs.holding import held_by
from zhibu.jobs.models import Job

PERMISSION: Final = "imports.use"
CHECK: Final = "imports.check"
APPLY: Final = "imports.apply"
DOUBLE_CLICK: Final = timedelta(minutes=2)
HIDDEN_NOTE: Final = gettext_noop("这一行在表格里是隐藏的")
WRITES: Final = (RowState.NEW, RowState.CHANGED)


@dataclass(frozen=True, slots=True)
class Report:
    """What came of a file given on the command line. ``state`` is that of the run; problems carry masked texts."""

    sheet: str
    file: str
    state: str
    sentence: str
    counts: dict[str, int] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
    problems: list[dict[str, object]] = field(default_factory=list)

    @property
    def has_failed(self) -> bool:
        """True when the file was refused or rows stand in the way."""
        return self.state == "refused" or bool(self.problems)

    def to_json(self) -> dict[str, object]:
        """Plain values for ``--json``."""
        return asdict(self)


@transaction.atomic
def upload_file(*, by: Scope, sheet: Sheet, name: str, data: bytes, on: date) -> ImportRun:
    """Store a file, encrypted, and start reading it. The same file twice within two minutes: the first run.

    Raises ``Refused`` for an empty file and one over the limit. ``on`` is today.
    """
    _require(by, sheet)
    check_upload(name, len(data))
    fingerprint = hashlib.sha256(data).hexdigest()
    hold(f"imports.upload:{by.user_id}")
    first = _first_of_double_click(by, sheet, fingerprint)
    if first is not None:
        return first
    run = _store(by, sheet, name, data, fingerprint)
    _start(run, by, CHECK, gettext_noop("核对{sheet}“{file}”"))
    return run


@transaction.atomic
def start_check(*, by: Scope, run: ImportRun, on: date) -> ImportRun:
    """Check a file again, because something else has changed in the meantime."""
    run = _locked(run)
    sheet = sheets()[run.sheet]
    _require(by, sheet, run)
    if run.state in ("applied", "discarded") or _is_under_way(run):
        raise Refused(gettext_noop("这份表格已经写入、作废或正在处理，不能再核对。需要时请重新上传。"))
    run.state, run.sentence, run.job_id = "reading", "", None
    run.save(update_fields=["state", "sentence", "job_id"])
    _start(run, by, CHECK, gettext_noop("核对{sheet}“{file}”"))
    return run


def check_run(*, run: ImportRun, by: Scope, on: date, tick: Ticker = no_ticker) -> ImportRun:
    """Read the file and find out what will become of each row. A file that cannot be read ends as refused.

    Writes nothing but the run itself; safe to repeat.
    """
    sheet = sheets()[run.sheet]
    _require(by, sheet, run)
    blob = ImportBlob.objects.only("file").get(run=run)
    tick(0, 3, _("正在读表格"))
    try:
        grid = read_grid(unseal(blob.file, "file"), sheet)
        tick(1, 3, _("正在核对"))
        draft, _planned = _plan(grid, sheet, by, on)
    except Refused as refusal:
        return _finish_check(run, by, "refused", sentence_of(refusal))
    tick(2, 3, _("正在保存核对结果"))
    grid_bytes = _seal(zlib.compress(grid.text, 1), "grid")
    return _finish_check(run, by, "checked", "", draft, grid_bytes)


@transaction.atomic
def _finish_check(
    run: ImportRun, by: Scope, state: str, sentence: str, draft: Draft | None = None, grid: bytes = b""
) -> ImportRun:
    run = _locked(run)
    if run.state in ("applied", "discarded"):
        return run
    run.state, run.sentence = state, sentence[:600]
    run.summary = draft.counts if draft else {}
    run.plan_digest = draft.digest if draft else ""
    run.held = held_by(by)
    run.save(update_fields=["state", "sentence", "summary", "plan_digest", "held"])
    ImportBlob.objects.filter(run=run).update(grid=grid, plan=_seal(draft.pack(), "plan") if draft else b"")
    return run


@transaction.atomic
def start_application(*, by: Scope, run: ImportRun, on: date) -> Job:
    """Queue the writing of a checked run. Twice is once. Raises ``Refused`` while rows stand in the way."""
    run = _locked(run)
    sheet = sheets()[run.sheet]
    _require(by, sheet, run)
    if run.state == "applying" and _is_under_way(run):
        return Job.objects.get(pk=str(run.job_id))
    _check_writable(run)
    run.state, run.sentence = "applying", ""
    run.save(update_fields=["state", "sentence"])
    return _start(run, by, APPLY, gettext_noop("写入{sheet}“{file}”"))


def apply_run(*, by: Scope, run: ImportRun, on: date, tick: Ticker = no_ticker) -> ImportRun:
    """Write all rows of a checked run in one transaction, or none.

    The rows are checked anew inside it; when the outcome is not what the person saw, nothing is written
    and the sentence asks to look again. A run that is already written stays as it is.
    """
    try:
        with transaction.atomic():
            return _apply(by, run, on, tick)
    except IntegrityError as error:
        raise Refused(
            gettext_noop("写入时发现有人刚改过同一批记录，一行都没有写入。请重新核对后再写入。")
        ) from error


def _apply(by: Scope, run: ImportRun, on: date, tick: Ticker) -> ImportRun:
    sheet = sheets()[run.sheet]
    # One import of a sheet at a time, and before any row is read: two of them would otherwise both
    # plan the same new record.
    hold(f"imports.apply:{sheet.key}")
    run = _locked(run)
    _require(by, sheet, run)
    if run.state == "applied":
        return run
    _check_writable(run)
    tick(0, 0, _("正在最后核对一遍"))
    grid = load_grid(run)
    draft, planned = _plan(grid, sheet, by, on)
    if draft.digest != run.plan_digest:
        raise Refused(
            gettext_noop("核对之后，系统里的记录又有变动，结果与您看到的不一样，一行都没有写入。请重新核对。")
        )
    written = [each for each in planned if each.state in WRITES]
    sheet.apply(written, by, on, tick)
    run.state, run.sentence, run.applied_at = "applied", "", timezone.now()
    run.save(update_fields=["state", "sentence", "applied_at"])
    ImportBlob.objects.filter(run=run).update(file=b"", grid=b"")
    record(
        "imports.run.applied",
        by=by,
        on=run,
        data={"sheet": sheet.key, "fingerprint": run.fingerprint, **run.summary},
    )
    return run


@transaction.atomic
def release_run(*, run: ImportRun, sentence: str) -> None:
    """After a failed try to write: back to the preview, with the reason."""
    run = _locked(run)
    if run.state == "applying":
        run.state, run.sentence = "checked", sentence[:600]
        run.save(update_fields=["state", "sentence"])


@transaction.atomic
def discard_run(*, by: Scope, run: ImportRun) -> ImportRun:
    """Throw a file away that was not written; the row stays, what it held is removed."""
    run = _locked(run)
    _require(by, sheets()[run.sheet], run)
    if run.state == "discarded":
        return run
    if run.state == "applied" or _is_under_way(run):
        raise Refused(gettext_noop("这份表格已经写入或正在处理，不能作废。"))
    run.state, run.sentence = "discarded", ""
    run.save(update_fields=["state", "sentence"])
    ImportBlob.objects.filter(run=run).delete()
    record(
        "imports.run.discarded",
        by=by,
        on=run,
        data={"sheet": run.sheet, "fingerprint": run.fingerprint},
    )
    return run


@transaction.atomic
def record_export(*, by: Scope, sheet: Sheet) -> None:
    """Note that the person takes the current records away."""
    _require(by, sheet)
    record("imports.export.downloaded", by=by, on=None, data={"sheet": sheet.key})


def run_file(
    *,
    by: Scope,
    sheet: Sheet,
    path: Path,
    on: date,
    apply: bool,
    tick: Ticker = no_ticker,
) -> Report:
    """Upload, check and, when asked, write a file without a job: for the command line."""
    _require(by, sheet)
    data = path.read_bytes() if path.stat().st_size <= settings.UPLOAD_LIMIT else b""
    try:
        check_upload(path.name, path.stat().st_size)
    except Refused as refusal:
        return Report(sheet.key, path.name, "refused", sentence_of(refusal))
    with transaction.atomic():
        run = _store(by, sheet, path.name, data, hashlib.sha256(data).hexdigest())
    run = check_run(run=run, by=by, on=on, tick=tick)
    if run.state == "refused":
        return Report(sheet.key, path.name, run.state, run.sentence)
    plan = load_plan(run)
    sentence = ""
    if apply:
        try:
            run = apply_run(by=by, run=run, on=on, tick=tick)
        except Refused as refusal:
            sentence = sentence_of(refusal)
    return Report(
        sheet.key,
        path.name,
        run.state,
        sentence or verdict(run),
        run.summary,
        plan.remarks,
        [{"row": number, **asdict(problem)} for number, problem in plan.problems()],
    )


def _plan(grid: Grid, sheet: Sheet, by: Scope, on: date) -> tuple[Draft, list[Planned]]:
    rows = parse_grid(grid, sheet.columns)
    if not rows:
        raise Refused(
            gettext_noop("表头在第{row}行，下面没有要导入的内容。请填好后再传。"), row=grid.header_row
        )
    planned = sheet.check(rows, by, on)
    for each in planned:
        if each.row.problems and each.state not in (RowState.ERROR, RowState.CONFLICT):
            each.state = RowState.ERROR
    return plan_of(grid, sheet, planned, hidden_note=_(HIDDEN_NOTE)), planned


def _check_writable(run: ImportRun) -> None:
    if run.state not in ("checked", "applying"):
        raise Refused(gettext_noop("这份表格还没有核对完，或已经作废，不能写入。"))
    if run.summary.get("error") or run.summary.get("conflict"):
        raise Refused(
            gettext_noop(
                "还有{errors}行出错、{conflicts}行冲突，不能写入。请下载带原因的表格，改好后重新上传。"
            ),
            errors=run.summary.get("error", 0),
            conflicts=run.summary.get("conflict", 0),
        )
    if not (run.summary.get("new") or run.summary.get("changed")):
        raise Refused(gettext_noop("与系统里的记录完全一致，没有要写入的内容。"))


def _require(by: Scope, sheet: Sheet, run: ImportRun | None = None) -> None:
    by.require_any(PERMISSION)
    by.require_any(sheet.permission)
    if run is not None and not by.is_system and run.owner_id != by.user_id:
        raise Refused(gettext_noop("只有上传这份表格的人可以处理它。"))


def _first_of_double_click(by: Scope, sheet: Sheet, fingerprint: str) -> ImportRun | None:
    at = timezone.now()
    first = (
        ImportRun.objects.owned_by(by)
        .alike(sheet=sheet.key, fingerprint=fingerprint, since=at - DOUBLE_CLICK)
        .order_by("created_at")
        .first()
    )
    if first is None or ImportRun.objects.filter(applied_at__gt=first.created_at).exists():
        return None  # something was written since: the same file may now come out differently
    return first


def _store(by: Scope, sheet: Sheet, name: str, data: bytes, fingerprint: str) -> ImportRun:
    run = ImportRun.objects.create(
        sheet=sheet.key,
        owner_id=by.user_id,
        owner_name=by.name,
        file_name=name[-200:],
        fingerprint=fingerprint,
        created_at=timezone.now(),
    )
    ImportBlob.objects.create(run=run, file=_seal(data, "file"))
    record("imports.run.uploaded", by=by, on=run, data={"sheet": sheet.key, "fingerprint": fingerprint})
    return run


def _start(run: ImportRun, by: Scope, kind: str, title: str) -> Job:
    sheet = sheets()[run.sheet]
    job = start_job(
        by=by,
        kind=kind,
        title=_(title).format(sheet=_(sheet.title), file=run.file_name),
        params={"run": str(run.pk)},
    )
    run.job_id = job.pk
    run.save(update_fields=["job_id"])
    return job


def _is_under_way(run: ImportRun) -> bool:
    """True while the run waits for its job or its job works. Once checked it waits for its owner."""
    return (
        run.state in ("reading", "applying")
        and run.job_id is not None
        and Job.objects.filter(pk=run.job_id, state__in=("queued", "running")).exists()
    )


def _locked(run: ImportRun) -> ImportRun:
    return ImportRun.objects.select_for_update().get(pk=run.pk)


def _seal(plain: bytes, part: str) -> bytes:
    return key_ring().encrypt(plain, context=f"imports.{part}")
