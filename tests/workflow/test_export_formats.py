"""Every format that is offered has a verb that writes it."""

from __future__ import annotations

import inspect

import pytest

from woundtrack.workflow.export_formats import FORMATS, writer_of


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_is_written_by_a_verb_that_takes_what_all_do(name: str) -> None:
    taken = inspect.signature(writer_of(name)).parameters

    assert list(taken)[:2] == ["export", "folder"]
    assert {"by", "progress"} <= set(taken)
