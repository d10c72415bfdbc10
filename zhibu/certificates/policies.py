"""What the county decides about numbers and booklets: the first two policies of the rulebook."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from zhibu.core.text import gettext_noop
from zhibu.rulebook.policies import Policy


class Numbering(BaseModel):
    """certificate.md "Number"; every value is a proposal the county may change."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    county_prefix: str = Field(
        "",
        pattern=r"^(\d{6})?$",
        title=gettext_noop("编号前的县代码"),
        description=gettext_noop("印在编号前面，不参加校验；留空不印。"),
    )
    order: Literal["join_date", "name"] = Field(
        "join_date",
        title=gettext_noop("同批编号的先后"),
        json_schema_extra={
            "labels": {"join_date": gettext_noop("按入党时间"), "name": gettext_noop("按姓名拼音")}
        },
    )
    number_probationary: bool = Field(True, title=gettext_noop("预备党员入党时就编号"))  # noqa: FBT003 (pydantic's default)
    renumber_on_transfer: bool = Field(
        False,  # noqa: FBT003 (pydantic's default)
        title=gettext_noop("县内转接后换成新支部的编号"),
        description=gettext_noop(
            "通常不选：编号终身不变，只说明最初在哪里编号。选了以后，原编号仍能查到，证本要换新。"
        ),
    )


class BookletRules(BaseModel):
    """What is printed on the booklet and shown by the public verification page."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str = Field(..., min_length=2, max_length=20, title=gettext_noop("证本名称"))
    issuer: str = Field(..., min_length=2, max_length=40, title=gettext_noop("发证单位"))
    edition: str = Field(..., min_length=1, max_length=20, title=gettext_noop("版次"))
    note_for_probationary: bool = Field(True, title=gettext_noop("预备党员的证本印权利说明"))  # noqa: FBT003 (pydantic's default)
    emblem: str = Field(
        "",
        pattern=r"^([\w-]+\.(svg|pdf))?$",
        title=gettext_noop("封面党徽文件"),
        description=gettext_noop(
            "县里提供的官方矢量图，放在数据文件夹的print目录里，这里填文件名；留空时封面留出位置。"
        ),
    )
    yi_lines: str = Field(
        "",
        max_length=400,
        pattern=r"^([^=＝；;]+[=＝][\uA000-\uA4CF\s]+([；;]|$))*$",
        title=gettext_noop("标题下的彝文"),
        description=gettext_noop("译员提供，写成“入党誓词=彝文；党员权利=彝文”；没有写的标题下不印。"),
    )
    show_masked_name: bool = Field(
        True,  # noqa: FBT003 (pydantic's default)
        title=gettext_noop("核验页显示遮住的姓名和党委"),
        description=gettext_noop("例如吉**、普雄镇党委，换过内页的证本能被看出来。"),
    )
    reissue_fee: int = Field(
        0,
        ge=0,
        le=100_00,
        title=gettext_noop("再次遗失补发的工本费（分）"),
        description=gettext_noop("首次补发免费，换发不收费；从第二次遗失起每本收多少分，100分是1元。"),
    )
    lookups_per_minute: int = Field(30, ge=5, le=600, title=gettext_noop("同一来源每分钟最多核验次数"))
    use_blank_stock: bool = Field(
        False,  # noqa: FBT003 (pydantic's default)
        title=gettext_noop("登记领取时扣减空白证本"),
        description=gettext_noop(
            "用预印空白证本的县打开：发一本扣一本，先扣支部的，再扣党委的；都没有就不能登记领取。"
        ),
    )


NUMBERING: Policy[Numbering] = Policy("numbering", gettext_noop("党员证编号"), Numbering, {})
BOOKLET: Policy[BookletRules] = Policy(
    "booklet",
    gettext_noop("党员证证本和核验"),
    BookletRules,
    {"title": "中国共产党党员证", "issuer": "中共越西县委组织部", "edition": "2026年第1版"},
)
