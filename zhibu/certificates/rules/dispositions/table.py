"""The table of dispositions: what each event does to a certificate and to its copy. Pure.

``domain/membership.toml [[disposition]]``; every target and booklet rule is a proposal the county may change
(``policies_dispositions``). Nothing here changes stage, standing or a measure.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from zhibu.certificates.rules.copies import State
from zhibu.core.text import gettext_noop
from zhibu.members.rules.events import RESTRICTED, SPECS, EventKind

RESTORED: Final = "booklet_given_back"  # cause of the step that gives a kept copy back
READMITTED: Final = "readmitted"  # what ``Spec.gives_back`` names on re-admission
MASKED: Final = gettext_noop("按党内决定")


class DispositionState(StrEnum):
    """codes/disposition_state.csv."""

    PROPOSED = "proposed"
    CARRIED_OUT = "carried_out"
    REVERSED = "reversed"
    DROPPED = "dropped"


class BookletRule(StrEnum):
    """What is to happen with the copy (membership.toml ``booklet``)."""

    CANCEL = "cancel_stamp_then_family_or_archive"
    RECLAIM = "reclaim_cut_destroy_by_two"
    CUSTODY = "branch_custody_with_receipt"
    NO_ACTION = "no_action"
    CUSTODY_IF_OBTAINABLE = "branch_custody_or_not_obtainable"
    DECLARE_VOID = "declare_void"
    REMARK = "remark_entry"
    TRANSFERRED = "reclaim_or_stamp_transferred"
    COMMITTEE_CUSTODY = "committee_custody"
    GIVE_BACK = "return_to_holder"


class Whereabouts(StrEnum):
    """What a named person did with the copy."""

    RECLAIMED = "reclaimed"
    DESTROYED = "destroyed"
    FAMILY = "family"
    ARCHIVED = "archived"
    BRANCH_CUSTODY = "branch_custody"
    COMMITTEE_CUSTODY = "committee_custody"
    STAMPED = "stamped"
    DECLARED_VOID = "declared_void"
    REMARK = "remark"
    NOT_OBTAINABLE = "not_obtainable"
    RETURNED = "returned"
    REISSUE = "reissue"


W, B = Whereabouts, BookletRule

RULE_LABELS: Final[Mapping[str, str]] = {
    B.CANCEL: gettext_noop("盖“注销”章或剪角，交家属留念或由党委存档"),
    B.RECLAIM: gettext_noop("收回，剪角，两人监销"),
    B.CUSTODY: gettext_noop("支部代管，给收据"),
    B.NO_ACTION: gettext_noop("证本不动"),
    B.CUSTODY_IF_OBTAINABLE: gettext_noop("支部代管；收不到的注明"),
    B.DECLARE_VOID: gettext_noop("声明作废"),
    B.REMARK: gettext_noop("在备注页登记"),
    B.TRANSFERRED: gettext_noop("收回，或盖“已转出”章由本人留存"),
    B.COMMITTEE_CUSTODY: gettext_noop("党委保管"),
    B.GIVE_BACK: gettext_noop("证本发还本人"),
}
# Said to people who may not read the event, so that the rule's wording does not tell it.
MASKED_RULES: Final[Mapping[str, str]] = {
    State.HELD: gettext_noop("组织代管"),
    State.VOIDED: gettext_noop("收回或作废"),
}
WHEREABOUTS_LABELS: Final[Mapping[str, str]] = {
    W.RECLAIMED: gettext_noop("收回，待销毁"),
    W.DESTROYED: gettext_noop("收回并当场销毁"),
    W.FAMILY: gettext_noop("注销后交家属留念"),
    W.ARCHIVED: gettext_noop("注销后由党委存档"),
    W.BRANCH_CUSTODY: gettext_noop("支部代管"),
    W.COMMITTEE_CUSTODY: gettext_noop("党委保管"),
    W.STAMPED: gettext_noop("盖“已转出”章，本人留存"),
    W.DECLARED_VOID: gettext_noop("声明作废，没有收到证本"),
    W.REMARK: gettext_noop("已在备注页登记"),
    W.NOT_OBTAINABLE: gettext_noop("收不到证本"),
    W.RETURNED: gettext_noop("已发还本人"),
    W.REISSUE: gettext_noop("原证本找不到了，另办补发"),
}
FITTING: Final[Mapping[str, tuple[Whereabouts, ...]]] = {
    B.CANCEL: (W.FAMILY, W.ARCHIVED, W.NOT_OBTAINABLE),
    B.RECLAIM: (W.RECLAIMED, W.DESTROYED, W.NOT_OBTAINABLE),
    B.CUSTODY: (W.BRANCH_CUSTODY, W.NOT_OBTAINABLE),
    B.NO_ACTION: (),
    B.CUSTODY_IF_OBTAINABLE: (W.BRANCH_CUSTODY, W.NOT_OBTAINABLE),
    B.DECLARE_VOID: (W.DECLARED_VOID, W.RECLAIMED, W.DESTROYED),
    B.REMARK: (W.REMARK, W.NOT_OBTAINABLE),
    B.TRANSFERRED: (W.RECLAIMED, W.STAMPED, W.DESTROYED, W.NOT_OBTAINABLE),
    B.COMMITTEE_CUSTODY: (W.COMMITTEE_CUSTODY, W.NOT_OBTAINABLE),
    B.GIVE_BACK: (W.RETURNED, W.REISSUE),
}
# What each way asks for besides its day, so that it can be proved later.
ASKS: Final[Mapping[str, tuple[str, ...]]] = {
    W.RECLAIMED: ("place",),
    W.DESTROYED: ("witness",),
    W.FAMILY: ("receiver",),
    W.ARCHIVED: ("place",),
    W.BRANCH_CUSTODY: ("place",),
    W.COMMITTEE_CUSTODY: ("place",),
    W.STAMPED: (),
    W.DECLARED_VOID: (),
    W.REMARK: (),
    W.NOT_OBTAINABLE: ("note",),
    W.RETURNED: ("receiver",),
    W.REISSUE: ("note",),
}
CUSTODIES: Final = frozenset({W.BRANCH_CUSTODY, W.COMMITTEE_CUSTODY})
FINAL_STATES: Final = frozenset({State.VOIDED, State.MEMORIAL})
# On the void list and the member's page: what became of the copy, never why.
VOID_REASONS: Final[Mapping[State, str]] = {
    State.VOIDED: gettext_noop("按规定处置，已注销"),
    State.MEMORIAL: gettext_noop("已注销，交家属留念或存档"),
}
# Registered by the committee: the branch hands the copy up, the committee cancels it (certificate.md, "the
# branch reclaims, the committee registers, clips a corner and destroys"); 收回 is the committee's by rule.
COMMITTEE_STATES: Final = FINAL_STATES | {State.WITHDRAWN}


@dataclass(frozen=True, slots=True)
class Cause:
    """A row of the table: the event, the shipped target and booklet rule, and what is told beside them.

    ``group``: ends (the membership is over), keeps (it goes on), withdrawal (收回 for cause).
    """

    label: str
    basis: str
    when: str
    reversible: str
    state: State
    booklet: BookletRule
    group: str


_ART9 = gettext_noop("党章第九条")
_EDU = gettext_noop("《中国共产党党员教育管理工作条例》第二十四条")
_DISP = gettext_noop("《中国共产党不合格党员组织处置办法》（2024年）")
_DISC = gettext_noop("《中国共产党纪律处分条例》（2023年）")
_APPROVED = gettext_noop("上级党组织批准后")
_APPEAL = gettext_noop("申诉成立的撤销处置，另发新证本")

CAUSES: Final[Mapping[str, Cause]] = {
    "deceased": Cause(
        gettext_noop("亡故"),
        gettext_noop("党员名册管理；本县党员证管理规定（试行）"),
        gettext_noop("登记死亡日期并有证明以后"),
        gettext_noop("不恢复；登记错了的用撤销更正"),
        State.MEMORIAL,
        B.CANCEL,
        "ends",
    ),
    "self_severed": Cause(
        gettext_noop("自行脱党"), _ART9, _APPROVED, _APPEAL, State.VOIDED, B.RECLAIM, "ends"
    ),
    "voluntary_withdrawal": Cause(
        gettext_noop("退党"),
        _ART9,
        gettext_noop("支部党员大会宣布除名后"),
        gettext_noop("不恢复；重新入党的另发新证本"),
        State.VOIDED,
        B.RECLAIM,
        "ends",
    ),
    "persuaded_withdrawal": Cause(
        gettext_noop("劝退"), _ART9, _APPROVED, _APPEAL, State.VOIDED, B.RECLAIM, "ends"
    ),
    "removed_after_refusal": Cause(
        gettext_noop("劝而不退除名"), _ART9, _APPROVED, _APPEAL, State.VOIDED, B.RECLAIM, "ends"
    ),
    "removed_other": Cause(
        gettext_noop("其他情形除名"), _DISP, _APPROVED, _APPEAL, State.VOIDED, B.RECLAIM, "ends"
    ),
    "probation_within_party": Cause(
        gettext_noop("留党察看"),
        _DISC,
        gettext_noop("处分生效之日起"),
        gettext_noop("恢复党员权利后发还，并在备注页注明"),
        State.HELD,
        B.CUSTODY,
        "keeps",
    ),
    "expelled": Cause(
        gettext_noop("开除党籍"),
        _DISC,
        gettext_noop("处分生效之日起"),
        _APPEAL,
        State.VOIDED,
        B.RECLAIM,
        "ends",
    ),
    "lost_contact_flag": Cause(
        gettext_noop("失去联系，还没有作决定"),
        _EDU,
        gettext_noop("标记失去联系时"),
        gettext_noop("恢复联系后自动恢复"),
        State.FROZEN,
        B.NO_ACTION,
        "keeps",
    ),
    "standing_suspended": Cause(
        gettext_noop("停止党籍"),
        _EDU,
        _APPROVED,
        gettext_noop("恢复党籍后发还"),
        State.HELD,
        B.CUSTODY_IF_OBTAINABLE,
        "keeps",
    ),
    "removed_lost_contact": Cause(
        gettext_noop("停止党籍满两年除名"), _EDU, _APPROVED, _APPEAL, State.VOIDED, B.DECLARE_VOID, "ends"
    ),
    "correction_period": Cause(
        gettext_noop("限期改正"),
        _DISP,
        gettext_noop("作出决定时"),
        gettext_noop("改正后解除，备注页的登记保留"),
        State.ACTIVE,
        B.REMARK,
        "keeps",
    ),
    "probation_cancelled": Cause(
        gettext_noop("取消预备党员资格"),
        gettext_noop("党章第七条"),
        _APPROVED,
        _APPEAL,
        State.VOIDED,
        B.RECLAIM,
        "ends",
    ),
    "transferred_out": Cause(
        gettext_noop("组织关系转出本县"),
        gettext_noop("《中国共产党党员教育管理工作条例》第二十五条"),
        gettext_noop("收到回执联以后"),
        gettext_noop("转回本县的，编号不变，另发新证本"),
        State.VOIDED,
        B.TRANSFERRED,
        "ends",
    ),
    "withdrawn_for_cause": Cause(
        gettext_noop("组织收回"),
        gettext_noop("本县党员证管理规定（试行）"),
        gettext_noop("支部提出、党委批准并通知本人以后"),
        gettext_noop("复查合格后发还"),
        State.WITHDRAWN,
        B.COMMITTEE_CUSTODY,
        "withdrawal",
    ),
}
# Read with ``conduct.read`` only, like the events behind them.
RESTRICTED_CAUSES: Final = frozenset(SPECS[EventKind(kind)].disposition for kind in RESTRICTED) - {""}
# What the county may choose in each group; the first group's copies are never used again.
STATE_CHOICES: Final[Mapping[str, tuple[State, ...]]] = {
    "ends": (State.VOIDED, State.MEMORIAL),
    "keeps": (State.ACTIVE, State.FROZEN, State.HELD),
    "withdrawal": (State.WITHDRAWN, State.HELD),
}
RULE_CHOICES: Final[Mapping[str, tuple[BookletRule, ...]]] = {
    "ends": (B.RECLAIM, B.CANCEL, B.DECLARE_VOID, B.TRANSFERRED),
    "keeps": (B.NO_ACTION, B.REMARK, B.CUSTODY, B.CUSTODY_IF_OBTAINABLE),
    "withdrawal": (B.COMMITTEE_CUSTODY, B.CUSTODY),
}
