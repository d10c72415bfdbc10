"""Backup and restore of a whole installation: database, files, keys.

A backup is a folder: ``manifest.json`` (what it holds, with digests, counts and heads of chains) and its signature,
the database, ``files/`` as they stand in the var folder, and, when there is a passphrase, ``keys.sealed``.
"""

from zhibu.config.backups.making import Made, backups_in, make_backup
from zhibu.config.backups.restoring import Restored, restore_backup

__all__ = ["Made", "Restored", "backups_in", "make_backup", "restore_backup"]
