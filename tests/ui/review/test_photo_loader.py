"""Which photographs stay in memory: the one in view, the next, and one seen before where small."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from woundtrack.model import Photograph, TimeSource
from woundtrack.ui.review.photo_item import pyramid
from woundtrack.ui.review.photo_loader import Loaded, PhotoLoader
from woundtrack.ui.session import Session

_ONE = Photograph(
    sha256="",
    original_name="IMG.JPG",
    format="JPEG",
    size_bytes=1000,
    width_px=1,
    height_px=1,
    orientation=1,
    taken_at=datetime(2026, 1, 12, 9, tzinfo=UTC),
    taken_offset_minutes=0,
    taken_from=TimeSource.EXIF,
)


@pytest.mark.parametrize(
    ("megapixels", "kept"),
    [(8, ["first", "second", "third"]), (12, ["second", "third"]), (48, ["second", "third"])],
    ids=["small", "of a phone", "large"],
)
def test_a_photograph_seen_before_is_kept_where_there_is_room(
    session: Session, monkeypatch: pytest.MonkeyPatch, megapixels: int, kept: list[str]
) -> None:
    loader = PhotoLoader(session, "photograph", session)
    monkeypatch.setattr(Loaded, "megapixels", float(megapixels))
    delivered: list[Loaded] = []
    loader.loaded.connect(delivered.append)
    pixels = pyramid(np.zeros((8, 8, 3), np.uint8))

    for name in ("first", "second"):
        loader.show(replace(_ONE, sha256=name))
        loader._deliver(Loaded(sha256=name, levels=pixels))
    loader._deliver(Loaded(sha256="third", levels=pixels))  # fetched ahead

    assert [one.sha256 for one in delivered] == ["first", "second"]
    assert list(loader._kept) == kept


def test_a_picture_halved_in_strips_is_the_mean_of_four_everywhere() -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (1301, 1100, 3), np.uint8)

    levels = pyramid(pixels)

    four = pixels[:1300].astype(int).reshape(650, 2, 550, 2, 3).sum(axis=(1, 3))
    assert [level.shape for level in levels] == [(1301, 1100, 3), (650, 550, 4), (325, 275, 4)]
    assert (levels[1][..., 2::-1] == (four + 2) // 4).all()
