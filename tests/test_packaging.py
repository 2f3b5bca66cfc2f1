"""The wheel and the sdist: each holds the data and runs the main job outside the checkout.

The fresh environment borrows the dependencies of the one that runs the tests, so that no network is
needed; the project itself can come only from what was installed.
"""

import os
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

from convoy_geo.io.files import geodata

ROOT = Path(__file__).parent.parent

pytestmark = [
    pytest.mark.packaging,
    pytest.mark.skipif(not (ROOT / "pyproject.toml").is_file(), reason="not in a checkout"),
]


def run(*words, cwd):
    environment = {
        key: value
        for key, value in os.environ.items()
        if key not in {"PYTHONPATH", "CONVOY_GEO_DATA"}
    }
    done = subprocess.run(
        [str(word) for word in words],
        cwd=cwd, env=environment, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, ROOT, cwd=folder)
    return folder


def shipped():
    root = geodata()
    return {
        path.relative_to(root).as_posix()
        for path in root.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_the_wheel_holds_the_data_and_the_assets(built):
    (wheel,) = built.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    data = {name for name in shipped() if not name.endswith(".py")}
    assert {f"convoy_geo/geodata/{name}" for name in data} <= names
    # What made the data is for those who have the source
    assert not [name for name in names if "geodata/" in name and name.endswith(".py")]
    assert {
        "convoy_geo/assets/page/items.js",
        "convoy_geo/assets/page/page.css",
        "convoy_geo/py.typed",
    } <= names
    assert not [name for name in names if name.startswith(("tests", "notebooks"))]
    # It has about 4.2 MB, of which 2.4 are the basemap of the world. The limit has some room: it is
    # there to see large files that do not belong in the wheel
    assert wheel.stat().st_size < 4_500_000


def test_the_sdist_holds_everything(built):
    (archive,) = built.glob("*.tar.gz")
    with tarfile.open(archive) as bundle:
        names = {name.partition("/")[2] for name in bundle.getnames()}
    assert {f"geodata/{name}" for name in shipped()} <= names
    assert {"README.md", "LICENSE", "Makefile", "tests/test_packaging.py"} <= names
    assert "notebooks/1-places-and-distances.ipynb" in names


@pytest.mark.parametrize("kind", ["*.whl", "*.tar.gz"])
def test_installed_elsewhere_it_does_the_main_job(built, kind, tmp_path):
    (package,) = built.glob(kind)
    home = tmp_path / "env"
    venv.create(home, with_pip=False, symlinks=True)
    python = home / "bin" / "python"
    site = Path(run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))",
                    cwd=tmp_path).strip())  # fmt: skip
    borrowed = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    (site / "borrowed.pth").write_text("\n".join(sorted(borrowed)) + "\n")
    run(
        sys.executable, "-m", "pip", "--python", python, "install", "--no-deps", "--no-index",
        "--no-build-isolation", "--quiet", "--disable-pip-version-check", package, cwd=tmp_path,
    )  # fmt: skip
    code = "import convoy_geo, convoy_geo.io.files as d; print(convoy_geo.__file__, d.geodata())"
    where = run(python, "-c", code, cwd=tmp_path)
    assert str(ROOT) not in where
    assert str(site) in where
    command = home / "bin" / "convoy-geo"
    assert "193.7 km" in run(command, "map", "-o", tmp_path / "m.html", cwd=tmp_path)
    assert (tmp_path / "m.html").stat().st_size > 100_000
    assert run(command, "check", cwd=tmp_path) == "convoy-2017: no faults\n"
