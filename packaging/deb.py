"""The Debian package of the folder that runs without Python: what it holds, needs and is called.

Hides Debian's names for the libraries that Qt and Python are linked to, and the archive's rules: no
script runs as root at installation, and equal contents give equal bytes.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import platform
import re
import shutil
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from fnmatch import fnmatchcase
from pathlib import Path
from string import Template
from typing import Final

import contents
import look
from bill import NETWORK, Part
from contents import ROOT, PackageIncomplete

from woundtrack import __version__, resources

LINUX: Final = Path(__file__).resolve().parent / "linux"
INSTALLED: Final = "usr/lib/woundtrack"

ARCHITECTURES: Final[Mapping[str, str]] = {"x86_64": "amd64", "aarch64": "arm64"}

# Debian's package for each library that is not in the folder. Where a name has two, the first is
# that since Debian 13 and Ubuntu 24.04.
PACKAGES: Final[Mapping[str, str]] = {
    "ld-linux-aarch64.so.1": "libc6",
    "ld-linux-x86-64.so.2": "libc6",
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libGLX.so.0": "libglx0",
    "libOpenGL.so.0": "libopengl0",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libX11.so.6": "libx11-6",
    "libbz2.so.1.0": "libbz2-1.0",
    "libc.so.6": "libc6",
    "libcrypto.so.3": "libssl3t64 | libssl3",
    "libdbus-1.so.3": "libdbus-1-3",
    "libdl.so.2": "libc6",
    "libexpat.so.1": "libexpat1",
    "libffi.so.8": "libffi8",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libgcc_s.so.1": "libgcc-s1",
    "libgio-2.0.so.0": "libglib2.0-0t64 | libglib2.0-0",
    "libglib-2.0.so.0": "libglib2.0-0t64 | libglib2.0-0",
    "libgobject-2.0.so.0": "libglib2.0-0t64 | libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0t64 | libglib2.0-0",
    "libgtk-3.so.0": "libgtk-3-0t64 | libgtk-3-0",
    "liblzma.so.5": "liblzma5",
    "libm.so.6": "libc6",
    "libmvec.so.1": "libc6",
    "libpthread.so.0": "libc6",
    "librt.so.1": "libc6",
    "libsqlite3.so.0": "libsqlite3-0",
    "libssl.so.3": "libssl3t64 | libssl3",
    "libstdc++.so.6": "libstdc++6",
    "libutil.so.1": "libc6",
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-glx.so.0": "libxcb-glx0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxcb.so.1": "libxcb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libz.so.1": "zlib1g",
    "libzstd.so.1": "libzstd1",
}

# Files that Qt loads on some desktops alone, and does without on others: what they need is offered.
RECOMMENDED_FOR: Final = ("*/libqwayland.so", "*/libQt6WaylandClient.so.6", "*/wayland-*/*.so")
SUGGESTED_FOR: Final = ("*/libqgtk3.so",)
SUGGESTED: Final = "libgtk-3-0t64 | libgtk-3-0"  # it brings all else that the GTK plugin needs
FONTS: Final = "fonts-inter"

SHORT: Final = "healing timelines from photographs of skin ulcers"
LONG: Final = """\
woundtrack measures calciphylaxis ulcers and other skin ulcers in ordinary
photographs with a printed card in them, and draws how they heal. Everything
stays on the computer it runs on; it opens no network connection.

It is research and service-evaluation software, not a certified medical
device: don't use it as the only basis for treatment.
"""


# --- what it needs -------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class Relations:
    """What the package needs, is better with, and can use; each entry as control files write it."""

    depends: tuple[str, ...]
    recommends: tuple[str, ...]
    suggests: tuple[str, ...]


def linked_to(file: Path) -> tuple[frozenset[str], str]:
    """Return the names of the libraries that one file is linked to, and the glibc it needs."""
    text = subprocess.run(
        ["objdump", "-p", str(file)], capture_output=True, text=True, check=True
    ).stdout
    needed = frozenset(re.findall(r"^ +NEEDED +(\S+)", text, flags=re.MULTILINE))
    versions = re.findall(r"\bGLIBC_([\d.]+)$", text, flags=re.MULTILINE)
    return needed, max(versions, key=_order, default="")


def is_elf(file: Path) -> bool:
    """Return whether a file is a program or a library of Linux."""
    with file.open("rb") as stream:
        return stream.read(4) == b"\x7fELF"


def relations(needed: Mapping[str, Iterable[str]], glibc: str) -> Relations:
    """Return what the package depends on.

    Parameters
    ----------
    needed
        For each file in the folder, the names of the libraries it is linked to.
    glibc
        The newest version of glibc that one of them asks for.

    Raises
    ------
    PackageIncomplete
        For a library that is neither in the folder nor in a package known here.
    """
    inside = {name.rpartition("/")[2] for name in needed}
    depends = {"libc6"}
    recommends = {FONTS}
    suggests = set()
    for file, names in needed.items():
        outside = set(names) - inside
        if _is_one_of(file, SUGGESTED_FOR):
            suggests.add(SUGGESTED)
            continue
        unknown = sorted(outside - PACKAGES.keys())
        if unknown:
            raise PackageIncomplete(f"{file} needs {', '.join(unknown)}, of no package known here")
        packages = {PACKAGES[name] for name in outside}
        (recommends if _is_one_of(file, RECOMMENDED_FOR) else depends).update(packages)
    with_version = {f"libc6 (>= {glibc})" if name == "libc6" else name for name in depends}
    return Relations(
        depends=tuple(sorted(with_version)),
        recommends=tuple(sorted(recommends - depends)),
        suggests=tuple(sorted(suggests)),
    )


def relations_of(program: Path) -> Relations:
    """Return what the folder that was made depends on, read from its libraries."""
    needed: dict[str, frozenset[str]] = {}
    newest = ""
    for path in sorted(program.rglob("*")):
        if path.is_file() and not path.is_symlink() and is_elf(path):
            names, glibc = linked_to(path)
            needed[path.relative_to(program).as_posix()] = names
            newest = max(newest, glibc, key=_order)
    return relations(needed, newest)


def _is_one_of(file: str, patterns: Sequence[str]) -> bool:
    return any(fnmatchcase(file, pattern) for pattern in patterns)


def _order(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in version.split(".") if number)


# --- what it says of itself ----------------------------------------------------------------------


def debian_version(version: str) -> str:
    """Return a version as Debian orders it: ``1.0rc1`` comes before ``1.0``, as ``1.0~rc1``."""
    return re.sub(r"\.?(a|b|rc|dev)(?=\d)", r"~\1", version)


def maintainer() -> str:
    """Return who answers for this build: whom ``DEBFULLNAME`` and ``DEBEMAIL`` name."""
    name = os.environ.get("DEBFULLNAME", "").strip() or "whoever built this package"
    email = os.environ.get("DEBEMAIL", "").strip() or "nobody@example.invalid"
    return f"{name} <{email}>"


def control(
    needs: Relations, *, architecture: str, installed_kib: int, has_network: bool = False
) -> str:
    """Return the control file; with the outline network, whose terms aren't free, for non-free."""
    section = "non-free/science" if has_network else "science"
    description = [SHORT, *(f" {line}" if line else " ." for line in LONG.splitlines())]
    fields = {
        "Package": "woundtrack",
        "Version": debian_version(__version__),
        "Section": section,
        "Priority": "optional",
        "Architecture": architecture,
        "Maintainer": maintainer(),
        "Installed-Size": str(installed_kib),
        "Depends": ", ".join(needs.depends),
        "Recommends": ", ".join(needs.recommends),
        "Suggests": ", ".join(needs.suggests),
        "Description": "\n".join(description),
    }
    return "".join(f"{name}: {value}\n" for name, value in fields.items() if value)


def changelog(made_at: datetime) -> str:
    """Return Debian's changelog, which has one entry: for this build."""
    return (
        f"woundtrack ({debian_version(__version__)}) unstable; urgency=medium\n\n"
        "  * What changed for those who use it is in CHANGELOG.md.gz.\n\n"
        f" -- {maintainer()}  {format_datetime(made_at.astimezone(UTC))}\n"
    )


def copyright_file(parts: Sequence[Part]) -> str:
    """Return Debian's copyright file: our terms, and where those of everything else are."""
    texts = f"/{INSTALLED}/_internal/woundtrack/{resources.LICENCES}"
    lines = [
        "Copyright: the authors of woundtrack. It is under the Apache License, version 2.0:",
        "/usr/share/common-licenses/Apache-2.0.",
        "",
        "This package also holds the work of others, each under its own terms. Their full",
        f"texts are in {texts}.",
        *_as_a_whole(parts),
        "",
        *(
            f"  {part.name} {part.version}: {part.terms.words}"
            for part in parts
            if part.terms is not None
        ),
    ]
    return "\n".join(lines) + "\n"


def _as_a_whole(parts: Sequence[Part]) -> tuple[str, ...]:
    """Return on what terms the package may be passed on."""
    on = (
        "may be passed on under the GNU General Public License,",
        "version 3: the published build of pillow-heif holds x265.",
    )
    if not any(part.name == NETWORK for part in parts):
        return (f"The package as a whole {on[0]}", on[1])
    return (
        f"Its programs together {on[0]}",
        on[1],
        f"The outline network in /{INSTALLED}/_internal/woundtrack/assets/outline is data",
        "beside them and is not for commercial use: LICENCE.md there says why. A package without",
        "it is made by: python3 dev.py package --without-network",
    )


# --- the archive ---------------------------------------------------------------------------------


def lay_out(tree: Path, program: Path, parts: Sequence[Part], *, made_at: datetime) -> None:
    """Make the tree that is packed, all but its control file."""
    shutil.copytree(program, tree / INSTALLED, symlinks=True)
    share = tree / "usr" / "share"
    link = tree / "usr" / "bin" / "woundtrack"
    link.parent.mkdir(parents=True)
    link.symlink_to("../lib/woundtrack/woundtrack")
    for name, place in (
        ("woundtrack.desktop", "applications"),
        ("woundtrack.xml", "mime/packages"),
    ):
        _write(share / place / name, (LINUX / name).read_bytes())
    metainfo = Template((LINUX / "woundtrack.metainfo.xml").read_text(encoding="utf-8"))
    released = metainfo.substitute(version=__version__, day=f"{made_at.astimezone(UTC):%Y-%m-%d}")
    _write(share / "metainfo" / "woundtrack.metainfo.xml", released.encode())
    icons = share / "icons" / "hicolor"
    _write(icons / "scalable/apps/woundtrack.svg", resources.asset(look.DRAWING).read_bytes())
    for size in look.DESKTOP_SIZES:
        _write(icons / f"{size}x{size}" / "apps" / "woundtrack.png", look.drawn(size))
    documents = share / "doc" / "woundtrack"
    _write(documents / "copyright", copyright_file(parts).encode())
    changes = (ROOT / "CHANGELOG.md").read_bytes()
    _write(documents / "CHANGELOG.md.gz", gzip.compress(changes, mtime=0))
    entry = changelog(made_at).encode()
    _write(documents / "changelog.gz", gzip.compress(entry, mtime=0))


def pack(tree: Path, program: Path, out: Path, *, made_at: datetime) -> Path:
    """Write the control file and the archive; returns the archive's path."""
    architecture = ARCHITECTURES[platform.machine()]
    files = sorted(path for path in tree.rglob("*") if path.is_file() and not path.is_symlink())
    size = sum((path.stat().st_size + 1023) // 1024 for path in files)
    own = tree / "DEBIAN"
    own.mkdir()
    sums = [f"{_md5(path)}  {path.relative_to(tree).as_posix()}\n" for path in files]
    (own / "md5sums").write_text("".join(sums), encoding="utf-8")
    text = control(
        relations_of(program),
        architecture=architecture,
        installed_kib=size,
        has_network=contents.network_in(program) is not None,
    )
    (own / "control").write_text(text, encoding="utf-8")
    _settle(tree, made_at)
    name = f"woundtrack{contents.suffix()}"
    archive = out / f"{name}_{debian_version(__version__)}_{architecture}.deb"
    subprocess.run(
        ["dpkg-deb", "--root-owner-group", "-Zxz", "--build", str(tree), str(archive)],
        check=True,
        stdout=subprocess.DEVNULL,
        env={**os.environ, "SOURCE_DATE_EPOCH": str(int(made_at.timestamp()))},
    )
    return archive


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def _settle(tree: Path, made_at: datetime) -> None:
    """Give everything the rights and the time it has wherever and whenever it is built."""
    moment = made_at.timestamp()
    for path in (tree, *tree.rglob("*")):
        if not path.is_symlink():
            is_program = path == tree / INSTALLED / "woundtrack"  # libraries need no such mark
            path.chmod(0o755 if path.is_dir() or is_program else 0o644)
        os.utime(path, (moment, moment), follow_symlinks=False)


def _md5(path: Path) -> str:
    with path.open("rb") as file:
        # Debian's form, against files damaged by accident; not a matter of trust.
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()
