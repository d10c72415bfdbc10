"""The columns of the roster, after the national basic-information form."""

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext as _

from zhibu.core import codes
from zhibu.core.text import gettext_noop
from zhibu.imports.sheets import Column


def sexes() -> Mapping[str, str]:
    return {"1": _("男"), "2": _("女")}


def stages() -> Mapping[str, str]:
    return {code: codes.label("member_stage", code) for code in ("full", "probationary")}


COLUMNS: Final = (
    Column(
        "branch_code",
        gettext_noop("所在支部代码"),
        "identifier",
        aliases=("支部代码", "组织代码"),
        required=True,
        max_length=80,
        note=gettext_noop("与组织表里的代码一致，按文本填写；也可以写支部全称、简称，同名的前面写上乡镇"),
        example="513434101201",
        width=16,
    ),
    Column(
        "branch_name",
        gettext_noop("所在支部"),
        aliases=("支部名称", "所在党支部"),
        max_length=80,
        note=gettext_noop("供核对，可不填；填了就要与代码对得上。没有代码的，照它找支部"),
        example="尔木村党支部",
        width=20,
    ),
    Column(
        "name",
        gettext_noop("姓名"),
        "name",
        is_key=True,
        max_length=40,
        note=gettext_noop("彝族姓名照户口簿写全，间隔号用“·”"),
        example="吉则日果",
    ),
    Column(
        "sex",
        gettext_noop("性别"),
        "choice",
        required=True,
        choices=sexes,
        also=lambda: codes.aliases("sex"),
        example="女",
        width=6,
    ),
    Column(
        "ethnic_group",
        gettext_noop("民族"),
        "choice",
        required=True,
        choices=lambda: codes.table("ethnic_group"),
        also=lambda: codes.aliases("ethnic_group"),
        example="彝族",
        width=8,
    ),
    Column(
        "resident_id",
        gettext_noop("身份证号"),
        "identifier",
        aliases=("公民身份号码", "身份证号码", "身份证"),
        max_length=18,
        note=gettext_noop("18位，按文本填写；导出的表里只有首尾两位，原样导回不会改动"),
        example="999999198605120027",
        width=22,
        mask="resident_id",
    ),
    Column(
        "identity_reason",
        gettext_noop("证件说明"),
        note=gettext_noop("出生日期或性别与身份证号不一致、没有身份证号时写明依据"),
        width=18,
    ),
    Column("birth_date", gettext_noop("出生日期"), "birth", required=True, example="1986-05-12", width=12),
    Column(
        "education",
        gettext_noop("学历"),
        "choice",
        aliases=("文化程度",),
        required=True,
        choices=lambda: codes.table("education"),
        also=lambda: codes.aliases("education"),
        example="普通高中毕业",
    ),
    Column("native_place", gettext_noop("籍贯"), max_length=60, example="四川越西"),
    Column(
        "join_date",
        gettext_noop("入党日期"),
        "date",
        aliases=("入党时间", "加入党组织日期"),
        required=True,
        note=gettext_noop("支部党员大会通过为预备党员的日期"),
        example="2009-06-28",
        width=12,
    ),
    Column(
        "confirmation_date",
        gettext_noop("转正日期"),
        "date",
        aliases=("转正时间", "转为正式党员日期"),
        note=gettext_noop("预备党员不填"),
        example="2010-06-28",
        width=12,
    ),
    Column(
        "dates_reason",
        gettext_noop("日期说明"),
        note=gettext_noop("没有预备期、入党时未满18岁、查不到转正日期等情形写明依据"),
        width=18,
    ),
    Column(
        "stage",
        gettext_noop("人员类别"),
        "choice",
        required=True,
        choices=stages,
        also=lambda: codes.aliases("member_stage"),
        example="正式党员",
        width=10,
    ),
    Column(
        "posts",
        gettext_noop("党内职务"),
        note=gettext_noop("书记、副书记、组织委员等，几项之间用“、”隔开"),
        example="组织委员",
    ),
    Column("group", gettext_noop("党小组"), max_length=20, example="第一党小组"),
    Column(
        "phone",
        gettext_noop("手机号"),
        "identifier",
        aliases=("手机", "联系电话", "手机号码"),
        max_length=20,
        note=gettext_noop("11位手机号或带区号的座机，按文本填写"),
        example="13800005678",
        mask="phone",
    ),
    Column(
        "dues_category",
        gettext_noop("党费类别"),
        "choice",
        required=True,
        choices=lambda: codes.table("dues_category"),
        also=lambda: codes.aliases("dues_category"),
        example="农民党员",
        width=22,
    ),
    Column("is_floating", gettext_noop("流动党员"), "flag", example="否", width=8),
)
