"""Imports run one way: each package imports only from those that stand above it in ORDER."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import convoy_geo

ROOT = Path(convoy_geo.__file__).parent
ORDER = (
    "display", "errors", "type_checks", "geodesy", "lang", "dates", "graph", "io", "model",
    "network", "gazetteer", "casefiles", "geoparse", "routing", "timegeo", "analysis", "webmap",
    "viz", "ingest", "archives", "exchange", "page", "case", "cli",
)  # fmt: skip
"""The packages from the ground up; CONTRIBUTING.md says in the same order what each is for."""

TOP = ("__init__", "__main__")
"""The package itself finds its public names lazily, from every layer."""

EXCEPTIONS: set[tuple[str, str]] = set()
"""Pairs of modules that break the order today; the aim is none."""

CIRCLES: set[tuple[str, str]] = set()
"""Arrows inside a package that close a circle today; the aim is none."""

HEAVY: set[tuple[str, str]] = set()
"""Modules of lower layers that import a heavy library today; the aim is none."""

LIGHT = ("convoy_geo", "numpy", "__future__", "marisa_trie", "platformdirs", "rapidfuzz")
"""What any module may import at its top; the three last load in a few milliseconds."""


def module_name(path: Path) -> str:
    """The dotted name below convoy_geo; a package's own file has the package's name."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts)


def imports_of(path: Path) -> set[str]:
    """All modules of the library that a file imports: type-only and lazy imports too."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            base = node.module or ""
            if base.split(".")[0] != "convoy_geo":
                continue
            for alias in node.names:
                whole = f"{base}.{alias.name}".split(".", 1)[1]
                found.add(whole if whole in MODULES else base.partition(".")[2] or "__init__")
        elif isinstance(node, ast.Import):
            for alias in node.names:
                head, _, rest = alias.name.partition(".")
                if head == "convoy_geo":
                    found.add(rest or "__init__")
    return found


MODULES = {module_name(path): path for path in sorted(ROOT.rglob("*.py"))}
IMPORTS = {name: imports_of(path) for name, path in MODULES.items()}


def layer(name: str) -> int:
    """The place of a module's package in ORDER."""
    return ORDER.index(name.split(".", maxsplit=1)[0])


def test_every_package_has_a_place():
    tops = {name.split(".")[0] for name in MODULES} - set(TOP)
    assert tops == set(ORDER)


def test_imports_run_one_way():
    wrong = {
        (name, other)
        for name, others in IMPORTS.items()
        if name not in TOP
        for other in others
        if (other in TOP[:1] and name.split(".")[0] != "cli" and other != name)
        or (other not in TOP and layer(other) > layer(name))
    }
    assert wrong == EXCEPTIONS, sorted(wrong ^ EXCEPTIONS)


def test_no_module_imports_itself_through_others():
    """No circle, within a package either."""
    state: dict[str, int] = defaultdict(int)
    circles = set()

    def visit(name: str, trail: tuple[str, ...]) -> None:
        if state[name] == 1:
            circles.add((trail[-1], name))
        if state[name]:
            return
        state[name] = 1
        for other in sorted(IMPORTS.get(name, ())):
            if other not in TOP and other != name and (name, other) not in EXCEPTIONS:
                visit(other, (*trail, name))
        state[name] = 2

    for name in IMPORTS:
        if name not in TOP:
            visit(name, ())
    assert circles == CIRCLES, circles ^ CIRCLES


def test_lower_layers_import_nothing_heavy():
    """At module level, packages before `routing` import the standard library and numpy."""
    heavy = set()
    for name, path in MODULES.items():
        if name in TOP or layer(name) >= ORDER.index("routing"):
            continue
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            elif isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            else:
                continue
            for head in {whole.split(".")[0] for whole in names}:
                if head not in LIGHT and head not in sys.stdlib_module_names:
                    heavy.add((name, head))
    assert heavy == HEAVY, sorted(heavy ^ HEAVY)


def test_bare_import_is_light():
    """`import convoy_geo` loads nothing but the standard library."""
    code = (
        "import sys; before = set(sys.modules); import convoy_geo; "
        "print(*{name.split('.')[0] for name in set(sys.modules) - before})"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert set(run.stdout.split()) <= {"convoy_geo", *sys.stdlib_module_names}
