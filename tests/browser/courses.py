"""The county's table of dispositions as journeys go through it: five of its events, each with its people."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.utils import timezone

from tests.browser.life import ASK, VOID
from zhibu.members.rules.events import DisposalStep


def ago(days: int) -> str:
    """The day so many days before today, as a date field takes it."""
    day: date = timezone.localdate() - timedelta(days=days)
    return day.isoformat()


def steps_before(days: int) -> dict[str, int]:
    """The dated steps of a disposal that was decided so many days ago, as fields of its form, in days ago."""
    return {step.value: days + 7 * n for n, step in enumerate(reversed(list(DisposalStep)), 1)}


@dataclass(frozen=True, slots=True)
class Course:
    """One row of the county's table: who enters and approves what, who does what with the copy, what a scan says.

    ``days``: the dates among the facts, in days ago, since the suite's clock is set after the rows are made.
    ``answer``: how the one who approves answers. ``confirms``: the other one who saw the copy destroyed.
    ``said``: what the list says was done with the copy, where that is not the way's own label.
    """

    name: str
    event: str
    enters: str
    facts: Mapping[str, str]
    carries_out: str
    way: str
    proof: Mapping[str, str]
    outcome: str
    days: Mapping[str, int] = field(default_factory=dict)
    approves: str = ""
    answer: str = "批准"
    approval: Mapping[str, str] = field(default_factory=dict)
    files: str = ""
    confirms: str = ""
    said: str = ""

    def entered(self) -> dict[str, str]:
        """The facts and the dates, as the form takes them today."""
        return {**self.facts, **{name: ago(days) for name, days in self.days.items()}}


COURSES = (
    Course(
        "沙马尔布",
        "亡故",
        "secretary_a1",
        {"decided_by": "尔木村党支部", "evidence": "县医院死亡证明"},
        "organizer_ashi",
        "注销后交家属留念",
        {"receiver": "沙马日哈（子）"},
        VOID,
        days={"effective_on": 3},
    ),
    Course(
        "阿苦日呷",
        "自行脱党除名",
        "secretary_a1",
        {"evidence": "支部谈话三次，书面限期一次"},
        "organizer_ashi",
        "收回，待销毁",
        {"place": "镇党委档案室"},
        VOID,
        days={"decided_on": 2, "since": 300, **steps_before(2)},
        approves="organizer_ashi",
        approval={"document": "阿委〔2026〕8号"},
    ),
    Course(
        "吉克木果",
        "要求退党除名",
        "secretary_a1",
        {"evidence": "本人退党申请一份"},
        "organizer_ashi",
        "收回并当场销毁",
        {"witness": "任佳"},
        VOID,
        days={"decided_on": 1},
        files="organizer_ashi",
        confirms="county_organizer",
        said="已收回并销毁",
    ),
    Course(
        "海来阿且",
        "留党察看",
        "organizer_ashi",
        {"decided_by": "阿市镇党委", "document": "阿委〔2026〕9号", "matter": "违反群众纪律"},
        "secretary_a1",
        "支部代管",
        {"place": "村党群服务中心文件柜"},
        ASK,
        approves="county_organizer",
    ),
    Course(
        "木帕木乃",
        "开除党籍",
        "organizer_ashi",
        {"decided_by": "凉县纪委", "document": "凉纪〔2026〕12号", "matter": "严重违法"},
        "organizer_ashi",
        "收不到证本",
        {"note": "本人羁押，家里没有找到"},
        VOID,
        approves="county_organizer",
        answer="和处分决定一致",
    ),
)
