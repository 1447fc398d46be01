"""What the demonstration gives could be so: a dose, its unit, how often and by which route."""

from __future__ import annotations

from woundtrack.demo.history import Given, History
from woundtrack.demo.patients import CLINIC
from woundtrack.exchange.tables.closed import DOSE_UNITS, FREQUENCIES, ROUTES
from woundtrack.model import Agent, Dialysis, EventKind, StopReason
from woundtrack.ui.record.entry_forms import _HOW_OFTEN, _UNITS

DRUGS = frozenset(
    {
        Agent.SODIUM_THIOSULFATE_IV,
        Agent.CINACALCET,
        Agent.ETELCALCETIDE,
        Agent.VITAMIN_K1,
        Agent.MAGNESIUM,
        Agent.BISPHOSPHONATE,
        Agent.NON_CALCIUM_BINDER,
        Agent.SYSTEMIC_ANTIBIOTIC,
        Agent.OPIOID,
    }
)


def given() -> list[tuple[History, Given]]:
    """Return everything that is given, and to whom."""
    return [
        (patient.history, one)
        for patient in CLINIC
        if patient.history is not None
        for one in patient.history.given
    ]


def test_every_drug_has_a_dose_a_unit_of_the_form_how_often_and_a_route() -> None:
    drugs = [one for _, one in given() if one.agent in DRUGS]

    assert len(drugs) > 15
    for one in drugs:
        assert one.dose, one
        assert one.unit in DOSE_UNITS, one
        assert one.frequency, one
        assert one.route in ROUTES, one


def test_a_patch_is_told_by_the_hour_and_lies_on_the_skin_for_three_days() -> None:
    patches = [one for _, one in given() if "patch" in one.text]

    assert [(one.dose, one.unit, one.frequency, one.route) for one in patches] == [
        (25, "micrograms/h", "every 72 hours", "transdermal")
    ]


def test_nobody_on_dialysis_has_morphine_and_etelcalcetide_goes_by_the_dialysis_line() -> None:
    on_dialysis = [one for who, one in given() if who.dialysis is Dialysis.HAEMODIALYSIS]

    assert "morphine" not in {one.text for one in on_dialysis}
    assert {one.route for one in on_dialysis if one.agent is Agent.ETELCALCETIDE} == {"IV"}


def test_what_ends_with_a_life_is_not_called_completed() -> None:
    for who, one in given():
        died = [event.week for event in who.happened if event.kind is EventKind.DEATH]
        if died and one.stop is not None and died[0] - one.stop < 0.1:
            assert one.stop_reason is StopReason.DEATH


def test_the_form_offers_the_units_and_times_that_exports_know() -> None:
    assert (_UNITS, _HOW_OFTEN) == (DOSE_UNITS, FREQUENCIES)
