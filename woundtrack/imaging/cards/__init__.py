"""The printed cards: their sheets, and finding them and reading them in a photograph."""
