"""Ledger lines on pre-printed booklets: where each page has room, which line goes where. Pure."""
