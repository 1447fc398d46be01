"""A few steps of learning, stopped and resumed, and the ONNX that comes of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")  # only who trains has it

from tests.training.test_windows_and_gestures import a_folder
from training.export import ExportDiffers, export
from training.learning import run
from training.network import OutlineNetwork as Learnt
from training.photographs import FolderUnusable
from woundtrack.imaging.outlining.outline_network import OutlineNetwork, whole_square


def test_a_leg_is_resumed_and_the_finished_network_is_read_by_opencv(tmp_path: Path) -> None:
    folder = a_folder(tmp_path / "data")
    first = run(folder, tmp_path / "work", steps=4, leg_minutes=0, threads=1, workers=0)
    assert first.step == 1
    done = run(folder, tmp_path / "work", steps=4, threads=1, workers=0)
    assert done.step == 4
    assert len((tmp_path / "work" / "curve.csv").read_text("utf-8").splitlines()) == 2
    path = tmp_path / "outline.onnx"
    export(done.mean, path)
    pixels = np.full((300, 200, 3), 120, np.uint8)
    likely = OutlineNetwork(path).likely(pixels, whole_square(pixels))
    assert likely.shape == (256, 256)
    assert (likely[:, :42] == 0).all()  # beside an upright photograph


def test_what_was_learnt_from_other_photographs_is_not_gone_on_from(tmp_path: Path) -> None:
    run(a_folder(tmp_path / "one"), tmp_path / "work", steps=4, leg_minutes=0, threads=1, workers=0)
    other = a_folder(tmp_path / "other")
    for path in [*(other / "images").iterdir(), *(other / "labels").iterdir()]:
        path.rename(path.with_name(f"ward-{path.name}"))

    with pytest.raises(FolderUnusable, match="from other photographs: give another --work"):
        run(other, tmp_path / "work", steps=4, threads=1, workers=0)


def test_a_network_that_opencv_reads_otherwise_leaves_the_former_in_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "outline.onnx"
    path.write_bytes(b"the former")
    monkeypatch.setattr("training.export.CLOSE", -1.0)

    with pytest.raises(ExportDiffers):
        export(Learnt(), path)

    assert path.read_bytes() == b"the former"
    assert [one.name for one in tmp_path.iterdir()] == ["outline.onnx"]
