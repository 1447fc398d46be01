"""Saving what is seen: asks for the file, and has a worker write it.

Hides names, kinds of files, and the words above and below the photographs.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QWidget

from woundtrack import workflow
from woundtrack.errors import WoundtrackError
from woundtrack.model import Purpose, now
from woundtrack.ui.compare import saving
from woundtrack.ui.compare.marking_bar import lined_up
from woundtrack.ui.compare.numbers import change_in_words
from woundtrack.ui.compare.scene import Mode
from woundtrack.ui.compare.staging import area_words
from woundtrack.ui.components import words
from woundtrack.ui.usual_folder import usual_folder

if TYPE_CHECKING:
    from PySide6.QtCore import QSize

    from woundtrack.imaging import Agreement
    from woundtrack.model import ClinicalRecord, Lesion
    from woundtrack.ui.compare.choice import Choice
    from woundtrack.ui.compare.scene import Scene
    from woundtrack.ui.session import Session


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """What is to be saved: the scene on a canvas of ``size``, and what it is of.

    ``care`` is what it is to be read with, in sentences; they stand below it.
    """

    scene: Scene
    size: QSize
    choice: Choice
    lesion: Lesion
    agreement: Agreement | None
    record: ClinicalRecord
    care: tuple[str, ...] = ()


class Files(QObject):
    """Writes pictures and films of one page; each is noted in the audit trail."""

    def __init__(self, session: Session, page: QWidget) -> None:
        super().__init__(page)
        self._session, self._page = session, page

    def save(self, seen: Seen) -> None:
        """Ask where to, and save the scene as a picture; as a film where it is one.

        Nothing is saved where the patient doesn't agree to a record of photographs.
        """
        today = now().astimezone().date()
        answer = workflow.may_leave(seen.record, Purpose.RECORD, today)
        if not workflow.leaves(answer, Purpose.RECORD):
            self._session.said.emit(
                self.tr("Not saved: this patient doesn't agree to a record with photographs.")
            )
            return
        is_film = seen.scene.mode is Mode.LAPSE
        left, right = seen.choice.pair
        kinds = {self.tr("PNG picture (*.png)"): ".png"}
        if is_film:
            kinds = {self.tr("GIF film (*.gif)"): ".gif", self.tr("MP4 film (*.mp4)"): ".mp4"}
        name = f"{seen.record.patient.code} {seen.lesion.label} {left.on} {right.on}"
        path = self.ask_file(kinds, name + next(iter(kinds.values())))
        if path is None:
            return
        what = f"compare, {seen.lesion.label}, {left.on} to {right.on}, {path.suffix[1:].lower()}"

        def tell(_: object) -> None:
            self._note(what)
            self._session.said.emit(self.tr("Saved {name}.").format(name=path.name))

        self._session.tasks.run(
            saving.save_film if is_film else saving.save_picture,
            path,
            seen.scene,
            seen.size,
            self.caption(seen),
            on_done=tell,
            says=self.tr("Saving the film") if is_film else self.tr("Saving the picture"),
        )

    def _note(self, what: str) -> None:
        """Note in the audit trail that a picture left; a library for reading only can't."""
        library = self._session.library
        if library is None or not self._session.can_write:
            return
        try:
            with library.verb("save picture", by=self._session.person, why=what):
                pass
        except WoundtrackError as problem:
            self._session.problem.emit(problem)

    def ask_file(self, kinds: dict[str, str], name: str) -> Path | None:
        """Ask where to save, and as what."""
        chosen, kind = QFileDialog.getSaveFileName(
            self._page, self.tr("Save"), str(usual_folder() / name), ";;".join(kinds)
        )
        if not chosen:
            return None
        path = Path(chosen)
        if path.suffix.lower() not in kinds.values():
            path = path.with_name(path.name + kinds.get(kind, next(iter(kinds.values()))))
        return path

    def caption(self, seen: Seen) -> saving.Caption:
        """Return what stands above and below the photographs in a file."""
        left, right = seen.choice.pair
        parts = [f"{words.day(one.on)}: {area_words(one)}" for one in (left, right)]
        change = change_in_words(left, right, seen.care)
        parts.append(self.tr("change {change}").format(change=change))
        lesion = seen.lesion
        foot = [lined_up(seen.agreement), self.tr("Research software. Not a medical device.")]
        today = now().astimezone().date()
        uses = (Purpose.TEACHING, Purpose.PUBLICATION)
        if not any(
            workflow.leaves(workflow.may_leave(seen.record, use, today), use) for use in uses
        ):
            foot.append(self.tr("Not for teaching or publication: no consent to it."))
        return saving.Caption(
            title=f"{seen.record.patient.code} · {lesion.label} · {lesion.site.words}",
            lines=(
                " · ".join(parts) + " " + self.tr("(95 % intervals)"),
                *seen.care,
                " · ".join(foot),
            ),
        )
