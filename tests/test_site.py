"""The documentation site: each page is in its menu, each public name in its list."""

import re
from pathlib import Path

import pytest

import convoy_geo

ROOT = Path(__file__).parent.parent
MENU = ROOT / "mkdocs.yml"

pytestmark = pytest.mark.skipif(not MENU.is_file(), reason="not in a checkout")


def test_every_page_and_notebook_is_in_the_menu():
    menu = set(re.findall(r"[\w/-]+\.(?:md|ipynb)", MENU.read_text(encoding="utf-8")))
    docs = ROOT / "docs"
    pages = {str(path.relative_to(docs)) for path in docs.glob("**/*.md")} | {"index.md"}
    pages |= {f"tutorials/{path.name}" for path in (ROOT / "notebooks").glob("*.ipynb")}
    assert menu == pages


def test_every_public_name_is_on_the_page_of_python():
    text = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
    shown = re.findall(r"^::: convoy_geo\.(?:\w+\.)*(\w+)$", text, re.MULTILINE)
    assert len(shown) == len(set(shown))
    assert set(shown) == set(convoy_geo.__all__) - {"__version__"}
