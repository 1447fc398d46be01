from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from woundtrack.imaging.colours.colour_difference import (
    ciede2000,
    lab_of_light,
    linear_light,
    srgb_coded,
)

# Sharma, Wu and Dalal 2005, table 1: two colours and their CIEDE2000 difference.
PAIRS = (
    ((50.0000, 2.6772, -79.7751), (50.0000, 0.0000, -82.7485), 2.0425),
    ((50.0000, 3.1571, -77.2803), (50.0000, 0.0000, -82.7485), 2.8615),
    ((50.0000, 2.8361, -74.0200), (50.0000, 0.0000, -82.7485), 3.4412),
    ((50.0000, -1.3802, -84.2814), (50.0000, 0.0000, -82.7485), 1.0000),
    ((50.0000, -1.1848, -84.8006), (50.0000, 0.0000, -82.7485), 1.0000),
    ((50.0000, -0.9009, -85.5211), (50.0000, 0.0000, -82.7485), 1.0000),
    ((50.0000, 0.0000, 0.0000), (50.0000, -1.0000, 2.0000), 2.3669),
    ((50.0000, -1.0000, 2.0000), (50.0000, 0.0000, 0.0000), 2.3669),
    ((50.0000, 2.4900, -0.0010), (50.0000, -2.4900, 0.0009), 7.1792),
    ((50.0000, 2.4900, -0.0010), (50.0000, -2.4900, 0.0010), 7.1792),
    ((50.0000, 2.4900, -0.0010), (50.0000, -2.4900, 0.0011), 7.2195),
    ((50.0000, 2.4900, -0.0010), (50.0000, -2.4900, 0.0012), 7.2195),
    ((50.0000, -0.0010, 2.4900), (50.0000, 0.0009, -2.4900), 4.8045),
    ((50.0000, -0.0010, 2.4900), (50.0000, 0.0010, -2.4900), 4.8045),
    ((50.0000, -0.0010, 2.4900), (50.0000, 0.0011, -2.4900), 4.7461),
    ((50.0000, 2.5000, 0.0000), (50.0000, 0.0000, -2.5000), 4.3065),
    ((50.0000, 2.5000, 0.0000), (73.0000, 25.0000, -18.0000), 27.1492),
    ((50.0000, 2.5000, 0.0000), (61.0000, -5.0000, 29.0000), 22.8977),
    ((50.0000, 2.5000, 0.0000), (56.0000, -27.0000, -3.0000), 31.9030),
    ((50.0000, 2.5000, 0.0000), (58.0000, 24.0000, 15.0000), 19.4535),
    ((50.0000, 2.5000, 0.0000), (50.0000, 3.1736, 0.5854), 1.0000),
    ((50.0000, 2.5000, 0.0000), (50.0000, 3.2972, 0.0000), 1.0000),
    ((50.0000, 2.5000, 0.0000), (50.0000, 1.8634, 0.5757), 1.0000),
    ((50.0000, 2.5000, 0.0000), (50.0000, 3.2592, 0.3350), 1.0000),
    ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
    ((63.0109, -31.0961, -5.8663), (62.8187, -29.7946, -4.0864), 1.2630),
    ((61.2901, 3.7196, -5.3901), (61.4292, 2.2480, -4.9620), 1.8731),
    ((35.0831, -44.1164, 3.7933), (35.0232, -40.0716, 1.5901), 1.8645),
    ((22.7233, 20.0904, -46.6940), (23.0331, 14.9730, -42.5619), 2.0373),
    ((36.4612, 47.8580, 18.3852), (36.2715, 50.5065, 21.2231), 1.4146),
    ((90.8027, -2.0831, 1.4410), (91.1528, -1.6435, 0.0447), 1.4441),
    ((90.9257, -0.5406, -0.9208), (88.6381, -0.8985, -0.7239), 1.5381),
    ((6.7747, -0.2908, -2.4247), (5.8714, -0.0985, -2.2286), 0.6377),
    ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
)


@pytest.mark.parametrize(("one", "other", "difference"), PAIRS)
def test_the_published_pairs_have_their_published_differences(
    one: tuple[float, float, float], other: tuple[float, float, float], difference: float
) -> None:
    assert float(ciede2000(one, other)) == pytest.approx(difference, abs=5e-5)
    assert float(ciede2000(other, one)) == pytest.approx(difference, abs=5e-5)


def test_whole_pictures_are_compared_as_single_colours_are() -> None:
    one = np.array([pair[0] for pair in PAIRS]).reshape(2, 17, 3)
    other = np.array([pair[1] for pair in PAIRS]).reshape(2, 17, 3)

    differences = ciede2000(one, other)

    assert differences.shape == (2, 17)
    assert differences.ravel() == pytest.approx([pair[2] for pair in PAIRS], abs=5e-5)


def test_srgb_red_has_its_published_place_in_cielab() -> None:
    red = lab_of_light(linear_light((255, 0, 0)))

    assert red == pytest.approx((53.2408, 80.0925, 67.2032), abs=0.01)  # Lindbloom's calculator


def test_greys_have_no_hue() -> None:
    greys = lab_of_light(linear_light([(value,) * 3 for value in (0, 3, 52, 115, 244, 255)]))

    assert np.abs(greys[:, 1:]).max() < 1e-9
    assert greys[[0, -1], 0] == pytest.approx((0, 100))


@given(st.integers(0, 255))
def test_coding_undoes_decoding(value: int) -> None:
    there = linear_light(value)

    assert float(srgb_coded(there)) == pytest.approx(value, abs=1e-6)
