"""What becomes of a library when things go wrong: killed imports, full disks, a year of backups.

kills   A real ``woundtrack import`` of 20 photographs is ended by kill -9 at random moments, on a
        library that holds accepted work; then the same import is begun again.
writes  The same, of two photographs, ended just before each single write to the disk in turn (not
        on Windows).
full    Each thing that writes, on a real file system of a few MB with less and less room left
        (Linux, as root: it mounts one in memory).
drill   A year of days: photographs come in, the daily backup is made and old ones go; then each
        backup that is left is restored and looked through.

Each prints its table and a summary; the exit code is 1 where anything was lost.

    python benchmarks/accidents.py [kills writes full drill] [--kills 50] [--photographs 20]
"""

from __future__ import annotations

import argparse
import hashlib
import io
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from unittest import mock

from woundtrack import imaging, phantom, workflow
from woundtrack.errors import WoundtrackError
from woundtrack.model import Assessment, BodySite
from woundtrack.records import AuditEntry, Library, back_up_daily, backups_of, recover

ROOT = Path(__file__).resolve().parent.parent
FIRST_DAY = date(2025, 1, 6)
ACCEPTED = 4
"""Photographs that are in the library, and accepted, before anything goes wrong."""

# Ends the process just before the write whose number is the first argument.
DYING = """
import os, pathlib, signal, sys
left = int(sys.argv.pop(1))
def before(write):
    def counted(*arguments, **options):
        global left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return write(*arguments, **options)
    return counted
os.fsync = before(os.fsync)
pathlib.Path.replace = before(pathlib.Path.replace)
from woundtrack.records import audit
audit.append = before(audit.append)
from woundtrack import cli
sys.exit(cli.main(sys.argv[1:]))
"""


@dataclass(frozen=True, kw_only=True)
class Clinic:
    """Photographs on a card, and a library with accepted work to be copied for each accident."""

    folder: Path
    photographs: tuple[Path, ...]
    library: Path
    assessments: tuple[Assessment, ...]
    trail: tuple[AuditEntry, ...]


def render(folder: Path, count: int) -> tuple[Path, ...]:
    """Render photographs of one shrinking wound beside a card, a week apart."""
    sheet = io.BytesIO()
    imaging.write_card_sheet(sheet)
    layout = imaging.card_layout()
    card = phantom.CardPrint(
        pdf=sheet.getvalue(),
        page_mm=layout.page_mm,
        rect_mm=layout.cards[0].rect_mm,
        paper_mm=layout.cards[0].paper_mm,
        centre_mm=(0.0, 16.0),
        angle_deg=3.0,
    )
    folder.mkdir(parents=True)
    paths = []
    for week in range(count):
        day = FIRST_DAY + timedelta(weeks=week)
        scene = phantom.Scene(
            seed=5,
            shot=week,
            camera=phantom.Camera(width_px=1296, height_px=972, distance_mm=300, tilt_deg=8),
            cards=(card,),
            lesions=(phantom.Lesion(centre_mm=(0.0, -2.0), area_mm2=1200 * 0.95**week),),
            taken_at=datetime(day.year, day.month, day.day, 10, tzinfo=UTC),
        )
        path = folder / f"IMG_{week:04}.JPG"
        path.write_bytes(phantom.render(scene).jpeg)
        paths.append(path)
    return tuple(paths)


def woundtrack(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Run one command to its end."""
    command = [sys.executable, "-m", "woundtrack", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)


def make_clinic(folder: Path, count: int) -> Clinic:
    """Render ``count`` photographs and make a library that holds others, accepted."""
    accepted = render(folder / "accepted", ACCEPTED)
    library = folder / "template"
    arguments = ("--patient", "ACCEPTED-1", "--by", "Ann")
    woundtrack("import", library, *accepted, "--site", "thigh", "--side", "left", *arguments)
    woundtrack("accept", library, "--all", *arguments)
    back_up_daily(library)
    with Library.open(library, read_only=True) as opened:
        assessments, trail = opened.assessments(), opened.audit_trail()
    if len(assessments) != ACCEPTED:
        raise RuntimeError("the library for the accidents could not be made")
    # The same picture as an accepted one would be a duplicate: these are of other weeks.
    photographs = render(folder / "card", ACCEPTED + count)[ACCEPTED:]
    return Clinic(
        folder=folder,
        photographs=photographs,
        library=library,
        assessments=assessments,
        trail=trail,
    )


def import_command(library: Path, photographs: tuple[Path, ...]) -> list[str]:
    """Return the arguments that import the photographs into a library."""
    return [
        *("import", str(library), *map(str, photographs)),
        *("--patient", "KILLED-1", "--site", "abdomen", "--by", "Ann", "--quiet"),
    ]


# --- what must hold after every accident ---------------------------------------------------------


def losses(clinic: Clinic, library: Path) -> list[str]:
    """Return what of the accepted work, of the trail or of the library's wholeness is lost."""
    with Library.open(library, read_only=True) as opened:
        kept = {each.id: each for each in opened.assessments()}
        found = [
            f"assessment {each.id} is lost"
            for each in clinic.assessments
            if kept.get(each.id) != each
        ]
        if opened.audit_trail()[: len(clinic.trail)] != clinic.trail:
            found.append("the audit trail is not the one that was")
        found += opened.check().problems
    return found


def losses_after_resuming(clinic: Clinic, library: Path) -> tuple[int, list[str]]:
    """Import all again; return how many photographs are in by then, and what is wrong."""
    resumed = woundtrack(*import_command(library, clinic.photographs))
    found = losses(clinic, library)
    # 1 where some were in already and are named as such.
    if resumed.returncode not in {0, 1} or "Traceback" in resumed.stderr:
        found.append(f"the import could not be gone on with: {resumed.stderr.strip()[-200:]}")
    with Library.open(library, read_only=True) as opened:
        filed = [each.photograph.sha256 for each in opened.photographs()]
        files = [sha256 for sha256, _ in opened.originals.files()]
        orphans = opened.check().orphan_originals
    wanted = {hashlib.sha256(path.read_bytes()).hexdigest() for path in clinic.photographs}
    if len(filed) != len(set(filed)) or len(files) != len(set(files)):
        found.append("a photograph is there twice")
    if not wanted <= set(filed):
        found.append(f"{len(wanted - set(filed))} photographs are missing")
    if orphans:
        found.append(f"{len(orphans)} originals were not used again")
    return len(wanted & set(filed)), found


def how_far(library: Path) -> tuple[int, int, int]:
    """Return how many photographs of the import are filed, originals without a row, half files."""
    half = len(list((library / "originals" / ".incoming").glob("*.part")))
    with Library.open(library, read_only=True) as opened:
        return (
            len(opened.photographs()) - ACCEPTED,
            len(opened.check().orphan_originals),
            half,
        )


# --- kill -9 at random moments -------------------------------------------------------------------


def kills(clinic: Clinic, count: int, chance: random.Random) -> bool:
    """Print the table of imports that were killed; return whether nothing was lost."""
    total = len(clinic.photographs)
    begun = time.perf_counter()
    begins, whole = _imported(clinic, clinic.folder / "whole", None)
    print(f"\nkill -9 of an import of {total} photographs, {count} times\n")
    print(f"left alone, the import takes {whole:.2f} s, {begins:.2f} s of them to begin\n")
    print(" no   killed after   filed   without a row   half written   result")
    lost, stages = 0, Counter[str]()
    for number in range(1, count + 1):
        library = clinic.folder / f"killed-{number}"
        # One in ten while the program starts, the others while it imports.
        earliest = 0.0 if number % 10 == 0 else begins
        _, ended = _imported(clinic, library, chance.uniform(earliest, whole))
        filed, orphans, half = how_far(library)
        found = losses(clinic, library)
        checked = woundtrack("check", library, "--quiet")
        if checked.returncode != 0:
            found.append(f"check says: {checked.stderr.strip()}")
        resumed, more = losses_after_resuming(clinic, library)
        found += more
        lost += bool(found)
        stages[_stage(filed, total)] += 1
        result = f"nothing lost, check clean, {resumed} of {total} after going on"
        print(
            f"{number:3}   {ended:9.2f} s   {filed:5}   {orphans:13}   {half:12}   "
            f"{'; '.join(found) or result}",
            flush=True,
        )
        shutil.rmtree(library, ignore_errors=True)
    spent = time.perf_counter() - begun
    reached = ", ".join(f"{stages[stage]} {stage}" for stage in sorted(stages, key=_STAGES.index))
    print(f"\n{count} kills in {spent:.0f} s: {reached}")
    print(f"accepted work lost, check not clean, or photographs missing or doubled: {lost}")
    return lost == 0


_STAGES = ("before the first was filed", "under way", "after the last was filed")


def _stage(filed: int, total: int) -> str:
    if filed == 0:
        return _STAGES[0]
    return _STAGES[1] if filed < total else _STAGES[2]


def _imported(clinic: Clinic, library: Path, killed_after: float | None) -> tuple[float, float]:
    """Import into a copy of the library; return when it took the library, and when it ended."""
    shutil.copytree(clinic.library, library)
    command = [sys.executable, "-m", "woundtrack", *import_command(library, clinic.photographs)]
    begun = time.perf_counter()
    took = 0.0
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        while process.poll() is None:
            now = time.perf_counter() - begun
            if not took and (library / "library.writer").exists():
                took = now
            if killed_after is not None and now >= killed_after:
                process.kill()
                break
            time.sleep(0.002)
        process.wait()
    return took, time.perf_counter() - begun


# --- at each write in turn -----------------------------------------------------------------------


def writes(clinic: Clinic) -> bool:
    """Print what became of imports that died before each write; return whether nothing was lost."""
    few = Clinic(
        folder=clinic.folder,
        photographs=clinic.photographs[:2],
        library=clinic.library,
        assessments=clinic.assessments,
        trail=clinic.trail,
    )
    print("\nan import of 2 photographs, ended just before each write to the disk in turn\n")
    if sys.platform == "win32":
        print("left out: no signal ends a process at once here")
        return True
    print(" write   filed   without a row   half written   result")
    lost, number = 0, 0
    while True:
        library = clinic.folder / f"dying-{number}"
        shutil.copytree(clinic.library, library)
        command = [sys.executable, "-c", DYING, str(number)]
        ended = subprocess.run(
            [*command, *import_command(library, few.photographs)],
            cwd=ROOT,
            capture_output=True,
            check=False,
        )
        if ended.returncode != -signal.SIGKILL:
            shutil.rmtree(library)
            break
        filed, orphans, half = how_far(library)
        found = losses(few, library)
        resumed, more = losses_after_resuming(few, library)
        found += more
        lost += bool(found)
        result = f"nothing lost, check clean, {resumed} of 2 after going on"
        print(
            f"{number + 1:6}   {filed:5}   {orphans:13}   {half:12}   {'; '.join(found) or result}",
            flush=True,
        )
        shutil.rmtree(library)
        number += 1
    print(f"\n{number} writes; something lost at {lost} of them")
    return lost == 0


# --- a disk that is really full ------------------------------------------------------------------


@contextmanager
def small_disk(folder: Path, size_mb: int) -> Iterator[Path]:
    """Mount a file system of a few MB in memory; raises ``OSError`` where that can't be done."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size_mb}m", "none", str(folder)]
    try:
        subprocess.run(mount, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as problem:
        raise OSError("no file system can be mounted here") from problem
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@contextmanager
def only(free_kb: int, disk: Path) -> Iterator[None]:
    """Fill a disk up to so many KB."""
    facts = os.statvfs(disk)
    ballast = disk / "ballast"
    ballast.write_bytes(bytes(max(0, facts.f_bavail * facts.f_frsize - free_kb * 1024)))
    try:
        yield
    finally:
        ballast.unlink()


def full(clinic: Clinic) -> bool:
    """Print what is said when a disk is full; return whether nothing was lost."""
    print("\na disk of 24 MB with less and less room on it\n")
    if sys.platform == "win32":
        print("left out: no file system can be mounted here")
        return True
    try:
        with small_disk(clinic.folder / "small disk", 24) as disk:
            return _full(clinic, disk)
    except OSError as problem:
        print(f"left out: {problem}")
        return True


def _full(clinic: Clinic, disk: Path) -> bool:
    outside = clinic.folder / "outside"
    backup = outside / "backup.zip"
    outside.mkdir()
    with Library.open(clinic.library, read_only=True) as opened:
        opened.backup(backup)
    library = disk / "library"
    cases: tuple[tuple[str, tuple[object, ...]], ...] = (
        ("import", tuple(import_command(library, clinic.photographs[:3]))),
        ("accept", ("accept", library, "--patient", "KILLED-1", "--all")),
        ("export", ("export", library, disk / "export", "--format", "csv")),
        ("chart", ("timeline", library, "--patient", "ACCEPTED-1", "--plot", disk / "chart.pdf")),
        ("overlay", ("measure", clinic.photographs[0], "--overlay", disk / "overlays")),
        ("masks", ("outline", clinic.photographs[0], "--masks", disk / "masks")),
        ("card", ("card", disk / "card.pdf")),
        ("backup", ("backup", library, disk / "backup.zip")),
        ("restore", ("restore", backup, disk / "restored")),
    )
    lost = 0
    print("what        with room for   exit   said")
    for name, command in cases:
        for free_kb in (0, 8, 32, 64, 128, 256, 512, 1024):
            shutil.copytree(clinic.library, library)
            if name == "accept":
                woundtrack(*import_command(library, clinic.photographs[:3]))
            with only(free_kb, disk):
                ran = woundtrack(*command)
            said = ran.stderr.strip().splitlines()
            found = losses(clinic, library)
            if ran.returncode not in {0, 1} or "Traceback" in ran.stderr:
                found.append(f"it ended in a fault: {said[-1] if said else ''}")
            if name != "import" and ran.returncode and not any("full" in each for each in said):
                found.append("the disk is not named as full")
            left = [str(each.name) for each in disk.rglob("*.part")]
            if left and name != "import":
                found.append(f"left behind: {left}")
            again = woundtrack(*command)  # there is room again
            if name in {"export", "chart", "backup", "restore"} and ran.returncode:
                if again.returncode != 0:
                    found.append(f"not possible afterwards: {again.stderr.strip()[-200:]}")
            elif name == "import":
                found += losses_after_resuming(
                    Clinic(
                        folder=clinic.folder,
                        photographs=clinic.photographs[:3],
                        library=clinic.library,
                        assessments=clinic.assessments,
                        trail=clinic.trail,
                    ),
                    library,
                )[1]
            found += losses(clinic, library)
            lost += bool(found)
            sentence = next((each for each in said if "full" in each), "")
            sentence = sentence.replace(str(clinic.folder), "…").removeprefix("woundtrack: ")
            done = "done" if ran.returncode == 0 else sentence
            print(
                f"{name:10} {free_kb:9} KB   {ran.returncode:4}   {'; '.join(found) or done}",
                flush=True,
            )
            for each in disk.iterdir():
                shutil.rmtree(each) if each.is_dir() else each.unlink()
            if ran.returncode == 0:
                break  # with more room, too
    print(f"\nsomething lost, left behind or not said: {lost}")
    return lost == 0


# --- a year of backups ---------------------------------------------------------------------------


def drill(clinic: Clinic) -> bool:
    """Print a year of daily backups and what they restore to; return whether all is well."""
    print("\na year of days: a photograph on most of them, a daily backup, old ones taken away\n")
    library, disk = clinic.folder / "year", clinic.folder / "other disk"
    shutil.copytree(clinic.library, library)
    shutil.rmtree(library / "backups")
    disk.mkdir()
    held: dict[Path, int] = {}
    sizes: dict[str, int] = {}
    chance = random.Random(3)
    data = clinic.photographs[0].read_bytes()
    made = pruned = filed = 0
    for number in range(365):
        day = datetime(2025, 1, 6, 8, 30, tzinfo=UTC) + timedelta(days=number)
        if chance.random() < 0.6:  # a working day
            filed += 1
            _file(library, data + number.to_bytes(4, "big"), day)
        with mock.patch.multiple("woundtrack.records.daily", now=lambda day=day: day):
            report = back_up_daily(library, disk)
        pruned += len(report.pruned)
        if report.made is not None:
            made += 1
            held[report.made.path] = report.made.originals
            sizes[report.made.path.name] = report.made.size_bytes
    left = backups_of(library, disk)
    folder = next(disk.iterdir())
    pool = sum(path.stat().st_size for path in (folder / "originals").rglob("*.jpg"))
    archives = sum(each.path.stat().st_size for each in left)
    print(f"{filed} photographs filed, {made} backups made, {pruned} taken away, {len(left)} left")
    print(f"on the other disk: {pool / 1e6:.1f} MB of originals, each once, and backups")
    print(f"of {archives / 1e6:.1f} MB\n")
    print("backup                        photographs   result")
    lost = 0
    for each in sorted(left, key=lambda one: one.path.name):
        target = clinic.folder / "restored"
        problems = list(Library.restore(each.path, target).problems)
        with Library.open(target) as restored:
            problems += restored.check().problems
            count = len(restored.photographs())
        if count != held[each.path]:
            problems.append(f"{held[each.path]} photographs were backed up")
        lost += bool(problems)
        print(f"{each.path.name:28} {count:12}   {'; '.join(problems) or 'restored, check clean'}")
        shutil.rmtree(target)
    lost += _damaged_and_recovered(library, disk)
    print(f"\nbackups that do not restore to what they were made of: {lost}")
    return lost == 0


def _file(library: Path, data: bytes, day: datetime) -> None:
    path = library.parent / "photograph.jpg"
    path.write_bytes(data)
    with Library.open(library) as opened:
        examined = workflow.examine(path, originals=opened.originals)
        workflow.file_photograph(
            opened,
            examined,
            patient_code="YEAR-1",
            site=BodySite(region="abdomen"),
            visited_on=day.date(),
            by="Ann",
        )


def _damaged_and_recovered(library: Path, disk: Path) -> int:
    """Overwrite the database, bring it back from the newest backup; return 1 where that fails."""
    with Library.open(library, read_only=True) as opened:
        before = len(opened.photographs())
    file = library / "library.db"
    file.write_bytes(bytes(file.stat().st_size // 2))
    newest = backups_of(library, disk)[0]
    try:
        Library.open(library)
    except WoundtrackError as problem:
        print(f"\nthe database overwritten with zeros: {type(problem).__name__}")
    report = recover(library, newest.path, by="Ann")
    with Library.open(library) as opened:
        after, problems = len(opened.photographs()), opened.check().problems
    kept = report.aside is not None and (report.aside / "library.db").exists()
    print(
        f"recovered from {newest.path.name}: {after} of {before} photographs, "
        f"{len(report.unfiled)} later ones kept as originals, damaged file kept: {kept}, "
        f"check {problems or 'clean'}"
    )
    return int(bool(problems) or not kept or after + len(report.unfiled) < before)


PARTS: dict[str, Callable[[Clinic, argparse.Namespace], bool]] = {
    "kills": lambda clinic, options: kills(clinic, options.kills, random.Random(options.seed)),
    "writes": lambda clinic, _: writes(clinic),
    "full": lambda clinic, _: full(clinic),
    "drill": lambda clinic, _: drill(clinic),
}


def main() -> int:
    """Print the tables; return 1 where anything was lost."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("parts", nargs="*", default=list(PARTS), help=", ".join(PARTS))
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--photographs", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="woundtrack-accidents-") as folder:
        clinic = make_clinic(Path(folder), max(3, options.photographs))
        outcomes = [PARTS[name](clinic, options) for name in options.parts]
    return 0 if all(outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())
