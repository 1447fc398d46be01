"""Where a packaged woundtrack starts: the command line, which for a double click is the window."""

from __future__ import annotations

import multiprocessing
import sys

from woundtrack import cli


def main() -> int:
    """Run what the command line says; returns the exit code."""
    # The demonstration renders its photographs on other cores, and each starts this program again.
    multiprocessing.freeze_support()
    return cli.main()


if __name__ == "__main__":
    sys.exit(main())
