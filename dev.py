#!/usr/bin/env python3
"""Sets up and runs woundtrack from a checkout: ``python3 dev.py COMMAND``. Standard library only.

Hides the virtual environment, the locked requirements and the system libraries Qt needs.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

# Kept to what Python 3.7 can read, so that an old interpreter gets a sentence and no traceback.

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
OLDEST_PYTHON = (3, 11)
RUN_LOCK = "requirements/run.txt"
TEST_LOCK = "requirements/test.txt"
PACKAGE_LOCK = "requirements/package.txt"

# What PySide6's wheels link to and a minimal Debian lacks. Alternatives are separated by "|": the
# first is the name since Debian 13 and Ubuntu 24.04. libgl1 is needed even without a screen.
QT_PACKAGES = (
    "libdbus-1-3",
    "libegl1",
    "libfontconfig1",
    "libgl1",
    "libglib2.0-0t64|libglib2.0-0",
    "libxcb-cursor0",
    "libxcb-icccm4",
    "libxcb-keysyms1",
    "libxcb-shape0",
    "libxkbcommon-x11-0",
    "libxkbcommon0",
)
# What the tests that drive a real window need; they are skipped without.
TEST_PACKAGES = ("xdotool", "xvfb")
# What packaging/build.py reads the frozen libraries with.
PACKAGE_PACKAGES = ("binutils",)

# Free memory for the files of tests: a run holds some hundred megabytes at a time.
LEAST_MEMORY = 4 * 1024**3

USAGE = """\
python3 dev.py COMMAND [ARGUMENTS]

  demo [--no-window]   a generated clinic, opened in the window
  run ARGUMENTS        woundtrack with these arguments; without any, the window
  test [ARGUMENTS]     lint, then the tests; ARGUMENTS go to pytest; --no-lint first leaves lint out
  lint [--fix]         ruff (rules and format) and mypy
  bench [NAME [ARGS]]  every benchmark, or one of them
  screenshots [ARGS]   pictures of every state of the window
  package [ARGS]       the folder that runs without Python and, on Debian or Ubuntu, the .deb of it
  setup                only what all of these do first: environment, requirements, system libraries
"""


class SetupStopped(Exception):
    """Set-up can't go on; the message says why and what to type."""


# --- the interpreter -----------------------------------------------------------------------------


def old_python_sentence(version: tuple[int, ...]) -> str | None:
    """Return what to say to an interpreter of this version; None where it is new enough."""
    if tuple(version[:2]) >= OLDEST_PYTHON:
        return None
    have = ".".join(str(part) for part in version[:3])
    need = ".".join(str(part) for part in OLDEST_PYTHON)
    return (
        f"woundtrack needs Python {need} or newer; this is Python {have}. "
        f"Install a newer one and type, for example: python{need} dev.py demo"
    )


def has_ensurepip() -> bool:
    """Return whether this interpreter can make a virtual environment with pip in it."""
    # Debian leaves ensurepip out of its python3 package and puts it into python3-venv.
    importlib.invalidate_caches()  # it may have been installed a moment ago
    return all(importlib.util.find_spec(name) is not None for name in ("ensurepip", "venv"))


def venv_python(venv: Path) -> Path:
    """Return the interpreter of a virtual environment."""
    return venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


# --- system libraries ----------------------------------------------------------------------------


def is_debian_like(os_release: str) -> bool:
    """Return whether the text of ``/etc/os-release`` names Debian or something made of it."""
    words = []
    for line in os_release.splitlines():
        key, _, value = line.partition("=")
        if key in {"ID", "ID_LIKE"}:
            words += value.strip("\"'").split()
    return bool({"debian", "ubuntu"}.intersection(words))


def missing_packages(wanted: tuple[str, ...], installed: set[str]) -> tuple[str, ...]:
    """Return those of ``wanted`` of which no alternative is installed."""
    return tuple(name for name in wanted if not installed.intersection(name.split("|")))


def installed_packages(wanted: tuple[str, ...]) -> set[str]:
    """Return which Debian packages of ``wanted`` (alternatives included) are installed."""
    names = [name for entry in wanted for name in entry.split("|")]
    query = ["dpkg-query", "--show", "--showformat=${db:Status-Abbrev} ${Package}\\n", *names]
    answer = subprocess.run(query, capture_output=True, text=True, check=False)
    lines = (line.split() for line in answer.stdout.splitlines())
    return {words[1] for words in lines if len(words) == 2 and words[0] == "ii"}


def known_alternative(entry: str) -> str:
    """Return the alternative of a package entry that this system's package lists know."""
    names = entry.split("|")
    for name in names:
        answer = subprocess.run(
            ["apt-cache", "show", "--no-all-versions", name], capture_output=True, check=False
        )
        if answer.returncode == 0 and answer.stdout:
            return name
    return names[-1]


def may_install() -> tuple[str, ...] | None:
    """Return what to put before a command to run it as administrator; None where that can't be."""
    if os.geteuid() == 0:
        return ()
    if shutil.which("sudo") and is_quiet_success(["sudo", "-n", "true"]):
        return ("sudo", "-n")
    return None


def install_system_packages(wanted: tuple[str, ...]) -> None:
    """Install missing Debian packages, or print the line that does.

    A machine that isn't Debian-like is left alone: its desktop usually has these libraries, and
    ``check_qt`` names them if not.
    """
    os_release = Path("/etc/os-release")
    if not os_release.exists() or not shutil.which("dpkg-query") or not shutil.which("apt-get"):
        return
    if not is_debian_like(os_release.read_text(encoding="utf-8")):
        return
    missing = missing_packages(wanted, installed_packages(wanted))
    if not missing:
        return
    before = may_install()
    if before is not None:
        apt = [*before, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
        for attempt in ("with the package lists as they are", "after renewing them"):
            if attempt == "after renewing them":
                run_quietly([*apt, "update"])
            names = [known_alternative(entry) for entry in missing]
            say(f"installing system libraries ({attempt}): {' '.join(names)}")
            if run_quietly([*apt, "install", "-y", "--no-install-recommends", *names]) == 0:
                return
    line = " ".join(known_alternative(entry) for entry in missing)
    say(
        "these system libraries are missing and could not be installed from here. Type:\n"
        f"  sudo apt-get update && sudo apt-get install -y --no-install-recommends {line}"
    )


def check_qt(python: Path) -> bool:
    """Start Qt and OpenCV once in the environment, and return whether a window can be shown.

    Raises ``SetupStopped`` naming what lacks where Qt doesn't start at all.
    """
    probe = (
        "import cv2, PySide6.QtSvg\n"
        "from PySide6.QtWidgets import QApplication\n"
        "QApplication(['dev', '-platform', 'offscreen'])\n"
    )
    answer = subprocess.run(
        [str(python), "-c", probe], capture_output=True, text=True, check=False, cwd=str(VENV)
    )
    if answer.returncode != 0:
        last = (answer.stderr.strip().splitlines() or ["no message"])[-1]
        raise SetupStopped(
            f"Qt does not start: {last}\n"
            "A system library is missing. On Debian or Ubuntu type:\n"
            "  sudo apt-get install -y --no-install-recommends "
            + " ".join(entry.split("|")[-1] for entry in QT_PACKAGES)
        )
    missing = missing_xcb_libraries()
    if missing:
        say("a window can't be shown before these libraries are installed: " + ", ".join(missing))
    return not missing


def missing_xcb_libraries() -> tuple[str, ...]:
    """Return the libraries that Qt's X11 plugin asks for and this system lacks (Linux only)."""
    # Qt's own message names libxcb-cursor0 whichever one is missing; ldd tells the truth.
    if not sys.platform.startswith("linux") or not shutil.which("ldd"):
        return ()
    plugins = VENV.glob("lib/python3*/site-packages/PySide6/Qt/plugins/platforms/libqxcb.so")
    missing: list[str] = []
    for plugin in plugins:
        answer = subprocess.run(["ldd", str(plugin)], capture_output=True, text=True, check=False)
        missing += [line.split()[0] for line in answer.stdout.splitlines() if "not found" in line]
    return tuple(sorted(set(missing)))


# --- the virtual environment ---------------------------------------------------------------------


def stamp_of(root: Path, locks: tuple[str, ...]) -> str:
    """Return a digest of all that the environment is made from: equal stamps, nothing to do."""
    digest = hashlib.sha256(f"{sys.version}\n{root}\n".encode())
    for name in ("pyproject.toml", "dev.py", *locks):
        digest.update((root / name).read_bytes())
    return digest.hexdigest()


def is_up_to_date(venv: Path, stamp: str, name: str) -> bool:
    """Return whether the environment was last made from exactly this stamp."""
    written = venv / f"stamp-{name}"
    return written.exists() and written.read_text(encoding="ascii") == stamp


def set_up(*, with_tests: bool, with_packager: bool = False) -> Path:
    """Make the environment what the lock files say, and return its interpreter.

    Quick where nothing changed since the last time. Raises ``SetupStopped``.
    """
    wanted = {
        "run": (RUN_LOCK,),
        "test": (RUN_LOCK, TEST_LOCK),
        "package": (RUN_LOCK, PACKAGE_LOCK),
    }
    name = "test" if with_tests else "package" if with_packager else "run"
    locks = wanted[name]
    stamp = stamp_of(ROOT, locks)
    python = venv_python(VENV)
    if is_up_to_date(VENV, stamp, name) and python.exists():
        return python

    packages = QT_PACKAGES + (TEST_PACKAGES if with_tests else ())
    if with_packager:
        packages += PACKAGE_PACKAGES
    if not has_ensurepip():
        packages += (f"python{sys.version_info[0]}.{sys.version_info[1]}-venv",)
    install_system_packages(packages)
    if not has_ensurepip():
        raise SetupStopped(
            f"{sys.executable} can't make a virtual environment: it lacks the venv and ensurepip "
            "modules. Install them (on Debian and Ubuntu with the line above), or start dev.py "
            "with another Python."
        )
    make_venv(python)

    say("installing the locked requirements (some 250 MB the first time)")
    pip = [str(python), "-m", "pip", "--disable-pip-version-check"]
    # Hashes of wheels only are locked. Without --no-deps pip would look for what is not locked.
    locked = [*pip, "install", "--quiet", "--require-hashes", "--no-deps", "--only-binary=:all:"]
    for lock in locks:
        locked += ["-r", str(ROOT / lock)]
    own = [*pip, "install", "--quiet", "--no-index", "--no-deps", "--no-build-isolation"]
    for command in (locked, [*own, "--editable", str(ROOT)]):
        if subprocess.call(command, cwd=str(ROOT)) != 0:
            raise SetupStopped(
                "pip could not install the requirements; its own message is above. "
                "Look at the network and pip's settings, then repeat the same command."
            )
    if not check_qt(python):
        return python  # without a stamp, so that the next call looks and tells again
    for made in {name, "run"}:
        made_from = stamp_of(ROOT, wanted[made])
        (VENV / f"stamp-{made}").write_text(made_from, encoding="ascii")
    return python


def make_venv(python: Path) -> None:
    """Make the virtual environment anew unless a working one of this Python is there."""
    if Path(sys.prefix).resolve() == VENV.resolve():
        return  # dev.py was started by the environment's own interpreter
    made_by = VENV / "made-by"
    same_python = made_by.exists() and made_by.read_text(encoding="utf-8") == sys.version
    if same_python and is_quiet_success([str(python), "-m", "pip", "--version"]):
        return
    say(f"making the virtual environment {VENV}")
    made = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", str(VENV)],
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode != 0:
        reason = f"{made.stdout}{made.stderr}".strip()
        raise SetupStopped(f"the virtual environment {VENV} could not be made:\n{reason}")
    made_by.write_text(sys.version, encoding="utf-8")


# --- the commands --------------------------------------------------------------------------------


def pytest_arguments(arguments: list[str], processors: int) -> list[str]:
    """Return the arguments for pytest: all the tests are spread over the processors.

    A named file or a debugger runs in one process, where a second one costs more than it saves.
    Neighbours stay together, so that what a file's tests share is made once; who is done first
    takes over of the others' rest.
    """
    if arguments or processors < 2:
        return arguments
    return ["-n", str(min(processors, 4)), "--dist", "worksteal"]


def folder_for_tests(memory: Path = Path("/dev/shm")) -> Path | None:  # noqa: S108
    """Return where tests may put their files in memory; None where there is no room for that.

    A library writes through to the disk with every verb: thousands of times in one run.
    """
    if not memory.is_dir() or not os.access(memory, os.W_OK):
        return None
    return memory if shutil.disk_usage(memory).free >= LEAST_MEMORY else None


def has_screen() -> bool:
    """Return whether a window could be shown."""
    if not sys.platform.startswith("linux"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def demo(arguments: list[str]) -> int:
    """Run ``woundtrack demo``; without a screen it only makes the library."""
    python = set_up(with_tests=False)
    if not has_screen() and "--no-window" not in arguments and "QT_QPA_PLATFORM" not in os.environ:
        say("there is no screen here, so the demonstration library is made without a window")
        arguments = ["--no-window", *arguments]
    return run_in_venv(python, ["-m", "woundtrack", "demo", *arguments])


def run(arguments: list[str]) -> int:
    """Run ``woundtrack`` with these arguments."""
    return run_in_venv(set_up(with_tests=False), ["-m", "woundtrack", *arguments], cwd=None)


def lint(arguments: list[str]) -> int:
    """Check rules, format and types; ``--fix`` repairs what can be repaired first."""
    python = set_up(with_tests=True)
    if "--fix" in arguments:
        run_in_venv(python, ["-m", "ruff", "check", "--fix", "--quiet", "."])
        run_in_venv(python, ["-m", "ruff", "format", "--quiet", "."])
    steps = {
        "ruff check": ["-m", "ruff", "check", "."],
        "ruff format": ["-m", "ruff", "format", "--check", "."],
        "mypy": ["-m", "mypy"],
    }
    found = [name for name, step in steps.items() if run_in_venv(python, step) != 0]
    say("lint: " + (f"{', '.join(found)} found something" if found else "clean"))
    return 1 if found else 0


def test(arguments: list[str]) -> int:
    """Lint, then run the tests without a screen; what lint found makes the whole fail."""
    python = set_up(with_tests=True)
    with_lint = arguments[:1] != ["--no-lint"]
    found = lint([]) if with_lint else 0
    arguments = arguments if with_lint else arguments[1:]
    pytest = ["-m", "pytest", *pytest_arguments(arguments, os.cpu_count() or 1)]
    failed = run_in_venv(python, pytest, offscreen=True, files_at=folder_for_tests())
    if found:
        say("the tests' result is above; lint found something too (further up)")
    return failed or found


def bench(arguments: list[str]) -> int:
    """Run every benchmark, or the named one with its own arguments."""
    there = sorted(path.stem for path in (ROOT / "benchmarks").glob("[!_]*.py"))
    names = arguments[:1] or there
    if not set(names) <= set(there):
        say(f"there is no benchmark {names[0]}; there are: {', '.join(there)}")
        return 2
    python = set_up(with_tests=True)
    codes = []
    for name in names:
        say(f"benchmark {name}")
        command = ["-m", f"benchmarks.{name}", *arguments[1:]]  # they use one another's scenes
        codes.append(run_in_venv(python, command, offscreen=True))
    return max(codes, default=0)


def screenshots(arguments: list[str]) -> int:
    """Take the pictures of the window, under Xvfb where it is installed, else offscreen."""
    python = set_up(with_tests=True)
    script = [str(ROOT / "tests" / "end_to_end" / "screenshots.py"), *arguments]
    if not shutil.which("Xvfb"):
        return run_in_venv(python, script, offscreen=True)
    read_end, write_end = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write_end), "-screen", "0", "2560x1440x24", "-nolisten", "tcp"],
        pass_fds=(write_end,),
        stderr=subprocess.DEVNULL,
    )
    os.close(write_end)
    try:
        with os.fdopen(read_end, encoding="ascii") as answer:
            number = answer.readline().strip()
        if not number:
            return run_in_venv(python, script, offscreen=True)
        os.environ.update(DISPLAY=f":{number}", QT_QPA_PLATFORM="xcb")
        return run_in_venv(python, script)
    finally:
        server.terminate()
        server.wait()


def package(arguments: list[str]) -> int:
    """Make the packages for this system; ``packaging/build.py --help`` tells its arguments."""
    python = set_up(with_tests=False, with_packager=True)
    return run_in_venv(python, [str(ROOT / "packaging" / "build.py"), *arguments], offscreen=True)


def setup(arguments: list[str]) -> int:
    """Only set up; it takes no arguments."""
    if arguments:
        say(f"setup takes no arguments: {' '.join(arguments)}")
        return 2
    set_up(with_tests=True)
    return 0


COMMANDS = {
    "bench": bench,
    "demo": demo,
    "lint": lint,
    "package": package,
    "run": run,
    "screenshots": screenshots,
    "setup": setup,
    "test": test,
}


# --- running things ------------------------------------------------------------------------------


def say(sentence: str) -> None:
    """Print a line of dev.py's own."""
    print(f"[dev] {sentence}", flush=True)


def run_quietly(command: list[str]) -> int:
    """Run a command and show what it printed only where it didn't succeed."""
    answer = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if answer.returncode != 0:
        print(answer.stdout, end="", flush=True)
    return answer.returncode


def is_quiet_success(command: list[str]) -> bool:
    """Run a command that shows nothing, and return whether it succeeded."""
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def run_in_venv(
    python: Path,
    arguments: list[str],
    *,
    offscreen: bool = False,
    cwd: Path | None = ROOT,
    files_at: Path | None = None,
) -> int:
    """Run the environment's interpreter and return its exit code; tests put files at a folder."""
    environment = dict(os.environ)
    environment["PATH"] = os.pathsep.join([str(python.parent), environment.get("PATH", "")])
    environment["VIRTUAL_ENV"] = str(VENV)
    environment.pop("PYTHONHOME", None)
    if offscreen:
        environment.setdefault("QT_QPA_PLATFORM", "offscreen")
    if files_at is not None:
        environment.setdefault("PYTEST_DEBUG_TEMPROOT", str(files_at))
    where = None if cwd is None else str(cwd)
    return subprocess.call([str(python), *arguments], cwd=where, env=environment)


def main(arguments: list[str]) -> int:
    """Run one command; returns the exit code."""
    too_old = old_python_sentence(sys.version_info[:3])
    if too_old is not None:
        say(too_old)
        return 2
    if not arguments or arguments[0] in {"-h", "--help", "help"}:
        print(USAGE, end="")
        return 0 if arguments else 2
    command = COMMANDS.get(arguments[0])
    if command is None:
        say(f"there is no command {arguments[0]}")
        print(USAGE, end="")
        return 2
    try:
        return command(arguments[1:])
    except SetupStopped as stopped:
        say(str(stopped))
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
