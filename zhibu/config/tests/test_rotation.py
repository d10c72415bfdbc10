"""Changing the data key: everything encrypted is readable before, between and after."""

from typing import Any

import pytest
from django.apps import apps
from django.conf import settings as raw
from django.db import connection, models

from tests.world import World
from zhibu.config.actions import drop_old_data_keys, encrypt_anew, sealed_columns
from zhibu.core.access import Refused, Scope
from zhibu.core.crypto import KeyRingError
from zhibu.core.db import key_ring
from zhibu.members.models import Member, MemberPhoto

pytestmark = pytest.mark.django_db
BY = Scope.system("test")
# Binary columns that hold no secret: signatures are public by nature.
OPEN_COLUMNS = {"certificates.Booklet": {"signature"}}


def _stored(member: Member) -> bytes:
    with connection.cursor() as cursor:
        cursor.execute("SELECT resident_id FROM members_member WHERE id = %s", [member.pk])
        return bytes(cursor.fetchone()[0])


def test_rotation_encrypts_everything_with_the_new_key(world: World, settings: Any) -> None:
    member = world.members_a1[0]
    photo = MemberPhoto.objects.create(
        member=member,
        image=key_ring().encrypt(b"jpeg", context="members.photo"),
        **_facts_of(MemberPhoto),
    )
    old = key_ring()
    settings.KEY_RING = old.with_new_data_key()
    assert Member.objects.get(pk=member.pk).resident_id == member.resident_id
    with pytest.raises(Refused, match="旧密钥"):
        drop_old_data_keys(by=BY)
    count = encrypt_anew(by=BY)
    assert count >= 2 * len(world.members_a1) + 1
    assert encrypt_anew(by=BY) == 0
    settings.KEY_RING = drop_old_data_keys(by=BY)
    assert Member.objects.get(pk=member.pk).resident_id == member.resident_id
    photo.refresh_from_db()
    assert key_ring().decrypt(bytes(photo.image), context="members.photo") == b"jpeg"
    with pytest.raises(KeyRingError):
        old.decrypt(_stored(member), context="members_member.resident_id")


def _facts_of(model: type[models.Model]) -> dict[str, Any]:
    from tests.world import NOW

    return {
        field.name: NOW
        for field in model._meta.concrete_fields
        if isinstance(field, models.DateTimeField) and not field.null
    } | {
        field.name: "test"
        for field in model._meta.concrete_fields
        if isinstance(field, models.CharField) and not field.blank
    }


def test_every_binary_column_is_rotated_or_known_to_be_open() -> None:
    listed = {(each.table, each.column) for each in sealed_columns()}
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            is_ours = model.__module__.startswith("zhibu.")
            is_open = field.name in OPEN_COLUMNS.get(model._meta.label, set())
            if is_ours and field.get_internal_type() == "BinaryField" and not is_open:
                assert (model._meta.db_table, field.column) in listed, model._meta.label
    assert set(raw.SEALED_COLUMNS) <= {model._meta.label for model in apps.get_models()}
