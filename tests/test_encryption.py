"""What someone with the database file alone can read of a person's numbers: nothing."""

from django.apps import apps
from django.db import connection
from django.urls import reverse

from tests.world import World, make_member
from zhibu.core.db import key_ring
from zhibu.members.models import Member


def everything_stored() -> str:
    """Every value of every table, as it stands in the database."""
    found = []
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(model._meta.db_table)}")  # noqa: S608 (names of our own tables)
            for row in cursor.fetchall():
                found += [bytes(v) if isinstance(v, memoryview) else v for v in row]
    return repr(found)


def test_no_number_of_a_person_stands_in_the_database(world: World) -> None:
    numbers = [member.resident_id for member in world.members_a1]
    client = world.client("organizer_ashi")
    client.get(reverse("members:list"), {"q": numbers[0]})
    client.get(reverse("members:member", args=[world.members_a1[0].pk]))
    stored = everything_stored()
    assert "吉则日果" in stored
    assert not [number for number in numbers if number in stored]
    assert "13800005678" not in stored
    # Not even the part that tells the birthday.
    assert "99999919700101" not in stored


def test_an_exact_number_is_found_without_reading_any(world: World) -> None:
    member = make_member(branch=world.a1)
    index = key_ring().blind_index(member.resident_id, context="resident_id")
    assert Member.objects.get(resident_id_index=index) == member
    assert Member.objects.get(pk=member.pk).resident_id == member.resident_id


def test_equal_numbers_do_not_look_equal(world: World) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone FROM members_member")
        stored = [bytes(row[0]) for row in cursor.fetchall()]
    assert len(set(stored)) == len(stored) > 1
