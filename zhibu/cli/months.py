"""months verify."""

import argparse

from zhibu.cli.console import DONE, REFUSED, note, say, set_up


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare the commands."""
    months = commands.add_parser("months", help="月记：核对封存")
    deeds = months.add_subparsers(title="命令", metavar="命令", required=True)
    verify = deeds.add_parser(
        "verify",
        help="从头核对每个支部每个月的封存",
        description="按台账重新计算每个封存月份的摘要，并核对它接上前一个月。完好时退出码为 0；"
        "有一处不同时指出第一个支部和月份，退出码为 1。",
    )
    verify.set_defaults(run=_verify)


def _verify(args: argparse.Namespace) -> int:
    set_up()
    from zhibu.core.months import month_text
    from zhibu.months.summaries.seals import verify_seals

    found = verify_seals()
    if found.broken is not None:
        note(f"封存有问题：{found.broken.branch}{month_text(found.broken.month)}，{found.broken.reason}。")
        return REFUSED
    say(f"封存完好：{found.branches}个支部，{found.seals}个月份。")
    return DONE
