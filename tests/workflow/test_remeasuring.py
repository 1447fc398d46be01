"""What was accepted is measured again beside it: stopped and gone on with, and nothing replaced."""

from __future__ import annotations

import csv
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.remeasured_clinic import WITH_CARD, make_clinic
from woundtrack import cli, imaging, workflow
from woundtrack.errors import Cancelled, CardUnreliable, FileUnwritable
from woundtrack.exchange.tables.remeasured import COLUMNS, NO_AUTOMATIC, NO_SIZE
from woundtrack.imaging import network_in_use
from woundtrack.model import Assessment, Calibration, Outline, OutlineSource
from woundtrack.model.remeasurings import Remeasurement
from woundtrack.records import Library
from woundtrack.records.remeasurings import REMEASURED_FILE, Remeasurings
from woundtrack.workflow import remeasuring
from woundtrack.workflow.exporting import ExportChoice, open_export
from woundtrack.workflow.remeasured_table import write_remeasured_table
from woundtrack.workflow.remeasuring import remeasured


@pytest.fixture(scope="module")
def accepted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a library with one lesion: a visit with a card, and one without, by colour alone."""
    return make_clinic(tmp_path_factory.mktemp("accepted"))


@pytest.fixture
def library(accepted: Path, tmp_path: Path, of_the_copy: Path) -> Iterator[Library]:
    """Open a copy; without a network, as it was accepted."""
    shutil.copytree(accepted, tmp_path / "library")
    network_in_use.cache_clear()
    with Library.open(tmp_path / "library") as opened:
        yield opened


def kept_of(library: Library) -> Remeasurings:
    return Remeasurings(library.path, is_read_only=False)


def again(library: Library, *, outlines: bool = False) -> tuple[Remeasurement, ...]:
    """Return the results of all, the visit with a card first."""
    some = remeasured(library, library.patients(), kept=kept_of(library), with_outlines=outlines)
    return tuple(one for results in some for one in results)


def first(library: Library) -> Assessment:
    return library.assessments()[0]


def measured_as(library: Library, share: float) -> None:
    """Let the first visit have been accepted as larger by a factor, to 1 %."""
    before = first(library)
    old = before.outlines[0]
    assert old.measurement is not None
    area = old.measurement.area_mm2 * share
    size = replace(
        old.measurement,
        area_mm2=area,
        area_low_mm2=0.99 * area,
        area_high_mm2=1.01 * area,
        terms=(),
    )
    outlines = (replace(old, measurement=size),)
    with library.verb("correct", by="Ann") as change:
        change.add_assessment(before.revised(by="Ann", reason="For a test", outlines=outlines))


def test_the_same_program_measures_the_same_again_and_nothing_is_recorded(
    library: Library,
) -> None:
    head, size = library.audit_head(), first(library).ulcer
    assert size is not None

    with_card, without = again(library)

    assert with_card.accepted == with_card.anew == replace(size, terms=(), doubts=())
    assert (with_card.change, with_card.is_within_error, with_card.why_not) == (0.0, True, "")
    assert with_card.by == with_card.accepted_by
    assert with_card.automatic is None
    assert not with_card.has_outlines
    assert (without.accepted, without.anew, without.change) == (None, None, None)
    assert without.why_not == "card_not_found"
    assert library.audit_head() == head


def test_a_difference_is_within_measurement_error_or_more(library: Library) -> None:
    measured_as(library, 1.25)

    assert again(library)[0].change == pytest.approx(1 / 1.25 - 1)
    assert again(library)[0].is_within_error is False

    measured_as(library, 0.8 * 1.01)  # 1 % larger than it was at first
    assert again(library)[0].is_within_error is True


def test_the_print_scale_stays_that_of_the_day_whichever_printer_is_used_since(
    library: Library,
) -> None:
    workflow.record_print_scale(library, "Ward 3", 97.0, 97.0, WITH_CARD, by="Ann")
    before = again(library)[0]
    assert before.change == 0.0  # accepted before anybody measured the printer
    scale = workflow.print_scale_in_use(library)
    assert scale is not None
    anew = workflow.measured_anew(workflow.accepted_before(library), scale)
    workflow.rescale_accepted(library, anew, by="Ann")
    workflow.record_print_scale(library, "Ward 4", 103.0, 103.0, WITH_CARD, by="Ann")

    since = again(library)[0]

    assert since.accepted is not None
    assert before.accepted is not None
    assert since.accepted.area_mm2 == pytest.approx(0.97**2 * before.accepted.area_mm2)
    assert since.change == pytest.approx(0.0, abs=1e-9)


def test_the_present_outline_is_laid_beside_the_accepted_one(library: Library) -> None:
    as_accepted, no_scale = again(library, outlines=True)
    assert as_accepted.automatic is not None
    assert no_scale.automatic is not None
    assert (as_accepted.automatic.dice, as_accepted.automatic.mean_mm) == (1.0, 0.0)
    assert (no_scale.automatic.dice, no_scale.automatic.mean_mm) == (1.0, None)

    before = first(library)
    whole = before.outlines[0].outline
    x, y = whole.centre
    # A ring drawn half as wide lies wholly in the former: 2 · ¼ / (¼ + 1) of both.
    ring = tuple(((a + x) / 2, (b + y) / 2) for a, b in whole.outer)
    smaller = Outline(outer=ring, source=OutlineSource.DRAWN)
    workflow.correct(library, before, smaller, by="Ben", reason="Only the middle is open")

    automatic = again(library, outlines=True)[0].automatic

    assert automatic is not None
    assert automatic.dice == automatic.dice_then == pytest.approx(0.4, abs=0.01)
    assert automatic.area_ratio == pytest.approx(4.0, abs=0.05)
    assert automatic.mean_mm == pytest.approx(7.4, abs=0.8)  # half of a radius of 14.9 mm
    assert automatic.part_count == 1
    drawn = again(library)[0]
    assert drawn.source is OutlineSource.DRAWN
    assert drawn.edited_share == pytest.approx(0.75, abs=0.01)  # 1 less ¼ of 1


def test_where_nothing_is_found_over_a_lesion_that_is_said(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    far = Outline(outer=((5.0, 5.0), (25.0, 5.0), (25.0, 25.0), (5.0, 25.0)))
    monkeypatch.setattr(imaging, "propose_outlines", lambda *_: (far,))
    assert again(library, outlines=True)[0].why_no_automatic == "outline_elsewhere"

    Path(library.path / REMEASURED_FILE).unlink()
    monkeypatch.setattr(imaging, "propose_outlines", lambda *_: ())
    assert again(library, outlines=True)[0].why_no_automatic == "outline_not_found"


def test_a_missing_original_stops_nothing_and_is_looked_for_again(library: Library) -> None:
    sha256 = library.photograph(first(library).photograph_ids[0]).photograph.sha256
    path = library.originals.path(sha256)
    data = path.read_bytes()
    path.unlink()

    gone, other = again(library, outlines=True)

    assert (gone.anew, gone.why_not) == (None, "original_missing")
    assert (gone.has_outlines, gone.why_no_automatic) == (True, "original_missing")
    assert other.automatic is not None

    path.write_bytes(data[:-2000] + bytes(2000))
    assert again(library)[0].why_not == "original_damaged"
    path.write_bytes(data)
    assert again(library)[0].change == 0.0


def test_what_was_stopped_goes_on_and_what_is_done_is_not_done_again(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[str] = []
    look_again = remeasuring.look_again

    def counting(*given: object, **more: object) -> object:
        looked.append(given[1].filed.visit_id)  # type: ignore[attr-defined]
        return look_again(*given, **more)  # type: ignore[arg-type]

    def stop(fraction: float, message: str) -> None:
        if fraction > 0:
            raise Cancelled

    monkeypatch.setattr(remeasuring, "look_again", counting)
    with pytest.raises(Cancelled):
        list(remeasured(library, library.patients(), kept=kept_of(library), progress=stop))
    with (library.path / REMEASURED_FILE).open("ab") as file:
        file.write(b'{"format":1,"patient_id":"cut sho')
    assert len(looked) == 1

    assert len(again(library)) == 2
    assert len(again(library)) == 2
    assert len(looked) == 2

    again(library, outlines=True)  # which nobody asked for before
    measured_as(library, 1.1)  # a newer revision
    again(library, outlines=True)
    assert len(looked) == 5
    monkeypatch.setattr(remeasuring, "__version__", "9.9")
    assert again(library)[0].by.application == "9.9"
    assert len(looked) == 7
    lines = (library.path / REMEASURED_FILE).read_bytes().count(b"\n")
    assert len(kept_of(library)) == 3
    assert (library.path / REMEASURED_FILE).read_bytes().count(b"\n") == 3 < lines


def test_another_network_of_the_same_number_is_another_version(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    method = replace(imaging.proposal_method(), name="automatic-network")
    names = []
    for sha256 in ("a" * 64, "b" * 64):
        told = (("network_version", "1"), ("network_sha256", sha256))
        monkeypatch.setattr(
            imaging, "proposal_method", lambda told=told: replace(method, parameters=told)
        )
        names.append(remeasuring.present_versions().outlining)

    assert names == [f"automatic-network {method.version}, network 1 ({sign * 8})" for sign in "ab"]


def test_a_ruler_is_read_again_where_it_was_set(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    photograph_id = library.assessments()[1].photograph_ids[0]
    proposal = library.proposal_of(photograph_id)
    workflow.set_ruler(library, proposal, (100.0, 900.0), (500.0, 900.0), 40.0, by="Ann")

    ruled = again(library)[1]

    assert ruled.accepted_scale.startswith("ruler")
    assert ruled.anew_scale.startswith("ruler")
    assert ruled.change == pytest.approx(0.0, abs=1e-6)

    def none(*_: object, **__: object) -> Calibration:
        raise CardUnreliable(reason="it is bent")

    (library.path / REMEASURED_FILE).unlink()
    monkeypatch.setattr(imaging, "find_calibration", none)
    assert [one.why_not for one in again(library)] == ["card_unreliable", "card_unreliable"]


# --- the table -----------------------------------------------------------------------------------


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_the_table_holds_a_row_an_outline_under_the_studys_codes(
    library: Library, tmp_path: Path
) -> None:
    out = tmp_path / "again.csv"
    code = cli.main(["remeasure", str(library.path), str(out), "--outlines", "--by", "Ann"])

    assert code == 1  # it is open for writing here, and can't give out study codes there
    assert not out.exists()
    library.close()
    code = cli.main(["remeasure", str(library.path), str(out), "--outlines", "--by", "Ann"])

    with_card, without = rows_of(out)
    assert code == 1  # one has no card
    assert re.fullmatch(r"P-[A-Z0-9]{6}", with_card["patient_id"])
    assert with_card["area_cm2"] == with_card["accepted_area_cm2"] != ""
    assert with_card["within_measurement_error"] == "true"
    assert (with_card["dice"], with_card["edge_mean_mm"]) == ("1.0000", "0.000")
    assert (without["area_cm2"], without["area_na"]) == ("", "card_not_found")
    assert (without["day"], with_card["day"]) == ("7", "0")
    text = out.read_text(encoding="utf-8")
    assert "CX-001" not in text
    assert "2026-03" not in text
    assert ".jpg" not in text

    first_bytes = out.read_bytes()
    cli.main(["remeasure", str(library.path), str(out), "--outlines", "--by", "Ann"])
    assert out.read_bytes() == first_bytes


def test_a_file_of_another_origin_is_left_alone(library: Library, tmp_path: Path) -> None:
    out = tmp_path / "mine.csv"
    out.write_text("my,own\n1,2\n", encoding="utf-8")
    going = open_export(library, ExportChoice(is_identified=True), by="Ann")

    with pytest.raises(FileUnwritable, match="remeasuring didn't write"):
        write_remeasured_table(going, out, by="Ann")
    assert out.read_text(encoding="utf-8") == "my,own\n1,2\n"

    table = write_remeasured_table(
        going, tmp_path / "named.csv", patient=library.patients()[0], by="Ann"
    )
    assert (table.rows, table.differ, table.not_measured) == (2, 0, 1)
    row = rows_of(table.path)[0]
    assert (row["patient_id"], row["date"], row["lesion"]) == ("CX-001", "2026-03-04", "A1")
    assert library.audit_trail()[-1].verb == "export"
    assert [path.name for path in tmp_path.glob(".*")] == []


def test_every_column_and_every_reason_is_in_the_documentation() -> None:
    page = (Path(__file__).parents[2] / "docs" / "remeasuring.md").read_text(encoding="utf-8")
    columns = re.findall(r"^\| `(\w+)`", page, re.MULTILINE)

    assert columns == [column.name for column in COLUMNS]
    for code in {*NO_SIZE, *NO_AUTOMATIC}:
        assert f"`{code}`" in page
