"""audit verify | anchor."""

import argparse
from pathlib import Path

from zhibu.cli.console import DONE, REFUSED, fail, note, say, set_up


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare the commands."""
    audit = commands.add_parser("audit", help="审计日志：核对、锚定")
    deeds = audit.add_subparsers(title="命令", metavar="命令", required=True)
    verify = deeds.add_parser(
        "verify",
        help="从头核对审计日志",
        description="重新计算每条记录的摘要。完好时退出码为 0；有记录被改动时指出第一条，退出码为 1。",
    )
    verify.add_argument(
        "--copies",
        type=Path,
        metavar="文件",
        help="另存在别处的锚定（zhibu audit anchor --copies 的输出），一并核对",
    )
    verify.set_defaults(run=_verify)
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
    for guard in found.missing_guards:
        note(f"注意：数据库里缺少防改动的触发器 {guard}。请运行 zhibu migrate，或从备份核对。")
    if found.broken is not None:
        note(f"审计日志有问题：{found.broken.sentence}")
        return REFUSED
    say(f"审计日志完好：{found.chains}条链，{found.records}条记录，{found.anchors}次锚定。")
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
