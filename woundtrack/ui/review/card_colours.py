"""The card's colours over a photograph, to look at: a switch, a label, and a question in doubt.

Hides the workers, and what is remembered while the window is open: whether they are wanted, and
which doubtful ones a person asked for. What is outlined and measured stays the photograph itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal

from woundtrack import imaging
from woundtrack.ui import messages
from woundtrack.ui.components import words
from woundtrack.ui.review.photo_item import Pixels, pyramid

if TYPE_CHECKING:
    from woundtrack.errors import WoundtrackError
    from woundtrack.imaging import ColourCorrection
    from woundtrack.model import Calibration
    from woundtrack.ui.review.photo_loader import Loaded
    from woundtrack.ui.review.photo_view import PhotoView
    from woundtrack.ui.session import Session

ACTION: Final = "review.colours"
TRUE_UP_TO: Final = 2.0  # ΔE 2000: hardly seen, and only side by side
CLOSE_UP_TO: Final = 4.0


def coloured(pixels: Pixels, correction: ColourCorrection) -> tuple[Pixels, ...]:
    """Return the levels of a photograph in its card's colours; worker-safe."""
    return pyramid(imaging.apply_colour(pixels, correction))


class ColouredPhoto(QObject):
    """One view's photograph, as it was taken or in its card's colours.

    Signals
    -------
    told()
        What the card says of the colours is known: ``correction``, or ``why_not``.

    Attributes
    ----------
    correction
        What makes the colours the card's; None while it isn't known, and where there is none.
    why_not
        Why there is none, in a sentence.
    """

    told = Signal()

    def __init__(
        self, session: Session, view: PhotoView, key: str, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._session, self._view, self._key = session, view, key
        self._loaded: Loaded | None = None
        self._levels: tuple[Pixels, ...] | None = None
        self._is_wanted = False
        self.correction: ColourCorrection | None = None
        self.why_not = ""

    def begin(self, loaded: Loaded, calibration: Calibration | None) -> None:
        """Take over a photograph that the view shows by now, and read its card's patches."""
        self.stop()
        self._loaded = loaded
        if calibration is None or not calibration.cards:
            self.why_not = self.tr("No card was found in this photograph.")
            self.told.emit()
            return
        self._session.tasks.run(
            imaging.colour_correction,
            loaded.pixels,
            calibration,
            on_done=self._tell,
            on_error=self._tell_why_not,
            key=self._key,
        )

    def stop(self) -> None:
        """Let the photograph go; the view shows what it shows."""
        self._session.tasks.cancel(self._key)
        self._loaded, self._levels, self._is_wanted = None, None, False
        self.correction, self.why_not = None, ""
        self._view.say_colours("")

    @property
    def sha256(self) -> str:
        """Which photograph it is; empty for none."""
        return "" if self._loaded is None else self._loaded.sha256

    def show_colours(self) -> None:
        """Show the card's colours, when a worker has painted them."""
        self._is_wanted = True
        if self._loaded is None or self.correction is None:
            return
        if self._levels is not None:
            self._paint(self._levels)
            return
        self._session.tasks.run(
            coloured,
            self._loaded.pixels,
            self.correction,
            on_done=self._paint,
            key=self._key,
            says=self.tr("Working out the colours"),
        )

    def show_original(self) -> None:
        """Show the photograph as it was taken."""
        self._is_wanted = False
        self._view.say_colours("")
        if self._loaded is not None:
            self._view.set_levels(self._loaded.levels)

    def _tell(self, correction: ColourCorrection) -> None:
        self.correction = correction
        self.told.emit()

    def _tell_why_not(self, problem: WoundtrackError) -> None:
        self.why_not = messages.sentence_of(problem)
        self.told.emit()

    def _paint(self, levels: tuple[Pixels, ...]) -> None:
        self._levels = levels
        if not self._is_wanted or self.correction is None:
            return
        self._view.set_levels(levels)
        off = self.correction.delta_e
        if not self.correction.is_trusted:
            text = self.tr("Colours from a card in doubt: look twice")
        elif off <= TRUE_UP_TO:
            text = self.tr("Colours from the card: true to the eye")
        elif off <= CLOSE_UP_TO:
            text = self.tr("Colours from the card: close to true")
        else:
            text = self.tr("Colours from the card: roughly right")
        detail = self.tr(
            "The card's patches come out {difference} off, on the scale ΔE 2000: 2 can just be "
            "seen side by side."
        )
        difference = words.kept_whole(f"{off:.1f}")
        self._view.say_colours(text, detail.format(difference=difference))


class CardColours(QObject):
    """The switch for the photograph that is worked on.

    Once on, it stays on from photograph to photograph. Where there is doubt about a card's colours
    it asks first, once for each photograph: choosing it again is the answer.

    Signals
    -------
    wanted(bool)
        A person switched it.
    """

    wanted = Signal(bool)

    def __init__(self, session: Session, view: PhotoView, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._table, self._view = session.actions, view
        self._photo = ColouredPhoto(session, view, "card colours", self)
        self._photo.told.connect(self._told)
        self._is_wanted = False
        self._asked: set[str] = set()
        self._allowed: set[str] = set()
        self._switch = self._table.bind(ACTION, self._switched, view, is_checkable=True)
        self._switch.setChecked(False)
        self._offer(self.tr("No photograph is open."))

    def open(self) -> None:
        """Know that another photograph was opened, and is being decoded."""
        self._photo.stop()
        self._switch.setChecked(False)
        self._offer(self.tr("The photograph is still being opened."))

    def begin(self, loaded: Loaded, calibration: Calibration | None) -> None:
        """Take over the photograph that is shown by now."""
        self._photo.begin(loaded, calibration)

    def close(self) -> None:
        """Know that no photograph is open."""
        self._photo.stop()
        self._switch.setChecked(False)
        self._offer(self.tr("No photograph is open."))

    def _told(self) -> None:
        self._offer(self._photo.why_not)
        if self._is_wanted and self._photo.correction is not None:
            self._show(is_answer=False)

    def _switched(self) -> None:
        is_on = self._switch.isChecked()
        if is_on != self._is_wanted:
            self._is_wanted = is_on
            self.wanted.emit(is_on)
        if is_on:
            self._show(is_answer=True)
        else:
            self._photo.show_original()

    def _show(self, *, is_answer: bool) -> None:
        """Show the card's colours, or ask whether to where they are in doubt."""
        correction, sha256 = self._photo.correction, self._photo.sha256
        if correction is None:
            return
        if is_answer and sha256 in self._asked:
            self._allowed.add(sha256)
        is_shown = correction.is_trusted or sha256 in self._allowed
        self._switch.setChecked(is_shown)
        if is_shown:
            if is_answer:
                self._view.say("")
            self._photo.show_colours()
        elif sha256 not in self._asked:
            self._asked.add(sha256)
            doubt = messages.doubt_sentence(correction.doubts[0])
            question = self.tr("To see its colours all the same, choose Card colours once more.")
            self._view.say(f"{doubt} {question}")

    def _offer(self, why_not: str) -> None:
        self._table.switch(ACTION, is_on=not why_not, why_off=why_not)
