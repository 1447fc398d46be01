"""The look: colour tokens, type sizes, the palette and the style sheet made from them.

Hides Qt's palette roles and style-sheet language. The palette itself carries which theme is on, so
painted widgets ask ``current()`` while they paint and need not be told when the theme changes.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import cache
from typing import Final, Literal

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

ThemeChoice = Literal["system", "light", "dark"]
FontRole = Literal[
    "tool_key",
    "caption",
    "label",
    "label_strong",
    "body",
    "body_strong",
    "large",
    "large_strong",
    "section",
    "patient",
    "title",
    "welcome",
    "area",
]


@dataclass(frozen=True, kw_only=True, slots=True)
class Tokens:
    """The colours of one theme, as ``#rrggbb``."""

    name: Literal["light", "dark"]
    bg: str
    surface: str
    inset: str
    line: str
    edge: str
    grid: str
    text: str
    text2: str
    text3: str
    accent: str
    on_accent: str
    accent_hover: str
    accent_pressed: str
    accent_soft: str
    accent_soft_pressed: str
    good: str
    good_soft: str
    good_line: str
    doubt: str
    doubt_soft: str
    doubt_line: str
    refuse: str
    refuse_soft: str
    refuse_line: str
    photo_surround: str
    photo_label: str
    tip: str
    on_tip: str


LIGHT: Final = Tokens(
    name="light",
    bg="#EEF0F2",
    surface="#FFFFFF",
    inset="#F6F7F8",
    line="#D5DADF",
    edge="#7E8892",
    grid="#E6E9EC",
    text="#182028",
    text2="#4A5560",
    text3="#626C76",
    accent="#0B5A78",
    on_accent="#FFFFFF",
    accent_hover="#084960",
    accent_pressed="#06384A",
    accent_soft="#DCEBF1",
    accent_soft_pressed="#C5DCE6",
    good="#1C6B3F",
    good_soft="#DFF1E6",
    good_line="#9CCBAF",
    doubt="#7A5200",
    doubt_soft="#FFF1CF",
    doubt_line="#E3B95B",
    refuse="#A3261B",
    refuse_soft="#FBE4E1",
    refuse_line="#E2A29B",
    photo_surround="#2B2E31",
    photo_label="#10161A",
    tip="#182028",
    on_tip="#FFFFFF",
)
"""The light theme."""

DARK: Final = Tokens(
    name="dark",
    bg="#14171A",
    surface="#1D2125",
    inset="#262B30",
    line="#384048",
    edge="#7F8A95",
    grid="#2A3036",
    text="#ECEFF1",
    text2="#B7C0C8",
    text3="#98A2AC",
    accent="#62BCDD",
    on_accent="#06222E",
    accent_hover="#7CCAE6",
    accent_pressed="#96D6EC",
    accent_soft="#15384A",
    accent_soft_pressed="#1D4A61",
    good="#6FCD96",
    good_soft="#16382A",
    good_line="#3C7A57",
    doubt="#F0BE5A",
    doubt_soft="#3B2E10",
    doubt_line="#7D642A",
    refuse="#FF9489",
    refuse_soft="#47211D",
    refuse_line="#8A463F",
    photo_surround="#0C0E10",
    photo_label="#10161A",
    tip="#ECEFF1",
    on_tip="#14171A",
)
"""The dark theme."""

# --- drawn on photographs, the same in both themes -----------------------------------------------

PHOTO_CASING: Final = "#10161A"
PHOTO_EDITED: Final = "#19D3FF"
PHOTO_ESCHAR: Final = "#C060FF"
PHOTO_MARGIN: Final = "#BCC82C"
PHOTO_HANDLE_HOT: Final = "#FFC53D"
PHOTO_CARD_GOOD: Final = "#7CF29C"
PHOTO_CARD_DOUBT: Final = "#FFC53D"


# --- lesion series -------------------------------------------------------------------------------

_SERIES_LIGHT: Final = ("#0590F5", "#E06A0C", "#0D5237", "#991C9C", "#694C04", "#737D88")
_SERIES_DARK: Final = ("#7BADE6", "#E0703F", "#2EE09A", "#CB4BF0", "#F0C32B", "#DADFE5")
_MARKERS: Final = ("circle", "square", "triangle_up", "diamond", "triangle_down", "cross")


@dataclass(frozen=True, kw_only=True, slots=True)
class Series:
    """How one lesion is drawn, for life: colour, marker, and dashed from the seventh on."""

    colour: str
    marker: str
    is_dashed: bool


def lesion_series(number: int, tokens: Tokens) -> Series:
    """Return the series of the lesion with this ``number`` (1, 2, …); after 12 they repeat."""
    place = (number - 1) % 12
    colours = _SERIES_LIGHT if tokens.name == "light" else _SERIES_DARK
    marker = "plus" if place == 11 else _MARKERS[place % 6]
    return Series(colour=colours[place % 6], marker=marker, is_dashed=place >= 6)


# --- type ----------------------------------------------------------------------------------------

FAMILIES: Final = ("Inter", "Segoe UI", "Noto Sans", "DejaVu Sans")
"""The font where the system has it, then what its place is taken by."""

_FONTS: Final[dict[str, tuple[int, int]]] = {
    "tool_key": (10, 400),
    "caption": (11, 400),
    "label": (12, 400),
    "label_strong": (12, 600),
    "body": (13, 400),
    "body_strong": (13, 600),
    "large": (14, 500),
    "large_strong": (14, 600),
    "section": (15, 600),
    "patient": (18, 600),
    "title": (20, 600),
    "welcome": (28, 600),
    "area": (34, 600),
}


def font(role: FontRole = "body", weight: int | None = None) -> QFont:
    """Return the font of a role: sized in logical px, with figures of equal width."""
    size, usual_weight = _FONTS[role]
    made = QFont()
    made.setFamilies(list(FAMILIES))
    made.setPixelSize(size)
    made.setWeight(QFont.Weight(weight or usual_weight))
    made.setFeature(QFont.Tag("tnum"), 1)
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return made


# --- palette and style sheet ---------------------------------------------------------------------


def current() -> Tokens:
    """Return the tokens of the theme that is on, read from the application's palette."""
    ground = QGuiApplication.palette().color(QPalette.ColorRole.Window)
    return DARK if ground.lightness() < 128 else LIGHT


def resolve(choice: ThemeChoice) -> Tokens:
    """Return the tokens a choice stands for now; ``system`` asks the desktop."""
    if choice == "system":
        scheme = QGuiApplication.styleHints().colorScheme()
        return DARK if scheme is Qt.ColorScheme.Dark else LIGHT
    return DARK if choice == "dark" else LIGHT


def scale_at_start() -> float:
    """Return by how much text and controls were enlarged when this program started."""
    return _scale_at_start


def start_scaled(percent: int, start: Callable[[], QApplication]) -> QApplication:
    """Return the application that ``start`` makes, with text and controls of this size.

    Qt reads the size once, from the environment, while the application is made. A size that is set
    there already is left as it is. Programs started from this one are not to inherit it.
    """
    global _scale_at_start  # noqa: PLW0603  # of the process, as Qt's own
    if percent == 100 or "QT_SCALE_FACTOR" in os.environ:
        return start()
    os.environ["QT_SCALE_FACTOR"] = f"{percent / 100:g}"
    try:
        made = start()
    finally:
        del os.environ["QT_SCALE_FACTOR"]
    _scale_at_start = percent / 100
    return made


_scale_at_start = 1.0


def apply(app: QApplication, choice: ThemeChoice) -> Tokens:
    """Dress the whole application in a theme, at start or while it runs."""
    wanted = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}
    app.styleHints().setColorScheme(wanted.get(choice, Qt.ColorScheme.Unknown))
    tokens = resolve(choice)
    if app.style().objectName().lower() != "fusion":
        app.setStyle("Fusion")
    app.setFont(font("body"))
    app.setPalette(palette(tokens))
    app.setStyleSheet(style_sheet(tokens))
    return tokens


def palette(tokens: Tokens) -> QPalette:
    """Return the palette of a theme, disabled roles included."""
    role = QPalette.ColorRole
    made = QPalette()
    for target, colour in (
        (role.Window, tokens.bg),
        (role.WindowText, tokens.text),
        (role.Base, tokens.surface),
        (role.AlternateBase, tokens.inset),
        (role.Text, tokens.text),
        (role.PlaceholderText, tokens.text3),
        (role.Button, tokens.surface),
        (role.ButtonText, tokens.text),
        (role.BrightText, tokens.refuse),
        (role.Highlight, tokens.accent),
        (role.HighlightedText, tokens.on_accent),
        (role.Link, tokens.accent),
        (role.LinkVisited, tokens.accent),
        (role.ToolTipBase, tokens.tip),
        (role.ToolTipText, tokens.on_tip),
        (role.Light, tokens.inset),
        (role.Midlight, tokens.grid),
        (role.Mid, tokens.line),
        (role.Dark, tokens.edge),
        (role.Shadow, tokens.photo_surround),
        (role.Accent, tokens.accent),
    ):
        made.setColor(target, QColor(colour))
    for target in (role.WindowText, role.Text, role.ButtonText, role.HighlightedText):
        made.setColor(QPalette.ColorGroup.Disabled, target, QColor(tokens.text3))
    made.setColor(QPalette.ColorGroup.Disabled, role.Highlight, QColor(tokens.line))
    return made


@cache
def style_sheet(tokens: Tokens) -> str:
    """Return the one style sheet of a theme."""
    sheet = _SHEET
    for entry in sorted(fields(Tokens), key=lambda entry: -len(entry.name)):
        sheet = sheet.replace(f"@{entry.name}@", str(getattr(tokens, entry.name)))
    return sheet


# Roles are dynamic properties: QFrame[role="card"], QLabel[tone="2"], QFrame[kind="doubt"].
_SHEET: Final = """
QToolTip {
    background: @tip@; color: @on_tip@; border: 0; padding: 6px 10px; border-radius: 4px;
}
QFrame[role="card"] { background: @surface@; border: 1px solid @line@; border-radius: 6px; }
QWidget[role="surface"] { background: @surface@; }
QWidget[role="inset"] { background: @inset@; }
QWidget[role="bg"] { background: @bg@; }
QFrame[role="panel_left"] { background: @surface@; border: 0; border-right: 1px solid @line@; }
QFrame[role="panel_right"] { background: @surface@; border: 0; border-left: 1px solid @line@; }
QFrame[role="bar"] { background: @surface@; border: 0; border-bottom: 1px solid @line@; }
QFrame[role="foot"] { background: @surface@; border: 0; border-top: 1px solid @line@; }
QFrame[role="status"] { background: @inset@; border: 0; border-top: 1px solid @line@; }
QFrame[role="rule"] { background: @line@; border: 0; }
QFrame[role="photo"] { background: @photo_surround@; border: 0; }

QLabel { background: transparent; }
QLabel[tone="1"] { color: @text@; }
QLabel[tone="2"] { color: @text2@; }
QLabel[tone="3"] { color: @text3@; }
QLabel[tone="accent"] { color: @accent@; }
QLabel[tone="good"] { color: @good@; }
QLabel[tone="doubt"] { color: @doubt@; }
QLabel[tone="refuse"] { color: @refuse@; }
QLabel:disabled { color: @text3@; }

QFrame[kind="info"] { background: @inset@; border: 1px solid @line@; border-radius: 4px; }
QFrame[kind="good"] { background: @good_soft@; border: 1px solid @good_line@; border-radius: 4px; }
QFrame[kind="doubt"] {
    background: @doubt_soft@; border: 1px solid @doubt_line@; border-radius: 4px;
}
QFrame[kind="refuse"] {
    background: @refuse_soft@; border: 1px solid @refuse_line@; border-radius: 4px;
}
QFrame[kind="info"][banner="true"], QFrame[kind="doubt"][banner="true"],
QFrame[kind="refuse"][banner="true"], QFrame[kind="good"][banner="true"] {
    border-radius: 0; border-left: 0; border-right: 0; border-top: 0;
}

QLineEdit, QPlainTextEdit, QTextEdit, QDateEdit, QComboBox {
    background: @surface@; color: @text@; border: 1px solid @edge@; border-radius: 4px;
    padding: 0 9px; min-height: 30px; selection-background-color: @accent@;
    selection-color: @on_accent@;
}
QPlainTextEdit, QTextEdit { padding: 6px 8px; }
QLineEdit:hover, QDateEdit:hover, QComboBox:hover { border-color: @text2@; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QDateEdit:focus, QComboBox:focus {
    border: 2px solid @accent@; padding: 0 8px;
}
QPlainTextEdit:focus, QTextEdit:focus { padding: 5px 7px; }
QLineEdit:disabled, QDateEdit:disabled, QComboBox:disabled {
    background: @inset@; color: @text3@; border-color: @line@;
}
QLineEdit[doubtful="true"] { border: 2px solid @doubt@; padding: 0 8px; }
QLineEdit[refused="true"] { border: 2px solid @refuse@; padding: 0 8px; }
QLineEdit[plain="true"], QLineEdit[plain="true"]:focus {
    border: 0; background: transparent; padding: 0; min-height: 46px;
}
/* Their carets are painted by components.DropDown and the like. */
QComboBox::drop-down, QDateEdit::drop-down { border: 0; width: 24px; }
QComboBox QAbstractItemView {
    background: @surface@; color: @text@; border: 1px solid @edge@; outline: 0;
    selection-background-color: @accent_soft@; selection-color: @accent@;
}

QListView, QTableView, QTreeView, QScrollArea, QGraphicsView {
    background: transparent; border: 0; outline: 0;
}
/* What a field offers while one types is a window of its own: nothing lies behind it. */
QListView:window {
    background: @surface@; color: @text@; border: 1px solid @edge@;
    selection-background-color: @accent_soft@; selection-color: @accent@;
}
QTableView {
    gridline-color: @line@; selection-background-color: @accent_soft@; selection-color: @text@;
}
QListWidget::item { padding: 5px 8px; border: 0; border-radius: 3px; color: @text@; }
QListWidget::item:hover { background: @inset@; }
QListWidget::item:selected { background: @accent_soft@; color: @accent@; }

QHeaderView { background: transparent; }
QHeaderView::section {
    background: @surface@; color: @text2@; border: 0; border-bottom: 1px solid @line@;
    padding: 4px 8px;
}
QTableCornerButton::section { background: @surface@; border: 0; }

QMenu { background: @surface@; border: 1px solid @edge@; padding: 4px 0; }
QMenu::item { padding: 5px 28px 5px 12px; color: @text@; }
QMenu::item:selected { background: @accent_soft@; color: @accent@; }
QMenu::item:disabled { color: @text3@; background: transparent; }
QMenu::separator { height: 1px; background: @line@; margin: 4px 0; }
QMenu::icon { padding-left: 10px; }

QProgressBar {
    background: @line@; border: 0; border-radius: 3px; min-height: 6px; max-height: 6px;
}
QProgressBar::chunk { background: @accent@; border-radius: 3px; }
QSlider::groove:horizontal { height: 4px; background: @line@; border-radius: 2px; }
QSlider::sub-page:horizontal { background: @accent@; border-radius: 2px; }
QSlider::handle:horizontal {
    width: 16px; margin: -6px 0; border-radius: 8px; background: @accent@;
    border: 2px solid @surface@;
}

QScrollBar:vertical { background: transparent; width: 12px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 12px; margin: 0; }
QScrollBar::handle { background: @edge@; border-radius: 3px; margin: 3px; }
QScrollBar::handle:vertical { min-height: 32px; }
QScrollBar::handle:horizontal { min-width: 32px; }
QScrollBar::handle:hover { background: @text2@; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QSplitter::handle { background: @line@; }
QSplitter::handle:horizontal { width: 1px; }
QSplitter::handle:vertical { height: 1px; }
QSplitter::handle:hover { background: @accent@; }
QDialog { background: @bg@; }
QCheckBox, QRadioButton { spacing: 8px; color: @text@; }
QCheckBox:disabled, QRadioButton:disabled { color: @text3@; }
"""
