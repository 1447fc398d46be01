"""What leaves the timeline as a file: the picture of the curves.

Hides asking where to put it, and that nothing leaves of a patient who refuses the record.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QWidget

from woundtrack import healing, workflow
from woundtrack.errors import ConsentRefused
from woundtrack.healing.chart import lay_out, text_width
from woundtrack.healing.chart_figure import figure_of
from woundtrack.ui.usual_folder import usual_folder

if TYPE_CHECKING:
    from woundtrack.healing.chart import Chart
    from woundtrack.ui.session import Session
    from woundtrack.ui.timeline.chart_view import Shown

_PICTURE_WIDTH: Final = 1000


class CourseFiles(QObject):
    """Saves what ``over`` shows: ``shown`` is the course, ``chart`` how it is chosen to be seen."""

    def __init__(
        self,
        session: Session,
        over: QWidget,
        shown: Callable[[], Shown | None],
        chart: Callable[[Shown], Chart],
    ) -> None:
        super().__init__(over)
        self._session, self._over, self._shown, self._chart = session, over, shown, chart

    def ask_picture_file(self, shown: Shown) -> Path | None:
        """Ask where to save the picture, and as what."""
        name = f"{shown.timeline.patient.code} {self.tr('timeline')}"
        if shown.only is not None:
            name = f"{name}, {shown.only.name.lower()}"
        name = f"{name}.png"
        kinds = {
            self.tr("PNG picture (*.png)"): ".png",
            self.tr("SVG drawing (*.svg)"): ".svg",
            self.tr("PDF page (*.pdf)"): ".pdf",
        }
        chosen, kind = QFileDialog.getSaveFileName(
            self._over, self.tr("Save picture"), str(usual_folder() / name), ";;".join(kinds)
        )
        if not chosen:
            return None
        path = Path(chosen)
        if path.suffix.lower() not in kinds.values():
            path = path.with_name(path.name + kinds.get(kind, ".png"))
        return path

    def save_picture(self) -> None:
        """Save the curves as they are chosen, in light colours, with the patient's code."""
        shown = self._shown()
        if shown is None:
            return
        if shown.record is not None:
            try:
                workflow.refuse_without_record(shown.record, datetime.now().astimezone().date())
            except ConsentRefused as problem:
                self._session.problem.emit(problem)
                return
        path = self.ask_picture_file(shown)
        if path is None:
            return

        def tell(_: object) -> None:
            self._session.said.emit(self.tr("Saved {name}.").format(name=path.name))

        chart = replace(self._chart(shown), width_px=_PICTURE_WIDTH)
        self._session.tasks.run(
            _save_picture, chart, path, on_done=tell, says=self.tr("Saving the picture")
        )


def _save_picture(chart: Chart, path: Path) -> None:
    healing.save_chart(figure_of(lay_out(chart, text_width)), path)
