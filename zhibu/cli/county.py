"""init: a real county's first set-up; demo build: the synthetic county."""

import argparse
import shutil
import sys
import time
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from zhibu.cli.console import DONE, Counter, fail, note, say, set_up
from zhibu.cli.keys import write_ring
from zhibu.cli.serving import migrate
from zhibu.core.dates import parse_date

if TYPE_CHECKING:
    from zhibu.core.access import Scope
    from zhibu.organizations.models import Organization

ADMINISTRATORS = (
    ("system_admin", "系统管理员", "system_administrator"),
    ("security_admin", "安全管理员", "security_administrator"),
    ("audit_admin", "审计管理员", "audit_administrator"),
)


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare the commands."""
    init = commands.add_parser(
        "init",
        help="第一次设立：密钥、数据库、县委、三个管理员",
        description="给真正使用的县做第一次设立。没有写在命令里的内容会逐项询问。可以重复运行：已经做好的部分不会再做。",
    )
    init.add_argument("--code", default="", help="县委的组织代码，如 513434")
    init.add_argument("--name", default="", help="县委全称，如 中国共产党越西县委员会")
    init.add_argument("--short-name", default="", help="简称，如 越西县委")
    init.add_argument(
        "--opened-on", type=date.fromisoformat, default=None, metavar="日期", help="成立日期，如 1950-04-01"
    )
    for key, label, _role in ADMINISTRATORS:
        init.add_argument(f"--{key.replace('_', '-')}", default="", metavar="姓名", help=f"{label}的姓名")
    init.set_defaults(run=_init)
    demo = commands.add_parser("demo", help="演示县")
    deeds = demo.add_subparsers(title="命令", metavar="命令", required=True)
    build = deeds.add_parser(
        "build",
        help="建立演示县",
        description="建立虚构的演示县：10,174名虚构党员，和真正的县一样从表格导入。已经建好的不再建。",
    )
    build.add_argument("--reset", action="store_true", help="先清空，再重新建立")
    build.set_defaults(run=_demo)


def _init(args: argparse.Namespace) -> int:
    set_up()
    file = _make_keys()
    from django.utils import timezone

    from zhibu.core.access import Scope
    from zhibu.organizations.actions import found_county
    from zhibu.organizations.models import Organization

    migrate()
    by, today = Scope.system("zhibu init"), timezone.localdate()
    county = Organization.objects.filter(parent=None).first()
    if county is None:
        county = found_county(
            by=by,
            code=args.code or _ask("县委的组织代码（如 513434）"),
            name=args.name or _ask("县委全称（如 中国共产党越西县委员会）"),
            short_name=args.short_name or _ask("简称（如 越西县委）"),
            opened_on=args.opened_on or _ask_day("成立日期（如 1950-04-01）"),
            on=today,
        )
    say(f"县委：{county.name}")
    _appoint(args, county, by=by, on=today)
    say(f"密钥文件：{file}。请马上备份到别处；丢了它，数据库里的身份证号和手机号再也读不出来。")
    say("下一步：zhibu serve")
    return DONE


def _make_keys() -> Path:
    """Write the key file unless there is one; refused beside a database that was written with other keys."""
    from django.conf import settings

    from zhibu.core.crypto import KeyRing
    from zhibu.core.keys import use_ring

    file: Path = settings.KEY_FILE
    if settings.KEY_RING_IS_PASSING:
        if _holds_data():
            fail(
                f"数据库里已经有数据，密钥文件 {file} 却不在，没有生成新的：新密钥读不出旧数据。"
                "请从备份找回原来的密钥文件，放到这里。"
            )
        ring = KeyRing.generate()
        write_ring(file, ring, is_new=True)
        use_ring(ring)
        note(f"已生成密钥文件 {file}。")
    return file


def _holds_data() -> bool:
    """Somebody worked with this database before; False also for one that is not there yet."""
    from django.db import connection

    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite" and not ("memory" in name or Path(name).exists()):
        return False
    from zhibu.audit.models import AuditRecord
    from zhibu.organizations.models import Organization

    tables = set(connection.introspection.table_names())
    kept = [model for model in (Organization, AuditRecord) if model._meta.db_table in tables]
    return any(model._default_manager.exists() for model in kept)


def _appoint(args: argparse.Namespace, county: "Organization", *, by: "Scope", on: date) -> None:
    """Open the three administrators' accounts unless they are there, and tell their first passwords once."""
    from zhibu.accounts.actions import FirstPerson, first_administrators
    from zhibu.accounts.models import RoleAssignment

    roles = [role for _username, _label, role in ADMINISTRATORS]
    if RoleAssignment.objects.filter(role__in=roles).exists():
        return
    people = [
        FirstPerson(username, getattr(args, username) or _ask(f"{label}的姓名"), role)
        for username, label, role in ADMINISTRATORS
    ]
    opened = first_administrators(by=by, county=county, people=people, on=on)
    say("三个管理员的首次密码，只显示这一次，第一次登录时必须更换：")
    for (username, label, _role), (user, password) in zip(ADMINISTRATORS, opened, strict=True):
        say(f"  {label}  {user.name}  账号 {username}  密码 {password}")


def _ask(what: str) -> str:
    if not sys.stdin.isatty():
        fail(f"还缺少：{what}。可以写在命令里，见 zhibu init --help。")
    while not (answer := input(f"{what}：").strip()):
        pass
    return answer


def _ask_day(what: str) -> date:
    while True:
        day = parse_date(_ask(what))
        if day is not None:
            return day
        note("请写成 1950-04-01 这样。")


def _demo(args: argparse.Namespace) -> int:
    set_up()
    if args.reset:
        _empty()
    _make_keys()
    migrate()
    from django.db import transaction
    from django.utils import timezone

    from zhibu.demo.actions import PASSWORD, build_demo, sign_ins

    counter = Counter("演示县")
    started = time.monotonic()
    with transaction.atomic():  # interrupted, nothing is left and the next run begins anew
        is_new = build_demo(on=timezone.localdate(), tick=counter)
    counter.close()
    if is_new:
        say(f"演示县已建好，用时{time.monotonic() - started:.0f}秒。")
    else:
        say("演示县已经在了，数据保持原样。要重建：make demo RESET=1")
    say(f"演示账号，密码都是 {PASSWORD}：")
    for username, label in sign_ins():
        say(f"  {username:<10} {label}")
    return DONE


def _empty() -> None:
    """Remove the SQLite file of a county in which everybody is invented; nothing else is ever removed."""
    from django.conf import settings
    from django.db import Error, connection

    from zhibu.jobs.tasks import is_worker_alive
    from zhibu.members.models import Member

    if not settings.DEMO:
        fail("只能清空演示环境。请先设置 ZHIBU_DEMO=1。")
    if connection.vendor != "sqlite":
        fail("只有 SQLite 里的演示县能这样重建。PostgreSQL 请自行换一个空的数据库。")
    if is_worker_alive(now=time.time()):
        fail("网站或后台任务还在运行。请先停下它们，再重建。")
    try:
        if Member.objects.filter(is_synthetic=False).exists():
            fail("这个数据库里有真实党员，不能清空。")
    except Error:
        note("数据库还没有建好，直接重新建立。")
    connection.close()
    file = Path(str(settings.DATABASES["default"]["NAME"]))
    for each in (file, Path(f"{file}-wal"), Path(f"{file}-shm")):
        each.unlink(missing_ok=True)
    settings.AUDIT_HEADS_FILE.unlink(missing_ok=True)
    for folder in ("jobs", "results", "demo"):
        shutil.rmtree(settings.VAR / folder, ignore_errors=True)
