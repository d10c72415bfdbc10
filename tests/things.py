"""Further things in the test county, made when a test asks: certificates, booklets, uploads, jobs, proposals."""

from datetime import date, timedelta
from io import BytesIO
from uuid import uuid4

from PIL import Image

from tests.spreadsheets import with_cell
from tests.world import NOW, TODAY, World, grant, make_member, make_organization, make_user
from zhibu.accounts.models import RoleAssignment
from zhibu.certificates import actions as certificates
from zhibu.certificates.models import Booklet
from zhibu.certificates.tokens import token_for
from zhibu.core.pinyin import readings
from zhibu.imports import actions as imports
from zhibu.imports import workbooks
from zhibu.imports.models import ImportRun
from zhibu.imports.sheets import sheets
from zhibu.jobs import files
from zhibu.jobs.models import Job
from zhibu.members import actions as members
from zhibu.members.models import EnrollmentProposal, Member, MergeProposal, PostHolding
from zhibu.members.policies import TAKE_OVER
from zhibu.members.rules.events import DisposalStep
from zhibu.members.rules.facts import Facts
from zhibu.members.rules.stages import BranchPost
from zhibu.organizations import actions as organizations
from zhibu.organizations.models import Cluster, Organization, SupportUnit
from zhibu.organizations.rules import Help
from zhibu.rulebook.models import PolicyVersion


def disposal_steps(decided_on: date) -> dict[DisposalStep, date]:
    """The steps before a disposal was decided, a week apart."""
    first = decided_on - timedelta(weeks=len(DisposalStep))
    return {step: first + timedelta(weeks=n) for n, step in enumerate(DisposalStep)}


def numbered(world: World) -> None:
    """Everyone in Ashi has a number."""
    certificates.number_members(by=world.scope("organizer_ashi"), organization=world.ashi, on=TODAY)


def printed(world: World) -> Booklet:
    """Everyone in A1 has a printed booklet; returns one of them."""
    numbered(world)
    certificates.order_print(
        by=world.scope("organizer_ashi"), organization=world.a1, issue_date=TODAY, layout="pages", on=TODAY
    )
    return Booklet.objects.select_related("certificate").order_by("certificate__number")[0]


def token_of(booklet: Booklet) -> str:
    """The text in its QR code."""
    return token_for(booklet)


def merge_proposal(world: World) -> MergeProposal:
    """Ashi proposes that the second member of A1 is the same person as one of A2; nobody consented yet."""
    first = world.members_a1[1]
    other = make_member(branch=world.a2, name=first.name, birth_date=first.birth_date, resident_id="")
    return members.propose_merge(
        by=world.scope("organizer_ashi"),
        kept=first,
        dropped=other,
        reason="同名同日生，像是一个人",
        on=TODAY,
    )


def begin_county(start_on: date) -> None:
    """The county's start day: from then on nobody enters the books, and no decision counts, by one person alone."""
    PolicyVersion.objects.create(
        policy=TAKE_OVER.key,
        number=PolicyVersion.objects.filter(policy=TAKE_OVER.key).count() + 1,
        state="confirmed",
        effective_from=date(2020, 1, 1),
        values={"start_on": start_on.isoformat()},
        drafted_at=NOW,
    )


SOMEBODY = Facts(
    name="沙马尔布",
    sex="1",
    ethnic_group="07",
    birth_date=date(1990, 5, 6),
    education="71",
    join_date=date(2015, 7, 1),
    confirmation_date=date(2016, 7, 1),
    stage="full",
    dues_category="farmer",
    identity_reason="证件在补办",
)


def enrollment_proposal(world: World, who: str = "secretary_a1") -> EnrollmentProposal:
    """The person proposes somebody who is not in the books for A1."""
    [row] = members.propose_enrollments(
        by=world.scope(who),
        rows=[members.NewMember(world.a1, SOMEBODY)],
        reason="照党员信息采集表",
        on=TODAY,
    )
    return row


def enroll(
    world: World,
    *rows: members.NewMember,
    who: str = "secretary_a1",
    decides: str = "organizer_ashi",
) -> list[Member]:
    """One person proposes new members, another agrees; they stand in the books, in the same order."""
    proposals = members.propose_enrollments(
        by=world.scope(who), rows=rows, reason="照党员信息采集表", on=TODAY
    )
    accepted = members.accept_enrollments(by=world.scope(decides), proposals=proposals, on=TODAY)
    return [row.member for row in accepted if row.member is not None]


def roster_with_a_change(world: World, person: str, title: str = "籍贯", text: str = "四川喜德") -> bytes:
    """The person's roster as exported, with one cell changed in the first row."""
    sheet = sheets()["roster"]
    return with_cell(workbooks.export(sheet, sheet.export(world.scope(person), "")), title, text)


def checked_run(world: World, person: str) -> ImportRun:
    """An upload of the person that has been checked and waits to be applied."""
    by = world.scope(person)
    run = imports.upload_file(
        by=by,
        sheet=sheets()["roster"],
        name="花名册.xlsx",
        data=roster_with_a_change(world, person),
        on=TODAY,
    )
    # The queued job would do this later; here it is done at once and its job ends.
    Job.objects.filter(pk=str(run.job_id)).update(state="done", ended_at=NOW)
    return imports.check_run(run=run, by=by, on=TODAY)


def _job(world: World, person: str, **facts: object) -> Job:
    user = world.people[person]
    return Job.objects.create(
        **{
            "kind": "imports.check",
            "owner_id": user.pk,
            "owner_name": user.name,
            "title": "核对花名册",
            "created_at": NOW,
            "fingerprint": uuid4().hex,
            **facts,
        }
    )


def waiting_job(world: World, person: str) -> Job:
    """A job that nobody has begun."""
    return _job(world, person)


def failed_job(world: World, person: str) -> Job:
    """A job that ended with a sentence."""
    return _job(world, person, state="failed", sentence="文件已经删除，请重新上传。", ended_at=NOW)


def finished_job(world: World, person: str) -> Job:
    """A job whose result waits."""
    (files.results_folder() / "test-result.zip").write_bytes(b"PK")
    return _job(
        world, person, state="done", result_file="test-result.zip", result_name="证本.zip", ended_at=NOW
    )


def cluster(world: World) -> Cluster:
    """A cluster with Ashi in it."""
    organizations.set_clusters(by=world.scope("county_organizer"), organization=world.ashi, names=["东片"])
    return Cluster.objects.get(name="东片")


def support_unit(world: World) -> SupportUnit:
    """A support unit that helps A1."""
    organizations.set_support(
        by=world.scope("county_organizer"),
        organization=world.a1,
        help=Help("县水利局", "赵强", "13900001234"),
        on=TODAY,
    )
    return SupportUnit.objects.get(name="县水利局")


def post_holding(world: World) -> PostHolding:
    """The first member is secretary of A1."""
    members.appoint_post(
        by=world.scope("secretary_a1"),
        member=world.members_a1[0],
        organization=world.a1,
        post=BranchPost.SECRETARY,
        from_date=date(2024, 1, 5),
        on=TODAY,
    )
    return PostHolding.objects.get(member=world.members_a1[0])


def photo(world: World) -> None:
    """The first member has a photo."""
    image = BytesIO()
    Image.new("RGB", (413, 579), "white").save(image, "JPEG")
    members.set_photo(
        by=world.scope("organizer_ashi"), member=world.members_a1[0], image=image.getvalue(), on=TODAY
    )


def assignment(world: World, person: str) -> RoleAssignment:
    """The role that the person holds."""
    return RoleAssignment.objects.get(user=world.people[person])


def merging_townships(
    world: World, *, branches: int = 15, members: int = 500, segments: tuple[str, str] = ("033", "034")
) -> tuple[Organization, Organization]:
    """Two further townships, Cheshi and Deshi, with so many branches and members between them.

    Each has an organizer (``organizer_cheshi``, ``organizer_deshi``); each branch has a clerk, a secretary
    and a member with a sign-in. Nobody has a number or a booklet yet.
    """
    towns = []
    for n, name, segment in ((3, "车市镇", segments[0]), (4, "德市镇", segments[1])):
        towns.append(
            make_organization(
                parent=world.county,
                kind="committee",
                category="township",
                code=f"51340010{n}",
                name=f"中国共产党凉县{name}委员会",
                short_name=f"{name}党委",
                segment=segment,
            )
        )
    for town, word in zip(towns, ("cheshi", "deshi"), strict=True):
        person = make_user(f"organizer_{word}", "沙马")
        world.people[f"organizer_{word}"] = person
        grant(person, "committee_organizer", town)
    made = []
    for n in range(branches):
        town = towns[n % 2]
        branch = make_organization(
            parent=town,
            kind="branch",
            category="village",
            code=f"{town.code}2{n:02d}",
            name=f"中共凉县{town.short_name[:3]}第{n + 1}村支部委员会",
            short_name=f"{town.short_name[:1]}{n + 1}村党支部",
            segment=f"{n // 2 + 1:03d}",
        )
        grant(make_user(f"clerk_{branch.code}", "书记"), "branch_clerk", branch)
        made.append(branch)
    Member.objects.bulk_create(_many_members(made, members))
    for branch in made:
        first = Member.objects.filter(branch=branch).order_by("pk")[0]
        PostHolding.objects.create(
            member=first, organization=branch, post=BranchPost.SECRETARY, from_date=date(2021, 1, 5)
        )
        first.user = make_user(f"member_{branch.code}", first.name)
        first.save()
        grant(first.user, "member", branch)
    return towns[0], towns[1]


def _many_members(branches: list[Organization], count: int) -> list[Member]:
    """Members without a number of record, in turn at each branch."""
    template = make_member(branch=branches[0], resident_id="", phone="")
    values = {
        f.attname: getattr(template, f.attname) for f in Member._meta.concrete_fields if f.attname != "id"
    }
    names = [f"{a}{b}{c}" for a in "阿吉沙木" for b in "尔布呷日" for c in "甲乙丙丁戊己庚辛壬癸"]
    rows = []
    for n in range(count - 1):
        name = names[n % len(names)]
        rows.append(
            Member(
                **{
                    **values,
                    "branch_id": branches[(n + 1) % len(branches)].pk,
                    "name": name,
                    **readings(name)._asdict(),
                }
            )
        )
    return rows
