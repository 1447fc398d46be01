"""The body map: a figure with a dot per lesion, and the way from its regions to the model's sites.

It knows neither session nor library: it shows courses it is given and says what a person chose.
"""

from woundtrack.ui.body_map.drawing import Region, drawing
from woundtrack.ui.body_map.picker import BodySitePicker
from woundtrack.ui.body_map.sites import name_of, overlap, regions_of, sites_of
from woundtrack.ui.body_map.view import BodyMap

__all__ = [
    "BodyMap",
    "BodySitePicker",
    "Region",
    "drawing",
    "name_of",
    "overlap",
    "regions_of",
    "sites_of",
]
