"""What every answer of every address has, whoever asks: headers, a page's shape, no personal value left behind."""

import re
from collections.abc import Callable, Iterable
from typing import Any

import lxml.html
from django.http.response import HttpResponseBase


def content_of(response: HttpResponseBase) -> bytes:
    """All of it, also of a stream."""
    return b"".join(response) if response.streaming else response.content  # type: ignore[attr-defined]


def faults(name: str, response: HttpResponseBase, content: bytes) -> list[str]:
    """What is wrong with an answer of the address ``name``; nothing for a good one.

    Only a page of status 200 is looked at as a page.
    """
    found = header_faults(response)
    is_page = response.headers.get("Content-Type", "").startswith("text/html") and b"<html" in content
    if response.status_code == 200 and is_page:
        document = lxml.html.fromstring(content.decode())
        for look in _PAGE:
            found += look(name, document)
    return found


def header_faults(response: HttpResponseBase) -> list[str]:
    """Security headers that are missing or say something else."""
    headers = response.headers
    policy = headers.get("Content-Security-Policy", "")
    directives = dict(part.strip().split(" ", 1) for part in policy.split(";") if part.strip())
    right = {
        "default-src": directives.get("default-src") == "'none'",
        "script-src": directives.get("script-src") == "'self'",
        "frame-ancestors": directives.get("frame-ancestors") == "'none'",
        "no unsafe source": "unsafe" not in policy,
        "X-Content-Type-Options": headers.get("X-Content-Type-Options") == "nosniff",
        "X-Frame-Options": headers.get("X-Frame-Options") == "DENY",
        "Referrer-Policy": headers.get("Referrer-Policy") == "same-origin",
        "Cross-Origin-Opener-Policy": headers.get("Cross-Origin-Opener-Policy") == "same-origin",
        "X-Request-ID": bool(re.fullmatch(r"[0-9a-f]{16}", headers.get("X-Request-ID", ""))),
        "Cache-Control": headers.get("Cache-Control") == "no-store",
    }
    return [f"header {what}" for what, holds in right.items() if not holds]


def _frame(name: str, page: Any) -> Iterable[str]:
    if page.get("lang") != "zh-CN":
        yield "no language"
    if len(page.findtext(".//title") or "") <= 3:
        yield "no title"
    if len(page.findall(".//h1")) != 1:
        yield "not one heading"
    # A scanned code's page is one screen: nothing to skip.
    if name != "verification:booklet" and not (
        page.xpath("//a[@href='#main']") and page.xpath("//*[@id='main']")
    ):
        yield "no skip link"


def _names(name: str, page: Any) -> Iterable[str]:
    labeled = {label.get("for") for label in page.iter("label")} - {None}
    for field in page.xpath("//input[not(@type='hidden') and not(@type='submit')] | //select | //textarea"):
        if not (
            field.get("id") in labeled
            or field.get("aria-label")
            or field.get("aria-labelledby")
            or field.xpath("ancestor::label")
        ):
            yield f"no label: {lxml.html.tostring(field).decode()[:120]}"
    for button in page.xpath("//button | //a[@href]"):
        if not (button.text_content().strip() or button.get("aria-label")):
            yield f"no name: {lxml.html.tostring(button).decode()[:120]}"


def _ids(name: str, page: Any) -> Iterable[str]:
    ids = page.xpath("//@id")
    yield from (f"id twice: {one}" for one in sorted(set(ids)) if ids.count(one) > 1)


_PAGE: tuple[Callable[[str, Any], Iterable[str]], ...] = (_frame, _names, _ids)
