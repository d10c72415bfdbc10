"""The database refuses to change the audit log, and tests that commit for real can still be cleaned up."""

import pytest
from django.db import DatabaseError, transaction

from zhibu.audit.actions import record
from zhibu.audit.models import AuditRecord
from zhibu.core.access import Scope


def _write() -> None:
    record("test.row.written", by=Scope.system("test"), on=None)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("round_", [1, 2])
def test_the_log_is_empty_again_after_a_committed_test(round_: int) -> None:
    assert not AuditRecord.objects.exists()
    _write()
    with pytest.raises(DatabaseError), transaction.atomic():
        AuditRecord.objects.update(event="changed")
    with pytest.raises(DatabaseError), transaction.atomic():
        AuditRecord.objects.all().delete()
    assert AuditRecord.objects.count() == 1
