"""import and export of spreadsheets."""

import argparse
import json
from pathlib import Path

from zhibu.cli.console import DONE, REFUSED, Counter, fail, say, set_up
from zhibu.core.access import Scope

SHEETS = ("organizations", "roster", "legacy_numbers")


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare the commands."""
    bring = commands.add_parser(
        "import",
        help="导入表格",
        description="核对一份表格；加 --apply 时写入。全部写入，或者一行都不写。",
    )
    bring.add_argument(
        "sheet",
        choices=SHEETS,
        metavar="表",
        help="organizations 组织，roster 党员名册，legacy_numbers 已有编号",
    )
    bring.add_argument("file", type=Path, metavar="文件", help=".xlsx、.xls 或 .csv")
    bring.add_argument("--apply", action="store_true", help="核对无误后写入")
    bring.add_argument("--json", action="store_true", help="用 JSON 输出结果")
    _add_as(bring)
    bring.set_defaults(run=_import)
    give = commands.add_parser(
        "export", help="导出表格", description="导出现有记录，格式和导入用的表格一样。"
    )
    give.add_argument("sheet", choices=SHEETS, metavar="表", help="organizations、roster 或 legacy_numbers")
    give.add_argument("file", type=Path, metavar="文件", help="要写的 .xlsx 文件")
    give.add_argument("--under", default="", metavar="组织代码", help="只导出这个组织及下级")
    _add_as(give)
    give.set_defaults(run=_export)


def _add_as(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--as",
        dest="username",
        default="",
        metavar="账号",
        help="以这个账号的权限办理；默认不限，审计日志记为“命令行”",
    )


def scope_for(username: str) -> Scope:
    """The scope of the named account today; without a name the command line's own, which may do all."""
    if not username:
        return Scope.system("命令行")
    from django.utils import timezone

    from zhibu.accounts.models import User
    from zhibu.accounts.summaries.scopes import scope_of

    user = User.objects.filter(username=username, is_active=True).first()
    if user is None:
        fail(f"没有可用的账号“{username}”。")
    return scope_of(user, on=timezone.localdate())


def _import(args: argparse.Namespace) -> int:
    set_up()
    from django.utils import timezone

    from zhibu.imports.actions import run_file
    from zhibu.imports.sheets import sheets

    counter = Counter("正在导入" if args.apply else "正在核对")
    report = run_file(
        by=scope_for(args.username),
        sheet=sheets()[args.sheet],
        path=args.file,
        on=timezone.localdate(),
        apply=args.apply,
        tick=counter,
    )
    counter.close()
    if args.json:
        say(json.dumps(report.to_json(), ensure_ascii=False, indent=2, default=str))
    else:
        _tell(report.sentence, report.remarks, report.problems)
    wanted = (
        not args.apply
        or report.state == "applied"
        or not (report.counts.get("new") or report.counts.get("changed"))
    )
    return REFUSED if report.has_failed or not wanted else DONE


def _tell(sentence: str, remarks: list[str], problems: list[dict[str, object]]) -> None:
    say(sentence)
    for remark in remarks:
        say(f"  {remark}")
    for problem in problems[:50]:
        say(f"  第{problem['row']}行：{problem['address']} {problem['sentence']}")
    if len(problems) > 50:
        say(f"  还有{len(problems) - 50}处，加 --json 看全部，或在网页上下载带原因的表格。")


def _export(args: argparse.Namespace) -> int:
    set_up()
    from zhibu.imports.actions import record_export
    from zhibu.imports.sheets import sheets
    from zhibu.imports.workbooks import export

    by, sheet = scope_for(args.username), sheets()[args.sheet]
    record_export(by=by, sheet=sheet)
    args.file.write_bytes(export(sheet, sheet.export(by, path_of(by, args.under))))
    args.file.chmod(0o600)
    say(f"已导出到 {args.file}。文件里有个人信息，请妥善保管，用完删除。")
    return DONE


def path_of(by: Scope, code: str) -> str:
    """The tree path of the organization with this code in the scope; "" without a code."""
    if not code:
        return ""
    from zhibu.organizations.models import Organization

    found = Organization.objects.visible_to(by, "organizations.read").filter(code=code).first()
    if found is None:
        fail(f"没有代码为“{code}”的组织，或不在您的范围内。")
    return found.path
