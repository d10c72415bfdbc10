"""Entering, correcting, revealing, photos, posts."""

import io
from datetime import date

import pytest
from django.db import connection
from PIL import Image

from tests import things
from tests.world import TODAY, World, make_member, synthetic_resident_id
from zhibu.audit.models import AuditRecord
from zhibu.core.access import Denied, Refused
from zhibu.core.db import key_ring
from zhibu.members import actions
from zhibu.members.actions import Correction, CorrectionConflict, NewMember
from zhibu.members.models import EnrollmentProposal, Member, MemberChange, MemberPhoto, PostHolding
from zhibu.members.rules.facts import Facts, FactsRefused
from zhibu.members.rules.stages import BranchPost
from zhibu.members.summaries.pages import PHOTO_CONTEXT, photos

pytestmark = pytest.mark.dated

BIRTH = date(1990, 5, 6)
REASON = "照党员信息采集表"


def facts(sequence: int = 1, **changes: object) -> Facts:
    base = Facts(
        name="沙马尔布",
        sex="1",
        ethnic_group="07",
        birth_date=BIRTH,
        education="71",
        join_date=date(2015, 7, 1),
        stage="full",
        dues_category="farmer",
        confirmation_date=date(2016, 7, 1),
        resident_id=synthetic_resident_id(BIRTH, "1", sequence),
        phone="13900001234",
        group="第一党小组",
    )
    return base._replace(**changes)  # type: ignore[arg-type]


def enroll(world: World, who: str = "secretary_a1", sequence: int = 1, **changes: object) -> Member:
    [member] = things.enroll(world, NewMember(world.a1, facts(sequence, **changes)), who=who)
    return member


def test_a_clerk_enters_a_member_of_the_own_branch_only(world: World) -> None:
    member = enroll(world)
    assert (member.standing, member.pinyin, member.initials) == ("active", "shamaerbu", "smeb")
    assert member.is_synthetic
    record = AuditRecord.objects.get(event="members.member.enrolled")
    assert (record.chain, record.subject_id) == (world.a1.pk, str(world.a1.pk))
    assert record.data["ids"] == [member.pk]
    with pytest.raises(Denied):
        enroll(world, "secretary_a2")


def test_the_same_number_is_not_entered_twice(world: World) -> None:
    enroll(world)
    with pytest.raises(Refused, match="已经登记过"):
        enroll(world, name="别名")
    assert Member.objects.filter(birth_date=BIRTH).count() == 1


def test_members_belong_to_branches(world: World) -> None:
    with pytest.raises(Refused, match="不是党支部"):
        things.enroll(world, NewMember(world.ashi, facts()), who="organizer_ashi", decides="county_organizer")
    world.a1.closed_on = TODAY
    with pytest.raises(Refused, match="已经撤销"):
        enroll(world)


def test_bulk_makes_the_same_rows_as_one_by_one(world: World) -> None:
    """Same columns (but ids, times and ciphertexts), same posts; one audit record for the branch."""
    scope = world.scope("organizer_ashi")
    special = {"confirmation_date": None, "dates_reason": "查无转正记载", "is_floating": True, "phone": ""}
    one = [enroll(world, sequence=1), enroll(world, "secretary_a1", 2, **special)]
    actions.appoint_post(
        by=scope,
        member=one[0],
        organization=world.a1,
        post=BranchPost.SECRETARY,
        from_date=TODAY,
        on=TODAY,
    )
    bulk = things.enroll(
        world,
        NewMember(world.a1, facts(3), ("secretary",)),
        NewMember(world.a1, facts(4, **special)),
    )
    ids = [member.pk for member in bulk]
    varying = {"id", "entered_at", "resident_id", "resident_id_index"}
    for single, other in zip(one, bulk, strict=True):
        single.refresh_from_db()
        for field in Member._meta.concrete_fields:
            if field.name not in varying:
                assert getattr(single, field.attname) == getattr(other, field.attname), field.name
        index = key_ring().blind_index(other.resident_id, context="resident_id")
        assert other.resident_id_index == index
    posts = PostHolding.objects.filter(member__in=[one[0], bulk[0]]).values_list("post", "from_date", "until")
    assert list(posts) == [("secretary", TODAY, None)] * 2
    record = AuditRecord.objects.filter(event="members.member.enrolled").latest("id")
    assert (record.chain, record.data["ids"]) == (world.a1.pk, ids)
    later = enroll(world, sequence=5)
    assert later.pk not in ids


def test_bulk_is_all_or_nothing(world: World) -> None:
    before = Member.objects.count()
    scope = world.scope("county_organizer")
    for rows, error in (
        ([NewMember(world.a1, facts(1)), NewMember(world.a1, facts(2, name=""))], FactsRefused),
        ([NewMember(world.a1, facts(1)), NewMember(world.a2, facts(1, name="别名"))], Refused),
    ):
        with pytest.raises(error):
            actions.propose_enrollments(by=scope, rows=rows, reason=REASON, on=TODAY)
    with pytest.raises(Denied):
        actions.propose_enrollments(
            by=world.scope("secretary_a1"),
            rows=[NewMember(world.a1, facts(1)), NewMember(world.b1, facts(2))],
            reason=REASON,
            on=TODAY,
        )
    assert not EnrollmentProposal.objects.exists()
    assert Member.objects.count() == before


def test_the_database_holds_no_plain_number(world: World) -> None:
    single = enroll(world)
    bulk = enroll(world, sequence=2).pk
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT resident_id, phone, resident_id_index FROM members_member WHERE id IN (%s, %s)",
            [single.pk, bulk],
        )
        raw = b"".join(
            bytes(value) if not isinstance(value, str) else value.encode()
            for row in cursor.fetchall()
            for value in row
        )
    assert raw
    for number in (single.resident_id, "13900001234"):
        assert number.encode() not in raw


def correct(world: World, member: Member, who: str = "secretary_a1", **changes: object) -> Member:
    return actions.correct_member(
        by=world.scope(who), member=member, changes=changes, reason=REASON, on=TODAY
    )


def test_a_correction_keeps_what_was_and_became(world: World) -> None:
    member = enroll(world)
    row = correct(world, member, education="61", name="沙马尔聪", phone="13900009999", is_floating=True)
    assert (row.education, row.pinyin, row.phone) == ("61", "shamaercong", "13900009999")
    change = MemberChange.objects.get(member=member)
    assert change.fields == {
        "name": ["沙马尔布", "沙马尔聪"],
        "education": ["71", "61"],
        "phone": [],
        "is_floating": ["0", "1"],
    }
    record = AuditRecord.objects.get(event="members.member.corrected")
    assert record.data == {"fields": ["education", "is_floating", "name", "phone"]}


def test_a_correction_of_nothing_leaves_no_trace(world: World) -> None:
    member = enroll(world)
    correct(world, member, education="71")
    assert not MemberChange.objects.filter(member=member).exists()
    assert not AuditRecord.objects.filter(event="members.member.corrected").exists()


def test_corrections_obey_right_rule_and_reason(world: World) -> None:
    member = enroll(world)
    with pytest.raises(Denied):
        correct(world, member, "secretary_a2", education="61")
    with pytest.raises(FactsRefused, match="证件说明"):
        correct(world, member, birth_date=date(1990, 5, 7))
    with pytest.raises(Refused, match="至少4个字"):
        actions.correct_member(
            by=world.scope("secretary_a1"), member=member, changes={"education": "61"}, reason="", on=TODAY
        )
    other = enroll(world, sequence=2)
    with pytest.raises(Refused, match="另一条记录"):
        correct(world, member, resident_id=other.resident_id)
    member.refresh_from_db()
    assert (member.education, member.birth_date) == ("71", BIRTH)


def test_who_comes_second_sees_both_versions_and_nothing_is_lost(world: World) -> None:
    member = enroll(world)
    seen = actions.seen_values(member)
    correct(world, member, "organizer_ashi", education="61")
    with pytest.raises(CorrectionConflict) as conflict:
        actions.correct_member(
            by=world.scope("secretary_a1"),
            member=member,
            changes={"education": "81"},
            reason=REASON,
            on=TODAY,
            seen=seen,
        )
    assert conflict.value.fields == ["education"]
    assert conflict.value.member.education == "61"
    row = actions.correct_member(
        by=world.scope("secretary_a1"),
        member=member,
        changes={"native_place": "四川越西"},
        reason=REASON,
        on=TODAY,
        seen=seen,
    )
    assert (row.native_place, row.education) == ("四川越西", "61")


def test_what_a_form_carries_reveals_no_number(world: World) -> None:
    member = enroll(world)
    carried = "".join(actions.seen_values(member).values())
    assert member.phone not in carried
    assert member.resident_id not in carried
    same_phone = enroll(world, sequence=2)
    assert actions.seen_values(member)["phone"] != actions.seen_values(same_phone)["phone"]


def test_many_corrections_equal_single_ones(world: World) -> None:
    scope = world.scope("organizer_ashi")
    members = [enroll(world, sequence=n) for n in (1, 2, 3)]
    changed = actions.correct_members(
        by=scope,
        corrections=[
            Correction(members[0].pk, {"education": "61", "phone": ""}, ("secretary", "youth_member")),
            Correction(members[1].pk, {"name": "新名", "native_place": "四川喜德"}),
            Correction(members[2].pk, {"education": "71"}),
        ],
        reason="党员名册导入",
        on=TODAY,
    )
    assert changed == 2
    single = enroll(world, sequence=4)
    correct(world, single, education="61", phone="")
    rows = Member.objects.in_bulk([member.pk for member in [*members, single]])
    assert rows[members[0].pk].phone == rows[single.pk].phone == ""
    assert rows[members[1].pk].pinyin == "xinming"
    log = {change.member_id: change.fields for change in MemberChange.objects.order_by("pk")}
    assert log[members[0].pk] == log[single.pk] == {"education": ["71", "61"], "phone": []}
    assert log[members[1].pk]["native_place"] == ["", "四川喜德"]
    assert members[2].pk not in log
    held = PostHolding.objects.filter(member=members[0], until=None).values_list("post", flat=True)
    assert set(held) == {"secretary", "youth_member"}
    actions.correct_members(
        by=scope, corrections=[Correction(members[0].pk, {}, ("secretary",))], reason="", on=TODAY
    )
    assert set(held.all()) == {"secretary"}
    records = AuditRecord.objects.filter(event="members.member.corrected", data__has_key="import")
    assert records.first().data["fields"][str(members[0].pk)] == ["education", "phone", "posts"]  # type: ignore[union-attr]


def test_numbers_may_change_places_within_a_file(world: World) -> None:
    one, other = enroll(world, sequence=1), enroll(world, sequence=2)
    actions.correct_members(
        by=world.scope("secretary_a1"),
        corrections=[
            Correction(one.pk, {"resident_id": other.resident_id}),
            Correction(other.pk, {"resident_id": one.resident_id}),
        ],
        reason="",
        on=TODAY,
    )
    assert Member.objects.get(pk=one.pk).resident_id == other.resident_id


def test_seeing_a_whole_number_needs_right_and_reason_and_is_recorded(world: World) -> None:
    member = world.members_a1[0]
    organizer, clerk = world.scope("organizer_ashi"), world.scope("secretary_a1")
    value = actions.reveal_field(by=organizer, member=member, field="resident_id", reason="核对档案材料")
    assert value == member.resident_id
    record = AuditRecord.objects.get(event="members.field.revealed")
    assert (record.actor_id, record.subject_id) == (organizer.user_id, str(member.pk))
    assert record.data == {"field": "resident_id", "reason": "核对档案材料"}
    assert actions.reveal_field(by=clerk, member=member, field="phone", reason="通知开会时间")
    with pytest.raises(Denied):
        actions.reveal_field(by=clerk, member=member, field="resident_id", reason="核对档案材料")
    with pytest.raises(Denied):
        actions.reveal_field(by=world.scope("inspector"), member=member, field="phone", reason="通知开会时间")
    with pytest.raises(Refused, match="至少4个字"):
        actions.reveal_field(by=organizer, member=member, field="phone", reason="看看")
    assert AuditRecord.objects.filter(event="members.field.revealed").count() == 2


def test_people_see_their_own_numbers_and_nobody_elses(world: World) -> None:
    own, other = world.members_a1[0], world.members_a1[1]
    scope = world.scope("member_a1")
    assert actions.reveal_own_field(by=scope, member=own, field="phone") == own.phone
    assert AuditRecord.objects.filter(event="members.field.revealed").count() == 1
    with pytest.raises(Denied):
        actions.reveal_own_field(by=scope, member=other, field="phone")


def picture(size: tuple[int, int] = (900, 1200), kind: str = "JPEG") -> bytes:
    out = io.BytesIO()
    image = Image.new("RGB", size, (200, 180, 160))
    exif = Image.Exif()
    exif[0x010F] = "SecretCameraMaker"
    image.save(out, kind, exif=exif.tobytes())
    return out.getvalue()


def test_a_photo_is_cut_cleaned_and_encrypted(world: World) -> None:
    member, scope = world.members_a1[0], world.scope("secretary_a1")
    photo = actions.set_photo(by=scope, member=member, image=picture(), on=TODAY)
    stored = bytes(MemberPhoto.objects.get(member=member).image)
    assert b"JFIF" not in stored
    plain = key_ring().decrypt(bytes(photo.image), context=PHOTO_CONTEXT)
    image = Image.open(io.BytesIO(plain))
    assert (image.size, image.format) == ((307, 378), "JPEG")
    assert b"SecretCameraMaker" not in plain
    actions.set_photo(by=scope, member=member, image=picture(kind="PNG"), on=TODAY)
    assert list(photos([member.pk, world.members_a1[1].pk])) == [member.pk]
    with pytest.raises(Denied):
        actions.set_photo(by=world.scope("secretary_a2"), member=member, image=picture(), on=TODAY)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"not a picture", "不是能打开的照片"),
        (picture()[:200], "不是能打开的照片"),
        (picture((60, 80)), "太小"),
        (picture((9000, 9000), "PNG"), "像素太多"),
        (b"\0" * (8 * 1024 * 1024 + 1), "超过8兆"),
    ],
    ids=["text", "torn", "small", "bomb", "heavy"],
)
def test_a_bad_photo_is_refused_with_a_sentence(world: World, data: bytes, words: str) -> None:
    with pytest.raises(Refused, match=words):
        actions.set_photo(by=world.scope("secretary_a1"), member=world.members_a1[0], image=data, on=TODAY)


def test_posts_have_their_days(world: World) -> None:
    member, scope = world.members_a1[0], world.scope("secretary_a1")
    start = date(2024, 11, 8)

    def appoint(who: str = "secretary_a1", from_date: date = start) -> PostHolding:
        return actions.appoint_post(
            by=world.scope(who),
            member=member,
            organization=world.a1,
            post=BranchPost.ORGANIZATION_MEMBER,
            from_date=from_date,
            on=TODAY,
        )

    holding = appoint()
    assert appoint() == holding
    with pytest.raises(Denied):
        appoint("secretary_a2")
    with pytest.raises(Refused, match="今天以后"):
        appoint(from_date=date(2027, 1, 1))
    with pytest.raises(Refused, match="免职日期"):
        actions.end_post(by=scope, holding=holding, until=date(2024, 1, 1), on=TODAY)
    ended = actions.end_post(by=scope, holding=holding, until=TODAY, on=TODAY)
    assert actions.end_post(by=scope, holding=ended, until=TODAY, on=TODAY).until == TODAY
    events = AuditRecord.objects.filter(event__startswith="members.post.").values_list("event", flat=True)
    assert list(events) == ["members.post.appointed", "members.post.ended"]
    probationary = make_member(branch=world.a1, stage="probationary", confirmation_date=None)
    with pytest.raises(Refused, match="正式党员"):
        actions.appoint_post(
            by=scope,
            member=probationary,
            organization=world.a1,
            post=BranchPost.SECRETARY,
            from_date=start,
            on=TODAY,
        )


def test_a_merged_record_is_not_written_any_more(world: World) -> None:
    kept, gone = world.members_a1[0], world.members_a1[1]
    Member.objects.filter(pk=gone.pk).update(merged_into=kept)
    with pytest.raises(Refused, match="已经并入"):
        correct(world, gone, education="61")
    with pytest.raises(Refused, match="已经变了"):
        actions.correct_members(
            by=world.scope("secretary_a1"),
            corrections=[Correction(gone.pk, {"education": "61"})],
            reason="",
            on=TODAY,
        )
