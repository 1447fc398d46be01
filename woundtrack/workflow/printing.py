"""How large the clinic's printers print: measured with a ruler, kept, and counted from then on.

Hides which measurement counts, and that photographs which still wait are measured anew with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from woundtrack import imaging
from woundtrack.errors import ChangedMeanwhile, NotUnderstood
from woundtrack.model import Calibration, Doubt, Photograph, PrintScale, Proposal, new_id, now
from woundtrack.records import (
    PRINTER_IN_USE,
    Change,
    Library,
    PrintMeasurement,
    newest_of_each,
)

LEAST_BAR_MM: Final = 80.0
LARGEST_BAR_MM: Final = 120.0
"""A bar of 100 mm that is shorter or longer was misread, or measured in another unit."""

TRUE_PRINT: Final = 0.06
"""How far from 100 % a print may be and still be one at "actual size"; as a ratio."""

STRETCHED: Final = 0.01
"""By how much the bars may differ before the printer is said to stretch; as a ratio."""

EARLIEST_MEASURING: Final = date(2000, 1, 1)
LONGEST_PRINTER_NAME: Final = 60


@dataclass(frozen=True, kw_only=True, slots=True)
class Printer:
    """One printer that cards were printed on, by what was measured of it last.

    ``doubts`` say what is odd about its bars.
    """

    measurement: PrintMeasurement
    is_in_use: bool
    doubts: tuple[Doubt, ...]

    @property
    def name(self) -> str:
        """The printer's name."""
        return self.measurement.printer

    @property
    def print_scale(self) -> PrintScale:
        """The bars that were measured last; old where they should be measured again by today."""
        return self.measurement.print_scale


def print_scale_in_use(library: Library) -> PrintScale | None:
    """Return how large the printer in use prints; None where nobody measured one.

    The printer that was chosen (``use_printer``), else the one measured last.
    """
    in_use = _in_use(library.print_measurements(), library.setting(PRINTER_IN_USE))
    return None if in_use is None else in_use.print_scale


def print_doubt(library: Library, day: date | None = None) -> Doubt | None:
    """Return what is to be said of the print scale of a photograph taken on a day, or today."""
    scale = imaging.print_scale_on(print_scale_in_use(library), day or _today())
    return next(iter(imaging.print_doubts(scale)), None)


def printers(library: Library) -> tuple[Printer, ...]:
    """Return the printers whose bars were measured, the one measured last first."""
    measurements = library.print_measurements()
    in_use = _in_use(measurements, library.setting(PRINTER_IN_USE))
    return tuple(
        Printer(
            measurement=replace(measurement, print_scale=_as_of_today(measurement.print_scale)),
            is_in_use=measurement is in_use,
            doubts=bar_doubts(measurement.print_scale.across_mm, measurement.print_scale.down_mm),
        )
        for measurement in newest_of_each(measurements)
    )


def bar_doubts(across_mm: float, down_mm: float) -> tuple[Doubt, ...]:
    """Return what is odd about the lengths of two bars that should be 100 mm long each."""
    doubts = []
    worse_mm = max(across_mm, down_mm, key=lambda length: abs(length - 100))
    if abs(worse_mm - 100) > 100 * TRUE_PRINT:
        doubts.append(Doubt(code="print_not_actual_size", values=(("percent", worse_mm),)))
    longer = max(across_mm, down_mm) / min(across_mm, down_mm) - 1
    if longer > STRETCHED:
        doubts.append(Doubt(code="print_stretched", values=(("percent", 100 * longer),)))
    return tuple(doubts)


def checked_bars(
    printer: str, across_mm: float, down_mm: float, measured_on: date | None = None
) -> PrintScale:
    """Return what a person measured, today unless they say when.

    Raises ``NotUnderstood`` for bars that can't have been meant to be 100 mm long, a printer
    without a name, and a day that is not past.
    """
    name = " ".join(printer.split())
    if not name or len(name) > LONGEST_PRINTER_NAME or not name.isprintable():
        raise NotUnderstood(
            what="The printer's name",
            given=repr(printer),
            expected=f"give its place or make, in one to {LONGEST_PRINTER_NAME} letters or digits",
        )
    for which, length in (("across", across_mm), ("down", down_mm)):
        if not LEAST_BAR_MM <= length <= LARGEST_BAR_MM:  # nor is NaN
            raise NotUnderstood(
                what=f"The bar {which} of",
                given=f"{length:g} mm",
                expected="it is meant to be 100 mm long; measure it in millimetres from end to "
                f"end, and give {LEAST_BAR_MM:.0f} to {LARGEST_BAR_MM:.0f}",
            )
    day = measured_on or _today()
    if not EARLIEST_MEASURING <= day <= _today():
        raise NotUnderstood(
            what="The day of measuring",
            given=day.isoformat(),
            expected=f"it should lie between {EARLIEST_MEASURING.isoformat()} and today",
        )
    return PrintScale(printer=name, across_mm=across_mm, down_mm=down_mm, measured_on=day)


@dataclass(frozen=True, kw_only=True, slots=True)
class Recorded:
    """A measurement that was recorded, and how many photographs that wait were measured anew."""

    measurement: PrintMeasurement
    rescaled: int
    doubts: tuple[Doubt, ...] = ()


def record_print_scale(
    library: Library,
    printer: str,
    across_mm: float,
    down_mm: float,
    measured_on: date | None = None,
    *,
    by: str,
) -> Recorded:
    """Record how long the two bars of a printer's sheet are; from now on that counts for it.

    Photographs that wait for review are measured anew where it is the printer in use; what was
    accepted stays as it is. Undone by ``retire_print_scale``.

    Raises what ``checked_bars`` raises.
    """
    scale = checked_bars(printer, across_mm, down_mm, measured_on)
    known = library.print_measurements(scale.printer)
    if known:  # a name typed in another case is the same printer's
        scale = replace(scale, printer=known[-1].printer)
    measurement = PrintMeasurement(id=new_id(), print_scale=scale, recorded_at=now())
    rescaled = _change(
        library,
        "measure printer",
        by=by,
        measurements=_in_order([*library.print_measurements(), measurement]),
        chosen=library.setting(PRINTER_IN_USE),
        write=lambda change: change.add_print_measurement(measurement),
    )
    return Recorded(
        measurement=measurement, rescaled=rescaled, doubts=bar_doubts(across_mm, down_mm)
    )


def retire_print_scale(library: Library, measurement: PrintMeasurement, *, by: str) -> int:
    """Take a measurement out of view; the one before it counts again for its printer.

    Returns how many photographs that wait were measured anew. Raises ``ChangedMeanwhile``.
    """
    left = [one for one in library.print_measurements() if one.id != measurement.id]
    current = _current(library, measurement)
    return _change(
        library,
        "retire printer's measurement",
        by=by,
        measurements=left,
        chosen=library.setting(PRINTER_IN_USE),
        write=lambda change: change.update_print_measurement(replace(current, is_retired=True)),
    )


def restore_print_scale(library: Library, measurement: PrintMeasurement, *, by: str) -> int:
    """Bring a retired measurement back into view; see ``retire_print_scale``."""
    current = replace(_current(library, measurement), is_retired=False)
    others = [one for one in library.print_measurements() if one.id != measurement.id]
    return _change(
        library,
        "restore printer's measurement",
        by=by,
        measurements=_in_order([*others, current]),
        chosen=library.setting(PRINTER_IN_USE),
        write=lambda change: change.update_print_measurement(current),
    )


def use_printer(library: Library, printer: str | None, *, by: str) -> int:
    """Say which printer's cards are laid beside wounds now; None: the one measured last.

    Returns how many photographs that wait were measured anew with its scale.

    Raises ``NotUnderstood`` for a printer whose bars nobody measured.
    """
    measurements = library.print_measurements()
    chosen = None
    if printer is not None:
        name = " ".join(printer.split()).casefold()
        names = [one.name for one in printers(library)]
        chosen = next((known for known in names if known.casefold() == name), None)
        if chosen is None:
            listed = f"measured are {', '.join(names)}" if names else "none was measured yet"
            raise NotUnderstood(
                what="The printer",
                given=printer,
                expected=f"its bars were never measured in this library; {listed}",
            )
    return _change(
        library,
        "use printer",
        by=by,
        measurements=measurements,
        chosen=chosen,
        write=lambda change: change.set_setting(PRINTER_IN_USE, chosen),
    )


def use_printer_again(
    library: Library, printer: str | None, *, instead_of: str | None, by: str
) -> int:
    """Do what ``use_printer`` does in place of one choice alone: for undo and redo.

    Raises ``ChangedMeanwhile`` where somebody chose another printer since.
    """
    if chosen_printer(library) != instead_of:
        raise ChangedMeanwhile(what="The printer in use")
    return use_printer(library, printer, by=by)


def chosen_printer(library: Library) -> str | None:
    """Return the printer that ``use_printer`` named; None where it is the one measured last."""
    return library.setting(PRINTER_IN_USE)


def at_print_scale_in_use(
    library: Library, calibration: Calibration | None, photograph: Photograph
) -> Calibration | None:
    """Return a photograph's calibration as the print scale in use makes it.

    Where nobody ever measured a printer, it stays as it is.
    """
    scale = print_scale_in_use(library)
    if calibration is None or not library.print_measurements(include_retired=True):
        return calibration
    return imaging.rescaled(calibration, scale, photograph.taken_on)


# --- private -------------------------------------------------------------------------------------


def _today() -> date:
    return now().astimezone().date()


def _as_of_today(scale: PrintScale) -> PrintScale:
    return imaging.print_scale_on(scale, _today()) or scale


def _in_order(measurements: Iterable[PrintMeasurement]) -> list[PrintMeasurement]:
    return sorted(measurements, key=lambda one: (one.print_scale.measured_on, one.recorded_at))


def _current(library: Library, measurement: PrintMeasurement) -> PrintMeasurement:
    known = library.print_measurements(measurement.printer, include_retired=True)
    return next(one for one in known if one.id == measurement.id)


def _in_use(
    measurements: Sequence[PrintMeasurement], chosen: str | None
) -> PrintMeasurement | None:
    newest = newest_of_each(measurements)
    if chosen is not None:
        for measurement in newest:
            if measurement.printer.casefold() == chosen.casefold():
                return measurement
    return next(iter(newest), None)


def _change(
    library: Library,
    verb: str,
    *,
    by: str,
    measurements: Sequence[PrintMeasurement],
    chosen: str | None,
    write: Callable[[Change], object],
) -> int:
    """Do one verb and measure what waits anew, in one transaction; return how much that was.

    ``measurements`` and ``chosen`` are what will be in the library then.
    """
    in_use = _in_use(measurements, chosen)
    waiting = _rescaled(library, None if in_use is None else in_use.print_scale)
    many = "1 photograph" if len(waiting) == 1 else f"{len(waiting)} photographs"
    why = f"{many} waiting for review measured anew" if waiting else None
    with library.verb(verb, by=by, why=why) as change:
        write(change)
        for proposal in waiting:
            change.update_proposal(proposal)
    return len(waiting)


def _rescaled(library: Library, scale: PrintScale | None) -> list[Proposal]:
    """Return the proposals that wait and whose calibration is another at a print scale."""
    found = []
    for proposal in library.proposals():
        if proposal.calibration is None:
            continue
        taken_on = library.photograph(proposal.photograph_id).photograph.taken_on
        calibration = imaging.rescaled(proposal.calibration, scale, taken_on)
        if calibration != proposal.calibration:
            found.append(replace(proposal, calibration=calibration))
    return found
