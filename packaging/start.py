"""Where a packaged woundtrack starts: the window for a double click, else the command line.

Hides how a desktop names a library: by its folder, or by the ``library.db`` in it.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Sequence
from pathlib import Path


def library_named(arguments: Sequence[str]) -> Path | None:
    """Return the library's folder where a desktop was asked to open one, None for a command.

    A path always holds a separator, so that no folder can take the place of a command:
    ``woundtrack demo`` is the command wherever it is typed, ``woundtrack ./demo`` the folder.
    """
    if len(arguments) != 1 or arguments[0].startswith("-"):
        return None
    if not any(separator in arguments[0] for separator in (os.sep, os.altsep or os.sep)):
        return None
    path = Path(arguments[0])
    return path.parent if path.name == "library.db" else path


def main(arguments: Sequence[str]) -> int:
    """Open the window on a library, or run a command; returns the exit code."""
    library = library_named(arguments)
    if library is not None:
        from woundtrack.ui import app

        return app.run(library)
    from woundtrack import cli

    return cli.main(arguments)


if __name__ == "__main__":
    multiprocessing.freeze_support()  # the demonstration renders its photographs on other cores
    sys.exit(main(sys.argv[1:]))
