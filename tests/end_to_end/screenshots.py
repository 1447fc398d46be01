"""Pictures of every state of the window, taken of the real window on the demonstration clinic.

Run through ``dev.py screenshots``. Each state is driven to through the session and its actions, as
a person would, in both themes and at both sizes, and written as WebP into ``assets/screenshots``.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtGui import QPixmap

    from woundtrack.model import Assessment, Patient
    from woundtrack.records import Library
    from woundtrack.ui.window.main_window import MainWindow

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.end_to_end import agreement_states, course_states, export_states  # noqa: E402  the root has to be found first

SIZES = {"1366": (1366, 696), "2560": (2560, 1440)}
"""A clinic monitor of 1366 × 768 without its desktop's bars, and a wall."""
THEMES = ("light", "dark")
_PATIENCE_S = 120.0
_QUIET_S = 0.4
_QUALITY = 92
"""Of 100: the photographs in the pictures take a fifth of a PNG's bytes, words stay sharp."""


@dataclass(frozen=True, kw_only=True)
class Options:
    """What was asked for on the command line."""

    out: Path
    library: Path
    sizes: tuple[str, ...]
    themes: tuple[str, ...]
    only: tuple[str, ...]


def main(arguments: Sequence[str] | None = None) -> int:
    """Take the pictures that were asked for; return 0."""
    options = _options(sys.argv[1:] if arguments is None else arguments)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ["QT_SCALE_FACTOR"] = "1"
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        os.environ["WOUNDTRACK_CONFIG_DIR"] = str(place / "settings")
        library = place / "Renal wound clinic"
        _demo(options.library)
        shutil.copytree(options.library, library)
        photographs = _photographs(library, place / "camera")
        options.out.mkdir(parents=True, exist_ok=True)
        for theme in options.themes:
            for size in options.sizes:
                if (theme, size) == ("dark", "2560") and len(options.themes) > 1:
                    continue  # the same picture once more, and the largest
                _take(options, library, photographs, theme, size)
    return 0


def _options(arguments: Sequence[str]) -> Options:
    import platformdirs

    cache = Path(platformdirs.user_cache_path("woundtrack", appauthor=False))
    parser = argparse.ArgumentParser(prog="dev.py screenshots", description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "assets" / "screenshots")
    parser.add_argument("--library", type=Path, default=cache / "screenshots-demo")
    parser.add_argument("--size", action="append", choices=list(SIZES))
    parser.add_argument("--theme", action="append", choices=THEMES)
    parser.add_argument("--only", action="append", default=[], help="a state by name")
    chosen = parser.parse_args(arguments)
    return Options(
        out=chosen.out,
        library=chosen.library,
        sizes=tuple(chosen.size or SIZES),
        themes=tuple(chosen.theme or THEMES),
        only=tuple(chosen.only),
    )


def _demo(folder: Path) -> None:
    """Make the demonstration clinic where it isn't there yet."""
    from woundtrack.demo import build_demo

    build_demo(folder)


def _photographs(library: Path, folder: Path) -> list[Path]:
    """Put photographs as from a camera into a folder: some new, one known, one that is none."""
    from woundtrack.records import Library

    folder.mkdir()
    with Library.open(library, read_only=True) as opened:
        patient = _fullest(opened)
        filed = opened.photographs(patient_id=patient.id)[-9:]
        for one in filed:
            data = opened.originals.read(one.photograph.sha256)
            # One byte after the end of the picture: new to the library, the same to look at.
            is_known = one is filed[0]
            name = Path(one.photograph.original_name).name
            (folder / name).write_bytes(data if is_known else data + b"\0")
    (folder / "letter.jpg").write_text("Dear colleague,\n")
    return sorted(folder.iterdir())


def _fullest(library: Library) -> Patient:
    """Return the patient with most lesions."""
    return max(library.patient_summaries(), key=lambda one: one.lesion_count).patient


def _take(
    options: Options, library: Path, photographs: list[Path], theme_name: str, size: str
) -> None:
    """Take every state's picture in one theme at one size."""
    # What the states change stays theirs: each round starts from the same clinic.
    with tempfile.TemporaryDirectory() as folder:
        copy, empty, first = (Path(folder) / name for name in (library.name, "Ward 7", "Ward 8"))
        shutil.copytree(library, copy)
        _make_library(empty)
        _first_visit(first, photographs[-2])  # the last is no photograph
        _take_states(options, copy, empty, first, photographs, theme_name, size)


def _make_library(folder: Path) -> None:
    from woundtrack.records import Library

    Library.create(folder).close()


def _take_states(
    options: Options,
    library: Path,
    empty: Path,
    first: Path,
    photographs: list[Path],
    theme_name: str,
    size: str,
) -> None:
    from PySide6.QtWidgets import QApplication

    from woundtrack.settings import Settings, Theme, write_settings
    from woundtrack.ui import app

    write_settings(Settings(person="Ann", theme=Theme(theme_name), recent_libraries=(library,)))
    application = app.make_application()
    window = app.make_window()
    window.resize(*SIZES[size])
    window.show()
    window.library_actions.open(library)
    window.tour.dismiss()  # which is shown at the first start by itself
    window.session.close_library()

    for state in _states(library, photographs, empty, first):
        if options.only and state.name not in options.only and not state.is_needed:
            continue
        state.drive(window)
        if state.settles:
            _settle(window)
        if not options.only or state.name in options.only:
            suffix = "" if theme_name == "light" else "-dark"
            path = options.out / f"{state.name}-{size}{suffix}.webp"
            QApplication.processEvents()
            _picture(window).save(str(path), quality=_QUALITY)
            sys.stdout.write(f"{path}\n")
        if popup := QApplication.activePopupWidget():
            popup.close()
        if state.leave is not None:
            state.leave(window)
    window.close()
    window.deleteLater()
    application.processEvents()


def _picture(window: MainWindow) -> QPixmap:
    """Return the window as it looks, with what is open above it; or the meeting's full screen."""
    from PySide6.QtGui import QPainter
    from PySide6.QtWidgets import QApplication

    meeting = course_states.full_screen(window)
    if meeting is not None:
        height = max(window.height(), 768)  # without a desktop's bars
        meeting.resize(window.width(), height)
        _settle(window)
        picture = meeting.grab()
        course_states.mdt_leave(window)
        return picture
    picture = window.grab()
    if popup := QApplication.activePopupWidget():
        painter = QPainter(picture)
        painter.drawPixmap(window.mapFromGlobal(popup.pos()), popup.grab())
        painter.end()
    return picture


@dataclass(frozen=True, kw_only=True)
class State:
    """A state of the window and the way to it from the state before."""

    name: str
    drive: Callable[[MainWindow], None]
    settles: bool = True
    leave: Callable[[MainWindow], None] | None = None  # what would lie over the states after it
    is_needed: bool = False  # the states after it start from here


def _states(library: Path, photographs: list[Path], empty: Path, first: Path) -> tuple[State, ...]:
    return (
        State(name="welcome", drive=_welcome),
        State(name="welcome-refused", drive=_refused),
        State(name="import-empty", drive=lambda one: _open(one, empty)),
        State(name="import", drive=lambda one: _import(one, library, photographs), is_needed=True),
        State(name="import-site", drive=_import_site),
        State(name="import-ready", drive=_import_ready, is_needed=True),
        State(name="drop", drive=_drop, leave=_let_go),
        State(name="review", drive=_review),
        State(name="review-patients", drive=_review_patients),
        State(name="review-hand", drive=_review_hand),
        State(name="review-lesion", drive=_review_lesion),
        State(name="review-place", drive=_review_place),
        State(name="review-doubt", drive=_review_doubt),
        State(name="review-limb", drive=_review_limb),
        State(name="review-flat-on-limb", drive=_review_flat_on_limb),
        State(name="review-colours", drive=_review_colours),
        State(name="review-tissue", drive=_review_tissue),
        State(name="review-kinds", drive=_review_kinds),
        State(name="timeline-kinds", drive=_timeline_kinds),
        State(name="timeline", drive=_timeline),
        State(name="timeline-sites", drive=_timeline_sites),
        State(name="timeline-percent", drive=_timeline_percent),
        State(name="timeline-closed", drive=_timeline_closed),
        State(name="timeline-merged", drive=course_states.timeline_merged),
        State(name="timeline-died", drive=course_states.timeline_died),
        State(name="timeline-one-visit", drive=course_states.timeline_one_visit),
        State(name="record", drive=course_states.record),
        State(
            name="record-patient",
            drive=course_states.record_patient,
            leave=course_states.patient_leave,
        ),
        State(
            name="record-risks",
            drive=course_states.record_risks,
            leave=course_states.patient_leave,
        ),
        State(
            name="record-lesions",
            drive=course_states.record_lesions,
            leave=course_states.patient_leave,
        ),
        State(
            name="record-score",
            drive=course_states.record_score,
            leave=course_states.score_leave,
        ),
        State(name="compare", drive=course_states.compare),
        State(name="compare-slider", drive=course_states.compare_slider),
        State(name="mdt", drive=course_states.mdt),
        State(name="mdt-screen", drive=course_states.mdt_screen),
        State(name="study", drive=course_states.study),
        State(name="study-treatment", drive=course_states.study_treatment),
        State(name="study-nobody", drive=course_states.study_nobody),
        State(name="export", drive=export_states.export),
        State(name="export-identified", drive=export_states.export_identified),
        State(name="export-pictures", drive=export_states.pictures),
        State(name="export-archive", drive=export_states.archive),
        State(name="reading-empty", drive=agreement_states.empty),
        State(name="reading-sessions", drive=agreement_states.sessions),
        State(name="reading-new", drive=agreement_states.new),
        State(name="reading-results", drive=agreement_states.results),
        State(name="remeasured", drive=agreement_states.remeasured),
        State(name="keys", drive=_keys),
        State(name="find", drive=_find),
        State(name="about", drive=_about),
        State(name="about-licences", drive=_licences),
        State(name="settings", drive=_settings),
        State(name="printed-cards", drive=_printed_cards),
        State(name="measure-bars", drive=_measure_bars),
        State(name="tour", drive=_tour),
        State(name="import-running", drive=_import_running, settles=False),
        State(name="import-finished", drive=lambda _one: None),
        State(name="review-done", drive=_review_done),
        State(name="timeline-first", drive=lambda one: _timeline_first(one, first)),
    )


def _settle(window: MainWindow) -> None:
    """Let the window come to rest: no work under way, nothing left to paint."""
    from PySide6.QtWidgets import QApplication

    give_up = time.monotonic() + _PATIENCE_S
    quiet_since = time.monotonic()
    while time.monotonic() - quiet_since < _QUIET_S:
        QApplication.processEvents()
        time.sleep(0.01)
        if window.session.tasks.running:
            quiet_since = time.monotonic()
        if time.monotonic() > give_up:
            raise TimeoutError("the window did not come to rest")


def _welcome(window: MainWindow) -> None:
    """Show the page without a library."""
    window.session.close_library()


def _open(window: MainWindow, library: Path) -> None:
    window.library_actions.open(library)


def _refused(window: MainWindow) -> None:
    from woundtrack.errors import LibraryOnNetwork

    path = "/media/ward/Renal wound clinic"
    window.library_actions.refused.emit(LibraryOnNetwork(path=path))


def _import(window: MainWindow, library: Path, photographs: list[Path]) -> None:
    window.library_actions.open(library)
    assert window.session.library is not None
    window.session.set_patient(_fullest(window.session.library))
    window.session.go("import", paths=photographs)


def _import_ready(window: MainWindow) -> None:
    from PySide6.QtTest import QTest

    from woundtrack.ui.imports.page import ImportPage

    page = window.page("import")
    assert isinstance(page, ImportPage)
    QTest.keyClicks(page.list.for_all.site, "abd")
    QTest.keyClicks(page.list.for_all.side, "l")


def _import_site(window: MainWindow) -> None:
    """Open the body map beside the fields for all groups, the mouse on a thigh."""
    from PySide6.QtTest import QTest

    from woundtrack.ui.imports.page import ImportPage

    page = window.page("import")
    assert isinstance(page, ImportPage)
    page.list.for_all.on_body.click()
    body = page.list.for_all.picker.map
    thigh = body.stage.find("front-thigh-left")
    assert thigh is not None
    QTest.mouseMove(body.viewport(), thigh.spot.toPoint())


def _photograph(window: MainWindow, *, has_calibration: bool) -> str:
    """Return the photograph with most outlines of those that wait, or one without a scale."""
    assert window.session.library is not None
    proposals = window.session.library.proposals(waiting_only=has_calibration)
    wanted = [one for one in proposals if (one.calibration is not None) == has_calibration]
    return max(wanted, key=lambda one: len(one.outlines)).photograph_id


def _review(window: MainWindow) -> None:
    window.session.go("review", photograph_id=_photograph(window, has_calibration=True))


def _review_patients(window: MainWindow) -> None:
    """Show the patients beside the photograph."""
    _review(window)
    window.session.actions["room.patients"].trigger()


def _review_doubt(window: MainWindow) -> None:
    window.session.go("review", photograph_id=_photograph(window, has_calibration=False))


def _review_limb(window: MainWindow) -> None:
    """Show a strip round a limb, and what makes the area there uncertain."""
    library = window.session.library
    assert library is not None
    on_limb = next(
        one
        for one in library.proposals(waiting_only=True)
        if one.calibration is not None and one.calibration.limb is not None and one.outlines
    )
    window.session.go("review", photograph_id=on_limb.photograph_id)
    _settle(window)
    window.session.actions["review.uncertainty"].trigger()


def _review_flat_on_limb(window: MainWindow) -> None:
    """Show a laminated card that lies flat on a shin, and how far its interval reaches."""
    library = window.session.library
    assert library is not None
    flat = next(
        outline.photograph_id
        for one in library.assessments()
        for outline in one.outlines
        if outline.measurement is not None
        and any(doubt.code == "flat_card_on_limb" for doubt in outline.measurement.doubts)
    )
    window.session.go("review", photograph_id=flat)


def _review_colours(window: MainWindow) -> None:
    """Show a photograph in the colours of its card."""
    window.session.actions["review.uncertainty"].trigger()
    window.session.go("review", photograph_id=_photograph(window, has_calibration=True))
    _settle(window)
    window.session.actions["review.colours"].trigger()


def _review_tissue(window: MainWindow) -> None:
    """Show a wound's tissue as proposed from colour, with the palette beside it."""
    from PySide6.QtCore import QPointF

    from woundtrack.ui.review.page import ReviewPage

    page = window.page("review")
    assert isinstance(page, ReviewPage)
    actions = window.session.actions
    actions["review.colours"].trigger()
    actions["review.tissue"].trigger()
    _settle(window)
    assert page.selected is not None
    assert page.selected.outline is not None
    middle = QPointF(*page.selected.outline.centre)
    page.canvas.set_scale(2 * page.canvas.scale_now, middle)
    actions["review.tissue_propose"].trigger()


def _nested(window: MainWindow) -> Assessment:
    """Return what was accepted of a lesion with an eschar and a margin, some visits in."""
    library = window.session.library
    assert library is not None
    found = [one for one in library.assessments() if len(one.outlines) == 3]
    return sorted(found, key=lambda one: library.visit(one.visit_id).visited_on)[len(found) // 2]


def _review_kinds(window: MainWindow) -> None:
    """Show ulcer, eschar and margin of one lesion, the eschar being drawn."""
    assessment = _nested(window)
    if window.session.actions["review.tissue"].isChecked():
        window.session.actions["review.tissue"].trigger()
    window.session.go("review", photograph_id=assessment.outlines[0].photograph_id)
    _settle(window)
    window.session.actions["review.eschar"].trigger()


def _timeline_kinds(window: MainWindow) -> None:
    """Show the curves of a lesion's ulcer, eschar and margin."""
    assessment = _nested(window)
    assert window.session.library is not None
    visit = window.session.library.visit(assessment.visit_id)
    window.session.set_patient(window.session.library.patient(visit.patient_id))
    window.session.go("timeline", lesion_id=assessment.lesion_id, visit_id=visit.id)


def _printed_cards(window: MainWindow) -> None:
    window.session.actions["window.cancel"].trigger()
    window.session.actions["card.printers"].trigger()


def _measure_bars(window: MainWindow) -> None:
    window.session.actions["card.measure"].trigger()


def _timeline(window: MainWindow) -> None:
    assert window.session.library is not None
    window.session.set_patient(_fullest(window.session.library))
    window.session.go("timeline")


def _timeline_sites(window: MainWindow) -> None:
    """Choose the region of the last lesion on the body map, by keys."""
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    _timeline(window)
    _settle(window)
    body = window.patients.body
    body.setFocus(Qt.FocusReason.TabFocusReason)
    # From the dot the arrows go to the region's neighbour, and back from there to the region.
    for key in (Qt.Key.Key_PageUp, Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Return):
        QTest.keyClick(body, key)


def _timeline_percent(window: MainWindow) -> None:
    window.session.set_sites(())
    window.session.actions["timeline.percent"].trigger()


def _keys(window: MainWindow) -> None:
    export_states.leave(window)
    agreement_states.leave(window)
    window.session.go("review", photograph_id=_photograph(window, has_calibration=True))
    window.session.actions["window.keys"].trigger()


def _find(window: MainWindow) -> None:
    window.keys_sheet.dismiss()
    window.session.actions["window.find"].trigger()
    window.palette_sheet.field.setText("ph")


def _about(window: MainWindow) -> None:
    window.palette_sheet.dismiss()
    window.session.actions["window.about"].trigger()


def _licences(window: MainWindow) -> None:
    window.about_sheet.read.click()


def _settings(window: MainWindow) -> None:
    window.about_sheet.dismiss()
    window.licences_sheet.dismiss()
    window.session.actions["window.settings"].trigger()


def _tour(window: MainWindow) -> None:
    """Show the second stop, which points at the rail."""
    window.printed_cards.measuring.dismiss()
    window.printed_cards.dismiss()
    window.settings_sheet.dismiss()
    window.session.actions["window.tour"].trigger()
    window.tour.go_on()


def _drop(window: MainWindow) -> None:
    """Hold photographs over the window."""
    from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
    from PySide6.QtGui import QDragEnterEvent
    from PySide6.QtWidgets import QApplication

    held = QMimeData()
    held.setUrls([QUrl.fromLocalFile("/media/card/IMG_0547.jpg")])
    entering = QDragEnterEvent(
        QPoint(300, 300),
        Qt.DropAction.CopyAction,
        held,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(window, entering)


def _let_go(window: MainWindow) -> None:
    """Take the photographs that are held over the window away."""
    from PySide6.QtGui import QDragLeaveEvent
    from PySide6.QtWidgets import QApplication

    QApplication.sendEvent(window, QDragLeaveEvent())


def _review_hand(window: MainWindow) -> None:
    """Show the handles of an outline, and last visit's over it."""
    if window.patients.isVisible():
        window.session.actions["room.patients"].trigger()
    for action_id in ("review.nodes", "review.ghost"):
        window.session.actions[action_id].trigger()


def _review_lesion(window: MainWindow) -> None:
    for action_id in ("review.include", "review.ghost"):
        window.session.actions[action_id].trigger()
    window.session.actions["review.other_lesion"].trigger()


def _review_place(window: MainWindow) -> None:
    window.session.actions["window.cancel"].trigger()
    window.session.actions["review.refile"].trigger()


def _timeline_closed(window: MainWindow) -> None:
    """Show the patient one of whose lesions closed."""
    from woundtrack.model import WoundState

    library = window.session.library
    assert library is not None
    closed = next(one for one in library.assessments() if one.state is WoundState.CLOSED)
    window.session.actions["timeline.percent"].trigger()
    window.session.set_patient(library.patient(library.lesion(closed.lesion_id).patient_id))
    window.session.set_lesion(closed.lesion_id)
    window.session.go("timeline")


def _import_running(window: MainWindow) -> None:
    """Start the import, and hold when a few photographs are in."""
    from PySide6.QtWidgets import QApplication

    window.session.actions["window.cancel"].trigger()
    for sheet in (window.about_sheet, window.licences_sheet, window.settings_sheet, window.tour):
        sheet.dismiss()
    window.session.go("import")
    _settle(window)
    window.session.actions["import.start"].trigger()
    library = window.session.library
    assert library is not None
    before = sum(library.waiting_counts().values())
    give_up = time.monotonic() + _PATIENCE_S
    while sum(library.waiting_counts().values()) < before + 4 and time.monotonic() < give_up:
        QApplication.processEvents()


def _review_done(window: MainWindow) -> None:
    """Accept what waits, one photograph after the other."""
    library = window.session.library
    assert library is not None
    window.session.go("review")
    _settle(window)
    for _ in library.proposals(waiting_only=True):
        window.session.actions["review.accept"].trigger()
        _settle(window)


def _first_visit(folder: Path, photograph: Path) -> None:
    """Make a library that holds one accepted photograph."""
    from woundtrack import workflow
    from woundtrack.model import BodySite
    from woundtrack.records import Library

    with Library.create(folder) as library:
        examined = workflow.examine(photograph, originals=library.originals)
        workflow.file_photograph(
            library, examined, patient_code="WT-0118", site=BodySite(region="flank"), by="Ann"
        )
        patient = library.patient_with_code("WT-0118")
        workflow.accept_proposals(library, patient, include_doubted=True, by="Ann")


def _timeline_first(window: MainWindow, folder: Path) -> None:
    window.library_actions.open(folder)
    _settle(window)
    assert window.session.library is not None
    window.session.set_patient(_fullest(window.session.library))
    window.session.go("timeline")


if __name__ == "__main__":
    sys.exit(main())
