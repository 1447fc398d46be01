"""What woundtrack is and is not, and on what terms it and the work of others in it are used.

Hides the list of licences, which is read when it is first asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

import woundtrack
from woundtrack.ui import messages, theme
from woundtrack.ui.components import KeyButton, Label, rule
from woundtrack.ui.window import licences
from woundtrack.ui.window.crash import system_details
from woundtrack.ui.window.overlay import Overlay

if TYPE_CHECKING:
    from woundtrack.imaging import NetworkInUse
    from woundtrack.ui.session import Session

_LIST_WIDTH: Final = 264


class AboutSheet(Overlay):
    """What this is, what it is not, and what it runs on.

    Signals
    -------
    licences_asked()
        Show the texts of the licences.
    network_asked()
        Show the terms and the model card of the outline network.
    """

    licences_asked = Signal()
    network_asked = Signal()

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(window, 660)
        self._session = session
        self.inside.addWidget(
            Label(self.tr("woundtrack {n}").format(n=woundtrack.__version__), "title")
        )
        for head, text in (
            (
                self.tr("Intended use"),
                self.tr(
                    "Turns ordinary photographs with a printed card in them into healing timelines "
                    "of calciphylaxis ulcers, for research and for looking at one's own service. "
                    "Everything stays on this computer."
                ),
            ),
            (
                self.tr("Not a medical device"),
                self.tr(
                    "Research software, not a certified medical device: don't use it as the only "
                    "basis for treatment. It shows measurements with their uncertainty, and never "
                    "a verdict. It has nothing to do with the measuring method of the same name by "
                    "Pixacare."
                ),
            ),
            (
                self.tr("Terms"),
                self.tr(
                    "Apache License 2.0, without any warranty. Made with Qt for Python (LGPL 3), "
                    "OpenCV, NumPy, SciPy, scikit-image, Pillow, matplotlib, ReportLab, SQLite and "
                    "the work of others."
                ),
            ),
        ):
            self._add(head, Label(text, wraps=True))
        self.network = Label("", wraps=True)
        self._add(self.tr("Outline network"), self.network)
        self.inside.addWidget(rule())
        self.inside.addWidget(
            Label(system_details().replace("\n", " · "), "label", "2", wraps=True)
        )
        self.read = KeyButton(self.tr("Read the licences"))
        self.read.clicked.connect(self._ask_licences)
        self.read_network = KeyButton(self.tr("Read the model card"))
        self.read_network.clicked.connect(self._ask_network)
        self.copy = KeyButton(self.tr("Copy system details"), icon="copy", kind="quiet")
        self.copy.clicked.connect(self._copy)
        close = KeyButton(self.tr("Close"), self.tr("Esc"))
        close.clicked.connect(self.dismiss)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.read)
        row.addWidget(self.read_network)
        row.addWidget(self.copy)
        row.addStretch(1)
        row.addWidget(close)
        self.inside.addLayout(row)

    def _add(self, head: str, text: Label) -> None:
        """Add a text with its heading close above it."""
        part = QVBoxLayout()
        part.setSpacing(2)
        part.addWidget(Label(head, "body_strong"))
        part.addWidget(text)
        self.inside.addLayout(part)

    def open(self) -> None:
        from woundtrack.imaging import network_in_use  # loads OpenCV, after the window is up

        used = network_in_use()
        self.network.setText(self._said_of(used))
        self.read_network.setVisible(used.facts is not None)
        super().open()

    def _said_of(self, used: NetworkInUse) -> str:
        if used.fault is not None:
            return messages.sentence_of(used.fault)
        if used.facts is None:
            return self.tr("This copy has none: outlines are made by OpenCV alone.")
        facts = used.facts
        said = self.tr("Version {version}, SHA-256 {digest}").format(
            version=facts.version, digest=facts.sha256[:12]
        )
        terms = self.tr("Not for commercial use, because of the photographs that it learnt from.")
        if used.is_own:
            # Breaks where a line has no room, and reads left to right in every language.
            folder = "\u2066" + str(used.folder).replace("/", "/\u200b") + "\u2069"
            if facts.terms == "own":
                terms = self.tr("This clinic's own, in {folder}.").format(folder=folder)
            else:
                place = self.tr("In {folder}, in place of this copy's own.").format(folder=folder)
                terms = f"{place} {terms}"
        return f"{said}. {terms}"

    def _ask_network(self) -> None:
        self.dismiss()
        self.network_asked.emit()

    def _ask_licences(self) -> None:
        self.dismiss()
        self.licences_asked.emit()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(system_details())
        self._session.said.emit(self.tr("The system details are copied. No patient is in them."))


class LicencesSheet(Overlay):
    """The works of others in this copy, each with the text of its licence; needs no network."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window, 920, 560, highest=960)
        self._texts: list[tuple[str, str, licences.Work | None]] = []
        self.inside.addWidget(Label(self.tr("Licences"), "title"))
        self.list = QListWidget()
        self.list.setFixedWidth(_LIST_WIDTH)
        self.list.setFont(theme.font("body"))
        self.list.setAccessibleName(self.tr("Works in this copy of woundtrack"))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.currentRowChanged.connect(self._show)
        self.title = Label("", "section")
        self.terms = Label("", "label", "2", wraps=True)
        self.text = QTextBrowser()
        self.text.setOpenLinks(False)  # nothing here reaches for a network
        self.text.setTabChangesFocus(True)
        self.text.setFont(theme.font("label"))
        # A licence is English, and reads from left to right in every window.
        self.text.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.text.setAccessibleName(self.tr("Text of the licence"))
        right = QVBoxLayout()
        right.setSpacing(6)
        right.addWidget(self.title)
        right.addWidget(self.terms)
        right.addWidget(self.text, 1)
        across = QHBoxLayout()
        across.setSpacing(20)
        across.addWidget(self.list)
        across.addLayout(right, 1)
        self.inside.addLayout(across, 1)
        close = KeyButton(self.tr("Close"), self.tr("Esc"))
        close.clicked.connect(self.dismiss)
        self.inside.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)

    def open(self) -> None:
        if not self._texts:
            self._read()
        super().open()
        self.list.setFocus()

    def open_network(self) -> None:
        """Show the terms and the model card of the outline network."""
        self.open()
        names = ["" if work is None else work.name for _, _, work in self._texts]
        self.list.setCurrentRow(names.index(licences.NETWORK))

    def _read(self) -> None:
        self._texts.append(("woundtrack", "Apache-2.0", None))
        for work in licences.third_party():
            self._texts.append((f"{work.name} {work.version}", work.licence, work))
        for name, _, _ in self._texts:
            item = QListWidgetItem(name)
            item.setToolTip(name)
            self.list.addItem(item)
        self.list.setCurrentRow(0)

    def _show(self, row: int) -> None:
        if not 0 <= row < len(self._texts):
            return
        name, terms, work = self._texts[row]
        text = licences.own_licence() if work is None else work.read()
        self.title.setText(name)
        self.terms.setText(terms)
        if work is not None and work.name == licences.NETWORK:
            # Its card has tables, and pictures that lie beside it.
            self.text.setSearchPaths([str(path.parent) for path in work.texts[:1]])
            self.text.setMarkdown(text)
            return
        self.text.setPlainText(
            text or self.tr("The text didn't come with this copy; the terms above are its own.")
        )
