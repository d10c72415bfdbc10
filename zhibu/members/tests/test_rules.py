"""The rules of a member's record, with the synthetic numbers of the code tables."""

from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.world import TODAY, synthetic_resident_id
from zhibu.core import codes
from zhibu.core.access import Refused
from zhibu.core.dates import add_months
from zhibu.members.rules.events import Limits, Situation, probation_ends
from zhibu.members.rules.facts import Facts, FactsRefused, check_facts, clean_phone, findings, is_phone
from zhibu.members.rules.likeness import Likeness, Traits, likeness
from zhibu.members.rules.posts import check_posts
from zhibu.members.rules.reasons import check_reason
from zhibu.members.rules.stages import (
    BranchPost,
    DuesCategory,
    Stage,
    Standing,
    join_posts,
    may_hold_standing,
    seniority,
    split_posts,
)

pytestmark = pytest.mark.dated

GOOD = Facts(
    name="吉则日果",
    sex="2",
    ethnic_group="07",
    birth_date=date(1984, 3, 1),
    education="61",
    join_date=date(2009, 6, 28),
    stage="full",
    dues_category="farmer",
    confirmation_date=date(2010, 6, 28),
    resident_id=synthetic_resident_id(date(1984, 3, 1), "2", 7),
    phone="13800005678",
)


def fields(facts: Facts) -> list[str]:
    return [finding.field for finding in findings(facts, on=TODAY)]


def test_a_sound_record_has_no_findings() -> None:
    assert fields(GOOD) == []


@given(joined=st.dates(date(2003, 1, 1), add_months(TODAY, -12)))
@example(joined=date(2024, 2, 29))
def test_who_is_confirmed_on_the_day_proposed_has_a_sound_record(joined: date) -> None:
    limits = Limits()
    proposed = probation_ends(Situation(Stage.PROBATIONARY, Standing.ACTIVE, joined), limits)
    assert fields(GOOD._replace(join_date=joined, confirmation_date=proposed)) == []
    early = GOOD._replace(join_date=joined, confirmation_date=proposed - timedelta(days=1))
    assert fields(early) == ["confirmation_date"]


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"name": "·木呷"}, "name", "1到40个字"),
        ({"name": "阿" * 41}, "name", "1到40个字"),
        ({"ethnic_group": "97"}, "ethnic_group", "民族"),
        ({"education": ""}, "education", "学历"),
        ({"stage": "activist"}, "stage", "人员类别"),
        ({"birth_date": TODAY + timedelta(1)}, "birth_date", "今天以后"),
        ({"join_date": TODAY + timedelta(1)}, "join_date", "今天以后"),
        ({"join_date": date(1984, 3, 1)}, "join_date", "早于出生"),
        ({"join_date": date(2002, 2, 28), "confirmation_date": date(2003, 3, 1)}, "join_date", "未满18岁"),
        ({"birth_date": date(1890, 1, 1), "join_date": date(1921, 6, 30)}, "join_date", "1921年7月"),
        ({"confirmation_date": date(2009, 6, 27)}, "confirmation_date", "早于入党"),
        ({"confirmation_date": date(2009, 6, 28)}, "confirmation_date", "不到一年"),
        ({"confirmation_date": date(2010, 6, 27)}, "confirmation_date", "不到一年"),
        ({"confirmation_date": TODAY + timedelta(1)}, "confirmation_date", "今天以后"),
        ({"confirmation_date": None}, "confirmation_date", "要填转正时间"),
        ({"stage": "probationary"}, "confirmation_date", "没有转正时间"),
        ({"phone": "12800005678"}, "phone", "11位"),
        ({"phone": "1380000567"}, "phone", "10位"),
        ({"resident_id": ""}, "resident_id", "没有填身份证号"),
        ({"birth_date": date(1984, 3, 2)}, "birth_date", "证件说明"),
        ({"sex": "1"}, "sex", "证件说明"),
        # codes/README.md, in the order in which a number is checked
        ({"resident_id": "99999919000101001"}, "resident_id", "17位"),
        ({"resident_id": "999999190001010016"}, "resident_id", "校验码"),
        ({"resident_id": "999999190001010051"}, "resident_id", "校验码"),
        ({"resident_id": "999999190002290012"}, "resident_id", "不存在"),
    ],
)
def test_each_fault_is_found_beside_its_field(changes: dict[str, object], field: str, words: str) -> None:
    found = findings(GOOD._replace(**changes), on=TODAY)  # type: ignore[arg-type]
    assert field in [each.field for each in found]
    sentence = next(str(each.refusal) for each in found if each.field == field)
    assert words in sentence
    assert sentence.endswith("。")
    assert "{" not in sentence


@pytest.mark.parametrize(
    "number",
    ["999999190001010015", "513499190003150036", "99999919000105005X", "999999189912311187"],
)
def test_valid_vectors_pass_with_their_birth_date(number: str) -> None:
    birth = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    facts = GOOD._replace(
        resident_id=number, birth_date=birth, sex="1" if int(number[16]) % 2 else "2", join_date=date(1950, 7, 1),
        confirmation_date=date(1951, 7, 1),
    )  # fmt: skip
    assert fields(facts) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"confirmation_date": date(2009, 6, 28), "dates_reason": "1976年前入党无预备期"},
        {"confirmation_date": None, "dates_reason": "档案无转正记载，已查入党志愿书"},
        {"join_date": date(2002, 2, 28), "confirmation_date": date(2003, 3, 1), "dates_reason": "档案如此"},
        {"birth_date": date(1983, 3, 1), "identity_reason": "三龄两历认定"},
        {"sex": "1", "identity_reason": "公安更正前的号码"},
        {"resident_id": "", "identity_reason": "没有办过身份证"},
        {"stage": "probationary", "confirmation_date": None},
    ],
)
def test_a_recorded_reason_lets_historic_cases_pass(changes: dict[str, object]) -> None:
    assert fields(GOOD._replace(**changes)) == []  # type: ignore[arg-type]


def test_a_reason_never_excuses_dates_in_the_wrong_order() -> None:
    facts = GOOD._replace(confirmation_date=date(2009, 1, 1), dates_reason="档案如此")
    assert fields(facts) == ["confirmation_date"]


def test_refusal_carries_all_findings_and_reads_as_the_first() -> None:
    with pytest.raises(FactsRefused) as refused:
        check_facts(GOOD._replace(name="", phone="1"), on=TODAY)
    assert [each.field for each in refused.value.findings] == ["name", "phone"]
    assert "姓名" in str(refused.value)


@given(
    birth=st.dates(date(1920, 1, 1), date(2010, 1, 1)),
    join=st.dates(date(1900, 1, 1), date(2030, 1, 1)),
    confirmation=st.none() | st.dates(date(1900, 1, 1), date(2030, 1, 1)),
    stage=st.sampled_from(list(Stage)),
    reason=st.sampled_from(["", "档案如此"]),
)
def test_what_passes_the_rules_passes_the_tables_constraints(
    birth: date, join: date, confirmation: date | None, stage: Stage, reason: str
) -> None:
    facts = GOOD._replace(
        birth_date=birth, join_date=join, confirmation_date=confirmation, stage=stage, dates_reason=reason,
        identity_reason="三龄两历认定",
    )  # fmt: skip
    if not findings(facts, on=TODAY):
        assert join > birth
        assert confirmation is None or join <= confirmation <= TODAY
        assert not (stage == Stage.PROBATIONARY and confirmation)


@given(st.text(max_size=60))
def test_any_text_as_phone_is_judged_without_a_crash(text: str) -> None:
    cleaned = clean_phone(text)
    if is_phone(cleaned):
        assert cleaned.isascii()
        assert cleaned.isdigit()
        assert clean_phone(cleaned) == cleaned


@given(st.sets(st.sampled_from(list(BranchPost))))
def test_posts_survive_the_way_into_a_cell_and_back(posts: set[BranchPost]) -> None:
    again = split_posts(join_posts({str(post) for post in posts}))
    assert again is not None
    assert set(again) == {str(post) for post in posts}


def test_enumerations_are_those_of_the_code_tables() -> None:
    assert [str(each) for each in DuesCategory] == list(codes.table("dues_category"))
    assert [str(each) for each in BranchPost] == list(codes.table("branch_post"))
    assert [str(each) for each in Standing] == list(codes.table("standing"))
    assert {str(each) for each in Stage} <= set(codes.table("member_stage"))


@pytest.mark.parametrize(
    ("stage", "standing", "may"),
    [
        ("full", "active", True),
        ("full", "suspended", True),
        ("probationary", "suspended", False),
        ("probationary", "ended", True),
    ],
)
def test_only_a_full_members_standing_is_suspended(stage: str, standing: str, may: bool) -> None:
    assert may_hold_standing(stage, standing) is may


def test_posts_are_for_full_members_in_good_standing() -> None:
    check_posts("full", "active")
    for stage, standing in (("probationary", "active"), ("full", "suspended")):
        with pytest.raises(Refused, match="正式党员"):
            check_posts(stage, standing)


def test_seniority_counts_from_confirmation() -> None:
    assert seniority(date(2010, 6, 28), on=date(2026, 6, 27)) == 15
    assert seniority(date(2010, 6, 28), on=date(2026, 6, 28)) == 16
    assert seniority(None, on=TODAY) == 0


@pytest.mark.parametrize(
    ("reason", "words"),
    [("补证", "至少4个字"), ("   核 ", "至少4个字"), ("核对13800005678", "不要写"), ("长" * 201, "最多200")],
)
def test_reasons_say_something_and_hold_no_numbers(reason: str, words: str) -> None:
    with pytest.raises(Refused, match=words):
        check_reason(reason)
    assert check_reason(" 核对2024年收据 ") == "核对2024年收据"


ONE = Traits("王伟", "wangwei", date(1970, 1, 1), "1", "h1a")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"name": "王薇", "birth_date": date(1999, 1, 1), "sex": "2"}, Likeness.SAME_NUMBER),
        ({"number_index": "h1b"}, Likeness.SAME_NAME_AND_BIRTH),
        ({"number_index": ""}, Likeness.SAME_NAME_AND_BIRTH),
        ({"name": "王玮", "number_index": "h1b", "birth_date": date(1970, 12, 31)}, Likeness.SOUNDS_ALIKE),
        ({"name": "王玮", "number_index": "h1b", "birth_date": date(1969, 12, 20)}, Likeness.SOUNDS_ALIKE),
        ({"name": "王玮", "number_index": "h1b", "birth_date": date(1969, 11, 1)}, None),
        ({"name": "王薇", "number_index": "h1b", "sex": "2"}, None),
        ({"name": "王芳", "pinyin": "wangfang", "number_index": "h1b"}, None),
    ],
)
def test_likeness(changes: dict[str, object], expected: Likeness | None) -> None:
    other = ONE._replace(**changes)  # type: ignore[arg-type]
    assert likeness(ONE, other) == likeness(other, ONE) == expected
