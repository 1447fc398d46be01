"""What an export is in words: its formats, to whom it is identifiable, and those of the trail.

Hides how the audit trail notes an export, and what a folder for one is called.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication

from woundtrack.exchange.pictures import LOOK_FIRST
from woundtrack.model import Framing
from woundtrack.ui.components import words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from woundtrack.exchange.pictures import Stays
    from woundtrack.model import Patient
    from woundtrack.workflow.export_formats import WrittenFiles
    from woundtrack.workflow.exporting_notes import PastNote

_LONGEST_STUDY: Final = 40
_CODES_SHOWN: Final = 6


def _(text: str) -> str:
    return QCoreApplication.translate("Export", text)


def format_name(name: str) -> str:
    """Return what a format is called on a button."""
    return {
        "csv": _("Tables (CSV)"),
        "redcap": "REDCap",
        "fhir": "FHIR",
        "dicom": "DICOM",
    }.get(name, name)


def format_files(name: str) -> str:
    """Return what a format is called in a sentence: "9 patients as …"."""
    return {
        "csv": _("CSV tables"),
        "redcap": _("REDCap files"),
        "fhir": _("FHIR bundles"),
        "dicom": _("DICOM files"),
        "measured again": _("a table of what was measured again"),
    }.get(name, name)


def format_meaning(name: str) -> str:
    """Return in a sentence what a format holds, and for what."""
    return {
        "csv": _("A table for each kind of observation: for R, pandas, spreadsheets."),
        "redcap": _("A data dictionary and its data, for a project of REDCap."),
        "fhir": _("A bundle (R4) for each patient: for a hospital's record or a registry."),
        "dicom": _("The photographs as DICOM files, for an image archive or viewer."),
    }.get(name, "")


def picture_meaning(name: str, framing: Framing | None) -> str:
    """Return in a sentence what a picture in a format would show; None: none was chosen."""
    if name == "dicom":
        return _("The photographs are what this format holds.")
    if name == "redcap":
        return _("This format holds none.")
    return {
        None: _("No picture leaves."),
        Framing.LESION: _("Cut to the lesion, the card painted over, without metadata."),
        Framing.AROUND: _("Shows where on the body: each is looked at before."),
        Framing.WHOLE: _("All of the photograph: each is looked at before."),
    }[framing]


def identifiable(
    *,
    is_identified: bool,
    with_free_text: bool = False,
    with_pictures: bool = False,
    kind: str = "csv",
) -> str:
    """Return in plain words who can tell from the files of a format whose they are."""
    if is_identified and kind == "dicom":
        return _(
            "Whoever opens these files can tell who every patient is: they hold name, birth date, "
            "NHS and hospital numbers where recorded, codes, true dates and all of every "
            "photograph. Keep them where the hospital's own record may lie."
        )
    if is_identified and kind == "fhir":
        return _(
            "Whoever opens these files can tell who every patient is: they hold name, birth date, "
            "NHS and hospital numbers where recorded, codes, true dates, the names of staff and "
            "all that was typed. Keep them where the hospital's own record may lie."
        )
    if is_identified:
        return _(
            "Whoever opens these files can tell who every patient is: they hold the patients' "
            "codes, true dates, the names of staff and all that was typed. Keep them where the "
            "hospital's own record may lie."
        )
    if with_free_text and with_pictures:
        return _(
            "Whoever keeps this library can tell who is who, and so may anybody who knows a "
            "patient's course or skin, or finds a name in what was typed. Look through the typed "
            "text before you pass it on."
        )
    if with_free_text:
        return _(
            "Whoever keeps this library can tell who is who, and so may anybody who knows a "
            "patient's course or finds a name in what was typed. Look through the typed text "
            "before you pass it on."
        )
    if with_pictures:
        return _(
            "Whoever keeps this library can tell who is who, and so may anybody who knows a "
            "patient's course or skin. Nobody else: names, codes and dates stay here."
        )
    return _(
        "Whoever keeps this library can tell who is who, and so may anybody who knows a patient's "
        "course well. Nobody else: names, codes and dates stay here."
    )


def exported(written: WrittenFiles, name: str, folder: Path, *, patients: int) -> str:
    """Return in a sentence what was exported in a format, and in a second one what stays."""
    pictures = getattr(written, "pictures", 0)
    said = _("{patients} as {format} in {folder}.")
    if pictures:
        said = _("{patients} as {format} with {pictures} in {folder}.")
    said = said.format(
        patients=words.counted(patients, _("1 patient"), _("{n} patients")),
        format=format_files(name),
        pictures=words.counted(pictures, _("1 picture"), _("{n} pictures")),
        folder=words.kept_whole(str(folder)),
    )
    stay: Mapping[Stays, int] = getattr(written, "stay", {})
    stayed = sum(stay.values())
    if not stayed:
        return said
    more = words.counted(
        stayed,
        _("1 photograph stays here: not outlined, not agreed to or not released."),
        _("{n} photographs stay here: not outlined, not agreed to or not released."),
    )
    waiting = sum(count for why, count in stay.items() if why in LOOK_FIRST)
    if waiting:
        look = words.counted(
            waiting,
            _("1 of them waits for a person to look at it."),
            _("{n} of them wait for a person to look at them."),
        )
        more = f"{more} {look}"
    return f"{said} {more}"


def listed_codes(patients: Sequence[Patient]) -> str:
    """Return patients' codes in a line, the first few of many."""
    codes = [one.code for one in patients]
    line = ", ".join(codes[:_CODES_SHOWN])
    if (more := len(codes) - _CODES_SHOWN) > 0:
        return _("{codes} and {n} more").format(codes=line, n=more)
    return line


def folder_name(study: str, on: date, *, kind: str = "csv", is_identified: bool = False) -> str:
    """Return what the folder of an export is called: ``woundtrack_export_BLOOM_20261122``.

    One that holds photographs, or names patients, says so, and so never meets another. Letters,
    digits and underscores alone, so that every system and archive keeps it.
    """
    plain = unicodedata.normalize("NFKD", study).encode("ascii", "ignore").decode()
    told = re.sub(r"[^A-Za-z0-9]+", "_", plain).strip("_")[:_LONGEST_STUDY].strip("_")
    named = "identified" if is_identified else ""
    photographs = "dicom" if kind == "dicom" else ""
    parts = ("woundtrack_export", photographs, named, told, f"{on:%Y%m%d}")
    return "_".join(part for part in parts if part)


@dataclass(frozen=True, kw_only=True, slots=True)
class PastExport:
    """An export as the audit trail tells of it, in words."""

    when: str
    who: str
    what: str
    to_whom: str

    @property
    def line(self) -> str:
        """All of it in a line."""
        return " · ".join(one for one in (self.when, self.who, self.what, self.to_whom) if one)


_OF_WHOM: Final = r"(those of )?(?P<count>\d+) patients(?P<passing> who pass the filters)?"
"""Of whom an export is, as the trail has it; who pass are counted once all is written."""


def past_export(past: PastNote, today: date) -> PastExport:
    """Return what the trail notes of an export: when, who, what, and to whom it is identifiable.

    A note of another form is told as it stands.
    """
    entry = past.entry
    noted = (entry.why or "").split(", ")
    kind = noted[0].split(" with ")[0]
    found = [match for one in noted if (match := re.fullmatch(_OF_WHOM, one))]
    to_whom = {
        "identified": _("identifies the patients"),
        "pseudonymised": _("pseudonymised"),
    }
    profile = next((to_whom[one] for one in noted if one in to_whom), "")
    what = entry.why or ""
    if found and profile:
        count = int(found[0]["count"])
        counted = words.counted(count, _("1 patient"), _("{n} patients"))
        if found[0]["passing"]:
            counted = _("those of {patients} who pass the filters").format(patients=counted)
        what = _("{patients} as {files}").format(patients=counted, files=format_files(kind))
    if not past.is_ended:
        profile = " · ".join(
            one for one in (profile, _("cut short, or its end isn't known")) if one
        )
    return PastExport(when=words.moment(entry.at, today), who=entry.by, what=what, to_whom=profile)
