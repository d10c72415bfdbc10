"""Pages of the rulebook."""

from django.contrib import messages
from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from pydantic import BaseModel

from zhibu.core.http import Request, receives, requires, see_other
from zhibu.rulebook import actions, summaries
from zhibu.rulebook.forms import UploadForm, draft_form
from zhibu.rulebook.models import PolicyVersion
from zhibu.rulebook.policies import Policy, policies, version_in_force
from zhibu.ui.downloads import attachment
from zhibu.ui.templatetags.ui import sentence

LARGEST_TOML = 100_000


def _policy(key: str) -> Policy[BaseModel]:
    if key not in policies():
        raise Http404
    return policies()[key]


def _version(key: str, number: int) -> PolicyVersion:
    row = PolicyVersion.objects.filter(policy=key, number=number).first()
    if row is None:
        raise Http404
    return row


@requires("rulebook.read")
def policy_list(request: Request) -> HttpResponseBase:
    return render(
        request, "rulebook/policies.html", {"overview": summaries.overview(on=timezone.localdate())}
    )


@requires("rulebook.read")
def policy_detail(request: Request, key: str) -> HttpResponseBase:
    policy = _policy(key)
    current = version_in_force(policy, on=timezone.localdate())
    values = current.values.model_dump(mode="json")
    history = summaries.history(policy)
    opened = next((row for row in history if row.state in ("draft", "published")), None)
    context = {
        "policy": policy,
        "current": current,
        "lines": summaries.lines(policy, values),
        "history": history,
        "opened": opened,
        "changes": summaries.lines(policy, opened.values, values) if opened else [],
        "upload": UploadForm(initial={"effective_from": timezone.localdate()}),
    }
    return render(request, "rulebook/policy.html", context)


@requires("rulebook.read")
def version(request: Request, key: str, number: int) -> HttpResponseBase:
    policy, row = _policy(key), _version(key, number)
    before = next(
        (each for each in summaries.history(policy) if each.number < number and each.state == "confirmed"),
        None,
    )
    older = before.values if before else policy.shipped().model_dump(mode="json")
    context = {
        "policy": policy,
        "version": row,
        "before": before,
        "lines": summaries.lines(policy, row.values, older),
    }
    return render(request, "rulebook/version.html", context)


@requires("rulebook.draft")
def draft(request: Request, key: str) -> HttpResponseBase:
    policy, today = _policy(key), timezone.localdate()
    opened = next((row for row in summaries.history(policy) if row.state == "draft"), None)
    values = opened.values if opened else version_in_force(policy, on=today).values.model_dump(mode="json")
    initial = {f"p_{name}": value for name, value in values.items()}
    initial |= {
        "effective_from": opened.effective_from if opened else today,
        "reason": opened.reason if opened else "",
    }
    form = draft_form(policy)(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.draft_version(
                by=request.scope, policy=policy, values=form.policy_values(), on=today,
                effective_from=form.cleaned_data["effective_from"], reason=form.cleaned_data["reason"],
            )  # fmt: skip
        except actions.ValuesRefused as refusal:
            for name, finding in refusal.findings.items():
                form.add_error(f"p_{name}" if f"p_{name}" in form.fields else None, sentence(finding))
        else:
            messages.success(request, _("草稿已保存。核对无误后发布，由另一位同志复核。"))
            return see_other("rulebook:policy", key)
    return render(request, "rulebook/draft.html", {"policy": policy, "form": form})


@receives(lambda: LARGEST_TOML)
@requires("rulebook.draft")
@require_POST
def upload(request: Request, key: str) -> HttpResponseBase:
    policy = _policy(key)
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, _("请选TOML文件，填生效日期，写明为什么改。"))
        return see_other("rulebook:policy", key)
    text = form.cleaned_data["file"].read(LARGEST_TOML).decode("utf-8", "replace")
    actions.draft_version(
        by=request.scope, policy=policy, values=summaries.from_toml(text), on=timezone.localdate(),
        effective_from=form.cleaned_data["effective_from"], reason=form.cleaned_data["reason"],
    )  # fmt: skip
    messages.success(request, _("已按文件存成草稿，请核对变化。"))
    return see_other("rulebook:policy", key)


@requires("rulebook.read")
def toml(request: Request, key: str) -> HttpResponseBase:
    policy = _policy(key)
    values = version_in_force(policy, on=timezone.localdate()).values.model_dump(mode="json")
    return attachment(summaries.to_toml(policy, values).encode(), f"{key}.toml")


@requires("rulebook.draft")
@require_POST
def publication(request: Request, key: str, number: int) -> HttpResponseBase:
    actions.publish_version(by=request.scope, version=_version(key, number), on=timezone.localdate())
    messages.success(request, _("已发布，等另一位同志复核后生效。"))
    return see_other("rulebook:policy", key)


@requires("rulebook.confirm")
@require_POST
def confirmation(request: Request, key: str, number: int) -> HttpResponseBase:
    actions.confirm_version(by=request.scope, version=_version(key, number), on=timezone.localdate())
    messages.success(request, _("已复核，到生效日期起执行。"))
    return see_other("rulebook:policy", key)


@requires("rulebook.confirm")
@require_POST
def rejection(request: Request, key: str, number: int) -> HttpResponseBase:
    actions.reject_version(
        by=request.scope, version=_version(key, number), reason=request.POST.get("reason", "")
    )
    messages.success(request, _("已退回，起草的人可以重新起草。"))
    return see_other("rulebook:policy", key)
