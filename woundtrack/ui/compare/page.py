"""The compare room: two to six visits of one lesion at one scale, beside or upon each other.

Hides which visits are in view, what is read for them, and how blinking and playing go on.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from woundtrack.ui.compare.care import read_with_care
from woundtrack.ui.compare.choice import Choice, Side, first_choice
from woundtrack.ui.compare.files import Files, Seen
from woundtrack.ui.compare.marking_bar import lined_up
from woundtrack.ui.compare.marking_work import MarkingWork
from woundtrack.ui.compare.pictures import Pictures
from woundtrack.ui.compare.reading import Reading, lack_of, read
from woundtrack.ui.compare.room import CompareRoom
from woundtrack.ui.compare.scene import Mode, Scene, View
from woundtrack.ui.compare.staging import Staging
from woundtrack.ui.compare.visits import reach_mm
from woundtrack.ui.small_copies import SmallCopies

if TYPE_CHECKING:
    from woundtrack.imaging import Agreement
    from woundtrack.ui.compare.visits import ComparedVisit
    from woundtrack.ui.session import Session

_BLINK_MS: Final = 500  # either photograph: once a second round
_LAPSE_MS: Final = 1000
_CLOSER: Final = 1.25
_NUDGE_PX: Final = 1.0
_FAR_NUDGE_PX: Final = 10.0
_DIVIDER_STEP: Final = 0.02
_ROUND_FOR_WORDS: Final = 1.2
"""How much more skin is shown where what is written on it is large."""


class ComparePage(QWidget):
    """The visits of the lesion in view, compared.

    Signals
    -------
    relined(str)
        What is shown changed: how well the left and the right lie on each other, in words.
    patient_asked(int)
        Projected at a meeting: the next patient (1) or the one before (−1) is asked for.

    Attributes
    ----------
    room
        The widgets.
    choice
        Which visits are compared; None where none can be.
    work
        The marking of landmarks.
    files
        Saving what is seen.
    """

    relined = Signal(str)
    patient_asked = Signal(int)

    page_id = "compare"

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._reading: Reading | None = None
        self._view: View | None = None
        self._at = 0
        self._is_entered = False
        self._is_stale = True
        self._asked: tuple[str | None, str | None] = (None, None)
        self._mode_before: Mode | None = None
        self.choice: Choice | None = None
        self._small = SmallCopies(session, self)
        self._pictures = Pictures(session, self)
        self._stage = Staging(self._pictures, self)
        self.room = CompareRoom(session, self._small)
        self.work = MarkingWork(session, self.room, self)
        self.files = Files(session, self)
        self.setFocusProxy(self.room.canvas)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._tick)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.room)
        self._connect()
        self._bind()

    def _connect(self) -> None:
        room, session = self.room, self._session
        room.mode.chosen.connect(self._choose_mode)
        room.lesions.activated.connect(self._choose_lesion)
        room.count.chosen.connect(self._choose_count)
        room.outlines.clicked.connect(self._show)
        room.colours.clicked.connect(self._choose_colours)
        room.ghost.valueChanged.connect(self._show)
        room.canvas.divider_moved.connect(self._move_divider)
        room.canvas.view_changed.connect(self._take_view)
        room.ladder.moved.connect(self._put)
        room.ladder.toggled.connect(self._toggle)
        room.empty.opening_asked.connect(self._open_unscaled)
        self._pictures.arrived.connect(self._take_picture)
        self.work.changed.connect(self._show)
        self.work.proposed.connect(self._show_all_marks)
        self.work.relaid.connect(self._lay_out_again)
        self.work.ended.connect(self._take_marks)
        self.work.misfit_mm = self._misfit_mm
        self._type_scale = 1.0
        session.patient_changed.connect(self._follow)
        session.library_changed.connect(self._follow)
        session.lesion_changed.connect(self._follow)
        session.library_closed.connect(self._forget)

    def _bind(self) -> None:
        actions, canvas, ladder = self._session.actions, self.room.canvas, self.room.ladder
        on_canvas = (
            ("compare.left_earlier", lambda: self._arrow("left", -1)),
            ("compare.left_later", lambda: self._arrow("left", 1)),
            ("compare.right_earlier", lambda: self._arrow("right", -1)),
            ("compare.right_later", lambda: self._arrow("right", 1)),
            ("compare.previous_lesion", lambda: self._up_or_down(-1)),
            ("compare.next_lesion", lambda: self._up_or_down(1)),
            ("compare.side", lambda: self.set_mode(Mode.SIDE)),
            ("compare.slider", lambda: self.set_mode(Mode.SLIDER)),
            ("compare.ghost", lambda: self.set_mode(Mode.GHOST)),
            ("compare.blink", lambda: self.set_mode(Mode.BLINK)),
            ("compare.lapse", lambda: self.set_mode(Mode.LAPSE)),
            ("compare.outlines", self._switch_outlines),
            ("compare.colours", self._switch_colours),
            ("compare.divider_left", lambda: self._nudge_divider(-_DIVIDER_STEP)),
            ("compare.divider_right", lambda: self._nudge_divider(_DIVIDER_STEP)),
            ("compare.play", self._play_or_pick),
            ("compare.open_photo", self._open_or_keep),
            ("compare.zoom_in", lambda: canvas.zoom(_CLOSER)),
            ("compare.zoom_out", lambda: canvas.zoom(1 / _CLOSER)),
            ("compare.fit", self.fit),
            ("compare.line_up", self.begin_marking),
        )
        for action_id, do in on_canvas:
            actions.bind(action_id, do, canvas)
            actions.also_in(action_id, ladder)
        self.work.bind()
        actions.bind("compare.stop_marking", self.work.stop, self)
        actions.bind("compare.keep_marks", self.keep_marks, self)
        actions.bind("compare.save_picture", self.save, self)

    # --- coming and going ------------------------------------------------------------------------

    def enter(self, **context: object) -> None:
        """Be shown; ``lesion_id``, ``left_id`` and ``right_id`` (visits) are brought into view."""
        self._is_entered = True
        lesion_id, left_id, right_id = (
            value if isinstance(value := context.get(name), str) else None
            for name in ("lesion_id", "left_id", "right_id")
        )
        if left_id is not None or right_id is not None:
            self._asked = (left_id, right_id)
            self._is_stale = True
        elif self.choice is not None:
            # Another visit may have been looked at in another room since.
            known = {one.id: place for place, one in enumerate(self.choice.visits)}
            place = known.get(self._session.visit_id or "")
            if place is not None and place > self.choice.left:
                self.choice = self.choice.moved("right", place)
        if lesion_id is not None and lesion_id != self._session.lesion_id:
            self._session.set_lesion(lesion_id)  # which is followed
        elif self._is_stale:
            self._read()
        self._run_timer()
        self.room.canvas.setFocus(Qt.FocusReason.OtherFocusReason)

    def leave(self) -> None:
        """Be hidden: nothing is read, blinks or plays any more; what is marked is recorded."""
        self._is_entered = False
        if self._reading is not None:
            self.work.record(self._reading.lesion.id, self._show_again)
        self._timer.stop()
        self._pictures.stop()

    def project(self, type_scale: float | None) -> None:
        """Show the photographs alone, their words so many times as large; None: as in the window.

        Keys do the same, but for the arrows: they ask for another patient. It begins with two
        photographs side by side, and the room is as it was before when it is taken back.
        """
        if type_scale is not None and self._mode_before is None:
            self._mode_before = self.mode
            self.set_mode(Mode.SIDE)
        elif type_scale is None and self._mode_before is not None:
            before, self._mode_before = self._mode_before, None
            self.set_mode(before)
        self._type_scale = type_scale or 1.0
        self._stage.has_change_words = type_scale is not None
        self._view = None
        self.room.project(type_scale)
        self._show()

    def _follow(self, _: object = None) -> None:
        self._is_stale = True
        lesion = None if self._reading is None else self._reading.lesion
        if self.work.marking is not None and lesion is not None:
            patient = self._session.patient
            is_same = patient is not None and patient.id == lesion.patient_id
            if is_same and self._session.lesion_id == lesion.id:
                return  # read when the marking is over: nothing that was clicked is lost
            self.work.record(lesion.id, self._show_again)
        if self._is_entered and self._is_stale:
            self._read()

    def _forget(self) -> None:
        self._timer.stop()
        self.work.drop()
        self._pictures.forget()
        self._small.forget()
        self._stage.forget()
        self.room.canvas.forget()
        self.choice = self._reading = None
        self._is_stale = True

    # --- what is read ----------------------------------------------------------------------------

    def _read(self) -> None:
        """Read the lesion in view anew, and show it."""
        self._is_stale = False
        before, self._reading = self._reading, read(self._session)
        reading = self._reading
        if reading is None:
            self.choice = None
            self.work.drop()
            self._show_lack()
            return
        self._bring_into_view(reading.lesion.id)
        self._stage.breaks = reading.breaks
        self.room.show_lesions(reading.lesions, reading.lesion.id)
        self._choose(reading, is_another=before is None or before.lesion.id != reading.lesion.id)

    def _bring_into_view(self, lesion_id: str) -> None:
        """Tell the other rooms which lesion is in view, without being told of it again."""
        if self._session.lesion_id != lesion_id:
            was_entered, self._is_entered = self._is_entered, False
            self._session.set_lesion(lesion_id)
            self._is_entered, self._is_stale = was_entered, False

    def _choose(self, reading: Reading, *, is_another: bool) -> None:
        """Choose which visits to compare: those asked for, those before, or the first and last."""
        (left_id, right_id), self._asked = self._asked, (None, None)
        before = None if is_another else self.choice
        self.work.drop()
        if is_another:
            self._view, self._at = None, 0
        if len(reading.usable) < 2:
            self.choice = None
            self._show_lack(reading.visits)
            return
        if before is not None and left_id is None and right_id is None:
            left_id, right_id = (one.id for one in before.pair)
        if right_id is None and self._session.visit_id in {one.id for one in reading.usable}:
            right_id = self._session.visit_id

        def can_tell(left: ComparedVisit, right: ComparedVisit) -> bool:
            return not read_with_care(left, right, reading.breaks)

        self.choice = first_choice(
            reading.visits, left_id=left_id, right_id=right_id, can_tell=can_tell
        )
        if before is not None:
            self.choice = self.choice.with_those_of(before)
        self._pictures.reach_mm = reach_mm(reading.usable)
        self._stage.lay_out(reading.visits, self.work.marking)
        self.room.show_comparison()
        self._show()

    def _show_lack(self, visits: tuple[ComparedVisit, ...] = ()) -> None:
        self._timer.stop()
        self.relined.emit("")
        self.room.show_lack(
            lack_of(self._session, visits),
            label="" if self._reading is None else self._reading.lesion.label,
            lacking=sum(not one.can_be_shown for one in visits),
            count=len(visits),
        )
        self._session.actions.switch(
            "compare.save_picture", is_on=False, why_off=self.tr("There is nothing to save yet.")
        )

    # --- what is shown ---------------------------------------------------------------------------

    @property
    def mode(self) -> Mode:
        """How the visits are shown."""
        mode: Mode = self.room.mode.value()
        return mode

    @property
    def agreement(self) -> Agreement | None:
        """How well the left and the right photograph lie on each other; None: not lined up."""
        return None if self.choice is None else self._stage.agreement(self.choice.pair)

    def set_mode(self, mode: Mode) -> None:
        """Show the visits another way."""
        if self.work.marking is None:
            self.room.mode.set_value(mode)
            self._choose_mode()

    def _choose_mode(self, _: object = None) -> None:
        self._at = 0
        self._run_timer()
        self.room.canvas.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show(self, _: object = None) -> None:
        """Show the scene and everything round it as they are now."""
        choice = self.choice
        if choice is None:
            return
        left, right = choice.pair
        if self._session.visit_id != right.id:
            self._session.set_visit(right.id)
        canvas, marking = self.room.canvas, self.work.marking
        scene = self._scene(choice)
        if self._view is None:
            canvas.show_scene(scene)  # how many panes there are decides how large the skin can be
            visits = [one.visit for one in scene.shown]
            view = self._stage.fitted(visits, self._fitting, marking)
            scene = replace(scene, view=view)
        canvas.show_scene(scene)
        self._show_ladder()
        care = read_with_care(left, right, self._stage.breaks)
        self.room.numbers.show_pair(left, right, care)
        self.room.show_mode(self.mode, choice, self.agreement, is_playing=self._timer.isActive())
        if marking is not None:
            self.room.marking_bar.show_marking(
                marking,
                self.agreement,
                self._stage.misplaced(choice.pair),
                is_looking=self.work.is_looking,
                asked_mm=self._misfit_mm() if self.work.is_asking else None,
            )
        self.relined.emit(lined_up(self.agreement))
        self._want_pictures(choice, scene)
        is_whole = all(one.picture is not None or one.message_is_final for one in scene.shown)
        self._session.actions.switch(
            "compare.save_picture",
            is_on=is_whole,
            why_off=self.tr("The photographs are still being opened."),
        )

    def _show_ladder(self) -> None:
        """Show which visits are compared, and which are seen between them."""
        choice, scene = self.choice, self.room.canvas.scene
        if choice is None:
            return
        between: tuple[int, ...] = ()
        if self.work.marking is None and scene.mode is Mode.SIDE:
            between = choice.between
        elif scene.mode is Mode.LAPSE and choice.film:
            between = (choice.film[self._at % len(choice.film)],)
        self.room.ladder.show_visits(choice.visits, choice.left, choice.right, between)

    def _scene(self, choice: Choice) -> Scene:
        mode, marking = self.mode, self.work.marking
        self._stage.has_numbers_beside = self.room.has_numbers
        places: tuple[int, ...] = (choice.left, choice.right)
        if marking is not None:
            mode = Mode.SIDE
        elif mode is Mode.SIDE:
            places = choice.shown
        elif mode is Mode.LAPSE:
            places = choice.film
        return Scene(
            mode=mode,
            shown=tuple(self._stage.shown(choice, place, mode, marking) for place in places),
            view=self._view or View(),
            divider=self.room.canvas.scene.divider,
            ghost=self.room.ghost.value() / 100,
            at=self._at,
            has_outlines=self.room.outlines.isChecked(),
            type_scale=self._type_scale,
        )

    def _want_pictures(self, choice: Choice, scene: Scene) -> None:
        if not self._is_entered:
            return
        for one in scene.shown:
            if one.visit.can_be_shown:
                self._pictures.want(one.visit)
        if self._pictures.is_waiting:
            return
        # What is a key away is there before the key is pressed.
        for place in (choice.right - 1, choice.right + 1, choice.left + 1, choice.left - 1):
            if 0 <= place < len(choice.visits) and choice.visits[place].can_be_shown:
                self._pictures.want(choice.visits[place], quietly=True)

    def _take_picture(self, _visit_id: str) -> None:
        if self._is_entered:
            self._show()

    # --- where one looks -------------------------------------------------------------------------

    def fit(self) -> None:
        """Look at the whole lesion again."""
        self._view = None
        self._show()

    def _take_view(self, view: View) -> None:
        self._view = view
        self._show()

    def _move_divider(self, share: float) -> None:
        self.room.canvas.show_scene(replace(self.room.canvas.scene, divider=share))

    def _nudge_divider(self, by: float) -> None:
        if self.mode is Mode.SLIDER:
            share = self.room.canvas.scene.divider + by
            self._move_divider(min(max(share, 0.0), 1.0))

    # --- which visits ----------------------------------------------------------------------------

    def _arrow(self, side: Side, way: int) -> None:
        if self.work.marking is not None:
            by = _FAR_NUDGE_PX if side == "right" else _NUDGE_PX
            self.room.canvas.nudge_cross(way * by, 0)
        elif self._mode_before is not None and side == "left":
            self.patient_asked.emit(way)
        elif self.choice is not None:
            self._take(self.choice.stepped(side, way))

    def _up_or_down(self, way: int) -> None:
        if self.work.marking is not None:
            self.room.canvas.nudge_cross(0, way * _NUDGE_PX)
        else:
            self._step_lesion(way)

    def _put(self, side: Side, place: int) -> None:
        if self.choice is not None:
            self._take(self.choice.moved(side, place))

    def _toggle(self, place: int) -> None:
        if self.choice is not None and self.work.marking is None:
            self.room.mode.set_value(Mode.SIDE)
            self._take(self.choice.toggled(place))

    def _choose_count(self, count: object) -> None:
        if self.choice is not None and isinstance(count, int):
            self._take(self.choice.counted(count))
            self.room.canvas.setFocus(Qt.FocusReason.OtherFocusReason)

    def _take(self, choice: Choice) -> None:
        if choice == self.choice:
            return
        if self._reading is not None:
            self.work.record(self._reading.lesion.id, self._show_again)
        self.choice = choice
        self._at = 0
        self._show()

    def _choose_lesion(self, place: int) -> None:
        self._session.set_lesion(self.room.lesions.itemData(place))
        self.room.canvas.setFocus(Qt.FocusReason.OtherFocusReason)

    def _step_lesion(self, way: int) -> None:
        if self._reading is not None:
            ids = [one.id for one in self._reading.lesions]
            place = ids.index(self._reading.lesion.id) + way
            self._session.set_lesion(ids[min(max(place, 0), len(ids) - 1)])

    # --- switches --------------------------------------------------------------------------------

    def _switch_outlines(self) -> None:
        self.room.outlines.toggle()
        self._show()

    def _switch_colours(self) -> None:
        self.room.colours.toggle()
        self._choose_colours()

    def _choose_colours(self, _: object = None) -> None:
        is_wanted = self.room.colours.isChecked()
        self._pictures.has_colours = self._stage.has_card_colours = is_wanted
        self._show()

    # --- blinking and playing --------------------------------------------------------------------

    def _run_timer(self) -> None:
        is_moving = self.choice is not None and self.mode in {Mode.BLINK, Mode.LAPSE}
        if is_moving and self._is_entered and self.work.marking is None:
            self._timer.start(_BLINK_MS if self.mode is Mode.BLINK else _LAPSE_MS)
        else:
            self._timer.stop()
        self._show()

    def _tick(self) -> None:
        scene = self.room.canvas.scene
        if scene.mode is Mode.LAPSE and scene.shown:
            coming = scene.shown[(self._at + 1) % len(scene.shown)]
            if not coming.picture and not coming.message_is_final:
                return  # it is waited for, not skipped
        self._at += 1
        self.room.canvas.show_scene(replace(scene, at=self._at))
        self._show_ladder()

    def _play_or_pick(self) -> None:
        if self.work.marking is not None:
            self.room.canvas.pick_at_cross()
        elif self._timer.isActive():
            self._timer.stop()
            self._show()
        else:
            self._run_timer()

    # --- landmarks -------------------------------------------------------------------------------

    def begin_marking(self) -> None:
        """Mark places that the left and the right photograph both show."""
        if self.choice is not None and self.work.begin(*self.choice.pair):
            self._timer.stop()
            self._show_all_marks()
            self.room.canvas.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_all_marks(self) -> None:
        self.fit()
        # What is to be clicked must not move away under the mouse.
        self._view = self.room.canvas.scene.view

    def keep_marks(self) -> None:
        """Keep what is proposed, or record what is marked."""
        if self._reading is not None:
            self.work.keep(self._reading.lesion.id, self._show_again)

    def _lay_out_again(self) -> None:
        if self.choice is not None:
            self._stage.lay_out(self.choice.visits, self.work.marking)
            self._show()

    def _take_marks(self, is_recorded: bool) -> None:
        self._view = None
        if self._is_stale and self._is_entered:
            self._read()
        self._lay_out_again()
        self._run_timer()
        if is_recorded:
            self._session.said.emit(f"{lined_up(self.agreement)}.")

    def _fitting(self, across_mm: float, down_mm: float) -> float:
        """Return the scale at which so much skin fits; large words, or small panes, leave less."""
        is_tight = self._type_scale > 1 or len(self.room.canvas.scene.shown) > 2
        by = _ROUND_FOR_WORDS if is_tight else 1.0
        return self.room.canvas.fitting(across_mm * by, down_mm * by)

    def _misfit_mm(self) -> float | None:
        return None if self.choice is None else self._stage.misfit_mm(self.choice.pair)

    def _show_again(self) -> None:
        if not self._is_entered and self._reading is not None:
            self._session.go("compare", lesion_id=self._reading.lesion.id)

    # --- photographs and files -------------------------------------------------------------------

    def _open_or_keep(self) -> None:
        if self.work.marking is not None:
            self.keep_marks()
        else:
            self.open_photo()

    def open_photo(self) -> None:
        """Open the right photograph in the review room; the left where it alone can't be shown."""
        if self.choice is None:
            return
        left, right = self.choice.pair
        lacking = [one for one in (right, left) if self._stage.cannot_be_read(one)]
        one = lacking[0] if lacking else right
        if one.filed is None:
            self._session.said.emit(one.why_not)
        else:
            self._session.go("review", photograph_id=one.filed.id, back_to="compare")

    def _open_unscaled(self) -> None:
        one = None if self._reading is None else self._reading.unscaled
        if one is not None and one.filed is not None:
            self._session.go("review", photograph_id=one.filed.id, back_to="compare")

    def save(self) -> None:
        """Save what is seen as a picture; the film of the visits in time-lapse."""
        canvas, reading = self.room.canvas, self._reading
        if self.choice is not None and reading is not None:
            seen = Seen(
                scene=canvas.scene,
                size=canvas.size(),
                choice=self.choice,
                lesion=reading.lesion,
                agreement=self.agreement,
                record=reading.record,
                care=read_with_care(*self.choice.pair, self._stage.breaks),
            )
            self.files.save(seen)

    # --- Qt --------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.work.marking is not None:
            self.work.stop()
            return
        way = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        is_alt = event.modifiers() & Qt.KeyboardModifier.AltModifier
        if self._mode_before is not None and way and is_alt and self.choice is not None:
            self._take(self.choice.stepped("left", way))
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.room.share(self.width())
        if self._is_entered:
            QTimer.singleShot(0, self, self._show)
