"""Definitions of scores: those that come along, a clinic's own, and what is refused, in words."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from woundtrack import resources
from woundtrack.errors import InstrumentUnusable
from woundtrack.healing.scores import Status
from woundtrack.records import Library
from woundtrack.workflow.instruments import (
    known_instruments,
    read_instrument,
    read_instruments,
)

SHIPPED = resources.asset("scores")

PLAIN: dict[str, Any] = {
    "format": "woundtrack-instrument",
    "format_version": 1,
    "id": "mobility",
    "version": "1",
    "name": "Mobility",
    "title": "How far a patient walks",
    "status": "verified",
    "subject": "patient",
    "licence": "The clinic's own.",
    "sources": ["Renal wound clinic, 2026"],
    "items": [
        {
            "code": "walks",
            "label": "Walks",
            "choices": [{"value": 0, "label": "outside"}, {"value": 1, "label": "in a room"}],
        },
        {"code": "stairs", "label": "Stairs", "scale": {"low": 0, "high": 4}},
    ],
    "total": {"rule": "sum", "low": 0, "high": 5},
}


def written(folder: Path, document: object, name: str = "own.json") -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def changed(change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    document = copy.deepcopy(PLAIN)
    change(document)
    return document


def test_the_scores_that_come_along_are_all_usable() -> None:
    known = known_instruments()

    assert [(one.id, one.version) for one in known.in_use] == [
        ("bwat", "1"),
        ("bwat-cua", "1"),
        ("nrs-11", "1"),
        ("push", "3.0"),
        ("vas-100", "1"),
    ]
    assert known.faults == ()
    assert [one.id for one in known.in_use if one.status is Status.UNVERIFIED] == ["bwat-cua"]
    assert all(one.licence for one in known.in_use)


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*.json")), ids=lambda path: path.stem)
def test_no_label_is_as_long_as_an_instruments_own_wording(path: Path) -> None:
    instrument = read_instrument(path)

    labels = [choice.label for item in instrument.items for choice in item.choices]

    assert all(len(label) <= 40 for label in labels)


def test_a_clinic_adds_a_score_beside_the_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WOUNDTRACK_CONFIG_DIR", str(tmp_path))
    written(tmp_path / "scores", PLAIN)

    own = known_instruments().find("mobility")

    assert own is not None
    assert own.total_of({"walks": 1, "stairs": 3}) == 4


def test_a_clinic_adds_a_score_to_its_library(tmp_path: Path) -> None:
    with Library.create(tmp_path / "library") as library:
        written(library.path / "scores", PLAIN)

        assert known_instruments(library).find("mobility") is not None
        assert known_instruments().find("mobility") is None


def test_a_clinics_own_version_is_used_and_the_other_still_read(tmp_path: Path) -> None:
    bwat = json.loads((SHIPPED / "bwat-cua.json").read_text(encoding="utf-8"))
    written(tmp_path, {**bwat, "version": "clinic-1"})

    known = read_instruments(SHIPPED, [tmp_path])

    assert known.find("bwat-cua").version == "clinic-1"  # type: ignore[union-attr]
    assert known.find("bwat-cua", "1").version == "1"  # type: ignore[union-attr]
    assert known.find("bwat-cua", "2") is None


def test_what_an_answer_was_given_to_can_not_be_changed_under_it(tmp_path: Path) -> None:
    bwat = json.loads((SHIPPED / "bwat-cua.json").read_text(encoding="utf-8"))
    bwat["items"] = bwat["items"][:3]
    path = written(tmp_path, bwat)

    known = read_instruments(SHIPPED, [tmp_path])

    assert len(known.find("bwat-cua", "1").items) == 6  # type: ignore[union-attr]
    (fault,) = known.faults
    assert str(fault) == (
        f"The score defined in {path} can't be used: there is another bwat-cua of version 1: give "
        "it another version. The other scores are not affected."
    )


def test_one_bad_file_leaves_the_others_usable(tmp_path: Path) -> None:
    written(tmp_path, PLAIN)
    (tmp_path / "bad.json").write_text("{", encoding="utf-8")

    known = read_instruments(SHIPPED, [tmp_path])

    assert known.find("mobility") is not None
    assert len(known.faults) == 1


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda one: one.pop("licence"), "the definition has no “licence”"),
        (lambda one: one.update(licence=" "), "“licence” of the definition is empty"),
        (lambda one: one.update(format="other"), "its “format” is not “woundtrack-instrument”"),
        (lambda one: one.update(format_version=2), "its format 2 is not known here: a newer"),
        (lambda one: one.update(colour="red"), "the definition has “colour”, which is not known"),
        (lambda one: one.update(items=[]), "it has no items"),
        (lambda one: one.update(items={}), "“items” of the definition is not a list"),
        (lambda one: one.update(items=["a"]), "item 1 is not a table"),
        (lambda one: one.update(sources=[]), "“sources” is not a list of texts"),
        (
            lambda one: one.update(status="checked"),
            "“status” of the definition is “checked”, not “verified” or “unverified”",
        ),
        (
            lambda one: one.update(status="unverified"),
            "it is unverified, so its “total” has to be null",
        ),
        (
            lambda one: one["total"].update(high=6),
            "its items give a total of 0 to 5, and it says 0 to 6",
        ),
        (lambda one: one["items"][1].update(code="walks"), "two items are called “walks”"),
        (
            lambda one: one["items"][0].pop("choices"),
            "the item “walks” needs either choices or a scale",
        ),
        (
            lambda one: one["items"][1].update(choices=[{"value": 1, "label": "one"}]),
            "the item “stairs” needs either choices or a scale",
        ),
        (
            lambda one: one["items"][0]["choices"][1].update(value=0),
            "two choices of the item “walks” have one value",
        ),
        (
            lambda one: one["items"][0]["choices"][0].update(value="0"),
            "“value” of the item “walks”, choice 1 is not a number",
        ),
        (
            lambda one: one["items"][0]["choices"][1].update(value=True),
            "“value” of the item “walks”, choice 2 is not a number",
        ),
        (
            lambda one: one["items"][1]["scale"].update(high=0),
            "the scale of the item “stairs” ends below where it begins",
        ),
        (
            lambda one: one["items"][0].update(needs_touch="yes"),
            "“needs_touch” of the item “walks” is not true or false",
        ),
        (
            lambda one: one["items"][0].update(
                suggested_from={"fact": "area_cm2", "words": {"a": 1}}
            ),
            "“fact” of “suggested_from” of the item “walks” is “area_cm2”, not “length_by_width",
        ),
        (
            lambda one: one["items"][0].update(suggested_from={"fact": "edge", "words": {"a": 7}}),
            "the item “walks” is suggested as 7, which is no answer of it",
        ),
        (
            lambda one: one["items"][0].update(
                suggested_from={
                    "fact": "necrotic_share",
                    "steps": [
                        {"value": 0, "below": 2},
                        {"value": 1, "up_to": 1},
                        {"value": 1},
                    ],
                }
            ),
            "the limits of “suggested_from” of the item “walks” don't rise",
        ),
        (
            lambda one: one["items"][0].update(
                suggested_from={"fact": "necrotic_share", "steps": [{"value": 0, "below": 2}]}
            ),
            "the last step of “suggested_from” of the item “walks”, and no other, has no limit",
        ),
        (
            lambda one: one.update(
                bands=[
                    {"low": 0, "high": 3, "label": "able"},
                    {"low": 3, "high": 5, "label": "not able"},
                ]
            ),
            "its bands “able” and “not able” overlap",
        ),
        (
            lambda one: one.update(total=None, bands=[{"low": 0, "high": 3, "label": "able"}]),
            "it has bands and no total",
        ),
    ],
)
def test_what_is_wrong_with_a_definition_is_said(
    tmp_path: Path, change: Callable[[dict[str, Any]], object], reason: str
) -> None:
    path = written(tmp_path, changed(change))

    with pytest.raises(InstrumentUnusable) as fault:
        read_instrument(path)

    assert str(fault.value).startswith(f"The score defined in {path} can't be used: {reason}")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"{\n", "it is not JSON from line 2 on"),
        (b"[]", "the definition is not a table"),
        (b"\xff\xfe", "it is not written in UTF-8"),
        (b'{"id": "a", "id": "b"}', "“id” stands twice in one table"),
        (b"[" * 100_000, "it is nested too deeply"),
        (b" " * 1_000_001, "it is too large for a definition"),
    ],
)
def test_what_is_no_definition_at_all_is_said(tmp_path: Path, data: bytes, reason: str) -> None:
    path = tmp_path / "own.json"
    path.write_bytes(data)

    with pytest.raises(InstrumentUnusable) as fault:
        read_instrument(path)

    assert fault.value.values["reason"] == reason


def test_an_infinite_number_is_none(tmp_path: Path) -> None:
    path = tmp_path / "own.json"
    text = json.dumps(changed(lambda one: one["total"].update(high=float("inf"))))
    path.write_text(text, encoding="utf-8")

    with pytest.raises(InstrumentUnusable, match="“high” of the total is not a number"):
        read_instrument(path)
