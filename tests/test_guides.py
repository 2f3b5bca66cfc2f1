"""The code of the guides runs: files are written, commands return 0, Python raises nothing."""

import re
import shlex
from pathlib import Path

import pytest

from convoy_geo import cli

GUIDES = Path(__file__).parent.parent / "docs" / "guides"
BLOCK = re.compile(r'^```(\w+)(?: title="([^"]+)")?\n(.*?)^```$', re.DOTALL | re.MULTILINE)

pytestmark = pytest.mark.skipif(not GUIDES.is_dir(), reason="not in a checkout")


def run_block(language, title, text):
    if title:
        Path(title).write_text(text, encoding="utf-8")
    elif language == "python":
        exec(compile(text, "guide", "exec"), {})  # noqa: S102
    elif language == "console":
        for line in text.splitlines():
            if line.startswith("$ convoy-geo "):
                assert cli.main(shlex.split(line)[2:]) == 0, line
    else:  # shown, not run
        assert language in {"sh", "html", "toml"}


@pytest.mark.slow
@pytest.mark.parametrize("guide", sorted(GUIDES.glob("*.md")), ids=lambda path: path.stem)
def test_the_code_of_a_guide_runs(guide, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    blocks = BLOCK.findall(guide.read_text(encoding="utf-8"))
    assert blocks
    for block in blocks:
        run_block(*block)
    capsys.readouterr()
