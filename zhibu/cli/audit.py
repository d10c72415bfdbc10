"""audit verify | guard | anchor."""

import argparse
from pathlib import Path

from zhibu.cli.console import DONE, REFUSED, fail, note, say, set_up


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare the commands."""
    audit = commands.add_parser("audit", help="审计日志：核对、防改动、锚定")
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
    verify.set_defaults(run=_verify)
    guard = deeds.add_parser(
        "guard",
        help="补上防改动的触发器",
        description="补上数据库里缺少、被换过或停用了的触发器，并记入日志。PostgreSQL上要用表的所有者运行。",
    )
    guard.set_defaults(run=_guard)
    anchor = deeds.add_parser(
        "anchor", help="锚定今天的日志", description="为今天的日志盖一个总摘要；后台任务每天自动做一次。"
    )
    anchor.add_argument("--copies", action="store_true", help="输出全部锚定，供存到别处")
    anchor.set_defaults(run=_anchor)


def _verify(args: argparse.Namespace) -> int:
    set_up()
    from zhibu.audit.actions import verify_log
    from zhibu.audit.summaries import read_copies, verify
    from zhibu.core.access import Scope

    if args.copies:
        try:
            copies = read_copies(args.copies.read_text("utf-8"))
        except ValueError:
            fail(f"“{args.copies}”不是锚定的副本。")
        found = verify(copies=copies)
    else:
        found = verify_log(by=Scope.system("命令行"))
    if found.missing_guards:
        note(
            f"数据库里缺少防改动的触发器，或者被换过、停用了：{'、'.join(found.missing_guards)}。"
            "请查明原因，再运行 zhibu audit guard 补上。"
        )
    if found.broken is not None:
        note(f"审计日志有问题：{found.broken.sentence}")
    if found.broken is not None or found.missing_guards:
        return REFUSED
    say(f"审计日志完好：{found.chains}条链，{found.records}条记录，{found.anchors}次锚定。")
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


def _anchor(args: argparse.Namespace) -> int:
    set_up()
    from django.utils import timezone

    from zhibu.audit.actions import set_anchor
    from zhibu.audit.summaries import anchor_copies

    anchor = set_anchor(on=timezone.localdate())
    if args.copies:
        say(anchor_copies().strip())
    else:
        say(f"{anchor.day:%Y-%m-%d} {anchor.digest}")
    return DONE
