"""certificates number | print | check-void-list, and verify."""

import argparse
import shutil
import threading
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from zhibu.cli.console import DONE, REFUSED, Counter, fail, note, say, set_up
from zhibu.cli.sheets import scope_for

if TYPE_CHECKING:
    from zhibu.core.crypto import PublicKeys
    from zhibu.jobs.models import Job
    from zhibu.organizations.models import Organization


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare the commands."""
    certificates = commands.add_parser("certificates", help="党员证：编号、打印、核对作废名单")
    deeds = certificates.add_subparsers(title="命令", metavar="命令", required=True)
    number = deeds.add_parser(
        "number",
        help="给还没有编号的党员编号",
        description="给组织及下级还没有编号的党员编号。再次运行不会重复编号。",
    )
    number.add_argument("--under", default="", metavar="组织代码", help="默认全县")
    number.add_argument("--as", dest="username", default="", metavar="账号", help="以这个账号的权限办理")
    number.set_defaults(run=_number)
    printing = deeds.add_parser(
        "print",
        help="生成证本的 PDF",
        description="给已编号、还没有印过的党员生成证本，存成一个压缩包，每个支部一个文件。",
    )
    printing.add_argument("file", type=Path, metavar="文件", help="要写的 .zip 文件")
    printing.add_argument("--under", default="", metavar="组织代码", help="默认全县")
    printing.add_argument(
        "--issue-date",
        type=date.fromisoformat,
        default=None,
        metavar="日期",
        help="发证日期，如 2026-12-01；默认今天",
    )
    printing.add_argument(
        "--layout",
        choices=("pages", "stitched"),
        default="pages",
        help="pages 单页，stitched 骑马订拼页；默认 pages",
    )
    printing.add_argument("--again", action="store_true", help="包括已印未发的")
    printing.add_argument("--as", dest="username", default="", metavar="账号", help="以这个账号的权限办理")
    printing.set_defaults(run=_print)
    checking = deeds.add_parser(
        "check-void-list",
        help="核对作废名单，查证本在不在名单上",
        description="核对作废名单的签名，查一个编号或一本证本在不在名单上。只凭公钥，不用数据库，可以离线。",
    )
    checking.add_argument("file", type=Path, metavar="文件", help="从“作废名单”页面下载的文件")
    checking.add_argument(
        "copy",
        nargs="?",
        default="",
        metavar="编号/证本号",
        help="如 005-011-015-3/01；不写证本号时查这个编号的所有证本；不给时只核对名单",
    )
    checking.add_argument(
        "--public-key",
        type=Path,
        metavar="文件",
        help="zhibu keys show-public 的输出；不给时用本机的密钥文件",
    )
    checking.set_defaults(run=_check_void_list)
    verify = commands.add_parser(
        "verify",
        help="核对证本二维码里的内容",
        description="核对二维码的签名是不是本县签发。只凭公钥，不用数据库，可以离线。它不知道证本后来有没有注销，要知道请扫码看网页。",
    )
    verify.add_argument("token", metavar="内容", help="二维码里的网址，或网址最后一段")
    verify.add_argument(
        "--public-key",
        type=Path,
        metavar="文件",
        help="zhibu keys show-public 的输出；不给时用本机的密钥文件",
    )
    verify.set_defaults(run=_verify)


def _organization(code: str) -> "Organization":
    from zhibu.organizations.models import Organization

    found = Organization.objects.filter(**({"code": code} if code else {"parent": None})).first()
    if found is None:
        fail(f"没有代码为“{code}”的组织。" if code else "还没有设立县委。请先运行 zhibu init。")
    return found


def _number(args: argparse.Namespace) -> int:
    set_up()
    from django.utils import timezone

    from zhibu.certificates.actions import number_members

    by = scope_for(args.username)
    count = number_members(by=by, organization=_organization(args.under), on=timezone.localdate())
    say(f"已给{count}名党员编号。" if count else "没有需要编号的党员。")
    return DONE


def _print(args: argparse.Namespace) -> int:
    set_up()
    from django.utils import timezone

    from zhibu.certificates.actions import order_print
    from zhibu.jobs import files

    by = scope_for(args.username)
    today = timezone.localdate()
    batch = order_print(
        by=by,
        organization=_organization(args.under),
        issue_date=args.issue_date or today,
        layout=args.layout,
        on=today,
        again=args.again,
    )
    job = _work_on(str(batch.job_id))
    for problem in job.problems:
        note(f"{problem['who']}：{problem['what']}")
    if job.state != "done":
        note(job.sentence)
        return REFUSED
    shutil.copyfile(files.results_folder() / job.result_file, args.file)
    args.file.chmod(0o600)
    say(f"{job.sentence}已存到 {args.file}。文件里有个人信息，请妥善保管，用完删除。")
    return DONE


def _work_on(job_id: str) -> "Job":
    """Do the job here, or watch a worker that was faster; the ended job."""
    from zhibu.jobs import files
    from zhibu.jobs.actions import run_job
    from zhibu.jobs.models import Job

    counter = Counter("正在生成")
    over = threading.Event()

    def watch() -> None:
        while not over.wait(0.5):
            reported = files.reported(job_id)
            if reported is not None:
                counter(reported.done, reported.total, reported.note)

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    run_job(job_id)
    while (job := Job.objects.get(pk=job_id)).state in {"queued", "running"}:
        over.wait(1.0)
    over.set()
    watcher.join()
    counter.close()
    return job


def _keys(file: Path | None) -> "PublicKeys":
    """The public keys in the file, or this installation's own. No database is opened."""
    set_up()  # loads the models
    from django.conf import settings

    from zhibu.core.crypto import PublicKeys

    if file:
        return PublicKeys.loads(file.read_text("utf-8"))
    if settings.KEY_RING_IS_PASSING:
        fail("没有密钥文件。请用 --public-key 给出公钥。")
    keys: PublicKeys = settings.KEY_RING.public_keys()
    return keys


def _check_void_list(args: argparse.Namespace) -> int:
    keys = _keys(args.public_key)
    from django.utils import timezone

    from zhibu.certificates.rules.voidlist import read_void_list, show_copy

    listed = read_void_list(args.file.read_bytes(), keys)
    found = listed.find(args.copy) if args.copy else ()
    say(
        f"签名有效。{listed.county}（{listed.code}）{listed.issued_on:%Y-%m-%d}的作废名单，共{len(listed.copies)}本。"
    )
    if listed.is_old(on=timezone.localdate()):
        days = (timezone.localdate() - listed.issued_on).days
        note(f"这份名单是{days}天以前的，后来作废的证本不在里面。请换新的名单。")
    if found:
        say(f"已作废：{'、'.join(show_copy(copy) for copy in found)}。不能再用。")
        return REFUSED
    if args.copy:
        say("不在名单上：到名单那一天还没有作废。是不是真的证本，请扫二维码核对。")
    return DONE


def _verify(args: argparse.Namespace) -> int:
    keys = _keys(args.public_key)
    from zhibu.certificates.rules.copies import format_number
    from zhibu.certificates.tokens import read_token

    token = args.token.rstrip("/").rpartition("/")[2]
    try:
        claim = read_token(token, keys)
    except ValueError:
        note("查无此证：不是用这把公钥签发的，可能是伪造的，或二维码没有扫全。请向发证的组织部门核实。")
        return REFUSED
    say(
        f"签名有效。编号{format_number(claim.number)}，第{claim.serial:02d}本，发证日期{claim.issued_on:%Y-%m-%d}。"
    )
    say("证本后来有没有注销、换发，离线看不出来，请扫码看网页。")
    return DONE
