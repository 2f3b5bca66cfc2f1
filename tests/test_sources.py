"""geodata/SOURCES.md: every file is listed, with its licence and the hash that it has."""

import hashlib
import re

from convoy_geo.io.files import geodata

ROW = re.compile(r"^\| `([^`]+)` \| (.+?) \| (.+?) \| `([0-9a-f]{64})` \|$", re.MULTILINE)


def rows():
    return ROW.findall(geodata("SOURCES.md").read_text(encoding="utf-8"))


def shipped():
    root = geodata()
    return {
        path.relative_to(root).as_posix(): path
        for path in root.rglob("*")
        if path.is_file() and path.name != "SOURCES.md" and "__pycache__" not in path.parts
    }


def test_every_file_is_listed_once_and_nothing_else():
    names = [name for name, *_ in rows()]
    assert sorted(names) == sorted(shipped())


def test_hashes():
    files = shipped()
    wrong = [
        name
        for name, _, _, digest in rows()
        if hashlib.sha256(files[name].read_bytes()).hexdigest() != digest
    ]
    assert wrong == [], "changed? run: python geodata/update_hashes.py"


def test_every_file_has_an_origin_and_a_licence():
    for name, origin, licence, _ in rows():
        assert len(origin) >= len("our own"), name
        assert re.search("BSD|CC BY|public domain|facts", licence, re.IGNORECASE), name
