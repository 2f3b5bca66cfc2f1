"""``python -m convoy_geo.cli``."""

from convoy_geo.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
