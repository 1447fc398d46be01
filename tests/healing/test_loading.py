"""The room is loaded part by part: the window asks for a word before it asks for a number."""

from __future__ import annotations

import subprocess
import sys

import pytest

from woundtrack import healing


def test_every_name_that_the_room_offers_is_there() -> None:
    for name in healing.__all__:
        assert getattr(healing, name) is not None, name


def test_a_name_that_is_not_there_is_said_so() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = healing.nonsense


def test_the_word_for_a_change_loads_no_numpy_and_no_chart() -> None:
    code = (
        "import sys; import woundtrack.healing.change; "
        "print([one for one in sys.modules if one in {'numpy', 'woundtrack.healing.chart'}])"
    )

    told = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout

    assert told.strip() == "[]"
