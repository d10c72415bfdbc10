"""The frame around every page."""

from collections.abc import Callable

from django.test import Client


def test_a_visitor_sees_no_menu(client: Client, db: None) -> None:
    page = client.get("/account/login/").content.decode()
    assert "主菜单" not in page
    assert "大字" in page


def test_error_pages(world: object, client_of: Callable[[str | None], Client]) -> None:
    assert client_of(None).get("/nowhere/").status_code == 404
