"""The card beside the curves: the table of areas with one lesion's course, or that of the record.

Hides which of the two is shown where there are no areas, and copying the one that is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from woundtrack.ui.components import Card, KeyButton, Label, Segmented, rule

if TYPE_CHECKING:
    from woundtrack.healing.chart_layout import Unit
    from woundtrack.ui.session import Session
    from woundtrack.ui.timeline.area_table import AreaTable
    from woundtrack.ui.timeline.course_panel import CoursePanel
    from woundtrack.ui.timeline.record_table import RecordTable


class NumbersCard(Card):
    """The numbers of what the curves show; ``side`` chooses which of them."""

    def __init__(
        self,
        session: Session,
        table: AreaTable,
        record_table: RecordTable,
        course: CoursePanel,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._table, self._record_table = table, record_table
        self._wanted = "areas"
        self._unit: Unit = "area"
        self._has_areas = True
        self._note = ""
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.setSpacing(0)
        head = QWidget()
        head.setFixedHeight(40)
        in_head = QHBoxLayout(head)
        in_head.setContentsMargins(12, 0, 8, 0)
        self.side = Segmented(
            [("areas", self.tr("Areas")), ("record", self.tr("Record"))],
            name=self.tr("Which numbers are shown"),
        )
        self.side.chosen.connect(self._choose)
        in_head.addWidget(self.side)
        self._unit_label = Label("", "caption", "2")
        in_head.addWidget(self._unit_label)
        in_head.addStretch(1)
        self.copy_button = KeyButton.of(
            session.actions["timeline.copy"],
            kind="quiet",
            icon="export",
            size="small",
            text=self.tr("Copy"),
        )
        in_head.addWidget(self.copy_button)
        layout.addWidget(head)
        self._only_label = Label("", "caption", "2", wraps=True)
        self._only_label.setContentsMargins(12, 0, 12, 6)
        layout.addWidget(self._only_label)
        areas = QWidget()
        in_areas = QVBoxLayout(areas)
        in_areas.setContentsMargins(0, 0, 0, 0)
        in_areas.setSpacing(0)
        in_areas.addWidget(table, 1)
        in_areas.addWidget(rule())
        in_areas.addWidget(course)
        self._tables = QStackedWidget()
        self._tables.addWidget(areas)
        self._tables.addWidget(record_table)
        layout.addWidget(self._tables, 1)
        table.copied.connect(self._say_copied)
        record_table.copied.connect(self._say_copied)

    def show_note(self, note: str) -> None:
        """Say above the numbers of which sites alone they are; empty: of all."""
        self._note = note
        self._only_label.setText(note)
        self._only_label.setVisible(bool(note))

    def show_side(self, unit: Unit, *, has_areas: bool) -> None:
        """Show the chosen numbers; those of the record where there are no areas."""
        self._unit, self._has_areas = unit, has_areas
        is_areas = self._wanted == "areas" and has_areas
        self.side.set_value("areas" if is_areas else "record")
        self._tables.setCurrentIndex(0 if is_areas else 1)
        self._unit_label.setVisible(is_areas)
        self._unit_label.setText(
            self.tr("cm², 95 % interval") if unit == "area" else self.tr("%, 95 % interval")
        )
        if not is_areas:
            self._record_table.fill()

    def copy(self) -> None:
        """Copy the table that is shown."""
        if self.side.value() == "areas":
            self._table.copy()
        else:
            self._record_table.copy()

    def _choose(self, side: str) -> None:
        self._wanted = side
        self.show_side(self._unit, has_areas=self._has_areas)

    def _say_copied(self, count: int) -> None:
        said = (
            self.tr("Copied 1 row.")
            if count == 1
            else self.tr("Copied {count} rows.").format(count=count)
        )
        self._session.said.emit(f"{said} {self._note}".strip())
