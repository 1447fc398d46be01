"""Makes the packages for this system: ``python3 dev.py package`` runs it, in its own environment.

Hides the order: assets looked at, the folder made and looked at again, its bill of materials and
licence texts laid in, the program run once from it, and then the ``.deb`` or the ``.zip``.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import os
import platform
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import bill
import contents
import deb
from hatchling.builders.wheel import WheelBuilder

from woundtrack import __version__, imaging, phantom, resources

DIST: Final = contents.ROOT / "dist"
WORK: Final = contents.ROOT / "build"
PROGRAM: Final = DIST / "woundtrack"
SPEC: Final = Path(__file__).resolve().parent / "woundtrack.spec"
WINDOWS: Final = Path(__file__).resolve().parent / "windows"


def main() -> int:
    """Make what this system can: the folder anywhere, a .deb with dpkg-deb, a .zip on Windows."""
    parser = argparse.ArgumentParser(prog="dev.py package", description=__doc__)
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--folder-only", action="store_true", help="make the folder and stop")
    which.add_argument("--archive-only", action="store_true", help="pack the folder that is there")
    which.add_argument("--wheel", action="store_true", help="make a wheel for pip, and that alone")
    parser.add_argument(
        "--without-network",
        action="store_true",
        help="leave the outline network out: for whoever may use it commercially",
    )
    options = parser.parse_args()
    if options.without_network:
        os.environ[contents.WITHOUT_NETWORK] = "1"
    try:
        made_at = moment()
        contents.asset_entries()  # before minutes of work
        say(f"the outline network {'goes in' if contents.has_network() else 'stays out'}")
        if options.wheel:
            tell_archives([wheel(DIST / f"wheel{contents.suffix()}")])
            return 0
        if not options.archive_only:
            freeze(made_at)
            strip_python()
        parts = describe(made_at)
        contents.write_asset_list(PROGRAM)
        run_selftest()
        measure_on_a_limb()
        archives = [] if options.folder_only else pack(parts, made_at)
    except contents.PackageIncomplete as problem:
        say(f"nothing was packaged: {problem}")
        return 1
    tell_sizes(archives)
    return 0


def moment() -> datetime:
    """Return the moment the package bears: that of the last commit, so that it can be made again.

    ``SOURCE_DATE_EPOCH`` sets another.
    """
    seconds = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not seconds and shutil.which("git"):
        asked = ["git", "log", "-1", "--format=%ct"]
        answer = subprocess.run(
            asked, cwd=contents.ROOT, capture_output=True, text=True, check=False
        )
        seconds = answer.stdout.strip()
    if not seconds:
        seconds = str(int((contents.ROOT / "CHANGELOG.md").stat().st_mtime))
    return datetime.fromtimestamp(int(seconds), UTC)


def freeze(made_at: datetime) -> None:
    """Let PyInstaller make the folder; what it says is in ``build/pyinstaller.log``."""
    shutil.rmtree(PROGRAM, ignore_errors=True)
    WORK.mkdir(exist_ok=True)
    log = WORK / "pyinstaller.log"
    say("PyInstaller makes the folder (a minute or two)")
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--clean"]
    command += ["--distpath", str(DIST), "--workpath", str(WORK), str(SPEC)]
    fixed = {"SOURCE_DATE_EPOCH": str(int(made_at.timestamp())), "PYTHONHASHSEED": "0"}
    with log.open("w", encoding="utf-8") as stream:
        code = subprocess.call(
            command,
            cwd=contents.ROOT,
            stdout=stream,
            stderr=subprocess.STDOUT,
            env={**os.environ, **fixed},
        )
    if code != 0:
        last = "\n".join(log.read_text(encoding="utf-8").splitlines()[-15:])
        raise contents.PackageIncomplete(f"PyInstaller stopped; the end of {log}:\n{last}")


def strip_python() -> None:
    """Take the debugger's symbols out of Python's own libraries, which some builds leave in.

    Those of the wheels stay as they were published, so that their bytes can be compared.
    """
    if not sys.platform.startswith("linux"):
        return
    inside = PROGRAM / contents.PROGRAM_FOLDER
    files = [*inside.glob("libpython*.so*"), *inside.glob("python3.*/lib-dynload/*.so")]
    subprocess.run(["strip", "--strip-unneeded", *map(str, files)], check=True)


def describe(made_at: datetime) -> tuple[bill.Part, ...]:
    """Lay the bill of materials and the licence texts into the folder."""
    sources = json.loads((WORK / "woundtrack" / "sources.json").read_text(encoding="utf-8"))
    parts = bill.collect(PROGRAM, sources)
    written = bill.document(parts, version=__version__, made_at=made_at)
    beside = PROGRAM / contents.PROGRAM_FOLDER / "woundtrack"
    bill.write(beside / resources.BILL_OF_MATERIALS, written)
    shutil.copyfile(contents.ROOT / "LICENSE", PROGRAM / "LICENSE.txt")
    name = f"woundtrack-{__version__}{contents.suffix()}.cdx.json"
    shutil.copyfile(beside / resources.BILL_OF_MATERIALS, DIST / name)
    return parts


def run_selftest() -> None:
    """Run the program's own check of an installation from the folder."""
    say("the program checks itself")
    if subprocess.call([str(program_file()), "selftest"], cwd=DIST) != 0:
        raise contents.PackageIncomplete("the selftest of the folder did not go well")


def measure_on_a_limb() -> None:
    """Measure a rendered strip round a limb with the program: it loads what little else loads.

    What is imported inside a function is found lacking by no start and no selftest.
    """
    say("the program measures on a limb")
    sheet = io.BytesIO()
    imaging.write_card_sheet(sheet, "strip")
    layout = imaging.card_layout("strip")
    strip = phantom.CardPrint(
        pdf=sheet.getvalue(),
        page_mm=layout.page_mm,
        rect_mm=layout.cards[0].rect_mm,
        paper_mm=layout.cards[0].paper_mm,
        centre_mm=(6.0, 35.0),
        angle_deg=172,
    )
    limb = phantom.Limb(radius_mm=50, axis_deg=80)
    camera = phantom.Camera(
        width_px=1632, height_px=1224, focal_35mm=34, distance_mm=200, limb=limb
    )
    wound = phantom.Lesion(centre_mm=(4.0, -3.0), area_mm2=500.0, shape_seed=3)
    photograph, mask = WORK / "limb.jpg", WORK / "limb.png"
    scene = phantom.Scene(camera=camera, cards=(strip,), lesions=(wound,))
    rendered = phantom.render(scene)
    photograph.write_bytes(rendered.jpeg)
    # The painted edge: whether a wound is found is no matter of what was packaged.
    imaging.write_picture(mask, rendered.lesions[0].mask().astype("uint8") * 255)
    command = [str(program_file()), "measure", "--json", "--quiet", str(photograph)]
    command += ["--outline", str(mask)]
    answer = subprocess.run(command, capture_output=True, text=True, check=False, cwd=DIST)
    try:
        (measured,) = json.loads(answer.stdout)
    except ValueError:
        measured = {}
    if not measured.get("lesions"):
        raise contents.PackageIncomplete(
            f"the folder measured nothing on a limb: {answer.stderr.strip()[-300:]}"
        )


def program_file() -> Path:
    """Return the program in the folder that was made."""
    return PROGRAM / ("woundtrack.exe" if sys.platform == "win32" else "woundtrack")


def pack(parts: tuple[bill.Part, ...], made_at: datetime) -> list[Path]:
    """Make the archive this system is served with; none where there is no tool for it."""
    if sys.platform == "win32":
        machine = platform.machine().lower()
        name = f"woundtrack-{__version__}{contents.suffix()}-windows-{machine}.zip"
        extra = [WINDOWS / "woundtrack-portable.cmd"]
        return [write_zip(PROGRAM, DIST / name, extra=extra, made_at=made_at)]
    if not shutil.which("dpkg-deb"):
        say("there is no dpkg-deb here, so the folder is all that was made")
        return []
    say("packing the .deb (a minute)")
    tree = WORK / "deb"
    shutil.rmtree(tree, ignore_errors=True)
    deb.lay_out(tree, PROGRAM, parts, made_at=made_at)
    return [deb.pack(tree, PROGRAM, DIST, made_at=made_at)]


def write_zip(program: Path, out: Path, *, extra: Iterable[Path], made_at: datetime) -> Path:
    """Write the folder, and ``extra`` files into its top, as a zip: equal contents, equal bytes."""
    stamp = made_at.astimezone(UTC).timetuple()[:6]
    files = {path.relative_to(program).as_posix(): path for path in program.rglob("*")}
    files.update({path.name: path for path in extra})
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, path in sorted(files.items()):
            if path.is_file():
                entry = zipfile.ZipInfo(f"woundtrack/{name}", stamp)
                entry.compress_type = zipfile.ZIP_DEFLATED
                entry.external_attr = (path.stat().st_mode & 0o777) << 16
                archive.writestr(entry, path.read_bytes())
    return out


def wheel(out: Path) -> Path:
    """Write the wheel; where the outline network stays out, neither its files nor its terms."""
    config = tomllib.loads((contents.ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    if not contents.has_network():
        config["tool"]["hatch"]["build"]["targets"]["wheel"]["exclude"].append("/assets/outline")
        config["project"]["license"] = "Apache-2.0"
        config["project"]["license-files"] = ["LICENSE"]
    builder = WheelBuilder(str(contents.ROOT), config=config)
    (written,) = builder.build(directory=str(out), versions=["standard"])
    return Path(written)


def tell_sizes(archives: Iterable[Path]) -> None:
    """Print how large the folder and the archives are, and what makes them so."""
    inside = PROGRAM / contents.PROGRAM_FOLDER
    total = size_of(PROGRAM)
    print(f"{total / 1e6:8.1f} MB  {PROGRAM}")
    tops = sorted(((size_of(path), path.name) for path in inside.iterdir()), reverse=True)
    for size, name in tops[:12]:
        print(f"{size / 1e6:8.1f} MB    {name}")
    tell_archives(archives)


def tell_archives(archives: Iterable[Path]) -> None:
    """Print how large the archives are, and by what hash they are known."""
    for archive in archives:
        digest = hashlib.sha256(archive.read_bytes()).hexdigest()
        print(f"{archive.stat().st_size / 1e6:8.1f} MB  {archive}\n             sha256 {digest}")


def size_of(path: Path) -> int:
    """Return the bytes of a file, or of all files in a folder; a link has none of its own."""
    files = [path, *path.rglob("*")] if path.is_dir() else [path]
    return sum(one.stat().st_size for one in files if one.is_file() and not one.is_symlink())


def say(sentence: str) -> None:
    """Print a line of the build's own."""
    print(f"[package] {sentence}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
