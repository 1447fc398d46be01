"""What gestures and proposals promise holds with the outline network and without it."""

from __future__ import annotations

import pytest

from woundtrack.imaging.outlining import fitting, gesture, proposal
from woundtrack.imaging.outlining.network_asset import outline_network


@pytest.fixture(params=["by OpenCV alone", "with the network"])
def is_with_network(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Run a test twice; with the network only where this checkout has one."""
    if request.param == "by OpenCV alone":
        for module in (fitting, gesture, proposal):
            monkeypatch.setattr(module, "outline_network", lambda: None)
        return False
    if outline_network() is None:
        pytest.skip("this checkout has no outline network")
    return True
