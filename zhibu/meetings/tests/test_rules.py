"""Who should attend, votes, duties, appraisal, the six steps: tables from the sources, and properties."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhibu.core.access import Refused
from zhibu.meetings.rules.appraisal import too_many_excellent
from zhibu.meetings.rules.attendance import (
    CAME,
    EXCUSE_LABELS,
    EXCUSE_RULE,
    LOST,
    Excuse,
    Mark,
    Person,
    Status,
    count,
    expected,
    mark,
    marks,
    next_status,
    proposed_excuse,
)
from zhibu.meetings.rules.duties import EVERY, Branch, duties, is_due
from zhibu.meetings.rules.files import file_name
from zhibu.meetings.rules.kinds import SPECS, Kind, check_plan
from zhibu.meetings.rules.village import Step, check_step, findings
from zhibu.meetings.rules.votes import Written, is_admission, judge_vote, needed_ayes, needed_present

pytestmark = pytest.mark.dated

DAY = date(2026, 11, 20)
NEEDED = dict.fromkeys(Kind, 1)


def person(pk: int = 1, **facts: object) -> Person:
    values: dict[str, object] = {"stage": "full", "standing": "active", "join_date": date(2010, 7, 1)}
    return Person(pk, **{**values, **facts})  # type: ignore[arg-type]


people = st.lists(
    st.builds(
        Person,
        member_id=st.integers(1, 10_000),
        stage=st.sampled_from(["full", "probationary"]),
        standing=st.just("active"),
        join_date=st.dates(date(1950, 1, 1), date(2026, 12, 31)),
        measures=st.frozensets(
            st.sampled_from(["probation_within_party", "rights_suspended", "floating_out", "warning"])
        ),
        group=st.sampled_from(["", "第一党小组", "第二党小组"]),
        posts=st.frozensets(st.sampled_from(["secretary", "group_leader"])),
        is_floating=st.booleans(),
    ),
    unique_by=lambda each: each.member_id,
    max_size=60,
)


@pytest.mark.parametrize(
    ("facts", "excuse", "votes"),
    [
        ({}, None, True),
        ({"stage": "probationary"}, None, False),
        ({"standing": "suspended"}, Excuse.SUSPENDED, False),
        ({"measures": frozenset({"rights_suspended"})}, Excuse.RIGHTS_SUSPENDED, False),
        # 留党察看: attends and is counted, has no vote (membership.md).
        ({"measures": frozenset({"probation_within_party"})}, None, False),
        ({"measures": frozenset({"floating_out"})}, Excuse.FLOATING_OUT, True),
        ({"is_floating": True}, Excuse.FLOATING_OUT, True),
        # Lost: no case of the explanation, so counted; the list proposes absent.
        ({"measures": frozenset({"lost_contact_flag"})}, None, True),
        ({"measures": frozenset({"warning"})}, None, True),
    ],
)
def test_who_need_not_come_and_who_votes(
    facts: dict[str, object], excuse: Excuse | None, votes: bool
) -> None:
    found = person(1, **facts)
    assert proposed_excuse(found) == excuse
    assert found.may_vote is votes


def test_a_committee_meeting_is_for_its_members_and_a_group_meeting_for_the_group() -> None:
    secretary, leader, plain, later = (
        person(1, posts=frozenset({"secretary"})),
        person(2, posts=frozenset({"group_leader"}), group="第一党小组"),
        person(3, group="第二党小组"),
        person(4, join_date=date(2026, 12, 1)),
    )
    listed = [secretary, leader, plain, later]

    def ids(kind: Kind, group: str = "") -> list[int]:
        return [each.member_id for each in expected(kind, listed, group=group, on=DAY)]

    assert ids(Kind.MEMBERS_MEETING) == [1, 2, 3]
    assert ids(Kind.BRANCH_COMMITTEE_MEETING) == [1]
    assert ids(Kind.GROUP_MEETING, "第一党小组") == [2]


@given(people, st.data())
def test_a_list_counts_everyone_once_and_only_those_who_should_attend_vote(
    listed: list[Person], data: st.DataObject
) -> None:
    chosen = data.draw(st.sets(st.sampled_from(listed), max_size=5)) if listed else set()
    excused = {each.member_id: "long_ill" for each in chosen}
    lines = marks(listed, excused=excused)
    totals = count((line.status, line.has_vote) for line in lines)
    assert totals.should + totals.excused == len(listed) == len(lines)
    assert totals.should == totals.came + totals.leave + totals.absent
    assert totals.voters_here <= totals.voters <= totals.should
    assert {line.member_id for line in lines if line.status == Status.EXCUSED} >= set(excused)
    assert not any(line.has_vote for line in lines if line.status == Status.EXCUSED)


@given(st.integers(1, 500), st.data())
def test_a_vote_passes_only_with_half_there_and_more_than_half_of_those_who_should(
    should: int, data: st.DataObject
) -> None:
    present = data.draw(st.integers(0, should))
    ayes = data.draw(st.integers(0, present))
    noes = data.draw(st.integers(0, present - ayes))
    judged = judge_vote(should=should, present=present, ayes=ayes, noes=noes, abstained=present - ayes - noes)
    assert judged.quorum == (2 * present >= should)
    assert judged.passed == (2 * present >= should and 2 * ayes > should)
    # The least that is enough is enough, and one less is not.
    assert 2 * needed_present(should) >= should > 2 * (needed_present(should) - 1)
    assert 2 * needed_ayes(should) > should >= 2 * (needed_ayes(should) - 1)


@given(st.integers(1, 300), st.data())
def test_admission_wants_more_than_half_there_and_counts_written_opinions(
    should: int, data: st.DataObject
) -> None:
    present = data.draw(st.integers(0, should))
    ayes = data.draw(st.integers(0, present))
    written = Written(data.draw(st.integers(0, should - present)))
    judged = judge_vote(
        should=should,
        present=present,
        ayes=ayes,
        noes=0,
        abstained=present - ayes,
        admits=True,
        written=written,
    )
    assert judged.quorum == (2 * present > should)
    assert judged.passed == (2 * present > should and 2 * (ayes + written.ayes) > should)


def test_five_of_ten_may_decide_on_the_plan_and_not_on_an_admission() -> None:
    figures: dict[str, Any] = {"should": 10, "present": 5, "ayes": 5, "noes": 0, "abstained": 0}
    assert judge_vote(**figures).quorum
    assert not judge_vote(**figures, admits=True, written=Written(ayes=5)).quorum
    six: dict[str, Any] = {**figures, "present": 6}
    assert not judge_vote(**{**six, "noes": 1}, admits=True).passed
    assert judge_vote(**{**six, "noes": 1}, admits=True, written=Written(ayes=1)).passed


@pytest.mark.parametrize(
    ("motion", "admits"),
    [
        ("关于接收沙马某为预备党员的决议", True),
        ("关于沙马某按期转正的决议", True),
        ("关于发展沙马某入党的决议", True),
        ("关于延长沙马某预备期的决议", True),
        ("关于年度工作计划的决议", False),
        ("关于修水渠的决议", False),
    ],
)
def test_an_admission_is_known_by_its_words(motion: str, admits: bool) -> None:
    assert is_admission(motion) is admits


def test_written_opinions_come_only_from_the_absent_and_only_on_admissions() -> None:
    figures: dict[str, Any] = {"should": 10, "present": 8, "ayes": 8, "noes": 0, "abstained": 0}
    with pytest.raises(Refused, match="多于没有到会的2人"):
        judge_vote(**figures, admits=True, written=Written(noes=3))
    with pytest.raises(Refused, match="书面意见才计票"):
        judge_vote(**figures, written=Written(ayes=1))
    with pytest.raises(Refused, match="不能是负数"):
        judge_vote(**figures, admits=True, written=Written(ayes=-1))


@given(st.integers(1, 500), st.data())
def test_an_election_takes_four_fifths(should: int, data: st.DataObject) -> None:
    present = data.draw(st.integers(0, should))
    ayes = data.draw(st.integers(0, present))
    quorum = SPECS[Kind.ELECTION_MEETING].quorum
    judged = judge_vote(
        should=should, present=present, ayes=ayes, noes=0, abstained=present - ayes, quorum=quorum
    )
    assert judged.quorum == (5 * present >= 4 * should)
    assert judged.passed == (5 * present >= 4 * should and 2 * ayes > should)
    least = needed_present(should, quorum)
    assert 5 * least >= 4 * should > 5 * (least - 1)


@given(*[st.integers(-3, 30)] * 5)
def test_figures_that_do_not_add_up_are_never_judged(
    should: int, present: int, ayes: int, noes: int, abstained: int
) -> None:
    adds_up = (
        min(should, present, ayes, noes, abstained) >= 0
        and 0 < should >= present
        and ayes + noes + abstained == present
    )
    try:
        judge_vote(should=should, present=present, ayes=ayes, noes=noes, abstained=abstained)
    except Refused:
        assert not adds_up
    else:
        assert adds_up


def test_the_sentence_says_by_how_much_a_count_is_wrong() -> None:
    with pytest.raises(Refused) as caught:
        judge_vote(should=30, present=20, ayes=18, noes=0, abstained=1)
    assert "合计19票，与有表决权的到会20人差1" in str(caught.value)


def test_a_tap_goes_around() -> None:
    assert [next_status(s) for s in ("present", "leave", "absent")] == ["leave", "absent", "present"]
    assert {next_status(s) for s in Status if s not in ("present", "leave", "absent")} == {"present"}


def test_an_excuse_needs_its_reason_and_elsewhere_a_floating_member() -> None:
    with pytest.raises(Refused, match="要写明事由"):
        marks([person()], excused={}, exceptions={1: ("excused", "")})
    with pytest.raises(Refused, match="没有登记为流动党员"):
        marks([person()], excused={}, exceptions={1: ("elsewhere", "")})
    away = person(is_floating=True)
    assert marks([away], excused={}, exceptions={1: ("elsewhere", "成都")}) == [
        Mark(1, Status.ELSEWHERE, "成都", has_vote=True)
    ]
    assert Status.ELSEWHERE in CAME
    with pytest.raises(Refused, match="不计入应到会，不能登记为到会"):
        mark(person(standing="suspended"), "present", "")


def test_who_cannot_be_found_is_counted_and_proposed_absent() -> None:
    lost = person(1, measures=frozenset({"lost_contact_flag"}))
    assert marks([lost], excused={}) == [Mark(1, Status.ABSENT, LOST, has_vote=True)]
    back = marks([lost], excused={}, exceptions={1: ("present", "")})
    assert back == [Mark(1, Status.PRESENT, "", has_vote=True)]


def test_the_reasons_are_those_of_the_explanation_and_say_so() -> None:
    assert set(Excuse) == {
        "suspended",
        "rights_suspended",
        "floating_out",
        "long_ill",
        "abroad",
        "retired_home",
        "not_transferred",
        "unable",
    }
    assert "半年以上" in EXCUSE_LABELS[Excuse.ABROAD]
    assert "原籍" in EXCUSE_LABELS[Excuse.RETIRED_HOME]
    assert EXCUSE_RULE.endswith("依据：中央组织部对应到会人数的解释。")


def test_a_stranger_is_not_on_the_list() -> None:
    with pytest.raises(Refused, match="不是这次会议的参加人员"):
        marks([person()], excused={2: "abroad"})


@pytest.mark.parametrize(
    ("kind", "day", "group", "sentence"),
    [
        (Kind.THEME_PARTY_DAY, date(2028, 1, 1), "", "离今天太远"),
        (Kind.THEME_PARTY_DAY, date(2025, 1, 1), "", "离今天太远"),
        (Kind.THEME_PARTY_DAY, DAY, "第一党小组", "只有党小组会才填"),
        (Kind.GROUP_MEETING, DAY, "第三党小组", "本支部的党小组有：第一党小组"),
    ],
)
def test_plans_that_cannot_be(kind: Kind, day: date, group: str, sentence: str) -> None:
    with pytest.raises(Refused) as caught:
        check_plan(kind=kind, day=day, group=group, groups=frozenset({"第一党小组"}), on=DAY)
    assert sentence in str(caught.value)


def test_what_a_branch_should_hold() -> None:
    held = {(Kind.MEMBERS_MEETING, 202610): 1, (Kind.THEME_PARTY_DAY, 202611): 2}
    found = {
        duty.kind: duty
        for duty in duties(Branch(has_committee=False, groups=2), held, needed=NEEDED, month=202611)
    }
    assert Kind.BRANCH_COMMITTEE_MEETING not in found
    assert found[Kind.GROUP_MEETING].missing == 2
    assert found[Kind.MEMBERS_MEETING].missing == 0
    assert found[Kind.THEME_PARTY_DAY].missing == 0
    assert found[Kind.DEMOCRATIC_APPRAISAL].missing == 1
    assert (
        duties(Branch(has_committee=True, groups=1, has_members=False), {}, needed=NEEDED, month=202611) == []
    )


def test_a_reminder_comes_late_in_the_last_month_of_a_period() -> None:
    (day,) = [
        duty
        for duty in duties(Branch(has_committee=True, groups=0), {}, needed=NEEDED, month=202610)
        if duty.kind == Kind.THEME_PARTY_DAY
    ]
    (meeting,) = [
        duty
        for duty in duties(Branch(has_committee=True, groups=0), {}, needed=NEEDED, month=202610)
        if duty.kind == Kind.MEMBERS_MEETING
    ]

    def due(duty: object, on: date) -> bool:
        return is_due(duty, on=on, remind_from_day=20)  # type: ignore[arg-type]

    assert [due(day, date(2026, 10, n)) for n in (19, 20)] == [False, True]
    assert due(day, date(2026, 11, 1))
    assert [due(meeting, on) for on in (date(2026, 10, 25), date(2026, 12, 20))] == [False, True]


@given(st.integers(0, 12), st.integers(0, 30), st.integers(2, 10))
def test_no_more_than_the_share_may_be_excellent(excellent: int, others: int, one_in: int) -> None:
    grades = ["excellent"] * excellent + ["qualified"] * others + [""] * 4
    members = len(grades)
    warned = too_many_excellent(grades, members=members, one_in=one_in) is not None
    assert warned == (excellent * one_in > excellent + others + 4)


def test_a_third_is_counted_of_all_members_not_of_the_graded() -> None:
    grades = ["excellent"] * 4 + ["qualified"] * 6
    assert too_many_excellent(grades, members=12) is None
    assert "党员11人里优秀4人，超过了3分之一（3人）" in str(too_many_excellent(grades, members=11))


@given(st.permutations(list(range(1, 7))))
def test_the_six_steps_keep_their_order_in_whatever_order_they_are_entered(order: list[int]) -> None:
    known: dict[int, date] = {}
    for number in order:
        day = date(2026, 3, number)
        check_step(Step(number, day), known, opened_on=date(2026, 3, 1), on=DAY)
        known[number] = day
        for earlier in range(1, number):
            if earlier in known:
                with pytest.raises(Refused):
                    check_step(Step(number, date(2026, 2, 1)), known, opened_on=date(2026, 1, 1), on=DAY)
                break
    assert sorted(known.values()) == [known[number] for number in sorted(known)]


def test_a_skipped_step_and_a_small_meeting_are_findings() -> None:
    steps = {1: Step(1, DAY), 3: Step(3, DAY, present=10, should=30, ayes=8)}
    said = [str(finding) for finding in findings(steps)]
    assert said[0].startswith("跳过了第2步")
    assert "没有达到法定人数" in said[1]
    assert findings({1: Step(1, DAY), 2: Step(2, DAY)}) == []


@pytest.mark.parametrize(
    ("step", "sentence"),
    [
        (Step(7, DAY), "没有第7步"),
        (Step(1, date(2027, 1, 1)), "在今天以后"),
        (Step(5, DAY, present=1, should=1, ayes=1), "公开不是会议"),
        (Step(3, DAY, present=10), "要一起填写"),
        (Step(3, DAY, present=10, should=8, ayes=8), "对不上"),
    ],
)
def test_steps_that_cannot_be(step: Step, sentence: str) -> None:
    with pytest.raises(Refused) as caught:
        check_step(step, {}, opened_on=date(2026, 1, 1), on=DAY)
    assert sentence in str(caught.value)


def test_files_are_known_by_their_first_bytes() -> None:
    assert file_name("C:\\照片\\签到.exe", b"\xff\xd8\xff\xe0", limit_mb=1) == "签到.jpg"
    for content, sentence in ((b"", "是空的"), (b"MZ", "只能上传"), (b"%PDF-" * 300_000, "超过1兆")):
        with pytest.raises(Refused) as caught:
            file_name("x", content, limit_mb=1)
        assert sentence in str(caught.value)


def test_every_kind_has_its_frequency() -> None:
    assert EVERY.keys() == set(Kind)
