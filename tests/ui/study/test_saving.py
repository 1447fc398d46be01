"""Where a figure is offered to be saved, and under which name it is."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from woundtrack.ui.study import saving


@pytest.fixture
def parent(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    return made


def test_without_a_documents_folder_a_figure_is_offered_to_the_persons_own(
    parent: QWidget, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    offered: list[str] = []

    def ask(_parent: QWidget, _title: str, name: str, _kinds: str) -> tuple[str, str]:
        offered.append(name)
        return "", ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", ask)
    monkeypatch.setattr(
        QStandardPaths, "writableLocation", lambda _place: str(tmp_path / "Documents")
    )

    assert saving.ask_figure(parent, "Study, areas") is None
    (tmp_path / "Documents").mkdir()
    saving.ask_figure(parent, "Study, areas")

    assert offered == [
        str(Path.home() / "Study, areas.svg"),
        str(tmp_path / "Documents" / "Study, areas.svg"),
    ]


def test_a_name_without_an_ending_gets_that_of_the_chosen_kind(
    parent: QWidget, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def ask(_parent: QWidget, _title: str, _name: str, kinds: str) -> tuple[str, str]:
        return str(tmp_path / "figure 2.1"), kinds.split(";;")[1]

    monkeypatch.setattr(QFileDialog, "getSaveFileName", ask)

    assert saving.ask_figure(parent, "areas") == tmp_path / "figure 2.1.pdf"
    assert saving.saved_words(tmp_path / "a.pdf") == f"Saved a.pdf in {tmp_path}."
