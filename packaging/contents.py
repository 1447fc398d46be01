"""What goes into the folder that runs without Python, and what is kept out of it.

Hides which parts of Qt and of the libraries a window with buttons and photographs never uses, and
how a missing asset is noticed before a nurse notices it. Knows nothing of PyInstaller but its
entries: (name in the folder, file it is made from, kind).
"""

from __future__ import annotations

import ast
import hashlib
import importlib.metadata
import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Final

from woundtrack import resources
from woundtrack.imaging.outlining import network_asset

ROOT: Final = Path(__file__).resolve().parent.parent

RUN_LOCK: Final = ROOT / "requirements" / "run.txt"

Entry = tuple[str, str, str]

ASSETS_IN_FOLDER: Final = "woundtrack/assets"
"""Beside the package, where ``woundtrack.resources`` looks first."""
WITHOUT_NETWORK: Final = "WOUNDTRACK_WITHOUT_NETWORK"
"""Set in the environment of a build: the outline network stays out, whose terms don't suit all."""
PROGRAM_FOLDER: Final = "_internal"
"""What PyInstaller calls everything but the program itself."""

NOT_IMPORTED: Final = (
    # The one connection is that to a hospital's archive, which needs Python's ssl and no more.
    "PySide6.QtNetwork",
    # Qt's bindings that no window here uses; what Qt itself needs of these comes as a library.
    "PySide6.QtDBus",
    "PySide6.QtOpenGL",
    # For people who type at Python itself; and ids here are random, none from the hardware.
    "readline",
    "rlcompleter",
    "_uuid",
    # A second window toolkit, and Pillow's bridges to windows.
    "tkinter",
    "PIL.ImageQt",
    "PIL.ImageTk",
    # For building and installing, never at work.
    "hatchling",
    "pip",
)
CHART_FORMATS: Final = ("Agg", "PDF", "SVG")

# Qt's plugins by folder: a desktop's window, its input methods, and the pictures it draws.
KEPT_PLUGINS: Final[Mapping[str, frozenset[str]]] = {
    "iconengines": frozenset({"qsvgicon"}),
    "imageformats": frozenset({"qico", "qjpeg", "qsvg"}),
    "platforminputcontexts": frozenset(
        {"composeplatforminputcontextplugin", "ibusplatforminputcontextplugin"}
    ),
    "platforms": frozenset({"qcocoa", "qoffscreen", "qwayland", "qwindows", "qxcb"}),
    "platformthemes": frozenset({"qgtk3", "qxdgdesktopportal"}),
    "styles": frozenset({"qmacstyle", "qmodernwindowsstyle"}),
    "wayland-decoration-client": frozenset({"adwaita", "bradient"}),
    "wayland-shell-integration": frozenset({"xdg-shell"}),
}
# Beginnings of names in the folder.
LEFT_OUT: Final = (
    "PySide6/Qt/translations/",  # nobody loads them; the day a translator is installed they come in
    "PySide6/translations/",
    "PySide6/d3dcompiler_",  # for OpenGL on Windows: woundtrack draws without
    "PySide6/opengl32sw",
    "matplotlib/mpl-data/images/",  # the buttons of its windows
    "matplotlib/mpl-data/plot_directive/",
    "matplotlib/mpl-data/sample_data/",
    "matplotlib/mpl-data/stylelib/",
)
# PyInstaller's own start scripts. This one would make matplotlib list the system's fonts anew at
# every start, in a folder that is thrown away; its usual cache folder serves as well.
LEFT_OUT_SCRIPTS: Final = frozenset({"pyi_rth_mplconfig"})


class PackageIncomplete(Exception):
    """Something that belongs into the package is not there; the message names it."""


# --- modules -------------------------------------------------------------------------------------


def modules() -> tuple[str, ...]:
    """Return every module of woundtrack: the window loads its rooms by name, without an import."""
    paths = (path.relative_to(ROOT) for path in (ROOT / "woundtrack").rglob("*.py"))
    names = (".".join(path.with_suffix("").parts) for path in paths)
    return tuple(sorted(name.removesuffix(".__init__") for name in names))


def modules_of_others() -> tuple[str, ...]:
    """Return the modules of this environment that woundtrack is not locked to run with.

    A developer's holds test tools; libraries that would use one where it is there must not.
    """
    locked = set(re.findall(r"^([\w.-]+)==", RUN_LOCK.read_text(encoding="utf-8"), re.MULTILINE))
    return tuple(
        sorted(
            module
            for module, owners in importlib.metadata.packages_distributions().items()
            if not {_canonical(owner) for owner in owners} & {"woundtrack", *locked}
        )
    )


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def icon_font() -> tuple[Entry, ...]:
    """Return the one family of icons that is drawn, and the file its folder is found by."""
    found = importlib.util.find_spec("qtawesome")
    if found is None or found.origin is None:
        raise PackageIncomplete("QtAwesome, which brings the icons, is not installed")
    folder = Path(found.origin).parent
    # By kind, then name: the versions in the names would order them differently with each release.
    family = sorted((folder / "fonts").glob("phosphor-*"), key=lambda one: (one.suffix, one.name))
    files = [Path(found.origin), *family]
    if {path.suffix for path in files} != {".py", ".ttf", ".json"}:
        raise PackageIncomplete(f"the icon font is not in {folder / 'fonts'}")
    return tuple(
        (f"qtawesome/{one.relative_to(folder).as_posix()}", str(one), "DATA") for one in files
    )


# --- assets --------------------------------------------------------------------------------------


def has_network() -> bool:
    """Return whether the outline network goes in: by default, where the checkout has one.

    Raises ``PackageIncomplete`` for one without its facts, terms or model card, or with another's.
    """
    if os.environ.get(WITHOUT_NETWORK) or _of_network(network_asset.WEIGHTS) is None:
        return False
    lacking = [name for name in network_asset.FILES if _of_network(name) is None]
    if lacking:
        raise PackageIncomplete(f"the outline network lacks {', '.join(lacking)} beside it")
    network_facts()
    return True


def network_facts() -> network_asset.NetworkFacts:
    """Return what is written beside the outline network; raises ``PackageIncomplete``."""
    weights, facts = _of_network(network_asset.WEIGHTS), _of_network(network_asset.FACTS)
    if weights is None or facts is None:
        raise PackageIncomplete("there is no outline network")
    try:
        read = network_asset.read_facts(facts)
    except ValueError as why:
        raise PackageIncomplete(f"of the outline network, {why}") from None
    if read.sha256 != _digest(weights):
        raise PackageIncomplete("the outline network is not the one that outline.json describes")
    return read


def _of_network(name: str) -> Path | None:
    try:
        return resources.asset(f"{network_asset.FOLDER}/{name}")
    except FileNotFoundError:
        return None


def _without_network(names: Iterable[str]) -> list[str]:
    """Return those names of assets that are not the outline network's, nor say anything of it."""
    return [name for name in names if not f"{name}/".startswith(f"{network_asset.FOLDER}/")]


def network_in(program: Path) -> Path | None:
    """Return the outline network's folder in the folder that was made; None where it stayed out."""
    place = program / PROGRAM_FOLDER / ASSETS_IN_FOLDER / network_asset.FOLDER
    return place if place.is_dir() else None


def suffix() -> str:
    """Return what names of archives bear: those without the network are told from those with it."""
    return "-without-network" if os.environ.get(WITHOUT_NETWORK) else ""


def packaged_assets() -> tuple[str, ...]:
    """Return the names of the assets that go in: all there are, with or without the network."""
    known = resources.assets()
    return known if has_network() else tuple(_without_network(known))


def asset_entries() -> tuple[Entry, ...]:
    """Return every asset that goes in, once none is missing.

    Raises ``PackageIncomplete`` naming those that the source asks for, or that the repository
    holds, and that are not there; and those that are empty.
    """
    known = packaged_assets()
    if not known:
        raise PackageIncomplete("no asset was found: is this a whole checkout?")
    wanted = assets_in_repository() | assets_asked_for()
    weights = f"{network_asset.FOLDER}/{network_asset.WEIGHTS}"
    if os.environ.get(WITHOUT_NETWORK) or weights not in wanted | set(known):
        wanted = set(_without_network(wanted))
    missing = sorted(wanted - _with_folders(known))
    missing += [name for name in known if resources.asset(name).stat().st_size == 0]
    if missing:
        raise PackageIncomplete(f"these assets are missing or empty: {', '.join(missing)}")
    return tuple(
        (f"{ASSETS_IN_FOLDER}/{name}", str(resources.asset(name)), "DATA") for name in known
    )


@cache
def assets_asked_for() -> frozenset[str]:
    """Return the names that the source asks for in full: ``asset("icons/woundtrack.svg")``.

    Reading all of the source takes seconds: it is done once.
    """
    found = set()
    for path in (ROOT / "woundtrack").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args:
                called = getattr(node.func, "attr", getattr(node.func, "id", ""))
                first = node.args[0]
                if called == "asset" and isinstance(first, ast.Constant):
                    found.add(str(first.value))
    return frozenset(found)


def assets_in_repository() -> set[str]:
    """Return the names of the assets that git holds; none outside a checkout or without git."""
    if shutil.which("git") is None:
        return set()
    listed = subprocess.run(
        ["git", "ls-files", "-z", "assets"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    names = {name.removeprefix("assets/") for name in listed.stdout.split("\0") if name}
    return {name for name in names if not name.startswith(f"{resources.PICTURES}/")}


def _with_folders(names: Iterable[str]) -> set[str]:
    found = set(names)
    for name in names:
        found.update(parent.as_posix() for parent in PurePosixPath(name).parents)
    return found


def check_assets(program: Path) -> tuple[str, ...]:
    """Return the names of the packaged assets, once they are the checkout's, byte for byte.

    ``program`` is the folder that was made. Raises ``PackageIncomplete``.
    """
    inside = program / PROGRAM_FOLDER / ASSETS_IN_FOLDER
    expected = {name: _digest(resources.asset(name)) for name in packaged_assets()}
    there = {
        path.relative_to(inside).as_posix(): _digest(path)
        for path in inside.rglob("*")
        if path.is_file()
    }
    if there != expected:
        different = sorted(
            name for name in expected.keys() | there.keys() if there.get(name) != expected.get(name)
        )
        raise PackageIncomplete(f"these assets were not packaged as they are: {different}")
    return tuple(sorted(there))


def write_asset_list(program: Path) -> Path:
    """Write down what was packaged, for the selftest of an installed copy: ``sha256sum``'s form."""
    path = program / PROGRAM_FOLDER / "woundtrack" / resources.ASSET_LIST
    names = check_assets(program)
    lines = [f"{_digest(resources.asset(name))}  assets/{name}\n" for name in names]
    path.write_text("".join(lines), encoding="utf-8", newline="\n")
    return path


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


# --- what is kept out ----------------------------------------------------------------------------


def is_wanted(entry: Entry) -> bool:
    """Return whether something PyInstaller found belongs into the folder."""
    name, source, _ = entry
    name = name.replace("\\", "/")
    if name.startswith(LEFT_OUT):
        return False
    parts = name.split("/")
    if "plugins" in parts[:-2]:
        folder, file = parts[-2], parts[-1].partition(".")[0]
        return file.removeprefix("lib") in KEPT_PLUGINS.get(folder, frozenset())
    return not is_of_the_system(name, source)


def is_of_the_system(name: str, source: str) -> bool:
    """Return whether a library is Linux's own: the ``.deb`` names its package instead.

    So a distribution's security updates reach it, and nothing is shipped twice.
    """
    return (
        "/" not in name
        and source.startswith(("/lib/", "/lib64/", "/usr/lib/", "/usr/lib64/"))
        and not name.startswith("libpython")
    )


def kept(entries: Sequence[Entry], needs: Callable[[str], Iterable[str]]) -> tuple[Entry, ...]:
    """Return the entries that belong into the folder.

    Those libraries of Qt that nothing kept is linked to any more are left out too, and so are the
    links that PyInstaller makes to what is left out.

    Parameters
    ----------
    entries
        All that PyInstaller found.
    needs
        Returns the file names that a library is linked to.
    """
    wanted = [entry for entry in entries if is_wanted(entry)]
    libraries = {
        _file_name(entry): entry
        for entry in wanted
        if entry[2] == "BINARY" and _file_name(entry).startswith(("libQt6", "Qt6"))
    }
    links = [entry for entry in wanted if entry[2] == "SYMLINK"]
    found = [entry for entry in wanted if entry not in links and entry not in libraries.values()]
    for entry in found:  # it grows on the way
        if entry[2] in {"BINARY", "EXTENSION"}:
            found += [libraries.pop(name) for name in needs(entry[1]) if name in libraries]
    names = {entry[0] for entry in found}
    folders = ((entry, PurePosixPath(entry[0]).parent) for entry in links)
    return (*found, *(one for one, folder in folders if str(folder / one[1]) in names))


def _file_name(entry: Entry) -> str:
    return entry[0].replace("\\", "/").rpartition("/")[2]


def metadata_entries(sources: Iterable[str]) -> tuple[Entry, ...]:
    """Return what lets the program name the versions of its libraries: each one's metadata."""
    made_from = {Path(source).resolve() for source in sources}
    entries = []
    for one in importlib.metadata.distributions():
        files = one.files or ()
        paths = {str(file): Path(str(one.locate_file(file))) for file in files}
        names = [name for name in paths if name.endswith(".dist-info/METADATA")]
        if names and any(path.resolve() in made_from for path in paths.values()):
            entries.append((names[0], str(paths[names[0]]), "DATA"))
    return tuple(sorted(entries))
