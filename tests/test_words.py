"""Every form of the system asks for words with the one field that refuses fillers and marks nobody sees."""

import importlib
import pkgutil
from collections.abc import Iterator

import pytest
from django import forms

import zhibu
from zhibu.ui.fields import TextField

# What is no text: search boxes, codes, numbers, months and the words of a paper that is compared.
NO_WORDS = frozenset(
    ["q", "person", "organization", "paper", "shown", "username", "resident_id", "phone", "dues_paid_to", "old_number"]
)  # fmt: skip


def _fields() -> Iterator[tuple[str, str, forms.Field]]:
    for module in pkgutil.walk_packages(zhibu.__path__, "zhibu."):
        if ".forms" not in module.name or ".tests" in module.name:
            continue
        for found in vars(importlib.import_module(module.name)).values():
            if isinstance(found, type) and issubclass(found, forms.Form) and found.__module__ == module.name:
                for name, field in found.base_fields.items():
                    yield f"{module.name}.{found.__name__}", name, field


def test_every_field_for_words_is_the_one_that_refuses_fillers() -> None:
    plain = [
        f"{form}.{name}"
        for form, name, field in _fields()
        if type(field) is forms.CharField and not field.widget.is_hidden and name not in NO_WORDS
    ]
    assert plain == []


@pytest.mark.parametrize("filler", ["同上", "／", "无。", "N/A", "——", "０", "不\u200d详"])
def test_no_field_for_words_takes_a_filler(filler: str) -> None:
    words = [(form, name, field) for form, name, field in _fields() if isinstance(field, TextField)]
    assert len(words) > 100
    for form, name, field in words:
        with pytest.raises(forms.ValidationError) as caught:
            field.clean(filler)
        assert any("等于没有写" in text for text in caught.value.messages), (form, name)
