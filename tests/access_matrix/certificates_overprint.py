"""Printers, overprints onto pre-printed booklets, pages to stick in."""

from tests.access_matrix import ASHI, BASHI, COMMITTEES, COUNTY, Captured, Row, deed, page
from tests.things import printed
from tests.world import NOW, TODAY, World
from zhibu.certificates.actions import overprint as actions
from zhibu.certificates.forms.overprint import seal
from zhibu.certificates.models import Booklet, Overprint, Printer
from zhibu.certificates.rules.overprint.lines import Mark
from zhibu.conduct.models import Reward

WORK_A1 = {200: ASHI + COUNTY, 404: BASHI}
DO_A1 = {303: ASHI + COUNTY, 404: BASHI}


def a1(world: World) -> Captured:
    return {"organization_id": world.a1.pk}


def ashi(world: World) -> Captured:
    return {"organization_id": world.ashi.pk}


def printer_of(world: World) -> Printer:
    printer, _made = Printer.objects.get_or_create(
        organization=world.ashi,
        name="二楼针式打印机",
        defaults={"calibrated_on": TODAY, "by": "刘洋", "at": NOW},
    )
    return printer


def printer(world: World) -> Captured:
    return {"printer_id": printer_of(world).pk}


def reward_of(world: World) -> Reward:
    reward, _made = Reward.objects.get_or_create(
        member=world.members_a1[0],
        branch=world.a1,
        level="county",
        title="优秀共产党员",
        awarded_on=TODAY,
        awarded_by="中共凉县委员会",
        by="王芳",
        defaults={"at": NOW},
    )
    return reward


def member(world: World) -> Captured:
    printed(world)
    reward_of(world)
    return {"member_id": world.members_a1[0].pk}


def member_page(world: World) -> Captured:
    return {**member(world), "page": "rewards"}


def differing(world: World) -> Captured:
    """The reward was printed with another title."""
    captured = member_page(world)
    copy = Booklet.objects.get(certificate__member=world.members_a1[0])
    Overprint.objects.create(
        booklet=copy,
        page="rewards",
        line=1,
        key=f"reward:{reward_of(world).pk}",
        text="2026.11.24｜先进｜中共凉县委员会｜王芳",
        printed_at=NOW,
        printed_by="刘洋",
    )
    return captured


def difference(world: World) -> Captured:
    return {"key": f"reward:{reward_of(world).pk}"}


def branch_page(world: World) -> Captured:
    member(world)
    return {**a1(world), "page": "rewards"}


def with_copies(world: World) -> Captured:
    member(world)
    return {}


def plan(world: World) -> Captured:
    """A print that the organizer of Ashi was offered."""
    copy = Booklet.objects.get(certificate__member=world.members_a1[0])
    fields = ("2026.11.24", "优秀共产党员", "中共凉县委员会", "王芳")
    entry = actions.Entry(copy.pk, "rewards", 1, "reward:1", "｜".join(fields), Mark.NEW)
    sealed = seal(world.people["organizer_ashi"].pk, [(entry, fields)], leaves=[[23, 0, 1]])
    return {"plan": sealed, "printer": printer_of(world).pk}


MEASURED = {"measured_x": "30.0", "measured_y": "30.1", "seen_x": 0, "seen_y": 0}

ROWS: tuple[Row, ...] = (
    page("certificates:printers", {200: COMMITTEES + COUNTY}, lambda world: printer(world) and {}),
    page("certificates:printer_new", WORK_A1, ashi),
    deed("certificates:printer_new", DO_A1, ashi, data={"name": "针式打印机"}),
    page("certificates:printer", WORK_A1, printer),
    deed("certificates:printer", DO_A1, printer, data=MEASURED),
    page("certificates:calibration_sheet", WORK_A1, printer),
    deed("certificates:printer_closing", DO_A1, printer),
    page("certificates:overprint_branches", {200: COMMITTEES + COUNTY}),
    page("certificates:overprint", WORK_A1, member),
    page("certificates:overprint_page", WORK_A1, member_page),
    deed("certificates:overprint_mending", DO_A1, differing, data=difference),
    page("certificates:branch_overprint", WORK_A1, a1),
    page("certificates:branch_overprint_page", WORK_A1, branch_page),
    deed("certificates:overprint_file", {200: ASHI, 409: BASHI + COUNTY}, with_copies, data=plan),
    deed("certificates:continuation_file", {200: ASHI, 409: BASHI + COUNTY}, with_copies, data=plan),
    deed("certificates:overprint_record", {303: ASHI, 409: BASHI + COUNTY}, with_copies, data=plan),
)
