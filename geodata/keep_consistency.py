"""Compute which claims of the bundled cases can be true together, and keep it beside their tables.

Run it after any change to a bundled case, its roads or the engine, and `update_hashes.py` after
it: ``python geodata/keep_consistency.py``. A test holds the kept results against fresh ones.
"""

from convoy_geo.analysis.consistency import cache
from convoy_geo.analysis.consistency.engine import Limits
from convoy_geo.analysis.consistency.judge import find_consistency
from convoy_geo.case.case import read_case
from convoy_geo.case.case_consistency import case_story
from convoy_geo.casefiles.locate import case_folder, case_names
from convoy_geo.casefiles.read import read_case_files

for name in case_names():
    found = find_consistency(case_story(read_case(name)), limits=Limits(seconds=600))
    if not found.complete:
        message = f"{name}: not complete: {found.missing}"
        raise SystemExit(message)
    path = case_folder(name) / cache.KEPT
    cache.save(found, cache.content_key(read_case_files(name)), path)
    print(f"{path}: {found!r}")
