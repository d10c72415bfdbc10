"""Every event the code records has a Chinese name, every row it is about as well."""

import re
from pathlib import Path

import zhibu
from zhibu.audit.summaries.pages import event_labels

PACKAGE = Path(zhibu.__file__).parent
RECORDED = re.compile(
    r'(?:record(?:_marked_read)?|deed|_record|_deed|_note)\(\s*"([a-z_]+\.[a-z_]+\.[a-z_]+)"'
)


def test_every_recorded_event_is_named() -> None:
    recorded = {
        event
        for path in PACKAGE.rglob("*.py")
        if "tests" not in path.parts
        for event in RECORDED.findall(path.read_text("utf-8"))
    }
    assert len(recorded) > 40
    assert recorded - event_labels().keys() == set()
