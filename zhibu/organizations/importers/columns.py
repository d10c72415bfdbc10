"""The columns of the sheet of organizations."""

from collections.abc import Mapping

from zhibu.core.codes import label, table
from zhibu.core.text import gettext_noop
from zhibu.imports.sheets import Column
from zhibu.organizations.rules import Kind


def _kinds() -> Mapping[str, str]:
    return {kind.value: label("organization_kind", kind) for kind in Kind if kind != Kind.COUNTY_COMMITTEE}


def _categories() -> Mapping[str, str]:
    return table("organization_category")


COLUMNS = (
    Column(
        "code",
        gettext_noop("组织代码"),
        "identifier",
        ("代码", "组织编码"),
        is_key=True,
        max_length=30,
        note=gettext_noop("认组织用，全县不重复。乡镇和村可用区划代码，其他由县里定。导入后不能改。"),
        example="513434100200",
        width=18,
    ),
    Column(
        "name",
        gettext_noop("组织全称"),
        "name",
        ("党组织名称", "组织名称", "全称"),
        required=True,
        max_length=80,
        note=gettext_noop("印在党员证上的名称。改名从导入那天起算，旧名称留在历史里。"),
        example="中共越西县越城镇外南村支部委员会",
        width=44,
    ),
    Column(
        "short_name",
        gettext_noop("组织简称"),
        "name",
        ("简称",),
        required=True,
        max_length=40,
        note=gettext_noop("页面和台账上显示的名称。"),
        example="外南村党支部",
        width=22,
    ),
    Column(
        "kind",
        gettext_noop("类型"),
        "choice",
        ("组织类型", "组织类别名称"),
        required=True,
        choices=_kinds,
        note=gettext_noop("设立以后不能在表里改。"),
        example="党支部",
        width=12,
    ),
    Column(
        "category",
        gettext_noop("类别"),
        "choice",
        ("组织类别", "所属类别"),
        required=True,
        choices=_categories,
        note=gettext_noop("党员在哪里工作或生活。村、社区党支部任期5年，其他党支部3年。"),
        example="村",
        width=10,
    ),
    Column(
        "parent",
        gettext_noop("上级组织代码"),
        "identifier",
        ("上级代码", "上级党组织代码", "上级组织", "上级党组织", "上级组织名称", "上级党组织名称"),
        required=True,
        max_length=80,
        note=gettext_noop(
            "也可以写全称、简称或编号段。上级可以已在系统里，也可以在同一张表里，先后不限。改变隶属不用这张表。"
        ),
        example="513434100",
        width=18,
    ),
    Column(
        "segment",
        gettext_noop("编号段"),
        "identifier",
        ("编号", "组织编号段"),
        max_length=3,
        note=gettext_noop(
            "党员证编号里的三位数字：直属县委的党委、党总支在全县不重复，党支部在本党委内不重复。空着由系统给号。给过的号不再给别的组织。"
        ),
        example="001",
        width=9,
    ),
    Column(
        "opened_on",
        gettext_noop("成立日期"),
        "date",
        ("设立日期", "建立日期"),
        required=True,
        example="1990-07-01",
        width=13,
    ),
    Column(
        "term_number",
        gettext_noop("届次"),
        "number",
        ("现任届次",),
        note=gettext_noop("第几届，只填数字。可以空着。"),
        example="10",
        width=8,
    ),
    Column(
        "term_from",
        gettext_noop("本届选举日期"),
        "date",
        ("本届当选日期", "换届日期"),
        example="2021-01-10",
        width=14,
    ),
    Column(
        "term_due",
        gettext_noop("届满日期"),
        "date",
        ("任期届满日期",),
        note=gettext_noop("空着时按选举日期和任期年数推算。"),
        example="2026-01-10",
        width=13,
    ),
    Column(
        "clusters",
        gettext_noop("片区"),
        "text",
        ("所属片区",),
        note=gettext_noop("有几个就用顿号隔开。没有的片区会新建。"),
        example="越城片区",
        width=20,
    ),
    Column("support", gettext_noop("帮扶单位"), "text", max_length=80, example="县农业农村局", width=22),
    Column(
        "contact_name",
        gettext_noop("帮扶联系人"),
        "name",
        ("联系人",),
        max_length=40,
        note=gettext_noop("同一个帮扶单位只有一位联系人。"),
        example="王小明",
        width=12,
    ),
    Column(
        "contact_phone",
        gettext_noop("联系电话"),
        "identifier",
        ("帮扶联系电话", "联系人电话"),
        max_length=20,
        mask="phone",
        example="19900000000",
        width=15,
    ),
)


TITLES = {column.key: column.title for column in COLUMNS}
