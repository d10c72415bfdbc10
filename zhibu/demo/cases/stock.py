"""Blank booklets: from the printer to the county, down to the committees, used, spoiled, short, counted."""

from zhibu.certificates.actions.stock import (
    confirm_transfer,
    confirm_write_off,
    count_blanks,
    enter_use,
    explain_count,
    explain_shortfall,
    receive_blanks,
    send_blanks,
    spoil_blanks,
)
from zhibu.certificates.models import Booklet, StockEntry, StockWriteOff
from zhibu.demo.cases.cast import Cast
from zhibu.organizations.models import Organization

_PRINTER = "县印刷厂，合同号{year}-07，第一批"


def build(cast: Cast) -> None:
    """The county's books balance; one parcel was short and is explained, one is still to be."""
    county, by = cast.county_unit, cast.county
    committees = list(Organization.objects.filter(parent=county, closed_on=None).order_by("segment"))
    wanted = {each.pk: _copies(each) * 21 // 20 + 20 for each in committees}
    total = -(-(sum(wanted.values()) + 800) // 500) * 500
    first = cast.ago(149)
    receive_blanks(
        by=by, organization=county, quantity=total, day=first, note=_PRINTER.format(year=first.year), on=first
    )
    wet = spoil_blanks(
        by=by,
        organization=county,
        quantity=12,
        reason="运输途中受潮，封面起皱",
        day=cast.ago(148),
        on=cast.ago(148),
    )
    _confirm(cast, wet, days=148)
    others = [each for each in committees if each.pk != cast.town.pk]
    for committee in committees:
        quantity = wanted[committee.pk]
        sent = send_blanks(
            by=by,
            from_organization=county,
            to_organization=committee,
            quantity=quantity,
            day=cast.ago(146),
            on=cast.ago(146),
        )
        short = {id(others[0]): 2, id(others[-1]): 5}.get(id(committee), 0)
        sent = confirm_transfer(
            by=cast.organizer(committee),
            transfer=sent,
            received=quantity - short,
            day=cast.ago(143),
            note="拆包清点" if short else "",
            on=cast.ago(143),
        )
        if short == 2:
            explain_shortfall(
                by=cast.second,
                transfer=sent,
                resolution="kept",
                explanation="县里装箱时少放两本，仓库清点后找到",
                on=cast.ago(138),
            )
        _use(cast, committee)
    _under_way(cast, others)


def _copies(committee: Organization) -> int:
    return Booklet.objects.filter(certificate__member__branch__path__startswith=committee.path).count()


def _use(cast: Cast, committee: Organization) -> None:
    used = Booklet.objects.filter(
        certificate__member__branch__path__startswith=committee.path, state="issued"
    ).count()
    if used:
        entered = enter_use(
            by=cast.organizer(committee),
            organization=committee,
            quantity=used,
            note="集中发证，照签收单登记",
            day=cast.ago(128),
            on=cast.ago(128),
        )
        _confirm(cast, entered, days=128)


def _confirm(cast: Cast, entered: StockEntry | StockWriteOff, *, days: int) -> None:
    if isinstance(entered, StockWriteOff):
        confirm_write_off(by=cast.second, write_off=entered, on=cast.ago(days))


def _under_way(cast: Cast, others: list[Organization]) -> None:
    """On their way, spoiled at a committee, counted: one count agrees, one does not, one was explained."""
    county, town = cast.county_unit, cast.town
    for committee, days in ((town, 3), (others[0], 2)):
        send_blanks(
            by=cast.county,
            from_organization=county,
            to_organization=committee,
            quantity=20,
            day=cast.ago(days),
            note="补充新发展党员用证",
            on=cast.ago(days),
        )
    send_blanks(
        by=cast.organizer(town),
        from_organization=town,
        to_organization=cast.home,
        quantity=2,
        day=cast.ago(2),
        note="转正、新发展党员备用",
        on=cast.ago(2),
    )
    spoil_blanks(
        by=cast.organizer(town),
        organization=town,
        quantity=1,
        reason="打印错位，剪角作废",
        day=cast.ago(60),
        on=cast.ago(60),
    )
    left = count_blanks(by=cast.organizer(town), organization=town, counted=0, on=cast.ago(30)).expected
    count_blanks(by=cast.organizer(town), organization=town, counted=left, on=cast.ago(30))
    for n, committee in enumerate(others[1:3]):
        organizer = cast.organizer(committee)
        books = count_blanks(by=organizer, organization=committee, counted=0, on=cast.ago(28)).expected
        found = count_blanks(by=organizer, organization=committee, counted=max(books - 1, 0), on=cast.ago(28))
        if n == 0 and books:
            explain_count(
                by=organizer,
                count=found,
                explanation="一本在办公室试印时用掉，当时没有登记",
                on=cast.ago(26),
            )
