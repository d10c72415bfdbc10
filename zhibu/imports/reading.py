"""Hands a file to the reader process and turns its answer into a grid, or into a refusal with a sentence."""

import importlib.util
import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Timer
from typing import Any, Final, cast

from django.conf import settings
from django.utils.translation import gettext as _

from zhibu.core.access import Refused
from zhibu.core.text import gettext_noop
from zhibu.imports import reader
from zhibu.imports.sheets import Sheet

SECONDS: Final = 120.0
ANSWER_LIMIT: Final = 400 * 1024**2
REASON_TITLE: Final = gettext_noop("原因和改法")
NUMBERING: Final = ("序号", "行号", "No", "NO", "No.")  # every office list has it; nobody misses it
LISTED: Final = 8

Raw = str | int | float


@dataclass(frozen=True, slots=True)
class Grid:
    """The known columns of a file, column by column, as the reader wrote them.

    ``numbers`` are the rows' 1-based numbers in the person's file; ``places`` the 0-based columns of
    ``keys`` there. ``wide``: by row number, cells that it holds beyond the last title. ``missing``: key columns
    that the file lacks. ``remarks`` are sentences about the file as a whole. ``text`` is the reader's own
    JSON, kept so that storing the grid does not encode it again.
    """

    sheet_name: str
    header_row: int
    keys: list[str]
    places: list[int]
    numbers: list[int]
    cells: list[list[Raw]]
    hidden: frozenset[int]
    wide: dict[int, int]
    missing: list[str]
    remarks: list[str]
    text: bytes

    def address(self, key: str, number: int) -> str:
        """The cell as a spreadsheet names it ("D9"); "" when the file lacks the column."""
        if key not in self.keys:
            return ""
        return f"{reader.letter(self.places[self.keys.index(key)])}{number}"


def read_grid(data: bytes, sheet: Sheet) -> Grid:
    """Read the file. Raises ``Refused`` with what is wrong with it and how to mend it."""
    return grid_from(_ask(data, sheet, whole=False), sheet)


def read_whole(data: bytes, sheet: Sheet) -> tuple[str, int, list[list[Raw]]]:
    """Every cell of the worksheet that the grid came from, from A1 on: its name, header row, rows."""
    answer = _decode(_ask(data, sheet, whole=True), sheet)
    return answer["sheet"], answer["header"], answer["rows"]


def grid_from(text: bytes, sheet: Sheet) -> Grid:
    """The grid in the reader's answer. Raises ``Refused``."""
    answer = _decode(text, sheet)
    return Grid(
        answer["sheet"],
        answer["header"],
        answer["keys"],
        answer["places"],
        answer["numbers"],
        answer["cells"],
        frozenset(answer["hidden"]),
        {int(number): extra for number, extra in answer["wide"].items()},
        answer["missing"],
        _remarks(answer, sheet),
        text,
    )


def check_upload(name: str, size: int) -> None:
    """What can be said before reading. Raises ``Refused``."""
    if size == 0:
        raise Refused(
            gettext_noop("“{name}”是空文件，里面没有内容。请打开原表格看看，另存后再传。"), name=name
        )
    if size > settings.UPLOAD_LIMIT:
        raise Refused(
            gettext_noop(
                "“{name}”有{megabytes}兆，最多能传{limit}兆。请删去图片和用不到的工作表，或按支部拆成几个文件再传。"
            ),
            name=name,
            megabytes=-(-size // 1024**2),
            limit=settings.UPLOAD_LIMIT // 1024**2,
        )


def _ask(data: bytes, sheet: Sheet, *, whole: bool) -> bytes:
    """The child's answer. It is alone with the file: limits on memory, time and output, no Django, no database."""
    wanted = json.dumps(
        {
            "titles": titles_of(sheet),
            "keys": [column.key for column in sheet.columns if column.is_key],
            "ignored": [reader.plain_title(title) for title in (_(REASON_TITLE), *NUMBERING)],
            "whole": whole,
        }
    )
    command = [sys.executable, "-I", "-S", *_reader()]
    with subprocess.Popen(  # noqa: S603 (our own file, run by our own interpreter)
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={}
    ) as child:
        assert child.stdin is not None and child.stdout is not None  # noqa: S101 (both are pipes)
        timer = Timer(SECONDS, child.kill)
        timer.start()
        try:
            try:
                child.stdin.write(wanted.encode() + b"\n")
                child.stdin.write(data)
                child.stdin.close()
            except BrokenPipeError:
                pass  # it has ended already; its answer, or the lack of one, says why
            answer = child.stdout.read(ANSWER_LIMIT + 1)
        finally:
            timer.cancel()
            child.kill()
    if not answer or len(answer) > ANSWER_LIMIT:
        raise Refused(SENTENCES["ended"])
    return answer


def titles_of(sheet: Sheet) -> dict[str, str]:
    """Plain title or alias -> column key."""
    return {
        reader.plain_title(title): column.key
        for column in sheet.columns
        for title in (column.title, *column.aliases)
    }


@cache
def _reader() -> tuple[str, str, str]:
    """The entry point, the folder that holds our package, and the one that holds the library."""
    library = importlib.util.find_spec("python_calamine")
    if library is None or library.origin is None:
        raise ModuleNotFoundError("python_calamine")
    folder = Path(reader.__file__).parent
    return str(folder / "__main__.py"), str(folder.parents[2]), str(Path(library.origin).parents[1])


def _decode(text: bytes, sheet: Sheet) -> dict[str, Any]:
    try:
        answer = cast("dict[str, Any]", json.loads(text))
    except ValueError:
        raise Refused(SENTENCES["ended"]) from None
    code = answer.pop("refused", None)
    if code is None:
        return answer
    raise Refused(SENTENCES[code], next_step="", **_params(answer, sheet))


def _params(answer: Mapping[str, Any], sheet: Sheet) -> dict[str, object]:
    """What the sentence names: titles for keys, listed names, key columns."""
    params: dict[str, object] = dict(answer)
    if "names" in answer:
        params["names"] = _("、").join(f"“{name}”" for name in answer["names"])
    if "keys" in answer:
        params["titles"] = _("、").join(f"“{sheet.column(key).title}”" for key in answer["keys"])
    if "key" in answer:
        params["title"] = sheet.column(answer["key"]).title
    if "columns" in answer:
        params["columns"] = _("和").join(_("{letter}列").format(letter=each) for each in answer["columns"])
    params["place"] = _("工作表“{name}”").format(name=answer["name"]) if answer.get("name") else _("表格")
    params["examples"] = _("、").join(
        f"“{column.title}”" for column in sorted(sheet.columns, key=lambda each: not each.is_key)[:4]
    )
    params["limit"] = f"{reader.MAX_ROWS:,}"
    return params


def _remarks(answer: Mapping[str, Any], sheet: Sheet) -> list[str]:
    """Sentences about what was read differently from what a person might expect."""
    found = []
    if answer["missing"]:
        found.append(
            _("表头在第{row}行，没有{titles}列。请补上这些列，列名照模板写，再传一次。").format(
                row=answer["header"],
                titles=_("、").join(f"“{sheet.column(key).title}”" for key in answer["missing"]),
            )
        )
    if answer["unknown"]:
        found.append(
            _("这些列没有导入，系统不认识列名：{titles}。要导入就把列名改成模板里的写法。").format(
                titles=_listed([f"“{title}”" for title in answer["unknown"]])
            )
        )
    if answer["hidden"]:
        found.append(
            _(
                "第{rows}行在表格里是隐藏的，也已读入，共{count}行。不想导入，就在表格里删掉这些行再传。"
            ).format(rows=_listed([str(number) for number in answer["hidden"]]), count=len(answer["hidden"]))
        )
    if answer["merged"]:
        found.append(
            _("{places}是合并单元格，已按每行都是同一个值读入。请核对这几行。").format(
                places=_listed(answer["merged"])
            )
        )
    if answer["footers"]:
        found.append(
            _("第{rows}行像是合计、落款或说明，已略过。").format(
                rows=_listed([str(number) for number in answer["footers"]])
            )
        )
    return found


def _listed(words: list[str]) -> str:
    text = _("、").join(words[:LISTED])
    return text if len(words) <= LISTED else _("{text}等{count}处").format(text=text, count=len(words))


SENTENCES: Final[Mapping[str, str]] = {
    "password": gettext_noop(
        "文件设了打开密码，系统读不了。请用WPS或Excel打开，在“文件”菜单里去掉密码，保存后再传。"
    ),
    "bomb": gettext_noop(
        "文件展开后有{megabytes}兆，远远超出它的大小，不像正常表格，没有打开。请把内容复制到新建的表格里再传。"
    ),
    "damaged": gettext_noop("文件已损坏或没有传完整，读不出来。请用WPS或Excel打开，另存为.xlsx后再传。"),
    "not_a_table": gettext_noop("这不是表格文件。请传.xlsx、.xls或.csv文件。"),
    "web_page": gettext_noop(
        "这其实是网页文件，只是改了后缀名，常见于别的系统导出。请用WPS或Excel打开，另存为.xlsx后再传。"
    ),
    "encoding": gettext_noop(
        "CSV文件里的文字编码认不出来。请用WPS或Excel打开，另存为.xlsx，或另存为“CSV UTF-8”后再传。"
    ),
    "blank": gettext_noop("表格里没有内容。请看看是不是传错了文件。"),
    "only_hidden_sheets": gettext_noop(
        "看得见的工作表里没有内容，{names}是隐藏的。请在表格里取消隐藏，保存后再传。"
    ),
    "no_header": gettext_noop(
        "没找到表头。前40行里要有一行写着列名，比如{examples}。可下载模板，把内容粘贴进去再传。"
    ),
    "duplicate_column": gettext_noop("“{title}”出现了两次：{columns}。请删去多余的一列，或给它改个名字。"),
    "two_sheets": gettext_noop("{names}都像是要导入的工作表，分不清用哪一张。请只留一张，或分成两个文件传。"),
    "too_many_rows": gettext_noop("表里有{rows}行，一次最多导入{limit}行。请拆成几个文件，分次导入。"),
    "far": gettext_noop(
        "工作表“{name}”到{cell}还有内容，离表格太远，装不下。请删掉那里的内容（看不见的也算），保存后再传。"
    ),
    "ended": gettext_noop(
        "文件太大或已损坏，读到一半停下了，没有写入任何内容。请把要导入的内容复制到新建的表格里再传；很远的空白格子里若有内容，先清掉。"
    ),
}
