"""cycles verify, cycles redraw."""

import argparse

from zhibu.cli.console import DONE, REFUSED, note, say, set_up


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare the commands."""
    cycles = commands.add_parser("cycles", help="月记和季督：核对封存，重抽名单")
    deeds = cycles.add_subparsers(title="命令", metavar="命令", required=True)
    verify = deeds.add_parser(
        "verify",
        help="从头核对每个支部每个月的封存",
        description="按台账重新计算每个封存月份的摘要，并核对它接上前一个月。完好时退出码为 0；"
        "有一处不同时指出第一个支部和月份，退出码为 1。",
    )
    verify.set_defaults(run=_verify)
    redraw = deeds.add_parser(
        "redraw",
        help="用记录的种子和规则重抽一次督查的名单",
        description="不用登录，按存下的全体名单、种子和规则重新抽样，和记录的名单比较。一致时退出码为 0；"
        "不一致时写出两个校验码，退出码为 1。督查的号数在督查页的地址里。",
    )
    redraw.add_argument("number", type=int, metavar="督查号")
    redraw.set_defaults(run=_redraw)


def _redraw(args: argparse.Namespace) -> int:
    set_up()
    from zhibu.cycles.models import Inspection
    from zhibu.cycles.rules.inspection_draw import fingerprint
    from zhibu.cycles.summaries.inspection_redraws import lists_of

    row = Inspection.objects.select_related("organization").filter(pk=args.number).first()
    if row is None or not row.population:
        note(f"没有第{args.number}号抽样。")
        return REFUSED
    recorded, again = lists_of(row)
    before, after = fingerprint(recorded), fingerprint(again)
    if before != after:
        note(f"{row.organization.short_name}的名单不一致：记录的校验码是{before}，重抽的是{after}。")
        return REFUSED
    say(f"{row.organization.short_name}的名单一致：{len(again)}人，种子{row.seed}，校验码{after}。")
    return DONE


def _verify(args: argparse.Namespace) -> int:
    set_up()
    from zhibu.core.months import month_text
    from zhibu.cycles.summaries.months_seals import verify_seals

    found = verify_seals()
    if found.broken is not None:
        note(f"封存有问题：{found.broken.branch}{month_text(found.broken.month)}，{found.broken.reason}。")
        return REFUSED
    say(f"封存完好：{found.branches}个支部，{found.seals}个月份。")
    return DONE
