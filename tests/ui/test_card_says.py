"""The import room asks when a card bears the code of another patient than the one imported for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from woundtrack import imaging, workflow
from woundtrack.model import BodySite, Method
from woundtrack.records import Library
from woundtrack.ui.imports.batch import Incoming, State
from woundtrack.ui.imports.page import ImportPage
from woundtrack.ui.session import Session

ABDOMEN = BodySite(region="abdomen")
DAY = date(2026, 3, 2)

Import = Callable[..., Incoming]


def library_of(session: Session) -> Library:
    assert session.library is not None
    return session.library


@pytest.fixture
def page(qtbot: QtBot, clinic_session: Session) -> ImportPage:
    made = ImportPage(clinic_session)
    qtbot.addWidget(made)
    return made


@pytest.fixture
def imported(clinic_session: Session, page: ImportPage, tmp_path: Path) -> Import:
    """Return a way to import a photograph for a patient, with a code on its card."""

    def bring(name: str, *, patient: str, on_card: str | None) -> Incoming:
        path = tmp_path / name
        shade = sum(name.encode()) % 256
        imaging.write_picture(path, np.full((48, 64, 3), shade, dtype=np.uint8))
        data, file_time = imaging.read_file(path)
        _, photograph = imaging.read_photograph_bytes(data, name, file_time)
        library = library_of(clinic_session)
        library.originals.put(data, photograph.sha256, path.suffix)
        examined = workflow.Examined(
            path=path,
            photograph=photograph,
            calibration=None,
            outlines=(),
            doubts=(),
            method=Method(name="test", version="1", application_version="0"),
            subject_code=on_card,
        )
        filed = workflow.file_photograph(
            library, examined, patient_code=patient, site=ABDOMEN, visited_on=DAY, by="Ann"
        )
        one = Incoming(path, workflow.scan(path), State.READY, examined=examined, filed=filed)
        page._advanced([one])
        return one

    return bring


def said(page: ImportPage) -> list[tuple[str, str]]:
    return [
        (note.words[1], note.words[2])
        for note in page.panel.notes
        if "card says" in note.words[1].lower()
    ]


def plain(text: str) -> str:
    """Return words without the marks that keep a code from being turned round."""
    return "".join(letter for letter in text if letter not in "\u2066\u2067\u2068\u2069\u2060")


def test_a_card_of_another_known_patient_is_asked_about(page: ImportPage, imported: Import) -> None:
    imported("IMG_1.JPG", patient="WT-0092", on_card="WT-0147")
    imported("IMG_2.JPG", patient="WT-0092", on_card="wt-0147")

    ((title, names),) = said(page)

    assert plain(title) == "The card says WT-0147"
    assert names == "IMG_1.JPG and 1 more"
    (note,) = [one for one in page.panel.notes if one.words[1] == title]
    assert plain(note.words[3]).startswith("Imported for WT-0092. Whose is it?")


@pytest.mark.parametrize("on_card", [None, "WT-0092", "wt-0092", "UNKNOWN-7"])
def test_a_card_that_agrees_or_names_nobody_known_is_not_spoken_of(
    page: ImportPage, imported: Import, on_card: str | None
) -> None:
    imported("IMG_1.JPG", patient="WT-0092", on_card=on_card)

    assert said(page) == []


def test_a_photograph_that_was_moved_to_its_patient_is_no_longer_asked_about(
    clinic_session: Session, page: ImportPage, imported: Import
) -> None:
    one = imported("IMG_1.JPG", patient="WT-0092", on_card="WT-0147")
    assert len(said(page)) == 1
    assert one.filed is not None

    workflow.refile(
        library_of(clinic_session),
        one.filed.photograph,
        patient_code="WT-0147",
        site=ABDOMEN,
        visited_on=DAY,
        by="Ann",
        reason="the card says so",
    )
    clinic_session.changed("photographs")

    assert said(page) == []


def test_the_photograph_in_question_is_shown_in_review(
    qtbot: QtBot, clinic_session: Session, page: ImportPage, imported: Import
) -> None:
    one = imported("IMG_1.JPG", patient="WT-0092", on_card="WT-0147")
    (note,) = [one for one in page.panel.notes if "card says" in one.words[1]]
    gone: list[tuple[str, dict[str, object]]] = []
    clinic_session.go = lambda room, **context: gone.append((room, context))  # type: ignore[method-assign]

    from woundtrack.ui.components import KeyButton

    qtbot.mouseClick(note.findChildren(KeyButton)[0], Qt.MouseButton.LeftButton)

    assert one.filed is not None
    assert gone == [("review", {"photograph_id": one.filed.photograph.id})]
    assert clinic_session.patient is not None
    assert clinic_session.patient.code == "WT-0092"
