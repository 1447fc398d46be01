"""About: what it is, what it is not, and the licences of all that is in it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

import woundtrack
from tests.red_network import VERSION, write_red_network
from woundtrack import resources
from woundtrack.imaging.outlining import network_asset
from woundtrack.ui.window import licences
from woundtrack.ui.window.main_window import MainWindow


def test_it_says_the_version_the_use_and_what_it_is_not(window: MainWindow) -> None:
    window.session.actions["window.about"].trigger()

    said = " ".join(label.text() for label in window.about_sheet.findChildren(QLabel))

    assert f"woundtrack {woundtrack.__version__}" in said
    assert "Intended use" in said
    assert "not a certified medical device" in said
    assert "Apache License 2.0" in said
    window.about_sheet.dismiss()


def test_the_system_details_are_copied_and_name_no_folder(qtbot: QtBot, window: MainWindow) -> None:
    window.session.actions["window.about"].trigger()

    qtbot.mouseClick(window.about_sheet.copy, Qt.MouseButton.LeftButton)

    copied = QGuiApplication.clipboard().text()
    assert f"woundtrack {woundtrack.__version__}" in copied
    assert "PySide6-Essentials" in copied
    assert str(Path.home()) not in copied
    window.about_sheet.dismiss()


def test_the_licences_are_read_in_the_window(qtbot: QtBot, window: MainWindow) -> None:
    window.session.actions["window.about"].trigger()

    qtbot.mouseClick(window.about_sheet.read, Qt.MouseButton.LeftButton)

    sheet = window.licences_sheet
    assert sheet.isVisible()
    assert "Apache License" in sheet.text.toPlainText()
    names = [sheet.list.item(row).text() for row in range(sheet.list.count())]
    sheet.list.setCurrentRow(next(at for at, name in enumerate(names) if name.startswith("numpy")))
    assert "NumPy Developers" in sheet.text.toPlainText()
    qtbot.keyClick(sheet.list, Qt.Key.Key_Escape)
    assert not sheet.isVisible()


def test_every_work_in_a_checkout_states_its_terms_and_brings_their_text() -> None:
    works = {one.name.lower(): one for one in licences.third_party()}

    assert {"numpy", "pillow", "pyside6_essentials", "matplotlib", "sqlite-utils"} <= set(works)
    for one in works.values():
        assert one.version
        assert one.licence, one.name
        assert len(one.read()) > 200, one.name
    assert "GNU LESSER GENERAL PUBLIC LICENSE" in works["pyside6_essentials"].read()


@pytest.mark.usefixtures("of_the_copy")  # which has no network
def test_in_a_package_they_are_those_of_its_bill_of_materials(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / resources.LICENCES / "numpy-2.0").mkdir(parents=True)
    (tmp_path / resources.LICENCES / "numpy-2.0" / "LICENSE.txt").write_text("Terms of numpy")
    bill = {
        "components": [
            {
                "name": "numpy",
                "version": "2.0",
                "scope": "required",
                "licenses": [{"expression": "BSD-3-Clause"}],
                "properties": [{"name": resources.LICENCE_TEXT, "value": "numpy-2.0/LICENSE.txt"}],
            }
        ]
    }
    (tmp_path / resources.BILL_OF_MATERIALS).write_text(json.dumps(bill))
    monkeypatch.setattr(resources, "_PACKAGE", tmp_path)
    monkeypatch.setattr(licences, "_CHECKOUT", tmp_path / "_internal")
    (tmp_path / "LICENSE.txt").write_text("Our own terms")

    (one,) = licences.third_party()

    assert (one.name, one.version, one.licence) == ("numpy", "2.0", "BSD-3-Clause")
    assert one.read() == "Terms of numpy"
    assert licences.own_licence() == "Our own terms"


# --- the outline network -------------------------------------------------------------------------


def test_it_names_the_network_its_hash_and_that_it_is_not_for_commercial_use(
    of_the_copy: Path, window: MainWindow
) -> None:
    facts = write_red_network(of_the_copy)

    window.session.actions["window.about"].trigger()

    said = window.about_sheet.network.text()
    assert f"Version {VERSION}, SHA-256 {facts.sha256[:12]}" in said
    assert "Not for commercial use" in said
    window.about_sheet.dismiss()


def test_its_terms_and_its_model_card_are_read_in_the_window(
    qtbot: QtBot, of_the_copy: Path, window: MainWindow
) -> None:
    write_red_network(of_the_copy)
    window.session.actions["window.about"].trigger()

    qtbot.mouseClick(window.about_sheet.read_network, Qt.MouseButton.LeftButton)

    sheet = window.licences_sheet
    assert sheet.isVisible()
    assert sheet.title.text() == f"Outline network {VERSION}"
    assert sheet.terms.text() == "Not for commercial use"
    assert "Not for commercial use." in sheet.text.toPlainText()
    assert "It knows red." in sheet.text.toPlainText()
    sheet.dismiss()


def test_a_clinics_own_network_is_said_to_be_its_own(of_the_copy: Path, window: MainWindow) -> None:
    folder = resources.own_folder("outline")
    write_red_network(folder, version="own-3", terms=network_asset.OWN)

    window.session.actions["window.about"].trigger()

    said = window.about_sheet.network.text().replace("\u200b", "")
    assert "Version own-3" in said
    assert f"This clinic's own, in \u2066{folder}" in said
    window.about_sheet.dismiss()


def test_a_network_put_in_place_of_the_copys_own_keeps_its_terms(
    of_the_copy: Path, window: MainWindow
) -> None:
    write_red_network(resources.own_folder("outline"))

    window.session.actions["window.about"].trigger()

    said = window.about_sheet.network.text()
    assert "in place of this copy's own" in said
    assert "Not for commercial use" in said
    window.about_sheet.dismiss()


def test_without_a_network_it_says_so_and_offers_no_card(
    of_the_copy: Path, window: MainWindow
) -> None:
    window.session.actions["window.about"].trigger()

    assert "This copy has none" in window.about_sheet.network.text()
    assert not window.about_sheet.read_network.isVisible()
    window.about_sheet.dismiss()


def test_a_package_lists_its_network_once(
    tmp_path: Path, of_the_copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_red_network(of_the_copy)
    listed = {
        "name": licences.NETWORK,
        "version": VERSION,
        "scope": "required",
        "licenses": [{"license": {"name": "Not for commercial use"}}],
        "properties": [],
    }
    (tmp_path / resources.BILL_OF_MATERIALS).write_text(json.dumps({"components": [listed]}))
    monkeypatch.setattr(resources, "_PACKAGE", tmp_path)

    (one,) = licences.third_party()

    assert (one.name, one.version) == (licences.NETWORK, VERSION)
    assert "It knows red." in one.read()
