"""The window round the rooms: rail, patients, welcome, status bar, sheets, what went wrong."""
