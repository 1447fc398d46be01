"""Visits laid on each other in true size: turned and shifted, never stretched; and as a film."""
