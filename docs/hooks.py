"""Hook of the documentation site: its first page is the README."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, Files
from nbclient import NotebookClient
from nbconvert.preprocessors import ExecutePreprocessor

ROOT = Path(__file__).parent.parent

# The site shows a widget's static page: with their state, a page asks a server for their code
NotebookClient.set_widgets_metadata = lambda _: None
_execute = ExecutePreprocessor.preprocess_cell


def _execute_offline(
    self: ExecutePreprocessor, cell: Any, resources: Any, index: int
) -> tuple[Any, Any]:
    """Run a cell. Where its tag says that its output asks other servers, leave the output out."""
    cell, resources = _execute(self, cell, resources, index)
    if "network" in cell.metadata.get("tags", ()):
        cell.outputs = []
    return cell, resources


ExecutePreprocessor.preprocess_cell = _execute_offline


def on_files(files: Files, config: Any) -> Files:
    """Add the README and its picture."""
    picture = ROOT / "notebooks" / "map.png"
    files.append(File.generated(config, "map.png", abs_src_path=str(picture)))
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    readme = readme.replace("](notebooks/map.png)", "](map.png)").replace("](docs/", "](")
    # Files of the source that are no pages of the site
    readme = re.sub(r"\[([^]]+)\]\((?:CONTRIBUTING|geodata/SOURCES)\.md\)", r"`\1`", readme)
    files.append(File.generated(config, "index.md", content=readme))
    return files
