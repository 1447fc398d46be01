"""Out to other people's tools: tidy CSV now.

Hides file formats and what may leave the clinic in them.
"""

from __future__ import annotations

from woundtrack.exchange.csv_bundle import write_csv_bundle

__all__ = ["write_csv_bundle"]
