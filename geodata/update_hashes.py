"""Write the hash of every file into SOURCES.md: ``python geodata/update_hashes.py``.

Rows are kept as they are but for their hash. A file without a row, or a row without a file, is an
error: who adds a file says where it is from.
"""

from __future__ import annotations

import hashlib
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
SOURCES = ROOT / "SOURCES.md"
ROW = re.compile(r"^(\| `([^`]+)` \| .+ \| `)[0-9a-f]*(` \|)$", re.MULTILINE)


def main() -> int:
    """Update the table; 1 if files and rows do not match."""
    text = SOURCES.read_text(encoding="utf-8")
    files = {
        path.relative_to(ROOT).as_posix(): path
        for path in ROOT.rglob("*")
        if path.is_file() and path != SOURCES and "__pycache__" not in path.parts
    }
    rows = [found[2] for found in ROW.finditer(text)]
    problems = [f"no row for {name}" for name in sorted(files.keys() - set(rows))]
    problems += [f"no file {name}" for name in sorted(set(rows) - files.keys())]
    if problems:
        print("\n".join(problems), file=sys.stderr)
        return 1

    def hashed(found: re.Match[str]) -> str:
        return found[1] + hashlib.sha256(files[found[2]].read_bytes()).hexdigest() + found[3]

    SOURCES.write_text(ROW.sub(hashed, text), encoding="utf-8")
    print(f"{len(rows)} files")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
