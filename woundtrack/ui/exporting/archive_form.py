"""The archives that this computer sends to: one is chosen, changed, tried, added or forgotten.

Hides what an address and a title may be, and that a trial of the connection is a worker's.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from woundtrack.errors import ArchiveUnreachable
from woundtrack.model import DICOM_PORT, OWN_TITLE, Archive, is_title
from woundtrack.ui import messages
from woundtrack.ui.components import DropDown, KeyButton, Label, TickBox

if TYPE_CHECKING:
    from woundtrack.errors import WoundtrackError
    from woundtrack.ui.components.surfaces import Tone
    from woundtrack.ui.session import Session

_ANY_TITLE: Final = "ANY-SCP"
_TLS_PORT: Final = 2762


class ArchiveForm(QWidget):
    """The left half of the archives' sheet.

    Signals
    -------
    chosen(Archive | None)
        Another archive is in view; None while a new one is being typed.
    """

    chosen = Signal(object)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._session = session
        self.which = DropDown()
        self.which.setAccessibleName(self.tr("Archive"))
        self.name = _field(self.tr("Name of the archive"), 60)
        self.name.setPlaceholderText(self.tr("e.g. Hospital archive"))
        self.host = _field(self.tr("Address of the archive"), 200)
        self.host.setPlaceholderText(self.tr("e.g. pacs.hospital.example"))
        self.port = _field(self.tr("Port of the archive"), 5)
        self.title = _field(self.tr("Title of the archive"), 16)
        self.own_title = _field(self.tr("Title of this computer"), 16)
        self.encrypts = TickBox(self.tr("Encrypt the connection (TLS)"))
        self.ca_file = _field(self.tr("Certificate that the archive's is signed by"), 400)
        self.ca_file.setPlaceholderText(self.tr("Those that the system trusts"))
        self.certificate = _field(self.tr("This computer's certificate"), 400)
        self.certificate.setPlaceholderText(self.tr("None"))
        self.key = _field(self.tr("Key of this computer's certificate"), 400)
        self.key.setPlaceholderText(self.tr("In the certificate's file"))
        self.said = Label("", "body", "2", wraps=True)
        self.said.setMinimumHeight(54)  # three lines, so that nothing jumps
        self.said.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.keep = KeyButton(self.tr("Keep this archive"))
        self.keep.clicked.connect(self._keep)
        self.test = KeyButton(self.tr("Test the connection"))
        self.test.clicked.connect(self._test)
        self.forget = KeyButton(self.tr("Forget it"), kind="quiet")
        self.forget.clicked.connect(self._forget)
        self._build()
        self.which.currentIndexChanged.connect(self._show)
        self.encrypts.clicked.connect(self._encrypts_chosen)

    def _build(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2, 2, 8, 2)
        layout.setSpacing(8)
        layout.addWidget(Label(self.tr("Where to"), "section"))
        layout.addWidget(self.which)
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        self._certificates: list[QWidget] = []
        for row, (title, field) in enumerate(
            (
                (self.tr("Name"), self.name),
                (self.tr("Address"), self.host),
                (self.tr("Port"), self.port),
                (self.tr("Its title"), self.title),
                (self.tr("Our title"), self.own_title),
            )
        ):
            grid.addWidget(Label(title, "body_strong"), row, 0)
            grid.addWidget(field, row, 1)
        grid.addWidget(self.encrypts, 5, 1)
        for row, (title, field) in enumerate(
            (
                (self.tr("Signed by"), self.ca_file),
                (self.tr("Ours"), self.certificate),
                (self.tr("Its key"), self.key),
            ),
            start=6,
        ):
            label = Label(title, "body_strong")
            grid.addWidget(label, row, 0)
            grid.addWidget(field, row, 1)
            self._certificates += [label, field]
        layout.addLayout(grid)
        row_of_buttons = QHBoxLayout()
        row_of_buttons.setSpacing(8)
        for button in (self.keep, self.test, self.forget):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            row_of_buttons.addWidget(button)
        row_of_buttons.addStretch(1)
        layout.addLayout(row_of_buttons)
        layout.addWidget(self.said)
        layout.addStretch(1)

    # --- choosing --------------------------------------------------------------------------------

    def read(self, name: str | None = None) -> None:
        """Show the archives that are kept, that of ``name`` in view or else the first."""
        wanted = self.which.currentText() if name is None else name
        with QSignalBlocker(self.which):
            self.which.clear()
            for archive in self._session.settings.archives:
                self.which.addItem(archive.name, archive.name)
            self.which.addItem(self.tr("Another archive…"), None)
            place = self.which.findData(wanted)
            self.which.setCurrentIndex(max(0, place))
        self._show()

    @property
    def archive(self) -> Archive | None:
        """The archive in view, as it is kept; None while a new one is being typed."""
        name = self.which.currentData()
        return None if name is None else self._session.settings.archive(str(name))

    def _show(self, _index: int = 0) -> None:
        shown = self.archive or Archive(name="", host="")
        for field, text in (
            (self.name, shown.name),
            (self.host, shown.host),
            (self.port, str(shown.port)),
            (self.title, shown.title),
            (self.own_title, shown.own_title),
            (self.ca_file, _path_text(shown.ca_file)),
            (self.certificate, _path_text(shown.certificate)),
            (self.key, _path_text(shown.key)),
        ):
            field.setText(text)
        self.encrypts.setChecked(shown.uses_tls)
        self._show_certificates()
        self.forget.setEnabled(self.archive is not None)
        self.say("")
        self.chosen.emit(self.archive)

    def _encrypts_chosen(self) -> None:
        usual = {str(DICOM_PORT), str(_TLS_PORT), ""}
        if self.port.text().strip() in usual:
            self.port.setText(str(_TLS_PORT if self.encrypts.isChecked() else DICOM_PORT))
        self._show_certificates()

    def _show_certificates(self) -> None:
        for widget in self._certificates:
            widget.setVisible(self.encrypts.isChecked())

    # --- what is typed ---------------------------------------------------------------------------

    def _typed(self) -> Archive | None:
        """Return the archive as it is typed; None, and why, where that can't be one."""
        name, host, port = (one.text().strip() for one in (self.name, self.host, self.port))
        title = self.title.text().strip() or _ANY_TITLE
        own_title = self.own_title.text().strip() or OWN_TITLE
        encrypts = self.encrypts.isChecked()
        files = [
            Path(one.text().strip()).expanduser() if encrypts and one.text().strip() else None
            for one in (self.ca_file, self.certificate, self.key)
        ]
        wrong: tuple[QLineEdit, str] | None = None
        if not name:
            wrong = self.name, self.tr("Give the archive a name, to know it again by.")
        elif not host:
            wrong = self.host, self.tr("Give the archive's address; who runs it knows it.")
        elif not (port.isdigit() and 0 < int(port) < 65536):
            wrong = self.port, self.tr("A port is a number from 1 to 65535, often 104 or 11112.")
        elif not is_title(title):
            wrong = self.title, self._of_title()
        elif not is_title(own_title):
            wrong = self.own_title, self._of_title()
        else:
            fields = (self.ca_file, self.certificate, self.key)
            gone = next(
                (
                    one
                    for one, file in zip(fields, files, strict=True)
                    if file and not file.is_file()
                ),
                None,
            )
            if gone is not None:
                wrong = gone, self.tr("There is no such file. Give its whole path.")
        if wrong is not None:
            self.say(wrong[1], "refuse")
            wrong[0].setFocus(Qt.FocusReason.OtherFocusReason)
            wrong[0].selectAll()
            return None
        return Archive(
            name=name,
            host=host,
            port=int(port),
            title=title,
            own_title=own_title,
            uses_tls=encrypts,
            ca_file=files[0],
            certificate=files[1],
            key=files[2],
        )

    def _of_title(self) -> str:
        return self.tr("A title has 1 to 16 letters, digits or signs, without accents.")

    def _keep(self) -> None:
        archive = self._typed()
        if archive is None:
            return
        settings, before = self._session.settings, self.archive
        if before is not None and before.name.casefold() != archive.name.casefold():
            settings = settings.without_archive(before.name)
        self._session.prefer(settings.with_archive(archive))
        self.read(archive.name)
        self.say(self.tr("{name} is kept on this computer.").format(name=archive.name), "good")

    def _forget(self) -> None:
        archive = self.archive
        if archive is None:
            return
        self._session.prefer(self._session.settings.without_archive(archive.name))
        self.read("")
        self.say(
            self.tr("{name} is forgotten; what waits for it is kept.").format(name=archive.name)
        )

    # --- trying ----------------------------------------------------------------------------------

    def _test(self) -> None:
        archive = self._typed()
        if archive is None:
            return
        self.test.setEnabled(False)
        self.say(self.tr("Asking {name}…").format(name=archive.name))

        def answered(_: object) -> None:
            self.test.setEnabled(True)
            said = self.tr("{name} answers at {address}, and lets this computer in.")
            self.say(said.format(name=archive.name, address=archive.address), "good")

        def refused(problem: WoundtrackError) -> None:
            self.test.setEnabled(True)
            said = messages.sentence_of(problem)
            if isinstance(problem, ArchiveUnreachable):  # nothing was sent, and maybe nothing waits
                said = self.tr(
                    "Nothing answers at {address}. Check it and this computer's network, and test "
                    "again."
                ).format(address=archive.address)
            self.say(said, "refuse")

        self._session.tasks.run(
            _ask,
            archive,
            on_done=answered,
            on_error=refused,
            key="archive-test",
            says=self.tr("Asking the archive"),
        )

    def say(self, said: str, tone: Tone = "2") -> None:
        """Say something of the archive in view."""
        self.said.setText(said)
        self.said.set_tone(tone)


def _ask(archive: Archive) -> None:
    """Ask an archive whether it lets this computer in, on a worker."""
    from woundtrack.workflow.archiving import check_connection

    check_connection(archive)


def _field(name: str, longest: int) -> QLineEdit:
    field = QLineEdit()
    field.setAccessibleName(name)
    field.setMaxLength(longest)
    return field


def _path_text(path: Path | None) -> str:
    return "" if path is None else str(path)
