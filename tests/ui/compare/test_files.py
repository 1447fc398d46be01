"""Saving what is seen: a picture with days, areas and scale bar, and a film of the visits."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QAbstractButton, QFileDialog
from pytestqt.qtbot import QtBot

from tests.ui.compare.conftest import CompareClinic, Enter, settle
from woundtrack.model import Consent, Purpose
from woundtrack.ui.compare import saving
from woundtrack.ui.window.main_window import MainWindow

KEY = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier


def answer(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))


def save(qtbot: QtBot, window: MainWindow) -> str:
    said: list[str] = []
    window.session.said.connect(said.append)
    qtbot.keyClick(window, KEY.Key_S, CTRL)
    settle(qtbot, window)
    return said[-1] if said else ""


def test_a_picture_of_what_is_seen_is_saved(
    qtbot: QtBot,
    compare_clinic: CompareClinic,
    enter: Enter,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    window, page = enter(compare_clinic)
    answer(monkeypatch, tmp_path / "A1.png")

    said = save(qtbot, window)

    assert said == "Saved A1.png."
    with Image.open(tmp_path / "A1.png") as image:
        size = image.size
        pixels = np.asarray(image.convert("RGB"))
    canvas = page.room.canvas
    by = saving.PICTURE_RATIO * size[0] / saving.PICTURE_RATIO / canvas.width()
    assert size[0] == max(canvas.width(), saving.LEAST_WIDTH) * saving.PICTURE_RATIO
    # The middle of the left pane is wound, at the canvas' place as in the file.
    middle = pixels[
        round(saving.HEAD * saving.PICTURE_RATIO + canvas.height() / 2 * by), size[0] // 4
    ]
    assert middle.tolist() == pytest.approx([150, 20, 30], abs=8)


def test_the_words_on_a_picture_name_days_areas_and_the_change(
    qtbot: QtBot,
    compare_clinic: CompareClinic,
    enter: Enter,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    window, _ = enter(compare_clinic)
    answer(monkeypatch, tmp_path / "A1.png")
    captions: list[saving.Caption] = []

    def note(_scene: object, _size: object, caption: saving.Caption, ratio: float = 1.0) -> QImage:
        captions.append(caption)
        return QImage(8, 8, QImage.Format.Format_RGB32)

    monkeypatch.setattr(saving, "picture", note)
    save(qtbot, window)

    (caption,) = captions
    assert caption.title == "WT-0147 · A1 · left abdomen"
    # 12 and 6 mm of radius: 4.5 and 1.1 cm².
    assert caption.lines[0] == (
        "12 Jan 2026: 4.5\u202fcm² (4.3–4.8) · 23 Feb 2026: 1.1\u202fcm² (1.1–1.2) · "
        "change −75\u202f% (−77 to −73) (95 % intervals)"
    )
    assert caption.lines[1] == (
        "Not lined up yet · Research software. Not a medical device. · "
        "Not for teaching or publication: no consent to it."
    )
    assert window.session.library is not None
    (entry,) = window.session.library.audit_trail(1)
    assert (entry.verb, entry.why) == (
        "save picture",
        "compare, A1, 2026-01-12 to 2026-02-23, png",
    )


def test_nothing_is_saved_of_a_patient_who_does_not_agree_to_a_record(
    qtbot: QtBot,
    compare_clinic: CompareClinic,
    enter: Enter,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    refusal = Consent(
        patient_id=compare_clinic.patient.id,
        purpose=Purpose.RECORD,
        is_given=False,
        given_on=date(2026, 2, 1),
    )
    with compare_clinic.library.verb("record", by="Ann") as change:
        change.add_entry(refusal)
    window, _ = enter(compare_clinic)
    answer(monkeypatch, tmp_path / "A1.png")

    said = save(qtbot, window)

    assert said == "Not saved: this patient doesn't agree to a record with photographs."
    assert not (tmp_path / "A1.png").exists()


def test_the_scale_bar_is_as_long_on_the_canvas_as_it_says(
    compare_clinic: CompareClinic, enter: Enter
) -> None:
    _, page = enter(compare_clinic)
    page._switch_outlines()
    canvas = page.room.canvas
    shown = canvas.grab().toImage()

    # How many pixels make a millimetre, by the first wound: 24 mm across, in the left pane.
    row = _row(shown, canvas.height() // 2)[: canvas.width() // 2]
    px_per_mm = np.count_nonzero((row[:, 0] < 175) & (row[:, 1] < 60)) / 24.0
    bar = max(_longest_white(_row(shown, canvas.height() - up)) for up in range(14, 32))

    assert bar / px_per_mm == pytest.approx(5.0, abs=0.2)


def _longest_white(row: np.ndarray) -> int:
    """Return the longest run of white pixels of a row."""
    best = run = 0
    for is_white in (row.min(axis=1) > 180).tolist():
        run = run + 1 if is_white else 0
        best = max(best, run)
    return best


def _row(image: QImage, y: int) -> np.ndarray:
    return saving.pixels_of(image)[y].astype(int)


@pytest.mark.parametrize("name", ["A1.gif", "A1.mp4"])
def test_a_film_has_a_picture_of_every_visit(
    name: str,
    qtbot: QtBot,
    compare_clinic: CompareClinic,
    enter: Enter,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    window, page = enter(compare_clinic)
    qtbot.keyClick(page.room.canvas, KEY.Key_5)
    settle(qtbot, window)
    answer(monkeypatch, tmp_path / name)

    said = save(qtbot, window)

    assert said == f"Saved {name}."
    if name.endswith("gif"):
        with Image.open(tmp_path / name) as image:
            assert getattr(image, "n_frames", 0) == 4
    assert (tmp_path / name).stat().st_size > 1000
    page.leave()


def test_a_name_without_a_kind_gets_the_kind_that_was_chosen(
    qtbot: QtBot,
    compare_clinic: CompareClinic,
    enter: Enter,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    window, page = enter(compare_clinic)
    qtbot.keyClick(page.room.canvas, KEY.Key_5)
    settle(qtbot, window)
    chosen = (str(tmp_path / "visits"), "MP4 film (*.mp4)")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: chosen)

    save(qtbot, window)

    assert (tmp_path / "visits.mp4").is_file()
    page.leave()


def test_nothing_is_saved_where_there_is_nothing_to_compare(
    empty_clinic: CompareClinic, enter: Enter
) -> None:
    window, page = enter(empty_clinic)

    assert window.session.actions.why_off("compare.save_picture") == "There is nothing to save yet."
    enabled = [one for one in page.room.findChildren(QAbstractButton) if one is page.room.save]
    assert [one.isEnabled() for one in enabled] == [False]
