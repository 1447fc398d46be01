"""From an outline and a calibration to sizes, with what makes them uncertain."""
