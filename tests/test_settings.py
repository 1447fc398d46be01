"""Settings: written whole, read forgivingly, and never in the way of the records."""

from __future__ import annotations

import getpass
import json
import os
from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from woundtrack.errors import DiskFull, FileUnwritable
from woundtrack.model import Archive
from woundtrack.settings import (
    Settings,
    Theme,
    account_name,
    read_settings,
    settings_file,
    write_settings,
)

EVERYTHING_CHANGED = Settings(
    person="Ann Other",
    theme=Theme.DARK,
    text_scale=125,
    single_letter_keys=False,
    exports_unasked=False,
    backup_folder=Path("backups").absolute(),
    recent_libraries=(Path("clinic").absolute(), Path("study").absolute()),
    archives=(
        Archive(name="PACS", host="pacs.clinic.example"),
        Archive(
            name="Research",
            host="192.0.2.7",
            port=2762,
            title="ORTHANC",
            own_title="WARD7",
            uses_tls=True,
            ca_file=Path("ca.pem").absolute(),
            certificate=Path("own.pem").absolute(),
            key=Path("own.key").absolute(),
        ),
    ),
)


def test_the_first_start_has_the_defaults_and_reports_nothing() -> None:
    reading = read_settings()

    assert reading.settings == Settings()
    assert reading.reports == ()


def test_what_is_written_is_read_again() -> None:
    write_settings(EVERYTHING_CHANGED)

    reading = read_settings()

    assert reading.settings == EVERYTHING_CHANGED
    assert reading.reports == ()


def test_the_folder_of_the_settings_can_be_chosen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WOUNDTRACK_CONFIG_DIR", str(tmp_path / "chosen"))

    write_settings(Settings(person="Ann"))

    assert settings_file() == tmp_path / "chosen" / "settings.json"
    assert json.loads(settings_file().read_text(encoding="utf-8"))["person"] == "Ann"


def test_without_a_chosen_folder_the_systems_own_place_is_used(
    own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("WOUNDTRACK_CONFIG_DIR")

    assert own_home in settings_file().parents
    assert settings_file().parent.name == "woundtrack"


def test_every_setting_is_written() -> None:
    write_settings(Settings())

    stored = json.loads(settings_file().read_text(encoding="utf-8"))

    assert set(stored) == {"version", *(field.name for field in fields(Settings))}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("person", 7),
        ("theme", "purple"),
        ("theme", ["dark"]),
        ("single_letter_keys", "yes"),
        ("single_letter_keys", 1),
        ("text_scale", 300),
        ("text_scale", True),
        ("text_scale", "125"),
        ("backup_folder", ""),
        ("backup_folder", "backups"),
        ("backup_folder", 7),
        ("recent_libraries", "clinic"),
        ("recent_libraries", ["clinic", 3]),
        ("recent_libraries", [""]),
    ],
)
def test_a_bad_value_falls_back_alone_and_is_reported(
    tmp_path: Path, name: str, value: object
) -> None:
    path = tmp_path / "settings.json"
    write_settings(EVERYTHING_CHANGED, path)
    stored = json.loads(path.read_text(encoding="utf-8"))
    stored[name] = value
    path.write_text(json.dumps(stored), encoding="utf-8")

    reading = read_settings(path)

    assert getattr(reading.settings, name) == getattr(Settings(), name)
    others = {field.name for field in fields(Settings)} - {name}
    assert all(
        getattr(reading.settings, other) == getattr(EVERYTHING_CHANGED, other) for other in others
    )
    assert len(reading.reports) == 1
    assert name in reading.reports[0]


def test_an_unknown_setting_is_left_out_and_reported(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text('{"version": 1, "person": "Ann", "colour": "red"}', encoding="utf-8")

    reading = read_settings(path)

    assert reading.settings == Settings(person="Ann")
    assert reading.reports == ("The setting colour is not known and is left out.",)


def test_a_newer_format_is_read_as_far_as_it_is_understood(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text('{"version": 99, "person": "Ann"}', encoding="utf-8")

    reading = read_settings(path)

    assert reading.settings.person == "Ann"
    assert "format 99" in reading.reports[0]


@pytest.mark.parametrize("text", ["", "{", "[]", '"text"', "null", "\ufeff{}", "[" * 100_000])
def test_a_file_that_holds_no_settings_gives_the_defaults_and_one_report(
    tmp_path: Path, text: str
) -> None:
    path = tmp_path / "settings.json"
    path.write_text(text, encoding="utf-8")

    reading = read_settings(path)

    assert reading.settings == Settings()
    assert len(reading.reports) == 1


def test_a_file_that_is_not_text_gives_the_defaults_and_one_report(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_bytes(b"\xff\xfe\x00")

    reading = read_settings(path)

    assert reading.settings == Settings()
    assert len(reading.reports) == 1


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)


@given(
    stored=st.dictionaries(
        st.sampled_from(["version", *(field.name for field in fields(Settings))])
        | st.text(max_size=5),
        json_values,
    )
)
def test_no_stored_value_keeps_the_program_from_starting(
    tmp_path_factory: pytest.TempPathFactory, stored: dict[str, object]
) -> None:
    path = tmp_path_factory.getbasetemp() / "any-settings.json"
    path.write_text(json.dumps(stored), encoding="utf-8")

    reading = read_settings(path)

    assert isinstance(reading.settings, Settings)


def test_a_write_that_fails_leaves_the_old_settings_and_no_scrap(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "settings.json"
    write_settings(Settings(person="Ann"), path)

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DiskFull):
        write_settings(Settings(person="Bea"), path)

    assert read_settings(path).settings.person == "Ann"
    assert [found.name for found in tmp_path.iterdir()] == ["settings.json"]


def test_a_folder_that_cannot_be_made_is_said_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")

    with pytest.raises(FileUnwritable, match="can't be written"):
        write_settings(Settings(), tmp_path / "file" / "settings.json")


def test_the_library_opened_last_comes_first_and_once() -> None:
    a, b = Path("a").absolute(), Path("b").absolute()
    settings = Settings().opened(a).opened(b).opened(Path("a"))

    assert settings.recent_libraries == (a, b)
    assert settings.last_library == a
    assert settings.forgotten(a).last_library == b


def test_only_eight_libraries_are_remembered() -> None:
    settings = Settings()

    for number in range(10):
        settings = settings.opened(Path(f"library-{number}"))

    assert len(settings.recent_libraries) == 8
    assert settings.last_library == Path("library-9").absolute()


def test_settings_of_the_first_format_lose_the_libraries_whose_folder_is_not_known(
    tmp_path: Path,
) -> None:
    path = tmp_path / "settings.json"
    known = tmp_path / "clinic"
    stored = {"version": 1, "person": "Ann", "recent_libraries": ["clinic", str(known)]}
    path.write_text(json.dumps(stored), encoding="utf-8")

    reading = read_settings(path)

    assert reading.settings == Settings(person="Ann", recent_libraries=(known,))
    assert reading.reports == ()


def test_a_name_loses_the_spaces_that_cannot_be_seen(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text('{"version": 1, "person": "  Ann\\t Other\\n"}', encoding="utf-8")

    assert read_settings(path).settings.person == "Ann Other"


@pytest.mark.parametrize("fault", [KeyError, OSError, ImportError])
def test_an_account_without_a_name_is_called_unknown(
    monkeypatch: pytest.MonkeyPatch, fault: type[Exception]
) -> None:
    def nameless() -> str:
        raise fault("uid not found: 12345")

    monkeypatch.setattr(getpass, "getuser", nameless)

    assert account_name() == "unknown"


def test_the_account_is_called_as_the_system_calls_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(getpass, "getuser", lambda: "ann")

    assert account_name() == "ann"


def test_an_archive_is_found_set_anew_and_forgotten_by_its_name() -> None:
    settings = Settings().with_archive(Archive(name="PACS", host="old"))

    settings = settings.with_archive(Archive(name="pacs", host="new"))

    assert [one.host for one in settings.archives] == ["new"]
    assert settings.archive(" Pacs ") == Archive(name="pacs", host="new")
    assert settings.archive("other") is None
    assert settings.without_archive("PACS").archives == ()


@pytest.mark.parametrize(
    "change",
    [
        {"port": 0},
        {"port": "104"},
        {"host": " "},
        {"title": "more than sixteen characters"},
        {"own_title": "Müller"},
        {"uses_tls": "yes"},
        {"ca_file": "relative.pem"},
        {"key": 7},
    ],
    ids=str,
)
def test_an_archive_that_cannot_be_is_left_out_and_told(change: dict[str, object]) -> None:
    write_settings(Settings(archives=(Archive(name="PACS", host="pacs"),)))
    stored = json.loads(settings_file().read_text(encoding="utf-8"))
    stored["archives"][0] |= change
    settings_file().write_text(json.dumps(stored), encoding="utf-8")

    reading = read_settings()

    assert reading.settings.archives == ()
    (report,) = reading.reports
    assert report.startswith("The setting archives can't be")
