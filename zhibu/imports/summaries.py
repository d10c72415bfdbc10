"""Reads that answer a page or a report about import runs."""

import zlib

from django.utils.translation import gettext as _

from zhibu.core.access import Refused
from zhibu.core.db import key_ring
from zhibu.imports.models import ImportBlob, ImportRun
from zhibu.imports.plans import Plan
from zhibu.imports.reading import Grid, grid_from
from zhibu.imports.sheets import RowState, sheets


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


def sentence_of(refusal: Refused) -> str:
    """The refusal in the person's language, with what to do next."""
    text = _(refusal.message)
    text = text.format(**refusal.params) if refusal.params else text
    return f"{text}{_(refusal.next_step)}" if refusal.next_step else text


def unseal(stored: bytes | memoryview[int], part: str) -> bytes:
    """Decrypt a part of a blob; "" stays empty."""
    return key_ring().decrypt(bytes(stored), context=f"imports.{part}") if stored else b""
