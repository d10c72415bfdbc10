"""The organizations of the demonstration county: 38 township committees, 289 village branches, and the rest of a county."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from random import Random

from zhibu.core.text import gettext_noop
from zhibu.demo.names import han_name, rows
from zhibu.imports.sheets import Value
from zhibu.organizations.rules import Category, Kind

COUNTY_CODE = "513434"
COUNTY_NAME = "中国共产党越西县委员会"
COUNTY_SHORT_NAME = "越西县"

# Eight groupings for classes (八大片区), as the county's own reports count them; which township lies in which is invented.
CLUSTERS = ("越城片区", "中所片区", "普雄片区", "书古片区", "大瑞片区", "乃托片区", "新民片区", "依洛片区")
SUPPORT_UNITS = (
    "县农业农村局", "县教育体育和科学技术局", "县交通运输局", "县水利局", "县林业和草原局", "县卫生健康局",
    "县人力资源和社会保障局", "县财政局", "县住房和城乡建设局", "县民政局", "县文化广播电视和旅游局", "县市场监督管理局",
)  # fmt: skip

_ORGANS = (
    "县委办公室", "县人大常委会办公室", "县政府办公室", "县政协办公室", "县纪委监委机关", "县委组织部", "县委宣传部",
    "县委统战部", "县委政法委", "县人民法院", "县人民检察院", "县发展改革和经济信息化局", "县财政局", "县人力资源和社会保障局",
    "县自然资源局", "县住房和城乡建设局", "县交通运输局", "县水利局", "县农业农村局", "县林业和草原局", "县审计局",
    "县统计局", "县税务局", "县总工会",
)  # fmt: skip
_SCHOOLS = (
    "越西中学", "越西县第二中学", "越西职业技术学校", "县城北感恩学校", "越城镇中心小学", "中所镇中心小学", "新民镇中心小学",
    "普雄中学", "普雄镇中心小学", "书古镇中心小学", "大瑞镇中心小学", "乃托镇中心小学", "南箐镇中心小学", "县幼儿园",
)  # fmt: skip
_HEALTH = (
    "县第一人民医院第一", "县第一人民医院第二", "县中彝医医院", "县妇幼保健计划生育服务中心", "县疾病预防控制中心",
    "普雄镇中心卫生院", "中所镇中心卫生院", "书古镇卫生院", "卫生监督执法大队",
)  # fmt: skip
_POLICE = ("政工监督室", "治安大队", "刑侦大队", "交警大队", "看守所", "越城派出所", "普雄派出所")
_ENTERPRISES = (
    "越西县供电公司", "越西县自来水公司", "越西县城市建设投资公司", "越西县粮油购销公司", "邮政越西分公司", "电信越西分公司",
    "农村商业银行越西支行", "越西县苹果专业合作社联合", "越西县客运站", "越西县个体私营经济",
)  # fmt: skip
_RETIRED = ("县级领导", "县直机关第一", "县直机关第二", "教育系统")


@dataclass(frozen=True, slots=True)
class Unit:
    """One organization, as a row of the sheet and as a place for members."""

    code: str
    name: str
    short_name: str
    kind: Kind
    category: Category
    parent: str
    segment: str
    opened_on: date
    township: str = ""
    cluster: str = ""
    support: str = ""
    term: tuple[int, date, date] | None = None

    def row(self, contacts: dict[str, tuple[str, str]]) -> dict[str, Value]:
        """The unit as the sheet's columns."""
        facts: dict[str, Value] = {
            "code": self.code,
            "name": self.name,
            "short_name": self.short_name,
            "kind": self.kind.value,
            "category": self.category.value,
            "parent": self.parent,
            "segment": self.segment,
            "opened_on": self.opened_on,
        }
        if self.term:
            facts |= {"term_number": self.term[0], "term_from": self.term[1], "term_due": self.term[2]}
        if self.cluster:
            facts["clusters"] = self.cluster
        if self.support:
            facts["support"] = self.support
            facts["contact_name"], facts["contact_phone"] = contacts[self.support]
        return facts


def village_name(name: str) -> str:
    """The village or community without the ending of its committee.

    >>> village_name("外南村村民委员会"), village_name("新村村村民委员会"), village_name("西城社区居民委员会")
    ('外南村', '新村村', '西城社区')
    """
    return name.removesuffix("村民委员会").removesuffix("居民委员会")


def contacts(seed: int) -> dict[str, tuple[str, str]]:
    """A name and a phone of the reserved pattern for each support unit."""
    random = Random(seed)
    return {
        unit: (han_name(random, random.choice("12")), f"1990009{n:04d}")
        for n, unit in enumerate(SUPPORT_UNITS, start=1)
    }


def make_units(seed: int) -> list[Unit]:
    """All organizations but the county itself, parents before children."""
    random = Random(seed)
    units = [*_townships(random), *_county_units(random)]
    return units


def branches(units: Iterable[Unit]) -> list[Unit]:
    """Those that have members."""
    return [unit for unit in units if unit.kind in (Kind.BRANCH, Kind.JOINT_BRANCH)]


def _townships(random: Random) -> list[Unit]:
    places = rows("yuexi.csv")
    villages: dict[str, list[dict[str, str]]] = {}
    for row in places:
        if row["level"] == "village":
            villages.setdefault(row["parent_code"], []).append(row)
    units = []
    townships = [row for row in places if row["level"] == "township"]
    for number, township in enumerate(townships, start=1):
        name, code = township["name"], township["code"]
        term = (random.randint(9, 12), date(2021, 12, 20), date(2026, 12, 20))
        cluster = CLUSTERS[number % len(CLUSTERS)]
        units.append(
            Unit(
                code, f"中国共产党越西县{name}委员会", f"{name}党委", Kind.COMMITTEE, Category.TOWNSHIP, COUNTY_CODE, f"{number:03d}",
                date(1956, 3, 1) if number < 11 else date(1984, 5, 1), name, cluster, "", term,
            )
        )  # fmt: skip
        units.append(_branch(random, f"{code}901", f"{name}机关", Category.ORGAN, code, 900, name))
        for segment, village in enumerate(villages[code], start=1):
            is_village = village["code"][9] != "0"
            category = Category.VILLAGE if is_village else Category.COMMUNITY
            units.append(
                _branch(
                    random, village["code"], village_name(village["name"]), category, code, segment, name,
                    support=random.choice(SUPPORT_UNITS) if is_village and random.random() < 0.4 else "",
                )
            )  # fmt: skip
    return units


def _branch(
    random: Random,
    code: str,
    place: str,
    category: Category,
    parent: str,
    segment: int,
    township: str = "",
    *,
    support: str = "",
) -> Unit:
    """A branch, named as a Party branch is named."""
    rural = category in (Category.VILLAGE, Category.COMMUNITY)
    elected = (
        date(2021, random.randint(1, 3), random.randint(1, 28))
        if rural
        else date(2024, random.randint(3, 11), random.randint(1, 28))
    )
    due = elected.replace(year=elected.year + (5 if rural else 3))
    return Unit(
        code,
        f"中共越西县{'' if place.startswith(township) else township}{place.removeprefix('越西县').removeprefix('县')}支部委员会",
        f"{place}党支部",
        Kind.BRANCH,
        category,
        parent,
        f"{segment:03d}",
        date(random.randint(1956, 1998), random.randint(1, 12), random.randint(1, 28)),
        township,
        "",
        support,
        (random.randint(6, 12), elected, due),
    )


def _county_units(random: Random) -> list[Unit]:
    """Committees of the county's organs, schools, hospitals, police, firms, and a general branch of the retired."""
    groups: tuple[tuple[str, str, str, Kind, Category, tuple[str, ...]], ...] = (
        (
            "501",
            "中共越西县直属机关工作委员会",
            gettext_noop("县直机关工委"),
            Kind.WORK_COMMITTEE,
            Category.ORGAN,
            _ORGANS,
        ),
        (
            "502",
            "中共越西县教育系统委员会",
            gettext_noop("县教育系统党委"),
            Kind.COMMITTEE,
            Category.SCHOOL,
            _SCHOOLS,
        ),
        (
            "503",
            "中共越西县卫生健康系统委员会",
            gettext_noop("县卫健系统党委"),
            Kind.COMMITTEE,
            Category.HEALTH,
            _HEALTH,
        ),
        (
            "504",
            "中共越西县公安局委员会",
            gettext_noop("县公安局党委"),
            Kind.COMMITTEE,
            Category.ORGAN,
            _POLICE,
        ),
        (
            "505",
            "中共越西县企业综合委员会",
            gettext_noop("县企业综合党委"),
            Kind.COMMITTEE,
            Category.ENTERPRISE,
            _ENTERPRISES,
        ),
        (
            "506",
            "中共越西县离退休干部总支部委员会",
            gettext_noop("县离退休干部党总支"),
            Kind.GENERAL_BRANCH,
            Category.RETIRED,
            _RETIRED,
        ),
    )
    units = []
    for number, (tail, name, short_name, kind, category, members) in enumerate(groups, start=101):
        code = COUNTY_CODE + tail
        term = (random.randint(3, 8), date(2022, 6, 10), date(2027, 6, 10))
        units.append(
            Unit(
                code,
                name,
                short_name,
                kind,
                category,
                COUNTY_CODE,
                f"{number:03d}",
                date(1988, 7, 1),
                "",
                "",
                "",
                term,
            )
        )
        for segment, place in enumerate(members, start=1):
            suffix = "离退休" if category is Category.RETIRED else ""
            full = f"县公安局{place}" if tail == "504" else place + suffix
            units.append(_branch(random, f"{code}{segment:03d}", full, category, code, segment))
    return units
