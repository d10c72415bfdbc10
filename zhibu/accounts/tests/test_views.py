"""Pages of accounts and roles."""

import re
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.queries import constant_queries
from tests.world import World, grant, make_user
from zhibu.accounts.hands import matters, together
from zhibu.accounts.models import AccountProposal, RoleAssignment, User
from zhibu.accounts.summaries.tables import roles_markdown
from zhibu.accounts.tests.cases import proposed_grant
from zhibu.accounts.vocabulary import vocabulary
from zhibu.audit.models import AuditRecord

pytestmark = pytest.mark.dated

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
            assert count <= 7


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
        assert response.status_code == 422
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
        values = {
            "role": "branch_clerk",
            "place": "513400101201",
            "from_date": timezone.localdate().isoformat(),
            "last_day": "",
            "reason": "9月换届当选支部书记",
        }
        url = reverse("accounts:grants", args=[world.people[user].pk])
        response = world.client(by).post(url, values | data)
        return str(response.status_code) + response.content.decode()

    @pytest.mark.parametrize("place", ["513400101201", "尔木村党支部", "emc", "ermucun"])
    def test_by_code_name_or_pinyin(self, world: World, place: str) -> None:
        today = timezone.localdate()
        last = today + timedelta(days=30)
        assert self.post(world, place=place, last_day=last.isoformat()).startswith("303")
        row = AccountProposal.objects.get(user=world.people["nobody"])
        assert (row.organization, row.from_date, row.until) == (
            world.a1,
            today,
            last + timedelta(days=1),
        )
        page = text(world.client("security_admin"), reverse("accounts:user", args=[row.user_id]))
        assert "等另一类管理员确认" in page

    @pytest.mark.parametrize("field", ["from_date", "last_day"])
    def test_the_end_of_all_calendars_is_a_sentence(self, world: World, field: str) -> None:
        page = self.post(world, **{field: "9999-12-31"})
        assert page.startswith("422")
        assert "日期要在1900年到2199年之间" in page
        assert not AccountProposal.objects.exists()

    def test_what_cannot_be_told_apart_is_listed(self, world: World) -> None:
        page = self.post(world, place="阿市镇")
        assert "几个组织都符合" in page
        assert "513400101201" in page
        assert "没有叫这个名字" in self.post(world, place="巴市镇党委")

    def test_refusals_stay_in_the_form(self, world: World) -> None:
        page = self.post(world, user="auditor")
        assert "三个管理员角色彼此分开" in page
        assert not AccountProposal.objects.exists()

    def test_a_business_role_is_not_offered_to_the_other_administrators(self, world: World) -> None:
        assert self.post(world, by="auditor").startswith("422")
        assert not AccountProposal.objects.exists()

    def test_revoking(self, world: World) -> None:
        row = RoleAssignment.objects.get(user=world.people["secretary_a1"])
        url = reverse("accounts:revocation", args=[row.pk])
        assert world.client("system_admin").post(url).status_code == 403
        assert world.client("security_admin").post(url).status_code == 303
        assert world.client("secretary_a1").get(reverse("members:list")).status_code == 403


class TestProposals:
    def test_from_the_security_administrator_s_page_to_the_right(self, world: World) -> None:
        TestGrants().post(world)
        row = AccountProposal.objects.get()
        page = text(world.client("auditor"), reverse("accounts:proposals"))
        confirm = reverse("accounts:confirmation", args=[row.pk])
        assert "周杰" in page
        assert confirm in page
        assert confirm not in text(world.client("security_admin"), reverse("accounts:proposals"))
        assert world.client("security_admin").post(confirm).status_code == 409
        assert world.client("auditor").post(confirm).status_code == 303
        assert world.client("nobody").get(reverse("members:list")).status_code == 200
        page = text(world.client("security_admin"), reverse("accounts:user", args=[row.user_id]))
        assert "杨军，赵勇确认" in page

    def test_several_grants_are_ticked_and_confirmed(self, world: World) -> None:
        TestGrants().post(world)
        TestGrants().post(world, role="member")
        chosen = [row.pk for row in AccountProposal.objects.all()]
        url = reverse("accounts:grant_confirmations")
        assert world.client("auditor").post(url).status_code == 409
        assert world.client("auditor").post(url, {"proposal": chosen}).status_code == 303
        assert RoleAssignment.objects.filter(user=world.people["nobody"]).count() == 2

    def test_a_password_comes_in_two_halves_each_shown_once(self, world: World) -> None:
        url = reverse("accounts:deed_proposals", args=[world.people["security_admin"].pk])
        data = {"deed": "password", "reason": "本人忘记密码，已当面核实"}
        first = world.client("system_admin").post(url, data, follow=True).content.decode()
        assert "密码的前半段" in first
        confirm = reverse("accounts:confirmation", args=[AccountProposal.objects.get().pk])
        second = world.client("auditor").post(confirm, follow=True).content.decode()
        assert "密码的后半段" in second
        halves = [re.findall(r"<code>([A-Za-z0-9-]{9})</code>", page)[0] for page in (first, second)]
        assert User.objects.get(username="security_admin").check_password("-".join(halves))

    def test_what_is_wrong_is_said(self, world: World) -> None:
        client = world.client("system_admin")
        url = reverse("accounts:deed_proposals", args=[world.people["auditor"].pk])
        for data in ({}, {"deed": "grant", "reason": "理由写在这里"}, {"deed": "password", "reason": ""}):
            assert client.post(url, data).status_code == 409
        assert not AccountProposal.objects.exists()

    def test_declining_with_a_reason(self, world: World) -> None:
        TestGrants().post(world)
        row = AccountProposal.objects.get()
        url = reverse("accounts:declining", args=[row.pk])
        assert world.client("auditor").post(url).status_code == 409
        assert world.client("auditor").post(url, {"reason": "支部没有换届"}).status_code == 303
        page = text(world.client("security_admin"), reverse("accounts:proposals"))
        assert "支部没有换届" in page

    def test_taking_an_administrator_s_role_away(self, world: World) -> None:
        grant(world.people["nobody"], "audit_administrator", world.county)
        held = RoleAssignment.objects.get(user=world.people["auditor"])
        url = reverse("accounts:revocation_proposals", args=[held.pk])
        page = text(world.client("security_admin"), reverse("accounts:user", args=[held.user_id]))
        assert url in page
        assert world.client("security_admin").post(url, {"reason": "本人调离县里"}).status_code == 303
        confirm = reverse("accounts:confirmation", args=[AccountProposal.objects.get().pk])
        assert world.client("system_admin").post(confirm).status_code == 303
        assert world.client("auditor").get(reverse("audit:records")).status_code == 403

    def test_the_page_costs_the_same_for_any_number(self, world: World) -> None:
        def grow() -> None:
            for n in range(30):
                user = make_user(f"clerk{n}", "王伟")
                proposed_grant(world, user, "branch_clerk", world.a1)

        grow_url = reverse("accounts:proposals")
        with constant_queries(world.client("auditor"), grow_url, grow=grow) as count:
            assert count <= 7


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
