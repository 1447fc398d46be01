"""The review room: the photograph, its outlines, whose they are, and accepting them."""
