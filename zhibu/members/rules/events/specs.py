"""The table of events (membership.toml transitions and penalties): from which state, by whom, with what effect. Pure."""

from collections.abc import Mapping
from typing import Final

from zhibu.core.text import gettext_noop
from zhibu.members.rules.events.discipline import DISCIPLINE
from zhibu.members.rules.events.kinds import EventKind, Level, MeasureKind, Route
from zhibu.members.rules.events.spec import ACTIVE, ANY, ENDED, FULL, PROBATIONARY, SUSPENDED, Spec
from zhibu.members.rules.stages import Stage, Standing

_EDU = gettext_noop("《中国共产党党员教育管理工作条例》第二十四条")
_ART7 = gettext_noop("党章第七条")
_ART9 = gettext_noop("党章第九条")
_DISP = gettext_noop("《中国共产党不合格党员组织处置办法》（2024年）")

M, E, R = MeasureKind, EventKind, Route
SPECS: Final[Mapping[EventKind, Spec]] = {
    E.CONFIRM: Spec(
        gettext_noop("预备党员转正"),
        _ART7,
        R.APPROVE,
        PROBATIONARY,
        stage=Stage.FULL,
        help=gettext_noop("转正时间是预备期（含延长）满的那一天，不是批准的那一天。"),
    ),
    E.EXTEND_PROBATION: Spec(
        gettext_noop("延长预备期"),
        _ART7,
        R.APPROVE,
        PROBATIONARY,
        is_adverse=True,
        months=(6, 12),
        help=gettext_noop("只能延长一次，不少于半年，不超过一年。"),
    ),
    E.CANCEL_PROBATION: Spec(
        gettext_noop("取消预备党员资格"),
        _ART7,
        R.APPROVE,
        PROBATIONARY,
        standing=Standing.ENDED,
        ends="probation_cancelled",
        disposition="probation_cancelled",
        is_adverse=True,
        help=gettext_noop("不是纪律处分。"),
    ),
    E.FLAG_LOST_CONTACT: Spec(
        gettext_noop("标记失去联系"),
        _EDU,
        R.RECORD,
        ACTIVE,
        starts=M.LOST_CONTACT_FLAG,
        disposition="lost_contact_flag",
        needs_since=gettext_noop("最后一次联系上的日期"),
        help=gettext_noop("六个月以上没有联系、查找过也没有下落的才标记；外出流动不等于失联。"),
    ),
    E.CONTACT_REGAINED: Spec(
        gettext_noop("恢复联系"),
        _EDU,
        R.RECORD,
        ACTIVE,
        needs=M.LOST_CONTACT_FLAG,
        stops=frozenset({M.LOST_CONTACT_FLAG}),
        gives_back=frozenset({"lost_contact_flag"}),
        needs_evidence=gettext_noop("怎样联系上的"),
    ),
    E.SUSPEND_STANDING: Spec(
        gettext_noop("停止党籍"),
        _EDU,
        R.APPROVE,
        FULL,
        standing=Standing.SUSPENDED,
        disposition="standing_suspended",
        is_adverse=True,
        ends_posts=True,
        needs_evidence=gettext_noop("查找经过，或者出国（境）定居、留学的情况"),
        help=gettext_noop("失去联系六个月以上，或者出国（境）定居、留学超过五年不归。"),
    ),
    E.RESTORE_STANDING: Spec(
        gettext_noop("恢复党籍"),
        _EDU,
        R.APPROVE,
        SUSPENDED,
        level=Level.COUNTY,
        standing=Standing.ACTIVE,
        stops=frozenset({M.LOST_CONTACT_FLAG}),
        gives_back=frozenset({"standing_suspended", "lost_contact_flag"}),
        needs_evidence=gettext_noop("本人书面申请和恢复联系的情况"),
    ),
    E.REMOVE_LOST_CONTACT: Spec(
        gettext_noop("停止党籍满两年按自行脱党除名"),
        _EDU,
        R.APPROVE,
        SUSPENDED,
        standing=Standing.ENDED,
        ends="removed_lost_contact",
        disposition="removed_lost_contact",
        is_adverse=True,
        needs_evidence=gettext_noop("停止党籍后继续查找的经过"),
    ),
    E.BEGIN_CORRECTION: Spec(
        gettext_noop("限期改正"),
        _DISP,
        R.APPROVE,
        FULL,
        starts=M.CORRECTION_PERIOD,
        months=(1, 12),
        disposition="correction_period",
        is_adverse=True,
        is_disposal=True,
        needs_steps=True,
        help=gettext_noop("一般6个月，最长1年。权利义务不变；期满没有改正的，可以接着劝退。"),
    ),
    E.END_CORRECTION: Spec(
        gettext_noop("解除限期改正"),
        _DISP,
        R.RECORD,
        FULL,
        needs=M.CORRECTION_PERIOD,
        stops=frozenset({M.CORRECTION_PERIOD}),
        gives_back=frozenset({"correction_period"}),
        needs_evidence=gettext_noop("改正的情况"),
    ),
    E.PERSUADED_WITHDRAWAL: Spec(
        gettext_noop("劝其退党"),
        _ART9,
        R.APPROVE,
        FULL,
        standing=Standing.ENDED,
        ends="persuaded_withdrawal",
        disposition="persuaded_withdrawal",
        is_adverse=True,
        is_disposal=True,
        needs_steps=True,
        needs_evidence=gettext_noop("教育的经过和没有转变的情况"),
        help=gettext_noop("预备党员不劝退；支部党员大会决定，上级党组织批准。"),
    ),
    E.REMOVED_AFTER_REFUSAL: Spec(
        gettext_noop("劝而不退除名"),
        _ART9,
        R.APPROVE,
        FULL | {(Stage.FULL, Standing.ENDED)},
        standing=Standing.ENDED,
        ends="removed_after_refusal",
        disposition="removed_after_refusal",
        is_adverse=True,
        is_disposal=True,
        needs_steps=True,
        needs_evidence=gettext_noop("劝退的决定和本人坚持不退的情况"),
        help=gettext_noop(
            "上级党组织批准劝退以后本人坚持不退的，支部党员大会再讨论，决定除名并报批准；劝退还在等批准的，登记这一件时自动办结。"
        ),
    ),
    E.SELF_SEVERED: Spec(
        gettext_noop("自行脱党除名"),
        _ART9,
        R.APPROVE,
        FULL,
        standing=Standing.ENDED,
        ends="self_severed",
        disposition="self_severed",
        is_adverse=True,
        is_disposal=True,
        needs_steps=True,
        needs_since=gettext_noop("从哪一天起不参加组织生活、不交党费或不做党分配的工作"),
        needs_evidence=gettext_noop("教育和限期的经过"),
        help=gettext_noop(
            "没有正当理由、连续六个月。支部党员大会决定，上级党组织批准，批准以后才处置党员证。"
        ),
    ),
    E.VOLUNTARY_WITHDRAWAL: Spec(
        gettext_noop("要求退党除名"),
        _ART9,
        R.FILE,
        FULL,
        standing=Standing.ENDED,
        ends="voluntary_withdrawal",
        disposition="voluntary_withdrawal",
        is_disposal=True,
        needs_evidence=gettext_noop("本人的退党申请"),
        help=gettext_noop("支部党员大会讨论后宣布除名即生效，报上级党组织备案，不是批准。"),
    ),
    E.REMOVED_OTHER: Spec(
        gettext_noop("其他情形除名"),
        _DISP,
        R.APPROVE,
        FULL,
        standing=Standing.ENDED,
        ends="removed_other",
        disposition="removed_other",
        is_adverse=True,
        is_disposal=True,
        needs_steps=True,
        needs_evidence=gettext_noop("适用的情形和调查材料"),
    ),
    **DISCIPLINE,
    E.GO_FLOATING: Spec(
        gettext_noop("外出流动"),
        gettext_noop("《关于进一步加强和改进流动党员管理工作的意见》（2024年）"),
        R.RECORD,
        ACTIVE,
        starts=M.FLOATING_OUT,
        is_internal=True,
    ),
    E.RETURN_FLOATING: Spec(
        gettext_noop("流动返回"),
        gettext_noop("《关于进一步加强和改进流动党员管理工作的意见》（2024年）"),
        R.RECORD,
        ANY,
        needs=M.FLOATING_OUT,
        stops=frozenset({M.FLOATING_OUT}),
        is_internal=True,
    ),
    E.MOVE_BRANCH: Spec(
        gettext_noop("组织关系转到另一个支部"),
        gettext_noop("《中国共产党党员教育管理工作条例》第二十五条"),
        R.RECORD,
        ANY,
        ends_posts=True,
        is_internal=True,
    ),
    E.TRANSFER_OUT: Spec(
        gettext_noop("组织关系转出本县"),
        gettext_noop("《中国共产党党员教育管理工作条例》第二十五条"),
        R.RECORD,
        ACTIVE,
        standing=Standing.ENDED,
        ends="transferred_out",
        disposition="transferred_out",
        is_internal=True,
    ),
    E.TRANSFER_BACK: Spec(
        gettext_noop("组织关系转回本县"),
        gettext_noop("《中国共产党党员教育管理工作条例》第二十五条"),
        R.RECORD,
        ENDED,
        standing=Standing.ACTIVE,
        gives_back=frozenset({"readmitted"}),
        is_internal=True,
    ),
    E.READMIT: Spec(
        gettext_noop("重新入党"),
        _ART9,
        R.APPROVE,
        ENDED,
        stage=Stage.PROBATIONARY,
        standing=Standing.ACTIVE,
        gives_back=frozenset({"readmitted"}),
        help=gettext_noop(
            "重新入党是新的入党时间，预备期从头算，编号不变、换新证本。劝退、除名、开除党籍的，五年内不得重新入党；退党的按县里的规定。"
        ),
    ),
    E.DIE: Spec(
        gettext_noop("亡故"),
        gettext_noop("党员名册管理"),
        R.RECORD,
        ANY,
        standing=Standing.ENDED,
        ends="deceased",
        disposition="deceased",
        needs_evidence=gettext_noop("死亡证明，或者两名证明人"),
        help=gettext_noop("证本盖“注销”章或剪角后，家属愿意的交家属留念，否则由党委存档。"),
    ),
    E.CORRECT_RECORD: Spec(
        gettext_noop("更正人员类别和入党、转正时间"),
        gettext_noop("党员名册管理"),
        R.APPROVE,
        ANY | ENDED,
        is_internal=True,
    ),
    E.REVERSE: Spec(
        gettext_noop("撤销原决定"),
        gettext_noop("申诉复查"),
        R.RECORD,
        ANY | ENDED,
        is_internal=True,
        needs_document=True,
    ),
}
# Penalties whose effect period runs on into the next one (DISC23 art. 21), and the two years after 留党察看.
EFFECT_PERIODS: Final = frozenset(
    {
        M.WARNING,
        M.SERIOUS_WARNING,
        M.REMOVAL_FROM_POST,
        M.PROBATION_WITHIN_PARTY,
        M.AFTER_PARTY_PROBATION,
    }
)
RESTRICTED: Final = frozenset(str(kind) for kind, spec in SPECS.items() if spec.is_restricted)
ADVERSE: Final = frozenset(str(kind) for kind, spec in SPECS.items() if spec.is_adverse)
PENALTIES: Final = (E.WARN, E.WARN_SERIOUSLY, E.REMOVE_FROM_POST, E.BEGIN_PARTY_PROBATION, E.EXPEL)
# After these ends re-admission is barred for years (DISP24; DISC23 art. 13).
BARRED_ENDS: Final = frozenset(
    {
        "persuaded_withdrawal",
        "removed_after_refusal",
        "removed_other",
        "removed_lost_contact",
        "self_severed",
        "expelled",
    }
)
