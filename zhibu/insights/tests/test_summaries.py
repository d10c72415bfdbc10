"""What the home page and the search find, and for whom."""

from tests.world import NOW, TODAY, World, make_member
from zhibu.certificates.actions.numbering import number_members
from zhibu.certificates.models import Booklet, Certificate
from zhibu.imports.models import ImportRun
from zhibu.insights.summaries import home, search
from zhibu.jobs.models import Job


def a_job(world: World, owner: str, state: str) -> Job:
    person = world.people[owner]
    return Job.objects.create(
        kind="test", owner_id=person.pk, owner_name=person.name, title="打印证本", state=state, created_at=NOW
    )


def test_a_committee_sees_its_own_counts_and_a_clerk_only_the_branch(world: World) -> None:
    make_member(branch=world.a2)
    make_member(branch=world.b1)
    [ashi] = home(world.scope("organizer_ashi")).places
    assert (ashi.organization, ashi.branches, ashi.members, ashi.unnumbered) == (world.ashi, 2, 4, 4)
    [a1] = home(world.scope("secretary_a1")).places
    assert (a1.organization, a1.is_branch, a1.members) == (world.a1, True, 3)


def test_counts_follow_the_certificates(world: World) -> None:
    organizer = world.scope("organizer_ashi")
    number_members(by=organizer, organization=world.a1, on=TODAY)
    first = Certificate.objects.order_by("number")[0]
    first.state = "active"
    first.save()
    [ashi] = home(organizer).places
    assert (ashi.in_force, ashi.not_issued, ashi.unnumbered) == (1, 2, 0)


def test_members_without_a_number_wait_for_whoever_may_number_them(world: World) -> None:
    assert home(world.scope("organizer_ashi")).unnumbered == 3
    assert home(world.scope("organizer_bashi")).unnumbered == 0
    assert home(world.scope("secretary_a1")).unnumbered == 0
    assert home(world.scope("county_organizer")).waits
    assert not home(world.scope("secretary_a2")).waits


def test_printed_booklets_wait_to_be_handed_over(world: World) -> None:
    number_members(by=world.scope("organizer_ashi"), organization=world.a1, on=TODAY)
    Booklet.objects.create(
        certificate=Certificate.objects.order_by("number")[0],
        serial=1,
        issue_date=TODAY,
        issuer="中国共产党凉县委员会",
        signature=b"",
        key_id=1,
        printed_at=NOW,
    )
    assert home(world.scope("organizer_ashi")).to_hand_over == 1
    assert home(world.scope("organizer_bashi")).to_hand_over == 0


def test_jobs_and_imports_wait_for_their_owner_only(world: World) -> None:
    running = a_job(world, "organizer_ashi", "running")
    a_job(world, "organizer_ashi", "done")
    a_job(world, "organizer_bashi", "failed")
    run = ImportRun.objects.create(
        sheet="roster",
        owner_id=world.people["organizer_ashi"].pk,
        owner_name="刘洋",
        file_name="花名册.xlsx",
        fingerprint="",
        state="checked",
        created_at=NOW,
    )
    mine = home(world.scope("organizer_ashi"))
    assert (mine.jobs, mine.imports) == ([running], [run])
    assert home(world.scope("secretary_a1")).jobs == []
    assert home(world.scope("secretary_a1")).imports == []


def test_a_person_without_a_role_sees_nothing(world: World) -> None:
    for name in ("nobody", "auditor", "member_a1"):
        assert home(world.scope(name)).places == []
    found = search(world.scope("nobody"), "王伟")
    assert found.nothing


def test_search_by_characters_pinyin_and_initials_stays_in_the_scope(world: World) -> None:
    for text in ("王伟", "wangwei", "ww"):
        assert [m.name for m in search(world.scope("secretary_a1"), text).members] == ["王伟"]
        assert search(world.scope("secretary_a2"), text).nothing
    assert search(world.scope("secretary_a1"), "emc").organizations == [world.a1]
    assert search(world.scope("secretary_a2"), "emc").organizations == []


def test_an_administrator_finds_organizations_but_no_member(world: World) -> None:
    found = search(world.scope("system_admin"), "尔木")
    assert found.organizations == [world.a1]
    assert search(world.scope("system_admin"), "王伟").nothing


def test_a_certificate_is_found_by_its_exact_number_in_the_scope(world: World) -> None:
    number_members(by=world.scope("organizer_ashi"), organization=world.a1, on=TODAY)
    certificate = Certificate.objects.order_by("number")[0]
    for text in (
        certificate.number,
        f"{certificate.number[:3]}-{certificate.number[3:6]}-{certificate.number[6:]}",
    ):
        assert search(world.scope("secretary_a1"), text).certificate == certificate
        assert search(world.scope("secretary_a2"), text).certificate is None
    assert search(world.scope("secretary_a1"), certificate.number[:-1]).certificate is None


def test_blank_text_finds_nothing(world: World) -> None:
    assert search(world.scope("county_organizer"), "  ").nothing


def test_a_long_list_is_cut_and_says_so(world: World) -> None:
    for _ in range(21):
        make_member(branch=world.a2, name="吉克阿英")
    found = search(world.scope("county_organizer"), "吉克")
    assert (len(found.members), found.more_members) == (20, True)
