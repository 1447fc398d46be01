"""Every text of the window can be translated: none goes to a widget as it stands in the source."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

UI = Path(__file__).resolve().parents[2] / "woundtrack" / "ui"
SOURCES = sorted(UI.rglob("*.py"))

# What takes a text that a person reads, and at which places among its arguments.
TAKES_TEXT = {
    "KeyButton": (0, 1),
    "Label": (0,),
    "Message": (1, 2),
    "QAction": (0,),
    "QCheckBox": (0,),
    "QGroupBox": (0,),
    "QLabel": (0,),
    "QMenu": (0,),
    "QPushButton": (0,),
    "QRadioButton": (0,),
    "Tag": (0,),
    "TickBox": (0,),
    "addAction": (0,),
    "drawText": (0, 1, 2, 3, 4, 5, 6),
    "setAccessibleDescription": (0,),
    "setAccessibleName": (0,),
    "setPlaceholderText": (0,),
    "setStatusTip": (0,),
    "setText": (0,),
    "setTitle": (0,),
    "setToolTip": (0,),
    "setWhatsThis": (0,),
    "setWindowTitle": (0,),
}
TEXT_KEYWORDS = frozenset({"name", "says", "text", "title", "tip", "tooltip", "words"})
WIDGETS = frozenset({"Segmented", "KeyButton", "Label", "Message", "Card", "run"})
NAMES = frozenset({"woundtrack", "Enter", "Esc", "tnum"})
"""The same in every language: the program, keys as they are labelled, a feature of a font."""
_WORD = re.compile(r"[A-Za-z]{2}")


def literals(source: str) -> Iterator[tuple[int, str]]:
    """Yield line and text of what is passed on untranslated."""
    for call in ast.walk(ast.parse(source)):
        if not isinstance(call, ast.Call):
            continue
        name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
        name = call.func.id if isinstance(call.func, ast.Name) else name
        given = [call.args[at] for at in TAKES_TEXT.get(name, ()) if at < len(call.args)]
        if name in WIDGETS:
            given += [one.value for one in call.keywords if one.arg in TEXT_KEYWORDS]
        for one in given:
            for text in _texts(one):
                if _WORD.search(text) and text.strip(" –") not in NAMES:
                    yield one.lineno, text


def _texts(given: ast.expr) -> Iterator[str]:
    """Yield the texts that an argument can be, as far as they stand in it."""
    match given:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr(values=parts):
            for part in parts:
                if isinstance(part, ast.Constant):
                    yield re.sub(r"</?\w+>|&\w+;", "", str(part.value))
        case ast.IfExp(body=body, orelse=orelse):
            yield from _texts(body)
            yield from _texts(orelse)
        case ast.BinOp(left=left, right=right) | ast.BoolOp(values=[left, right]):
            yield from _texts(left)
            yield from _texts(right)


def test_a_text_that_is_not_translated_is_found() -> None:
    source = 'label.setText("Two words" if is_one else self.tr("Three"))\nLabel(f"{n} photographs")'

    assert list(literals(source)) == [(1, "Two words"), (2, " photographs")]


def test_a_text_that_is_translated_is_not_found() -> None:
    source = 'label.setText(self.tr("Two words"))\nLabel(f"{n} ×")\nself.setObjectName("some id")'

    assert list(literals(source)) == []


def test_no_text_reaches_a_widget_untranslated() -> None:
    found = [
        f"{path.relative_to(UI).as_posix()}:{line}: {text}"
        for path in SOURCES
        for line, text in literals(path.read_text(encoding="utf-8"))
    ]

    assert found == []
