"""The shape of the house: what the import contracts cannot see, and that the contracts are complete."""

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models.fields.related import ForeignObject, ManyToManyField
from django.utils.module_loading import import_string

from tests.urls import addresses
from zhibu.config import navigation, panels

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "zhibu"
APPS = sorted(path.parent.name for path in PACKAGE.glob("*/apps.py"))


def _contracts() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"][
        "importlinter"
    ]["contracts"]
    return found


def _heights() -> dict[str, int]:
    """App -> height in the layer list: 0 is the lowest."""
    (layers,) = (c["layers"] for c in _contracts() if c.get("containers") == ["zhibu"])
    return {
        name: height for height, layer in enumerate(reversed(layers)) for name in re.findall(r"\w+", layer)
    }


def _references() -> list[tuple[str, models.Field[Any, Any], str]]:
    """(label of the field, field, app it points to) for every reference between our models."""
    found: list[tuple[str, models.Field[Any, Any], str]] = []
    for model in apps.get_models():
        if not model.__module__.startswith("zhibu."):
            continue
        for field in model._meta.get_fields():
            if isinstance(field, ForeignObject | ManyToManyField):
                target = field.related_model
                if target.__module__.startswith("zhibu."):
                    found.append((f"{model._meta.label}.{field.name}", field, target._meta.app_label))
    return found


def test_import_contracts_hold() -> None:
    run = subprocess.run(
        [
            sys.executable,
            "-c",
            "from importlinter.cli import lint_imports_command as run; run()",
            "--no-cache",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout


def test_every_app_has_its_place_in_the_layer_list() -> None:
    assert set(APPS) - _heights().keys() == set()
    assert {
        name.removeprefix("zhibu.") for name in settings.INSTALLED_APPS if name.startswith("zhibu.")
    } == set(APPS)


def test_models_point_downwards_only() -> None:
    heights = _heights()
    upward = [
        label
        for label, field, target in _references()
        if heights[target] > heights[field.model._meta.app_label]
    ]
    assert _references()
    assert upward == []


def test_no_reverse_accessor_reaches_up() -> None:
    reaching = [
        label
        for label, field, target in _references()
        if target != field.model._meta.app_label and getattr(field.remote_field, "related_name", "") != "+"
    ]
    assert reaching == []


def test_nothing_of_the_domain_hangs_on_signals() -> None:
    offenders = [
        str(path.relative_to(ROOT))
        for path in PACKAGE.rglob("*.py")
        if re.search(r"\b(post_save|pre_save|post_delete|pre_delete|m2m_changed)\b", path.read_text("utf-8"))
    ]
    assert offenders == []


def test_models_have_no_save_of_their_own() -> None:
    own = [
        f"{model._meta.label}.{name}"
        for model in apps.get_models()
        if model.__module__.startswith("zhibu.")
        for name in ("save", "delete", "__str__")
        if name in vars(model)
    ]
    assert own == []


@pytest.mark.parametrize("path", sorted(PACKAGE.glob("*/rules*")), ids=lambda p: f"{p.parent.name}.{p.stem}")
def test_rules_are_pure(path: Path) -> None:
    files = [path] if path.is_file() else sorted(path.rglob("*.py"))
    imported = {
        name
        for file in files
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    impure = {
        name
        for name in imported
        if name.split(".")[0] in {"django", "datetime.datetime", "random", "os", "socket"}
        or name in {"zhibu.core.db", "zhibu.core.http"}
        or re.fullmatch(r"zhibu\.\w+\.(models|querysets|actions|views|summaries)", name)
    }
    assert impure == set()


def test_every_rules_module_is_named_in_the_purity_contract() -> None:
    (listed,) = (c["source_modules"] for c in _contracts() if c["name"].startswith("Rules are pure"))
    modules = {f"zhibu.{path.parent.name}.rules" for path in PACKAGE.glob("*/rules*")}
    assert modules - set(listed) == set()


@pytest.mark.parametrize("app", APPS)
def test_every_app_says_what_it_is_about(app: str) -> None:
    text = (PACKAGE / app / "README.md").read_text("utf-8")
    lines = [line for line in text.splitlines() if line.strip()]
    assert text.startswith(f"# {app}\n")
    assert 4 <= len(lines) <= 20


def test_registries_name_things_that_exist() -> None:
    names = [*settings.SHEETS, *settings.JOB_KINDS, *settings.POLICIES, settings.SCOPE_OF_USER_ID]
    assert [name for name in names if import_string(name) is None] == []


def test_menu_and_panels_name_addresses_that_exist() -> None:
    known = {a.name for a in addresses()}
    menu = {entry.url for group in navigation.MENU for entry in group.entries}
    placed = {panel.url for panel in (*panels.MEMBER_PANELS, *panels.ORGANIZATION_PANELS)}
    assert (menu | placed) - known == set()
