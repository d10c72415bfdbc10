"""``python -m zhibu.cli``."""

import sys

from zhibu.cli import main

sys.exit(main())
