"""What a room is for and how it is worked in: a few sentences each, shown above its keys on F1.

Hides the wording; a room without an entry says nothing.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication


def _(text: str) -> str:
    return str(QT_TRANSLATE_NOOP("Help", text))


_WELCOME: Final = "welcome"
_SENTENCES: Final = {
    _WELCOME: _(
        "A library is a folder on this computer that holds the photographs and everything recorded "
        "of them. Print the card once, check its 100 mm bar with a ruler, and lay it flat beside "
        "every wound that is photographed."
    ),
    "import": _(
        "Drop photographs or a folder anywhere on the window. They are copied, never moved or "
        "changed. Groups of one patient and day are one visit; right-click a photograph to regroup "
        "it. Check that it is the right patient before you import: nothing is accepted yet."
    ),
    "review": _(
        "Each photograph comes with outlines that are proposed. Click to add, Alt-click to remove, "
        "or drag a box round the wound; brush, eraser, lasso and handles finish by hand. Say which "
        "lesion it is where that is in doubt. Enter records it and goes on; Ctrl Z takes anything "
        "back."
    ),
    "timeline": _(
        "A curve for each lesion, with the 95 % interval of every area, and each site's total. A "
        "gap stays a gap. The photographs below follow the visit that is chosen, all at one "
        "scale. Smaller and larger are said only where the change is more than measurement error."
    ),
    "compare": _(
        "Photographs of one lesion in true size, two to six of them, with their areas and the "
        "change. Line them up once by two to four places that both photos show, such as moles or "
        "scars: they are remembered. The skin is turned and shifted, never stretched."
    ),
    "record": _(
        "Choose the visit, then answer down the page: digits set pain and choose the answer in "
        "that place, arrows go through the answers, Enter goes on to the next question without "
        "one. Ctrl D answers as at the last visit; those answers are marked. N, A, D and U say not "
        "done, not assessable, declined and not known; none of these is a zero. Nothing is lost "
        "on leaving: unsaved answers are kept beside the library. Ctrl Enter saves the visit."
    ),
    "mdt": _(
        "Tick the patients who are to be shown and put them in order; the list stays with the "
        "library. The meeting is shown on a full screen, on the projector where there is one: a "
        "page a patient, and one key for the next. Names are hidden until they are asked for."
    ),
    "study": _(
        "All patients of the library who may be looked at for research, or those who pass the "
        "filters: each opens and takes several values. At the left every area since a lesion's "
        "first one, with median and quartiles; at the right how many closed, died or had surgery "
        "over time, as these compete. Numbers turns a figure over to what was computed, of whom, "
        "and its table; a saved figure carries it. Beneath, how well readers agree, once they have "
        "read blinded."
    ),
}


def help_of(room: str | None) -> str:
    """Return what to say of a room; None is the welcome page. Empty where there is nothing."""
    said = _SENTENCES.get(_WELCOME if room is None else room, "")
    return QCoreApplication.translate("Help", said) if said else ""
