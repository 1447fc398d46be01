"""Every setting on one card: name, colours, size, letters, backups, each with what it means.

Hides what is tried at once (colours) and put back by Cancel, and what this screen has room for.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QScrollArea,
    QWidget,
)

from woundtrack.settings import TEXT_SCALES, Settings, Theme, account_name
from woundtrack.ui import theme
from woundtrack.ui.components import KeyButton, Label, Segmented, TickBox, rule, words
from woundtrack.ui.window.overlay import Overlay

if TYPE_CHECKING:
    from woundtrack.ui.session import Session

_NEEDED: Final = (1080, 520)
"""Logical px, wide and high, below which the window is cut off."""
_WIDTH: Final = 740
_AROUND: Final = 20 + 28 + 10 + 10 + 1 + 10 + 34 + 20
"""Margins, title, rule and foot round the rows, px high."""


def scales_for(width: int, height: int) -> tuple[int, ...]:
    """Return the sizes, in percent, at which the window fits on a screen.

    ``width`` and ``height`` are those of the screen in logical px at 100 %. The usual size is
    always among them, and smaller ones.
    """
    return tuple(
        scale
        for scale in TEXT_SCALES
        if scale <= 100
        or (width * 100 >= _NEEDED[0] * scale and height * 100 >= _NEEDED[1] * scale)
    )


class SettingsSheet(Overlay):
    """Ctrl+, : what a person prefers on this computer. Nothing is kept until they say so."""

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(window, _WIDTH)
        self._session = session
        self._before: Settings | None = None
        self._folder: Path | None = None
        self.inside.setSpacing(10)
        self.inside.addWidget(Label(self.tr("Settings"), "title"))
        self._rows = QGridLayout()
        self._rows.setHorizontalSpacing(16)
        self._rows.setVerticalSpacing(4)
        self._rows.setColumnMinimumWidth(0, 124)
        self._rows.setColumnStretch(1, 1)
        self._content = QWidget()
        self._content.setProperty("role", "surface")
        self._content.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._content.setLayout(self._rows)
        self._rows.setContentsMargins(2, 2, 2, 2)  # room for the ring round what has the focus
        self._build_rows()
        # A size kept from a larger screen may leave less room than the rows need.
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(self._content)
        self.inside.addWidget(area, 1)
        self.inside.addWidget(rule())
        self.cancel = KeyButton(self.tr("Cancel"), self.tr("Esc"))
        self.cancel.clicked.connect(self.dismiss)
        self.keep = KeyButton(self.tr("Use these settings"), self.tr("Enter"), "main")
        self.keep.clicked.connect(self._keep)
        foot = QHBoxLayout()
        foot.addWidget(
            Label(self.tr("Kept for you on this computer, but for the cards."), "caption", "2")
        )
        foot.addStretch(1)
        foot.addWidget(self.cancel)
        foot.addWidget(self.keep)
        self.inside.addLayout(foot)
        session.library_changed.connect(self._follow)

    def _build_rows(self) -> None:
        self.person = QLineEdit()
        self.person.setAccessibleName(self.tr("Your name"))
        self.person.setMaxLength(200)
        self.person.returnPressed.connect(self._keep)
        self._add(
            self.tr("Your name"),
            self.person,
            self.tr("Written under everything that you record."),
        )
        self.theme = Segmented(
            [
                (Theme.SYSTEM, self.tr("As the system")),
                (Theme.LIGHT, self.tr("Light")),
                (Theme.DARK, self.tr("Dark")),
            ],
            name=self.tr("Colours"),
            has_tick=True,
        )
        self.theme.chosen.connect(self._try_theme)
        self._add(self.tr("Colours"), self.theme, self.tr("Photographs look the same in both."))
        self.scale = Segmented(
            [(scale, words.percent(scale / 100)) for scale in TEXT_SCALES],
            name=self.tr("Size of text and controls"),
            has_tick=True,
        )
        self._scale_said = self._add(
            self.tr("Size"), self.scale, self.tr("Of text and controls, from the next start on.")
        )
        self.letters = TickBox(self.tr("Plain letters are keys"))
        self._add(
            self.tr("Keys"),
            self.letters,
            self.tr(
                "While a photograph or a list has the focus. Off: other keys and the buttons do "
                "the same."
            ),
        )
        self.unasked = TickBox(self.tr("Also patients whom nobody asked"))
        self._add(
            self.tr("Exports"),
            self.unasked,
            self.tr("About research, that is. Whoever refused or withdrew is never in one."),
        )
        self.folder = Label("", wraps=True)
        self.choose = KeyButton(self.tr("Choose a folder…"), icon="folder")
        self.choose.clicked.connect(self._choose_folder)
        self.beside = KeyButton(self.tr("Back to the library"), kind="quiet")
        self.beside.setAccessibleName(self.tr("Daily backups back to the library's own folder"))
        self.beside.clicked.connect(self._no_folder)
        buttons = QWidget()
        in_buttons = QHBoxLayout(buttons)
        in_buttons.setContentsMargins(0, 2, 0, 4)
        in_buttons.setSpacing(8)
        in_buttons.addWidget(self.choose)
        in_buttons.addWidget(self.beside)
        in_buttons.addStretch(1)
        row = self._rows.rowCount()
        self._rows.addWidget(Label(self.tr("Daily backups"), "body_strong"), row, 0)
        self._rows.addWidget(self.folder, row, 1)
        self._rows.addWidget(buttons, row + 1, 1)
        self.folder_said = Label("", "label", "2", wraps=True)
        self.folder_said.setContentsMargins(0, 0, 0, 8)
        self._rows.addWidget(self.folder_said, row + 2, 1)
        self._build_cards()

    def _build_cards(self) -> None:
        """Add the one place here that is the library's: which printer its cards come from."""
        self.cards = KeyButton(self.tr("Printed cards…"), icon="ruler")
        for button in (self.choose, self.beside, self.cards):
            # After a click Enter still uses the settings, as it says, and opens no folder again.
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.cards.clicked.connect(self._open_cards)
        self.cards_said = Label("", "body", wraps=True)
        row = self._rows.rowCount()
        self._rows.addWidget(Label(self.tr("Printed cards"), "body_strong"), row, 0)
        self._rows.addWidget(self.cards_said, row, 1)
        self._rows.addWidget(self.cards, row + 1, 1, Qt.AlignmentFlag.AlignLeading)
        said = Label(self.tr("Kept in the library: the same for everybody."), "label", "2")
        self._rows.addWidget(said, row + 2, 1)

    def _add(self, title: str, control: QWidget, meaning: str) -> Label:
        """Add a row; return the label of its meaning."""
        row = self._rows.rowCount()
        name = Label(title, "body_strong")
        name.setMinimumHeight(30)
        self._rows.addWidget(name, row, 0, Qt.AlignmentFlag.AlignTop)
        fills = isinstance(control, QLineEdit)
        side = Qt.AlignmentFlag(0) if fills else Qt.AlignmentFlag.AlignLeading
        self._rows.addWidget(control, row, 1, side)
        said = Label(meaning, "label", "2", wraps=True)
        said.setContentsMargins(0, 0, 0, 8)
        self._rows.addWidget(said, row + 1, 1)
        return said

    # --- opening and closing ---------------------------------------------------------------------

    def open(self) -> None:
        settings = self._session.settings
        self._before = settings
        self.person.setText(settings.person)
        self.person.setPlaceholderText(account_name())
        self.theme.set_value(settings.theme)
        self.scale.set_value(settings.text_scale)
        self._offer_scales(settings.text_scale)
        self.letters.setChecked(settings.single_letter_keys)
        self.unasked.setChecked(settings.exports_unasked)
        self._show_folder(settings.backup_folder)
        self._show_cards()
        self._fit()
        super().open()
        self.person.setFocus()
        self.person.selectAll()

    def dismiss(self) -> None:
        """Close without keeping anything: the colours that were tried go back."""
        before, self._before = self._before, None
        if before is not None and before.theme is not self._session.settings.theme:
            self._session.prefer(replace(self._session.settings, theme=before.theme))
        super().dismiss()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._keep()
            event.accept()
        else:
            super().keyPressEvent(event)

    def _keep(self) -> None:
        before, self._before = self._before, None
        settings = replace(
            self._session.settings,
            person=" ".join(self.person.text().split()),
            theme=self.theme.value(),
            text_scale=self.scale.value(),
            single_letter_keys=self.letters.isChecked(),
            exports_unasked=self.unasked.isChecked(),
            backup_folder=self._folder,
        )
        if settings != self._session.settings:
            self._session.prefer(settings)
        is_resized = before is not None and before.text_scale != settings.text_scale
        self._session.said.emit(
            self.tr("Settings kept. The size changes when woundtrack is started again.")
            if is_resized
            else self.tr("Settings kept.")
        )
        super().dismiss()

    # --- colours and size ------------------------------------------------------------------------

    def _try_theme(self, choice: Theme) -> None:
        self._session.prefer(replace(self._session.settings, theme=choice))

    def _offer_scales(self, now: int) -> None:
        """Offer the sizes that this screen has room for, and the one that is set."""
        screen = self.window().screen().availableSize()
        factor = theme.scale_at_start()
        fitting = scales_for(round(screen.width() * factor), round(screen.height() * factor))
        self.scale.set_offered([scale for scale in TEXT_SCALES if scale in fitting or scale == now])
        said = self.tr("Of text and controls, from the next start on.")
        if fitting[-1] < TEXT_SCALES[-1]:
            room = self.tr("This screen has room for {n}.").format(
                n=words.percent(fitting[-1] / 100)
            )
            said = f"{said} {room}"
        self._scale_said.setText(said)

    # --- printed cards ---------------------------------------------------------------------------

    def _show_cards(self) -> None:
        library = self._session.library
        self.cards.setEnabled(library is not None)
        said, is_doubted = self.tr("Open a library first."), False
        if library is not None:
            from woundtrack.ui.window.printed_cards import summary  # not before the window is up

            said, is_doubted = summary(library)
        self.cards_said.setText(said)
        self.cards_said.set_tone("doubt" if is_doubted else "1")

    def _open_cards(self) -> None:
        """Lay the printers over these settings, which stay as they stand and are not kept yet."""
        self._session.actions["card.printers"].trigger()

    def _follow(self, kinds: frozenset[str]) -> None:
        if self.isVisible() and "printers" in kinds:
            self._show_cards()
            self._fit()

    # --- backups ---------------------------------------------------------------------------------

    def ask_folder(self) -> Path | None:
        """Ask for the folder of the daily backups."""
        chosen = QFileDialog.getExistingDirectory(
            self.window(), self.tr("Folder for daily backups"), str(self._folder or Path.home())
        )
        return Path(chosen) if chosen else None

    def _choose_folder(self) -> None:
        folder = self.ask_folder()
        if folder is not None:
            self._show_folder(folder.absolute())

    def _no_folder(self) -> None:
        self._show_folder(None)
        self.choose.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_folder(self, folder: Path | None) -> None:
        self._folder = folder
        if folder is None:
            self.folder.setText(self.tr("In the library's own folder, under backups"))
        else:
            # Breaks where a line has no room, and reads left to right in every language.
            self.folder.setText("\u2066" + str(folder).replace("/", "/\u200b") + "\u2069")
        self.beside.setVisible(folder is not None)
        tone, said = self._of_folder(folder)
        self.folder_said.setText(said)
        self.folder_said.set_tone("doubt" if tone else "2")
        if self.isVisible():
            self._fit()

    def _fit(self) -> None:
        """Make the card as high as its rows, where the window has room for it."""
        self._rows.invalidate()
        width = min(_WIDTH, self.window().width() - 48) - 48
        self.set_height(self._rows.heightForWidth(width) + _AROUND)

    def _of_folder(self, folder: Path | None) -> tuple[bool, str]:
        """Return whether there is a doubt about a folder, and what to say of it."""
        library = self._session.library
        kept = self.tr(
            "Made once a day when something was recorded. Kept: the last of 7 days, of 4 weeks and "
            "of 12 months."
        )
        if folder is None:
            another = self.tr("A folder on another disk also outlives this one.")
            return False, f"{kept} {another}"
        if library is not None and folder.is_relative_to(library.path.absolute()):
            return True, self.tr(
                "This folder is inside the library: the backups go to the library's own backups."
            )
        if not folder.is_dir():
            return True, self.tr(
                "This folder is not there now. Until its disk is connected, backups go into the "
                "library's own folder."
            )
        return False, kept
