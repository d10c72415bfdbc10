"""Two people are two accounts, whatever they are called."""

import pytest

from zhibu.core.access import Refused, Scope
from zhibu.core.hands import Person, check_another

SENTENCE = "这一笔是{name}登记的。"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (Person(1, "张敏"), Scope(2, "李强")),
        (Person(1, "张敏"), Scope(2, "张敏")),
        (Person(None, "李强"), Scope(1, "张敏")),
        (Person(None, ""), Scope(1, "")),
        (Person(1, "张敏"), Scope.system("张敏")),
    ],
)
def test_another_account_may(first: Person, second: Scope) -> None:
    assert not first.is_same(Person.of(second)) or second.is_system or not first.name
    check_another(second, first, SENTENCE, next_step="请别人办。")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (Person(1, "张敏"), Scope(1, "张敏")),
        (Person(1, "张敏"), Scope(1, "改了名的张敏")),
        (Person(None, "张敏"), Scope(1, "张敏")),
    ],
)
def test_the_same_account_may_not_under_any_name(first: Person, second: Scope) -> None:
    with pytest.raises(Refused) as refused:
        check_another(second, first, SENTENCE, next_step="请别人办。")
    assert str(refused.value) == f"这一笔是{first.name}登记的。"
    assert refused.value.next_step == "请别人办。"
