"""Sessions in the database (``SESSION_ENGINE``): an outage is an outage, and renewing never keeps from reading."""

from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessionStore

from zhibu.core.outages import outage_of, unless_written


class SessionStore(DatabaseSessionStore):
    """Django's, but a session that cannot be written is not taken for one that was deleted."""

    def save(self, must_create: bool = False) -> None:  # noqa: FBT001, FBT002 (Django's signature)
        try:
            super().save(must_create)
        except UpdateError as error:
            cause = error.__context__
            if cause is None or outage_of(cause) is None:
                raise
            raise cause from cause.__cause__


def renew(session: SessionStore) -> bool:
    """Write the session at once, if anything can be written: its idle limit starts anew.

    False when the session was ended elsewhere. While the database is locked, full or read-only nothing
    is written, and the limit runs on from the last time it was.
    """
    try:
        unless_written(session.save)
    except UpdateError:
        return False
    session.modified = False
    return True
