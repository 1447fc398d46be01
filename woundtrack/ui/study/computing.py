"""What a worker does for the Study room: read the cohort.

Hides that it happens away from the window, with a connection of its own.
"""

from __future__ import annotations

from pathlib import Path

from woundtrack.model import Progress, no_progress
from woundtrack.workflow.cohort import Cohort, cohort_of


def read_cohort(folder: Path, *, with_unasked: bool, progress: Progress = no_progress) -> Cohort:
    """Read a library's cohort with a connection of its own."""
    from woundtrack.records import Library  # loads the database layer, on the worker

    with Library.open(folder, read_only=True) as library:
        return cohort_of(library, with_unasked=with_unasked, progress=progress)
