"""A demonstration clinic: a year of generated photographs, taken in by the verbs a person uses."""

from __future__ import annotations

from woundtrack.demo.building import DemoReport, build_demo, default_folder

__all__ = ["DemoReport", "build_demo", "default_folder"]
