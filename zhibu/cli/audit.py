"""audit verify | guard | heads | anchor."""

import argparse
from pathlib import Path

from zhibu.cli.console import DONE, REFUSED, fail, note, say, set_up


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare the commands."""
    audit = commands.add_parser("audit", help="审计日志：核对、防改动、链头、锚定")
    deeds = audit.add_subparsers(title="命令", metavar="命令", required=True)
    verify = deeds.add_parser(
        "verify",
        help="从头核对审计日志",
        description="重新计算每条记录的摘要。完好时退出码为 0；有记录被改动时指出第一条，缺少防改动的触发器时指出是哪些，退出码为 1。",
    )
    verify.add_argument(
        "--copies",
        type=Path,
        metavar="文件",
        help="另存在别处的锚定（zhibu audit anchor --copies 的输出），一并核对",
    )
    verify.add_argument(
        "--heads",
        type=Path,
        nargs="*",
        default=[],
        metavar="文件",
        help="另存的或换下来的链头文件，和正在用的一并核对",
    )
    verify.set_defaults(run=_verify)
    guard = deeds.add_parser(
        "guard",
        help="补上防改动的触发器",
        description="补上数据库里缺少、被换过或停用了的触发器，并记入日志。PostgreSQL上要用表的所有者运行。",
    )
    guard.set_defaults(run=_guard)
    heads = deeds.add_parser(
        "heads",
        help="补记或另起链头文件",
        description="把数据库里每条链的末尾补记到链头文件，并在日志里记下文件到了哪一行。",
    )
    heads.add_argument(
        "--renew",
        metavar="理由",
        default="",
        help="另起一个文件，旧的改名留着。用于文件太大，或者用旧备份恢复数据库以后；理由记入日志",
    )
    heads.set_defaults(run=_heads)
    anchor = deeds.add_parser(
        "anchor", help="锚定今天的日志", description="为今天的日志盖一个总摘要；后台任务每天自动做一次。"
    )
    anchor.add_argument("--copies", action="store_true", help="输出全部锚定，供存到别处")
    anchor.set_defaults(run=_anchor)


def _verify(args: argparse.Namespace) -> int:
    set_up()
    from zhibu.audit.actions import verify_log
    from zhibu.audit.summaries.verification import read_copies, verify
    from zhibu.core.access import Scope

    if args.copies:
        try:
            copies = read_copies(args.copies.read_text("utf-8"))
        except ValueError:
            fail(f"“{args.copies}”不是锚定的副本。")
        found = verify(copies=copies, older_heads=args.heads)
    else:
        found = verify_log(by=Scope.system("命令行"), older_heads=args.heads)
    if found.missing_guards:
        note(
            f"数据库里缺少防改动的触发器，或者被换过、停用了：{'、'.join(found.missing_guards)}。"
            "请查明原因，再运行 zhibu audit guard 补上。"
        )
    for broken in found.breaks:
        note(f"审计日志有问题：{broken.sentence}")
    if found.heads.ahead:
        note(
            f"数据库比链头文件多{found.heads.ahead}条记录。进程被强行结束，或者链头文件刚启用时会这样；"
            "下一次写入和每日锚定会补记，不算问题。"
        )
    if not found.holds or found.missing_guards:
        return REFUSED
    say(
        f"审计日志完好：{found.chains}条链，{found.records}条记录，{found.anchors}次锚定，链头文件{found.heads.lines}行。"
    )
    if not args.copies:
        say(
            "能同时改数据库和服务器上文件的人，可以把两边改得一致。把锚定（zhibu audit anchor --copies）"
            "和链头文件定期存到别人管的机器上，核对时加 --copies 和 --heads。"
        )
    return DONE


def _guard(args: argparse.Namespace) -> int:
    set_up()
    from zhibu.audit.actions import restore_guards
    from zhibu.audit.guards import missing_guards
    from zhibu.core.access import Scope

    restored = restore_guards(by=Scope.system("命令行"))
    if restored:
        say(f"已补上{len(restored)}个触发器：{'、'.join(restored)}。")
    else:
        say("触发器都在，没有要补的。")
    if left := missing_guards():
        fail(f"还有没补上的：{'、'.join(left)}。这是数据库的设置，请数据库管理员改回来。")
    return DONE


def _heads(args: argparse.Namespace) -> int:
    set_up()
    from zhibu.audit.actions import keep_heads, renew_heads
    from zhibu.audit.summaries.witnessing import heads_file
    from zhibu.core.access import Scope

    by = Scope.system("命令行")
    if args.renew:
        aside = renew_heads(by=by, reason=args.renew)
        say(f"已另起链头文件 {heads_file()}。" + (f"旧的在 {aside}，请留着。" if aside else ""))
    else:
        say(f"链头文件 {heads_file()}：补记了{keep_heads(by=by)}条链。")
    return DONE


def _anchor(args: argparse.Namespace) -> int:
    set_up()
    from django.utils import timezone

    from zhibu.audit.actions import anchor_day
    from zhibu.audit.summaries.verification import anchor_copies
    from zhibu.core.access import Scope

    anchor = anchor_day(by=Scope.system("命令行"), on=timezone.localdate())
    if args.copies:
        say(anchor_copies().strip())
    else:
        say(f"{anchor.day:%Y-%m-%d} {anchor.digest}")
    return DONE
