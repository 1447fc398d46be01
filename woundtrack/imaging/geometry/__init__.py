"""The shape that skin is taken to have: a plane or a limb, and what lengths and areas are on it."""
