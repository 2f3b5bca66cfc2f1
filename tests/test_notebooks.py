"""The notebooks run from top to bottom, say what they do, and carry no outputs."""

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

FOLDER = Path(__file__).parent.parent / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))


def test_there_are_notebooks():
    assert len(NOTEBOOKS) == 7


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_no_notebook_makes_a_frame_by_hand(path):
    book = nbformat.read(path, as_version=4)
    code = "\n".join(cell.source for cell in book.cells if cell.cell_type == "code")
    assert "DataFrame(" not in code


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_outputs_are_stripped_and_cells_explained(path):
    book = nbformat.read(path, as_version=4)
    nbformat.validate(book)
    code = [cell for cell in book.cells if cell.cell_type == "code"]
    assert all(not cell.outputs and cell.execution_count is None for cell in code)
    pairs = zip(book.cells, book.cells[1:], strict=False)
    unexplained = [b.source for a, b in pairs if b.cell_type == "code" and a.cell_type == "code"]
    assert unexplained == []


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_runs(path, tmp_path):
    book = nbformat.read(path, as_version=4)
    client = NotebookClient(book, timeout=900, resources={"metadata": {"path": str(tmp_path)}})
    client.execute()
    shown = [
        output
        for cell in book.cells
        if cell.cell_type == "code"
        and cell.source.strip().endswith(("case.map()", "case.page()", "chart"))
        for output in cell.outputs
    ]
    if path.stem.startswith("6-"):  # pictures of numbers, no map
        pictures = [
            output
            for cell in book.cells
            if cell.cell_type == "code"
            for output in cell.outputs
            if "image/png" in output.get("data", {})
        ]
        assert len(pictures) == 3
        return
    if path.stem.startswith("4-"):  # the same questions on an extract of OpenStreetMap
        texts = [
            str(output.get("text", output.get("data", {}).get("text/plain", "")))
            for cell in book.cells
            if cell.cell_type == "code"
            for output in cell.outputs
        ]
        assert any("'Helsinki.osm.pbf'" in text for text in texts)
        assert any("off the road" in text and "on foot at 3 km/h" in text for text in texts)
        assert any("no road leads from '24.95200, 60.16750'" in text for text in texts)
    assert any("<iframe srcdoc=" in output.get("data", {}).get("text/html", "") for output in shown)
