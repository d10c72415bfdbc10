"""What waits outside the apps' own lists: numbers, copies to hand over, uploads, long work."""

from typing import Final

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from zhibu.certificates.models import Booklet, Certificate
from zhibu.certificates.rules.copies import BookletState
from zhibu.core.access import Scope
from zhibu.core.text import gettext_noop
from zhibu.core.work import WorkItem, WorkList
from zhibu.imports.models import ImportRun
from zhibu.jobs.models import Job
from zhibu.members.models import Member

_SHOWN: Final = 5
_STATES: Final = {
    "queued": gettext_noop("排队中"),
    "running": gettext_noop("正在做"),
    "failed": gettext_noop("没有完成"),
}


def work(scope: Scope) -> list[WorkList]:
    """At most four queries, whatever the size of the county."""
    return [*_unnumbered(scope), *_to_hand_over(scope), *_uploads(scope), *_jobs(scope)]


def _unnumbered(scope: Scope) -> list[WorkList]:
    if not scope.has("certificates.number"):
        return []
    return _one(
        "certificates_unnumbered",
        _("党员还没有党员证编号"),
        _("去核定编号"),
        _("核定后编号终身不变，可以整批核定。"),
        f"{reverse('certificates:register')}?state=unnumbered",
        unnumbered(scope, "certificates.number").count(),
    )


def _to_hand_over(scope: Scope) -> list[WorkList]:
    if not scope.has("certificates.issue"):
        return []
    return _one(
        "certificates_to_hand_over",
        _("党员证已印好，还没有登记发放"),
        _("去登记发放"),
        _("发到本人手里后，登记领取人和日期。"),
        f"{reverse('certificates:register')}?state=printed",
        Booklet.objects.visible_to(scope, "certificates.issue").filter(state=BookletState.PRINTED).count(),
    )


def _one(key: str, label: str, title: str, detail: str, url: str, total: int) -> list[WorkList]:
    """A group of one line for many alike."""
    item = WorkItem(title, detail, url)
    return [WorkList(key, label, "do", "certificate", (item,), total, url)] if total else []


def _uploads(scope: Scope) -> list[WorkList]:
    if not scope.has("imports.use"):
        return []
    rows = ImportRun.objects.owned_by(scope).filter(state="checked").order_by("-created_at")[:_SHOWN]
    items = tuple(
        WorkItem(
            _("“{name}”已核对，等您处理").format(name=run.file_name),
            _("{at}上传").format(at=timezone.localtime(run.created_at).strftime("%m-%d %H:%M")),
            reverse("imports:run", args=[run.pk]),
        )
        for run in rows
    )
    return _listed("imports", _("上传的表格等处理"), "do", "table-import", items, reverse("imports:runs"))


def _jobs(scope: Scope) -> list[WorkList]:
    rows = Job.objects.owned_by(scope).filter(state__in=tuple(_STATES)).order_by("-created_at")[:_SHOWN]
    items = tuple(
        WorkItem(row.title, row.sentence or _(_STATES[row.state]), reverse("jobs:job", args=[row.pk]))
        for row in rows
    )
    return _listed("jobs", _("后台任务没有做完"), "watch", "list-check", items, reverse("jobs:list"))


def _listed(
    key: str, label: str, kind: str, icon: str, items: tuple[WorkItem, ...], url: str
) -> list[WorkList]:
    return [WorkList(key, label, kind, icon, items, len(items), url)] if items else []


def unnumbered(scope: Scope, permission: str) -> QuerySet[Member]:
    """Enrolled members of the scope without a certificate number."""
    has_number = Exists(Certificate.objects.filter(member=OuterRef("pk")))
    return Member.objects.visible_to(scope, permission).enrolled().filter(~has_number)
