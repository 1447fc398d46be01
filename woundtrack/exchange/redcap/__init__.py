"""REDCap: a data dictionary of 18 columns and the data that goes with it, and both read back.

Hides which forms and fields the record becomes, how each value is written, and what REDCap refuses.
"""

from woundtrack.exchange.redcap.checking import Fault, check_data, check_dictionary, check_project
from woundtrack.exchange.redcap.dictionary import (
    HEADERS,
    Dictionary,
    Field,
    read_dictionary,
    write_dictionary,
)
from woundtrack.exchange.redcap.project import (
    MANIFEST,
    Project,
    WrittenProject,
    read_project,
    write_project,
)
from woundtrack.exchange.redcap.rows import Row, RowWriter, Value, read_rows

__all__ = [
    "HEADERS",
    "MANIFEST",
    "Dictionary",
    "Fault",
    "Field",
    "Project",
    "Row",
    "RowWriter",
    "Value",
    "WrittenProject",
    "check_data",
    "check_dictionary",
    "check_project",
    "read_dictionary",
    "read_project",
    "read_rows",
    "write_dictionary",
    "write_project",
]
