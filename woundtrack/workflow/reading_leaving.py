"""What readers will see leaves: pictures to be looked at first, and a package for one reader.

Hides what is in the file, and that neither patient, lesion, date nor a file's name is in it.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from woundtrack.errors import SessionRefused
from woundtrack.exchange import reading_package as files
from woundtrack.exchange.placing import placed, sha256_of
from woundtrack.model import (
    Progress,
    ReadingItem,
    ReadingPackage,
    ReadingSession,
    new_id,
    no_progress,
    now,
)
from woundtrack.records import Library
from woundtrack.records.rows import calibration_json
from woundtrack.workflow.reading import items_that_may_be_shown
from woundtrack.workflow.reading_desk import shown_piece

_PICTURES: Final = "pictures.json"
_PICTURES_KIND: Final = "woundtrack pictures of a reading session"


def blinded_pictures(
    library: Library, session: ReadingSession
) -> Iterator[tuple[ReadingItem, bytes]]:
    """Return what readers see of each item, as JPEG files, to be looked at before it leaves."""
    for item in items_that_may_be_shown(library, session, is_leaving=True):
        yield item, shown_piece(library, item).as_jpeg()


def write_blinded_pictures(
    library: Library, session: ReadingSession, folder: Path
) -> tuple[Path, ...]:
    """Write what readers see of each item into a folder, named by their places; return the files.

    The pictures of the same session that this wrote there before are replaced; anything else is
    left alone. Raises ``SessionRefused`` where nothing may leave, ``FileUnwritable``, ``FileInUse``
    and ``DiskFull``.
    """

    def why_not(listed: Mapping[str, Any]) -> str | None:
        is_same = listed.get("kind") == _PICTURES_KIND and listed.get("session") == session.id
        return None if is_same else "it holds something else than the pictures of this session"

    if not items_that_may_be_shown(library, session, is_leaving=True):
        raise SessionRefused(reason="nobody whose picture is in it agrees that it leaves")
    names: list[str] = []
    with placed(folder, _PICTURES, why_not) as beside:
        listed = []
        for item, jpeg in blinded_pictures(library, session):
            name = f"{item.place:04}.jpg"
            (beside / name).write_bytes(jpeg)
            names.append(name)
            listed.append({"name": name, "sha256": sha256_of(beside / name)})
        document = {"kind": _PICTURES_KIND, "session": session.id, "files": listed}
        (beside / _PICTURES).write_text(json.dumps(document, indent=1), encoding="utf-8")
    return tuple(folder / name for name in names)


def write_reading_package(
    library: Library,
    session: ReadingSession,
    reader: str,
    path: Path,
    *,
    are_pictures_seen: bool,
    without: Collection[int] = (),
    by: str,
    progress: Progress = no_progress,
) -> ReadingPackage:
    """Write one reader's tasks that are not read yet into a file for another computer.

    The pictures are cut to the wounds, without cards and metadata, under random names, a repeat in
    a file of its own; neither a patient, a lesion nor a date is in it. Whoever didn't say yes to
    research, or does no longer, is left out. The library knows of it before it is in its place.

    Parameters
    ----------
    are_pictures_seen
        Somebody looked at every picture (``blinded_pictures``), and none tells who it is.
    without
        The places of items that stay here.

    Raises ``SessionRefused`` with a reason, ``FileUnwritable``, ``DiskFull``.
    """
    names = {one.casefold(): one for one in session.readers}
    known = names.get(reader.casefold())
    if known is None:
        raise SessionRefused(reason=f"{reader} is no reader of {session.name}")
    if not are_pictures_seen:
        raise SessionRefused(
            reason="pictures leave once somebody has looked at each of them and found nothing "
            "that tells who it is"
        )
    read = {one.task_id for one in library.readings(session.id)}
    items = {
        one.id: one
        for one in items_that_may_be_shown(library, session, is_leaving=True)
        if one.place not in set(without)
    }
    tasks = [
        one
        for one in library.reading_tasks(session.id, known)
        if one.item_id in items and one.id not in read
    ]
    if not tasks:
        raise SessionRefused(reason=f"{known} has nothing left to read in it")
    # A name and bytes of its own for every task: a repeat mustn't be known by its file.
    pictures = {one.id: f"{files.PICTURES}/{secrets.token_hex(16)}.jpg" for one in tasks}
    pieces: dict[str, dict[str, Any]] = {}

    def drawn() -> Iterator[tuple[str, bytes]]:
        for done, task in enumerate(sorted(tasks, key=lambda one: pictures[one.id])):
            progress(done / len(tasks), f"{done + 1} of {len(tasks)}")
            item = items[task.item_id]
            piece = shown_piece(library, item)
            x, y = piece.corner_px
            pieces[task.id] = {
                "picture": pictures[task.id],
                "size_px": [piece.pixels.shape[1], piece.pixels.shape[0]],
                "at_px": [item.at_px[0] - x, item.at_px[1] - y],
                "kind": item.kind.value,
                "calibration": json.loads(calibration_json(piece.calibration) or "null"),
            }
            yield pictures[task.id], files.with_own_bytes(piece.as_jpeg())

    package_id = new_id()

    def listed() -> dict[str, Any]:
        return {
            "package": package_id,
            "session": session.id,
            "name": session.name,
            "reader": known,
            "asks": [one.value for one in session.asks],
            "tasks": [
                {"task": one.id, "number": turn, **pieces[one.id]}
                for turn, one in enumerate(tasks, start=1)
            ],
        }

    def noted(tasks_sha256: str) -> ReadingPackage:
        package = ReadingPackage(
            id=package_id,
            session_id=session.id,
            reader=known,
            tasks_sha256=tasks_sha256,
            made_by=by,
            made_at=now(),
        )
        with library.verb("make reading package", by=by, why=session.name) as change:
            change.add_reading_package(package)
        return package

    return files.write_package(path, drawn(), listed, noted)
