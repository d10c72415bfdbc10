"""Variables that cannot be meant stop the start."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from zhibu.config import env


@pytest.fixture(autouse=True)
def _known(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(env, "KNOWN", {})
    yield


@pytest.mark.parametrize(
    ("text", "value"), [("1", True), ("yes", True), ("ON", True), ("0", False), ("off", False), ("", False)]
)
def test_flag_reads_what_people_write(monkeypatch: pytest.MonkeyPatch, text: str, value: bool) -> None:
    monkeypatch.setenv("ZHIBU_X", text)
    assert env.flag("ZHIBU_X", default=False, meaning="") is value


def test_flag_and_number_refuse_anything_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHIBU_X", "maybe")
    with pytest.raises(env.SettingError, match="ZHIBU_X"):
        env.flag("ZHIBU_X", default=False, meaning="")
    with pytest.raises(env.SettingError, match="ZHIBU_X"):
        env.number("ZHIBU_X", 1, "")


def test_value_may_stand_in_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("from the file\n", "utf-8")
    monkeypatch.setenv("ZHIBU_X_FILE", str(tmp_path / "secret"))
    assert env.text("ZHIBU_X", "", "") == "from the file"


def test_list_is_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    assert env.names("ZHIBU_X", ("a",), "") == ["a"]
    monkeypatch.setenv("ZHIBU_X", "b, c,")
    assert env.names("ZHIBU_X", ("a",), "") == ["b", "c"]
