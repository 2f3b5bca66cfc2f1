"""``python -m convoy_geo`` is the command convoy-geo."""

import sys

from convoy_geo.cli import main

if __name__ == "__main__":
    sys.exit(main())
