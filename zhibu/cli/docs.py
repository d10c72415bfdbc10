"""docs settings | roles: pages of docs/operations written from the code."""

import argparse
from pathlib import Path

from zhibu.cli.console import DONE, say, set_up

KINDS = {
    "text": "text",
    "flag": "1 or 0",
    "number": "whole number",
    "path": "path",
    "list": "comma-separated",
}


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare the commands."""
    docs = commands.add_parser("docs", help="从代码生成文档")
    deeds = docs.add_subparsers(title="命令", metavar="命令", required=True)
    for name, run, text in (("settings", _settings, "配置变量"), ("roles", _roles, "角色和权限")):
        deed = deeds.add_parser(name, help=f"生成{text}一页")
        deed.add_argument("--to", type=Path, default=Path("docs/operations") / f"{name}.md", metavar="文件")
        deed.set_defaults(run=run)


def _settings(args: argparse.Namespace) -> int:
    return _write(args.to, settings_page())


def _roles(args: argparse.Namespace) -> int:
    return _write(args.to, roles_page())


def _write(file: Path, text: str) -> int:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")
    say(f"已写入 {file}。")
    return DONE


def settings_page() -> str:
    """docs/operations/settings.md: every variable that the code reads."""
    set_up()
    from zhibu.config.env import KNOWN

    rows = "".join(
        f"| `{each.name}` | {KINDS[each.kind]} | {f'`{each.default}`' if each.default else '(empty)'} | {each.meaning} |\n"
        for each in sorted(KNOWN.values(), key=lambda each: each.name)
    )
    return (
        "<!-- Written by `zhibu docs settings`; do not edit. -->\n"
        "# Settings\n\n"
        "Everything that differs between installations is an environment variable. A value that cannot be meant "
        "stops the start with a sentence. Each may also be given as a file: `NAME_FILE` holds the path of a file "
        "with the value.\n\n"
        "| Variable | Kind | Default | Meaning |\n|---|---|---|---|\n" + rows
    )


def roles_page() -> str:
    """docs/operations/roles.md: the role x permission table."""
    set_up()
    from zhibu.accounts.summaries.tables import roles_markdown

    return roles_markdown()
