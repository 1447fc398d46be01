"""A film of visits: what is written can be played, and nothing is left where it can't be."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from woundtrack import imaging
from woundtrack.errors import FileUnwritable
from woundtrack.imaging.comparing import film


def frames() -> list[np.ndarray]:
    return [np.full((61, 81, 3), shade, dtype=np.uint8) for shade in (30, 120, 220)]


def test_a_gif_shows_every_visit_equally_long_and_goes_round(tmp_path: Path) -> None:
    imaging.write_film(tmp_path / "A1.gif", frames(), 0.8)

    with Image.open(tmp_path / "A1.gif") as image:
        assert getattr(image, "n_frames", 0) == 3
        assert image.info["duration"] == 800
        assert image.info["loop"] == 0
        shades = []
        for place in range(3):
            image.seek(place)
            shades.append(int(np.asarray(image.convert("RGB"))[30, 40, 0]))
    assert shades == pytest.approx([30, 120, 220], abs=3)


def test_an_mp4_can_be_played_again(tmp_path: Path) -> None:
    imaging.write_film(tmp_path / "A1.mp4", frames(), 0.5)

    film_again = cv2.VideoCapture(str(tmp_path / "A1.mp4"))
    shades = []
    while (read := film_again.read())[0]:
        shades.append(float(read[1].mean()))
    film_again.release()
    assert len(shades) == 15  # three visits of five pictures
    assert shades[2::5] == pytest.approx([30, 120, 220], abs=6)


def test_where_no_codec_is_there_it_is_said_and_no_file_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(film, "_CODECS", ())

    with pytest.raises(FileUnwritable, match=r"no codec for MP4; save it as \.gif"):
        imaging.write_film(tmp_path / "A1.mp4", frames(), 0.5)

    assert list(tmp_path.iterdir()) == []


def test_another_kind_of_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileUnwritable, match=r"\.gif or \.mp4"):
        imaging.write_film(tmp_path / "A1.avi", frames(), 0.5)


def test_a_folder_that_is_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "notes").write_text("x")

    with pytest.raises(FileUnwritable):
        imaging.write_film(tmp_path / "notes" / "A1.gif", frames(), 0.5)
