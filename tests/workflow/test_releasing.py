"""What shows more than a lesion leaves after a person's yes: whose, of what, and until when."""

from __future__ import annotations

import csv
import errno
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.dicom_clinic import FILES, WOUND, add_photograph, filled_library, key
from woundtrack import cli
from woundtrack.cli.asking import WRONG_USE
from woundtrack.errors import Cancelled, ChangedMeanwhile, DiskFull
from woundtrack.exchange.pictures import Stays
from woundtrack.model import (
    BodySite,
    CohortFilter,
    Framing,
    Outline,
    Patient,
    ReleaseAnswer,
    Side,
    SiteGroup,
    VisitPhotograph,
)
from woundtrack.records import Library
from woundtrack.workflow import picture_export, releasing
from woundtrack.workflow.exporting import ExportChoice, open_export, write_csv
from woundtrack.workflow.previewing import PictureState, PictureToSee, pictures_to_see
from woundtrack.workflow.releasing import Answers, Sitting, WhyAsked

JPEGS = ("plain.jpg", "progressive.jpg")


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with filled_library(tmp_path / "library", JPEGS) as made:
        yield made


def patient(library: Library) -> Patient:
    return library.patient_with_code("CX-001")


def sitting(library: Library, place: int = 0) -> Sitting:
    whose = patient(library).id
    found = releasing.sittings_of(
        library.photographs(patient_id=whose), library.assessments(whose), library.lesions(whose)
    )
    return sorted(found, key=lambda one: one.photograph.id)[place]


def waiting_of(library: Library, framing: Framing = Framing.LESION) -> list[PictureToSee]:
    """Return the patient's pictures that a person has to look at before they leave."""
    seen = pictures_to_see(library, [patient(library)], framing)
    return [one for one in seen if one.state is PictureState.WAITS]


def moved_to(library: Library, site: BodySite) -> None:
    (lesion,) = library.lesions(patient(library).id)
    with library.verb("correct", by="Ann") as change:
        change.update_lesion(replace(lesion, site=site))
        for one in library.photographs(patient_id=lesion.patient_id):
            change.update_photograph(replace(one, site=None))


def bundle(library: Library, folder: Path, **wishes: object) -> list[dict[str, str]]:
    choice = ExportChoice(**{"pictures": Framing.LESION, **wishes})  # type: ignore[arg-type]
    write_csv(open_export(library, choice, by="Ann"), folder, by="Ann")
    with (folder / "images.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


# --- who has to look -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("region", "asks"),
    [
        ("lower-leg", False),
        ("abdomen", False),
        ("breast", True),
        ("groin", True),
        ("genitalia", True),
        ("perineum", True),
        ("head", True),
        ("neck", True),
        ("torso", True),
    ],
)
def test_of_intimate_sites_and_the_head_a_person_looks_at_every_picture(
    library: Library, region: str, asks: bool
) -> None:
    moved_to(library, BodySite(region=region))

    waiting = waiting_of(library)

    assert [one.why for one in waiting] == [(WhyAsked.SITE,)] * (2 if asks else 0)


def test_the_site_that_the_photograph_is_filed_under_counts_too(library: Library) -> None:
    (first, _) = library.photographs(patient_id=patient(library).id)
    with library.verb("correct", by="Ann") as change:
        change.update_photograph(replace(first, site=BodySite(region="breast", side=Side.LEFT)))

    waiting = waiting_of(library)

    assert [one.sitting.photograph.id for one in waiting] == [first.id]


def test_a_lesion_of_an_intimate_site_in_the_same_photograph_has_it_looked_at(
    library: Library, tmp_path: Path
) -> None:
    (lesion,) = library.lesions(key(1))
    other = replace(
        lesion, id=key(50), number=2, label="other", site=BodySite(region="groin"), version=1
    )
    (first, _) = library.assessments(key(1))
    second = replace(first, id=key(51), assessment_id=key(52), lesion_id=other.id)
    with library.verb("accept", by="Ann") as change:
        change.add_lesion(other)
        change.add_assessment(second)

    waiting = waiting_of(library)
    wanted = CohortFilter(groups=(SiteGroup.LEGS,))
    rows = bundle(library, tmp_path / "legs", filters=wanted)

    assert sorted(row["file_na"] for row in rows) == ["", "not_looked_at"]
    asked = [(one.sitting.photograph.id, one.sitting.lesion_id) for one in waiting]
    shown = first.photograph_ids[0]
    assert sorted(asked) == sorted([(shown, lesion.id), (shown, other.id)])


def test_what_shows_more_than_the_lesion_waits_and_what_has_no_scale(library: Library) -> None:
    assert waiting_of(library) == []
    for framing in (Framing.AROUND, Framing.WHOLE):
        waiting = waiting_of(library, framing)
        assert [one.why for one in waiting] == [(WhyAsked.WIDER,)] * 2
    bare = replace(
        sitting(library),
        outlines=(replace(sitting(library).outlines[0], calibration=None, measurement=None),),
    )
    assert releasing.why_asked(bare, Framing.LESION) == (WhyAsked.NO_SCALE,)


# --- answers -------------------------------------------------------------------------------------


def test_a_yes_a_no_and_a_change_of_mind_stand_one_after_the_other(library: Library) -> None:
    picture = sitting(library)

    def waits() -> int:
        return len(waiting_of(library, Framing.AROUND))

    yes = releasing.release(library, picture, Framing.AROUND, by="Ann")
    assert waits() == 1
    gone = releasing.withdraw(library, yes, by="Bob", reason="the tattoo")
    assert waits() == 2
    no = releasing.refuse(library, picture, Framing.AROUND, by="Bob", reason="a tattoo")
    assert waits() == 1
    seen = pictures_to_see(library, [patient(library)], Framing.AROUND)
    assert [one.said for one in seen if one.state is PictureState.REFUSED] == [no]
    again = releasing.answer_again(library, yes, instead_of=no, by="Ann")

    assert [yes.revision, gone.revision, no.revision, again.revision] == [1, 2, 3, 4]
    assert again.answer is ReleaseAnswer.RELEASED
    assert again.supersedes == no.id
    assert library.picture_releases(picture.photograph.id) == (again,)
    verbs = [entry.verb for entry in library.audit_trail()][-4:]
    assert verbs == [
        "release picture",
        "withdraw answer to picture",
        "refuse picture",
        "release picture",
    ]
    assert library.check().problems == ()
    with pytest.raises(ChangedMeanwhile, match="What was said of the picture"):
        releasing.withdraw(library, no, by="Ann")


def test_an_answer_is_kept_whatever_program_writes(library: Library) -> None:
    releasing.release(library, sitting(library), Framing.WHOLE, by="Ann")
    path = library.path / "library.db"
    library.close()

    with sqlite3.connect(path) as db:
        for statement in (
            "UPDATE picture_release SET answer = 'refused'",
            "DELETE FROM picture_release",
        ):
            with pytest.raises(sqlite3.IntegrityError, match="rows of picture_release are kept"):
                db.execute(statement)
    db.close()


def test_a_yes_is_for_what_was_looked_at_and_for_no_more(library: Library) -> None:
    picture = sitting(library)
    moved_to(library, BodySite(region="breast"))
    picture = sitting(library)
    releasing.release(library, picture, Framing.LESION, by="Ann")
    answers = Answers.of(library)
    x0, y0 = WOUND[0]
    larger = replace(
        picture,
        outlines=(
            replace(
                picture.outlines[0],
                outline=Outline(outer=((x0 - 20, y0 - 20), *WOUND[1:])),
            ),
        ),
    )
    smaller = replace(
        picture,
        outlines=(
            replace(
                picture.outlines[0],
                outline=Outline(outer=((x0 + 10, y0 + 10), *WOUND[1:])),
            ),
        ),
    )

    assert releasing.why_stays(picture, Framing.LESION, answers) is None
    assert releasing.why_stays(smaller, Framing.LESION, answers) is None
    assert releasing.why_stays(larger, Framing.LESION, answers) is Stays.NOT_LOOKED_AT
    assert releasing.why_stays(picture, Framing.WHOLE, answers) is Stays.NOT_LOOKED_AT


def test_who_released_the_whole_released_every_part_of_it(library: Library) -> None:
    moved_to(library, BodySite(region="breast"))
    releasing.release(library, sitting(library), Framing.WHOLE, by="Ann")

    waiting = waiting_of(library)

    assert [one.sitting.photograph.id for one in waiting] == [key(101)]


def test_a_no_counts_where_nobody_had_to_ask_and_for_all_that_shows_as_much(
    library: Library,
) -> None:
    picture = sitting(library)
    releasing.release(library, picture, Framing.WHOLE, by="Ann")
    releasing.refuse(library, picture, Framing.LESION, by="Ann")
    answers = Answers.of(library)

    for framing in Framing:
        assert releasing.why_stays(picture, framing, answers) is Stays.REFUSED
        identified = releasing.why_stays(picture, framing, answers, is_identified=True)
        assert identified is Stays.REFUSED


def test_of_an_earlier_day_only_a_yes_given_by_then_counts_and_still_counting(
    library: Library,
) -> None:
    picture, before = sitting(library), datetime(2026, 1, 1, tzinfo=UTC)
    yes = releasing.release(library, picture, Framing.WHOLE, by="Ann")
    after = yes.recorded_at

    early = releasing.why_stays(picture, Framing.WHOLE, Answers.of(library, as_of=before))
    then = releasing.why_stays(picture, Framing.WHOLE, Answers.of(library, as_of=after))
    releasing.withdraw(library, yes, by="Ann")
    withdrawn = releasing.why_stays(picture, Framing.WHOLE, Answers.of(library, as_of=after))

    assert (early, then, withdrawn) == (Stays.NOT_LOOKED_AT, None, Stays.NOT_LOOKED_AT)


# --- what leaves ---------------------------------------------------------------------------------


def test_the_bundle_holds_pictures_and_masks_at_one_scale_and_the_same_bytes_again(
    library: Library, tmp_path: Path
) -> None:
    rows = bundle(library, tmp_path / "one", with_masks=True)
    bundle(library, tmp_path / "two", with_masks=True)

    assert [row["file_na"] for row in rows] == ["", ""]
    assert {(row["framing"], row["margin_mm"], row["mm_per_px"]) for row in rows} == {
        ("lesion", "15.0", "0.200000")
    }
    assert {(row["width_px"], row["height_px"]) for row in rows} == {("230", "210")}
    names = {row["file"] for row in rows} | {row["mask_file"] for row in rows}
    assert len(names) == 4
    for name in (*names, "images.csv", "manifest.json"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    of = "pseudonymised, 1 patients, pictures of the lesion, with masks, to two"
    assert [(one.verb, one.why) for one in library.audit_trail(2)] == [
        ("begin export", f"csv with pictures, {of}"),
        ("export", f"csv with 2 pictures, {of}"),
    ]


def test_a_picture_that_stays_says_why_beside_its_row(library: Library, tmp_path: Path) -> None:
    (lesion,), (visit,) = library.lesions(key(1)), library.visits(key(1))
    damaged = add_photograph(library, "other.jpg", FILES["turned.jpg"], 7, lesion, visit)
    path = library.originals.path(damaged.photograph.sha256)
    path.chmod(0o600)
    path.write_bytes(b"\xff\xd8\xff nothing")
    releasing.refuse(library, sitting(library), Framing.LESION, by="Ann")

    rows = bundle(library, tmp_path / "out")
    wide = bundle(library, tmp_path / "wide", pictures=Framing.AROUND)
    without = bundle(library, tmp_path / "without", pictures=None)

    assert sorted(row["file_na"] for row in rows) == ["", "photograph_unreadable", "refused"]
    assert sorted(row["file_na"] for row in wide) == ["not_looked_at", "not_looked_at", "refused"]
    assert {row["file_na"] for row in without} == {"not_asked_for"}
    assert not list((tmp_path / "wide").rglob("*.jpg"))


def test_without_a_yes_to_research_the_numbers_may_leave_and_no_picture(tmp_path: Path) -> None:
    with filled_library(tmp_path / "library", JPEGS[:1], agrees=False) as library:
        (row,) = bundle(library, tmp_path / "out")
        (own,) = bundle(library, tmp_path / "own", is_identified=True)

    assert row["file_na"] == "no_consent"
    assert own["file"].startswith("pictures/")


def test_a_photograph_out_of_view_stays_whatever_rests_on_it(
    library: Library, tmp_path: Path
) -> None:
    first: VisitPhotograph = library.photograph(key(100))
    with library.verb("retire", by="Ann") as change:
        change.update_photograph(replace(first, is_retired=True))

    rows = bundle(library, tmp_path / "out")

    assert sorted(row["file_na"] for row in rows) == ["", "photograph_withdrawn"]


def test_an_export_that_is_stopped_or_has_no_room_leaves_no_picture_behind(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    choice = ExportChoice(pictures=Framing.LESION)
    asked: list[float] = []

    def stop(share: float, _: str) -> None:
        asked.append(share)
        if len(asked) == 3:  # the patient, the first picture, the second
            raise Cancelled

    with pytest.raises(Cancelled):
        write_csv(open_export(library, choice, by="Ann"), tmp_path / "out", by="Ann", progress=stop)
    assert not [one for one in tmp_path.rglob("*") if one.name.startswith(".out")]
    assert not (tmp_path / "out").exists()

    def full(path: Path, data: bytes) -> int:
        raise OSError(errno.ENOSPC, f"no room for {len(data)} bytes", str(path))

    monkeypatch.setattr(picture_export, "_put", full)
    with pytest.raises(DiskFull):
        write_csv(open_export(library, choice, by="Ann"), tmp_path / "out", by="Ann")
    assert not (tmp_path / "out").exists()


def test_an_export_without_pictures_takes_those_of_an_earlier_one_away(
    library: Library, tmp_path: Path
) -> None:
    bundle(library, tmp_path / "out", with_masks=True)
    assert len(list((tmp_path / "out").rglob("*.jpg"))) == 2

    bundle(library, tmp_path / "out", pictures=None)

    assert {one.suffix for one in (tmp_path / "out").rglob("*")} == {".csv", ".json"}


def test_on_the_command_line_masks_go_with_pictures_and_counts_are_told(
    library: Library, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = str(library.path)
    library.close()
    out = str(tmp_path / "out")

    assert cli.main(["export", folder, out, "--format", "csv", "--masks"]) == WRONG_USE
    assert "--masks and --framing go with --pictures." in capsys.readouterr().err
    wishes = ["--pictures", "--framing", "whole", "--by", "Ann"]
    assert cli.main(["export", folder, out, "--format", "csv", *wishes]) == 0
    said = capsys.readouterr().err
    assert "0 pictures written." in said
    assert "2 pictures stay: a person has to look at it first." in said
