"""From a length that is known, a card or a ruler, to millimetres everywhere; and when not to."""
