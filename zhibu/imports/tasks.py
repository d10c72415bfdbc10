"""Long work of imports: reading and checking a file, writing it."""

from collections.abc import Mapping
from typing import Final

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from zhibu.core.access import Refused, Scope
from zhibu.core.refusals import sentence_of
from zhibu.core.text import gettext_noop
from zhibu.imports import actions
from zhibu.imports.models import ImportRun
from zhibu.imports.summaries import verdict
from zhibu.jobs.kinds import Canceled, Interrupted, JobKind, Progress, Result


def check(progress: Progress, by: Scope, params: Mapping[str, str]) -> Result:
    """Entry point of ``imports.check``. A file that cannot be read is an outcome, not a failure."""
    run = ImportRun.objects.get(pk=params["run"])
    run = actions.check_run(run=run, by=by, on=timezone.localdate(), tick=progress.step)
    return Result(url=_page(run), sentence=run.sentence or verdict(run))


def apply(progress: Progress, by: Scope, params: Mapping[str, str]) -> Result:
    """Entry point of ``imports.apply``. After a lost worker it starts again: nothing was written."""
    run = ImportRun.objects.get(pk=params["run"])
    try:
        run = actions.apply_run(by=by, run=run, on=timezone.localdate(), tick=progress.step)
    except Refused as refusal:
        actions.release_run(run=run, sentence=sentence_of(refusal))
        raise
    except Interrupted:
        raise
    except Canceled:
        actions.release_run(run=run, sentence=_("按您的要求停下了，一行都没有写入。"))
        raise
    return Result(url=_page(run), sentence=verdict(run))


def _page(run: ImportRun) -> str:
    return reverse("imports:run", args=[run.pk])


KINDS: Final = (
    JobKind(actions.CHECK, gettext_noop("核对表格"), check, is_first=True),
    JobKind(actions.APPLY, gettext_noop("写入表格"), apply, is_first=True),
)
