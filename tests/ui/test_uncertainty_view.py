from __future__ import annotations

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from woundtrack.model import Measurement, Term
from woundtrack.ui.review.uncertainty_view import UncertaintyView, causes_of


def term(name: str, area_mm2: float, *, is_bound: bool = False) -> Term:
    return Term(
        name=name, area_mm2=area_mm2, perimeter_mm=1, length_mm=1, width_mm=1, is_bound=is_bound
    )


def measured(*terms: Term) -> Measurement:
    return Measurement(
        area_mm2=600,
        area_low_mm2=560,
        area_high_mm2=640,
        perimeter_mm=90,
        length_mm=30,
        width_mm=25,
        terms=terms,
    )


def test_causes_stand_by_size_and_small_ones_together(dressed: QApplication) -> None:
    causes = causes_of(
        (term("edge", 30), term("plane", 16), term("lens", 1.0), term("corners", 1.1))
    )

    assert [cause.name for cause in causes] == [
        "Where the edge was put",
        "Scale not level with the wound",
        "All the rest",
    ]
    assert [cause.size for cause in causes] == [
        "±\u202f0.30\u202fcm²",
        "±\u202f0.16\u202fcm²",
        "±\u202f0.01\u202fcm²",
    ]


def test_a_bound_says_which_way_it_reaches(dressed: QApplication) -> None:
    (up,) = causes_of((term("curvature", 120, is_bound=True),))
    (down,) = causes_of((term("curvature", -40, is_bound=True),))

    assert (up.name, up.size) == ("What a round limb hides", "+\u202f1.2\u202fcm²")
    assert (down.name, down.size) == ("A round that one card can't show", "−\u202f0.40\u202fcm²")


def test_the_largest_cause_comes_with_what_to_do(qtbot: QtBot, dressed: QApplication) -> None:
    view = UncertaintyView()
    qtbot.addWidget(view)

    view.show_measurement(measured(term("print", 70), term("edge", 30)))

    assert "two bars" in view.advice
    assert "The printer's scale" in view.accessibleName()


def test_what_to_do_about_an_unclear_edge_names_the_edge(
    qtbot: QtBot, dressed: QApplication
) -> None:
    view = UncertaintyView()
    qtbot.addWidget(view)

    view.show_measurement(measured(term("ambiguity", 70), term("edge", 30)))

    assert "the edge elsewhere" in view.advice
