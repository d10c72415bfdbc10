"""inspections redraw."""

import argparse

from zhibu.cli.console import DONE, REFUSED, note, say, set_up


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare the commands."""
    inspections = commands.add_parser("inspections", help="季督：重抽名单")
    deeds = inspections.add_subparsers(title="命令", metavar="命令", required=True)
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
    from zhibu.inspections.models import Inspection
    from zhibu.inspections.rules.draw import fingerprint
    from zhibu.inspections.summaries.redraws import lists_of

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
