"""Starts woundtrack as ``python -m woundtrack``: the command line, which may open the window."""

from __future__ import annotations

import sys

from woundtrack.cli import main

if __name__ == "__main__":
    sys.exit(main())
