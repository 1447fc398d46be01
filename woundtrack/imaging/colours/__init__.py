"""Colours by the card, and the tissue that is painted with their help."""
