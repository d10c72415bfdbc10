"""The sheet of organizations: a county's whole tree in one file."""

from zhibu.core.text import gettext_noop
from zhibu.imports.sheets import Sheet
from zhibu.organizations.importers.applying import apply, export
from zhibu.organizations.importers.checking import check
from zhibu.organizations.importers.columns import COLUMNS

__all__ = ["ORGANIZATIONS"]

ORGANIZATIONS = Sheet(
    key="organizations",
    title=gettext_noop("党组织"),
    permission="organizations.maintain",
    columns=COLUMNS,
    check=check,
    apply=apply,
    export=export,
    unit=gettext_noop("个组织"),
    help=gettext_noop(
        "一行一个组织。空着的格子不改，写“（清空）”才清空。组织代码已有的更新，没有的新设；表里没写的组织不动。"
    ),
)
