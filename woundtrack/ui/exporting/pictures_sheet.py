"""Pictures to look at: each as it would leave, one key for a yes, one for a no, both undone.

Hides that pictures are made by workers one ahead, and that only what was seen can be answered.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from woundtrack import workflow
from woundtrack.errors import WoundtrackError
from woundtrack.model import Framing, PictureRelease, ReleaseAnswer, now
from woundtrack.ui import messages
from woundtrack.ui.components import KeyButton, Label, Segmented, rule, words
from woundtrack.ui.exporting.picture_answers import AnswerCommand
from woundtrack.ui.exporting.picture_view import PictureView
from woundtrack.ui.exporting.picture_words import (
    framing_name,
    head_words,
    state_words,
    why_words,
)
from woundtrack.ui.window.overlay import Overlay
from woundtrack.workflow.previewing import PictureState, PictureToSee, pictures_to_see
from woundtrack.workflow.releasing import (
    Sitting,
    WhyAsked,
    picture_to_look_at,
    refuse,
    release,
)

if TYPE_CHECKING:
    from woundtrack.imaging import LeavingPicture
    from woundtrack.model import Patient, Progress
    from woundtrack.records import Originals
    from woundtrack.ui.session import Session

_WIDTH: Final = 1180
_HEIGHT: Final = 640
_SIDE: Final = 300
_KEPT: Final = 6
"""Pictures that are kept made: the one before, the next, and those last seen."""

_Key = tuple[str, str | None, Framing]


class PicturesSheet(Overlay):
    """Each picture that would leave, big; a person says of each that it may, or that it stays.

    Signals
    -------
    left_it()
        The sheet was closed.
    """

    left_it = Signal()

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(window, _WIDTH, _HEIGHT, widest=2000, highest=1240)
        self._session = session
        self._framing = Framing.LESION
        self._all: tuple[PictureToSee, ...] = ()
        self._shown: list[_Key] = []
        self._at = 0
        self._made: OrderedDict[_Key, LeavingPicture] = OrderedDict()
        self._is_listed = False
        self.inside.setSpacing(10)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(Label(self.tr("Pictures to look at"), "title"))
        self._count = Label("", "body", "2")
        head.addWidget(self._count, 1)
        self.which = Segmented(
            [
                (PictureState.WAITS, self.tr("To look at")),
                (PictureState.REFUSED, self.tr("Kept here")),
                (None, self.tr("All")),
            ],
            name=self.tr("Which pictures"),
            has_tick=True,
        )
        self.which.chosen.connect(self._which_chosen)
        head.addWidget(self.which)
        self.inside.addLayout(head)
        across = QHBoxLayout()
        across.setSpacing(16)
        self.view = PictureView()
        across.addWidget(self.view, 1)
        across.addWidget(self._build_side())
        self.inside.addLayout(across, 1)
        self.inside.addWidget(rule())
        foot = QHBoxLayout()
        note = self.tr("Each answer is signed, and may be changed or taken back at any time.")
        foot.addWidget(Label(note, "caption", "2"), 1)
        self.close_button = KeyButton(self.tr("Close"), self.tr("Esc"))
        self.close_button.clicked.connect(self.dismiss)
        foot.addWidget(self.close_button)
        self.inside.addLayout(foot)
        session.library_changed.connect(self._follow)
        session.library_closed.connect(self._forget)

    def _build_side(self) -> QWidget:
        side = QWidget()
        side.setFixedWidth(_SIDE)
        layout = QVBoxLayout(side)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        self.head = Label("", "section", wraps=True)
        layout.addWidget(self.head)
        layout.addWidget(Label(self.tr("Cut to"), "body_strong"))
        self.framing = Segmented(
            [(one, framing_name(one)) for one in Framing], name=self.tr("How much it shows")
        )
        self.framing.chosen.connect(self._framing_chosen)
        layout.addWidget(self.framing)
        self._asked = Label(self.tr("Why you are asked"), "body_strong")
        layout.addWidget(self._asked)
        self.why = Label("", "body", wraps=True)
        layout.addWidget(self.why)
        self._look_for = Label(self.tr("Look for"), "body_strong")
        layout.addWidget(self._look_for)
        seek = self.tr(
            "A face, a tattoo, jewellery, writing on skin or dressing, a wristband, a label, "
            "somebody in the background. The wheel or + and − look closer, 0 shows all."
        )
        self._seek = Label(seek, "body", "2", wraps=True)
        layout.addWidget(self._seek)
        self.state = Label("", "body", "2", wraps=True)
        layout.addWidget(self.state)
        self.problem = Label("", "body", "refuse", wraps=True)
        self.problem.hide()
        layout.addWidget(self.problem)
        layout.addStretch(1)
        self.yes = KeyButton(self.tr("It may leave"), self.tr("Enter"), "main", size="large")
        self.no = KeyButton(self.tr("Keep it here"), self.tr("Del"), size="large")
        self.back = KeyButton(self.tr("Back"), "←")
        self.next = KeyButton(self.tr("Next"), "→")
        self.undo = KeyButton.of(self._session.actions["edit.undo"])
        for button, do in (
            (self.yes, self.let_leave),
            (self.no, self.keep_here),
            (self.back, self.go_back),
            (self.next, self.go_on),
        ):
            button.clicked.connect(lambda _=False, do=do: do())
        for button in (self.yes, self.no, self.back, self.next, self.undo):
            # The keys count for the picture: a click leaves the focus there.
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        for button in (self.yes, self.no):
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        layout.addWidget(self.yes)
        layout.addWidget(self.no)
        row = QHBoxLayout()
        row.setSpacing(8)
        for button in (self.back, self.next, self.undo):
            row.addWidget(button)
        row.addStretch(1)
        layout.addLayout(row)
        return side

    # --- opening ---------------------------------------------------------------------------------

    def open_for(self, framing: Framing = Framing.LESION) -> None:
        """Open on the pictures that wait, of everybody who agreed to research."""
        if self._session.library is None:
            return
        self._framing = framing
        self.framing.set_value(framing)
        self.which.set_value(PictureState.WAITS)
        self.open()
        self._read()
        self.view.setFocus(Qt.FocusReason.OtherFocusReason)

    def dismiss(self) -> None:
        was_open = self.isVisible()
        super().dismiss()
        if was_open:
            self.left_it.emit()

    def _forget(self) -> None:
        self._all, self._shown, self._is_listed = (), [], False
        self._made.clear()
        self.dismiss()

    def _read(self) -> None:
        """List the pictures anew, on a worker."""
        library = self._session.library
        if library is None:
            return
        self._is_listed = False
        self._all, self._shown, self._at = (), [], 0
        self._show()
        going = workflow.export_leaving(library, with_unasked=False).patients
        self._session.tasks.run(
            _list,
            library.path,
            going,
            self._framing,
            on_done=self._take,
            on_error=self._refuse,
            key="pictures-list",
            says=self.tr("Listing the pictures"),
        )

    def _take(self, found: tuple[PictureToSee, ...]) -> None:
        self._all, self._is_listed = found, True
        self._choose()

    def _choose(self) -> None:
        """Show those of the chosen kind; what is answered stays in its place till then."""
        wanted = self.which.value()
        self._shown = [one.key for one in self._all if wanted is None or one.state is wanted]
        self._at = 0
        self._show()

    def _which_chosen(self, _value: object) -> None:
        self._choose()
        self.view.setFocus(Qt.FocusReason.OtherFocusReason)

    def _framing_chosen(self, framing: Framing) -> None:
        self._framing = framing
        self._read()
        self.view.setFocus(Qt.FocusReason.OtherFocusReason)

    # --- what is in view -------------------------------------------------------------------------

    @property
    def picture(self) -> PictureToSee | None:
        """The picture in view."""
        if not 0 <= self._at < len(self._shown):
            return None
        return self._with_key(self._shown[self._at])

    @property
    def left(self) -> int:
        """How many pictures wait still."""
        return sum(one.state is PictureState.WAITS for one in self._all)

    def _with_key(self, key: _Key) -> PictureToSee | None:
        return next((one for one in self._all if one.key == key), None)

    def _show(self) -> None:
        picture, library = self.picture, self._session.library
        self.problem.hide()
        if self._is_listed:
            left = words.counted(
                self.left, self.tr("1 is left to look at"), self.tr("{n} are left to look at")
            )
            where = self.tr("{place} of {all}").format(
                place=self._at + 1 if self._shown else 0, all=len(self._shown)
            )
            self._count.setText(f"{where} · {left}" if self._shown else "")
        else:
            self._count.setText("")
        for label in (self.head, self.why, self.state):
            label.setText("")
        for label in (self.head, self._asked, self.why, self._look_for, self._seek):
            label.setVisible(picture is not None)
        if picture is None or library is None:
            self.view.say(self._nothing())
            self._show_buttons()
            return
        visit = library.visit(picture.sitting.photograph.visit_id)
        self.head.setText(head_words(picture, visit.visited_on))
        self.state.setText(state_words(picture, now().astimezone().date()))
        self._show_why(picture.why)
        made = self._made.get(picture.key)
        if made is None:
            self.view.say(self.tr("Making the picture as it would leave…"))
            self._make(picture)
        else:
            self._show_made(picture, made)
        self._show_buttons()

    def _show_why(self, why: tuple[WhyAsked, ...]) -> None:
        said = [why_words(one) for one in why]
        self.why.setText(" ".join(said) or self.tr("Nobody has to look at this one."))

    def _nothing(self) -> str:
        if not self._is_listed:
            return self.tr("Looking for the pictures…")
        if self.which.value() is PictureState.WAITS:
            if self._framing is Framing.LESION:
                return self.tr(
                    "No picture waits. What shows more than a lesion is looked at before it "
                    "leaves: choose it at the side."
                )
            return self.tr("No picture waits to be looked at.")
        if self.which.value() is PictureState.REFUSED:
            return self.tr("No picture is kept here.")
        return self.tr("No outline is accepted yet on a picture of somebody who agreed.")

    def _show_made(self, picture: PictureToSee, made: LeavingPicture) -> None:
        self.view.show_picture(
            made.pixels, self.tr("{whose}, as it would leave").format(whose=self.head.text())
        )
        if made.has_other_codes and WhyAsked.OTHER_CODE not in picture.why:
            self._show_why((*picture.why, WhyAsked.OTHER_CODE))
        if made.still_readable:
            self._say(
                self.tr("A program can still read a code in it: it stays here, whatever is said.")
            )
        self._show_buttons()
        self._make_next()

    def _show_buttons(self) -> None:
        picture = self.picture
        made = None if picture is None else self._made.get(picture.key)
        can_write = self._session.can_write and made is not None and self.view.has_picture
        is_readable = made is not None and made.still_readable
        state = None if picture is None else picture.state
        self.yes.setEnabled(can_write and not is_readable and state is not PictureState.RELEASED)
        self.no.setEnabled(can_write and state is not PictureState.REFUSED)
        self.back.setEnabled(self._at > 0)
        self.next.setEnabled(self._at + 1 < len(self._shown))
        self.yes.setToolTip(self._session.why_read_only or "")
        self.no.setToolTip(self._session.why_read_only or "")

    # --- making pictures -------------------------------------------------------------------------

    def _make(self, picture: PictureToSee, *, is_ahead: bool = False) -> None:
        library = self._session.library
        if library is None or picture.key in self._made:
            return

        def keep(made: LeavingPicture) -> None:
            self._made[picture.key] = made
            while len(self._made) > _KEPT:
                self._made.popitem(last=False)
            here = self.picture
            if here is not None and here.key == picture.key:
                self._show_made(here, made)

        def refuse_it(problem: WoundtrackError) -> None:
            here = self.picture
            if here is not None and here.key == picture.key:
                self.view.say(messages.sentence_of(problem))
                self._show_buttons()

        self._session.tasks.run(
            _make,
            library.originals,
            picture.sitting,
            picture.framing,
            on_done=keep,
            on_error=refuse_it,
            key="picture-ahead" if is_ahead else "picture",
        )

    def _make_next(self) -> None:
        """Make the one that comes next while this one is looked at."""
        place = self._next_place()
        picture = None if place is None else self._with_key(self._shown[place])
        if picture is not None:
            self._make(picture, is_ahead=True)

    def _next_place(self) -> int | None:
        """Return the place of the next picture that waits, else of the next one."""
        later = range(self._at + 1, len(self._shown))
        waiting = (
            place
            for place in later
            if (one := self._with_key(self._shown[place])) and one.state is PictureState.WAITS
        )
        return next(waiting, None) or next(iter(later), None)

    # --- answering -------------------------------------------------------------------------------

    def let_leave(self) -> None:
        """Say of the picture in view that it may leave, and go on to the next."""
        if self.yes.isEnabled():
            self._answer(release, ReleaseAnswer.RELEASED)

    def keep_here(self) -> None:
        """Say of the picture in view that it stays, and go on to the next."""
        if self.no.isEnabled():
            self._answer(refuse, ReleaseAnswer.REFUSED)

    def go_on(self) -> None:
        """Leave the picture as it is and show the next."""
        self._go(self._at + 1)

    def go_back(self) -> None:
        """Show the picture before."""
        self._go(self._at - 1)

    def _go(self, place: int) -> None:
        if 0 <= place < len(self._shown):
            self._at = place
            self._show()

    def _answer(self, verb: Callable[..., PictureRelease], answer: ReleaseAnswer) -> None:
        picture, library = self.picture, self._session.library
        if picture is None or library is None:
            return
        try:
            said = verb(library, picture.sitting, picture.framing, by=self._session.person)
        except WoundtrackError as problem:
            self._refuse(problem)
            return
        text = self.tr("It may leave") if answer is ReleaseAnswer.RELEASED else self.tr("Kept here")
        lesions = ", ".join(one.label for one in picture.sitting.lesions)
        self._session.undo_stack.push(
            AnswerCommand(
                f"{text}: {picture.patient.code} {lesions}",
                self._session,
                said,
                before=picture.said,
                shown=lambda: self._show_again(picture.key),
            )
        )
        self._answered(picture.key)
        self._session.changed("pictures")
        place = self._next_place()
        if place is None:
            self._show()
        else:
            self._go(place)
        self.view.setFocus(Qt.FocusReason.OtherFocusReason)

    def _answered(self, key: _Key) -> None:
        """Read what was said of a patient's pictures: one answer may count for several."""
        library, answered = self._session.library, self._with_key(key)
        if library is None or answered is None:
            return
        anew = {one.key: one for one in pictures_to_see(library, [answered.patient], key[2])}
        self._all = tuple(anew.get(one.key, one) for one in self._all)

    def _show_again(self, key: _Key) -> None:
        """Show the picture of an answer that was taken back or given again."""
        self._answered(key)
        if key in self._shown:
            self._go(self._shown.index(key))

    def _follow(self, kinds: frozenset[str]) -> None:
        if not self.isVisible() or not self._is_listed:
            return
        if kinds & {"assessments", "photographs", "record"}:
            self._read()

    # --- keys and telling ------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        done = {
            Qt.Key.Key_Return: self.let_leave,
            Qt.Key.Key_Enter: self.let_leave,
            Qt.Key.Key_Delete: self.keep_here,
            Qt.Key.Key_Backspace: self.keep_here,
            Qt.Key.Key_Right: self.go_on,
            Qt.Key.Key_Left: self.go_back,
        }.get(Qt.Key(key))
        if done is None:
            super().keyPressEvent(event)
            return
        is_answer = done in (self.let_leave, self.keep_here)
        if not (is_answer and event.isAutoRepeat()):  # a key held down answers once
            done()
        event.accept()

    def _refuse(self, problem: WoundtrackError) -> None:
        self._say(messages.sentence_of(problem))

    def _say(self, said: str) -> None:
        self.problem.setText(said)
        self.problem.setVisible(bool(said))


def _list(
    folder: Path, patients: tuple[Patient, ...], framing: Framing, progress: Progress
) -> tuple[PictureToSee, ...]:
    """List the pictures, on a worker and with a connection of its own."""
    from woundtrack.records import Library

    with Library.open(folder, read_only=True) as library:
        return pictures_to_see(library, patients, framing, progress=progress)


def _make(originals: Originals, sitting: Sitting, framing: Framing) -> LeavingPicture:
    """Make a picture as it would leave, on a worker."""
    return picture_to_look_at(originals, sitting, framing)
