"""The official texts are printed as collated, or not at all."""

from datetime import date
from pathlib import Path

import pytest

from zhibu.certificates import official_texts
from zhibu.certificates.checks import check_official_texts

pytestmark = pytest.mark.dated

TEXTS = Path(official_texts.__file__).with_name("texts.toml")


def test_the_shipped_texts_are_as_collated() -> None:
    assert check_official_texts(None) == []
    texts = official_texts.texts_in_force(date(2026, 11, 24))
    assert texts["oath"]["text"].startswith("我志愿加入中国共产党，拥护党的纲领，")
    assert len(texts["rights"]["item"]) == len(texts["duties"]["item"]) == 8
    assert texts["probationary"].startswith("预备党员的义务同正式党员一样。")


@pytest.mark.parametrize(
    ("before", "after", "where"),
    [
        ("履行党员义务，执行党的决定", "履行党员义务；执行党的决定", "我志愿加入"),
        ("永不叛党。", "永不叛党", "我志愿加入"),
        ("行使表决权、选举权", "行使表决权选举权", "行使表决权"),
        ("也同正式党员一样。", "也同正式党员一样", "预备党员"),
        ("都无权剥夺", "无权剥夺", "党的任何一级"),
    ],
)
def test_a_changed_text_stops_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: str, after: str, where: str
) -> None:
    text = TEXTS.read_text("utf-8")
    assert text.count(before) == 1
    changed = tmp_path / "texts.toml"
    changed.write_text(text.replace(before, after), "utf-8")
    monkeypatch.setattr(official_texts, "FILES", (changed,))
    (found,) = check_official_texts(None)
    assert where in found.msg
    assert "texts.toml" in str(found.hint)
    with pytest.raises(official_texts.TextChanged):
        official_texts.load(changed)


def test_a_text_without_a_digest_counts_as_changed(tmp_path: Path) -> None:
    bare = tmp_path / "bare.toml"
    bare.write_text('[oath]\ntext = "我志愿加入中国共产党。"\n', "utf-8")
    with pytest.raises(official_texts.TextChanged):
        official_texts.load(bare)


def test_texts_that_are_not_yet_in_force_are_not_printed() -> None:
    with pytest.raises(LookupError):
        official_texts.texts_in_force(date(2022, 10, 21))
