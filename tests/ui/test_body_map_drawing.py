"""The drawing of the body and what its regions stand for: every site has a place, and back."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainterPath
from PySide6.QtSvg import QSvgRenderer

from woundtrack.model import REGIONS, BodySite, Side
from woundtrack.resources import asset
from woundtrack.ui.body_map import drawing, name_of, overlap, regions_of, sites_of
from woundtrack.ui.body_map.drawing import read_drawing, read_path
from woundtrack.ui.body_map.sites import home_of

SITES = [BodySite(region=word, side=side) for word in REGIONS for side in (None, *Side)]


def _site(words: str, side: Side | None = None) -> BodySite:
    return BodySite(region=words, side=side)


def _ids(site: BodySite) -> list[str]:
    return [region.id for region in regions_of(site)]


# --- the file ------------------------------------------------------------------------------------


def test_the_drawing_has_58_regions_with_names_of_their_own() -> None:
    ids = [region.id for region in drawing().regions]

    assert len(ids) == len(set(ids)) == 58
    assert len({name_of(region) for region in drawing().regions}) == 58


def test_every_region_is_one_closed_shape_inside_its_half_of_the_sheet() -> None:
    for region in drawing().regions:
        start, end = region.path.elementAt(0), region.path.currentPosition()

        assert (start.x, start.y) == (end.x(), end.y()), region.id
        assert drawing().half(region.view).contains(region.path.boundingRect()), region.id


def test_every_place_of_a_dot_lies_on_its_region_where_nothing_covers_it() -> None:
    regions = drawing().regions

    for number, region in enumerate(regions):
        assert len(region.at) == len(region.sites), region.id
        for place in region.at:
            above = [other.id for other in regions[number + 1 :] if other.path.contains(place)]
            assert region.path.contains(place), region.id
            assert above == [], region.id


def test_the_figures_left_is_at_the_right_of_its_front_and_at_the_left_of_its_back() -> None:
    for region in drawing().regions:
        middle = drawing().half(region.view).center().x()
        is_at_right = region.path.boundingRect().center().x() > middle + 1
        is_at_left = region.path.boundingRect().center().x() < middle - 1

        if region.side is Side.MIDLINE:
            assert not is_at_left, region.id
            assert not is_at_right, region.id
        else:
            assert is_at_right == ((region.view == "front") == (region.side is Side.LEFT)), (
                region.id
            )


def test_left_and_right_are_mirror_images() -> None:
    for region in drawing().regions:
        if region.side is not Side.LEFT:
            continue
        twin = drawing().region(region.id.replace("-left", "-right"))
        middle = drawing().half(region.view).center().x()
        box, other = region.path.boundingRect(), twin.path.boundingRect()

        assert other.left() + box.right() == pytest.approx(2 * middle, abs=0.3), region.id
        assert other.top() == pytest.approx(box.top(), abs=0.1), region.id


def test_qt_draws_the_file_as_the_parser_reads_it(dressed: object) -> None:
    renderer = QSvgRenderer(str(asset("body_map.svg")))

    for region in drawing().regions:
        drawn = renderer.boundsOnElement(region.id)
        box = region.path.boundingRect()
        # Qt adds half the line's width all round.
        assert drawn.center().x() == pytest.approx(box.center().x(), abs=0.6), region.id
        assert drawn.height() == pytest.approx(box.height(), abs=1.6), region.id


def test_the_regions_leave_no_hole_in_the_figure() -> None:
    # The middle of the trunk, the legs and the arms, from head to foot on both views.
    for x_front, y in ((186, 50), (190, 200), (215, 390), (225, 470), (225, 640), (298, 270)):
        for x in (x_front, x_front + 372):
            place = QPointF(x, y)
            assert any(region.path.contains(place) for region in drawing().regions), (x, y)


# --- the parser ----------------------------------------------------------------------------------


def test_a_path_of_m_c_and_z_is_read_as_it_stands() -> None:
    path = read_path("M1,2 C3,4 5,6 7,8 9,10 11,12 13.5,-14 Z")

    wanted = QPainterPath(QPointF(1, 2))
    wanted.cubicTo(3, 4, 5, 6, 7, 8)
    wanted.cubicTo(9, 10, 11, 12, 13.5, -14)
    wanted.closeSubpath()
    assert path == wanted


@pytest.mark.parametrize("command", ["L", "c", "m", "H", "A", "S", "z"])
def test_any_other_command_is_refused(command: str) -> None:
    with pytest.raises(ValueError, match="is not one of M, C and Z"):
        read_path(f"M0,0 {command}1,2 3,4 5,6")


@pytest.mark.parametrize("text", ["M1", "M0,0 C1,2 3,4", "M0,0 C1,2 3,4 5"])
def test_a_path_that_ends_early_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="ends early"):
        read_path(text)


def test_a_file_that_is_cut_off_is_refused() -> None:
    whole = asset("body_map.svg").read_text(encoding="utf-8")

    with pytest.raises(ValueError, match=r"\S"):
        read_drawing(whole[: len(whole) // 2])


# --- sites and regions ---------------------------------------------------------------------------


def test_every_region_stands_for_sites_of_the_model() -> None:
    for region in drawing().regions:
        sites = sites_of(region)

        assert sites, region.id
        assert all(region in regions_of(site) for site in sites), region.id


def test_every_site_of_the_model_lies_somewhere_on_the_map() -> None:
    for site in SITES:
        regions = regions_of(site)

        assert regions, site.words
        assert any(site.region == found.region for one in regions for found in sites_of(one))
        if site.side in {Side.LEFT, Side.RIGHT}:
            assert {region.side for region in regions} <= {site.side, Side.MIDLINE}, site.words


def test_a_site_has_a_home_unless_its_side_would_be_guessed() -> None:
    sided = {
        "flank", "breast", "thigh", "legs", "knee", "lower-leg", "ankle", "foot", "toe",
        "shoulder", "upper-arm", "elbow", "forearm", "wrist", "hand", "finger", "arms",
    }  # fmt: skip

    for site in SITES:
        home = home_of(site)

        is_guess = site.side in {None, Side.MIDLINE} and site.region in sided
        assert (home is None) == is_guess, site.words
        if home is not None:
            regions, middle = home
            # Between the two halves of the chest or the groin lies the midline itself.
            box = regions[0].path.boundingRect()
            for region in regions[1:]:
                box = box.united(region.path.boundingRect())
            assert box.contains(middle), site.words


def test_a_thigh_is_on_both_views_and_its_dot_on_the_front() -> None:
    left = _site("thigh", Side.LEFT)

    home = home_of(left)

    assert _ids(left) == ["front-thigh-left", "back-thigh-left"]
    assert home is not None
    assert [region.id for region in home[0]] == ["front-thigh-left"]


def test_the_abdomen_without_a_side_is_all_four_quarters_with_its_dot_in_the_middle() -> None:
    home = home_of(_site("abdomen"))

    assert home is not None
    assert {region.part for region in home[0]} == {"front-abdomen-upper", "front-abdomen-lower"}
    assert len(home[0]) == 4
    assert home[1].x() == pytest.approx(186)


def test_what_the_drawing_is_too_coarse_for_has_a_place_of_its_own_on_the_region() -> None:
    hand, finger = home_of(_site("hand", Side.LEFT)), home_of(_site("finger", Side.LEFT))

    assert hand is not None
    assert finger is not None
    assert hand[0] == finger[0]
    assert finger[1].y() > hand[1].y() + 20


def test_the_left_of_the_head_is_at_the_figures_left() -> None:
    front = home_of(_site("head", Side.LEFT))
    sacrum = home_of(_site("sacrum", Side.LEFT))

    assert front is not None
    assert sacrum is not None
    assert front[1].x() > 186
    assert sacrum[1].x() < 558


def test_the_genitals_stand_for_two_sites_so_that_a_person_is_asked() -> None:
    sites = sites_of(drawing().region("front-genital"))

    assert [site.words for site in sites] == ["genitalia", "perineum"]


@pytest.mark.parametrize(
    ("one", "other", "may_be_the_same"),
    [
        (_site("thigh", Side.LEFT), _site("thigh", Side.LEFT), True),
        (_site("thigh", Side.LEFT), _site("thigh", Side.RIGHT), False),
        (_site("thigh", Side.LEFT), _site("thigh"), True),
        (_site("hand", Side.RIGHT), _site("finger", Side.RIGHT), True),
        (_site("abdomen", Side.LEFT), _site("abdomen"), True),
        (_site("abdomen", Side.LEFT), _site("flank", Side.LEFT), False),
        (_site("legs", Side.LEFT), _site("thigh", Side.LEFT), True),
    ],
)
def test_two_sites_overlap_where_they_may_be_the_same_skin(
    one: BodySite, other: BodySite, may_be_the_same: bool
) -> None:
    assert overlap(one, other) is may_be_the_same
    assert overlap(other, one) is may_be_the_same
