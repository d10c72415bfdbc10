"""backup, restore."""

import argparse
import getpass
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from zhibu.cli.console import DONE, REFUSED, Counter, fail, note, say, set_up

if TYPE_CHECKING:
    from zhibu.config.backups.manifest import Manifest


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare the commands."""
    backup = commands.add_parser(
        "backup",
        help="备份：数据库、文件、密钥",
        description="在文件夹里做一份完整的备份，网站不用停。设了 ZHIBU_BACKUP_PASSPHRASE 时，密钥用口令加密后放在里面；"
        "没有设时不含密钥，请另外保存。没有做成时，什么都不会留下。",
    )
    backup.add_argument("folder", type=Path, metavar="文件夹", help="放备份的文件夹，最好在另一块磁盘上")
    backup.add_argument("--keep", type=_count, default=0, metavar="份数", help="只留最新的几份，默认全留")
    backup.set_defaults(run=_backup)
    restore = commands.add_parser(
        "restore",
        help="从备份恢复",
        description="把备份恢复到空的数据库和文件夹里，核对摘要、行数、审计日志和封存。已有数据时不恢复。中途断掉可以重新运行。",
    )
    restore.add_argument(
        "folder", type=Path, metavar="文件夹", help="一份备份；或放备份的文件夹，取最新的一份"
    )
    restore.add_argument("--keys", type=Path, metavar="文件", help="另外保存的密钥文件")
    restore.add_argument("--replace", action="store_true", help="已有数据时也恢复，原来的数据另存")
    restore.set_defaults(run=_restore)


def _count(text: str) -> int:
    count = int(text)
    if count < 1:
        raise argparse.ArgumentTypeError("份数至少是1。")
    return count


def _backup(args: argparse.Namespace) -> int:
    _set_up_closed()
    from django.conf import settings

    from zhibu.config.backups import make_backup
    from zhibu.core.access import Scope

    if settings.KEY_RING_IS_PASSING:
        fail(f"没有密钥文件 {settings.KEY_FILE}，没有做备份。请从备份恢复原来的密钥文件。")
    watch = _Watch("正在备份")
    made = make_backup(
        by=Scope.system("命令行"),
        folder=args.folder,
        passphrase=settings.BACKUP_PASSPHRASE,
        keep=args.keep,
        tick=watch.add,
    )
    watch.close()
    say(f"已备份到 {made.folder}：{_contents(made.manifest)}。")
    if made.removed:
        say(f"去掉了旧的备份{made.removed}份。")
    if not made.has_keys:
        note(f"备份里没有密钥。请把 {settings.KEY_FILE} 另外保存；没有它，身份证号和手机号读不出来。")
    if not made.is_recorded:
        note("数据库现在不能写，这次备份没有记入审计日志。")
    if made.folder.stat().st_dev == Path(settings.VAR).stat().st_dev:
        note("备份和数据在同一块磁盘上，磁盘坏了会一起丢。请再复制到另一台机器。")
    return DONE


def _restore(args: argparse.Namespace) -> int:
    _set_up_closed()
    from django.conf import settings

    from zhibu.config.backups import restore_backup
    from zhibu.core.access import Scope

    watch = _Watch("正在恢复")
    done = restore_backup(
        by=Scope.system("命令行"),
        folder=args.folder,
        passphrase=lambda: settings.BACKUP_PASSPHRASE or _ask_passphrase(),
        key_file=args.keys,
        replace=args.replace,
        tick=watch.add,
    )
    watch.close()
    say(f"已恢复 {done.folder}：{_contents(done.manifest)}。")
    if done.aside:
        say(f"原来的数据另存为 {done.aside}，确认不再需要后请自行删除。")
    if done.key_file:
        say(f"密钥文件：{done.key_file}。")
    if done.migrated:
        say("备份来自旧的版本，数据库已经升级。")
    for problem in done.problems:
        note(f"核对没有通过：{problem}")
    if done.problems:
        note("数据和备份里的一样；问题在做备份以前就有。请报告审计管理员。")
        return REFUSED
    say(f"核对通过：每张表的行数和清单一致，审计日志{done.records}条记录完好，封存{done.seals}个月份完好。")
    return DONE


def _set_up_closed() -> None:
    os.umask(0o077)  # whatever is written holds people's data
    set_up()


def _contents(manifest: "Manifest") -> str:
    from django.utils import timezone

    moment = timezone.localtime(manifest.moment)
    rows = sum(manifest.facts.counts.values())
    return f"{moment:%Y-%m-%d %H:%M:%S}的数据，{rows}行，文件{len(manifest.files)}个，共{manifest.size / 1e6:.1f} MB"


def _ask_passphrase() -> str:
    if not sys.stdin.isatty():
        fail("备份里的密钥用口令加密。请设置 ZHIBU_BACKUP_PASSPHRASE，或用 --keys 给出另外保存的密钥文件。")
    return getpass.getpass("备份口令：")


class _Watch:
    """Counts bytes on the terminal in megabytes."""

    def __init__(self, what: str) -> None:
        self._counter = Counter(what)
        self._bytes = 0
        self.close = self._counter.close

    def add(self, count: int) -> None:
        """So many bytes more."""
        self._bytes += count
        self._counter(self._bytes // 10**6, 0, "MB")
