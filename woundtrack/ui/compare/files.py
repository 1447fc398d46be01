"""Saving what is seen: asks for the file, and has a worker write it.

Hides names, kinds of files, and the words above and below the photographs.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QStandardPaths
from PySide6.QtWidgets import QFileDialog, QWidget

from woundtrack.ui.compare import saving
from woundtrack.ui.compare.marking_bar import lined_up
from woundtrack.ui.compare.numbers import change_in_words
from woundtrack.ui.compare.scene import Mode
from woundtrack.ui.compare.staging import area_words
from woundtrack.ui.components import words

if TYPE_CHECKING:
    from PySide6.QtCore import QSize

    from woundtrack.imaging import Agreement
    from woundtrack.model import Lesion
    from woundtrack.ui.compare.choice import Choice
    from woundtrack.ui.compare.scene import Scene
    from woundtrack.ui.session import Session


class Files(QObject):
    """Writes pictures and films of one page."""

    def __init__(self, session: Session, page: QWidget) -> None:
        super().__init__(page)
        self._session, self._page = session, page

    def save(
        self,
        scene: Scene,
        size: QSize,
        choice: Choice,
        lesion: Lesion,
        agreement: Agreement | None,
    ) -> None:
        """Ask where to, and save the scene as a picture; as a film where it is one."""
        patient = self._session.patient
        if patient is None:
            return
        is_film = scene.mode is Mode.LAPSE
        left, right = choice.pair
        kinds = {self.tr("PNG picture (*.png)"): ".png"}
        if is_film:
            kinds = {self.tr("GIF film (*.gif)"): ".gif", self.tr("MP4 film (*.mp4)"): ".mp4"}
        name = f"{patient.code} {lesion.label} {left.on} {right.on}"
        path = self.ask_file(kinds, name + next(iter(kinds.values())))
        if path is None:
            return
        caption = self._caption(patient.code, choice, lesion, agreement)

        def tell(_: object) -> None:
            self._session.said.emit(self.tr("Saved {name}.").format(name=path.name))

        self._session.tasks.run(
            saving.save_film if is_film else saving.save_picture,
            path,
            scene,
            size,
            caption,
            on_done=tell,
            says=self.tr("Saving the film") if is_film else self.tr("Saving the picture"),
        )

    def ask_file(self, kinds: dict[str, str], name: str) -> Path | None:
        """Ask where to save, and as what."""
        chosen, kind = QFileDialog.getSaveFileName(
            self._page, self.tr("Save"), str(_documents() / name), ";;".join(kinds)
        )
        if not chosen:
            return None
        path = Path(chosen)
        if path.suffix.lower() not in kinds.values():
            path = path.with_name(path.name + kinds.get(kind, next(iter(kinds.values()))))
        return path

    def _caption(
        self, code: str, choice: Choice, lesion: Lesion, agreement: Agreement | None
    ) -> saving.Caption:
        left, right = choice.pair
        parts = [f"{words.day(one.on)}: {area_words(one)}" for one in (left, right)]
        change = change_in_words(left.point, right.point)
        parts.append(self.tr("change {change}").format(change=change))
        return saving.Caption(
            title=f"{code} · {lesion.label} · {lesion.site.words}",
            lines=(
                " · ".join(parts) + " " + self.tr("(95 % intervals)"),
                " · ".join(
                    (lined_up(agreement), self.tr("Research software. Not a medical device."))
                ),
            ),
        )


def _documents() -> Path:
    place = QStandardPaths.StandardLocation.DocumentsLocation
    return Path(QStandardPaths.writableLocation(place) or Path.home())
