"""The timeline room: curves, photographs and numbers, in step."""
