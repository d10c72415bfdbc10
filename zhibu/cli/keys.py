"""keys show-public | rotate | rotate-signing | rotate-index | rotate-session | drop-old."""

import argparse
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from zhibu.cli.console import DONE, Counter, fail, note, say, set_up
from zhibu.core.ages import date_now
from zhibu.core.crypto import KeyRing

TURNS = {
    "signing": (
        "换签名密钥",
        "以后打印的证本用新密钥签名；已经发出的证本照样能验证，旧的公钥留在密钥文件里。脱机验证用的公钥要重新导出（zhibu keys show-public）。",
    ),
    "index": (
        "换身份证号索引的密钥",
        "所有身份证号重新编索引。更换的几秒钟里按号码可能查不到人，正打开的更正页面要重新打开；打印件上的印记和以前的不一样。中途断掉可以重新运行。",
    ),
    "session": (
        "换登录会话的密钥",
        "所有人都要重新登录，没有提交的页面作废；两步验证照常能用。中途断掉可以重新运行。",
    ),
}
"""What can be turned besides data keys: its name and what that breaks."""


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare the commands."""
    keys = commands.add_parser("keys", help="密钥：公钥、更换、清除旧密钥")
    deeds = keys.add_subparsers(title="命令", metavar="命令", required=True)
    public = deeds.add_parser(
        "show-public",
        help="显示验证证本用的公钥",
        description="显示公钥，可以交给任何人，用于 zhibu verify --public-key。",
    )
    public.set_defaults(run=_show_public)
    rotate = deeds.add_parser(
        "rotate",
        help="换一把数据密钥，并用它重新加密",
        description="加一把新的数据密钥，用它重新加密所有敏感内容。网站可以照常运行。中途断掉可以重新运行。旧的备份要配旧的密钥文件才能读。",
    )
    rotate.add_argument("--no-new-key", action="store_true", help="不加新密钥，只把还没换完的换完")
    rotate.set_defaults(run=_rotate)
    for name, (label, breaks) in TURNS.items():
        turn = deeds.add_parser(f"rotate-{name}", help=label, description=f"{label}。{breaks}")
        turn.add_argument("--yes", action="store_true", help="已经知道会怎样，不再询问")
        turn.set_defaults(run=_turn, key=name)
    drop = deeds.add_parser(
        "drop-old",
        help="去掉不再使用的旧数据密钥",
        description="确认没有内容还用旧密钥加密后，从密钥文件去掉旧密钥。旧的备份从此读不出来。",
    )
    drop.set_defaults(run=_drop_old)


def write_ring(file: Path, ring: KeyRing, *, is_new: bool = False) -> None:
    """Write the key file, mode 600, whole or not at all. ``is_new``: raises ``FileExistsError`` rather than replace."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = file if is_new else file.with_name(f"{file.name}.new")
    flags = os.O_WRONLY | os.O_CREAT | (os.O_EXCL if is_new else os.O_TRUNC)
    with os.fdopen(os.open(fresh, flags, 0o600), "w", encoding="utf-8") as out:
        out.write(ring.dumps())
        out.flush()
        os.fsync(out.fileno())
    date_now(fresh)
    if not is_new:
        fresh.replace(file)


def _show_public(args: argparse.Namespace) -> int:
    from django.conf import settings

    set_up()
    if settings.KEY_RING_IS_PASSING:
        fail(f"没有密钥文件 {settings.KEY_FILE}。新装的系统先运行 zhibu init。")
    say(settings.KEY_RING.public_keys().dumps().strip())
    return DONE


def _rotate(args: argparse.Namespace) -> int:
    save = _saver()
    from django.conf import settings

    from zhibu.config.actions import encrypt_anew
    from zhibu.core.access import Scope

    if not args.no_new_key:
        save(settings.KEY_RING.with_new_data_key())
        note(f"已加入第{settings.KEY_RING.current_data_key}把数据密钥。请马上备份 {settings.KEY_FILE}。")
    counter = Counter("正在重新加密")
    count = encrypt_anew(by=Scope.system("命令行"), tick=counter)
    counter.close()
    say(
        f"已用第{settings.KEY_RING.current_data_key}把数据密钥重新加密{count}处。一小时以后，确认系统正常，可以运行 zhibu keys drop-old。"
    )
    return DONE


def _turn(args: argparse.Namespace) -> int:
    label, breaks = TURNS[args.key]
    save = _saver()
    from zhibu.config import actions
    from zhibu.core.access import Scope

    note(f"{label}。{breaks}")
    if not args.yes and not _is_confirmed():
        fail("没有更换。想好了再运行，或加 --yes。")
    deeds = {"signing": actions.turn_signing, "index": actions.turn_index, "session": actions.turn_session}
    done = deeds[args.key](by=Scope.system("命令行"), save=save)
    say(f"已更换，跟着改了{done.values}处。请马上备份密钥文件。")
    return DONE


def _is_confirmed() -> bool:
    return sys.stdin.isatty() and input("要更换请输入 是：").strip() == "是"


def _drop_old(args: argparse.Namespace) -> int:
    save = _saver()
    from django.conf import settings
    from django.utils import timezone

    from zhibu.config.actions import drop_old_data_keys
    from zhibu.core.access import Scope
    from zhibu.jobs.tasks import is_worker_alive

    ring = drop_old_data_keys(
        by=Scope.system("命令行"), save=save, is_serving=is_worker_alive(now=time.time()), at=timezone.now()
    )
    say(f"密钥文件里只剩第{ring.current_data_key}把数据密钥。请重新备份 {settings.KEY_FILE}。")
    return DONE


def _saver() -> "Callable[[KeyRing], None]":
    """Writes a ring to the key file and puts it in use; refused without a file of one's own."""
    set_up()
    from django.conf import settings

    from zhibu.core.keys import use_ring

    file: Path = settings.KEY_FILE
    if settings.KEY_RING_IS_PASSING or settings.KEYS_ARE_GIVEN or not file.exists():
        fail(f"没有密钥文件 {file}。密钥写在环境变量里时，请先存成文件再更换。")

    def save(ring: KeyRing) -> None:
        write_ring(file, ring)
        use_ring(ring)

    return save
