"""Assessing: overview by category, a branch line by line with preview, a category at once."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from zhibu.core import codes
from zhibu.core.access import Refused
from zhibu.core.http import Request, requires, see_other
from zhibu.core.months import month_code, month_of
from zhibu.core.refusals import sentence_of
from zhibu.dues import actions
from zhibu.dues.actions import AssessmentEntry
from zhibu.dues.forms.assessments import AssessmentLines, BatchForm
from zhibu.dues.policies import schedule_of
from zhibu.dues.rules.schedule import METHODS, SOURCES, Method, amount_of, month_to_assess
from zhibu.dues.summaries import assessments as summaries
from zhibu.dues.summaries.facts import assessments_in_force
from zhibu.dues.views.common import ASSESS, at, organization_of
from zhibu.organizations.models import Organization
from zhibu.ui.deeds import is_done
from zhibu.ui.pages import paginate

_LISTED = 300


def _from_month(request: Request) -> int:
    text = request.POST.get("from_month") or request.GET.get("from_month") or ""
    return month_to_assess(text, on=timezone.localdate())


@requires(ASSESS)
def assessments(request: Request, organization_id: int | None = None) -> HttpResponse:
    organization = organization_of(request, ASSESS, organization_id)
    today, month = timezone.localdate(), _from_month(request)
    context = at(
        organization,
        month=month,
        counts=[
            (category, codes.table("dues_category")[category], members, assessed, METHODS[category])
            for category, (members, assessed) in summaries.category_counts(
                request.scope, organization, month=month
            ).items()
        ],
        at_once=summaries.AT_ONCE,
        units=Organization.objects.visible_to(request.scope, ASSESS)
        .filter(parent=organization, closed_on=None)
        .in_order(),
    )
    if not context["is_branch"]:
        return render(request, "dues/assessments.html", context)
    return _branch(request, organization, month, context, this_month=month_of(today))


def _branch(
    request: Request, branch: Organization, month: int, context: dict[str, object], *, this_month: int
) -> HttpResponse:
    members = list(summaries.members_of(request.scope, branch)[:_LISTED])
    data = request.POST if request.method == "POST" else None
    lines = AssessmentLines(
        members, assessments_in_force(month, [member.pk for member in members]), schedule_of(month), data
    )
    error = ""
    reason = data.get("reason", "") if data is not None else ""
    if data is not None and data.get("step") == "apply":
        if lines.problems:
            error = _("有{count}行填得不对，改好以后再核定。").format(count=len(lines.problems))
        else:
            entries = [line.entry for line in lines.changes if line.entry is not None]
            try:
                _assess(request, entries, from_month=month, reason=reason)
            except Refused as refusal:
                error = sentence_of(refusal)
            else:
                return see_other(
                    "dues:organization_assessments", branch.pk, then=f"?from_month={month_code(month)}"
                )
    context |= {
        "lines": lines.lines,
        "changes": lines.changes,
        "problems": lines.problems,
        "is_preview": data is not None,
        "error": error,
        "reason": reason,
        "categories": [
            (code, name)
            for code, name in codes.table("dues_category").items()
            if METHODS[code] is not Method.RELIEF
        ],
        "sources": SOURCES.items(),
    }
    return render(request, "dues/assess_branch.html", context)


@requires(ASSESS)
def batch(request: Request, organization_id: int) -> HttpResponse:
    """A category at once: first the list of what changes, then the deed."""
    organization = organization_of(request, ASSESS, organization_id)
    posted = request.method == "POST"
    typed, month = request.POST if posted else request.GET, _from_month(request)
    category = typed.get("category", "farmer")
    category = category if category in summaries.AT_ONCE else "farmer"
    usual = summaries.usual_of(category, month=month) or 0
    form = BatchForm(
        typed if posted or "amount" in typed else None,
        categories=summaries.AT_ONCE,
        initial={"category": category, "amount": f"{usual / 100:.2f}", "from_month": month},
    )
    lines: list[summaries.BatchLine] = []
    is_valid = form.is_bound and form.is_valid() and _is_amount_right(form)
    if is_valid:
        data = form.cleaned_data
        lines = summaries.batch_lines(
            request.scope,
            organization,
            category=data["category"],
            amount=data["amount"],
            month=data["from_month"],
        )
    changes = [line for line in lines if line.differs]
    if posted and is_valid and request.POST.get("step") == "apply":
        if request.POST.get("seen") != str(len(changes)):
            form.add_error(None, _("名单刚刚变了，请看过下面的新名单再核定。"))
        elif is_done(request, form, lambda: _assess_batch(request, form, changes)):
            return see_other("dues:organization_assessments", organization.pk)
    context = at(
        organization,
        form=form,
        is_preview=is_valid,
        page=paginate(request, lines),
        changes=len(changes),
        unchanged=len(lines) - len(changes),
        source=SOURCES[category],
    )
    return render(request, "dues/batch.html", context)


def _is_amount_right(form: BatchForm) -> bool:
    """Whether the category may pay so much; where not, the field of the amount says why."""
    data = form.cleaned_data
    try:
        amount = amount_of(
            data["category"], base=None, chosen=data["amount"], schedule=schedule_of(data["from_month"])
        )
    except Refused as refusal:
        form.add_error("amount", sentence_of(refusal))
        return False
    if amount != data["amount"]:
        form.add_error("amount", _("这个类别按第六条固定0.20元，不能改。"))
        return False
    return True


def _assess_batch(request: Request, form: BatchForm, changes: Sequence[summaries.BatchLine]) -> None:
    data = form.cleaned_data
    entries = [AssessmentEntry(line.member.pk, data["category"], chosen=_chosen(data)) for line in changes]
    _assess(request, entries, from_month=data["from_month"], reason=data["reason"])


def _assess(request: Request, entries: Sequence[AssessmentEntry], *, from_month: int, reason: str) -> None:
    count = actions.assess_members(
        by=request.scope, entries=entries, from_month=from_month, reason=reason, on=timezone.localdate()
    )
    messages.success(request, _("已核定{count}名党员的党费。").format(count=count))


def _chosen(data: dict[str, object]) -> int | None:
    """Only farmers have an amount to choose."""
    amount = data["amount"]
    return amount if data["category"] == "farmer" and isinstance(amount, int) else None
