"""The page on DICOM tells what is so: its script runs, and prints what it says."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.dicom_clinic import filled_library
from woundtrack.workflow import exporting_dicom
from woundtrack.workflow.exporting import ExportChoice, open_export

pytest.importorskip("pydicom", reason="the libraries for DICOM aren't installed")

PAGE = Path(__file__).resolve().parents[3] / "docs" / "dicom.md"


def test_the_script_of_the_page_reads_what_was_written(tmp_path: Path) -> None:
    (script,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    with filled_library(tmp_path / "library", ("plain.jpg", "turned.jpg", "phone.heic")) as made:
        export = open_export(made, ExportChoice(is_identified=True), by="Ann")
        exporting_dicom.write_dicom(export, tmp_path / "out", by="Ann")

    answer = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "out")],
        capture_output=True,
        text=True,
        check=True,
    )

    words = "H-4711 | 20260304 | Lesion 1, left lower leg | Skin of lower leg"
    assert answer.stdout.splitlines() == [
        f"{words} | {shape} | 0.2000 mm"
        for shape in ("(200, 320, 3)", "(320, 200, 3)", "(200, 320, 3)")
    ]
