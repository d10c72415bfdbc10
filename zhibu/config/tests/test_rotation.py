"""Changing the data key: everything encrypted is readable before, between and after."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.conf import settings as raw
from django.db import connection, models
from django.urls import reverse
from django.utils import timezone

from tests.world import World
from zhibu.cli import main
from zhibu.cli.keys import write_ring
from zhibu.cli.serving import problems
from zhibu.config.actions import (
    drop_old_data_keys,
    encrypt_anew,
    note_keys,
    sealed_columns,
    turn_index,
    turn_session,
    turn_signing,
)
from zhibu.config.fingerprints import wrong_keys
from zhibu.core.access import Refused, Scope
from zhibu.core.crypto import KeyRing, KeyRingError
from zhibu.core.db import key_ring
from zhibu.members.models import Member, MemberPhoto
from zhibu.members.querysets import number_index

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
    _file_of(old, settings)
    _save(settings)(old.with_new_data_key())
    assert Member.objects.get(pk=member.pk).resident_id == member.resident_id
    with pytest.raises(Refused, match="旧密钥"):
        drop_old_data_keys(by=BY, save=_save(settings), is_serving=False, at=timezone.now())
    count = encrypt_anew(by=BY)
    assert count >= 2 * len(world.members_a1) + 1
    assert encrypt_anew(by=BY) == 0
    just_now = timezone.now().timestamp()
    os.utime(settings.KEY_FILE, (just_now, just_now))  # files are dated by the machine's clock
    with pytest.raises(Refused, match="一小时"):
        drop_old_data_keys(by=BY, save=_save(settings), is_serving=True, at=timezone.now())
    drop_old_data_keys(by=BY, save=_save(settings), is_serving=False, at=timezone.now())
    assert Member.objects.get(pk=member.pk).resident_id == member.resident_id
    photo.refresh_from_db()
    assert key_ring().decrypt(bytes(photo.image), context="members.photo") == b"jpeg"
    with pytest.raises(KeyRingError):
        KeyRing.loads(old.dumps()).decrypt(_stored(member), context="members_member.resident_id")


def _file_of(ring: KeyRing, settings: Any) -> None:
    """The ring in a file, as an installation has it."""
    settings.SECRET_KEY = ring.secret_key
    settings.KEY_RING_IS_PASSING = False
    settings.KEYS_ARE_GIVEN = False
    settings.KEY_RING = ring
    write_ring(settings.KEY_FILE, ring)


@pytest.fixture(autouse=True)
def _own_file(settings: Any, tmp_path: Path) -> None:
    settings.KEY_FILE = tmp_path / "keys.toml"


def _save(settings: Any) -> Callable[[KeyRing], None]:
    def save(ring: KeyRing) -> None:
        write_ring(settings.KEY_FILE, ring)
        settings.KEY_RING, settings.SECRET_KEY = ring, ring.secret_key

    return save


def test_a_process_that_serves_meanwhile_reads_what_the_new_key_wrote(world: World, settings: Any) -> None:
    member = world.members_a1[0]
    _file_of(settings.KEY_RING, settings)
    stale = key_ring()
    newer = stale.with_new_data_key()
    write_ring(settings.KEY_FILE, newer)  # as another process does
    stored = newer.encrypt(b"13800005678", context="x")
    assert stale.decrypt(stored, context="x") == b"13800005678"
    assert key_ring().current_data_key == newer.current_data_key, "and writes with it from now on"
    with connection.cursor() as cursor:  # what it wrote a moment before, with the old key
        late = stale.encrypt(member.resident_id.encode(), context="members_member.resident_id")
        cursor.execute("UPDATE members_member SET resident_id = %s WHERE id = %s", [late, member.pk])
    encrypt_anew(by=BY)
    assert key_ring().key_id_of(_stored(member)) == newer.current_data_key
    assert Member.objects.get(pk=member.pk).resident_id == member.resident_id


def test_a_new_signing_key_leaves_printed_codes_valid(settings: Any) -> None:
    _file_of(settings.KEY_RING, settings)
    key_id, signature = key_ring().sign(b"booklet")
    turn_signing(by=BY, save=_save(settings))
    again = KeyRing.loads(settings.KEY_FILE.read_text("utf-8"))
    assert again.sign(b"booklet")[0] == key_id + 1
    assert again.public_keys().verify(key_id, b"booklet", signature)
    assert wrong_keys() == ""


@pytest.mark.parametrize("is_cut_short", [False, True])
def test_a_new_index_key_finds_everybody(world: World, settings: Any, is_cut_short: bool) -> None:
    _file_of(settings.KEY_RING, settings)
    note_keys(by=BY)
    if is_cut_short:  # the ring was saved, the rows were not
        _save(settings)(key_ring().with_new_index())
        assert "rotate-index" in wrong_keys()
    turned = turn_index(by=BY, save=_save(settings))
    assert turned.values >= len(world.members_a1)
    for member in world.members_a1:
        assert Member.objects.get(resident_id_index=number_index(member.resident_id)).pk == member.pk
    assert wrong_keys() == ""
    assert not key_ring().is_indexing


@pytest.mark.parametrize("is_cut_short", [False, True])
def test_a_new_session_key_signs_all_out_and_keeps_second_factors(
    world: World, settings: Any, is_cut_short: bool
) -> None:
    _file_of(settings.KEY_RING, settings)
    client, adapter = world.client("auditor"), get_adapter()
    user = world.people["auditor"]
    factor = Authenticator.objects.create(
        user=user, type="totp", data={"secret": adapter.encrypt("JBSWY3DPEHPK3PXP")}
    )
    assert client.get(reverse("audit:records")).status_code == 200
    if is_cut_short:
        _save(settings)(key_ring().with_new_secret_key())
        assert adapter.decrypt(factor.data["secret"]) == "JBSWY3DPEHPK3PXP"
    turn_session(by=BY, save=_save(settings))
    factor.refresh_from_db()
    assert key_ring().previous_secret_key == ""
    assert adapter.decrypt(factor.data["secret"]) == "JBSWY3DPEHPK3PXP"
    assert client.get(reverse("audit:records")).status_code == 302


class TestWrongKeys:
    def test_another_ring_is_refused_before_anything_is_recorded(self, world: World, settings: Any) -> None:
        settings.KEY_RING_IS_PASSING = False
        assert wrong_keys() == ""
        settings.KEY_RING = KeyRing.generate()
        assert "不是这个数据库的" in wrong_keys()
        assert any("不是这个数据库的" in sentence for sentence in problems())
        with pytest.raises(Refused):
            note_keys(by=BY)

    def test_another_ring_is_refused_though_no_member_is_there(self, settings: Any) -> None:
        note_keys(by=BY)
        ours = key_ring()
        for ring in (KeyRing.generate(), ours.with_new_index().without_previous_index()):
            settings.KEY_RING = ring
            assert "不是这个数据库的" in wrong_keys()
        settings.KEY_RING = ours.with_new_data_key()
        assert wrong_keys() == "", "one key more is what a rotation begins with"

    def test_init_makes_no_new_keys_beside_data(
        self, world: World, settings: Any, capsys: pytest.CaptureFixture[str]
    ) -> None:
        settings.KEY_RING_IS_PASSING = True
        assert main(["init"]) == 1
        assert "没有生成新的" in capsys.readouterr().err
        assert not settings.KEY_FILE.exists()


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
