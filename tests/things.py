"""Further things in the test county, made when a test asks: certificates, booklets, uploads, jobs, proposals."""

from datetime import date
from io import BytesIO
from uuid import uuid4

from PIL import Image

from tests.spreadsheets import with_cell
from tests.world import NOW, TODAY, World, make_member
from zhibu.accounts.models import RoleAssignment
from zhibu.certificates import actions as certificates
from zhibu.certificates.models import Booklet
from zhibu.certificates.tokens import token_for
from zhibu.imports import actions as imports
from zhibu.imports import workbooks
from zhibu.imports.models import ImportRun
from zhibu.imports.sheets import sheets
from zhibu.jobs import files
from zhibu.jobs.models import Job
from zhibu.members import actions as members
from zhibu.members.models import MergeProposal, PostHolding
from zhibu.members.rules import BranchPost
from zhibu.organizations import actions as organizations
from zhibu.organizations.models import Cluster, SupportUnit
from zhibu.organizations.rules import Help


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
    other = make_member(branch=world.a2, name=world.members_a1[1].name)
    return members.propose_merge(
        by=world.scope("organizer_ashi"),
        kept=world.members_a1[1],
        dropped=other,
        reason="同名同日生，像是一个人",
        on=TODAY,
    )


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
