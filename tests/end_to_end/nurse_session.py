"""A nurse's visit, driven through the real window with counted hands: keys, clicks, and waiting.

Three lesions were recorded a week ago. Six photographs of them are dropped; what each shows is
confirmed, one outline is corrected by a box, pain, exudate, a debridement and a new treatment are
recorded, and the curve is looked at.
"""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QWidget

from woundtrack import imaging, workflow
from woundtrack.model import (
    Agent,
    BodySite,
    Debrided,
    ExudateAmount,
    Finding,
    LesionState,
    PainContext,
    PainScale,
    Patient,
    Side,
)
from woundtrack.phantom import Camera, CardPrint, Lesion, Scene, render
from woundtrack.records import Library
from woundtrack.ui.window.main_window import MainWindow

CODE = "WT-0200"
SITES = (
    BodySite(region="abdomen", side=Side.LEFT),
    BodySite(region="thigh", side=Side.RIGHT),
    BodySite(region="chest", side=Side.LEFT),
)
TODAY = date(2026, 3, 12)
BEFORE = TODAY - timedelta(days=7)
_AREAS_MM2 = (900.0, 520.0, 1300.0)
_PATIENCE_S = 60.0


@dataclass
class Hands:
    """A nurse's hands: every key, click and drag is counted, and what she waits for is timed."""

    window: MainWindow
    keys: int = 0
    characters: int = 0
    clicks: int = 0
    waited_s: float = 0.0
    by_part: dict[str, tuple[int, float]] = field(default_factory=dict)

    @property
    def actions(self) -> int:
        """Keys pressed, words typed and clicks made; a word typed is one."""
        return self.keys + self.clicks

    def part(self, name: str, before: tuple[int, float]) -> tuple[int, float]:
        """Note what a part of the visit took since ``before``; returns where the next begins."""
        now = (self.actions, self.waited_s)
        self.by_part[name] = (now[0] - before[0], now[1] - before[1])
        return now

    def press(
        self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    ) -> None:
        """Press one key where the keyboard is."""
        self.keys += 1
        QTest.keyClick(QApplication.focusWidget() or self.window, key, modifier)
        self.settle()

    def type(self, text: str) -> None:
        """Type a word where the keyboard is."""
        self.keys += 1
        self.characters += len(text)
        for one in text:
            QTest.keyClicks(QApplication.focusWidget() or self.window, one)
        self.settle()

    def click(self, widget: QWidget, at: QPoint | None = None) -> None:
        """Click a widget."""
        self.clicks += 1
        where = widget.rect().center() if at is None else at
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=where)
        self.settle()

    def drag(self, widget: QWidget, start: QPoint, end: QPoint) -> None:
        """Drag from one place of a widget to another."""
        self.clicks += 1
        QTest.mousePress(widget, Qt.MouseButton.LeftButton, pos=start)
        for share in (0.3, 0.7, 1.0):
            QTest.mouseMove(widget, start + (end - start) * share)
        QTest.mouseRelease(widget, Qt.MouseButton.LeftButton, pos=end)
        self.settle()

    def wait(self, is_so: Callable[[], object], what: str) -> None:
        """Wait until the program has done something; raises ``TimeoutError``."""
        begun = time.perf_counter()
        while not is_so():
            self._pass()
            if time.perf_counter() - begun > _PATIENCE_S:
                raise TimeoutError(f"the nurse waits for {what}")
        self.waited_s += time.perf_counter() - begun

    def settle(self) -> None:
        """Let the window answer: until nothing is left to be done on this thread."""
        begun = time.perf_counter()
        for _ in range(3):
            QCoreApplication.processEvents()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        self.waited_s += time.perf_counter() - begun
        # The offscreen platform forgets which window is active; a desktop's doesn't.
        if QApplication.activePopupWidget() is None and not self.window.isActiveWindow():
            self.window.activateWindow()
            QCoreApplication.processEvents()

    def rest(self) -> None:
        """Wait until no work is under way."""
        self.wait(lambda: not self.window.session.tasks.running, "work to end")

    def _pass(self) -> None:
        QCoreApplication.processEvents()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        time.sleep(0.002)


# --- the clinic before the visit -----------------------------------------------------------------


def _card() -> CardPrint:
    sheet = io.BytesIO()
    imaging.write_card_sheet(sheet)
    layout = imaging.card_layout()
    return CardPrint(
        pdf=sheet.getvalue(),
        page_mm=layout.page_mm,
        rect_mm=layout.cards[0].rect_mm,
        paper_mm=layout.cards[0].paper_mm,
        centre_mm=(0.0, 26.0),
        angle_deg=2.0,
    )


def _photograph(card: CardPrint, place: int, shot: int, day: date, minute: int) -> bytes:
    """Render a lesion, a tenth smaller than a week before, at a minute of the day."""
    shrunk = 0.9 if day == TODAY else 1.0
    scene = Scene(
        seed=20 + place,
        shot=shot,
        skin_tone=0.3,
        camera=Camera(width_px=1296, height_px=972, distance_mm=300, tilt_deg=4 + 3 * (shot % 3)),
        cards=(card,),
        lesions=(
            Lesion(
                centre_mm=(0.0, -8.0),
                area_mm2=shrunk * _AREAS_MM2[place],
                shape_seed=5 + place,
                slough=0.1,
                redness=0.3,
            ),
        ),
        taken_at=datetime(day.year, day.month, day.day, 9, 0, tzinfo=UTC)
        + timedelta(minutes=minute),
    )
    return render(scene).jpeg


def make_clinic(folder: Path) -> tuple[Path, list[Path]]:
    """Make a library with last week's visit, and today's six photographs; returns both."""
    card = _card()
    library_folder, camera = folder / "Clinic", folder / "camera"
    camera.mkdir(parents=True)
    with Library.create(library_folder) as library:
        workflow.record_print_scale(library, "Ward printer", 100.0, 100.0, BEFORE, by="Ann")
        for place, site in enumerate(SITES):
            path = camera / f"before{place}.jpg"
            path.write_bytes(_photograph(card, place, 0, BEFORE, 20 * place))
            examined = workflow.examine(path, originals=library.originals)
            workflow.file_photograph(library, examined, patient_code=CODE, site=site, by="Ann")
            path.unlink()
        patient = library.patient_with_code(CODE)
        workflow.accept_proposals(library, patient, include_doubted=True, by="Ann")
        _record_before(library, patient)
    today = []
    for place in range(len(SITES)):
        for again in range(2):
            path = camera / f"IMG_{10 * place + again:04d}.JPG"
            minute = 20 * place + again
            path.write_bytes(_photograph(card, place, 1 + again, TODAY, minute))
            today.append(path)
    return library_folder, today


def _record_before(library: Library, patient: Patient) -> None:
    (visit,) = library.visits(patient.id)
    workflow.record_entries(
        library,
        [
            Finding(
                patient_id=patient.id,
                lesion_id=lesion.id,
                visit_id=visit.id,
                state=LesionState.OPEN,
                exudate_amount=ExudateAmount.MODERATE,
                has_drainage=True,
                needs_dressing=True,
                dressing="Silicone foam",
            )
            for lesion in library.lesions(patient.id)
        ],
        by="Ann",
    )


# --- the visit -----------------------------------------------------------------------------------


def drive(window: MainWindow, photographs: list[Path]) -> Hands:
    """Do the whole visit, as a nurse does who knows the keys; returns her hands.

    The window is open on the clinic's library.
    """
    hands = Hands(window)
    begun = (0, 0.0)
    _choose_patient(hands)
    begun = hands.part("open the patient", begun)
    _import(hands, photographs)
    begun = hands.part("drop six photographs, say where", begun)
    _review(hands)
    begun = hands.part("confirm six, correct one", begun)
    _record(hands)
    begun = hands.part("pain, exudate, debridement, treatment", begun)
    _look(hands)
    hands.part("see the curve", begun)
    return hands


def told(hands: Hands) -> str:
    """Return what the visit took as a table: actions and the machine's seconds, a lesion each."""
    count = len(SITES)
    lines = [f"{'':38}{'actions':>9}{'a lesion':>10}{'waited, s':>11}{'a lesion':>10}"]
    rows = {**hands.by_part, "all": (hands.actions, hands.waited_s)}
    for name, (actions, waited) in rows.items():
        lines.append(
            f"{name:38}{actions:9d}{actions / count:10.1f}{waited:11.2f}{waited / count:10.2f}"
        )
    return "\n".join(lines)


def _choose_patient(hands: Hands) -> None:
    window = hands.window
    hands.press(Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    hands.type(CODE)
    hands.press(Qt.Key.Key_Return)
    hands.wait(lambda: window.session.patient is not None, "the patient")


def _import(hands: Hands, photographs: list[Path]) -> None:
    window = hands.window
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in photographs])
    where = QPointF(700, 300)
    how = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton)
    plain = Qt.KeyboardModifier.NoModifier
    hands.clicks += 1
    QApplication.sendEvent(window, QDragEnterEvent(where.toPoint(), *how, plain))
    QApplication.sendEvent(window, QDropEvent(where, *how, plain))
    page: Any = window.page("import")
    hands.wait(
        lambda: len(page.cards) == len(SITES) and not page._batch.is_looking, "the photographs"
    )
    hands.wait(lambda: all(card.isVisible() for card in page.cards), "the groups")
    for card, site in zip(page.cards, SITES, strict=True):
        fields = card.place
        _choose(hands, fields.site, site.region)
        _choose(hands, fields.side, str(site.side))
    hands.click(page.panel.main)
    hands.wait(lambda: not page._batch.is_running, "the import")
    hands.click(page.panel.main)
    hands.wait(lambda: window.room == "review", "the review")


def _choose(hands: Hands, box: QComboBox, wanted: str) -> None:
    """Choose in a drop-down by the first letters of the word; nothing where it is chosen."""
    if box.currentData() == wanted or box.currentText().lower() == wanted:
        return
    hands.click(box)
    if popup := QApplication.activePopupWidget():
        QTest.keyClick(popup, Qt.Key.Key_Escape)
        hands.settle()
    box.setFocus()
    hands.type(wanted[:4])
    assert wanted in {box.currentData(), box.currentText().lower()}


def _review(hands: Hands) -> None:
    """Accept each photograph with Enter; round the third wound a box is dragged first."""
    window = hands.window
    page: Any = window.page("review")
    library = window.session.library
    assert library is not None
    count = len(library.proposals())
    for number in range(count):
        hands.wait(
            lambda: page.case is not None and page.case.is_waiting and page.canvas.is_sharp,
            "the photograph",
        )
        hands.rest()
        if number == 2:
            _correct(hands, page)
        if not page.canvas.hasFocus():
            page.canvas.setFocus()
        left = len(library.proposals())
        hands.press(Qt.Key.Key_Return)
        hands.wait(lambda left=left: len(library.proposals()) < left, "the acceptance")  # type: ignore[misc]


def _correct(hands: Hands, page: Any) -> None:
    """Drag a box round the wound that is outlined, and wait for its new outline."""
    outline = page.selected.outline
    xs, ys = zip(*outline.outer, strict=True)
    room = 0.04 * (max(xs) - min(xs))
    corners = [
        page.canvas.mapFromScene(QPointF(min(xs) - room, min(ys) - room)),
        page.canvas.mapFromScene(QPointF(max(xs) + room, max(ys) + room)),
    ]
    page.canvas.setFocus()
    hands.press(Qt.Key.Key_R)
    hands.drag(page.canvas.viewport(), *corners)
    hands.wait(lambda: page.selected.outline is not outline, "the new outline")
    hands.rest()


def _record(hands: Hands) -> None:
    """Pain by digits, the rest as last time, exudate less, a debridement, a new treatment."""
    window = hands.window
    hands.press(Qt.Key.Key_5, Qt.KeyboardModifier.ControlModifier)
    hands.wait(lambda: window.room == "record", "the record room")
    hands.rest()
    page: Any = window.page("record")
    hands.wait(lambda: page.draft is not None, "the form")
    form = page.form
    worst = form.whole.pains[PainContext.WORST_24H, PainScale.NRS11].control
    if worst.hasFocus():
        hands.type("6")
    else:
        hands.click(worst, worst.place_of(6.0).center())
    hands.press(Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    for name, answer in (
        ("exudate_amount", ExudateAmount.SMALL),
        ("debrided", Debrided.AFTER_PHOTOGRAPH),
    ):
        bar = form.lesions.rows_of[name].control
        hands.click(bar, bar.place_of(answer).center())
    hands.click(page.side.treatments.add_button)
    panel = page.side.panel
    hands.wait(panel.isVisible, "the treatment's form")
    agent = panel.fields["agent"]
    hands.wait(agent.hasFocus, "the keyboard in the treatment's form")
    hands.type("sodium thiosulfate iv")
    assert agent.chosen == Agent.SODIUM_THIOSULFATE_IV
    for text in ("", "25", "g"):  # what it is called, its dose and unit
        hands.press(Qt.Key.Key_Tab)
        if text:
            hands.type(text)
    hands.press(Qt.Key.Key_Return)
    hands.wait(lambda: page.side.panel is None, "the treatment")
    hands.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    hands.wait(lambda: not page.draft.is_changed, "the visit to be saved")


def _look(hands: Hands) -> None:
    window = hands.window
    hands.press(Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    hands.wait(lambda: window.room == "timeline", "the timeline")
    hands.rest()
