"""States of what leaves the library: the export, the pictures to look at, the archive's queue.

Hides which sheet covers which: each state takes the one before away.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tests.end_to_end import course_states

if TYPE_CHECKING:
    from woundtrack.ui.window.main_window import MainWindow


def export(window: MainWindow) -> None:
    """Show what would leave with pictures of the lesions, for a study."""
    from PySide6.QtTest import QTest

    from woundtrack.model import Framing

    course_states.timeline_merged(window)
    sheet = window.export_sheet
    sheet.open()
    sheet.choices.study.clear()
    QTest.keyClicks(sheet.choices.study, "BLOOM")
    sheet.choices.show_folder_in(Path("/home/ann/Documents"))
    sheet.choices.choose_pictures(Framing.LESION)


def export_identified(window: MainWindow) -> None:
    """Show an export that identifies the patients."""
    export(window)
    window.export_sheet.choices.choose_identified()


def pictures(window: MainWindow) -> None:
    """Show a picture that shows more than the lesion, as it would leave."""
    from woundtrack.model import Framing

    leave(window)
    window.pictures_sheet.open_for(Framing.AROUND)


def archive(window: MainWindow) -> None:
    """Show the queue of an archive."""
    from woundtrack.model import Archive

    leave(window)
    session = window.session
    course_states.show_patient(window, course_states.MERGED)
    known = Archive(name="Hospital archive", host="pacs.hospital.example", title="STORE")
    session.prefer(session.settings.with_archive(known))
    window.archive_sheet.open()
    if window.archive_sheet.add.isEnabled():
        window.archive_sheet.add.click()


def leave(window: MainWindow) -> None:
    """Take these sheets away."""
    for sheet in (window.pictures_sheet, window.archive_sheet, window.export_sheet):
        sheet.dismiss()
