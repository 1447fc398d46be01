"""The instruments that can be scored: those that come with woundtrack, and a clinic's own.

Hides the files they are defined in, and how strictly one is read: a definition with anything in it
that isn't understood is refused whole, since a wrong table would give wrong totals for years.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from woundtrack.errors import InstrumentUnusable
from woundtrack.healing.scores import (
    FACTS,
    Band,
    Choice,
    Instrument,
    Item,
    Rule,
    Scale,
    Source,
    Status,
    Step,
    Subject,
    Total,
)
from woundtrack.records import Library
from woundtrack.resources import asset, own_folder

FOLDER: Final = "scores"
"""In the assets, beside the settings, and in a library: three places for definitions."""
FORMAT: Final = "woundtrack-instrument"
FORMAT_VERSION: Final = 1
_LARGEST_BYTES: Final = 1_000_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Instruments:
    """All that can be scored here.

    ``known`` holds every version, for reading what was answered; ``in_use`` the one of each
    instrument that new answers are given to: a clinic's own before the one that came with
    woundtrack. ``faults`` are the files that can't be used, each with its sentence.
    """

    known: tuple[Instrument, ...]
    in_use: tuple[Instrument, ...]
    faults: tuple[InstrumentUnusable, ...]

    def find(self, instrument_id: str, version: str | None = None) -> Instrument | None:
        """Return an instrument: the version asked for, or the one in use; None where not here."""
        if version is None:
            return next((one for one in self.in_use if one.id == instrument_id), None)
        return next(
            (one for one in self.known if (one.id, one.version) == (instrument_id, version)), None
        )


def known_instruments(library: Library | None = None) -> Instruments:
    """Return the instruments that come with woundtrack, and a clinic's own.

    A clinic puts its own in the folder ``scores`` beside the settings, or in that of its library,
    where every computer finds them. ``assets/scores`` shows how they are written: one JSON file an
    instrument with its id and version, what it is about (``lesion`` or ``patient``), licence and
    sources; items with ``choices`` (value and short label) or a ``scale`` (low, high, is_whole),
    whether one ``needs_touch``, and what its answer may be ``suggested_from`` (a fact of
    ``healing.scores.FACTS`` with ``steps`` or ``words``); ``total`` (rule ``sum`` or ``mean``, low
    and high as the items give them) or null, and its ``bands``.
    """
    own = [own_folder(FOLDER)]
    if library is not None:
        own.append(library.path / FOLDER)
    return read_instruments(asset(FOLDER), own)


def read_instruments(shipped: Path, own: Sequence[Path] = ()) -> Instruments:
    """Return the definitions in folders; those that aren't there hold none.

    What can't be used is left out and told; the others can be used all the same. Of two files that
    give one id and version the first counts: what an answer was given to never changes.
    """
    found: dict[tuple[str, str], Instrument] = {}
    in_use: dict[str, Instrument] = {}
    faults = []
    for folder in (shipped, *own):
        for path in (
            sorted(folder.glob("*.json"), key=lambda one: one.stem) if folder.is_dir() else ()
        ):
            try:
                read = _not_another(read_instrument(path), path, found)
            except InstrumentUnusable as fault:
                faults.append(fault)
            else:
                found[read.id, read.version] = read
                in_use[read.id] = read
    return Instruments(
        known=tuple(found.values()), in_use=tuple(in_use.values()), faults=tuple(faults)
    )


def _not_another(
    read: Instrument, path: Path, found: Mapping[tuple[str, str], Instrument]
) -> Instrument:
    """Return a definition, once no other has its id and version."""
    if found.get((read.id, read.version), read) != read:
        reason = f"there is another {read.id} of version {read.version}: give it another version"
        raise InstrumentUnusable(path=str(path), reason=reason)
    return read


def read_instrument(path: Path) -> Instrument:
    """Return the definition in a file.

    Raises
    ------
    InstrumentUnusable
        With the place in the file and what is wrong there.
    """
    try:
        document = json.loads(_text(path), object_pairs_hook=_once)
        return _instrument(_Place("the definition", document))
    except OSError as fault:
        reason = f"it can't be read ({(fault.strerror or str(fault)).lower()})"
    except RecursionError:
        reason = "it is nested too deeply"
    except UnicodeDecodeError:
        reason = "it is not written in UTF-8"
    except json.JSONDecodeError as fault:
        reason = f"it is not JSON from line {fault.lineno} on"
    except _Unusable as fault:
        reason = str(fault)
    raise InstrumentUnusable(path=str(path), reason=reason)


# --- reading -------------------------------------------------------------------------------------


class _Unusable(Exception):
    """What is wrong with a definition, as a clause."""


def _text(path: Path) -> str:
    """Return what a file holds, unless that is more than any definition."""
    if path.stat().st_size > _LARGEST_BYTES:
        raise _Unusable("it is too large for a definition")
    return path.read_text(encoding="utf-8")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return a table of a file; one with the same name twice says two things."""
    table = dict(pairs)
    if len(table) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _Unusable(f"“{twice}” stands twice in one table")
    return table


class _Place:
    """A table of the file, and what to call it: fields are taken one by one, none may be left."""

    def __init__(self, name: str, value: object) -> None:
        if not isinstance(value, dict):
            raise _Unusable(f"{name} is not a table")
        self.name = name
        self._left: dict[str, Any] = dict(value)

    def take(self, field: str, *kinds: type, default: object = ...) -> Any:  # noqa: ANN401
        """Return a field's value, which must be of one of these types."""
        if field not in self._left:
            if default is not ...:
                return default
            raise _Unusable(f"{self.name} has no “{field}”")
        value = self._left.pop(field)
        # In Python true is a number; in a definition it isn't.
        if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
            raise _Unusable(f"“{field}” of {self.name} is not {_WANTED[kinds]}")
        if isinstance(value, float) and not math.isfinite(value):
            raise _Unusable(f"“{field}” of {self.name} is not a number")
        return value

    def text(self, field: str, *, default: str | None = None) -> str:
        """Return a text; empty only where there is a default."""
        value = self.take(field, str, default=... if default is None else default)
        if default is None and not value.strip():
            raise _Unusable(f"“{field}” of {self.name} is empty")
        return " ".join(str(value).split())

    def number(self, field: str) -> float:
        """Return a number."""
        return float(self.take(field, int, float))

    def rows(self, field: str, name: str, *, default: object = ...) -> list[_Place]:
        """Return the tables of a list."""
        listed = self.take(field, list, default=default)
        return [_Place(f"{name} {at}", one) for at, one in enumerate(listed, start=1)]

    def word(self, field: str, words: Iterable[str]) -> str:
        """Return one of a few words."""
        value = self.text(field)
        if value not in (known := tuple(words)):
            raise _Unusable(f"“{field}” of {self.name} is “{value}”, not {_either(known)}")
        return value

    def has(self, field: str) -> bool:
        """Whether a field is there and not null."""
        return self._left.get(field) is not None

    def end(self) -> None:
        """Refuse what wasn't taken: it may have been meant to count."""
        for field in self._left:
            raise _Unusable(f"{self.name} has “{field}”, which is not known")


_WANTED: Final[Mapping[tuple[type, ...], str]] = {
    (str,): "a text",
    (bool,): "true or false",
    (int,): "a whole number",
    (int, float): "a number",
    (list,): "a list",
    (dict,): "a table",
    (dict, type(None)): "a table or null",
}


def _either(words: Sequence[str]) -> str:
    *most, last = [f"“{word}”" for word in words]
    return f"{', '.join(most)} or {last}" if most else last


def _instrument(place: _Place) -> Instrument:
    if place.text("format") != FORMAT:
        raise _Unusable(f"its “format” is not “{FORMAT}”")
    version = place.take("format_version", int)
    if version != FORMAT_VERSION:
        raise _Unusable(f"its format {version} is not known here: a newer woundtrack may read it")
    status = Status(place.word("status", Status))
    items = tuple(_item(one) for one in place.rows("items", "item"))
    if not items:
        raise _Unusable("it has no items")
    codes = [item.code for item in items]
    for code in codes:
        if codes.count(code) > 1:
            raise _Unusable(f"two items are called “{code}”")
    sources = place.take("sources", list)
    if not sources or not all(isinstance(one, str) and one.strip() for one in sources):
        raise _Unusable("“sources” is not a list of texts")
    total = place.take("total", dict, type(None))
    made = Instrument(
        id=place.text("id"),
        version=place.text("version"),
        name=place.text("name"),
        title=place.text("title"),
        status=status,
        subject=Subject(place.word("subject", Subject)),
        licence=place.text("licence"),
        sources=tuple(sources),
        note=place.text("note", default=""),
        items=items,
        total=None if total is None else _total(_Place("the total", total), items),
        bands=tuple(_band(one) for one in place.rows("bands", "band", default=[])),
    )
    place.end()
    if status is Status.UNVERIFIED and made.total is not None:
        raise _Unusable("it is unverified, so its “total” has to be null")
    _check_bands(made)
    return made


def _item(place: _Place) -> Item:
    code = place.text("code")
    place.name = f"the item “{code}”"
    choices = tuple(
        _choice(one) for one in place.rows("choices", f"{place.name}, choice", default=[])
    )
    scale = None
    if place.has("scale"):
        scale = _scale(_Place(f"the scale of {place.name}", place.take("scale", dict)))
    if bool(choices) is (scale is not None):
        raise _Unusable(f"{place.name} needs either choices or a scale")
    values = [choice.value for choice in choices]
    if len(values) != len(set(values)):
        raise _Unusable(f"two choices of {place.name} have one value")
    source = None
    if place.has("suggested_from"):
        source = _source(
            _Place(f"“suggested_from” of {place.name}", place.take("suggested_from", dict))
        )
    item = Item(
        code=code,
        label=place.text("label"),
        hint=place.text("hint", default=""),
        choices=choices,
        scale=scale,
        needs_touch=place.take("needs_touch", bool, default=False),
        source=source,
    )
    place.end()
    if source is not None:
        given = [step.value for step in source.steps] + [value for _, value in source.words]
        for value in given:
            if not item.takes(value):
                raise _Unusable(f"{place.name} is suggested as {value:g}, which is no answer of it")
    return item


def _choice(place: _Place) -> Choice:
    choice = Choice(value=place.number("value"), label=place.text("label"))
    place.end()
    return choice


def _scale(place: _Place) -> Scale:
    scale = Scale(
        low=place.number("low"),
        high=place.number("high"),
        is_whole=place.take("is_whole", bool, default=True),
    )
    place.end()
    if not scale.low < scale.high:
        raise _Unusable(f"{place.name} ends below where it begins")
    return scale


def _source(place: _Place) -> Source:
    fact = place.word("fact", FACTS)
    steps = tuple(_step(one) for one in place.rows("steps", f"{place.name}, step", default=[]))
    words = place.take("words", dict, default={})
    for word, value in words.items():
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise _Unusable(f"“{word}” of {place.name} is not a number")
    place.end()
    if bool(steps) is bool(words):
        raise _Unusable(f"{place.name} needs either steps or words")
    limits = [step.limit for step in steps]
    if steps and (limits[-1] is not None or None in limits[:-1]):
        raise _Unusable(f"the last step of {place.name}, and no other, has no limit")
    known = [limit for limit in limits if limit is not None]
    if known != sorted(set(known)):
        raise _Unusable(f"the limits of {place.name} don't rise")
    return Source(
        fact=fact, steps=steps, words=tuple((word, float(value)) for word, value in words.items())
    )


def _step(place: _Place) -> Step:
    value = place.number("value")
    if place.has("below") and place.has("up_to"):
        raise _Unusable(f"{place.name} has both “below” and “up_to”")
    if place.has("below"):
        step = Step(value=value, limit=place.number("below"), has_limit=False)
    elif place.has("up_to"):
        step = Step(value=value, limit=place.number("up_to"))
    else:
        step = Step(value=value)
    place.end()
    return step


def _total(place: _Place, items: Sequence[Item]) -> Total:
    total = Total(
        rule=Rule(place.word("rule", Rule)), low=place.number("low"), high=place.number("high")
    )
    place.end()
    ends = [item.ends for item in items]
    low, high = sum(low for low, _ in ends), sum(high for _, high in ends)
    if total.rule is Rule.MEAN:
        low, high = low / len(items), high / len(items)
    if not (math.isclose(low, total.low) and math.isclose(high, total.high)):
        raise _Unusable(
            f"its items give a total of {low:g} to {high:g}, and it says {total.low:g} to "
            f"{total.high:g}"
        )
    return total


def _band(place: _Place) -> Band:
    band = Band(low=place.number("low"), high=place.number("high"), label=place.text("label"))
    place.end()
    if band.low > band.high:
        raise _Unusable(f"{place.name} ends below where it begins")
    return band


def _check_bands(made: Instrument) -> None:
    if made.bands and made.total is None:
        raise _Unusable("it has bands and no total")
    for one, next_ in zip(made.bands, made.bands[1:], strict=False):
        if next_.low <= one.high:
            raise _Unusable(f"its bands “{one.label}” and “{next_.label}” overlap")
