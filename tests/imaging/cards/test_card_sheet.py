from __future__ import annotations

import io
import itertools
import json
from pathlib import Path

import cv2
import numpy as np
import pypdfium2
import pypdfium2.raw
import pytest
from reportlab.pdfgen.canvas import Canvas

from woundtrack.errors import FileUnwritable, NotUnderstood
from woundtrack.imaging.cards.card import DESIGNS
from woundtrack.imaging.cards.faces import draw_card
from woundtrack.imaging.cards.sheet import card_layout, write_card_sheet
from woundtrack.imaging.cards.sheet_page import PT_PER_MM, Page

DPI = 300
PX_PER_MM = DPI / 25.4
KINDS = ("card", "window", "square", "strip")


def sheet(paper: str = "a4", kind: str = "card", subject: str | None = None) -> bytes:
    out = io.BytesIO()
    write_card_sheet(out, kind, paper, subject)
    return out.getvalue()


def words_on(kind: str, paper: str = "a4", subject: str | None = None) -> str:
    document = pypdfium2.PdfDocument(sheet(paper, kind, subject))
    page = document[0]
    text_page = page.get_textpage()
    words = str(text_page.get_text_range())
    text_page.close()
    page.close()
    document.close()
    return words


def rendered(
    paper: str, dpi: int = DPI, kind: str = "card", subject: str | None = None
) -> np.ndarray:
    return raster(sheet(paper, kind, subject), dpi)


def raster(pdf: bytes, dpi: int) -> np.ndarray:
    document = pypdfium2.PdfDocument(pdf)
    try:
        picture = document[0].render(scale=dpi / 72, grayscale=True).to_numpy()
        return np.ascontiguousarray(picture.reshape(picture.shape[:2]))
    finally:
        document.close()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_the_printed_tags_have_their_exact_size_and_place(paper: str, kind: str) -> None:
    parameters = cv2.aruco.DetectorParameters()
    parameters.cornerRefinementMethod = cv2.aruco.CORNER_REFINE_SUBPIX
    dictionary = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_APRILTAG_36h11)
    detector = cv2.aruco.ArucoDetector(dictionary, parameters)
    expected = []
    for card in card_layout(kind, paper).cards:
        design = next(one for one in DESIGNS if one.name == card.name)
        x, y = card.rect_mm[:2]
        for tag_id, ring in zip(design.tag_ids, design.tags_mm, strict=True):
            expected.append((tag_id, np.array(ring) + np.array([x, y])))

    corners, ids, _ = detector.detectMarkers(rendered(paper, kind=kind))

    assert ids is not None
    assert sorted(ids.ravel().tolist()) == sorted(tag_id for tag_id, _ in expected)
    for quad, found in zip(corners, ids.ravel().tolist(), strict=True):
        corners_mm = (quad.reshape(4, 2) + 0.5) / PX_PER_MM
        off = [np.abs(corners_mm - ring).max() for number, ring in expected if number == found]
        assert min(off) < 0.1
        sides = np.linalg.norm(corners_mm - np.roll(corners_mm, 1, axis=0), axis=1)
        np.testing.assert_allclose(sides, np.median(sides), atol=0.05)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_cards_lie_apart_from_each_other_and_from_the_pages_edge(paper: str, kind: str) -> None:
    layout = card_layout(kind, paper)
    width, height = layout.page_mm
    boxes = [card.rect_mm for card in layout.cards]

    for x, y, across, down in boxes:
        assert x >= 8
        assert x + across <= width - 8
        assert y + down <= height - 68  # room for the check bars below
    for one, other in itertools.combinations(boxes, 2):
        gaps = (abs(one[0] - other[0]) - one[2], abs(one[1] - other[1]) - one[3])
        assert max(gaps) >= 4


@pytest.mark.parametrize(
    ("kind", "sentences"),
    [
        ("window", ("Window card", "Window W1-A", "Window W1-B", "Wound in the hole,")),
        ("square", ("Small square", "Square S1-A", "Square S1-D", "of up to 5 cm.")),
        ("strip", ("Strip for limbs", "Strip T1-A", "Strip T1-D", "Patient code", "Site, side")),
    ],
)
def test_each_kind_has_its_words_and_the_check_of_the_print(
    kind: str, sentences: tuple[str, ...]
) -> None:
    words = words_on(kind)

    for sentence in (*sentences, "Check the print before you use it", f"woundtrack {kind} sheet 3"):
        assert sentence in words


def test_there_is_a_bar_of_100_mm_upright_too() -> None:
    picture = rendered("a4")
    column = picture[:, round(199.0 * PX_PER_MM)]

    (start, end) = max(black_runs_mm(column, PX_PER_MM), key=lambda run: run[1] - run[0])

    assert end - start == pytest.approx(100, abs=0.4)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_the_picture_tells_what_to_do_in_four_panels(paper: str, kind: str) -> None:
    words = words_on(kind, paper)

    for title in ("Print", "Cut out", "Lay it down", "Photograph"):
        assert title in words
    for told in ("matt paper", "matt film", "no flash, no glare", "within 2 cm|round a wound"):
        assert any(way in " ".join(words.split()) for way in told.split("|"))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_nothing_is_printed_where_a_printer_may_not_reach(paper: str, kind: str) -> None:
    picture = rendered(paper, kind=kind)
    margin = round(8.0 * PX_PER_MM) - 1
    inside = picture[margin:-margin, margin:-margin]

    assert (inside < 200).sum() == (picture < 200).sum()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_nothing_is_on_the_cards_but_the_card(paper: str, kind: str) -> None:
    layout = card_layout(kind, paper)
    width, height = layout.page_mm
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(width * PT_PER_MM, height * PT_PER_MM))
    for card in layout.cards:
        design = next(one for one in DESIGNS if one.name == card.name)
        draw_card(Page(canvas, height), design, card.rect_mm[:2])
    canvas.showPage()
    canvas.save()

    alone, whole = raster(out.getvalue(), DPI), rendered(paper, kind=kind)

    for card in layout.cards:
        rings = [np.round(np.array(ring) * PX_PER_MM).astype(np.int32) for ring in card.paper_mm]
        on_card = cv2.fillPoly(np.zeros_like(whole), rings, 1).astype(bool)
        assert (alone[on_card] == whole[on_card]).all()
        assert (whole[on_card] < 128).any()


def black_runs_mm(line: np.ndarray, px_per_mm: float) -> list[tuple[float, float]]:
    """Return start and end of each dark run of a row of grey values, mm."""
    dark = np.concatenate(([0], (line < 128).astype(np.int8), [0]))
    change = np.diff(dark)
    starts, ends = np.flatnonzero(change == 1), np.flatnonzero(change == -1)
    return [(float(s) / px_per_mm, float(e) / px_per_mm) for s, e in zip(starts, ends, strict=True)]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_the_layout_tells_where_the_two_bars_of_100_mm_are(paper: str, kind: str) -> None:
    picture = rendered(paper, kind=kind)
    ((left, y), (right, _)), ((x, top), (_, bottom)) = card_layout(kind, paper).bars_mm

    across = picture[round(y * PX_PER_MM), round((left - 2) * PX_PER_MM) :]
    down = picture[round((top - 2) * PX_PER_MM) :, round(x * PX_PER_MM)]

    assert (right - left, bottom - top) == pytest.approx((100, 100))
    for line in (across, down):
        start, end = black_runs_mm(line, PX_PER_MM)[0]
        assert start == pytest.approx(2, abs=0.3)
        assert end - start == pytest.approx(100, abs=0.5)


def test_the_check_bar_is_100_mm_long() -> None:
    px_per_mm = 600 / 25.4
    row = rendered("a4", 600)[round((221.8 + 30.0 + 4.0) * px_per_mm)]

    runs = black_runs_mm(row[: round(125 * px_per_mm)], px_per_mm)

    bars = [(start + end) / 2 for start, end in runs]  # the two tall ends
    assert bars == pytest.approx([20.0, 120.0], abs=0.05)


def test_the_cards_ruler_has_a_tick_every_millimetre() -> None:
    px_per_mm = 600 / 25.4
    picture = rendered("a4", 600)
    row = picture[round((40.0 + 78.0) * px_per_mm)]

    runs = black_runs_mm(row[round(29.8 * px_per_mm) : round(130.2 * px_per_mm)], px_per_mm)

    ticks = [(start + end) / 2 + round(29.8 * px_per_mm) / px_per_mm for start, end in runs]
    assert ticks == pytest.approx([30.0 + step for step in range(101)], abs=0.05)


def test_nothing_on_the_sheet_is_a_bitmap() -> None:
    document = pypdfium2.PdfDocument(sheet())
    page = document[0]
    kinds = {item.type for item in page.get_objects()}
    count = len(document)
    page.close()
    document.close()

    assert count == 1
    assert pypdfium2.raw.FPDF_PAGEOBJ_PATH in kinds
    assert pypdfium2.raw.FPDF_PAGEOBJ_IMAGE not in kinds
    assert b"/Subtype /Image" not in sheet()


@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_viewers_are_told_not_to_scale_it(paper: str) -> None:
    assert b"/PrintScaling /None" in sheet(paper)


@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_the_same_sheet_is_always_the_same_bytes(paper: str) -> None:
    assert sheet(paper) == sheet(paper)


def test_every_word_on_the_sheet_can_be_read() -> None:
    words = words_on("card")

    for sentence in (
        "Calibration card",
        "Patient code",
        "Site, side",
        "Date",
        "Card L1-A",
        "Card L1-B",
        "Print at 100 % (“Actual size”), never “Fit to page”.",
        "Enter both lengths in woundtrack,",
        "Under 94 or over 106: print again.",
        "Research software, not a medical device.",
        "woundtrack card sheet 3, A4",
    ):
        assert sentence in words


@pytest.mark.parametrize(("paper", "page_mm"), [("a4", [210.0, 297.0]), ("letter", [215.9, 279.4])])
def test_the_layout_prints_as_json(paper: str, page_mm: list[float]) -> None:
    layout = json.loads(json.dumps(card_layout("card", paper).as_json()))

    assert layout["page_mm"] == page_mm
    assert [card["kind"] for card in layout["cards"]] == ["card", "card"]
    for card in layout["cards"]:
        x, y, width, height = card["rect_mm"]
        (ring,) = card["paper_mm"]
        assert (width, height) == (120, 80)
        assert [min(p[0] for p in ring), min(p[1] for p in ring)] == [x, y]
        assert [max(p[0] for p in ring), max(p[1] for p in ring)] == [x + 120, y + 80]
        assert y + height < layout["page_mm"][1] - 60  # room for the check bar below


def test_the_cut_edge_of_a_card_is_an_l_with_arms_of_25_mm() -> None:
    (ring,) = card_layout().cards[0].paper_mm
    xs, ys = zip(*ring, strict=True)
    area = abs(sum(x * ys[i - 1] - xs[i - 1] * y for i, (x, y) in enumerate(ring))) / 2

    assert area == pytest.approx(25 * 80 + 95 * 25)


def test_a_kind_that_does_not_exist_names_those_that_do() -> None:
    with pytest.raises(NotUnderstood, match="there are the kinds card, window, square and strip"):
        card_layout("ribbon")


def test_a_paper_that_does_not_exist_names_those_that_do() -> None:
    with pytest.raises(NotUnderstood, match="a4 and letter"):
        write_card_sheet(io.BytesIO(), "card", "a5")


def test_a_folder_that_is_not_there_is_said_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(FileUnwritable, match="its folder does not exist"):
        write_card_sheet(tmp_path / "gone" / "card.pdf")


def test_the_sheet_is_written_to_a_path(tmp_path: Path) -> None:
    write_card_sheet(tmp_path / "card.pdf")

    assert (tmp_path / "card.pdf").read_bytes() == sheet()


@pytest.mark.parametrize("kind", KINDS)
def test_a_card_for_one_patient_bears_the_code_and_keeps_its_tags(kind: str) -> None:
    words = words_on(kind, subject="WT-0147")

    assert words.count("WT-0147") == len(card_layout(kind).cards)
    assert found_ids(rendered("a4", kind=kind, subject="WT-0147")) == found_ids(
        rendered("a4", kind=kind)
    )


@pytest.mark.parametrize(("kind", "codes"), [("card", 2), ("window", 2), ("square", 0)])
def test_the_code_is_printed_for_machines_where_there_is_room(kind: str, codes: int) -> None:
    picture = rendered("a4", kind=kind, subject="WT-0147")

    read = []
    for card in card_layout(kind).cards:
        design = next(one for one in DESIGNS if one.name == card.name)
        if design.code_mm is not None:
            left, top, side = design.code_mm
            x, y = card.rect_mm[0] + left, card.rect_mm[1] + top
            x0, x1 = round((x - 2.5) * PX_PER_MM), round((x + side + 2.5) * PX_PER_MM)
            y0, y1 = round((y - 2.5) * PX_PER_MM), round((y + side + 2.5) * PX_PER_MM)
            read.append(cv2.QRCodeDetector().detectAndDecode(picture[y0:y1, x0:x1])[0])
    assert read == ["WT-0147"] * codes


@pytest.mark.parametrize("subject", ["", "   ", "7" * 41, "two\nlines 2", "患者 1"])
def test_a_code_that_no_card_can_bear_is_said_in_a_sentence(subject: str) -> None:
    with pytest.raises(NotUnderstood, match="one to 40 Latin letters"):
        write_card_sheet(io.BytesIO(), "card", "a4", subject)


def test_a_name_is_printed_on_no_card() -> None:
    with pytest.raises(NotUnderstood, match="must not be a person's name"):
        write_card_sheet(io.BytesIO(), "card", "a4", "Anna Schmidt")


def found_ids(picture: np.ndarray) -> list[int]:
    dictionary = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_APRILTAG_36h11)
    _, ids, _ = cv2.aruco.ArucoDetector(dictionary).detectMarkers(picture)
    return sorted(int(one) for one in ids.ravel())
