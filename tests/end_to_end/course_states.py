"""States of the rooms that show courses: Record, Compare, MDT, Study, and the timeline's lanes.

Hides which demonstration patient shows what: WT-0031 has most, lesions of WT-0112 merge, WT-0073
dies, WT-0140 has one visit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from woundtrack.ui.study.page import StudyPage
    from woundtrack.ui.window.main_window import MainWindow

FULLEST, MERGED, DEAD, NEWEST = "WT-0031", "WT-0112", "WT-0073", "WT-0140"


def show_patient(window: MainWindow, code: str) -> None:
    """Show a patient of the demonstration."""
    assert window.session.library is not None
    window.session.set_patient(window.session.library.patient_with_code(code))


def _timeline_of(window: MainWindow, code: str) -> None:
    show_patient(window, code)
    window.session.go("timeline")


def timeline_merged(window: MainWindow) -> None:
    """Show lesions that became one."""
    _timeline_of(window, MERGED)


def timeline_died(window: MainWindow) -> None:
    """Show a course that ended with death."""
    _timeline_of(window, DEAD)


def timeline_one_visit(window: MainWindow) -> None:
    """Show a patient who was seen once."""
    _timeline_of(window, NEWEST)


def record(window: MainWindow) -> None:
    """Show the form of the newest recorded visit."""
    show_patient(window, "WT-0104")
    window.session.go("record")


def record_patient(window: MainWindow) -> None:
    """Show the patient's own card."""
    show_patient(window, MERGED)
    window.session.actions["patient.details"].trigger()


def record_risks(window: MainWindow) -> None:
    """Show the page of risk factors on it."""
    window.patient_sheet.open_at(window.patient_sheet.risks)


def record_lesions(window: MainWindow) -> None:
    """Show the page of lesions on it."""
    window.patient_sheet.open_at(window.patient_sheet.lesions)


def patient_leave(window: MainWindow) -> None:
    """Leave the patient's card."""
    window.patient_sheet.dismiss()


def record_score(window: MainWindow) -> None:
    """Show a score being answered."""
    show_patient(window, "WT-0104")
    window.session.go("record")
    window.session.actions["record.score"].trigger()


def score_leave(window: MainWindow) -> None:
    """Leave the score that is being answered."""
    from woundtrack.ui.record.page import RecordPage

    page = window.page("record")
    assert isinstance(page, RecordPage)
    page.side.score.sheet.dismiss()


def compare(window: MainWindow) -> None:
    """Show a lesion's first and last photographs in true size."""
    show_patient(window, FULLEST)
    window.session.go("compare")


def compare_slider(window: MainWindow) -> None:
    """Show them under a slider."""
    window.session.actions["compare.slider"].trigger()


def mdt(window: MainWindow) -> None:
    """Show the list of a meeting."""
    window.session.actions["compare.side"].trigger()
    window.session.go("mdt")
    _rest(window)
    window.session.actions["mdt.suggested"].trigger()


def _rest(window: MainWindow) -> None:
    """Wait until no work is under way: who has news is looked for first."""
    import time

    from PySide6.QtWidgets import QApplication

    give_up = time.monotonic() + 60
    quiet_since = time.monotonic()
    while time.monotonic() - quiet_since < 0.3 and time.monotonic() < give_up:
        QApplication.processEvents()
        time.sleep(0.01)
        if window.session.tasks.running:
            quiet_since = time.monotonic()


def mdt_screen(window: MainWindow) -> None:
    """Show the first patient of the meeting on the full screen."""
    window.session.actions["mdt.begin"].trigger()


def mdt_leave(window: MainWindow) -> None:
    """Leave the full screen."""
    screen = full_screen(window)
    if screen is not None:
        screen.close()


def full_screen(window: MainWindow) -> QWidget | None:
    """Return the meeting's own window while it is shown."""
    from PySide6.QtWidgets import QApplication

    found = [
        one
        for one in QApplication.topLevelWidgets()
        if one is not window and one.isVisible() and type(one).__name__ == "MdtScreen"
    ]
    return found[0] if found else None


def _study_page(window: MainWindow) -> StudyPage:
    from woundtrack.ui.study.page import StudyPage

    page = window.page("study")
    assert isinstance(page, StudyPage)
    return page


def study(window: MainWindow) -> None:
    """Show the whole clinic as a cohort."""
    window.session.go("study")


def study_treatment(window: MainWindow) -> None:
    """Tell lesions apart by when sodium thiosulfate was started."""
    from woundtrack.model import Agent

    by = _study_page(window).look.by
    by.setCurrentIndex(by.findData(str(Agent.SODIUM_THIOSULFATE_IV)))


def study_nobody(window: MainWindow) -> None:
    """Ask for patients of whom there are none."""
    from woundtrack.model import SiteGroup

    page = _study_page(window)
    page.look.by.setCurrentIndex(0)
    page.filters.visits.setCurrentIndex(page.filters.visits.count() - 1)
    page.filters.site.tick_of(SiteGroup.HEAD).setChecked(True)
