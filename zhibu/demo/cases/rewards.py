"""Rewards of every level: many of the branches and townships, a few of the county and above, one of the nation."""

from datetime import date

from zhibu.conduct.actions import record_reward, record_rewards
from zhibu.conduct.rules import RewardEntry, RewardLevel
from zhibu.demo.cases.cast import Candidate, Cast
from zhibu.members.models import Member

L = RewardLevel
_COUNTS = (
    (L.BRANCH, 52),
    (L.TOWNSHIP, 56),
    (L.COUNTY, 26),
    (L.PREFECTURE, 8),
    (L.PROVINCE, 3),
    (L.NATION, 1),
)
_TITLES = {
    L.BRANCH: ("优秀共产党员", "志愿服务先进个人", "先锋示范户"),
    L.TOWNSHIP: ("优秀共产党员", "优秀党务工作者", "防汛抗灾先进个人"),
    L.COUNTY: ("优秀共产党员", "优秀党务工作者", "脱贫攻坚先进个人"),
    L.PREFECTURE: ("优秀共产党员", "乡村振兴先进个人"),
    L.PROVINCE: ("优秀共产党员", "脱贫攻坚先进个人"),
    L.NATION: ("全国优秀共产党员",),
}
_BODIES = {
    L.COUNTY: "中共越西县委员会",
    L.PREFECTURE: "中共凉山彝族自治州委员会",
    L.PROVINCE: "中共四川省委员会",
    L.NATION: "中共中央组织部",
}
_SIGNS = {L.COUNTY: "越委", L.PREFECTURE: "凉委", L.PROVINCE: "川委", L.NATION: "中组发"}


def build(cast: Cast) -> None:
    """Five in the branch one signs in for, the others over the county."""
    _shown(cast)
    dice = cast.dice("rewards")

    def long_since(person: Candidate) -> bool:
        return person.stage == "full" and not person.is_floating and (cast.on - person.join).days > 6 * 365

    members = iter(
        [
            *cast.take(1, at=cast.sibling, wanted=long_since),
            *cast.take(9, at=cast.town, wanted=long_since),
            *cast.take(sum(count for _level, count in _COUNTS) - 10, wanted=long_since),
        ]
    )
    rows: list[tuple[int, RewardEntry]] = []
    # From the nation down, so that a small county has all levels.
    for level, count in reversed(_COUNTS):
        for _n in range(count):
            member = next(members, None)
            if member is None:
                break
            year = cast.on.year - (1 if cast.on < date(cast.on.year, 7, 2) else 0) - dice.randint(0, 4)
            rows.append((member.pk, _entry(member, level, dice.choice(_TITLES[level]), date(year, 6, 28))))
    record_rewards(by=cast.county, rows=rows, on=cast.on)


def _shown(cast: Cast) -> None:
    """In the branch: two of the member who signs in, and of every level up to the county one more."""
    signed_in = Member.objects.filter(branch=cast.home).exclude(user=None).select_related("branch__parent")
    years = iter(range(cast.on.year - 1, 1949, -1))
    for member in signed_in[:1]:
        _reward(cast, member, L.BRANCH, next(years))
        _reward(cast, member, L.TOWNSHIP, next(years))
    others = cast.take(
        3, at=cast.home, wanted=lambda person: person.stage == "full" and (cast.on - person.join).days > 2200
    )
    for member, level in zip(others, (L.BRANCH, L.TOWNSHIP, L.COUNTY), strict=False):
        _reward(cast, member, level, next(years))


def _reward(cast: Cast, member: Member, level: RewardLevel, year: int) -> None:
    day = date(year, 6, 28)
    if day < member.join_date:
        return
    by = cast.county if level == L.COUNTY else cast.clerk(member.branch)
    record_reward(by=by, member=member, entry=_entry(member, level, "优秀共产党员", day), on=cast.on)


def _entry(member: Member, level: RewardLevel, title: str, day: date) -> RewardEntry:
    above = member.branch.parent
    if level == L.BRANCH:
        return RewardEntry(level, title, day, member.branch.name)
    if level == L.TOWNSHIP and above is not None:
        return RewardEntry(level, title, day, above.name, f"{above.short_name[:2]}委〔{day.year}〕18号")
    number = {L.COUNTY: 21, L.PREFECTURE: 33, L.PROVINCE: 46, L.NATION: 9}[level]
    return RewardEntry(level, title, day, _BODIES[level], f"{_SIGNS[level]}〔{day.year}〕{number}号")
