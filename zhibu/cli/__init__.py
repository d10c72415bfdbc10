"""The command line: ``zhibu --help``."""

import argparse
import sys
from collections.abc import Sequence

from zhibu.cli import audit, backups, certificates, county, docs, inspections, keys, months, serving, sheets
from zhibu.cli.console import DONE, REFUSED, STOPPED, USAGE, Stop, note, speak_chinese

__all__ = ["main"]

EXIT_CODES = "退出码：0 完成；1 没有办成（有一句话说明原因）；2 用法或配置不对；130 被中断。"


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit code is 0, or 1 and 2 after a sentence on stderr."""
    speak_chinese()
    parser = _parser()
    args = parser.parse_args(argv)
    try:
        return int(args.run(args))
    except Stop as stop:
        note(str(stop))
        return REFUSED
    except KeyboardInterrupt:
        note("已中断。")
        return STOPPED
    except BrokenPipeError:
        sys.stderr.close()
        return DONE
    except Exception as error:
        answer = _explain(error)
        if answer is None:
            raise
        note(answer[1])
        return answer[0]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="zhibu",
        description="支部：县域党员证、双提三化工作的管理软件。",
        epilog=EXIT_CODES + " 配置变量见 docs/operations/settings.md。",
    )
    commands = parser.add_subparsers(title="命令", metavar="命令", required=True)
    for module in (serving, county, sheets, certificates, keys, audit, backups, months, inspections, docs):
        module.add_commands(commands)
    return parser


def _explain(error: Exception) -> tuple[int, str] | None:
    """Exit code and sentence for what can go wrong around a command; None for a fault of ours."""
    from django.db.migrations.exceptions import InconsistentMigrationHistory

    from zhibu.config.env import SettingError
    from zhibu.core.access import Refused
    from zhibu.core.crypto import KeyRingError

    if isinstance(error, SettingError):
        return USAGE, f"配置有误：{error}。说明见 docs/operations/settings.md。"
    if isinstance(error, KeyRingError):
        return USAGE, f"密钥有误：{error}。请检查密钥文件是否完整、是否属于这个数据库。"
    if isinstance(error, Refused):
        from zhibu.core.refusals import sentence_of

        return REFUSED, sentence_of(error)
    if isinstance(error, OSError) and error.filename:
        return REFUSED, f"打不开“{error.filename}”：{_reason(error)}。"
    if isinstance(error, InconsistentMigrationHistory):
        return REFUSED, (
            "这个数据库是正式发布以前的版本建的，建表的步骤后来重新写过，不能升级，里面的数据没有动。"
            "演示县请运行 make demo RESET=1；自己试用的，请用原来的版本导出，再导入新建的数据库。"
        )
    if type(error).__module__.startswith("django.db"):
        return REFUSED, f"数据库没有回应或还没有建好：{str(error).strip()}。可以先运行 zhibu migrate。"
    return None


def _reason(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "没有这个文件"
    if isinstance(error, PermissionError):
        return "没有权限"
    return error.strerror or "系统错误"
