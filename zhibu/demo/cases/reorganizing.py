"""Reorganization: a deed of the past (one branch renamed, two merged), and a plan ready to be looked at."""

from zhibu.demo.cases.cast import Cast
from zhibu.members.models import Member
from zhibu.organizations.models import Organization
from zhibu.organizations.rules import Category
from zhibu.reorganizations.actions import do_reorganization, plan_reorganization
from zhibu.reorganizations.rules.steps import MergeBranches, MergeCommittees, Rename, Step


def build_done(cast: Cast) -> None:
    """Planned by one, carried out by the other, when the booklets had been handed out."""
    day = cast.ago(100)
    steps: list[Step] = []
    villages = [
        row
        for row in cast.branches.values()
        if row.category == Category.VILLAGE and row.parent_id != cast.home.parent_id and "村" in row.name
    ]
    renamed = villages[min(4, len(villages) - 1)] if villages else None
    if renamed is not None:
        steps.append(
            Rename(
                unit=renamed.pk,
                name=_as_community(renamed.name),
                short_name=_as_community(renamed.short_name),
            )
        )
    merged = _two_to_merge(cast, renamed)
    if merged is not None:
        steps.append(MergeBranches(sources=(merged[1].pk,), into=merged[0].pk))
    if not steps:
        return
    deed = plan_reorganization(
        by=cast.county,
        title="村改社区支部更名和支部合并",
        document=f"越组〔{day.year}〕{day.timetuple().tm_yday // 5}号",
        effective_on=day,
        steps=steps,
        on=day,
    )
    do_reorganization(by=cast.second, deed=deed, on=day)


def _as_community(name: str) -> str:
    head, _village, tail = name.rpartition("村")
    return f"{head}社区{tail}"


def _two_to_merge(cast: Cast, renamed: Organization | None) -> tuple[Organization, Organization] | None:
    """Two branches of the retired where there are such, so that the villages stay; else two of one township."""
    retired = [row for row in cast.branches.values() if row.category == Category.RETIRED]
    if len(retired) >= 2:
        return retired[1], retired[2]
    outside = [
        row
        for row in cast.branches.values()
        if row.parent_id != cast.home.parent_id and (renamed is None or row.pk != renamed.pk)
    ]
    pairs = [
        (one, two)
        for one, two in zip(outside[-4:], outside[-3:], strict=False)
        if one.parent_id == two.parent_id
    ]
    return pairs[-1] if pairs else None


def build_planned(cast: Cast) -> None:
    """The last case: the preview rests on the county as it is then."""
    towns = [
        row
        for row in Organization.objects.filter(
            parent=cast.county_unit, category=Category.TOWNSHIP, closed_on=None
        ).order_by("segment")
        if row.pk != cast.town.pk and "族" not in row.name
    ]
    if len(towns) < 2:
        return
    sizes = {row.pk: Member.objects.enrolled().under(row.path).count() for row in towns}
    smaller, larger = sorted(towns, key=lambda row: sizes[row.pk])[:2]
    place, into = (row.short_name.removesuffix("党委") for row in (smaller, larger))
    plan_reorganization(
        by=cast.county,
        title=f"撤并乡镇：{place}并入{into}",
        document=f"凉府函〔{cast.on.year}〕58号",
        effective_on=cast.on,
        steps=[MergeCommittees(sources=(smaller.pk,), into=larger.pk)],
        on=cast.on,
    )
