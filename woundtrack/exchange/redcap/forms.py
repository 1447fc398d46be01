"""The forms of the project, in their order; and those of what went on: treatments and events.

Hides that what was chosen from a list and what was typed beside it are two fields.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from woundtrack.exchange.redcap.dictionary import Field
from woundtrack.exchange.redcap.filling import (
    Filled,
    Form,
    Maker,
    Numbers,
    entry_name,
    lesion_of,
    why_no,
)
from woundtrack.exchange.redcap.patient_forms import (
    diagnosis_form,
    enrolment_form,
    lesion_form,
    lesion_link_form,
    risk_factor_form,
)
from woundtrack.exchange.redcap.visit_forms import (
    finding_form,
    lab_form,
    measurement_form,
    pain_form,
    visit_form,
)
from woundtrack.exchange.redcap.words import label_of, raw_of
from woundtrack.exchange.tables.closed import DOSE_UNITS, FREQUENCIES, ROUTES, UNLISTED
from woundtrack.exchange.tables.record import (
    EVENTS,
    TREATMENTS,
)
from woundtrack.model import (
    EventKind,
    Treatment,
)


def treatment_form() -> Form:
    """Return the form ``treatment``."""
    make = Maker("treatment", "tx", TREATMENTS)

    def listed(stem: str, label: str, inside: str, words: tuple[str, ...]) -> Iterator[Filled]:
        def word(row: Treatment, _: Numbers) -> str | None:
            found = getattr(row, inside)
            return (found if found in words else UNLISTED) if found else None

        def typed(row: Treatment, _: Numbers) -> str | None:
            found = getattr(row, inside)
            return None if found in words else found

        yield make.own(
            Field(
                name=stem,
                form="",
                kind="dropdown",
                label=label,
                choices=(
                    *((raw_of(one), one) for one in words),
                    (UNLISTED, label_of(UNLISTED)),
                ),
            ),
            word,
        )
        yield make.own(
            Field(
                name=f"{stem}_text",
                form="",
                label=f"{label}, in other words",
                branching=make.shown_for(stem, (UNLISTED,)),
            ),
            typed,
            is_free_text=True,
        )

    return Form(
        name=make.form,
        label="[tx_agent]",
        rows=TREATMENTS.rows,
        fields=(
            make.key(entry_name),
            make.number_of("lesion_no", "Lesion (its instance); empty: of the patient", lesion_of),
            *make.taken("agent", "What was given or done"),
            *make.taken("name", "Which one"),
            *listed("route", "Route", "route", ROUTES),
            *make.taken("dose_value", "Dose"),
            *listed("dose_unit", "Unit of the dose", "dose_unit", DOSE_UNITS),
            *listed("frequency", "How often", "frequency", FREQUENCIES),
            *make.when(
                "start", "Start", lambda row, _: row.start, is_partial=True, why=why_no("start")
            ),
            *make.when("stop", "End", lambda row, _: row.stop, is_partial=True, why=why_no("stop")),
            *make.taken("stop_reason", "Why it ended"),
            *make.taken("intensified", "Intensified because nothing changed"),
            make.number_of(
                "follows_no",
                "Treatment (its instance) that this is the next dose of",
                lambda row, numbers: numbers.treatments.get(row.follows),
            ),
            *make.taken("why", "Why it was given", is_long=True),
            *make.by(),
        ),
    )


def event_form() -> Form:
    """Return the form ``event``."""
    make = Maker("event", "ev", EVENTS)
    return Form(
        name=make.form,
        label="[ev_kind]",
        rows=EVENTS.rows,
        fields=(
            make.key(entry_name),
            make.number_of("lesion_no", "Lesion (its instance); empty: of the patient", lesion_of),
            *make.taken("kind", "What happened"),
            *make.when("", "When", lambda row, _: row.on, is_partial=True, is_required=True),
            *make.when(
                "end",
                "When it was over",
                lambda row, _: row.ended_on,
                is_partial=True,
                why=why_no("ended_on"),
            ),
            *make.taken("related", "Has to do with calciphylaxis"),
            *make.taken("serious", "Serious"),
            *make.taken(
                "death_cause",
                "Cause of death",
                branching=make.shown_for("kind", (EventKind.DEATH.value,)),
            ),
            *make.taken("detail", "Detail"),
            *make.taken("source", "Where it is known from"),
            *make.by(),
        ),
    )


FORMS: Final[tuple[Form, ...]] = (
    enrolment_form(),
    diagnosis_form(),
    risk_factor_form(),
    lesion_form(),
    lesion_link_form(),
    visit_form(),
    measurement_form(),
    finding_form(),
    pain_form(),
    lab_form(),
    treatment_form(),
    event_form(),
)
"""Every form but those of scores, in the order of the project."""
