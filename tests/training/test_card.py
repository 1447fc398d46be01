"""The model card says what was measured, and shows failures without showing a photograph."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import cv2
import numpy as np
import pytest

from tests.red_network import write_red_network
from training import card, photographs
from training.photographs import Labelled
from woundtrack.imaging.outlining import network_asset

CURVE = [
    {
        "step": 250.0 * number,
        "loss": 1 / number,
        "watched_dice_proposed": 0.7 - 0.5 / number,
        "watched_dice_boxed": 0.9 - 0.4 / number,
    }
    for number in range(1, 33)
]


def a_photograph(name: str, shift: int) -> Labelled:
    """Return skin with a red wound; the experts' outline lies ``shift`` beside it."""
    pixels = np.full((300, 400, 3), (205, 165, 140), np.uint8)
    cv2.circle(pixels, (200, 150), 60, (150, 40, 40), -1)
    mask = np.zeros((300, 400), np.uint8)
    cv2.circle(mask, (200 + shift, 150), 60, 1, -1)
    return Labelled(name=name, pixels=pixels, mask=mask > 0)


def figures(sha256: str = "") -> dict[str, Any]:
    row = {"mean": 0.7512, "median": 0.861, "pooled": 0.803, "iou": 0.65, "failed": 0.13,
           "none": 0.02}  # fmt: skip
    clicks = {"noc80": 2.5, "noc85": 4.25, "dice_after_5": 0.9171, "worse": 0.021, "never": 0.017}
    return {
        "photographs": 159,
        "method": "woundtrack",
        "network_sha256": sha256,
        "rows": {
            "woundtrack": {"automatic": row, "click": row, "box": {**row, "mean": 0.881}},
            "bare ellipse": {"box": {**row, "mean": 0.795}},
        },
        "clicks": {"woundtrack": clicks},
        "by_size": {
            "0-0.2 % of the picture": {"n": 31, "automatic": 0.41, "click": 0.72, "box": 0.83}
        },
        "by_tone": {"dark skin": {"n": 17, "automatic": 0.61, "click": 0.77, "box": 0.86}},
    }


@pytest.fixture
def network(of_the_copy: Path) -> network_asset.NetworkFacts:
    return write_red_network(of_the_copy)


def test_the_worst_proposals_come_first_and_hold_no_pixel_of_a_photograph(
    network: network_asset.NetworkFacts,
) -> None:
    seen = [a_photograph("near.jpg", 10), a_photograph("far.jpg", 90), a_photograph("on.jpg", 0)]

    worst = card.failures(seen)
    drawing = card.drawn_failures(worst)

    assert [round(one.dice, 1) for one in worst] == [0.1, 0.9, 1.0]
    root = ET.fromstring(drawing)  # noqa: S314 - it was written a line above
    kinds = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert kinds == {"svg", "rect", "polygon", "text"}
    assert "jpg" not in drawing
    assert drawing.count("<polygon") == 6


def test_a_photograph_in_which_nothing_is_found_is_drawn_with_the_experts_outline_alone(
    of_the_copy: Path,
) -> None:
    write_red_network(of_the_copy)
    pale = a_photograph("pale.jpg", 0)
    pale.pixels[:] = (205, 165, 140)

    (one,) = card.failures([pale])

    assert one.dice == 0
    assert (len(one.truth), len(one.found)) == (1, 0)


def test_the_card_says_what_was_measured_on_what_and_what_it_is_not_for(
    network: network_asset.NetworkFacts,
) -> None:
    text = card.card(network, figures(), CURVE, card.failures([a_photograph("one.jpg", 40)]))

    assert network.sha256 in text
    assert "| a box | bare ellipse | 0.795 | 0.861 | 0.803 | 0.650 |" in text
    assert "| none | woundtrack | 0.751 | 0.861 | 0.803 | 0.650 |" in text
    assert "| 0-0.2 % of the picture | 31 | 0.410 | 0.720 | 0.830 |" in text
    assert "| dark skin | 17 | 0.610 | 0.770 | 0.860 |" in text
    assert "| woundtrack | 2.50 | 4.25 | 0.917 | 2.1 % | 1.7 % |" in text
    assert "| 250 | 1.000 | 0.200 | 0.500 |" in text
    assert f"{len(photographs.held_back())} photographs were held back" in text
    assert "11 % of the photographs get a wrong proposal" in text
    assert "and 2 % get\nnone" in text
    assert "To accept outlines that nobody looked at" in text
    assert "not for commercial use" in text
    assert "{" not in text


def test_the_command_writes_the_card_and_its_drawings_beside_the_network(
    network: network_asset.NetworkFacts,
    of_the_copy: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = tmp_path / "data"
    for name in ("images", "labels"):
        (folder / name).mkdir(parents=True)
    made = a_photograph("ward-1.png", 20)
    cv2.imwrite(str(folder / "images" / made.name), made.pixels[..., ::-1])
    cv2.imwrite(str(folder / "labels" / made.name), made.mask.astype(np.uint8) * 255)
    (tmp_path / "figures.json").write_text(json.dumps(figures(network.sha256)), "utf-8")
    lines = [",".join(CURVE[0]), *(",".join(map(str, row.values())) for row in CURVE)]
    (tmp_path / "curve.csv").write_text("\n".join(lines) + "\n", "utf-8")
    arguments = ["card", str(folder), "--figures", str(tmp_path / "figures.json")]
    arguments += ["--curve", str(tmp_path / "curve.csv"), "--out", str(of_the_copy)]
    monkeypatch.setattr("sys.argv", arguments)

    code = card.main()

    assert code == 0
    text = (of_the_copy / network_asset.CARD).read_text("utf-8")
    for name in (card.CURVE, card.FAILURES):
        assert f"]({name})" in text
        drawing = (of_the_copy / name).read_text("utf-8")
        assert ET.fromstring(drawing).tag.endswith("svg")  # noqa: S314


def test_failures_are_not_drawn_with_another_network_than_the_cards(
    network: network_asset.NetworkFacts,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    write_red_network(tmp_path / "other", version="red-2")
    monkeypatch.setattr(
        "sys.argv", ["card", str(tmp_path), "--figures", "none", "--out", str(tmp_path / "other")]
    )

    assert card.main() == 1
    assert "not the one in use" in capsys.readouterr().out


def test_a_card_takes_no_figures_of_another_network(
    network: network_asset.NetworkFacts,
    of_the_copy: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "figures.json").write_text(json.dumps(figures("0" * 64)), "utf-8")
    (tmp_path / "curve.csv").write_text(",".join(CURVE[0]) + "\n", "utf-8")
    arguments = ["card", str(tmp_path), "--figures", str(tmp_path / "figures.json")]
    arguments += ["--curve", str(tmp_path / "curve.csv"), "--out", str(of_the_copy)]
    card_before = (of_the_copy / network_asset.CARD).read_text("utf-8")
    monkeypatch.setattr("sys.argv", arguments)

    assert card.main() == 1
    assert "figures of another network" in capsys.readouterr().out
    assert (of_the_copy / network_asset.CARD).read_text("utf-8") == card_before
