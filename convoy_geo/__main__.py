"""``python -m convoy_geo`` is the command convoy-geo."""

import sys

from convoy_geo.cli import main

sys.exit(main())
