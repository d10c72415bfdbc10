"""What tests of dues begin from."""

from collections.abc import Sequence
from uuid import uuid4

from tests.days import ago, month_back
from tests.world import TODAY, World, make_member
from zhibu.core.access import Scope
from zhibu.core.months import last_day, shift_month
from zhibu.dues import actions
from zhibu.dues.actions import PaymentEntry, ReliefEntry
from zhibu.dues.models import Payment, Relief, Remittance
from zhibu.members.models import Member

MONTH = month_back()


def entry(member: Member, **facts: object) -> PaymentEntry:
    """Twenty fen for this month, in cash, by the member."""
    values: dict[str, object] = {
        "member_id": member.pk,
        "month": MONTH,
        "amount": 20,
        "extra": 0,
        "paid_on": TODAY,
        "channel": "cash",
        "payer": "",
        "receiver": "",
        "operation": uuid4(),
    }
    return PaymentEntry(**{**values, **facts})  # type: ignore[arg-type]


def pay(
    world: World, entries: Sequence[PaymentEntry], person: str = "secretary_a1", *, decision: str = ""
) -> list[Payment]:
    """Enter payments at A1."""
    return actions.record_payments(
        by=world.scope(person), branch=world.a1, entries=entries, decision=decision, on=TODAY
    )


def opened(world: World, *months: int) -> None:
    """These months (this one) are open in the whole county."""
    for month in months or (MONTH,):
        actions.open_month(by=Scope.system("test"), month=month, on=last_day(month))


def paid(world: World) -> Payment:
    """The first member of A1 has paid this month."""
    opened(world)
    return pay(world, [entry(world.members_a1[0])])[0]


RELIEF = ReliefEntry("exempt", 0, MONTH, month_back(-12), "长期住院，没有收入", ago(22), ago(14))


def relief(world: World, member: Member | None = None) -> Relief:
    """The branch asks to exempt the first member of A1."""
    return actions.propose_relief(
        by=world.scope("secretary_a1"), member=member or world.members_a1[0], entry=RELIEF, on=TODAY
    )


def remittance(world: World) -> Remittance:
    """A1 has handed up what one member paid in October."""
    opened(world, month_back(1))
    pay(world, [entry(world.members_a1[0], month=month_back(1))])
    return actions.send_remittance(
        by=world.scope("secretary_a1"),
        organization=world.a1,
        from_month=month_back(1),
        months=1,
        amount=20,
        kept=0,
        sent_on=TODAY,
        on=TODAY,
    )


def more_payers(world: World, count: int = 30) -> None:
    """Further members of A1 who paid one of two open months."""
    for _ in range(count):
        make_member(branch=world.a1)
    opened(world, month_back(1), MONTH)
    members = Member.objects.filter(branch=world.a1).exclude(pk__in=Payment.objects.values("member_id"))
    pay(world, [entry(member) for member in members])


def few_payers(world: World) -> None:
    """One further member of A1 who paid one of two open months."""
    more_payers(world, 1)


def more_reliefs(world: World, count: int = 30) -> None:
    """Further requests of members of A1."""
    for _ in range(count):
        relief(world, make_member(branch=world.a1))


def more_remittances(world: World, count: int = 30) -> None:
    """Empty months of A1 handed up, one after the other, from 2020 on."""
    for n in range(count):
        actions.send_remittance(
            by=world.scope("secretary_a1"),
            organization=world.a1,
            from_month=shift_month(202001, n),
            months=1,
            amount=0,
            kept=0,
            sent_on=TODAY,
            on=TODAY,
        )
