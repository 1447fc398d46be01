"""Rendering in other processes: light to start there, and never outliving who asked for it."""

from __future__ import annotations

import multiprocessing
import multiprocessing.connection
import os
import threading
from pathlib import Path

import cv2

from woundtrack.phantom.photograph import render
from woundtrack.phantom.scene import Scene


def start_worker() -> None:
    """Prepare a process of a pool: one thread for OpenCV, and an end when its parent is killed.

    Without that a worker of a killed program waits for its next task for ever.
    """
    cv2.setNumThreads(1)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    multiprocessing.connection.wait([sentinel])
    os._exit(1)


def render_into(scene: Scene, path: Path, truth_path: Path) -> None:
    """Render a scene into a JPEG and a JSON of its truth, each written whole or not at all."""
    made = render(scene)
    for target, data in ((truth_path, made.truth_json().encode()), (path, made.jpeg)):
        target.parent.mkdir(parents=True, exist_ok=True)
        unfinished = target.with_name(target.name + ".part")
        unfinished.write_bytes(data)
        unfinished.replace(target)
