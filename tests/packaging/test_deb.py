"""The Debian package: what it needs, holds and is called; equal contents give equal bytes."""

from __future__ import annotations

import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import deb
import pytest
from bill import Part
from contents import PackageIncomplete
from licences import Terms

from woundtrack import __version__

MOMENT = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


def test_a_library_outside_the_folder_is_needed_by_the_name_of_its_package() -> None:
    needs = deb.relations(
        {
            "woundtrack": ["libz.so.1", "libc.so.6"],
            "_internal/PySide6/Qt/lib/libQt6Core.so.6": ["libglib-2.0.so.0", "libm.so.6"],
            "_internal/PySide6/QtCore.abi3.so": ["libQt6Core.so.6"],
        },
        "2.35",
    )

    assert needs.depends == ("libc6 (>= 2.35)", "libglib2.0-0t64 | libglib2.0-0", "zlib1g")
    assert (needs.recommends, needs.suggests) == (("fonts-inter",), ())


def test_what_some_desktops_alone_load_is_offered_and_not_needed() -> None:
    needs = deb.relations(
        {
            "p/wayland-shell-integration/libxdg-shell.so": ["libwayland-client.so.0", "libc.so.6"],
            "p/platformthemes/libqgtk3.so": ["libgtk-3.so.0", "libpango-1.0.so.0"],
        },
        "2.28",
    )

    assert needs.depends == ("libc6 (>= 2.28)",)
    assert needs.recommends == ("fonts-inter", "libwayland-client0")
    assert needs.suggests == ("libgtk-3-0t64 | libgtk-3-0",)


def test_a_library_of_no_known_package_stops_the_build() -> None:
    with pytest.raises(PackageIncomplete, match=r"program needs libstrange\.so\.7"):
        deb.relations({"program": ["libstrange.so.7"]}, "2.35")


@pytest.mark.parametrize(
    ("ours", "debians"),
    [("1.2.3", "1.2.3"), ("1.0rc1", "1.0~rc1"), ("1.0.dev4", "1.0~dev4"), ("1.0b2", "1.0~b2")],
)
def test_a_version_before_a_release_sorts_before_it(ours: str, debians: str) -> None:
    assert deb.debian_version(ours) == debians


def test_whoever_builds_it_answers_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DEBFULLNAME", raising=False)
    monkeypatch.delenv("DEBEMAIL", raising=False)
    unknown = deb.maintainer()
    monkeypatch.setenv("DEBFULLNAME", "Ann Ward")
    monkeypatch.setenv("DEBEMAIL", "ann@clinic.example")

    assert unknown == "whoever built this package <nobody@example.invalid>"
    assert deb.maintainer() == "Ann Ward <ann@clinic.example>"


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """Return a folder like the one that runs without Python, with one program of the system's."""
    if not sys.platform.startswith("linux") or not all(map(shutil.which, ("dpkg-deb", "objdump"))):
        pytest.skip("only where Debian packages can be made")
    folder = tmp_path / "woundtrack"
    (folder / "_internal").mkdir(parents=True)
    shutil.copy(Path("/bin/true").resolve(), folder / "woundtrack")
    (folder / "_internal" / "notes.txt").write_text("notes", encoding="ascii")
    return folder


def packed(program: Path, at: Path) -> Path:
    part = Part(
        name="click", version="8", is_shipped=True, terms=Terms(words="BSD-3-Clause", is_spdx=True)
    )
    at.mkdir()
    deb.lay_out(at / "tree", program, [part], made_at=MOMENT)
    return deb.pack(at / "tree", program, at, made_at=MOMENT)


def test_a_package_holds_the_program_its_icon_its_terms_and_its_kind_of_file(
    program: Path, tmp_path: Path
) -> None:
    archive = packed(program, tmp_path / "out")
    unpacked = tmp_path / "unpacked"
    subprocess.run(["dpkg-deb", "-R", str(archive), str(unpacked)], check=True)

    share = unpacked / "usr" / "share"
    link = unpacked / "usr" / "bin" / "woundtrack"
    assert (link.parent / link.readlink()).resolve() == (
        unpacked / "usr" / "lib" / "woundtrack" / "woundtrack"
    )
    for name in (
        "applications/woundtrack.desktop",
        "mime/packages/woundtrack.xml",
        "icons/hicolor/scalable/apps/woundtrack.svg",
        "icons/hicolor/48x48/apps/woundtrack.png",
        "doc/woundtrack/changelog.gz",
    ):
        assert (share / name).stat().st_size > 0, name
    assert "click 8: BSD-3-Clause" in (share / "doc/woundtrack/copyright").read_text("utf-8")
    told = (share / "metainfo/woundtrack.metainfo.xml").read_text("utf-8")
    assert f'<release version="{__version__}" date="2026-03-04"/>' in told
    control = (unpacked / "DEBIAN" / "control").read_text("utf-8")
    assert f"\nVersion: {deb.debian_version(__version__)}\n" in control
    assert "\nDepends: libc6 (>= " in control
    # Nothing of ours runs as root when it is installed.
    assert sorted(path.name for path in (unpacked / "DEBIAN").iterdir()) == ["control", "md5sums"]


def test_the_same_folder_gives_the_same_bytes(program: Path, tmp_path: Path) -> None:
    first = packed(program, tmp_path / "first").read_bytes()
    (program / "_internal" / "notes.txt").touch()
    (program / "_internal" / "notes.txt").chmod(0o600)

    assert packed(program, tmp_path / "second").read_bytes() == first
