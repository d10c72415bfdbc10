"""A refused deed changes nothing and leaves one audit record."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from zhibu.audit.actions import record
from zhibu.core.access import Refused, Scope
from zhibu.members.models import Member


@contextmanager
def leaving_a_trace(*, by: Scope, member: Member, kind: str) -> Iterator[None]:
    """Run the deed in a transaction of its own; a refusal undoes all of it, is recorded, and raised again.

    The record holds the sentence without what fills it, so that nothing personal is written.
    """
    try:
        with transaction.atomic():
            yield
    except Refused as refusal:
        record(
            "mobility.deed.refused",
            by=by,
            on=member,
            chain=member.branch_id,
            path=member.branch.path,
            data={"kind": kind, "sentence": refusal.message},
        )
        raise
