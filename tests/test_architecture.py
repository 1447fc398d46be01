"""The shape of the source, read from the source: who may import whom, and what nobody does."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "woundtrack"
SOURCES = sorted(PACKAGE.rglob("*.py"))

MIDDLE = frozenset({"imaging", "records", "healing", "exchange"})
NOUNS = frozenset({"model", "errors"})
VERBS = NOUNS | MIDDLE

# Each room, the rooms it may import, and the libraries beyond the standard one. Dependencies point
# down only: nouns, then the four rooms that don't know each other, then verbs, then faces.
MAY_IMPORT: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "__init__": (frozenset(), frozenset()),
    "model": (frozenset(), frozenset()),
    "errors": (frozenset({"model"}), frozenset()),
    "resources": (frozenset({"errors", "settings"}), frozenset()),
    "disk": (frozenset({"errors"}), frozenset()),
    "settings": (NOUNS, frozenset({"platformdirs"})),
    "imaging": (
        NOUNS | {"resources"},
        frozenset({"numpy", "cv2", "PIL", "pillow_heif", "skimage", "reportlab"}),
    ),
    "records": (NOUNS | {"resources", "disk"}, frozenset({"sqlite_utils"})),
    "healing": (NOUNS, frozenset({"numpy", "scipy", "matplotlib"})),
    "exchange": (
        NOUNS | {"healing", "resources", "disk"},
        frozenset({"numpy", "PIL", "fontTools", "reportlab", "pydicom", "pynetdicom"}),
    ),
    # The renderer knows nothing of what measures its pictures: that keeps its truth independent.
    "phantom": (NOUNS, frozenset({"numpy", "cv2", "pypdfium2"})),
    "workflow": (VERBS | {"resources"}, frozenset({"numpy"})),
    "demo": (
        VERBS | {"workflow", "phantom", "resources", "settings"},
        frozenset({"numpy", "cv2", "platformdirs"}),
    ),
    "selftest": (
        VERBS | {"workflow", "phantom", "resources", "settings", "demo"},
        frozenset({"numpy"}),
    ),
    # The JSON and the lines that the command line prints.
    "documents": (VERBS | {"workflow"}, frozenset()),
    "cli": (
        VERBS
        | {"workflow", "documents", "phantom", "resources", "settings", "demo", "selftest", "ui"},
        frozenset({"click", "platformdirs"}),
    ),
    "__main__": (frozenset({"cli"}), frozenset()),
    "ui": (
        VERBS | {"workflow", "phantom", "resources", "settings", "demo", "selftest"},
        frozenset({"PySide6", "shiboken6", "qtawesome", "numpy", "matplotlib", "platformdirs"}),
    ),
}

# These take long to load: they are imported inside the function that needs them.
ONLY_INSIDE_FUNCTIONS = frozenset(
    {
        "skimage",
        "scipy",
        "matplotlib",
        "reportlab",
        "fontTools",
        "pillow_heif",
        "pydicom",
        "pynetdicom",
        "pypdfium2",
        "pandas",
    }
)  # fmt: skip
NETWORK_MODULES = frozenset(
    {
        "aiohttp", "asyncio", "ftplib", "http", "httpx", "imaplib", "poplib", "requests", "smtplib",
        "socket", "socketserver", "ssl", "telnetlib", "urllib", "urllib3", "websockets", "xmlrpc",
    }
)  # fmt: skip
THE_ONE_DOOR = "woundtrack/exchange/dicom/sending.py"
"""Sends to the archives that a person set, and receives nothing."""
DRAWER_NAMES = frozenset(
    {"common", "helper", "helpers", "manager", "misc", "stuff", "util", "utilities", "utils"}
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Import:
    """One imported module and how it is imported."""

    module: str
    line: int
    is_at_module_level: bool

    @property
    def top(self) -> str:
        """The name before the first dot."""
        return self.module.partition(".")[0]


def _imports(node: ast.AST, *, is_at_module_level: bool = True) -> Iterator[Import]:
    """Read the imports below a node; those for the type checker alone are left out."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            continue
        inside = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        level = is_at_module_level and not inside
        if isinstance(child, ast.Import):
            for alias in child.names:
                yield Import(module=alias.name, line=child.lineno, is_at_module_level=level)
        elif isinstance(child, ast.ImportFrom):
            assert child.level == 0, f"line {child.lineno}: a relative import"
            for alias in child.names:
                module = f"{child.module}.{alias.name}"
                yield Import(module=module, line=child.lineno, is_at_module_level=level)
        else:
            yield from _imports(child, is_at_module_level=level)


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def _imports_of(path: Path) -> tuple[Import, ...]:
    return tuple(_imports(_tree(path)))


def _room(path: Path) -> str:
    """Return the room a source file belongs to: ``imaging`` for imaging/cards/card.py."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def _where(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_the_source_is_found() -> None:
    assert {"woundtrack/model/__init__.py", "woundtrack/errors.py"} <= {
        _where(path) for path in SOURCES
    }


def test_every_room_is_known() -> None:
    unknown = {_room(path) for path in SOURCES} - set(MAY_IMPORT)

    assert unknown == set(), "a new room: say in MAY_IMPORT what it may import"


def test_a_room_imports_only_what_lies_below_it() -> None:
    breaches = [
        f"{_where(path)}:{found.line} imports {found.module}"
        for path in SOURCES
        for found in _imports_of(path)
        if not _may_import(_room(path), found)
    ]

    assert breaches == []


def _may_import(room: str, found: Import) -> bool:
    rooms, libraries = MAY_IMPORT[room]
    if found.top == "woundtrack":
        parts = found.module.split(".")
        target = parts[1] if len(parts) > 1 else ""
        return target in {"", room, "__version__"} or target in rooms
    return found.top in sys.stdlib_module_names or found.top in libraries


def test_slow_libraries_are_imported_inside_the_functions_that_need_them() -> None:
    breaches = [
        f"{_where(path)}:{found.line} imports {found.module} at module level"
        for path in SOURCES
        for found in _imports_of(path)
        if found.is_at_module_level and found.top in ONLY_INSIDE_FUNCTIONS
    ]

    assert breaches == []


def test_qt_stays_in_the_window_and_sql_in_the_records() -> None:
    homes = {
        "PySide6": "ui",
        "shiboken6": "ui",
        "qtawesome": "ui",
        "sqlite3": "records",
        "sqlite_utils": "records",
    }

    breaches = [
        f"{_where(path)}:{found.line} imports {found.module}"
        for path in SOURCES
        for found in _imports_of(path)
        if homes.get(found.top, _room(path)) != _room(path)
    ]

    assert breaches == []


def test_the_command_line_reaches_the_window_only_when_asked_to_open_it() -> None:
    faces = [path for path in SOURCES if _room(path) == "cli"]
    assert faces

    at_once = [
        found.module
        for path in faces
        for found in _imports_of(path)
        if found.is_at_module_level and found.module.startswith("woundtrack.ui")
    ]

    assert at_once == []


def test_one_module_alone_can_reach_a_network() -> None:
    breaches = [
        f"{_where(path)}:{found.line} imports {found.module}"
        for path in SOURCES
        for found in _imports_of(path)
        if (found.top in NETWORK_MODULES and _where(path) != THE_ONE_DOOR)
        or (found.top == "pynetdicom" and _where(path) != THE_ONE_DOOR)
    ]
    breaches += [
        f"{_where(path)} names {name}"
        for path in SOURCES
        for name in ("QtNetwork", "QtWebEngine")
        if name in path.read_text("utf-8")
    ]

    assert breaches == []


def test_no_file_is_a_drawer_for_what_has_no_place() -> None:
    drawers = [
        _where(path)
        for path in SOURCES
        for part in path.relative_to(ROOT).parts
        if part.removesuffix(".py") in DRAWER_NAMES
    ]

    assert drawers == []


def test_every_module_says_what_it_hides() -> None:
    silent = [_where(path) for path in SOURCES if not ast.get_docstring(_tree(path))]

    assert silent == []


# --- what is loaded when -------------------------------------------------------------------------


def _loaded_by(statement: str, names: frozenset[str]) -> set[str]:
    """Return which of the modules a fresh interpreter has loaded after a statement."""
    script = f"import sys\n{statement}\nprint(*sorted(set(sys.modules) & {set(names)!r}))"
    answer = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return set(answer.stdout.split())


def test_the_command_line_starts_without_qt() -> None:
    loaded = _loaded_by("import woundtrack.cli", frozenset({"PySide6", "qtawesome", "shiboken6"}))

    assert loaded == set()


def test_the_command_line_starts_without_the_slow_libraries() -> None:
    assert _loaded_by("import woundtrack.cli", ONLY_INSIDE_FUNCTIONS) == set()


def test_the_window_starts_without_the_slow_libraries() -> None:
    assert _loaded_by("import woundtrack.ui.app", ONLY_INSIDE_FUNCTIONS) == set()


# --- the text of the tree ------------------------------------------------------------------------


def _tracked_texts() -> list[tuple[str, str]]:
    """Return name and text of every tracked text file; skips where this is no checkout."""
    try:
        answer = subprocess.run(
            ["git", "ls-files", "-z"], capture_output=True, check=True, cwd=ROOT
        )
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this tree is not a git checkout")
    texts = []
    for name in answer.stdout.decode().split("\0"):
        path = ROOT / name
        if not name or not path.is_file():
            continue
        content = path.read_bytes()
        if b"\0" not in content:
            texts.append((name, content.decode("utf-8")))
    return texts


def test_no_text_names_a_folder_of_one_machine() -> None:
    # Spelled in parts, or this file would find itself.
    homes = re.compile(r"(?<![\w./-])/(?:work|root|tmp)/[\w.]+" + r"|[A-Z]:\\\\Users")

    found = [
        f"{name}: {match.group()}"
        for name, text in _tracked_texts()
        for match in homes.finditer(text)
    ]

    assert found == []


def test_no_text_names_the_address_of_a_package_index() -> None:
    index = re.compile(
        "pypi" + r"\.org|files\.python" + "hosted|--(?:extra-)?index" + "-url|--find" + "-links|deb"
        + r"\.debian\.org|registry\.npm"
    )  # fmt: skip

    found = [
        f"{name}: {match.group()}"
        for name, text in _tracked_texts()
        for match in index.finditer(text)
    ]

    assert found == []
