"""The program as a person has it: its own process on a screen of its own, a mouse, keys, and eyes.

Hides Xvfb, xdotool, and how what is on screen comes to be known. The program is started by its own
command line, in a process where an ``Eye`` looks on: it reads what is drawn and when it was
painted, and changes nothing. Mouse and keys are X events: the program can't tell whose they are.
"""

from __future__ import annotations

import contextlib
import json
import math
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from woundtrack.model import Outline, Point

if TYPE_CHECKING:
    from PySide6.QtCore import QEvent, QObject

SCREEN: Final = (1366, 768)
PATIENCE_S: Final = 90.0
_TICK_MS: Final = 20  # how often the eye looks, beside every painting
_WRAP_MS: Final = 2**32  # the X server's clock has 32 bits


class WindowStuck(Exception):
    """The window, the screen or the mouse didn't do what was waited for; says what."""


def why_not() -> str:
    """Return what this machine lacks to show a window to nobody; empty where it can."""
    missing = [name for name in ("Xvfb", "xdotool") if shutil.which(name) is None]
    named = " and ".join(missing)
    return f"{named} must be installed: apt install xvfb xdotool" if missing else ""


# --- the screen and the hand ---------------------------------------------------------------------


@contextlib.contextmanager
def screen() -> Iterator[str]:
    """Run an X server that shows nothing, and yield its display.

    Raises ``WindowStuck``.
    """
    if lack := why_not():
        raise WindowStuck(lack)
    read_end, write_end = os.pipe()
    size = f"{SCREEN[0]}x{SCREEN[1]}x24"
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write_end), "-screen", "0", size, "-nolisten", "tcp"],
        pass_fds=(write_end,),
        stderr=subprocess.DEVNULL,
    )
    os.close(write_end)
    try:
        with os.fdopen(read_end, encoding="ascii") as answer:
            number = answer.readline().strip()
        if not number:
            raise WindowStuck("Xvfb ended without a screen.")
        yield f":{number}"
    finally:
        _end(server)


def _end(process: subprocess.Popen[str] | subprocess.Popen[bytes], patience_s: float = 5) -> None:
    process.terminate()
    try:
        process.wait(patience_s)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


class Hand:
    """A mouse and a keyboard: one ``xdotool`` that does what it is told, line by line."""

    def __init__(self, display: str) -> None:
        self._tool = subprocess.Popen(
            ["xdotool", "-"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            bufsize=1,
            env={**os.environ, "DISPLAY": display},
        )

    def _do(self, words: str) -> None:
        """Do it, and return when it is done: ``xdotool`` answers the question after it."""
        into, out = self._tool.stdin, self._tool.stdout
        if into is None or out is None:
            raise WindowStuck("The mouse is gone.")
        try:
            into.write(f"{words}\ngetmouselocation\n")
            into.flush()
        except BrokenPipeError:
            raise WindowStuck(f"xdotool ended at: {words}") from None
        if not out.readline():
            raise WindowStuck(f"xdotool ended at: {words}")

    def move(self, at: Point) -> None:
        """Move the pointer to a place on the screen."""
        self._do(f"mousemove {round(at[0])} {round(at[1])}")

    def click(self, at: Point, held: str = "") -> None:
        """Click with the left button, with a key held."""
        self.move(at)
        if held:
            self._do(f"keydown {held}")
        self._do("mousedown 1")
        self._do("mouseup 1")
        if held:
            self._do(f"keyup {held}")

    def drag(self, start: Point, end: Point, button: int = 1, steps: int = 8) -> None:
        """Drag in a straight line, as many events on the way."""
        self.move(start)
        self._do(f"mousedown {button}")
        for step in range(1, steps + 1):
            part = step / steps
            at = tuple(a + (b - a) * part for a, b in zip(start, end, strict=True))
            self.move((at[0], at[1]))
            time.sleep(0.008)  # a mouse sends 125 events a second
        self._do(f"mouseup {button}")

    def wheel(self, at: Point, turns: int) -> None:
        """Turn the wheel, away from oneself where positive."""
        self.move(at)
        for _ in range(abs(turns)):
            self._do(f"click {4 if turns > 0 else 5}")

    def key(self, name: str) -> None:
        """Press a key and let it go; named as xdotool names it."""
        self._do(f"key {name}")

    def fill_screen(self, title: str) -> None:
        """Make a window as large as the screen and give it the keys, as a desktop would."""
        wide, high = SCREEN
        found = f"search --sync --onlyvisible --limit 1 --name {title}"
        self._do(f"{found} windowmove 0 0 windowsize {wide} {high} windowfocus")

    def close(self) -> None:
        """Put mouse and keyboard away."""
        if self._tool.stdin is not None:
            with contextlib.suppress(BrokenPipeError):
                self._tool.stdin.close()
        _end(self._tool)
        if self._tool.stdout is not None:
            self._tool.stdout.close()


# --- what is seen --------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """What the review room shows, as last seen; places in pixels of the photograph.

    Attributes
    ----------
    photograph
        The file that is open; empty where none is.
    outlines, in_hand
        Those drawn, and the place among them of the one in hand; None where none is.
    version, painted_at
        Counts the changes of what is drawn, and when the last of them was painted, in seconds of
        ``time.monotonic``; None while it isn't.
    released_at, releases
        When the X server saw the left button let go last, and how often the photograph had it.
    worked_s
        Processor time of the whole program from that release until ``painted_at``, s.
    scale, origin, view
        Pixels of the screen for one of the photograph, where its corner lies on the screen, and the
        view's box there.
    """

    room: str
    photograph: str
    is_sharp: bool
    is_working: bool
    outlines: tuple[Outline, ...]
    in_hand: int | None
    version: int
    painted_at: float | None
    released_at: float
    releases: int
    worked_s: float
    notice: str
    can_accept: bool
    scale: float
    origin: Point
    view: tuple[int, int, int, int]

    @property
    def is_open(self) -> bool:
        """Whether a photograph is in view as it is, all that is drawn on it painted."""
        return self.is_sharp and not self.is_working and self.painted_at is not None

    def on_screen(self, point: Point) -> Point:
        """Return where a place of the photograph is on the screen."""
        x, y = point
        return (self.origin[0] + x * self.scale, self.origin[1] + y * self.scale)

    def is_in_view(self, point: Point, room: float = 6.0) -> bool:
        """Whether a place is in view, ``room`` screen pixels from its edge."""
        x, y = self.on_screen(point)
        x0, y0, x1, y1 = self.view
        return x0 + room <= x < x1 - room and y0 + room <= y < y1 - room


def _seen(line: str) -> Seen:
    told: dict[str, Any] = json.loads(line)
    rings = [[tuple((x, y) for x, y in ring) for ring in one] for one in told.pop("outlines")]
    return Seen(
        outlines=tuple(Outline(outer=outer, islands=tuple(rest)) for outer, *rest in rings),
        origin=tuple(told.pop("origin")),
        view=tuple(told.pop("view")),
        **told,
    )


class Program:
    """woundtrack in a process of its own, on a library, in the review room."""

    def __init__(self, library: Path, display: str, settings: Path) -> None:
        settings.mkdir(parents=True, exist_ok=True)
        (settings / "window.ini").write_text("[tour]\nseen=true\n", encoding="ascii")
        self._words = settings / "said.txt"
        self.hand = Hand(display)
        read_end, write_end = os.pipe()
        with self._words.open("wb") as words:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "benchmarks._real_window", str(write_end), str(library)],
                cwd=Path(__file__).resolve().parents[1],
                pass_fds=(write_end,),
                stdout=words,
                stderr=subprocess.STDOUT,
                env={
                    **os.environ,
                    "DISPLAY": display,
                    "QT_QPA_PLATFORM": "xcb",
                    "WOUNDTRACK_CONFIG_DIR": str(settings),
                },
            )
        os.close(write_end)
        self._last: Seen | None = None
        self._news = threading.Condition()
        self._reader = threading.Thread(target=self._read, args=(read_end,), daemon=True)
        self._reader.start()

    def _read(self, end: int) -> None:
        with os.fdopen(end, encoding="utf-8") as lines:
            for line in lines:
                with self._news:
                    self._last = _seen(line)
                    self._news.notify_all()
        with self._news:
            self._news.notify_all()

    def enter_review(self) -> Seen:
        """Go to the review room by its key, and return what it shows."""
        self.until(lambda seen: bool(seen.room), "open the library")
        self.hand.fill_screen("woundtrack")
        self.hand.key("ctrl+2")
        return self.until(lambda seen: seen.room == "review" and seen.is_open, "show a photograph")

    @property
    def seen(self) -> Seen:
        """What is seen now. Raises ``WindowStuck`` where nothing ever was."""
        with self._news:
            if self._last is None:
                raise WindowStuck("The window showed nothing.")
            return self._last

    def until(
        self, is_so: Callable[[Seen], bool], what: str, patience_s: float = PATIENCE_S
    ) -> Seen:
        """Wait for something to be seen; ``what`` the window should do is said where it doesn't.

        Raises ``WindowStuck``.
        """
        end = time.monotonic() + patience_s
        with self._news:
            while self._last is None or not is_so(self._last):
                if self._process.poll() is not None:
                    raise WindowStuck(f"The program ended before it did {what}. {self._said()}")
                if time.monotonic() > end:
                    said = f"The window did not {what} within {patience_s:.0f} s."
                    raise WindowStuck(f"{said} {self._state()} {self._said()}".strip())
                self._news.wait(0.2)
            return self._last

    def _state(self) -> str:
        last = self._last
        if last is None:
            return "Nothing was ever seen of it."
        return (
            f"In view is {last.photograph or 'no photograph'}, {len(last.outlines)} outlines, "
            f"{last.releases} clicks so far; sharp {last.is_sharp}, working {last.is_working}, "
            f"painted {last.painted_at is not None}. It says: {last.notice!r}."
        )

    def _said(self) -> str:
        return self._words.read_text("utf-8", "replace").strip()[-600:]

    def memory_mb(self, *, is_most: bool) -> float:
        """Return the process's resident memory, MB: now, or the most it ever had."""
        name = "VmHWM" if is_most else "VmRSS"
        try:
            status = Path(f"/proc/{self._process.pid}/status").read_text("ascii")
        except OSError:
            return math.nan
        line = next((line for line in status.splitlines() if line.startswith(name)), None)
        return math.nan if line is None else int(line.split()[1]) / 1024

    def close(self) -> None:
        """Close the window by its key; where it doesn't, end it."""
        with contextlib.suppress(WindowStuck):
            self.hand.key("ctrl+q")
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(10)
        _end(self._process)
        self._reader.join(5)
        self.hand.close()


@contextlib.contextmanager
def opened(library: Path, settings: Path) -> Iterator[Program]:
    """Open a library in the real program, on a screen of its own; yield it in the review room.

    Raises ``WindowStuck``.
    """
    with screen() as display:
        program = Program(library, display, settings)
        try:
            program.enter_review()
            yield program
        finally:
            program.close()


# --- in the program's process --------------------------------------------------------------------


def _watched(end: int, library: str) -> int:
    """Run the program as its command line does, with an eye on it that tells what it sees."""
    from PySide6.QtCore import QEvent, QObject, Qt, QTimer
    from PySide6.QtGui import QMouseEvent
    from PySide6.QtWidgets import QApplication

    from woundtrack import cli
    from woundtrack.settings import Settings, write_settings
    from woundtrack.ui import app
    from woundtrack.ui.window.main_window import MainWindow

    write_settings(Settings(person="benchmark"))
    application = app.make_application()

    class Eye(QObject):
        """Tells what is on screen whenever it has changed."""

        def __init__(self) -> None:
            super().__init__()
            self._page: Any = None
            self._drawn: tuple[Outline, ...] = ()
            self._of = ""
            self._version = 0
            self._painted_at: float | None = None
            self._released_at, self._releases = 0.0, 0
            self._worked_from = self._worked_s = 0.0
            self._told = ""
            self._timer = QTimer(self)
            self._timer.timeout.connect(self.look)
            self._timer.start(_TICK_MS)

        def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt's)
            if event.type() is QEvent.Type.Paint:
                self._notice_change()
                if self._painted_at is None:
                    # Runs when this painting is over and its pixels are with the X server.
                    QTimer.singleShot(0, self, lambda now=self._version: self._painted(now))
            elif (
                isinstance(event, QMouseEvent)
                and event.type() is QEvent.Type.MouseButtonRelease
                and event.button() is Qt.MouseButton.LeftButton
            ):
                ago = (time.monotonic() * 1000 - event.timestamp()) % _WRAP_MS
                # The X server's clock is this machine's; where it isn't, the arrival counts.
                self._released_at = time.monotonic() - (ago / 1000 if ago < 60_000 else 0.0)
                self._releases += 1
                self._worked_from = time.process_time()
            return super().eventFilter(watched, event)

        def _painted(self, version: int) -> None:
            if version == self._version and self._painted_at is None:
                self._painted_at = time.monotonic()
                self._worked_s = time.process_time() - self._worked_from
                self.look()

        def _notice_change(self) -> None:
            canvas = self._page.canvas
            drawn = tuple(one.outline for one in canvas.outlines if not one.is_last_visit)
            case = self._page.case
            of = "" if case is None else case.filed.photograph.original_name
            if drawn != self._drawn or of != self._of:
                self._drawn, self._of = drawn, of
                self._version += 1
                self._painted_at = None

        def look(self) -> None:
            """Tell what is seen, where it is something new."""
            window = next(
                (w for w in QApplication.topLevelWidgets() if type(w) is MainWindow), None
            )
            if window is None or window.session.library is None:
                return
            if self._page is None and window.room == "review":
                self._page = window.page("review")
                self._page.canvas.viewport().installEventFilter(self)
            told: dict[str, object] = {
                "room": window.room or "",
                **(self._nothing() if self._page is None else self._photograph()),
            }
            line = json.dumps(told)
            if line != self._told:
                self._told = line
                news.write(f"{line}\n")
                news.flush()

        def _nothing(self) -> dict[str, object]:
            return {
                **dict.fromkeys(("photograph", "notice"), ""),
                **dict.fromkeys(("is_sharp", "is_working", "can_accept"), False),
                **dict.fromkeys(("version", "releases", "released_at", "worked_s", "scale"), 0),
                **dict.fromkeys(("in_hand", "painted_at")),
                "outlines": [],
                "origin": (0, 0),
                "view": (0, 0, 0, 0),
            }

        def _photograph(self) -> dict[str, object]:
            self._notice_change()
            canvas, view = self._page.canvas, self._page.canvas.viewport()
            corner = view.mapToGlobal(view.rect().topLeft())
            turn = canvas.viewportTransform()
            own = [one for one in canvas.outlines if not one.is_last_visit]
            chosen = [place for place, one in enumerate(own) if one.is_selected]
            table = self._page._session.actions  # noqa: SLF001 (a person sees whether it is grey)
            return {
                "photograph": self._of,
                "is_sharp": canvas.is_sharp,
                "is_working": self._page.is_working,
                "outlines": [(one.outer, *one.islands) for one in self._drawn],
                "in_hand": chosen[0] if chosen else None,
                "version": self._version,
                "painted_at": self._painted_at,
                "released_at": self._released_at,
                "releases": self._releases,
                "worked_s": self._worked_s,
                "notice": canvas.notice,
                "can_accept": table["review.accept"].isEnabled(),
                "scale": turn.m11(),
                "origin": (corner.x() + turn.dx(), corner.y() + turn.dy()),
                "view": (
                    corner.x(),
                    corner.y(),
                    corner.x() + view.width(),
                    corner.y() + view.height(),
                ),
            }

    with os.fdopen(end, "w", encoding="utf-8") as news, contextlib.suppress(BrokenPipeError):
        eye = Eye()
        code = cli.main([library])
        eye.deleteLater()
        application.processEvents()
        return code
    return 1


if __name__ == "__main__":
    sys.exit(_watched(int(sys.argv[1]), sys.argv[2]))
