"""What a register is narrowed by, and what it is called."""

from zhibu.core.codes import label

REGISTER_FILTERS = (
    "",
    "unnumbered",
    "not_issued",
    "printed",
    "active",
    "frozen",
    "held",
    "withdrawn",
    "voided",
    "memorial",
)


def state_label(state: str) -> str:
    """The Chinese name of a state to narrow a register by; "" for none and for what is no state.

    >>> state_label("unnumbered"), state_label("active"), state_label("?")
    ('未编号', '有效', '')
    """
    if state not in REGISTER_FILTERS[1:]:
        return ""
    return {"unnumbered": "未编号", "printed": "已印未发"}.get(state) or label("certificate_state", state)
