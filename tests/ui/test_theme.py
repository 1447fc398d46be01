"""The colours can be told apart and read; the theme changes while the window is open."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from woundtrack.ui import theme
from woundtrack.ui.theme import DARK, LIGHT, Tokens


def contrast(first: str, second: str) -> float:
    """Return the contrast ratio of two colours (WCAG 2.2, relative luminance)."""

    def luminance(colour: str) -> float:
        parts = []
        for start in (1, 3, 5):
            share = int(colour[start : start + 2], 16) / 255
            parts.append(share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4)
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    lighter, darker = sorted((luminance(first), luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


TEXT_PAIRS = [
    *(
        (ink, ground)
        for ink in ("text", "text2", "accent")
        for ground in ("surface", "bg", "inset")
    ),
    ("text3", "surface"),
    ("text3", "bg"),
    ("on_accent", "accent"),
    ("on_accent", "accent_hover"),
    ("on_accent", "accent_pressed"),
    ("accent", "accent_soft"),
    ("text", "accent_soft"),
    ("good", "good_soft"),
    ("doubt", "doubt_soft"),
    ("refuse", "refuse_soft"),
    ("text", "doubt_soft"),
    ("text", "refuse_soft"),
    ("text", "good_soft"),
    ("on_tip", "tip"),
]


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), TEXT_PAIRS, ids=str)
def test_every_text_can_be_read_on_its_ground(tokens: Tokens, ink: str, ground: str) -> None:
    ratio = contrast(getattr(tokens, ink), getattr(tokens, ground))

    assert ratio >= 4.5


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_the_edges_of_controls_stand_out_from_both_grounds(tokens: Tokens) -> None:
    assert contrast(tokens.edge, tokens.surface) >= 3
    assert contrast(tokens.edge, tokens.bg) >= 3


@pytest.mark.parametrize(
    ("tokens", "ground"), [(LIGHT, "#FFFFFF"), (DARK, "#1D2125")], ids=["light", "dark"]
)
@pytest.mark.parametrize("number", range(1, 13))
def test_every_lesion_colour_stands_out(tokens: Tokens, ground: str, number: int) -> None:
    assert contrast(theme.lesion_series(number, tokens).colour, ground) >= 3


def test_the_contrast_of_black_on_white_is_21() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21.0)


def test_twelve_lesions_have_twelve_forms_and_the_thirteenth_begins_again() -> None:
    forms = {
        (series.colour, series.is_dashed)
        for series in (theme.lesion_series(number, LIGHT) for number in range(1, 13))
    }

    assert len(forms) == 12
    assert theme.lesion_series(1, LIGHT) == theme.Series(
        colour="#0590F5", marker="circle", is_dashed=False
    )
    assert theme.lesion_series(12, LIGHT).marker == "plus"
    assert theme.lesion_series(13, LIGHT) == theme.lesion_series(1, LIGHT)


@pytest.mark.parametrize(("choice", "expected"), [("light", LIGHT), ("dark", DARK)])
def test_the_palette_carries_the_theme_that_is_on(
    qapp: QApplication, choice: theme.ThemeChoice, expected: Tokens
) -> None:
    theme.apply(qapp, choice)

    assert theme.current() is expected
    assert qapp.palette().color(QPalette.ColorRole.Highlight) == QColor(expected.accent)


def test_the_style_sheet_has_no_token_left_unfilled() -> None:
    assert "@" not in theme.style_sheet(LIGHT)
    assert "@" not in theme.style_sheet(DARK)


def test_figures_have_equal_width_and_families_fall_back(dressed: QApplication) -> None:
    made = theme.font("area")

    assert made.pixelSize() == 34
    assert made.families()[:3] == ["Inter", "Segoe UI", "Noto Sans"]
    assert [tag.toString() for tag in made.featureTags()] == [b"tnum"]
