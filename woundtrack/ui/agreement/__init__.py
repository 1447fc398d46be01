"""Blinded reading: sessions of readers, the reading itself, and how well they agree."""
