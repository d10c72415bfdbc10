"""Last quarter's inspections in the town and four other committees, with findings at every step."""

from datetime import date, timedelta

from zhibu.demo.clock import written_on
from zhibu.demo.history.setting import Setting, draw_day, inspected
from zhibu.inspections.actions.findings import mend_finding, recheck_finding
from zhibu.inspections.actions.inspections import draw_inspection, finish_inspection, mark_unreachable
from zhibu.inspections.actions.many import PaperSheet, enter_sheets
from zhibu.inspections.models import Finding, Inspection, Sample
from zhibu.inspections.rules.draw import Kind

_PAPER = (
    ("whereabouts", "证本在支部书记处，本人没有拿到"),
    ("identity", "手机号码页没有更新"),
    ("floating", "没有登记流动去向"),
    ("reviews", "缺上年年审章"),
)


def build(setting: Setting) -> None:
    """Drawn near the end of the last quarter; one of the five is still under way."""
    cast, day = setting.cast, draw_day(setting.on)
    places = inspected(cast)
    drawn = []
    with written_on(day):
        for place in places:
            drawn.append(
                draw_inspection(
                    by=cast.organizer(place),
                    organization=place,
                    kind=Kind.QUARTERLY,
                    seed=cast.dice(f"draw {place.code}").randbytes(8).hex(),
                    on=day,
                )
            )
    for n, row in enumerate(drawn):
        with written_on(day + timedelta(6)):
            _check(setting, row, day + timedelta(6), waiting=0 if n < len(drawn) - 1 or n == 0 else 6)
    for n, row in enumerate(drawn):
        _follow(setting, row, day, is_under_way=0 < n == len(drawn) - 1)


def _check(setting: Setting, row: Inspection, day: date, *, waiting: int) -> None:
    cast = setting.cast
    by = cast.organizer(row.organization)
    dice = cast.dice(f"sheets {row.organization.code}")
    samples = list(
        Sample.objects.filter(inspection=row)
        .select_related("branch", "member")
        .order_by("branch__code", "member__join_date", "member__name", "pk")
    )
    sheets = []
    for n, sample in enumerate(samples[: len(samples) - waiting]):
        if n % 17 == 5:
            mark_unreachable(by=by, sample=sample, reason="外出务工，春节才回来", on=day)
            continue
        differing = {}
        if n % 11 == 3:
            item, paper = _PAPER[dice.randrange(len(_PAPER))]
            differing = {item: paper}
        sheets.append(
            PaperSheet(
                sample.pk,
                differing,
                owner=cast.secretary(sample.branch) if differing else "",
                due_on=day + timedelta(40 if n % 2 else 85) if differing else None,
            )
        )
    enter_sheets(by=by, inspection=row, sheets=sheets, on=day)


def _follow(setting: Setting, row: Inspection, day: date, *, is_under_way: bool) -> None:
    """Findings open, mended, closed and sent back, in turn; the inspection ends."""
    cast, on = setting.cast, setting.on
    by = cast.organizer(row.organization)
    mended, seen = min(day + timedelta(25), on), min(day + timedelta(33), on)
    found = Finding.objects.filter(inspection=row).select_related("branch").order_by("pk")
    for n, finding in enumerate(found):
        if n % 4 == 0:
            continue
        clerk = cast.clerk(finding.branch)
        told = "已和党员本人核对，证本和系统改成一致"
        finding = mend_finding(by=clerk, finding=finding, mending=told, on=mended)
        if n % 4 == 1:
            continue
        is_mended = n % 4 == 2
        recheck_finding(
            by=by,
            finding=finding,
            is_mended=is_mended,
            recheck="当面看了证本，已经改好" if is_mended else "只改了系统，证本上还没有改",
            due_on=None if is_mended else seen + timedelta(20),
            on=seen,
        )
    if not is_under_way:
        finish_inspection(by=by, inspection=row, on=min(day + timedelta(9), on))
