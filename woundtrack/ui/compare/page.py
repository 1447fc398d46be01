"""The compare room: two to six visits of one lesion at one scale, beside or upon each other.

Hides which visits are in view, what is read for them, and how marking, blinking and saving go on.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from PySide6.QtCore import QStandardPaths, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from woundtrack import imaging, workflow
from woundtrack.errors import WoundtrackError
from woundtrack.ui import messages
from woundtrack.ui.compare import numbers as figures
from woundtrack.ui.compare import saving
from woundtrack.ui.compare.care import Debridement, debridements_of, read_with_care
from woundtrack.ui.compare.choice import Choice, Side, first_choice
from woundtrack.ui.compare.empty import Lack
from woundtrack.ui.compare.marking import Marking, MarkLandmarks, look_for_landmarks
from woundtrack.ui.compare.marking_bar import lined_up
from woundtrack.ui.compare.pictures import Pictures
from woundtrack.ui.compare.room import CompareRoom
from woundtrack.ui.compare.scene import Mark, Mode, Role, Scene, Shown, View
from woundtrack.ui.compare.visits import ComparedVisit, is_closed, layout_of, reach_mm, visits_of
from woundtrack.ui.components import words
from woundtrack.ui.review.photo_loader import SmallCopies

if TYPE_CHECKING:
    from woundtrack.imaging import Agreement, Laid, Layout
    from woundtrack.model import Lesion, LesionTimeline, Point, Timeline, Visit
    from woundtrack.ui.session import Session

_BLINK_MS: Final = 500  # either photograph: once a second round
_LAPSE_MS: Final = 1000
_MARGIN: Final = 1.35
_LEAST_FIELD_MM: Final = 30.0
_CLOSER: Final = 1.25
_NUDGE_PX: Final = 1.0
_FAR: Final = 10.0
_DIVIDER_STEP: Final = 0.02


class ComparePage(QWidget):
    """The visits of the lesion in view, compared.

    Attributes
    ----------
    room
        The widgets.
    choice
        Which visits are compared; None where none can be.
    marking
        The landmarks that are being marked; None while they aren't.
    """

    page_id = "compare"

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._timeline: Timeline | None = None
        self._lesion: Lesion | None = None
        self._layout: Layout | None = None
        self._debridements: tuple[Debridement, ...] = ()
        self._view: View | None = None
        self._at = 0
        self._is_entered = False
        self._is_stale = True
        self._is_looking = False
        self._asked: tuple[str | None, str | None] = (None, None)
        self.choice: Choice | None = None
        self.marking: Marking | None = None
        self._small = SmallCopies(session)
        self._pictures = Pictures(session, self)
        self._pictures.arrived.connect(self._take_picture)
        self.room = CompareRoom(session, self._small)
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
        room.canvas.place_picked.connect(self._pick)
        room.canvas.mark_moved.connect(self._move_mark)
        room.canvas.mark_chosen.connect(self._choose_mark)
        room.canvas.mark_settled.connect(self._changed_marks)
        room.ladder.moved.connect(self._put)
        room.ladder.toggled.connect(self._toggle)
        room.empty.opening_asked.connect(self._open_unscaled)
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
            ("compare.open_photo", self._enter_pressed),
            ("compare.zoom_in", lambda: canvas.zoom(_CLOSER)),
            ("compare.zoom_out", lambda: canvas.zoom(1 / _CLOSER)),
            ("compare.fit", self.fit),
            ("compare.line_up", self.begin_marking),
            ("compare.propose", self.propose),
            ("compare.skip", self._skip),
            ("compare.remove_mark", self._remove_mark),
        )
        for action_id, do in on_canvas:
            actions.bind(action_id, do, canvas)
            actions.also_in(action_id, ladder)
        actions.bind("compare.stop_marking", self.stop_marking, self)
        actions.bind("compare.keep_marks", self.keep_marks, self)
        actions.bind("compare.save_picture", self.save, self)
        self._show_marking_actions()

    # --- coming and going ------------------------------------------------------------------------

    def enter(self, **context: object) -> None:
        """Be shown; ``lesion_id``, ``left_id`` and ``right_id`` (visits) are brought into view."""
        self._is_entered = True
        lesion_id = context.get("lesion_id")
        left_id, right_id = context.get("left_id"), context.get("right_id")
        if isinstance(lesion_id, str) and lesion_id != self._session.lesion_id:
            self._is_stale = True
            self._session.set_lesion(lesion_id)
        if isinstance(left_id, str) or isinstance(right_id, str):
            self._asked = (
                left_id if isinstance(left_id, str) else None,
                right_id if isinstance(right_id, str) else None,
            )
            self._is_stale = True
        elif self.choice is not None and self.choice.pair[1].id != self._session.visit_id:
            # Another visit was looked at in another room since.
            known = {one.id: place for place, one in enumerate(self.choice.visits)}
            place = known.get(self._session.visit_id or "")
            if place is not None and place > self.choice.left:
                self.choice = self.choice.moved("right", place)
        if self._is_stale:
            self._read()
        else:
            self._show()
        self._run_timer()
        self.room.canvas.setFocus(Qt.FocusReason.OtherFocusReason)

    def leave(self) -> None:
        """Be hidden: nothing is read, blinks or plays any more; what is marked is kept."""
        self._is_entered = False
        if self.marking is not None:
            self.keep_marks()
        self._timer.stop()
        self._pictures.stop()

    def _follow(self, _: object = None) -> None:
        self._is_stale = True
        if self._is_entered:
            self._read()

    def _forget(self) -> None:
        self._timer.stop()
        self._pictures.forget()
        self._small.forget()
        self.room.canvas.forget()
        self.choice = self.marking = None
        self._lesion = self._layout = None
        self._is_stale = True

    # --- what is read ----------------------------------------------------------------------------

    def _read(self) -> None:
        """Read the lesion in view anew, and show it."""
        self._is_stale = False
        library, patient = self._session.library, self._session.patient
        self._timeline = None
        if library is not None and patient is not None:
            self._timeline = workflow.timeline_of(library, patient)
        curves = self._curves()
        curve = next((one for one in curves if one.lesion.id == self._session.lesion_id), None)
        if curve is None and curves:
            curve = max(curves, key=lambda one: min(len(one.points), 2))
        if library is None or patient is None or curve is None:
            self.choice, self._lesion, self.marking = None, None, None
            self._show_lack()
            return
        is_another = self._lesion is None or self._lesion.id != curve.lesion.id
        self._lesion = curve.lesion
        if self._session.lesion_id != curve.lesion.id:
            was_entered, self._is_entered = self._is_entered, False
            self._session.set_lesion(curve.lesion.id)
            self._is_entered, self._is_stale = was_entered, False
        marks = workflow.landmarks_of(library, curve.lesion.id)
        visits = visits_of(library, curve, self._visits(), marks)
        self._debridements = debridements_of(library, patient.id, curve.lesion.id, visits)
        self.room.show_lesions([one.lesion for one in curves], curve.lesion.id)
        self._choose(visits, is_another=is_another)

    def _choose(self, visits: tuple[ComparedVisit, ...], *, is_another: bool) -> None:
        """Choose which visits to compare: those before, those asked for, or the first and last."""
        left_id, right_id = self._asked
        self._asked = (None, None)
        before = self.choice
        if not is_another and before is not None and left_id is None and right_id is None:
            left_id, right_id = (one.id for one in before.pair)
        if is_another or self.marking is None:
            self._stop_marking_quietly()
        if is_another:
            self._view = None
            self._at = 0
        usable = [one for one in visits if one.can_be_shown]
        if len(visits) < 2 or len(usable) < 2:
            self.choice = None
            self._stop_marking_quietly()
            self._unscaled = next((one for one in reversed(visits) if not one.can_be_shown), None)
            self._show_lack(visits)
            return
        if right_id is None and self._session.visit_id in {one.id for one in usable}:
            right_id = self._session.visit_id
        made = first_choice(visits, left_id=left_id, right_id=right_id)
        if before is not None and not is_another:
            known = {one.id: place for place, one in enumerate(visits)}
            picked = before.picked
            if picked is not None:
                ids = [before.visits[place].id for place in picked]
                picked = frozenset(known[one] for one in ids if one in known)
            made = replace(made, count=before.count, picked=picked)
        self.choice = made
        self._pictures.reach_mm = reach_mm(usable)
        self._lay_out()
        self.room.show_comparison()
        self._show()

    _unscaled: ComparedVisit | None = None

    def _curves(self) -> tuple[LesionTimeline, ...]:
        lesions = () if self._timeline is None else self._timeline.lesions
        return tuple(curve for curve in lesions if curve.points)

    def _visits(self) -> tuple[Visit, ...]:
        return () if self._timeline is None else self._timeline.visits

    def _show_lack(self, visits: tuple[ComparedVisit, ...] = ()) -> None:
        session = self._session
        library, patient = session.library, session.patient
        lacking = sum(not one.can_be_shown for one in visits)
        if not session.has_photographs:
            lack = Lack.NO_PHOTOGRAPHS
        elif patient is None or library is None:
            lack = Lack.NO_PATIENT
        elif len(visits) > 1:
            lack = Lack.NO_SCALE
        elif visits:
            lack = Lack.ONE_VISIT
        elif library.waiting_counts().get(patient.id, 0):
            lack = Lack.NOT_ACCEPTED
        else:
            lack = Lack.NO_LESION
        self._timer.stop()
        label = "" if self._lesion is None else self._lesion.label
        self.room.show_lack(lack, label=label, lacking=lacking, count=len(visits))
        self._session.actions.switch(
            "compare.save_picture", is_on=False, why_off=self.tr("There is nothing to save yet.")
        )

    def _lay_out(self) -> None:
        """Lay all visits of the lesion on each other, by what is recorded and what is marked."""
        if self.choice is None:
            return
        usable = [self._with_marks(one) for one in self.choice.visits if one.can_be_shown]
        self._layout = layout_of(usable)
        self._order = {one.id: place for place, one in enumerate(usable)}

    _order: dict[str, int] = {}  # noqa: RUF012  # replaced whole, never changed

    def _with_marks(self, one: ComparedVisit) -> ComparedVisit:
        if self.marking is None or one.id not in self.marking.marks:
            return one
        return replace(one, landmarks=tuple(self.marking.marks[one.id].values()))

    def _laid(self, one: ComparedVisit) -> Laid | None:
        place = self._order.get(one.id)
        if self._layout is None or place is None:
            return None
        return self._layout.laid[place]

    @property
    def agreement(self) -> Agreement | None:
        """How well the left and the right photograph lie on each other; None: not lined up."""
        if self.choice is None or self._layout is None:
            return None
        places = [self._order.get(one.id) for one in self.choice.pair]
        if places[0] is None or places[1] is None:
            return None
        return self._layout.agreement(places[0], places[1])

    # --- what is shown ---------------------------------------------------------------------------

    @property
    def mode(self) -> Mode:
        """How the visits are shown."""
        mode: Mode = self.room.mode.value()
        return mode

    def set_mode(self, mode: Mode) -> None:
        """Show the visits another way."""
        if self.marking is not None:
            return
        self.room.mode.set_value(mode)
        self._choose_mode()

    def _choose_mode(self, _: object = None) -> None:
        self._at = 0
        self._show()
        self._run_timer()
        self.room.canvas.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show(self, _: object = None) -> None:
        """Show the scene and everything round it as they are now."""
        choice = self.choice
        if choice is None:
            return
        if self._session.visit_id != choice.pair[1].id:
            self._session.set_visit(choice.pair[1].id)
        left, right = choice.pair
        if self._view is None:
            # How many panes there are decides how large the skin can be.
            self.room.canvas.show_scene(self._scene(choice, View()))
        scene = self._scene(choice, self._view or self._fitted(choice))
        self.room.canvas.show_scene(scene)
        between = choice.between if self.mode is Mode.SIDE and self.marking is None else ()
        self.room.ladder.show_visits(choice.visits, choice.left, choice.right, between)
        self.room.numbers.show_pair(left, right, read_with_care(left, right, self._debridements))
        self.room.show_mode(self.mode, choice, self.agreement, is_playing=self._timer.isActive())
        if self.marking is not None:
            self.room.marking_bar.show_marking(
                self.marking, self.agreement, is_looking=self._is_looking
            )
        self._want_pictures(choice, scene)
        is_whole = all(one.picture is not None or one.message_is_final for one in scene.shown)
        self._session.actions.switch(
            "compare.save_picture",
            is_on=is_whole,
            why_off=self.tr("The photographs are still being opened."),
        )

    def _scene(self, choice: Choice, view: View) -> Scene:
        mode, places = self.mode, choice.shown
        if self.marking is not None:
            mode, places = Mode.SIDE, (choice.left, choice.right)
        elif mode is Mode.LAPSE:
            places = choice.film
        elif mode is not Mode.SIDE:
            places = (choice.left, choice.right)
        return Scene(
            mode=mode,
            shown=tuple(self._shown(choice, place) for place in places),
            view=view,
            divider=self.room.canvas.scene.divider,
            ghost=self.room.ghost.value() / 100,
            at=self._at,
            has_outlines=self.room.outlines.isChecked(),
        )

    def _shown(self, choice: Choice, place: int) -> Shown:
        one = choice.visits[place]
        role: Role = "between"
        if place in {choice.left, choice.right}:
            role = "left" if place == choice.left else "right"
        problem = self._pictures.problem_of(one)
        picture = self._pictures.of(one) if one.can_be_shown else None
        message, is_final = "", False
        if one.why_not:
            message, is_final = f"{one.why_not}\n{self._way_on()}", True
        elif problem is not None:
            message = f"{messages.sentence_of(problem)}\n{self._way_on()}"
            is_final = True
        elif picture is None:
            message = self.tr("Opening the photo…")
        area = ""
        if is_closed(one):
            area = self.tr("closed")
        elif one.point.area_cm2 is not None:
            area = words.area(one.point.area_cm2, has_unit=True)
            low, high = one.point.area_low_mm2, one.point.area_high_mm2
            if low is not None and high is not None:
                area = f"{area} ({words.interval_short(low / 100, high / 100)})"
        else:
            area = self.tr("no area")
        change = ""
        if place != choice.left and self.mode in {Mode.SIDE, Mode.LAPSE}:
            change = figures.change_in_words(choice.pair[0].point, one.point)
        return Shown(
            visit=one,
            role=role,
            title=words.day(one.on),
            note=self._note(choice, place, picture is not None),
            area=area if self.mode in {Mode.SIDE, Mode.LAPSE} or self.marking is not None else "",
            change=change if self.marking is None else "",
            laid=self._laid(one),
            picture=picture,
            message=message,
            message_is_final=is_final,
            marks=self._marks(one),
        )

    def _way_on(self) -> str:
        return self.tr("Press Enter to open it in Review.")

    def _note(self, choice: Choice, place: int, has_picture: bool) -> str:
        """Return what is said of a visit below its day."""
        one = choice.visits[place]
        before = choice.visits[place - 1] if place else None
        parts = [self.tr("day {count}").format(count=one.days)]
        if any(debridement.precedes(one, before) for debridement in self._debridements):
            parts.append(self.tr("after debridement"))
        picture = self._pictures.of(one) if has_picture else None
        if self.room.colours.isChecked() and picture is not None and not picture.has_card_colours:
            parts.append(self.tr("own colours"))
        return ", ".join(parts)

    def _marks(self, one: ComparedVisit) -> tuple[Mark, ...]:
        """Return the landmarks of a visit that are drawn: while they are marked alone."""
        marking, calibration = self.marking, one.calibration
        if marking is None or calibration is None or one.id not in marking.marks:
            return ()
        side = 0 if one.id == marking.left.id else 1
        places = [
            (number, mark.at_px, False) for number, mark in sorted(marking.marks[one.id].items())
        ]
        places += [(-1 - number, pair[side], True) for number, pair in enumerate(marking.proposed)]
        if not places:
            return ()
        skin = imaging.points_on_skin(np.array([at for _, at, _ in places]), calibration)
        return tuple(
            Mark(
                number=number,
                at_mm=(float(x), float(y)),
                is_proposed=is_proposed,
                is_chosen=marking.chosen == (one.id, number),
            )
            for (number, _, is_proposed), (x, y) in zip(places, skin, strict=True)
            if np.isfinite((x, y)).all()
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

    def _fitted(self, choice: Choice) -> View:
        """Return the view that shows all outlines that are shown, with some skin round them."""
        places = choice.film if self.mode is Mode.LAPSE else choice.shown
        if self.mode is not Mode.LAPSE and (self.mode is not Mode.SIDE or self.marking is not None):
            places = (choice.left, choice.right)
        found = []
        if self._layout is not None:
            for place in places:
                order = self._order.get(choice.visits[place].id)
                if order is not None:
                    found += [*self._layout.edges_mm[order]]
        low, high = np.array([-15.0, -15.0]), np.array([15.0, 15.0])
        if found:
            every = np.concatenate(found)
            low, high = every.min(axis=0), every.max(axis=0)
        middle = (low + high) / 2
        across, down = np.maximum((high - low) * _MARGIN, _LEAST_FIELD_MM)
        if self.marking is not None:
            across, down = across * 2.0, down * 2.0  # landmarks lie round the wound
        return View(
            middle_mm=(float(middle[0]), float(middle[1])),
            px_per_mm=self.room.canvas.fitting(float(across), float(down)),
        )

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
        if self.marking is not None:
            by = _FAR if side == "right" else _NUDGE_PX
            self.room.canvas.nudge_cross(way * by, 0)
        elif self.choice is not None:
            self._take(self.choice.stepped(side, way))

    def _up_or_down(self, way: int) -> None:
        if self.marking is not None:
            self.room.canvas.nudge_cross(0, way * _NUDGE_PX)
        else:
            self._step_lesion(way)

    def _put(self, side: Side, place: int) -> None:
        if self.choice is not None:
            self._take(self.choice.moved(side, place))

    def _toggle(self, place: int) -> None:
        if self.choice is not None and self.marking is None:
            self.room.mode.set_value(Mode.SIDE)
            self._take(self.choice.toggled(place))

    def _choose_count(self, count: object) -> None:
        if self.choice is not None and isinstance(count, int):
            self._take(self.choice.counted(count))
            self.room.canvas.setFocus(Qt.FocusReason.OtherFocusReason)

    def _take(self, choice: Choice) -> None:
        if choice == self.choice:
            return
        if self.marking is not None:
            self.keep_marks()
        self.choice = choice
        if self.mode is Mode.LAPSE:
            self._at = 0
        self._show()

    def _choose_lesion(self, place: int) -> None:
        lesion_id = self.room.lesions.itemData(place)
        if lesion_id != self._session.lesion_id:
            self._session.set_lesion(lesion_id)
        self.room.canvas.setFocus(Qt.FocusReason.OtherFocusReason)

    def _step_lesion(self, way: int) -> None:
        ids = [curve.lesion.id for curve in self._curves()]
        if self._lesion is None or self._lesion.id not in ids:
            return
        place = min(max(ids.index(self._lesion.id) + way, 0), len(ids) - 1)
        self._session.set_lesion(ids[place])

    # --- switches --------------------------------------------------------------------------------

    def _switch_outlines(self) -> None:
        self.room.outlines.toggle()
        self._show()

    def _switch_colours(self) -> None:
        self.room.colours.toggle()
        self._choose_colours()

    def _choose_colours(self, _: object = None) -> None:
        self._pictures.has_colours = self.room.colours.isChecked()
        self._show()

    # --- blinking and playing --------------------------------------------------------------------

    def _run_timer(self) -> None:
        is_moving = self.choice is not None and self.mode in {Mode.BLINK, Mode.LAPSE}
        if is_moving and self._is_entered and self.marking is None:
            self._timer.start(_BLINK_MS if self.mode is Mode.BLINK else _LAPSE_MS)
        else:
            self._timer.stop()
        self._show()

    def _tick(self) -> None:
        scene = self.room.canvas.scene
        if self.mode is Mode.LAPSE and scene.shown:
            coming = scene.shown[(self._at + 1) % len(scene.shown)]
            if not coming.picture and not coming.message_is_final:
                return  # it is waited for, not skipped
        self._at += 1
        self.room.canvas.show_scene(replace(scene, at=self._at))

    def _play_or_pick(self) -> None:
        if self.marking is not None:
            self.room.canvas.pick_at_cross()
        elif self.mode in {Mode.BLINK, Mode.LAPSE}:
            if self._timer.isActive():
                self._timer.stop()
                self._show()
            else:
                self._run_timer()

    # --- landmarks -------------------------------------------------------------------------------

    def begin_marking(self) -> None:
        """Mark places that the left and the right photograph both show."""
        if self.choice is None or self.marking is not None or not self._session.can_write:
            return
        left, right = self.choice.pair
        if not (left.can_be_shown and right.can_be_shown):
            self._session.said.emit(
                self.tr("A photo without a scale can't be lined up: there is no true size.")
            )
            return
        self.marking = Marking(left=left, right=right)
        self._timer.stop()
        self._view = None
        self.room.canvas.mark(is_on=True)
        self.room.show_marking(is_on=True)
        self._show_marking_actions()
        self._show()
        self.room.canvas.setFocus(Qt.FocusReason.OtherFocusReason)

    def _pick(self, visit_id: str, at_px: Point) -> None:
        if self.marking is None or self.marking.proposed:
            return
        if self.marking.pick(visit_id, at_px):
            self._changed_marks()
        elif self.marking.wanted is not None:
            one, number = self.marking.wanted
            side = self.tr("left") if one is self.marking.left else self.tr("right")
            self._session.said.emit(
                self.tr("Place {number} is wanted in the {side} photo now.").format(
                    number=number, side=side
                )
            )

    def _move_mark(self, visit_id: str, number: int, at_px: Point) -> None:
        if self.marking is not None and number > 0:
            self.marking.move(visit_id, number, at_px)
            self._show()  # laid out anew only when it is let go: it would slip from the mouse

    def _choose_mark(self, visit_id: str, number: int) -> None:
        if self.marking is None:
            return
        if number < 0:  # one that was proposed, and is not the same place
            del self.marking.proposed[-1 - number]
            self._show()
            return
        self.marking.chosen = (visit_id, number)
        self._show()

    def _remove_mark(self) -> None:
        if self.marking is not None and self.marking.remove():
            self._changed_marks()

    def _skip(self) -> None:
        if self.marking is not None and not self.marking.skip():
            self._session.said.emit(
                self.tr("Only a place that the other photo has can be skipped.")
            )
        self._show()

    def _changed_marks(self) -> None:
        self._lay_out()
        self._show()

    def propose(self) -> None:
        """Look for places that are alike in both photographs, for a person to confirm."""
        library, marking = self._session.library, self.marking
        if marking is None:
            self.begin_marking()
            marking = self.marking
        if library is None or marking is None or self._is_looking:
            return
        sights = []
        for one in (marking.left, marking.right):
            if one.filed is None or one.calibration is None:
                return
            sights.append((one.filed.photograph, one.calibration, one.parts, one.middle_px))

        def take(found: tuple[tuple[Point, Point], ...]) -> None:
            self._is_looking = False
            if self.marking is not marking:
                return
            marking.proposed = list(found)
            if not found:
                self._session.said.emit(
                    self.tr("No places are alike for sure: click them in both photos.")
                )
            self._show()

        def refuse(problem: WoundtrackError) -> None:
            self._is_looking = False
            self._session.problem.emit(problem)
            self._show()

        self._is_looking = True
        self._session.tasks.run(
            look_for_landmarks,
            library.originals,
            sights[0],
            sights[1],
            on_done=take,
            on_error=refuse,
            key="compare landmarks",
            says=self.tr("Looking for places that are alike"),
        )
        self._show()

    def keep_marks(self) -> None:
        """Keep what is proposed, or record what is marked and end the marking."""
        marking, library, lesion = self.marking, self._session.library, self._lesion
        if marking is None:
            return
        if marking.proposed and self._is_entered:
            marking.keep_proposed()
            self._changed_marks()
            return
        changes = marking.changes
        self._stop_marking_quietly()
        if changes and library is not None and lesion is not None and self._session.can_write:
            try:
                before = workflow.mark_landmarks(
                    library, lesion.id, changes, by=self._session.person
                )
            except WoundtrackError as problem:
                self._session.problem.emit(problem)
            else:
                command = MarkLandmarks(self._session, lesion.id, before, changes, self._show_again)
                self._session.undo_stack.push(command)
                self._session.changed("landmarks")
                self._session.said.emit(f"{lined_up(self.agreement)}.")
        self._lay_out()
        self._view = None
        self._run_timer()

    def stop_marking(self) -> None:
        """End the marking; what was marked is let go of."""
        if self.marking is None:
            return
        if self.marking.proposed:
            self.marking.proposed.clear()
            self._show()
            return
        self._stop_marking_quietly()
        self._lay_out()
        self._view = None
        self._run_timer()

    def _stop_marking_quietly(self) -> None:
        if self._is_looking:
            self._session.tasks.cancel("compare landmarks")
            self._is_looking = False
        self.marking = None
        self.room.canvas.mark(is_on=False)
        self.room.show_marking(is_on=False)
        self._show_marking_actions()

    def _show_marking_actions(self) -> None:
        is_on = self.marking is not None
        why_off = self.tr("Landmarks are not being marked.")
        for action_id in ("skip", "remove_mark", "stop_marking", "keep_marks"):
            self._session.actions.switch(f"compare.{action_id}", is_on=is_on, why_off=why_off)

    def _show_again(self) -> None:
        if not self._is_entered:
            self._session.go("compare", lesion_id=None if self._lesion is None else self._lesion.id)

    # --- photographs and files -------------------------------------------------------------------

    def _enter_pressed(self) -> None:
        if self.marking is not None:
            self.keep_marks()
        else:
            self.open_photo()

    def open_photo(self) -> None:
        """Open the right photograph in the review room; the left where it alone can't be shown."""
        if self.choice is None:
            return
        left, right = self.choice.pair
        lacks = [one for one in (right, left) if self._lacks(one)]
        one = lacks[0] if lacks else right
        if one.filed is not None:
            self._session.go("review", photograph_id=one.filed.id, back_to="compare")
        else:
            self._session.said.emit(one.why_not)

    def _lacks(self, one: ComparedVisit) -> bool:
        has_photo = one.filed is not None
        return has_photo and (not one.can_be_shown or self._pictures.problem_of(one) is not None)

    def _open_unscaled(self) -> None:
        if self._unscaled is not None and self._unscaled.filed is not None:
            self._session.go("review", photograph_id=self._unscaled.filed.id, back_to="compare")

    def ask_file(self, kinds: dict[str, str], name: str) -> Path | None:
        """Ask where to save, and as what."""
        chosen, kind = QFileDialog.getSaveFileName(
            self, self.room.save.text(), str(_documents() / name), ";;".join(kinds)
        )
        if not chosen:
            return None
        path = Path(chosen)
        if path.suffix.lower() not in kinds.values():
            path = path.with_name(path.name + kinds.get(kind, next(iter(kinds.values()))))
        return path

    def save(self) -> None:
        """Save what is seen as a picture; the film of the visits in time-lapse."""
        if self.choice is None or self._session.patient is None or self._lesion is None:
            return
        is_film = self.mode is Mode.LAPSE
        left, right = self.choice.pair
        name = f"{self._session.patient.code} {self._lesion.label} {left.on} {right.on}"
        if is_film:
            kinds = {self.tr("GIF film (*.gif)"): ".gif", self.tr("MP4 film (*.mp4)"): ".mp4"}
        else:
            kinds = {self.tr("PNG picture (*.png)"): ".png"}
        path = self.ask_file(kinds, name + next(iter(kinds.values())))
        if path is None:
            return

        def tell(_: object) -> None:
            self._session.said.emit(self.tr("Saved {name}.").format(name=path.name))

        scene, size = self.room.canvas.scene, self.room.canvas.size()
        if is_film:
            captions = [self._caption() for _ in scene.shown]
            self._session.tasks.run(
                saving.save_film,
                path,
                scene,
                size,
                captions,
                on_done=tell,
                says=self.tr("Saving the film"),
            )
        else:
            self._session.tasks.run(
                saving.save_picture,
                path,
                scene,
                size,
                self._caption(),
                on_done=tell,
                says=self.tr("Saving the picture"),
            )

    def _caption(self) -> saving.Caption:
        """Return what stands above and below the photographs in a file."""
        choice, lesion, patient = self.choice, self._lesion, self._session.patient
        if choice is None or lesion is None or patient is None:
            raise ValueError("nothing is compared")
        left, right = choice.pair
        parts = []
        for one in (left, right):
            shown = self._area_words(one)
            parts.append(f"{words.day(one.on)}: {shown}")
        change = figures.change_in_words(left.point, right.point)
        first = " · ".join([*parts, self.tr("change {change}").format(change=change)])
        return saving.Caption(
            title=f"{patient.code} · {lesion.label} · {lesion.site.words}",
            lines=(
                first + self.tr(" (95 % intervals)"),
                f"{lined_up(self.agreement)} · "
                + self.tr("Research software. Not a medical device."),
            ),
        )

    def _area_words(self, one: ComparedVisit) -> str:
        if is_closed(one):
            return self.tr("closed")
        point = one.point
        if point.area_cm2 is None:
            return self.tr("no area")
        text = words.area(point.area_cm2, has_unit=True)
        if point.area_low_mm2 is not None and point.area_high_mm2 is not None:
            interval = words.interval_short(point.area_low_mm2 / 100, point.area_high_mm2 / 100)
            text = f"{text} ({interval})"
        return text

    # --- Qt --------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.marking is not None:
            self.stop_marking()
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.room.share(self.width())
        if self._is_entered:
            QTimer.singleShot(0, self, self._show)


def _documents() -> Path:
    place = QStandardPaths.StandardLocation.DocumentsLocation
    return Path(QStandardPaths.writableLocation(place) or Path.home())
