"""dev.py: what it decides, without a network and without installing anything."""

from __future__ import annotations

import ast
import importlib.util
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
LOCKS = tuple(ROOT / "requirements" / f"{name}.txt" for name in ("run", "test", "package"))


@pytest.fixture
def dev() -> ModuleType:
    spec = importlib.util.spec_from_file_location("dev", ROOT / "dev.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Make the files that the environment is made from."""
    (tmp_path / "requirements").mkdir()
    for name in ("pyproject.toml", "dev.py", "requirements/run.txt", "requirements/test.txt"):
        (tmp_path / name).write_text(name, encoding="utf-8")
    return tmp_path


def test_it_needs_the_standard_library_alone() -> None:
    tree = ast.parse((ROOT / "dev.py").read_text(encoding="utf-8"))

    imported = {
        name.name.partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for name in node.names
    } | {
        (node.module or "").partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
    }

    assert imported <= sys.stdlib_module_names


def test_an_old_python_can_read_it_as_far_as_the_sentence() -> None:
    text = (ROOT / "dev.py").read_text(encoding="utf-8")

    assert isinstance(ast.parse(text, feature_version=(3, 7)), ast.Module)


def test_an_old_python_is_told_what_is_needed(dev: ModuleType) -> None:
    sentence = dev.old_python_sentence((3, 9, 2))

    assert "needs Python 3.11 or newer" in sentence
    assert "this is Python 3.9.2" in sentence
    assert dev.old_python_sentence((3, 11, 0)) is None
    assert dev.old_python_sentence((4, 0, 0)) is None


@pytest.mark.parametrize(
    ("os_release", "expected"),
    [
        ('PRETTY_NAME="Debian GNU/Linux 12"\nID=debian\n', True),
        ('ID=ubuntu\nID_LIKE=debian\n', True),
        ('ID=linuxmint\nID_LIKE="ubuntu debian"\n', True),
        ('ID=fedora\n', False),
        ('ID="opensuse-leap"\nID_LIKE="suse opensuse"\n', False),
        ('HOME_URL="https://www.debian.org/"\nID=other\n', False),
        ("", False),
    ],
)  # fmt: skip
def test_debian_and_what_is_made_of_it_is_recognised(
    dev: ModuleType, os_release: str, expected: bool
) -> None:
    assert dev.is_debian_like(os_release) is expected


def test_a_package_is_missing_when_none_of_its_names_is_installed(dev: ModuleType) -> None:
    wanted = ("libgl1", "libglib2.0-0t64|libglib2.0-0", "libegl1")

    assert dev.missing_packages(wanted, {"libglib2.0-0", "libegl1"}) == ("libgl1",)
    assert dev.missing_packages(wanted, {"libgl1", "libglib2.0-0t64", "libegl1"}) == ()
    assert dev.missing_packages(wanted, set()) == wanted


def test_where_nothing_may_be_installed_the_line_to_type_is_printed(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def nothing(_: object) -> set[str]:
        return set()

    def first_name(entry: str) -> str:
        return entry.partition("|")[0]

    def debian(_: str) -> bool:
        return True

    def which(name: str) -> str:
        return name

    monkeypatch.setattr(dev.shutil, "which", which)
    monkeypatch.setattr(dev, "is_debian_like", debian)
    monkeypatch.setattr(dev, "installed_packages", nothing)
    monkeypatch.setattr(dev, "known_alternative", first_name)
    monkeypatch.setattr(dev, "may_install", lambda: None)
    if not Path("/etc/os-release").exists():
        pytest.skip("only where there is /etc/os-release")

    dev.install_system_packages(("libgl1", "libglib2.0-0t64|libglib2.0-0"))

    assert "sudo apt-get update && sudo apt-get install" in capsys.readouterr().out


def test_nothing_is_done_where_nothing_changed(dev: ModuleType, checkout: Path) -> None:
    locks = ("requirements/run.txt",)
    stamp = dev.stamp_of(checkout, locks)

    (checkout / "stamp-run").write_text(stamp, encoding="ascii")

    assert dev.is_up_to_date(checkout, dev.stamp_of(checkout, locks), "run")
    assert not dev.is_up_to_date(checkout, stamp, "test")


@pytest.mark.parametrize("name", ["pyproject.toml", "requirements/run.txt", "dev.py"])
def test_a_changed_requirement_is_installed(dev: ModuleType, checkout: Path, name: str) -> None:
    before = dev.stamp_of(checkout, ("requirements/run.txt",))

    (checkout / name).write_text("changed", encoding="utf-8")

    assert dev.stamp_of(checkout, ("requirements/run.txt",)) != before


def test_a_moved_checkout_is_set_up_again(dev: ModuleType, checkout: Path, tmp_path: Path) -> None:
    before = dev.stamp_of(checkout, ())
    moved = tmp_path / "moved"
    moved.mkdir()
    for name in ("pyproject.toml", "dev.py"):
        (moved / name).write_text(name, encoding="utf-8")

    assert dev.stamp_of(moved, ()) != before


def test_all_the_tests_are_spread_and_named_ones_are_not(dev: ModuleType) -> None:
    assert dev.pytest_arguments([], 2) == ["-n", "2", "--dist", "worksteal"]
    assert dev.pytest_arguments([], 1) == []
    assert dev.pytest_arguments([], 64) == ["-n", "4", "--dist", "worksteal"]
    assert dev.pytest_arguments(["tests/imaging"], 2) == ["tests/imaging"]


def test_tests_write_into_memory_where_there_is_room(
    dev: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = [dev.LEAST_MEMORY]
    monkeypatch.setattr(dev.shutil, "disk_usage", lambda _: SimpleNamespace(free=free[0]))

    roomy = dev.folder_for_tests(tmp_path)
    free[0] -= 1

    assert roomy == tmp_path
    assert dev.folder_for_tests(tmp_path) is None
    assert dev.folder_for_tests(tmp_path / "absent") is None


@pytest.fixture
def started(dev: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Keep what dev.py would have started, and start nothing."""
    commands: list[list[str]] = []

    def keep(_python: Path, arguments: list[str], **_options: object) -> int:
        commands.append(arguments)
        return 1 if arguments[:3] == ["-m", "ruff", "check"] else 0

    def ready(*, with_tests: bool, with_packager: bool = False) -> Path:
        return Path("with-tests" if with_tests else "packager" if with_packager else "without")

    monkeypatch.setattr(dev, "run_in_venv", keep)
    monkeypatch.setattr(dev, "set_up", ready)
    return commands


def test_what_lint_found_fails_the_whole_but_the_tests_still_run(
    dev: ModuleType, started: list[list[str]]
) -> None:
    code = dev.main(["test"])

    assert code == 1
    assert started[-1][:2] == ["-m", "pytest"]
    assert [command[1] for command in started] == ["ruff", "ruff", "mypy", "pytest"]


def test_lint_can_be_left_out(dev: ModuleType, started: list[list[str]]) -> None:
    code = dev.main(["test", "--no-lint", "tests/imaging", "-k", "island"])

    assert code == 0
    assert started == [["-m", "pytest", "tests/imaging", "-k", "island"]]


def test_without_a_screen_the_demonstration_is_made_without_a_window(
    dev: ModuleType, started: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dev, "has_screen", lambda: False)
    monkeypatch.delenv("QT_QPA_PLATFORM", raising=False)

    dev.main(["demo", "--library", "here"])

    assert started == [["-m", "woundtrack", "demo", "--no-window", "--library", "here"]]


def test_an_unknown_benchmark_is_named_and_nothing_runs(
    dev: ModuleType, started: list[list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    code = dev.main(["bench", "nonsense"])

    assert code == 2
    assert started == []
    assert "there is no benchmark nonsense" in capsys.readouterr().out


@pytest.mark.parametrize(("arguments", "code"), [([], 2), (["--help"], 0), (["nonsense"], 2)])
def test_the_commands_are_told(
    dev: ModuleType, arguments: list[str], code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert dev.main(arguments) == code

    printed = capsys.readouterr().out
    assert all(f"\n  {command}" in printed for command in dev.COMMANDS)


def test_it_runs_from_any_folder(tmp_path: Path) -> None:
    answer = subprocess.run(
        [sys.executable, str(ROOT / "dev.py"), "--help"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )

    assert "python3 dev.py COMMAND" in answer.stdout


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps no such mark")
@pytest.mark.parametrize("name", ["dev.py", ".ci/run"])
def test_a_script_can_be_started(name: str) -> None:
    assert os.access(ROOT / name, os.X_OK)


# --- the lock files ------------------------------------------------------------------------------


def _locked() -> dict[str, str]:
    """Return the locked version of every package."""
    text = "\n".join(lock.read_text(encoding="utf-8") for lock in LOCKS)
    return dict(re.findall(r"^([\w.-]+)==([\w.!+-]+)", text, flags=re.MULTILINE))


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_every_locked_package_has_hashes(lock: Path) -> None:
    entries = re.split(r"\n(?=[a-z])", lock.read_text(encoding="utf-8"))[1:]

    assert entries
    assert [entry for entry in entries if not re.search(r"--hash=sha256:[0-9a-f]{64}", entry)] == []


def test_every_requirement_is_locked_within_its_bounds() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    locked = _locked()

    outside = [
        text
        for text in [*project["dependencies"], *project["optional-dependencies"]["dev"]]
        if not Requirement(text).specifier.contains(
            locked[canonicalize_name(Requirement(text).name)]
        )
    ]

    assert outside == []


def test_a_second_qt_is_never_installed() -> None:
    assert {"pyside6", "pyside6-addons", "opencv-python", "pyqt6"}.isdisjoint(_locked())


def test_the_source_distribution_holds_every_folder_that_its_python_imports() -> None:
    hatch = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]
    held = {name.strip("/") for name in hatch["build"]["targets"]["sdist"]["include"]}
    folders = {path.name for path in ROOT.iterdir() if (path / "__init__.py").is_file()}

    imported = {
        name
        for folder in held & {path.name for path in ROOT.iterdir() if path.is_dir()}
        for file in (ROOT / folder).rglob("*.py")
        for name in re.findall(r"^ *(?:from|import) (\w+)", file.read_text("utf-8"), re.MULTILINE)
    }

    assert "training" in imported
    assert imported & folders <= held
