"""keys show-public | rotate | drop-old."""

import argparse
import os
import time
from pathlib import Path

from zhibu.cli.console import DONE, Counter, fail, note, say, set_up
from zhibu.core.crypto import KeyRing


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
        description="先停下网站和后台任务，再运行。加一把新的数据密钥，用它重新加密所有敏感内容。中途断掉可以重新运行。",
    )
    rotate.add_argument("--no-new-key", action="store_true", help="不加新密钥，只把还没换完的换完")
    rotate.set_defaults(run=_rotate)
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
    file = _writable_ring_file()
    from django.conf import settings

    from zhibu.config.actions import encrypt_anew
    from zhibu.core.access import Scope

    if not args.no_new_key:
        ring = settings.KEY_RING.with_new_data_key()
        write_ring(file, ring)
        settings.KEY_RING = ring
        note(f"已加入第{ring.current_data_key}把数据密钥。请马上备份 {file}。")
    counter = Counter("正在重新加密")
    count = encrypt_anew(by=Scope.system("命令行"), tick=counter)
    counter.close()
    say(
        f"已用第{settings.KEY_RING.current_data_key}把数据密钥重新加密{count}处。确认系统正常后，可以运行 zhibu keys drop-old。"
    )
    return DONE


def _drop_old(args: argparse.Namespace) -> int:
    file = _writable_ring_file()
    from django.conf import settings

    from zhibu.config.actions import drop_old_data_keys
    from zhibu.core.access import Scope

    ring = drop_old_data_keys(by=Scope.system("命令行"))
    write_ring(file, ring)
    settings.KEY_RING = ring
    say(f"密钥文件里只剩第{ring.current_data_key}把数据密钥。请重新备份 {file}。")
    return DONE


def _writable_ring_file() -> Path:
    """The key file; refused while the site runs, because a running process does not see new keys."""
    set_up()
    from django.conf import settings

    from zhibu.jobs.tasks import is_worker_alive

    file: Path = settings.KEY_FILE
    if settings.KEY_RING_IS_PASSING or not file.exists():
        fail(f"没有密钥文件 {file}。密钥写在环境变量里时，请先存成文件再更换。")
    if is_worker_alive(now=time.time()):
        fail("网站或后台任务还在运行。请先停下它们，再更换密钥，否则运行中的程序读不出新加密的内容。")
    return file
