"""Thirty more of everything, for tests that compare a list of one row with a list of thirty."""

from datetime import date, timedelta

from tests.floating import contact, lost_case, registered
from tests.things import disposal_steps, merge_proposal, printed, waiting_job
from tests.world import NOW, TODAY, World, grant, make_member, make_organization, make_user
from zhibu.audit.actions import record, set_anchor
from zhibu.certificates import actions as certificates
from zhibu.certificates.actions import stock
from zhibu.certificates.models import Booklet, Certificate, Disposition, Printer, Withdrawal
from zhibu.core.access import Scope
from zhibu.imports.models import ImportRun
from zhibu.members.models import Member
from zhibu.members.rules.events import Entry, EventKind
from zhibu.mobility.actions import matters
from zhibu.mobility.actions.transfers import request_transfer
from zhibu.organizations import actions as organizations
from zhibu.organizations.rules import Help
from zhibu.reorganizations import actions as reorganizations

MORE = 30


def nothing(world: World) -> None:
    """The county has a row for the list as it is."""


def more_members(world: World) -> None:
    """Thirty further members of A1."""
    for _ in range(MORE):
        make_member(branch=world.a1)


def more_numbered(world: World) -> None:
    """Thirty further members of A1, numbered and printed."""
    more_members(world)
    printed(world)


def more_branches(world: World) -> None:
    """Thirty further branches of Ashi."""
    for n in range(MORE):
        make_organization(
            parent=world.ashi,
            kind="branch",
            category="village",
            code=f"5134001013{n:02d}",
            name=f"中共凉县阿市镇新{n}村支部委员会",
            short_name=f"新{n}村党支部",
            segment=f"{n + 100:03d}",
        )


def more_people(world: World) -> None:
    """Thirty further accounts with a role."""
    for n in range(MORE):
        grant(make_user(f"clerk{n}", f"书记{n}"), "branch_clerk", world.a1)


def more_jobs(world: World) -> None:
    """Thirty jobs of the county organizer."""
    for _n in range(MORE):
        waiting_job(world, "county_organizer")


def more_records(world: World) -> None:
    """Thirty records on the chain of A1."""
    for _ in range(MORE):
        record(
            "members.member.corrected",
            by=Scope.system("test"),
            on=world.members_a1[0],
            chain=world.a1.pk,
            path=world.a1.path,
        )


def one_pair(world: World) -> None:
    """A pair that looks alike, and a proposal about another."""
    make_member(branch=world.a1, name=world.members_a1[0].name)
    merge_proposal(world)


def more_proposals(world: World) -> None:
    """Thirty further pairs that look alike, and a proposal."""
    for _ in range(MORE):
        make_member(branch=world.a1, name=world.members_a1[0].name)
    merge_proposal(world)


def more_orders(world: World) -> None:
    """Thirty further print orders."""
    batch = printed(world).batch
    assert batch is not None
    for _ in range(MORE):
        batch.pk = None
        batch.save()


def more_helpers(world: World) -> None:
    """Thirty further support units that help A1 and A2."""
    for n in range(MORE):
        organizations.set_support(
            by=world.scope("county_organizer"),
            organization=(world.a1, world.a2)[n % 2],
            help=Help(f"县{n}局", "赵强", ""),
            on=TODAY,
        )


def more_clusters(world: World) -> None:
    """Thirty further clusters with Ashi in each."""
    names = [f"第{n}片" for n in range(MORE)]
    organizations.set_clusters(by=world.scope("county_organizer"), organization=world.ashi, names=names)


def more_runs(world: World) -> None:
    """Thirty further uploads of the county organizer."""
    user = world.people["county_organizer"]
    ImportRun.objects.bulk_create(
        ImportRun(
            sheet="roster",
            owner_id=user.pk,
            owner_name=user.name,
            file_name=f"花名册{n}.xlsx",
            fingerprint=str(n),
            state="checked",
            summary={"new": 1, "same": 2, "changed": 0, "conflict": 0, "error": 0},
            created_at=NOW,
        )
        for n in range(MORE)
    )


def more_anchors(world: World) -> None:
    """Thirty days anchored."""
    for n in range(MORE):
        set_anchor(on=TODAY - timedelta(days=MORE - n))


def more_kept(world: World) -> None:
    """Thirty further members of A1 whose copy is kept at the branch and full."""
    more_numbered(world)
    certificates.hand_over(
        by=world.scope("county_organizer"),
        organization=world.a1,
        handed_over_on=TODAY,
        receiver="",
        on=TODAY,
    )
    for booklet in Booklet.objects.select_related("certificate__member"):
        certificates.take_into_custody(
            by=world.scope("secretary_a1"),
            booklet=booklet,
            cause="request",
            reason="外出",
            place="柜",
            keeper="阿措克布",
            from_date=TODAY,
            on=TODAY,
        )
        certificates.report_request(
            by=world.scope("secretary_a1"),
            member=booklet.certificate.member,
            cause="full",
            statement="记满了",
            happened_on=TODAY,
            on=TODAY,
        )


def more_blanks(world: World) -> None:
    """Thirty further branches of Ashi, each with a parcel that came, one on its way, and counts."""
    more_branches(world)
    for place in (world.county, world.ashi):
        stock.receive_blanks(
            by=world.scope("county_organizer"), organization=place, quantity=500, day=TODAY, on=TODAY
        )
    for branch in world.ashi.__class__.objects.filter(parent=world.ashi):
        for received in (None, 4):
            parcel = stock.send_blanks(
                by=world.scope("organizer_ashi"),
                from_organization=world.ashi,
                to_organization=branch,
                quantity=5,
                day=TODAY,
                on=TODAY,
            )
            if received is not None:
                stock.confirm_transfer(
                    by=world.scope("county_organizer"),
                    transfer=parcel,
                    received=received,
                    day=TODAY,
                    on=TODAY,
                )
        stock.count_blanks(by=world.scope("organizer_ashi"), organization=branch, counted=3, on=TODAY)


def more_printers(world: World) -> None:
    """Thirty printers of Ashi."""
    for n in range(MORE):
        Printer.objects.create(organization=world.ashi, name=f"{n}号打印机", by="刘洋", at=NOW)


def more_dispositions(world: World) -> None:
    """Thirty members of A1 died, their copies wait."""
    printed(world)
    for certificate in Certificate.objects.filter(member__branch=world.a1):
        for n in range(MORE // 3):
            Disposition.objects.create(
                certificate=certificate,
                cause="deceased",
                state=("proposed", "carried_out")[n % 2],
                state_before="active",
                target="memorial",
                booklet_rule="cancel_stamp_then_family_or_archive",
                basis="党员名册管理",
                due_on=TODAY,
                carried_out_on=TODAY,
                proposed_at=NOW,
            )


def one_matter(world: World) -> None:
    """A correction of A1 waits for approval."""
    _matter(world, world.members_a1[0])


def more_matters(world: World) -> None:
    """Thirty more."""
    for _ in range(MORE):
        _matter(world, make_member(branch=world.a1))


def _matter(world: World, member: Member) -> None:
    matters.enter_event(
        by=world.scope("secretary_a1"),
        member=member,
        entry=Entry(EventKind.BEGIN_CORRECTION, TODAY, "支部党员大会", months=6, steps=disposal_steps(TODAY)),
        on=TODAY,
    )


def more_probationers(world: World) -> None:
    """Thirty members of A1 whose probation is full."""
    for _ in range(MORE):
        make_member(
            branch=world.a1, stage="probationary", join_date=date(2025, 10, 1), confirmation_date=None
        )


def more_withdrawals(world: World) -> None:
    """Thirty members of A1 are talked with about their dues."""
    more_numbered(world)
    for certificate in Certificate.objects.filter(member__branch=world.a1):
        Withdrawal.objects.create(
            certificate=certificate, trigger="dues", triggered_on=TODAY, opened_by="test", opened_at=NOW
        )


def more_transfers(world: World) -> None:
    """Thirty further requests of A1 to move a member to B1."""
    for _ in range(MORE):
        request_transfer(
            by=world.scope("secretary_a1"),
            member=make_member(branch=world.a1),
            to_branch=world.b1,
            reason="调到巴市镇工作",
            on=TODAY,
        )


def more_floating(world: World) -> None:
    """Thirty further floating members of A1 with a contact, thirty marked without a registration."""
    for _ in range(MORE):
        contact(world, registered(world, make_member(branch=world.a1)))
        make_member(branch=world.a1, is_floating=True)


def more_lost(world: World) -> None:
    """Thirty further members of A1 who are looked for."""
    for _ in range(MORE):
        lost_case(world, make_member(branch=world.a1))


def more_reorganizations(world: World) -> None:
    """Thirty plans."""
    for n in range(MORE):
        reorganizations.plan_reorganization(
            by=world.scope("county_organizer"),
            title=f"第{n}批",
            document="凉委发〔2026〕12号",
            effective_on=TODAY,
            on=TODAY,
        )
