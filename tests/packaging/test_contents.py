"""What goes into the package: every asset, every module, and none of what a window never uses."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import contents
import pytest

from woundtrack import resources

ROOT = contents.ROOT
SPEC = ROOT / "packaging" / "woundtrack.spec"


def goes_in() -> tuple[str, ...]:
    """Return the assets of this checkout that go in: a note on a network that isn't there stays."""
    known = resources.assets()
    has_network = "outline/outline.onnx" in known
    return tuple(name for name in known if has_network or not name.startswith("outline/"))


def nothing_needed(_: str) -> tuple[str, ...]:
    return ()


# --- assets --------------------------------------------------------------------------------------


def test_every_asset_that_is_known_is_packaged_where_it_is_looked_for() -> None:
    packaged = contents.asset_entries()

    assert tuple(name for name, _, _ in packaged) == tuple(
        f"woundtrack/assets/{name}" for name in goes_in()
    )
    assert [Path(source).read_bytes() for _, source, _ in packaged] == [
        resources.asset(name).read_bytes() for name in goes_in()
    ]


def test_the_pictures_of_the_readme_stay_out() -> None:
    assert not any("screenshots" in name for name, _, _ in contents.asset_entries())


@pytest.fixture
def other_assets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let the checkout's assets be a copy that a test may damage."""
    for name in resources.assets():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(resources.asset(name).read_bytes())
    monkeypatch.setattr(resources, "_PLACES", (tmp_path,))
    return tmp_path


def test_an_asset_that_the_source_asks_for_may_not_be_missing(
    other_assets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contents, "assets_asked_for", lambda: {"icons", "icons/absent.svg"})

    with pytest.raises(contents.PackageIncomplete, match=r"icons/absent\.svg"):
        contents.asset_entries()


def test_an_asset_that_the_repository_holds_may_not_be_missing(
    other_assets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contents, "assets_in_repository", lambda: {"body_map/absent.svg"})

    with pytest.raises(contents.PackageIncomplete, match=r"body_map/absent\.svg"):
        contents.asset_entries()


def test_an_empty_asset_is_as_bad_as_a_missing_one(other_assets: Path) -> None:
    (other_assets / "icons" / "woundtrack.svg").write_bytes(b"")

    with pytest.raises(contents.PackageIncomplete, match=r"icons/woundtrack\.svg"):
        contents.asset_entries()


def test_a_copy_without_assets_is_not_packaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resources, "_PLACES", (tmp_path / "absent",))

    with pytest.raises(contents.PackageIncomplete, match="no asset"):
        contents.asset_entries()


def test_the_names_in_the_source_are_found() -> None:
    asked = contents.assets_asked_for()

    assert asked
    assert all(resources.asset(name).exists() for name in asked)


@pytest.fixture
def packaged(tmp_path: Path) -> Path:
    """Return a folder as PyInstaller makes it, as far as the assets go."""
    for name, source, _ in contents.asset_entries():
        target = tmp_path / "_internal" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(Path(source).read_bytes())
    return tmp_path


def test_what_was_packaged_is_the_assets_byte_for_byte(packaged: Path) -> None:
    assert contents.check_assets(packaged) == goes_in()


@pytest.mark.parametrize("damage", ["missing", "altered", "added"])
def test_a_package_with_other_assets_is_refused(packaged: Path, damage: str) -> None:
    icon = packaged / "_internal" / "woundtrack" / "assets" / "icons" / "woundtrack.svg"
    match damage:
        case "missing":
            icon.unlink()
        case "altered":
            icon.write_bytes(icon.read_bytes() + b" ")
        case "added":
            icon.with_name("stranger.svg").write_bytes(b"<svg/>")

    with pytest.raises(contents.PackageIncomplete, match="not packaged as they are"):
        contents.check_assets(packaged)


def test_an_installed_copy_sees_that_an_asset_was_altered(
    packaged: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = packaged / "_internal" / "woundtrack"
    monkeypatch.setattr(resources, "_PACKAGE", installed)
    assert resources.damaged_assets() == ()  # no list: nothing is known

    contents.write_asset_list(packaged)
    before = resources.damaged_assets()
    (installed / "assets" / "icons" / "woundtrack.svg").unlink()

    assert before == ()
    assert resources.damaged_assets() == ("icons/woundtrack.svg",)


# --- modules -------------------------------------------------------------------------------------


def test_every_module_goes_in_though_the_window_loads_its_rooms_by_name() -> None:
    names = contents.modules()

    assert {"woundtrack", "woundtrack.cli", "woundtrack.ui.review.page"} <= set(names)
    assert len(names) == len(list((ROOT / "woundtrack").rglob("*.py")))


def test_test_tools_of_a_developers_environment_stay_out() -> None:
    others = contents.modules_of_others()

    assert {"pytest", "hypothesis"} <= set(others)
    assert {"numpy", "cv2", "PIL", "PySide6", "woundtrack"}.isdisjoint(others)


def test_the_icon_font_goes_in_without_the_ten_others() -> None:
    names = [name for name, _, _ in contents.icon_font()]

    assert [name.rpartition(".")[2] for name in names] == ["py", "json", "ttf"]
    assert all("phosphor" in name for name in names[1:])


# --- what is kept out ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("PySide6/Qt/plugins/platforms/libqxcb.so", True),
        ("PySide6\\plugins\\platforms\\qwindows.dll", True),
        ("PySide6/Qt/plugins/imageformats/libqsvg.so", True),
        ("PySide6/Qt/plugins/platforms/libqvnc.so", False),
        ("PySide6/Qt/plugins/sqldrivers/libqsqlite.so", False),
        ("PySide6/Qt/plugins/tls/libqopensslbackend.so", False),
        ("PySide6\\opengl32sw.dll", False),
        ("PySide6/Qt/translations/qtbase_de.qm", False),
        ("matplotlib/mpl-data/fonts/ttf/DejaVuSans.ttf", True),
        ("matplotlib/mpl-data/sample_data/goog.npz", False),
    ],
)
def test_what_a_window_never_uses_is_left_out(name: str, expected: bool) -> None:
    assert contents.is_wanted((name, "/venv/lib/anything", "BINARY")) is expected


@pytest.mark.parametrize(
    ("name", "source", "expected"),
    [
        ("libsqlite3.so.0", "/usr/lib/x86_64-linux-gnu/libsqlite3.so.0", True),
        ("libz.so.1", "/lib/x86_64-linux-gnu/libz.so.1", True),
        ("libpython3.11.so.1.0", "/usr/lib/x86_64-linux-gnu/libpython3.11.so.1.0", False),
        ("python3.11/lib-dynload/_json.so", "/usr/lib/python3.11/lib-dynload/_json.so", False),
        ("numpy.libs/libgfortran.so.5", "/venv/numpy.libs/libgfortran.so.5", False),
        ("VCRUNTIME140.dll", "C:\\Python311\\VCRUNTIME140.dll", False),
    ],
)
def test_linuxs_own_libraries_are_left_to_its_packages(
    name: str, source: str, expected: bool
) -> None:
    assert contents.is_of_the_system(name, source) is expected


def test_libraries_of_qt_that_nothing_is_linked_to_any_more_are_left_out() -> None:
    linked = {
        "gui.so": ["libQt6Gui.so.6", "libc.so.6"],
        "Gui": ["libQt6Core.so.6"],
        "Core": [],
        "Egl": [],
    }
    entries = [
        ("PySide6/QtGui.abi3.so", "gui.so", "EXTENSION"),
        ("PySide6/Qt/lib/libQt6EglFS.so.6", "Egl", "BINARY"),
        ("PySide6/Qt/lib/libQt6Core.so.6", "Core", "BINARY"),
        ("PySide6/Qt/lib/libQt6Gui.so.6", "Gui", "BINARY"),
    ]

    found = contents.kept(entries, lambda source: linked[source])

    assert {name.rpartition("/")[2] for name, _, _ in found} == {
        "QtGui.abi3.so",
        "libQt6Gui.so.6",
        "libQt6Core.so.6",
    }


def test_a_link_goes_where_its_file_goes() -> None:
    entries = [
        ("pillow.libs/libtiff.so.6", "/venv/libtiff.so.6", "BINARY"),
        ("libtiff.so.6", "pillow.libs/libtiff.so.6", "SYMLINK"),
        ("libQt6Quick.so.6", "PySide6/Qt/lib/libQt6Quick.so.6", "SYMLINK"),
        ("PySide6/Qt/lib/libQt6Quick.so.6", "/venv/libQt6Quick.so.6", "BINARY"),
    ]

    found = contents.kept(entries, nothing_needed)

    assert [name for name, _, _ in found] == ["pillow.libs/libtiff.so.6", "libtiff.so.6"]


def test_the_package_names_the_versions_of_what_it_is_made_from() -> None:
    import click

    found = contents.metadata_entries([click.__file__])

    ((name, source, _),) = found
    assert name.startswith("click-")
    assert Path(source).read_text(encoding="utf-8").startswith("Metadata-Version")


# --- the spec ------------------------------------------------------------------------------------


class _Freezer:
    """What PyInstaller gives a spec to work with; packages what it is told, and remembers it."""

    def __init__(self, folder: Path, *, loses: str = "") -> None:
        self.folder, self.loses = folder, loses
        self.collected: list[contents.Entry] = []
        self.options: dict[str, Any] = {}
        self.names: dict[str, Any] = {
            "SPECPATH": str(SPEC.parent),
            "DISTPATH": str(folder),
            "workpath": str(folder),
            "Analysis": self.analysis,
            "PYZ": list,
            "EXE": lambda *_, **options: options["name"],
            "COLLECT": self.collect,
        }

    def analysis(self, _scripts: list[str], **options: Any) -> SimpleNamespace:
        self.options = options
        qt = ("PySide6/Qt/plugins/platforms/libqxcb.so", "/venv/libqxcb.so", "BINARY")
        start = ("pyi_rth_mplconfig", "/venv/pyi_rth_mplconfig.py", "PYSOURCE")
        return SimpleNamespace(pure=[], binaries=[qt], datas=[], scripts=[start])

    def collect(self, *parts: Any, **_options: Any) -> None:
        entries = [entry for part in parts if isinstance(part, list) for entry in part]
        self.collected = entries
        for name, source, kind in entries:
            if kind == "DATA" and name != self.loses:
                target = self.folder / "woundtrack" / "_internal" / name
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(Path(source).read_bytes())

    def run(self) -> None:
        exec(compile(SPEC.read_text(encoding="utf-8"), str(SPEC), "exec"), self.names)  # noqa: S102


@pytest.fixture
def no_freezer(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Stand in for PyInstaller, which only the build has."""
    depend = ModuleType("PyInstaller.depend")
    depend.bindepend = SimpleNamespace(get_imports=nothing_needed)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "PyInstaller", ModuleType("PyInstaller"))
    monkeypatch.setitem(sys.modules, "PyInstaller.depend", depend)
    path = list(sys.path)
    yield
    sys.path[:] = path


def test_the_specs_assets_are_those_of_resources(tmp_path: Path, no_freezer: None) -> None:
    freezer = _Freezer(tmp_path)

    freezer.run()

    given = {name for name, _, _ in freezer.collected if name.startswith("woundtrack/assets/")}
    assert given == {f"woundtrack/assets/{name}" for name in goes_in()}
    assert set(contents.modules()) <= set(freezer.options["hiddenimports"])
    assert {"tkinter", "pytest", "PySide6.QtNetwork"} <= set(freezer.options["excludes"])


def test_the_spec_stops_at_an_asset_that_was_lost_on_the_way(
    tmp_path: Path, no_freezer: None
) -> None:
    freezer = _Freezer(tmp_path, loses="woundtrack/assets/icons/woundtrack.svg")

    with pytest.raises(contents.PackageIncomplete, match=r"icons/woundtrack\.svg"):
        freezer.run()


def test_the_spec_stops_before_the_build_at_an_asset_that_is_missing(
    tmp_path: Path, no_freezer: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contents, "assets_asked_for", lambda: {"icons/absent.svg"})
    freezer = _Freezer(tmp_path)

    with pytest.raises(contents.PackageIncomplete, match=r"icons/absent\.svg"):
        freezer.run()

    assert freezer.collected == []
