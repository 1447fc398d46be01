"""Work off the GUI thread: computed by workers, its results brought home as closures.

Hides the thread pool, the one queued signal, cancelling and superseding. Task functions are pure:
values in, values out, no Qt object and no Library; they stop where their ``progress`` raises.
"""

from __future__ import annotations

import inspect
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal, Slot
from shiboken6 import isValid

from woundtrack.errors import Cancelled, WoundtrackError

_WORKERS = 2


class Task:
    """A piece of work under way; ``says`` is what the status bar calls it, or None for quiet work.

    ``fraction`` and ``message`` are what it last reported.
    """

    def __init__(self, *, key: str | None, says: str | None) -> None:
        self.key = key
        self.says = says
        self.fraction = 0.0
        self.message = ""
        self.is_finished = False
        self._cancelled = threading.Event()

    @property
    def is_cancelled(self) -> bool:
        """Whether it was told to stop; its result will be dropped."""
        return self._cancelled.is_set()

    def cancel(self) -> None:
        """Tell it to stop: nothing of it arrives any more. Callable from the GUI thread only."""
        self._cancelled.set()


class TaskRunner(QObject):
    """Runs functions on two workers and delivers what comes of them on the GUI thread.

    Signals
    -------
    began, progressed, ended : Task
        For the status bar. ``ended`` comes after the task's own ``on_done`` or ``on_error``, and
        for a cancelled task as soon as its function has returned.
    problem : WoundtrackError
        A known fault of a task that has no ``on_error`` of its own.
    """

    began = Signal(object)
    progressed = Signal(object)
    ended = Signal(object)
    problem = Signal(object)
    _brought_home = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = ThreadPoolExecutor(_WORKERS, thread_name_prefix="woundtrack")
        self._running: list[Task] = []
        self._is_shut = False
        self._brought_home.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def run(
        self,
        fn: Callable[..., Any],
        *args: object,
        on_done: Callable[[Any], None] | None = None,
        on_error: Callable[[WoundtrackError], None] | None = None,
        on_progress: Callable[[float, str], None] | None = None,
        key: str | None = None,
        says: str | None = None,
        **kwargs: object,
    ) -> Task:
        """Start ``fn(*args, **kwargs)`` on a worker; call from the GUI thread.

        Parameters
        ----------
        fn
            A pure function. It is given ``progress=`` when it has a parameter of that name.
        on_done, on_error, on_progress
            Called on the GUI thread with the result, the known fault, or (fraction, message); not
            called once the task is cancelled or the receiving widget is gone. A bug goes to
            ``sys.excepthook`` whether or not there is an ``on_error``.
        key
            A newer task of the same key supersedes (cancels) the older.
        says
            What the status bar calls this work after its first second, e.g. "Reading photographs".

        Raises
        ------
        RuntimeError
            After ``shutdown``.
        """
        if self._is_shut:
            raise RuntimeError("the task runner was shut down")
        if key is not None:
            self.cancel(key)
        task = Task(key=key, says=says)
        if "progress" in inspect.signature(fn).parameters:
            kwargs["progress"] = self._progress_for(task, on_progress)

        def finish(future: Future[Any]) -> None:
            # Runs on the worker: it only posts the closure that finishes on the GUI thread.
            if not self._is_shut:
                self._brought_home.emit(lambda: self._finish(task, future, on_done, on_error))

        self._running.append(task)
        self.began.emit(task)
        self._pool.submit(_call, task, fn, args, kwargs).add_done_callback(finish)
        return task

    def cancel(self, key: str) -> None:
        """Cancel the running tasks of a key."""
        for task in self._running:
            if task.key == key:
                task.cancel()

    def cancel_all(self) -> None:
        """Cancel every running task."""
        for task in self._running:
            task.cancel()

    @property
    def running(self) -> tuple[Task, ...]:
        """The tasks that have not ended, oldest first."""
        return tuple(self._running)

    def shutdown(self) -> None:
        """Cancel everything, wait for the workers, and deliver nothing more."""
        self._is_shut = True
        self.cancel_all()
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._running.clear()

    def _progress_for(
        self, task: Task, on_progress: Callable[[float, str], None] | None
    ) -> Callable[[float, str], None]:
        is_posted = threading.Event()

        def show() -> None:
            is_posted.clear()
            if task.is_cancelled or task.is_finished:
                return
            if on_progress is not None and _is_alive(on_progress):
                on_progress(task.fraction, task.message)
            self.progressed.emit(task)

        def progress(fraction: float, message: str) -> None:
            if task.is_cancelled:
                raise Cancelled
            task.fraction, task.message = fraction, message
            # At most one report of a task is under way: a quick loop can't flood the window.
            if not is_posted.is_set():
                is_posted.set()
                self._brought_home.emit(show)

        return progress

    def _finish(
        self,
        task: Task,
        future: Future[Any],
        on_done: Callable[[Any], None] | None,
        on_error: Callable[[WoundtrackError], None] | None,
    ) -> None:
        task.is_finished = True
        if task in self._running:
            self._running.remove(task)
        try:
            fault = None if future.cancelled() else future.exception()
            if fault is not None and not isinstance(fault, WoundtrackError | Cancelled):
                # A bug is reported even when nobody waits for the result any more.
                sys.excepthook(type(fault), fault, fault.__traceback__)
            elif task.is_cancelled or isinstance(fault, Cancelled) or future.cancelled():
                pass
            elif fault is None:
                if on_done is not None and _is_alive(on_done):
                    on_done(future.result())
            elif on_error is None:
                self.problem.emit(fault)
            elif _is_alive(on_error) and isinstance(fault, WoundtrackError):
                on_error(fault)
        finally:
            self.ended.emit(task)

    @Slot(object)
    def _deliver(self, closure: Callable[[], None]) -> None:
        if not self._is_shut:
            closure()


def _call(
    task: Task, fn: Callable[..., object], args: tuple[object, ...], kwargs: dict[str, object]
) -> object:
    if task.is_cancelled:
        raise Cancelled
    return fn(*args, **kwargs)


def _is_alive(callback: Callable[..., Any]) -> bool:
    """Whether the widget a bound method belongs to still exists."""
    owner = getattr(callback, "__self__", None)
    return not isinstance(owner, QObject) or isValid(owner)
