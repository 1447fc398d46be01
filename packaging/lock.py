"""Writes ``requirements/*.txt``: every version and the hash of every wheel that may be installed.

Hides how one file comes to serve all systems: pip resolves once, on the oldest Python that
woundtrack runs on, and is then asked for the wheel of each version on each system.

Run ``.venv/bin/python packaging/lock.py`` after changing a dependency in ``pyproject.toml``, or
with ``--upgrade`` to raise everything to the newest version allowed. It installs nothing, and no
address of an index is written: pip takes the files from where the machine is set up to take them.
"""

from __future__ import annotations

import itertools
import json
import os
import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT: Final = Path(__file__).resolve().parent.parent
RUN_LOCK: Final = ROOT / "requirements" / "run.txt"
TEST_LOCK: Final = ROOT / "requirements" / "test.txt"
PACKAGE_LOCK: Final = ROOT / "requirements" / "package.txt"

# Narrower than pyproject.toml's bounds, for what is installed by default.
PREFERRED: Final = (
    # 5.0 is the first release of a rewrite, and nothing here needs it; the code runs on both.
    "opencv-python-headless<5",
)
# What the editable installation of a checkout is built with.
BUILD: Final = ("hatchling",)
# What turns an environment into a folder that runs without one: packaging/build.py.
FREEZER: Final = ("pyinstaller>=6.16,<7",)

PYTHONS: Final = ("3.11", "3.12", "3.13", "3.14")
GLIBC: Final = (39, 38, 37, 36, 35, 34, 31, 28, 27, 26, 24, 17, 12, 5)
"""Minor versions of glibc 2 that wheels are built for, newest first: pip doesn't count down."""


def _linux(machine: str) -> tuple[str, ...]:
    named = [f"manylinux_2_{minor}_{machine}" for minor in GLIBC]
    return (*named, f"manylinux2014_{machine}", f"manylinux1_{machine}", f"linux_{machine}")


SYSTEMS: Final[Mapping[str, tuple[Mapping[str, str], tuple[str, ...]]]] = {
    "Linux x86-64": (
        {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix"},
        _linux("x86_64"),
    ),
    "Linux arm64": (
        {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix"},
        _linux("aarch64"),
    ),
    "Windows x86-64": (
        {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt"},
        ("win_amd64",),
    ),
    "macOS arm64": (
        {"sys_platform": "darwin", "platform_system": "Darwin", "os_name": "posix"},
        ("macosx_15_0_arm64",),
    ),
    "macOS x86-64": (
        {"sys_platform": "darwin", "platform_system": "Darwin", "os_name": "posix"},
        ("macosx_15_0_x86_64",),
    ),
}

Pins = dict[str, str]


def pip_report(arguments: Sequence[str]) -> list[dict[str, Any]] | None:
    """Return what pip would install, one entry a package; None where it finds no solution."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        command = [sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed"]
        command += ["--quiet", "--only-binary=:all:", "--report", str(report), *arguments]
        answer = subprocess.run(
            command, check=False, stderr=subprocess.PIPE, text=True, env={**os.environ}
        )
        if answer.returncode != 0:
            return None
        entries: list[dict[str, Any]] = json.loads(report.read_text(encoding="utf-8"))["install"]
        return entries


def _name(entry: Mapping[str, Any]) -> str:
    return str(canonicalize_name(entry["metadata"]["name"]))


def resolve(requirements: Iterable[str], constraints: Iterable[str]) -> list[dict[str, Any]]:
    """Return pip's solution, with the packages that only other systems need included.

    pip reads the markers of the system it runs on; what another one needs beside is found by
    reading the solution's own metadata, and asked for by name until nothing is missing.
    """
    asked = list(requirements)
    while True:
        with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
            file.write("\n".join(constraints))
            file.flush()
            entries = pip_report([*asked, "--constraint", file.name])
        if entries is None:
            raise SystemExit(f"pip finds no solution for: {' '.join(asked)}")
        missing = needed_anywhere(entries) - {_name(entry) for entry in entries}
        if not missing:
            return entries
        asked += sorted(missing)


def environments() -> Iterable[dict[str, str]]:
    """Return the marker environment of every system and Python that the lock serves."""
    for python, (markers, _) in itertools.product(PYTHONS, SYSTEMS.values()):
        own = {key: str(value) for key, value in default_environment().items()}
        full = {"python_version": python, "python_full_version": f"{python}.0", "extra": ""}
        yield {**own, **markers, **full}


def needed_anywhere(entries: Iterable[Mapping[str, Any]]) -> set[str]:
    """Return the names that the entries require on at least one system."""
    names = set()
    for entry in entries:
        extras = ["", *entry.get("requested_extras", [])]
        for text in entry["metadata"].get("requires_dist", []):
            requirement = Requirement(text)
            marker = requirement.marker
            if marker is None or any(
                marker.evaluate({**environment, "extra": extra})
                for environment in environments()
                for extra in extras
            ):
                names.add(str(canonicalize_name(requirement.name)))
    return names


def only_on(entries: Sequence[Mapping[str, Any]], top: set[str]) -> dict[str, str]:
    """Return the names that one system alone requires, and that system's ``sys_platform``."""
    needed_on: dict[str, set[str]] = {}
    for entry in entries:
        for text in entry["metadata"].get("requires_dist", []):
            requirement = Requirement(text)
            for environment in environments():
                if requirement.marker is None or requirement.marker.evaluate(environment):
                    name = str(canonicalize_name(requirement.name))
                    needed_on.setdefault(name, set()).add(environment["sys_platform"])
    names = {_name(entry) for entry in entries} - top
    return {name: min(needed_on[name]) for name in names if len(needed_on.get(name, ())) == 1}


def hashes(pins: Pins) -> tuple[dict[str, set[str]], list[str]]:
    """Return the SHA-256 of each package's wheel on every system, and what has none where."""
    found: dict[str, set[str]] = {name: set() for name in pins}
    absent = []
    for python, (system, (_, platforms)) in itertools.product(PYTHONS, SYSTEMS.items()):
        abi = f"cp{python.replace('.', '')}"
        with tempfile.TemporaryDirectory() as target:
            where = ["--no-deps", "--target", target, "--python-version", python]
            where += ["--implementation", "cp", "--abi", abi, "--abi", "abi3", "--abi", "none"]
            where += [word for platform in platforms for word in ("--platform", platform)]
            wanted = [f"{name}=={version}" for name, version in pins.items()]
            entries = pip_report([*where, *wanted])
            if entries is None:
                entries = []
                for one in wanted:
                    single = pip_report([*where, one])
                    entries += single or []
                    absent += [] if single else [f"{one} on {system} with Python {python}"]
        for entry in entries:
            found[_name(entry)].add(entry["download_info"]["archive_info"]["hashes"]["sha256"])
        print(f"{system}, Python {python}: {len(entries)} of {len(pins)}", flush=True)
    return found, absent


def write(
    path: Path, what: str, pins: Pins, found: Mapping[str, set[str]], only: Mapping[str, str]
) -> None:
    """Write one lock file."""
    covered = f"Python {PYTHONS[0]} to {PYTHONS[-1]} on {', '.join(SYSTEMS)}"
    lines = [
        f"# {what}",
        f"# Written by packaging/lock.py; don't edit. Wheels for {covered}.",
    ]
    for name in sorted(pins):
        marker = f' ; sys_platform == "{only[name]}"' if name in only else ""
        lines.append(f"{name}=={pins[name]}{marker} \\")
        lines.append(" \\\n".join(f"    --hash=sha256:{one}" for one in sorted(found[name])))
    path.parent.mkdir(exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def locked_now() -> list[str]:
    """Return the versions in the present lock files, as constraints."""
    locks = (RUN_LOCK, TEST_LOCK, PACKAGE_LOCK)
    texts = [path.read_text(encoding="utf-8") for path in locks if path.exists()]
    return re.findall(r"^([\w.-]+==[\w.!+-]+)", "\n".join(texts), flags=re.MULTILINE)


def main() -> None:
    """Resolve, ask for the hashes, write the files."""
    if f"{sys.version_info[0]}.{sys.version_info[1]}" != PYTHONS[0]:
        raise SystemExit(f"Run this with Python {PYTHONS[0]}: what it allows, the newer allow too.")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    kept = [] if "--upgrade" in sys.argv[1:] else locked_now()
    extras = project["optional-dependencies"]
    run = [*project["dependencies"], *extras["dicom"], *BUILD]
    test = [*run, *extras["dev"]]
    all_of_them = [*test, *FREEZER]

    everything = resolve(all_of_them, [*PREFERRED, *kept])
    pins = {_name(entry): str(entry["metadata"]["version"]) for entry in everything}
    fixed = [f"{name}=={version}" for name, version in pins.items()]
    run_names = {_name(entry) for entry in resolve(run, fixed)}
    test_names = {_name(entry) for entry in resolve(test, fixed)} - run_names
    top = {str(canonicalize_name(Requirement(text).name)) for text in all_of_them}
    only = only_on(everything, top)

    found, absent = hashes(pins)
    for path, what, names in (
        (RUN_LOCK, "What woundtrack runs with.", run_names),
        (TEST_LOCK, "What the tests and the linters need beside run.txt.", test_names),
        (
            PACKAGE_LOCK,
            "What makes the packages; of it only PyInstaller's start program is in them.",
            set(pins) - run_names - test_names,
        ),
    ):
        write(path, what, {name: pins[name] for name in names}, found, only)
    for line in absent:
        print(f"no wheel of {line}")


if __name__ == "__main__":
    main()
