"""The outline network's model card: data, recipe, figures, where it fails, what it isn't for.

Hides the card's wording and its two drawings. The figures are those that a benchmark wrote:

    python -m benchmarks.outlines FOLDER --clicks --json figures.json
    python -m training.card FOLDER --figures figures.json --curve build/training/curve.csv
"""

from __future__ import annotations

import argparse
import csv
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np

from training import photographs
from training.photographs import Labelled, Mask
from woundtrack.imaging import propose_outlines
from woundtrack.imaging.outline import union_mask
from woundtrack.imaging.outlining.network_asset import (
    CARD,
    FACTS,
    NetworkFacts,
    network_in_use,
    read_facts,
)

CURVE: Final = "curve.svg"
FAILURES: Final = "failures.svg"
WORST: Final = 12  # proposals drawn
CURVE_ROWS: Final = 9

_TILE: Final = 120
_ACROSS: Final = 4
_TRUTH, _FOUND, _INK, _PAPER, _GRID = "#1b7f3b", "#c62828", "#333333", "#ffffff", "#dddddd"
_GESTURES: Final = {"automatic": "none", "click": "a click", "box": "a box"}

Figures = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, eq=False)
class Failure:
    """One photograph's outlines, in shares of its longer side: the experts' and the proposed."""

    dice: float
    truth: tuple[np.ndarray, ...]
    found: tuple[np.ndarray, ...]
    size: tuple[float, float]


# --- where it fails ------------------------------------------------------------------------------


def failures(judged: Iterator[Labelled] | Sequence[Labelled]) -> list[Failure]:
    """Return the worst proposals for photographs with wounds, worst first."""
    seen = [_failure(photograph) for photograph in judged if photograph.lesions]
    return sorted(seen, key=lambda one: one.dice)[:WORST]


def _failure(photograph: Labelled) -> Failure:
    truth = photograph.mask
    found = union_mask(propose_outlines(photograph.pixels), truth.shape)
    height, width = truth.shape
    longer = max(height, width)
    return Failure(
        dice=2 * float((truth & found).sum()) / float(truth.sum() + found.sum()),
        truth=_rings(truth, longer),
        found=_rings(found, longer),
        size=(width / longer, height / longer),
    )


def _rings(mask: Mask, longer: int) -> tuple[np.ndarray, ...]:
    """Return the rings of a mask, with no more points than a drawing shows."""
    contours, _ = cv2.findContours(mask.astype(np.uint8), cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    simple = (cv2.approxPolyDP(one, 0.003 * longer, closed=True)[:, 0] for one in contours)
    return tuple(one / longer for one in simple if len(one) >= 3)


def drawn_failures(worst: Sequence[Failure]) -> str:
    """Return the worst proposals as a drawing: outlines alone, no photograph."""
    rows = -(-len(worst) // _ACROSS)
    step = _TILE + 10
    lines = []
    for place, one in enumerate(worst):
        x, y = 10 + place % _ACROSS * step, 30 + place // _ACROSS * (step + 18)
        width, height = (round(_TILE * side) for side in one.size)
        lines.append(
            f'<rect x="{x}" y="{y}" width="{width}" height="{height}" fill="none" '
            f'stroke="{_GRID}"/>'
        )
        for rings, colour in ((one.truth, _TRUTH), (one.found, _FOUND)):
            for ring in rings:
                path = " ".join(f"{x + _TILE * px:.1f},{y + _TILE * py:.1f}" for px, py in ring)
                lines.append(
                    f'<polygon points="{path}" fill="{colour}" fill-opacity="0.18" '
                    f'stroke="{colour}" stroke-width="1.5"/>'
                )
        lines.append(_words(x, y + _TILE + 14, f"Dice {one.dice:.2f}"))
    lines.append(_words(10, 18, "experts", _TRUTH))
    lines.append(_words(70, 18, "proposed", _FOUND))
    return _svg(10 + _ACROSS * step, 30 + rows * (step + 18), lines)


# --- the curve -----------------------------------------------------------------------------------


def read_curve(path: Path) -> list[dict[str, float]]:
    """Return the rows of a training's ``curve.csv``."""
    with path.open(encoding="utf-8", newline="") as file:
        return [{name: float(value) for name, value in row.items()} for row in csv.DictReader(file)]


def drawn_curve(curve: Sequence[Mapping[str, float]]) -> str:
    """Return the watched Dice over the steps as a drawing."""
    left, top, width, height = 44, 30, 470, 200
    last = max(row["step"] for row in curve)
    lines = []
    for tenth in range(0, 11, 2):
        y = top + height * (1 - tenth / 10)
        lines.append(f'<path d="M{left} {y:.1f}h{width}" stroke="{_GRID}"/>')
        lines.append(_words(12, y + 4, f"{tenth / 10:.1f}"))
    for name, colour, said, x in (
        ("watched_dice_proposed", _FOUND, "Dice, proposed", left),
        ("watched_dice_boxed", _TRUTH, "Dice, of a box", left + 130),
    ):
        points = " ".join(
            f"{left + width * row['step'] / last:.1f},{top + height * (1 - row[name]):.1f}"
            for row in curve
        )
        lines.append(
            f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>'
        )
        lines.append(_words(x, 18, said, colour))
    lines.append(_words(left, top + height + 18, "0"))
    lines.append(_words(left + width - 70, top + height + 18, f"{last:.0f} steps"))
    return _svg(left + width + 16, top + height + 28, lines)


def _words(x: float, y: float, said: str, colour: str = _INK) -> str:
    return (
        f'<text x="{x:.0f}" y="{y:.0f}" font-family="sans-serif" font-size="13" '
        f'fill="{colour}">{said}</text>'
    )


def _svg(width: int, height: int, lines: Sequence[str]) -> str:
    inside = "\n".join(lines)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}">\n'
        f'<rect width="{width}" height="{height}" fill="{_PAPER}"/>\n{inside}\n</svg>\n'
    )


# --- the card ------------------------------------------------------------------------------------


def card(
    facts: NetworkFacts,
    figures: Figures,
    curve: Sequence[Mapping[str, float]],
    worst: Sequence[Failure],
) -> str:
    """Return the card, in Markdown."""
    ours = figures["method"]
    automatic = figures["rows"][ours]["automatic"]
    left_out = Counter(why.partition(":")[0] for why in photographs.left_out().values())
    return _CARD.format(
        version=facts.version,
        sha256=facts.sha256,
        made_on=facts.made_on,
        count=facts.photographs,
        learnt_from=facts.learnt_from,
        data_on=facts.data_on,
        steps=facts.steps,
        seed=facts.seed,
        judged=figures["photographs"],
        held_back=len(photographs.held_back()),
        alike=left_out["nearly like a held-back photograph"],
        empty=left_out["empty mask"],
        watched_of=photographs.WATCHED_OF,
        curve_rows=_curve_table(curve),
        rows=_rows_table(figures["rows"]),
        clicks=_clicks_table(figures["clicks"]),
        by_size=_groups_table("share of the picture that is wound", figures["by_size"]),
        by_tone=_groups_table("skin round the wound, as photographed", figures["by_tone"]),
        wrong=f"{100 * (automatic['failed'] - automatic['none']):.0f} %",
        none=f"{100 * automatic['none']:.0f} %",
        worst=len(worst),
        failures=FAILURES,
        curve=CURVE,
    )


def _rows_table(rows: Mapping[str, Mapping[str, Mapping[str, float]]]) -> str:
    lines = [
        "| gesture | method | Dice, mean | median | pooled | IoU, mean |",
        "|---|---|---|---|---|---|",
    ]
    for gesture, said in _GESTURES.items():
        for method, told in rows.items():
            if gesture in told:
                row = told[gesture]
                values = (f"{row[name]:.3f}" for name in ("mean", "median", "pooled", "iou"))
                lines.append(f"| {said} | {method} | {' | '.join(values)} |")
    return "\n".join(lines)


def _clicks_table(clicks: Mapping[str, Mapping[str, float]]) -> str:
    if not clicks:
        return "(Clicks were not counted in this run.)"
    names = sorted({name for told in clicks.values() for name in told if name.startswith("noc")})
    after = sorted(
        {name for told in clicks.values() for name in told if name.startswith("dice_after_")},
        key=lambda name: int(name.rpartition("_")[2]),
    )
    heads = [f"clicks to IoU 0.{name[3:]}" for name in names]
    heads += [f"Dice after {name.rpartition('_')[2]}" for name in after]
    heads += ["clicks that made it worse", "never at IoU 0.80 in ten"]
    lines = [f"| method | {' | '.join(heads)} |", "|---" * (len(heads) + 1) + "|"]
    for method, told in clicks.items():
        cells = [f"{told[name]:.2f}" for name in names]
        cells += [f"{told[name]:.3f}" for name in after]
        cells += [f"{100 * told[name]:.1f} %" for name in ("worse", "never")]
        lines.append(f"| {method} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _groups_table(what: str, groups: Mapping[str, Mapping[str, float]]) -> str:
    lines = [
        f"| {what} | photographs | {' | '.join(_GESTURES.values())} |",
        "|---|---|---|---|---|",
    ]
    for group, told in groups.items():
        values = " | ".join(f"{told[gesture]:.3f}" for gesture in _GESTURES)
        lines.append(f"| {group} | {told['n']:.0f} | {values} |")
    return "\n".join(lines)


def _curve_table(curve: Sequence[Mapping[str, float]]) -> str:
    lines = ["| step | loss | Dice, proposed | Dice, of a box |", "|---|---|---|---|"]
    places = np.unique(np.linspace(0, len(curve) - 1, CURVE_ROWS).round().astype(int))
    lines += [
        f"| {row['step']:.0f} | {row['loss']:.3f} | {row['watched_dice_proposed']:.3f} | "
        f"{row['watched_dice_boxed']:.3f} |"
        for row in (curve[place] for place in places)
    ]
    return "\n".join(lines)


_CARD: Final = """\
# Model card: woundtrack's outline network

| | |
|---|---|
| version | {version} |
| SHA-256 of `outline.onnx` | `{sha256}` |
| made on | {made_on} |
| learnt from | {count} photographs: {learnt_from}, {data_on} |
| steps, seed | {steps}, {seed} |
| terms | **not for commercial use**: `LICENCE.md` says why |

## What it is for

It proposes the edges of skin wounds in photographs, and answers a person's boxes and clicks. A
person accepts or corrects every outline; the version and the hash above are kept with each one made
with it.

## What it must not be used for

- **To accept outlines that nobody looked at**, or to say that there is no wound.
- To say what a wound is, how it does, or how it should be treated: it knows edges alone.
- For what it has not seen: anything but feet and lower legs, wounds under eschar, and skin that is
  dark are missing or rare in its data (below). Calciphylaxis is not among it at all.
- Commercially.

## Data

{learnt_from} ({data_on}; Wang et al., *Information* 2024, 15(3), 140, doi 10.3390/info15030140;
public repository `uwm-bigdata/wound-segmentation`): 810 photographs, de-identified by their
publishers and collected at the AZH Wound and Vascular Center, Milwaukee, with masks drawn by
wound-care experts.

- **Split by look-alike groups**, not by photograph, since several show the same foot.
  {held_back} photographs were held back, in a list that was committed before the first training
  (`training/held_back.txt`); {alike} that nearly look like one of those were left out, and so were
  {empty} with an empty mask that is wrong or doubtful by eye (`training/left_out.csv`, each with
  the reason). One in {watched_of} of the rest drew the curve below and was not learnt from.
- The challenge's own validation and test photographs were neither learnt from nor looked at.
- **Known faults**: edges rough to 1 to 2 pixels; no marker and no scale in any photograph; feet and
  lower legs only; hardly any eschar; few dark skins. What the masks get wrong, the network learns.

## Recipe

From scratch: no weights of others. A small residual U-Net (`training/network.py`) reads windows of
256 pixels a side: red, green and blue, clicks to include, clicks to exclude, and the outline so far
or a dragged box. It is taught with cross entropy and soft Dice, by AdamW with a cosine schedule;
the weights are a running mean of those on the way. Each window is cut, turned, scaled, lit,
coloured, blurred and compressed anew; cards, rulers, gloves and dressings are laid over some, skin
is darkened in some, and photographs of darker skin are shown more often. Gestures are simulated:
none at all, boxes, clicks in and out, last visit's outline, and corrections of the network's own
proposals.

    python -m training FOLDER --steps {steps} --seed {seed}

![Watched Dice over the steps]({curve})

{curve_rows}

## Figures

{judged} held-back photographs with wounds, by `python -m benchmarks.outlines`. Dice is with the
experts' masks; *pooled* counts the pixels of all photographs together.

{rows}

Clicks from nothing, the next one in the middle of the largest mistake, at most 20:

{clicks}

Mean Dice of this network by size and by tone of the skin:

{by_size}

{by_tone}

Five clinicians outlining the same ulcers agree with a mean Dice of 0.81.

## Where it fails

Without a gesture {wrong} of the photographs get a wrong proposal (Dice under 0.5), and {none} get
none although there is a wound. The {worst} worst, the experts' outline in green, the proposed one
in red:

![Outlines of the worst proposals]({failures})

The photographs themselves are not shown: they may not be passed on with this project.
"""


def main() -> int:
    """Write the card and its drawings beside the network."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path, help="the photographs that judge it")
    parser.add_argument("--figures", type=Path, required=True, help="of benchmarks.outlines --json")
    parser.add_argument("--curve", type=Path, default=Path("build/training/curve.csv"))
    parser.add_argument("--out", type=Path, default=Path("assets/outline"))
    parser.add_argument("--limit", type=int, help="look for failures in so many photographs only")
    asked = parser.parse_args()
    facts = read_facts(asked.out / FACTS)
    used = network_in_use()
    if used.facts != facts:
        print(f"The network in {asked.out} is not the one in use, so its failures can't be drawn.")
        return 1
    curve = read_curve(asked.curve)
    figures = json.loads(asked.figures.read_text(encoding="utf-8"))
    if figures.get("network_sha256", facts.sha256) != facts.sha256:
        print(f"{asked.figures} holds figures of another network than the one in {asked.out}.")
        return 1
    judged = [one for one in photographs.judged(asked.folder) if one.lesions][: asked.limit]
    worst = failures(judged)
    for name, text in (
        (CURVE, drawn_curve(curve)),
        (FAILURES, drawn_failures(worst)),
        (CARD, card(facts, figures, curve, worst)),
    ):
        (asked.out / name).write_text(text, encoding="utf-8", newline="\n")
    print(f"Wrote {asked.out / CARD}.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
