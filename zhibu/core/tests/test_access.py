"""What a scope answers."""

import pytest

from zhibu.core.access import Denied, Refused, Scope

CLERK = Scope(7, "阿措克布", {"members.read": ("1.2.3.", "1.9."), "empty": ()})


@pytest.mark.parametrize(
    ("path", "covered"),
    [
        ("1.2.3.", True),
        ("1.2.3.4.", True),
        ("1.9.5.", True),
        ("1.2.", False),
        ("1.2.30.", False),
        ("1.90.", False),
        ("", False),
    ],
)
def test_a_right_reaches_its_subtree_and_nothing_beside_it(path: str, covered: bool) -> None:
    assert CLERK.covers("members.read", path) == covered
    assert not CLERK.covers("members.maintain", path)


def test_require_names_the_way_on() -> None:
    CLERK.require("members.read", "1.2.3.4.")
    CLERK.require_any("members.read")
    with pytest.raises(Denied, match="授权"):
        CLERK.require("members.read", "1.2.")
    with pytest.raises(Denied, match="授权"):
        CLERK.require_any("members.maintain")


def test_a_visitor_may_nothing_and_named_work_everything() -> None:
    assert not Scope.nobody().has("members.read")
    assert not Scope.nobody().covers("members.read", "1.")
    work = Scope.system("zhibu init")
    assert work.covers("anything", "1.2.")
    assert work.has("anything")
    assert (work.user_id, work.name) == (None, "zhibu init")


def test_a_scope_cannot_be_widened() -> None:
    with pytest.raises(AttributeError):
        CLERK.is_system = True  # type: ignore[misc]
    with pytest.raises(TypeError):
        Scope.nobody().grants["members.read"] = ("",)  # type: ignore[index]


def test_a_refusal_reads_as_a_sentence() -> None:
    refusal = Refused("第{row}行的姓名没有填。", row=16, next_step="请补上。")
    assert str(refusal) == "第16行的姓名没有填。"
    assert str(Refused("花括号{不填}")) == "花括号{不填}"
