"""The menu: groups of entries, each shown to whoever holds its permission. "" means everyone signed in."""

from dataclasses import dataclass

from zhibu.core.text import gettext_noop


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the menu."""

    label: str
    url: str
    icon: str
    permissions: tuple[str, ...] = ()
    on_phone: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """A titled group of the menu; the first has no title."""

    label: str
    entries: tuple[Entry, ...]


MENU = (
    Group(
        "",
        (
            Entry(gettext_noop("首页"), "insights:home", "home", on_phone=True),
            Entry(gettext_noop("待办"), "insights:work", "inbox", ("organizations.read", "accounts.confirm")),
        ),
    ),
    Group(
        gettext_noop("月记季督年审"),
        (
            Entry(gettext_noop("月记"), "months:months", "calendar-check", ("months.read",), on_phone=True),
            Entry(gettext_noop("党费"), "dues:ledger", "coin", ("dues.read",)),
            Entry(gettext_noop("季督"), "inspections:inspections", "clipboard-check", ("months.read",)),
            Entry(gettext_noop("迟报和异常"), "inspections:signs", "zoom-question", ("inspections.inspect",)),
            Entry(gettext_noop("组织生活"), "meetings:meetings", "users-group", ("meetings.read",)),
            Entry(gettext_noop("学时"), "reviews:study", "school", ("education.read",)),
            Entry(gettext_noop("积分"), "points:home", "star", ("points.read",)),
            Entry(gettext_noop("年审"), "reviews:reviews", "rubber-stamp", ("months.read",)),
            Entry(gettext_noop("追究"), "accountability:cases", "scale", ("months.submit",)),
        ),
    ),
    Group(
        gettext_noop("组织和党员"),
        (
            Entry(
                gettext_noop("组织"), "organizations:tree", "sitemap", ("organizations.read",), on_phone=True
            ),
            Entry(gettext_noop("党员"), "members:list", "users", ("members.read",), on_phone=True),
            Entry(
                gettext_noop("建制调整"),
                "reorganizations:reorganizations",
                "git-merge",
                ("organizations.reorganize",),
            ),
        ),
    ),
    Group(
        gettext_noop("一证"),
        (
            Entry(
                gettext_noop("党员证台账"),
                "certificates:register",
                "certificate",
                ("certificates.read",),
                on_phone=True,
            ),
            Entry(gettext_noop("收回党员证"), "certificates:withdrawals", "file-off", ("certificates.keep",)),
            Entry(gettext_noop("打印中心"), "certificates:prints", "printer", ("certificates.print",)),
            Entry(gettext_noop("空白证本"), "certificates:stock", "stack-2", ("certificates.stock",)),
            Entry(gettext_noop("作废名单"), "certificates:void_list", "ban", ("certificates.read",)),
            Entry(gettext_noop("证本处置"), "certificates:dispositions", "archive", ("certificates.read",)),
            Entry(gettext_noop("补发换发和代管"), "certificates:requests", "refresh", ("certificates.keep",)),
        ),
    ),
    Group(
        gettext_noop("进出和奖惩"),
        (
            Entry(
                gettext_noop("党籍和组织处置"),
                "mobility:matters",
                "checklist",
                ("members.propose_events", "members.settle_events"),
            ),
            Entry(
                gettext_noop("新登记的党员"),
                "mobility:enrollments",
                "user-plus",
                ("members.maintain", "members.settle_events"),
            ),
            Entry(gettext_noop("组织关系转接"), "mobility:transfers", "arrows-exchange", ("mobility.read",)),
            Entry(gettext_noop("流动党员"), "mobility:floating", "plane-departure", ("mobility.read",)),
            Entry(gettext_noop("失联党员"), "mobility:lost", "user-question", ("mobility.read",)),
            Entry(gettext_noop("奖励"), "conduct:rewards", "medal", ("conduct.reward",)),
            Entry(gettext_noop("处分台账"), "conduct:penalties", "gavel", ("conduct.read",)),
            Entry(gettext_noop("申诉"), "conduct:appeals", "scale", ("conduct.reexamine",)),
            Entry(gettext_noop("党员增减"), "mobility:movements", "table", ("members.read",)),
        ),
    ),
    Group(
        gettext_noop("办理"),
        (
            Entry(gettext_noop("导入导出"), "imports:runs", "table-import", ("imports.use",)),
            # Open to everyone with an account; listed for those whose work makes jobs.
            Entry(
                gettext_noop("后台任务"),
                "jobs:list",
                "list-check",
                ("imports.use", "certificates.print", "audit.read"),
            ),
            Entry(
                gettext_noop("我的党员证"), "members:mine", "id-badge", ("members.read_own",), on_phone=True
            ),
        ),
    ),
    Group(
        gettext_noop("管理"),
        (
            Entry(gettext_noop("规则设置"), "rulebook:policies", "settings", ("rulebook.read",)),
            Entry(
                gettext_noop("账号"),
                "accounts:users",
                "user-cog",
                ("accounts.confirm",),
            ),
            Entry(gettext_noop("角色和权限"), "accounts:roles", "shield-lock", ("accounts.read_roles",)),
            Entry(gettext_noop("审计日志"), "audit:records", "history", ("audit.read",)),
        ),
    ),
)
