"""The tag under which the boot checks are found."""

from typing import Final

BOOT: Final = "boot"
