"""Work runs off the GUI thread, and what comes of it arrives on the GUI thread, or not at all."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from woundtrack.errors import OutlineNotFound
from woundtrack.model import Progress
from woundtrack.ui.tasks import TaskRunner


@pytest.fixture
def runner(qtbot: QtBot) -> Iterator[TaskRunner]:
    made = TaskRunner()
    yield made
    made.shutdown()
    made.deleteLater()


def test_the_result_comes_home_to_the_gui_thread(qtbot: QtBot, runner: TaskRunner) -> None:
    arrived: list[tuple[int, threading.Thread]] = []
    worked: list[threading.Thread] = []

    def work(number: int) -> int:
        worked.append(threading.current_thread())
        return number + 1

    runner.run(work, 41, on_done=lambda got: arrived.append((got, threading.current_thread())))
    qtbot.waitUntil(lambda: bool(arrived))

    assert arrived == [(42, threading.main_thread())]
    assert worked[0] is not threading.main_thread()


def test_a_known_fault_goes_to_its_receiver(qtbot: QtBot, runner: TaskRunner) -> None:
    faults: list[object] = []

    def work() -> None:
        raise OutlineNotFound

    runner.run(work, on_error=faults.append)
    qtbot.waitUntil(lambda: bool(faults))

    assert isinstance(faults[0], OutlineNotFound)


def test_a_known_fault_without_a_receiver_is_told_by_the_runner(
    qtbot: QtBot, runner: TaskRunner
) -> None:
    def work() -> None:
        raise OutlineNotFound

    with qtbot.waitSignal(runner.problem) as told:
        runner.run(work)

    assert isinstance(told.args[0], OutlineNotFound)


def test_a_bug_goes_to_the_hook_even_with_a_receiver_of_faults(
    qtbot: QtBot, runner: TaskRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    bugs: list[object] = []
    faults: list[object] = []
    monkeypatch.setattr(sys, "excepthook", lambda *caught: bugs.append(caught[0]))

    def work() -> None:
        raise KeyError("bug")

    runner.run(work, on_error=faults.append)
    qtbot.waitUntil(lambda: bool(bugs))

    assert bugs == [KeyError]
    assert faults == []


def test_nothing_of_a_cancelled_task_arrives(qtbot: QtBot, runner: TaskRunner) -> None:
    arrived: list[object] = []
    begun, go_on = threading.Event(), threading.Event()

    def work() -> str:
        begun.set()
        go_on.wait(5)
        return "late"

    with qtbot.waitSignal(runner.ended):
        task = runner.run(work, on_done=arrived.append, on_error=arrived.append)
        begun.wait(5)
        task.cancel()
        go_on.set()

    assert arrived == []
    assert runner.running == ()


def test_progress_is_where_a_cancelled_task_stops(qtbot: QtBot, runner: TaskRunner) -> None:
    steps: list[int] = []
    begun, go_on = threading.Event(), threading.Event()

    def work(progress: Progress) -> None:
        for step in range(1000):
            progress(step / 1000, "step")
            steps.append(step)
            begun.set()
            go_on.wait(5)

    with qtbot.waitSignal(runner.ended):
        task = runner.run(work)
        begun.wait(5)
        task.cancel()
        go_on.set()

    assert steps == [0]


def test_a_newer_task_of_the_same_key_supersedes_the_older(
    qtbot: QtBot, runner: TaskRunner
) -> None:
    arrived: list[str] = []
    go_on = threading.Event()

    def slow() -> str:
        go_on.wait(5)
        return "old"

    older = runner.run(slow, on_done=arrived.append, key="outline")
    runner.run(lambda: "new", on_done=arrived.append, key="outline")
    go_on.set()
    qtbot.waitUntil(lambda: runner.running == ())

    assert older.is_cancelled
    assert arrived == ["new"]


def test_progress_reaches_the_gui_thread_with_the_newest_report(
    qtbot: QtBot, runner: TaskRunner
) -> None:
    reports: list[tuple[float, str]] = []

    def work(progress: Progress) -> None:
        for step in range(100):
            progress(step / 100, f"{step} of 100")
        told.wait(5)

    told = threading.Event()
    task = runner.run(work, on_progress=lambda share, text: reports.append((share, text)))
    qtbot.waitUntil(lambda: bool(reports))
    told.set()
    qtbot.waitUntil(lambda: task.is_finished)

    assert 1 <= len(reports) <= 100
    assert task.message == "99 of 100"


class _Receiver(QObject):
    def __init__(self) -> None:
        super().__init__()
        self.got: list[object] = []

    def take(self, result: object) -> None:
        self.got.append(result)


def test_a_result_for_a_widget_that_is_gone_is_dropped(qtbot: QtBot, runner: TaskRunner) -> None:
    receiver = _Receiver()
    go_on = threading.Event()

    with qtbot.waitSignal(runner.ended):
        runner.run(lambda: go_on.wait(5), on_done=receiver.take)
        delete(receiver)
        go_on.set()

    assert receiver.got == []


def test_shutdown_waits_for_the_workers_and_delivers_nothing(qtbot: QtBot) -> None:
    runner = TaskRunner()
    arrived: list[object] = []
    begun = threading.Event()
    ended: list[bool] = []

    def work(progress: Progress) -> None:
        begun.set()
        try:
            while True:
                progress(0.5, "working")
        finally:
            ended.append(True)

    runner.run(work, on_done=arrived.append)
    begun.wait(5)
    runner.shutdown()

    assert ended == [True]
    assert arrived == []
    with pytest.raises(RuntimeError, match="shut down"):
        runner.run(work)
    runner.deleteLater()
