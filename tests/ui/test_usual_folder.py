"""Where dialogs begin that ask for a file: in a folder that is there."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from PySide6.QtCore import QStandardPaths

import woundtrack.ui
from woundtrack.ui.usual_folder import usual_folder


def test_a_dialog_begins_among_the_documents_or_else_in_the_persons_own_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    documents = tmp_path / "Documents"
    monkeypatch.setattr(QStandardPaths, "writableLocation", lambda _place: str(documents))

    without = usual_folder()
    documents.mkdir()

    assert without == Path.home()
    assert usual_folder() == documents


def test_a_system_that_knows_no_documents_has_the_persons_own_folder(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(QStandardPaths, "writableLocation", lambda _place: "")

    assert usual_folder() == Path.home()


def test_no_dialog_asks_the_system_for_a_folder_that_may_not_be_there() -> None:
    asking = {
        path.name
        for path in Path(woundtrack.ui.__file__).parent.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr == "DocumentsLocation"
    }

    assert asking == {"usual_folder.py"}
