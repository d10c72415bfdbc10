"""Appeals: list, one appeal, filing, assigning, deciding, withdrawing."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhibu.certificates.models import Withdrawal
from zhibu.conduct import actions
from zhibu.conduct.forms import AppealForm, ExaminerForm, ResultForm
from zhibu.conduct.models import Appeal
from zhibu.conduct.rules import OPEN_APPEALS, AppealState
from zhibu.conduct.summaries import appeals as summaries
from zhibu.conduct.views.common import at
from zhibu.core.access import Refused
from zhibu.core.db import get_visible
from zhibu.core.http import Request, requires, see_other
from zhibu.core.refusals import sentence_of
from zhibu.members.models import Member, MembershipEvent
from zhibu.ui.pages import paginate, render_page

REEXAMINE = "conduct.reexamine"
READ = "conduct.read"
OWN = "members.read_own"
FOR_A_MEMBER = "members.propose_events"
VIEWS = ("", "mine", "filed", "assigned", "done")


@requires(REEXAMINE)
def appeals(request: Request) -> HttpResponse:
    view = request.GET.get("view", "")
    view = view if view in VIEWS else ""
    page = paginate(request, summaries.appeal_rows(request.scope, view=view))
    context = {
        "page": page,
        "rows": [(row, summaries.what_of(row)) for row in page.rows],
        "view": view,
        "views": VIEWS,
    }
    return render_page(request, "conduct/appeals.html", context)


def _appeal(request: Request, appeal_id: int, *permissions: str) -> Appeal:
    """One's own appeal, else one in the scope of the first of the permissions the person holds."""
    rows = Appeal.objects.select_related("member__branch", "event", "withdrawal")
    if request.scope.has(OWN):
        # Also after the membership ended or moved: the account still belongs to this member.
        found = rows.filter(pk=appeal_id, member__user=request.scope.user_id).first()
        if found is not None:
            return found
    for permission in permissions:
        if request.scope.has(permission):
            return get_visible(rows, request.scope, permission, pk=appeal_id)
    raise Http404


@requires(REEXAMINE, READ, OWN)
def appeal(request: Request, appeal_id: int) -> HttpResponse:
    row = _appeal(request, appeal_id, REEXAMINE, READ)
    actions.log_appeal_read(by=request.scope, appeal=row)
    return _page(request, row)


def _page(
    request: Request,
    row: Appeal,
    *,
    examiner_form: ExaminerForm | None = None,
    result_form: ResultForm | None = None,
) -> HttpResponse:
    today, scope = timezone.localdate(), request.scope
    own = actions.is_own(scope, row.member)
    examines = scope.covers(REEXAMINE, row.member.branch.path)
    is_open = row.state in OPEN_APPEALS
    if is_open and examines and examiner_form is None:
        examiner_form = ExaminerForm(examiners=summaries.examiners_for(row, on=today))
    mine = row.state == AppealState.ASSIGNED and row.examiner_user_id == scope.user_id
    if mine and examines and result_form is None:
        result_form = ResultForm(initial={"decided_on": today})
    may_withdraw = is_open and (
        own
        or (scope.covers(FOR_A_MEMBER, row.member.branch.path) and scope.covers(READ, row.member.branch.path))
    )
    context = at(
        row.member.branch,
        appeal=row,
        member=row.member,
        what=summaries.what_of(row),
        own=own,
        # What a member says about a decision of the branch is not for the branch to read.
        reads_statement=own or examines or row.filed_user_id == scope.user_id,
        reads_grounds=examines,
        examiner_form=examiner_form if is_open and examines else None,
        result_form=result_form if mine and examines else None,
        may_withdraw=may_withdraw,
        is_open=is_open,
    )
    return render(request, "conduct/appeal.html", context)


@requires(REEXAMINE)
@require_POST
def appeal_examiner(request: Request, appeal_id: int) -> HttpResponse:
    row = get_visible(
        Appeal.objects.select_related("member__branch", "event", "withdrawal"),
        request.scope,
        REEXAMINE,
        pk=appeal_id,
    )
    today = timezone.localdate()
    form = ExaminerForm(request.POST, examiners=summaries.examiners_for(row, on=today))
    if not form.is_valid():
        return _page(request, row, examiner_form=form)
    actions.assign_appeal(by=request.scope, appeal=row, examiner=form.chosen(), on=today)
    messages.success(request, _("已请{name}复查。").format(name=form.chosen().name))
    return see_other("conduct:appeal", row.pk)


@requires(REEXAMINE)
@require_POST
def appeal_result(request: Request, appeal_id: int) -> HttpResponse:
    row = get_visible(
        Appeal.objects.select_related("member__branch", "event", "withdrawal"),
        request.scope,
        REEXAMINE,
        pk=appeal_id,
    )
    form = ResultForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        try:
            done = actions.decide_appeal(
                by=request.scope,
                appeal=row,
                upheld=data["upheld"] == "yes",
                document=data["document"],
                result=data["result"],
                decided_on=data["decided_on"],
                on=timezone.localdate(),
            )
        except Refused as refusal:
            if row.examiner_user_id != request.scope.user_id or row.state != AppealState.ASSIGNED:
                raise
            form.add_error(None, sentence_of(refusal))
        else:
            messages.success(
                request,
                _("已登记复查结论：撤销原决定。")
                if done.state == AppealState.REVERSED
                else _("已登记复查结论：维持原决定。"),
            )
            return see_other("conduct:appeal", row.pk)
    return _page(request, row, result_form=form)


@requires(OWN, FOR_A_MEMBER)
@require_POST
def appeal_withdrawal(request: Request, appeal_id: int) -> HttpResponse:
    row = _appeal(request, appeal_id, FOR_A_MEMBER)
    actions.withdraw_appeal(by=request.scope, appeal=row, on=timezone.localdate())
    messages.success(request, _("已撤回申诉。"))
    return see_other("conduct:appeal", row.pk)


@requires(OWN, FOR_A_MEMBER)
def appeal_new(request: Request, event_id: int) -> HttpResponse:
    rows = MembershipEvent.objects.select_related("member__branch")
    event = rows.filter(pk=event_id, member__user=request.scope.user_id).first() or get_visible(
        MembershipEvent.objects.readable_by(request.scope).select_related("member__branch"),
        request.scope,
        FOR_A_MEMBER,
        pk=event_id,
    )
    return _filing(request, event.member, event=event)


@requires(OWN, FOR_A_MEMBER)
def withdrawal_appeal_new(request: Request, withdrawal_id: int) -> HttpResponse:
    rows = Withdrawal.objects.select_related("certificate__member__branch")
    found = rows.filter(
        pk=withdrawal_id, certificate__member__user=request.scope.user_id
    ).first() or get_visible(rows, request.scope, FOR_A_MEMBER, pk=withdrawal_id)
    return _filing(request, found.certificate.member, withdrawal=found)


def _filing(
    request: Request,
    member: Member,
    *,
    event: MembershipEvent | None = None,
    withdrawal: Withdrawal | None = None,
) -> HttpResponse:
    today = timezone.localdate()
    form = AppealForm(request.POST or None, initial={"filed_on": today})
    if request.method == "POST" and form.is_valid():
        try:
            row = actions.file_appeal(
                by=request.scope,
                event=event,
                withdrawal=withdrawal,
                statement=form.cleaned_data["statement"],
                filed_on=form.cleaned_data["filed_on"],
                on=today,
            )
        except Refused as refusal:
            form.add_error(None, sentence_of(refusal))
        else:
            messages.success(request, _("申诉已提出，由上级党组织指定没有参与决定的人复查。"))
            return see_other("conduct:appeal", row.pk)
    context = at(
        member.branch,
        member=member,
        own=actions.is_own(request.scope, member),
        form=form,
        event=event,
        withdrawal=withdrawal,
        what=summaries.label_of(event),
    )
    return render(request, "conduct/appeal_new.html", context)
