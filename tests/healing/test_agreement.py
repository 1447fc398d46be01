"""Agreement between readers, against published tables and the numbers of other programs."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest

from woundtrack.errors import AgreementUnknown
from woundtrack.healing.agreement import (
    LogAgreement,
    Observation,
    agreement,
    limits_between,
    limits_of_repeats,
    log_agreement,
)
from woundtrack.healing.agreement_categories import Weights, cohens_kappa, fleiss_kappa
from woundtrack.healing.estimates import Estimate

CLOSE = 1e-6
NEAR = 1e-3
"""What the ends of a generalised interval are right to."""

# Shrout and Fleiss 1979, table 2: six targets, four judges.
SHROUT_FLEISS = (
    (9, 2, 5, 8),
    (6, 1, 3, 2),
    (8, 4, 6, 8),
    (7, 1, 2, 6),
    (10, 5, 6, 9),
    (6, 2, 4, 7),
)

# Twelve areas by three readers; the expected ICC is pingouin 0.6.1's intraclass_corr, the ends of
# its interval are R's, from lm's mean squares and 20 million draws of each χ².
AREAS = (
    (7.752, 6.513, 7.185), (8.416, 8.29, 8.39), (5.882, 5.249, 6.023), (3.677, 3.421, 3.111),
    (4.999, 4.888, 5.163), (3.065, 3.1, 3.147), (7.425, 7.887, 7.376), (21.661, 21.73, 20.815),
    (4.977, 4.789, 4.996), (4.201, 4.313, 4.873), (10.017, 10.989, 10.996), (9.51, 10.58, 10.276),
)  # fmt: skip

# Eight areas by three readers, twice each: item by item, in it reader by reader.
TWICE = (
    3.106, 3.162, 3.727, 3.615, 3.491, 3.49, 5.232, 5.558, 6.02, 6.23, 5.209, 5.549,
    8.828, 8.418, 9.193, 9.652, 8.106, 8.372, 2.609, 2.635, 3.104, 3.05, 3.036, 2.996,
    7.75, 8.072, 8.967, 8.791, 8.641, 8.857, 6.675, 6.688, 8.243, 7.707, 7.494, 7.445,
    7.267, 7.389, 8.354, 8.345, 7.969, 8.082, 17.826, 17.107, 20.309, 21.495, 16.843, 17.377,
)  # fmt: skip

# Twenty items by three readers in five ordered categories.
ANN = (0, 0, 1, 1, 1, 2, 2, 3, 3, 4, 4, 2, 1, 0, 3, 2, 1, 4, 0, 2)
BEN = (0, 1, 1, 1, 2, 2, 2, 3, 2, 4, 3, 2, 0, 0, 3, 3, 1, 4, 1, 2)
CLEO = (0, 0, 1, 2, 1, 2, 3, 3, 3, 4, 4, 1, 1, 0, 3, 2, 2, 3, 0, 2)
FIVE = ("0", "1", "2", "3", "4")


def once(table: Sequence[Sequence[float]]) -> list[Observation]:
    return [
        Observation(item=f"item {row}", reader=f"reader {place}", replicate=1, value=value)
        for row, values in enumerate(table)
        for place, value in enumerate(values)
    ]


def twice() -> list[Observation]:
    return [
        Observation(
            item=f"item {place // 6}",
            reader=f"reader {place % 6 // 2}",
            replicate=place % 2 + 1,
            value=value,
        )
        for place, value in enumerate(TWICE)
    ]


def answers(*readers: tuple[int, ...]) -> dict[str, dict[str, str]]:
    return {
        f"item {item}": {
            name: str(reader[item])
            for name, reader in zip(("Ann", "Ben", "Cleo"), readers, strict=False)
        }
        for item in range(20)
    }


def ends(estimate: Estimate) -> tuple[float, float]:
    assert estimate.low is not None
    assert estimate.high is not None
    return estimate.low, estimate.high


# --- the intraclass correlation ------------------------------------------------------------------


def test_the_published_table_of_six_targets_and_four_judges_comes_out() -> None:
    found = agreement(once(SHROUT_FLEISS))

    # Shrout and Fleiss print 0.29; the interval's ends by R, from 20 million draws of each χ².
    assert found.icc.value == pytest.approx(0.28976377952755916, abs=CLOSE)
    assert ends(found.icc) == pytest.approx((0.0268, 0.7454), abs=NEAR)
    assert found.between_items.value == pytest.approx(11.24, abs=0.005)
    assert found.between_readers is not None
    assert found.interaction is not None
    assert found.between_readers.value == pytest.approx(32.49, abs=0.005)
    assert found.interaction.value == pytest.approx(1.02, abs=0.005)
    assert found.model.startswith("ICC(2,1), two-way random effects, absolute agreement")


@pytest.mark.parametrize(
    ("is_log", "value", "interval"),
    [
        (False, 0.9940818331909171, (0.98348, 0.99810)),
        (True, 0.9899105251769119, (0.96622, 0.99661)),
    ],
    ids=["cm2", "log"],
)
def test_the_icc_of_areas_is_that_of_another_program(
    is_log: bool, value: float, interval: tuple[float, float]
) -> None:
    read = once(AREAS)

    found = log_agreement(read).of_logs if is_log else agreement(read)

    assert found.icc.value == pytest.approx(value, abs=CLOSE)
    assert ends(found.icc) == pytest.approx(interval, abs=NEAR)


def test_one_readers_repeats_have_the_one_way_icc_of_another_program() -> None:
    read = [
        Observation(item=str(row), reader="Ann", replicate=turn + 1, value=values[turn])
        for row, values in enumerate(AREAS)
        for turn in (0, 1)
    ]

    found = log_agreement(read)

    assert found.of_logs.icc.value == pytest.approx(0.9894618885296933, abs=CLOSE)
    assert ends(found.of_logs.icc) == pytest.approx(
        (0.9654208325195697, 0.9969158052021626), abs=CLOSE
    )
    assert found.s_w == found.repeat_s_w
    assert found.of_logs.model.startswith("ICC(1,1)")


def test_replicates_have_the_mean_squares_of_r_and_the_errors_that_follow_by_hand() -> None:
    found = log_agreement(twice())

    # R 4.2.2: aov(log(y) ~ item * reader).
    squares = (2.029734919647529, 0.08124765733455169, 0.003474533960768853, 0.0006235861296475934)
    of_logs = found.of_logs
    for square, expected, freedom in zip(
        (of_logs.between_items, of_logs.between_readers, of_logs.interaction, of_logs.error),
        squares,
        (7, 2, 14, 24),
        strict=True,
    ):
        assert square is not None
        assert square.value == pytest.approx(expected, abs=CLOSE)
        assert square.freedom == freedom
    items, readers, mixed, error = squares
    of_item = (items - mixed) / 6
    noise = (readers - mixed) / 16 + (mixed - error) / 2 + error
    assert found.s_w.value == pytest.approx(math.sqrt(noise), abs=CLOSE)
    assert found.repeat_s_w is not None
    assert found.repeat_s_w.value == pytest.approx(math.sqrt(error), abs=CLOSE)
    # Chi squared of 24 degrees of freedom: 12.4011502175 and 39.3640770266 (R's qchisq).
    assert ends(found.repeat_s_w) == pytest.approx(
        (math.sqrt(24 * error / 39.3640770266), math.sqrt(24 * error / 12.4011502175)), abs=CLOSE
    )
    assert of_logs.icc.value == pytest.approx(of_item / (of_item + noise), abs=CLOSE)
    low, high = ends(of_logs.icc)
    assert low < of_logs.icc.value < high
    assert found.cv.value == pytest.approx(math.sqrt(math.exp(noise) - 1), abs=CLOSE)
    assert found.detectable_ratio.value == pytest.approx(
        math.exp(1.96 * math.sqrt(2 * noise)), abs=CLOSE
    )


def test_the_error_of_measurement_is_that_of_the_formulas_on_paper() -> None:
    found = agreement(once(SHROUT_FLEISS), unit="cm²")

    # √((MSC − MSE)/n + MSE), and 1.96 √2 of it.
    sem = math.sqrt((32.4861111111 - 1.0194444444) / 6 + 1.0194444444)
    assert found.sem.value == pytest.approx(sem, abs=CLOSE)
    assert found.sdc.value == pytest.approx(1.96 * math.sqrt(2) * sem, abs=CLOSE)
    assert found.sdc.unit == "cm²"
    assert found.repeat_sem is None
    low, high = ends(found.sem)
    assert low < sem < high


def test_items_that_somebody_did_not_read_are_left_out_and_named() -> None:
    read = [one for one in once(AREAS) if (one.item, one.reader) != ("item 7", "reader 1")]

    found = agreement(read)

    assert found.left_out == ("item 7",)
    assert found.items == 11
    whole = [row for place, row in enumerate(AREAS) if place != 7]
    assert found.icc.value == pytest.approx(agreement(once(whole)).icc.value, abs=1e-12)


@pytest.mark.parametrize(
    ("read", "reason"),
    [
        (once(AREAS[:2]), "2 photographs were read by every reader"),
        (
            [one for one in once(AREAS) if one.reader == "reader 0"],
            "nobody read a photograph twice",
        ),
        ([*once(AREAS), *once(AREAS)], "twice as the same repeat"),
        (once([(1.0, math.nan), (2, 2), (3, 3)]), "no number"),
        (once([(1, 1), (1, 1), (1, 1)]), "one and the same number"),
    ],
    ids=["few", "once", "twice", "no number", "constant"],
)
def test_what_says_nothing_of_agreement_is_refused_in_words(
    read: list[Observation], reason: str
) -> None:
    with pytest.raises(AgreementUnknown, match=reason):
        agreement(read)


def test_a_size_of_zero_is_no_part_of_agreement_on_the_log_scale() -> None:
    with pytest.raises(AgreementUnknown, match="logarithm"):
        log_agreement(once([(1, 0), (2, 2), (3, 3)]))


# --- limits of agreement -------------------------------------------------------------------------


def test_limits_of_two_readers_are_those_of_bland_and_altman() -> None:
    found = limits_between(once(AREAS), "reader 0", "reader 1", unit="cm²")

    first, second = (np.array([row[place] for row in AREAS]) for place in (0, 1))
    bias, sd = float((first - second).mean()), float((first - second).std(ddof=1))
    t = 2.200985160082949  # R: qt(0.975, 11)
    assert found.bias.value == pytest.approx(bias, abs=CLOSE)
    assert ends(found.bias) == pytest.approx(
        (bias - t * sd / math.sqrt(12), bias + t * sd / math.sqrt(12)), abs=CLOSE
    )
    assert (found.lower.value, found.upper.value) == pytest.approx(
        (bias - 1.96 * sd, bias + 1.96 * sd), abs=CLOSE
    )
    half = t * sd * math.sqrt(1 / 12 + 1.96**2 / (2 * 11))
    assert ends(found.upper) == pytest.approx(
        (bias + 1.96 * sd - half, bias + 1.96 * sd + half), abs=CLOSE
    )
    assert found.points[7].mean == pytest.approx((21.661 + 21.73) / 2)
    assert found.points[7].difference == pytest.approx(21.661 - 21.73)


def test_limits_on_the_log_scale_are_ratios() -> None:
    found = limits_between(once(AREAS), "reader 0", "reader 1", is_log=True)

    logs = np.log([row[0] / row[1] for row in AREAS])
    assert found.ratios[0].value == pytest.approx(math.exp(logs.mean()), abs=CLOSE)
    assert found.ratios[2].value == pytest.approx(
        math.exp(logs.mean() + 1.96 * logs.std(ddof=1)), abs=CLOSE
    )
    with pytest.raises(ValueError, match="no ratios"):
        _ = limits_between(once(AREAS), "reader 0", "reader 1").ratios


def test_limits_of_single_readings_come_back_from_the_means_of_two() -> None:
    found = limits_between(twice(), "reader 0", "reader 1")

    table = np.array(TWICE).reshape(8, 3, 2)
    means = table[:, :2].mean(axis=2)
    within = table[:, :2].var(axis=2, ddof=1).mean(axis=0)
    sd = math.sqrt(float((means[:, 0] - means[:, 1]).var(ddof=1)) + float(within.sum()) / 2)
    assert found.upper.value - found.bias.value == pytest.approx(1.96 * sd, abs=CLOSE)


def test_one_readers_first_readings_are_compared_with_the_second() -> None:
    found = limits_of_repeats(twice(), "reader 2")

    table = np.array(TWICE).reshape(8, 3, 2)[:, 2]
    assert found.bias.value == pytest.approx(float((table[:, 0] - table[:, 1]).mean()), abs=CLOSE)
    with pytest.raises(AgreementUnknown, match="reader 0 read no photograph twice"):
        limits_of_repeats(once(AREAS), "reader 0")


# --- kappa ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("weights", "kappa", "error"),
    [
        # statsmodels 0.14: cohens_kappa(table, wt=…), its kappa and std_kappa.
        (Weights.NONE, 0.5555555555555556, 0.13503574299216312),
        (Weights.LINEAR, 0.7535211267605634, 0.0803138178219477),
        (Weights.QUADRATIC, 0.890282131661442, 0.040840656481855635),
    ],
    ids=str,
)
def test_cohens_kappa_is_that_of_another_program(
    weights: Weights, kappa: float, error: float
) -> None:
    found = cohens_kappa(answers(ANN, BEN), "Ann", "Ben", FIVE, weights=weights)

    assert found.kappa.value == pytest.approx(kappa, abs=CLOSE)
    assert ends(found.kappa) == pytest.approx(
        (kappa - 1.96 * error, kappa + 1.96 * error), abs=CLOSE
    )
    assert found.items == 20


@pytest.mark.parametrize(
    ("weights", "kappa", "interval"),
    [
        # irrCAC 0.4 (Gwet): CAC(ratings, weights).fleiss(); statsmodels has 0.4918842525 as well.
        (Weights.NONE, 0.491884262526, (0.287782711726, 0.695985813327)),
        (Weights.LINEAR, 0.719188767551, (0.583525127348, 0.854852407753)),
        (Weights.QUADRATIC, 0.875432525952, (0.798627971613, 0.95223708029)),
    ],
    ids=str,
)
def test_fleiss_kappa_is_that_of_another_program(
    weights: Weights, kappa: float, interval: tuple[float, float]
) -> None:
    found = fleiss_kappa(answers(ANN, BEN, CLEO), FIVE, weights=weights)

    assert found.kappa.value == pytest.approx(kappa, abs=CLOSE)
    assert ends(found.kappa) == pytest.approx(interval, abs=CLOSE)
    assert found.readers == ("Ann", "Ben", "Cleo")


def test_missing_answers_count_as_in_another_program() -> None:
    given = answers(ANN, BEN, CLEO)
    for item, reader in (("item 3", "Ben"), ("item 7", "Ann"), ("item 9", "Cleo")):
        del given[item][reader]

    found = fleiss_kappa(given, FIVE, weights=Weights.LINEAR)

    assert found.kappa.value == pytest.approx(0.706888128969, abs=CLOSE)
    assert ends(found.kappa) == pytest.approx((0.560842848215, 0.852933409723), abs=CLOSE)


def test_items_of_one_patient_that_are_alike_make_the_interval_of_a_kappa_wider() -> None:
    given = answers(ANN, BEN, CLEO)
    copies = {f"{item} {copy}": row for item, row in given.items() for copy in range(3)}
    patients = {item: item.rpartition(" ")[0] for item in copies}

    blind = fleiss_kappa(copies, FIVE)
    clustered = fleiss_kappa(copies, FIVE, clusters=patients)

    # Three copies of every item tell nothing more: the interval is that of the twenty.
    assert ends(clustered.kappa) == pytest.approx(ends(fleiss_kappa(given, FIVE).kappa), abs=CLOSE)
    assert ends(blind.kappa)[0] > ends(clustered.kappa)[0]
    pair = cohens_kappa(copies, "Ann", "Ben", FIVE, clusters=patients)
    alone = cohens_kappa(copies, "Ann", "Ben", FIVE)
    assert ends(pair.kappa)[0] < ends(alone.kappa)[0]


def test_kappa_without_two_categories_or_two_items_is_refused_in_words() -> None:
    same = {f"item {place}": {"Ann": "0", "Ben": "0"} for place in range(5)}

    with pytest.raises(AgreementUnknown, match="the same answer"):
        fleiss_kappa(same, FIVE)
    with pytest.raises(AgreementUnknown, match="the same answer"):
        cohens_kappa(same, "Ann", "Ben", FIVE)
    with pytest.raises(AgreementUnknown, match="both answered 0 photographs"):
        cohens_kappa(same, "Ann", "Cleo", FIVE)
    with pytest.raises(AgreementUnknown, match="none of the answers"):
        fleiss_kappa(answers(ANN, BEN), FIVE[:2])


def test_a_detectable_ratio_that_may_be_anything_is_not_known() -> None:
    def ratio(spread: float) -> LogAgreement:
        return log_agreement(
            Observation(
                item=f"item {item}",
                reader=reader,
                replicate=1,
                value=math.exp(item / 4 + sign * (spread + 0.01 * (item % 3))),
            )
            for item in range(8)
            for reader, sign in (("Ann", -1), ("Ben", 1))
        )

    alike, apart = ratio(0.0), ratio(0.1)

    assert alike.detectable_ratio.high is not None
    assert alike.detectable_ratio.high < 10
    assert alike.is_ratio_known
    assert apart.detectable_ratio.high is not None
    assert apart.detectable_ratio.high > 1000, "two readers say nothing of how far others lie"
    assert not apart.is_ratio_known
