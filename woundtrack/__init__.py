"""woundtrack: serial photographs of skin ulcers in, defensible healing timelines out."""

__version__ = "0.1.0"
