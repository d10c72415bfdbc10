"""What must hold before the site serves: ``zhibu check``, and at each start of serve and worker.

One module per noun. Each check is tagged ``BOOT`` and registered as a deployment check, so that
management commands and tests on a machine without keys still run. An ``Error`` keeps the site from
serving; a ``Warning`` is said by ``zhibu check``. Other apps register their own with the same tag.
"""

from zhibu.config.checks import audit, clock, database, files, keys, network, proxies, storage, upkeep  # noqa: F401 (importing registers them)
