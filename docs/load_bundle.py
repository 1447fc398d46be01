"""Load a tidy bundle with pandas and draw it.

    python load_bundle.py BUNDLE FIGURE.svg

Left, every lesion's area in % of its first, and the median of each 28 days with three lesions:
a simpler rule than the Study room's, which takes each lesion's area nearest to every 28th day.
Right, the cumulative incidence of closure with death and amputation competing (Aalen-Johansen),
from each lesion's first visit. Needs pandas and matplotlib. What it computed is printed as JSON.
"""

import json
import sys
from pathlib import Path

import matplotlib as mpl
import pandas as pd

mpl.use("Agg")
import matplotlib.pyplot as plt

CAUSES = {1: "closed", 2: "died with it open", 3: "amputated or closed by surgery"}


def load(bundle: Path) -> dict[str, pd.DataFrame]:
    """Return every table by its name, with the types that datapackage.json says."""
    package = json.loads((bundle / "datapackage.json").read_text(encoding="utf-8"))
    kinds = {"integer": "Int64", "number": "float64", "boolean": "boolean", "string": "string"}
    tables = {}
    for resource in package["resources"]:
        fields = resource["schema"]["fields"]
        types = {field["name"]: kinds[field["type"]] for field in fields if field["type"] in kinds}
        tables[resource["name"]] = pd.read_csv(
            bundle / resource["path"], dtype=types, keep_default_na=False, na_values=[""]
        )
    return tables


def percent_of_baseline(measurements: pd.DataFrame) -> pd.DataFrame:
    """Return each lesion's days since its first open area, and its area in % of that."""
    measured = measurements[measurements["area_traced_cm2"].notna()].sort_values("day")
    opened = measured[measured["area_traced_cm2"] > 0].groupby("lesion_id").first()
    first = opened[["day", "area_traced_cm2"]].add_suffix("_first")
    joined = measured.join(first, on="lesion_id")
    joined = joined[joined["day"] >= joined["day_first"]]
    return pd.DataFrame(
        {
            "lesion_id": joined["lesion_id"],
            "days": (joined["day"] - joined["day_first"]).astype(int),
            "percent": 100 * joined["area_traced_cm2"] / joined["area_traced_cm2_first"],
        }
    )


def median_of_each(areas: pd.DataFrame, days: int = 28, least: int = 3) -> pd.Series:
    """Return the median of each stretch of days, by its number, where there are enough lesions."""
    stretch = areas["days"] // days
    enough = areas.groupby(stretch)["lesion_id"].nunique() >= least
    return areas.groupby(stretch)["percent"].median()[enough]


def cumulative_incidence(outcomes: pd.DataFrame) -> pd.DataFrame:
    """Return by day the share of lesions with each outcome; days count from the first visit."""
    day = (outcomes["time_day"] - outcomes["entry_day"]).astype(int)
    status = outcomes["status"].astype(int)
    surviving, shares, rows = 1.0, dict.fromkeys(CAUSES, 0.0), []
    for time in sorted(day.unique()):
        at_risk = int((day >= time).sum())
        counts = {cause: int(((day == time) & (status == cause)).sum()) for cause in CAUSES}
        for cause, count in counts.items():
            shares[cause] += surviving * count / at_risk
        surviving *= 1 - sum(counts.values()) / at_risk
        rows.append({"day": time, "at_risk": at_risk, **shares})
    return pd.DataFrame(rows)


def nothing_to_draw(tables: dict[str, pd.DataFrame]) -> str | None:
    """Return a sentence that says what is missing; None where there is something to draw."""
    if tables["patients"].empty:
        return (
            "This bundle holds no patients, so there is nothing to draw: manifest.json says how "
            "many were left out, and by which filters."
        )
    if tables["outcomes"].empty or not (tables["measurements"]["area_traced_cm2"] > 0).any():
        return (
            "No lesion in this bundle has an open area and an outcome, so there is nothing to "
            "draw: look at measurements.csv and outcomes.csv."
        )
    return None


def main(bundle: Path, figure: Path) -> None:
    """Load, draw and print."""
    tables = load(bundle)
    missing = nothing_to_draw(tables)
    if missing is not None:
        sys.exit(missing)
    areas = percent_of_baseline(tables["measurements"])
    incidence = cumulative_incidence(tables["outcomes"])

    _, (left, right) = plt.subplots(1, 2, figsize=(10, 4), layout="constrained")
    for _, lesion in areas.groupby("lesion_id"):
        left.plot(lesion["days"] / 7, lesion["percent"], color="0.75", linewidth=0.8)
    medians = median_of_each(areas)
    left.plot((medians.index * 28 + 14) / 7, medians, color="C0", marker="o")
    left.set(xlabel="weeks since first measured", ylabel="area, % of the first", yscale="symlog")
    for cause, words in CAUSES.items():
        right.step(incidence["day"] / 7, incidence[cause], where="post", label=words)
    right.set(xlabel="weeks since first seen", ylabel="cumulative incidence", ylim=(0, 1))
    right.legend(frameon=False)
    plt.savefig(figure)

    last = incidence.iloc[-1]
    told = {
        "patients": len(tables["patients"]),
        "lesions": len(tables["lesions"]),
        "measurements": len(tables["measurements"]),
        "median_percent": [round(value, 6) for value in medians],
        "incidence": {words: round(float(last[cause]), 6) for cause, words in CAUSES.items()},
    }
    print(json.dumps(told))  # noqa: T201


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(Path(sys.argv[1]), Path(sys.argv[2]))
