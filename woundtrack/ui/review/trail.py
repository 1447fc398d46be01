"""Which photographs were shown one after the other: where going back and going forward lead.

Hides that going back leaves a way forward, which opening another photograph closes.
"""

from __future__ import annotations

from collections.abc import Callable

IsThere = Callable[[str], bool]
"""Tells whether a photograph can still be shown, by its id."""


class Trail:
    """The way through the photographs, with one that was shown last."""

    def __init__(self) -> None:
        self._shown: str | None = None
        self._past: list[str] = []
        self._ahead: list[str] = []

    @property
    def shown(self) -> str | None:
        """The photograph in view, or the one that was before the room became empty."""
        return self._shown

    @property
    def has_past(self) -> bool:
        """Whether another one was shown before."""
        return bool(self._past)

    @property
    def has_ahead(self) -> bool:
        """Whether it was gone back from another one."""
        return bool(self._ahead)

    def went(self, photograph_id: str) -> None:
        """Note that a photograph is shown."""
        if self._shown == photograph_id:
            return
        if self._shown is not None:
            self._past.append(self._shown)
            self._ahead.clear()
        self._shown = photograph_id

    def back(self, is_there: IsThere) -> str | None:
        """Go back to the one shown before; returns it, or None at the beginning."""
        return self._move(self._past, self._ahead, is_there)

    def forward(self, is_there: IsThere) -> str | None:
        """Go to the one that was gone back from; returns it, or None at the end."""
        return self._move(self._ahead, self._past, is_there)

    def forget(self) -> None:
        """Begin anew."""
        self._shown = None
        self._past.clear()
        self._ahead.clear()

    def _move(self, source: list[str], behind: list[str], is_there: IsThere) -> str | None:
        source[:] = [one for one in source if is_there(one)]
        if not source:
            return None
        if self._shown is not None:
            behind.append(self._shown)
        self._shown = source.pop()
        return self._shown
