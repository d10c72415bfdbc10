"""Turning pages without counting, and answering htmx with a fragment."""

from types import SimpleNamespace
from typing import cast

import pytest
from django.http import QueryDict
from django.test import RequestFactory

from zhibu.core.http import Request
from zhibu.ui.pages import paginate, render_page


def asking(query: str) -> Request:
    return cast("Request", SimpleNamespace(GET=QueryDict(query)))


def test_a_page_knows_its_neighbors_and_keeps_the_other_parameters() -> None:
    page = paginate(asking("q=%E5%90%89&state=active&page=2"), range(1, 26), per_page=10)
    assert list(page.rows) == list(range(11, 21))
    assert (page.number, page.has_previous, page.has_next) == (2, True, True)
    assert page.next_url == "?q=%E5%90%89&state=active&page=3"
    assert page.previous_url == "?q=%E5%90%89&state=active&page=1"


def test_the_last_page_has_no_next_even_when_it_is_full() -> None:
    page = paginate(asking("page=2"), range(20), per_page=10)
    assert (len(page.rows), page.has_next) == (10, False)


@pytest.mark.parametrize("text", ["", "0", "-1", "x", "²", "١", "9" * 40, "1.5"])
def test_nonsense_is_page_one(text: str) -> None:
    assert paginate(asking(f"page={text}"), range(3)).number == 1


@pytest.mark.parametrize(
    ("target", "restoring", "whole"),
    [("results", False, False), ("results", True, True), ("other", False, True)],
)
def test_only_a_request_for_the_results_gets_the_fragment(
    rf: RequestFactory, target: str, restoring: bool, whole: bool
) -> None:
    request = cast("Request", rf.get("/search/"))
    request.htmx = SimpleNamespace(target=target, history_restore_request=restoring)  # type: ignore[assignment]
    found = SimpleNamespace(certificate=None, organizations=[], members=[], nothing=True)
    answer = render_page(request, "insights/search.html", {"q": "空", "found": found})
    assert ("<html" in answer.content.decode()) is whole
    assert "没有找到“空”" in answer.content.decode()
    assert answer["Vary"] == "HX-Request, HX-Target"
