"""Every known fault and every doubt has its words, and none of the words that blame."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from woundtrack import errors
from woundtrack.errors import DOUBTS, LibraryTooNew, WoundtrackError
from woundtrack.model import Doubt
from woundtrack.ui import messages
from woundtrack.ui.actions import ACTIONS

FORBIDDEN = re.compile(r"\b(error|invalid|failed|failure|please|oops|sorry)\b", re.IGNORECASE)


def _classes(of: type[WoundtrackError] = WoundtrackError) -> Iterator[type[WoundtrackError]]:
    yield of
    for child in of.__subclasses__():
        yield from _classes(child)


@pytest.mark.parametrize("kind", list(_classes()), ids=lambda kind: kind.__name__)
def test_every_fault_has_a_title_and_a_sentence(kind: type[WoundtrackError]) -> None:
    names = re.findall(r"{(\w+)", kind.sentence)
    error = kind(**{name: 7.0 if f"{{{name}:" in kind.sentence else "X" for name in names})

    assert messages.title_of(error)
    assert messages.sentence_of(error) == str(error)
    assert not FORBIDDEN.search(messages.title_of(error))


@pytest.mark.parametrize("code", list(DOUBTS))
def test_every_doubt_has_a_title_and_a_sentence(code: str) -> None:
    names = re.findall(r"{(\w+)", DOUBTS[code])
    values = tuple((name, 7.0 if f"{{{name}:" in DOUBTS[code] else "X") for name in names)
    doubt = Doubt(code=code, values=values)

    assert messages.title_of(doubt)
    assert messages.doubt_sentence(doubt) == errors.doubt_sentence(doubt)


def test_no_title_is_left_of_a_fault_that_is_gone() -> None:
    codes = {kind.code for kind in _classes()} | set(DOUBTS)

    assert set(messages.TITLES) == codes


def test_the_values_of_a_fault_stand_in_its_sentence() -> None:
    error = LibraryTooNew(path="/home/ann/clinic")

    assert messages.title_of(error) == "Written by a newer woundtrack"
    assert messages.sentence_of(error).startswith("/home/ann/clinic was written by a newer")


def test_no_action_blames_or_pleads() -> None:
    for entry in ACTIONS:
        assert not FORBIDDEN.search(entry.text + entry.tip), entry.id
