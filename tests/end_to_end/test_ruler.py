"""``measure --ruler``: an old photograph without a card is measured by two points on a ruler."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from woundtrack.phantom import Camera, Lesion, Phantom, Scene, render

Run = Callable[..., Any]


@pytest.fixture(scope="module")
def old() -> Phantom:
    """Render a wound of 9 cm² from straight above, with nothing beside it."""
    return render(
        Scene(
            seed=5,
            camera=Camera(width_px=1000, height_px=750, distance_mm=300),
            lesions=(Lesion(centre_mm=(0.0, 0.0), area_mm2=900.0, shape_seed=3, redness=0.3),),
            taken_at=datetime(2019, 3, 1, tzinfo=UTC),
        )
    )


@pytest.fixture
def files(old: Phantom, tmp_path: Path) -> tuple[Path, Path]:
    photo, mask = tmp_path / "old.jpg", tmp_path / "truth.png"
    photo.write_bytes(old.jpeg)
    Image.fromarray(old.lesions[0].mask().astype(np.uint8) * 255).save(mask)
    return photo, mask


def ruler_of_50_mm(old: Phantom) -> str:
    """Return where 50 mm are in the picture, by what its 900 mm² cover."""
    px_per_mm = math.sqrt(float(old.lesions[0].mask().sum()) / 900.0)
    return f"100,600,{100 + 50 * px_per_mm:.2f},600,50"


def test_an_old_photograph_is_measured_by_two_points_on_a_ruler_and_says_so(
    run: Run, old: Phantom, files: tuple[Path, Path]
) -> None:
    photo, mask = files

    ran = run("measure", photo, "--outline", mask, "--json", "--ruler", ruler_of_50_mm(old))

    (result,) = json.loads(ran.out)
    (lesion,) = result["lesions"]
    assert ran.code == 0
    assert result["calibration"]["method"].startswith("ruler")
    assert result["calibration"]["cards"] == []
    assert [warning["code"] for warning in result["warnings"]] == ["ruler_scale"]
    assert lesion["area_cm2"] == pytest.approx(9.0, rel=0.005)


def test_without_the_ruler_the_same_photograph_has_no_area(
    run: Run, files: tuple[Path, Path]
) -> None:
    photo, mask = files

    ran = run("measure", photo, "--outline", mask, "--json")

    (result,) = json.loads(ran.out)
    assert [lesion["area_cm2"] for lesion in result["lesions"]] == [None]


@pytest.mark.parametrize("given", ["1,2,3", "a,b,c,d,e", "1,2,3,4,5,6"])
def test_a_ruler_that_is_not_five_numbers_is_told(
    run: Run, files: tuple[Path, Path], given: str
) -> None:
    ran = run("measure", files[0], "--ruler", given)

    assert ran.code == 2
    assert "X1,Y1,X2,Y2,MM" in ran.err


def test_a_ruler_beside_the_photograph_is_one_sentence(run: Run, files: tuple[Path, Path]) -> None:
    ran = run("measure", files[0], "--ruler", "100,100,5000,100,50")

    assert ran.code == 1
    assert "No ruler was set: its two points lie too near each other or beside" in ran.err


def test_a_photograph_with_a_card_takes_no_ruler(
    run: Run, phantom: Phantom, tmp_path: Path
) -> None:
    photo = tmp_path / "card.jpg"
    photo.write_bytes(phantom.jpeg)

    ran = run("measure", photo, "--ruler", "100,100,600,100,50")

    assert ran.code == 1
    assert "a printed card gives this photograph its scale" in ran.err


@pytest.mark.parametrize("between", [";", "; ", " ", ", "])
def test_a_ruler_s_numbers_may_have_decimal_commas(
    run: Run, old: Phantom, files: tuple[Path, Path], between: str
) -> None:
    photo, mask = files
    given = ruler_of_50_mm(old).replace(",50", ",50.0").replace(",", "|").replace(".", ",")

    ran = run("measure", photo, "--outline", mask, "--json", "--ruler", given.replace("|", between))

    (result,) = json.loads(ran.out)
    assert ran.code == 0
    assert result["lesions"][0]["area_cm2"] == pytest.approx(9.0, rel=0.005)
