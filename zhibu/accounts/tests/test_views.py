"""Pages of accounts and roles."""

import re
from datetime import date

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from tests.queries import constant_queries
from tests.world import World, grant, make_user
from zhibu.accounts.hands import matters, together
from zhibu.accounts.models import RoleAssignment, User
from zhibu.accounts.summaries import roles_markdown
from zhibu.accounts.vocabulary import vocabulary
from zhibu.audit.models import AuditRecord

USERS = reverse("accounts:users")
OPENING = reverse("accounts:opening")


def text(client: Client, url: str, **query: str) -> str:
    return client.get(url, query).content.decode()


def shown_password(page: str) -> str:
    found = re.search(r"<code>([A-Za-z0-9-]{14})</code>", page)
    return found.group(1) if found else ""


class TestList:
    def test_administrators_see_everyone_with_roles_in_words(self, world: World) -> None:
        page = text(world.client("security_admin"), USERS)
        assert "阿措克布" in page
        assert "支部书记、支部委员" in page
        assert "尔木村党支部" in page
        assert "没有角色" in page
        assert OPENING not in page
        assert OPENING in text(world.client("system_admin"), USERS)
        assert world.client("county_organizer").get(USERS).status_code == 403

    def test_search(self, world: World) -> None:
        client = world.client("system_admin")
        for words in ("阿措", "secretary_a1", "SECRETARY_A1"):
            page = text(client, USERS, q=words)
            assert "阿措克布" in page
            assert "卢玉" not in page
        assert "没有找到账号" in text(client, USERS, q="zzz")

    def test_it_costs_the_same_for_any_number(self, world: World) -> None:
        def grow() -> None:
            for n in range(30):
                grant(make_user(f"clerk{n}", "王伟"), "branch_clerk", world.a1)

        with constant_queries(world.client("system_admin"), USERS, grow=grow) as count:
            assert count <= 6


class TestOpening:
    def test_the_password_is_shown_once_and_stands_nowhere(self, world: World) -> None:
        client = world.client("system_admin")
        response = client.post(OPENING, {"name": "马小燕", "username": "maxiaoyan"})
        assert response.status_code == 303
        kept = str([session.get_decoded() for session in Session.objects.all()])
        page = text(client, response.headers["Location"])
        password = shown_password(page)
        user = User.objects.get(username="maxiaoyan")
        assert user.check_password(password)
        assert password not in response.headers["Location"] + kept + str(AuditRecord.objects.values())
        assert not shown_password(text(client, response.headers["Location"]))

    def test_it_is_not_shown_on_another_persons_page(self, world: World) -> None:
        client = world.client("system_admin")
        client.post(OPENING, {"name": "马小燕", "username": "maxiaoyan"})
        other = reverse("accounts:user", args=[world.people["nobody"].pk])
        assert not shown_password(text(client, other))

    def test_a_refusal_stays_in_the_form(self, world: World) -> None:
        client = world.client("system_admin")
        response = client.post(OPENING, {"name": "马小燕", "username": "auditor"})
        assert response.status_code == 200
        assert "已经有人用了" in response.content.decode()
        assert "马小燕" in response.content.decode()

    def test_only_the_system_administrator(self, world: World) -> None:
        assert world.client("security_admin").get(OPENING).status_code == 403
        assert world.client("auditor").post(OPENING, {"name": "a", "username": "b"}).status_code == 403


class TestAccount:
    def url(self, world: World, name: str, view: str = "accounts:user") -> str:
        return reverse(view, args=[world.people[name].pk])

    def test_reset_shows_a_new_password(self, world: World) -> None:
        client = world.client("system_admin")
        page = client.post(self.url(world, "nobody", "accounts:password"), follow=True).content.decode()
        user = User.objects.get(username="nobody")
        assert user.check_password(shown_password(page))
        assert (
            world.client("security_admin").post(self.url(world, "nobody", "accounts:password")).status_code
            == 403
        )

    def test_closing_and_reopening(self, world: World) -> None:
        client = world.client("system_admin")
        page = client.post(self.url(world, "nobody", "accounts:closing"), follow=True).content.decode()
        assert "已停用" in page
        page = client.post(self.url(world, "nobody", "accounts:reopening"), follow=True).content.decode()
        assert shown_password(page)

    def test_one_does_not_see_deeds_on_the_own_account(self, world: World) -> None:
        page = text(world.client("system_admin"), self.url(world, "system_admin"))
        assert reverse("accounts:closing", args=[world.people["system_admin"].pk]) not in page
        response = world.client("system_admin").post(self.url(world, "system_admin", "accounts:closing"))
        assert response.status_code == 409
        assert "自己的账号" in response.content.decode()


class TestGrants:
    def post(self, world: World, user: str = "nobody", by: str = "security_admin", **data: str) -> str:
        values = {"role": "branch_clerk", "place": "513400101201", "from_date": "2026-11-24", "last_day": ""}
        url = reverse("accounts:grants", args=[world.people[user].pk])
        response = world.client(by).post(url, values | data)
        return str(response.status_code) + response.content.decode()

    @pytest.mark.parametrize("place", ["513400101201", "尔木村党支部", "emc", "ermucun"])
    def test_by_code_name_or_pinyin(self, world: World, place: str) -> None:
        assert self.post(world, place=place, last_day="2026-12-31").startswith("303")
        row = RoleAssignment.objects.get(user=world.people["nobody"])
        assert (row.organization, row.from_date, row.until) == (
            world.a1,
            date(2026, 11, 24),
            date(2027, 1, 1),
        )
        assert "2026-12-31" in text(
            world.client("security_admin"), reverse("accounts:user", args=[row.user_id])
        )

    def test_what_cannot_be_told_apart_is_listed(self, world: World) -> None:
        page = self.post(world, place="阿市镇")
        assert "几个组织都符合" in page
        assert "513400101201" in page
        assert "没有叫这个名字" in self.post(world, place="巴市镇党委")

    def test_refusals_stay_in_the_form(self, world: World) -> None:
        page = self.post(world, user="auditor")
        assert "三个管理员角色彼此分开" in page
        assert not RoleAssignment.objects.filter(user=world.people["auditor"], role="branch_clerk").exists()

    def test_revoking(self, world: World) -> None:
        row = RoleAssignment.objects.get(user=world.people["secretary_a1"])
        url = reverse("accounts:revocation", args=[row.pk])
        assert world.client("system_admin").post(url).status_code == 403
        assert world.client("security_admin").post(url).status_code == 303
        assert world.client("secretary_a1").get(reverse("members:list")).status_code == 403


class TestRoles:
    def test_the_table_shows_every_role_and_permission(self, world: World) -> None:
        page = text(world.client("secretary_a1"), reverse("accounts:roles"))
        words = vocabulary()
        assert all(role.label in page for role in words.roles.values())
        assert all(permission.label in page for permission in words.permissions.values())
        assert world.client("member_a1").get(reverse("accounts:roles")).status_code == 403

    def test_the_same_table_as_a_page_of_the_documentation(self) -> None:
        page = roles_markdown()
        assert "| 查阅审计日志 `audit.read` |" in page
        assert page.count("●") == sum(len(role.permissions) for role in vocabulary().roles.values())


class TestMe:
    def test_everyone_sees_the_own_account(self, world: World) -> None:
        page = text(world.client("secretary_a1"), reverse("accounts:me"))
        assert "阿措克布" in page
        assert "尔木村党支部" in page
        assert "支部书记、支部委员" in page
        assert "还没有角色" in text(world.client("nobody"), reverse("accounts:me"))


class TestHands:
    def test_the_page_of_roles_says_which_deeds_take_two_persons(self, world: World) -> None:
        page = text(world.client("secretary_a1"), reverse("accounts:roles"))
        for matter in matters():
            assert matter.label in page
            for deed in matter.together:
                assert all(words in page for words in (deed.what, deed.first, deed.second))
        assert "退出登录" in page

    def test_the_documentation_lists_them_too(self) -> None:
        page = roles_markdown()
        assert all(f"`{key}`" in page for key in together())
