"""Reads of the rulebook: values as people read them, history, differences."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, get_args

import tomli_w
from django.utils.translation import gettext as _
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from zhibu.core.access import Refused
from zhibu.core.text import gettext_noop
from zhibu.rulebook.models import PolicyVersion
from zhibu.rulebook.policies import InForce, Policy, policies, version_in_force


@dataclass(frozen=True, slots=True)
class Line:
    """One value of a policy: label, help, how it reads, and how it read before when it differs."""

    name: str
    label: str
    help: str
    shown: str
    before: str | None = None


@dataclass(frozen=True, slots=True)
class Overview:
    """One policy in the list."""

    policy: Policy[BaseModel]
    in_force: InForce[BaseModel]
    waiting: PolicyVersion | None


def overview(*, on: date) -> list[Overview]:
    """All policies with the version in force and the one that waits. Two queries a policy; there are a handful."""
    waiting = {row.policy: row for row in PolicyVersion.objects.filter(state="published")}
    return [
        Overview(policy, version_in_force(policy, on=on), waiting.get(key))
        for key, policy in policies().items()
    ]


def lines(
    policy: Policy[BaseModel], values: Mapping[str, object], before: Mapping[str, object] | None = None
) -> list[Line]:
    """The values in the order of the schema; with ``before``, what each was where it differs."""
    found = []
    for name, field in policy.schema.model_fields.items():
        now = show(field, values.get(name))
        then = show(field, before.get(name)) if before is not None else now
        found.append(
            Line(
                name,
                _(field.title or name),
                _(field.description) if field.description else "",
                now,
                then if then != now else None,
            )
        )
    return found


def show(field: FieldInfo, value: object) -> str:
    """A value as people read it."""
    if isinstance(value, bool):
        return _("是") if value else _("否")
    labels = choice_labels(field)
    if labels:
        return _(labels.get(str(value), str(value)))
    return "" if value is None else str(value)


def choice_labels(field: FieldInfo) -> Mapping[str, str]:
    """Code -> Chinese message id for a field with a fixed choice; empty for others."""
    extra: Any = field.json_schema_extra
    if isinstance(extra, dict) and isinstance(extra.get("labels"), dict):
        return {str(code): str(text) for code, text in extra["labels"].items()}
    return {str(code): str(code) for code in get_args(field.annotation)}


def history(policy: Policy[BaseModel]) -> list[PolicyVersion]:
    """All versions, newest first. One query."""
    return list(PolicyVersion.objects.filter(policy=policy.key).order_by("-number"))


def to_toml(policy: Policy[BaseModel], values: Mapping[str, object]) -> str:
    """The values as TOML with their labels as comments: a file to keep, to send, to import."""
    parts = [f"# {_(policy.title)}\n"]
    for name, field in policy.schema.model_fields.items():
        if name in values:
            parts.append(f"\n# {_(field.title or name)}\n{tomli_w.dumps({name: values[name]})}")
    return "".join(parts)


def from_toml(text: str) -> dict[str, object]:
    """The values of an imported file. Refused when it is not TOML, with the place."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Refused(
            gettext_noop("文件不是正确的TOML：{reason}。请先下载现行规则，在它上面改。"), reason=str(error)
        ) from None
