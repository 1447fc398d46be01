"""An export from the window says whom it left out, and follows the clinic's setting."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tests.ui.conftest import Clinic
from woundtrack import workflow
from woundtrack.model import Consent, Purpose
from woundtrack.ui.timeline.page import TimelinePage
from woundtrack.ui.window.main_window import MainWindow


@pytest.fixture
def page(
    make_window: Callable[..., MainWindow],
    clinic: Clinic,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> TimelinePage:
    window = make_window(clinic.path)
    library = window.session.library
    assert library is not None
    refused = Consent(
        patient_id="patient-WT-0118",
        purpose=Purpose.RESEARCH,
        is_given=False,
        given_on=date(2026, 1, 6),
    )
    workflow.record_entries(library, [refused], by="Ann")
    made = window.page("timeline")
    assert isinstance(made, TimelinePage)
    monkeypatch.setattr(made.files, "ask_export_folder", lambda: tmp_path / "out")
    return made


def left_out(tmp_path: Path) -> int:
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))
    return int(manifest["patients_left_out"])


def test_an_export_says_whom_it_left_out(page: TimelinePage, tmp_path: Path) -> None:
    window = page.window()
    assert isinstance(window, MainWindow)

    page.files.export()

    assert window.status.text.endswith(
        "1 patient who refused or withdrew is left out. 2 patients in it were never asked."
    )
    assert left_out(tmp_path) == 1


def test_a_stricter_setting_counts_for_the_window_too(page: TimelinePage, tmp_path: Path) -> None:
    window = page.window()
    assert isinstance(window, MainWindow)
    session = window.session
    session.prefer(replace(session.settings, exports_unasked=False))

    page.files.export()

    assert window.status.text.endswith("2 patients nobody asked are left out.")
    assert left_out(tmp_path) == 3
