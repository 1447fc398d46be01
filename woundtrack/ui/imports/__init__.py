"""The import room: photographs come in, are grouped into visits, and are filed."""
