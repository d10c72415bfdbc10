"""The county's table of dispositions as journeys go through it: five of its events, each with its people."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.utils import timezone

from tests.browser.life import ASK, VOID


def ago(days: int) -> str:
    """The day so many days before today, as a date field takes it."""
    day: date = timezone.localdate() - timedelta(days=days)
    return day.isoformat()


@dataclass(frozen=True, slots=True)
class Course:
    """One row of the county's table: who enters and approves what, who does what with the copy, what a scan says."""

    name: str
    event: str
    enters: str
    facts: Mapping[str, str]
    carries_out: str
    way: str
    proof: Mapping[str, str]
    outcome: str
    approves: str = ""
    approval: Mapping[str, str] = field(default_factory=dict)
    files: str = ""


COURSES = (
    Course(
        "沙马尔布",
        "亡故",
        "secretary_a1",
        {"decided_by": "尔木村党支部", "effective_on": ago(3), "evidence": "县医院死亡证明"},
        "organizer_ashi",
        "注销后交家属留念",
        {"receiver": "沙马日哈（子）"},
        VOID,
    ),
    Course(
        "阿苦日呷",
        "自行脱党除名",
        "secretary_a1",
        {"decided_on": ago(2), "since": ago(300), "evidence": "支部谈话三次，书面限期一次"},
        "organizer_ashi",
        "收回，待销毁",
        {"place": "镇党委档案室"},
        VOID,
        approves="organizer_ashi",
        approval={"document": "阿委〔2026〕8号"},
    ),
    Course(
        "吉克木果",
        "要求退党除名",
        "secretary_a1",
        {"decided_on": ago(1), "evidence": "本人退党申请一份"},
        "organizer_ashi",
        "收回并当场销毁",
        {"witness": "任佳"},
        VOID,
        files="organizer_ashi",
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
        approval={"document": "凉纪复〔2026〕3号"},
    ),
)
