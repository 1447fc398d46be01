"""Teach the outline network, in legs that can be stopped and resumed.

Hides the loss, the schedule, how gestures are answered while learning, and what a leg keeps.
"""

from __future__ import annotations

import csv
import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional
from torch.utils.data import DataLoader, Dataset, Sampler

from training import gestures, photographs, windows
from training.gestures import Gestures
from training.network import OutlineNetwork
from training.photographs import FolderUnusable, Labelled, Mask, Pixels
from training.tone import weights
from woundtrack.imaging.outlining.network_planes import SIDE, planes_of

BATCH: Final = 16
SMALL_SIDE: Final = 192
SMALL_SHARE: Final = 0.45  # of the steps are taken with smaller windows
PEAK_RATE: Final = 2e-3
WARM_STEPS: Final = 100
DECAY: Final = 0.05
MEAN_OF: Final = 0.998  # the weights in use are a running mean of the learnt ones
GRADIENT_LIMIT: Final = 2.0
GO_ON: Final = 0.3  # share of the windows with gestures that get a further correction
WATCH_EVERY: Final = 250
KEEP_EVERY_S: Final = 240.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Sample:
    """One window and what is asked for in it."""

    pixels: Pixels
    made: Gestures


class Windows(Dataset[Sample]):
    """Windows by number: the same number is the same window, whoever draws it and when."""

    def __init__(self, learnt: list[Labelled], *, steps: int, seed: int) -> None:
        self._learnt = learnt
        self._steps = steps
        self._seed = seed
        chances = weights(learnt)
        self._chances = chances / chances.sum()

    def __getitem__(self, number: int) -> Sample:
        """Return window ``number``; 16 in a row are a step."""
        draw = np.random.default_rng((self._seed, number))
        side = SMALL_SIDE if number // BATCH < SMALL_SHARE * self._steps else SIDE
        one, other = draw.choice(len(self._learnt), 2, p=self._chances)
        pixels, wound = windows.window(draw, self._learnt[one], self._learnt[other], side)
        return Sample(pixels=pixels, made=gestures.drawn(draw, wound))


class _From(Sampler[int]):
    def __init__(self, start: int, stop: int) -> None:
        self._numbers = range(start, stop)

    def __iter__(self) -> Iterator[int]:
        return iter(self._numbers)

    def __len__(self) -> int:
        return len(self._numbers)


class Learning:
    """The network while it learns: its weights, their running mean, the optimiser and the step."""

    def __init__(self, *, steps: int, seed: int, device: str) -> None:
        torch.manual_seed(seed)
        self.steps, self.seed, self.device = steps, seed, device
        self.step = 0
        self.names: tuple[str, ...] = ()  # of the photographs that are learnt from
        self.network = OutlineNetwork().to(device).to(memory_format=torch.channels_last)
        self.mean = OutlineNetwork().to(device).to(memory_format=torch.channels_last)
        self.mean.load_state_dict(self.network.state_dict())
        self.mean.eval().requires_grad_(False)
        self.optimiser = torch.optim.AdamW(self.network.parameters(), weight_decay=DECAY)

    def keep(self, path: Path) -> None:
        """Write all that resuming needs; a stop in the middle leaves the file as it was."""
        part = path.with_suffix(".part")
        state = {
            "step": self.step,
            "names": list(self.names),
            "network": self.network.state_dict(),
            "mean": self.mean.state_dict(),
            "optimiser": self.optimiser.state_dict(),
        }
        torch.save(state, part)
        part.replace(path)

    def resume(self, path: Path) -> None:
        """Go on from what ``keep`` wrote."""
        state = torch.load(path, map_location=self.device, weights_only=True)
        self.network.load_state_dict(state["network"])
        self.mean.load_state_dict(state["mean"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.step = state["step"]
        self.names = tuple(state.get("names", ()))

    def learn(self, samples: list[Sample]) -> float:
        """Take one step; return its loss."""
        draw = np.random.default_rng((self.seed, 1, self.step))
        self._correct(draw, samples)
        for group in self.optimiser.param_groups:
            group["lr"] = self._rate()
        self.network.train()
        truth = torch.from_numpy(np.stack([sample.made.truth for sample in samples])[:, None])
        logits = self._logits(self.network, samples)
        loss = _loss(logits, truth.to(self.device).float())
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call,unused-ignore]
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), GRADIENT_LIMIT)
        self.optimiser.step()
        self.step += 1
        self._average()
        return float(loss.detach())

    def shown(self, samples: list[Sample], network: OutlineNetwork) -> list[Mask]:
        """Return the outline's pixels (side, side) that a network shows for each sample."""
        network.eval()
        with torch.no_grad():
            logits = self._logits(network, samples)
        return list((logits[:, 0] > 0).cpu().numpy())

    def _logits(self, network: OutlineNetwork, samples: list[Sample]) -> Tensor:
        planes = np.stack(
            [planes_of(s.pixels, s.made.include, s.made.exclude, s.made.current) for s in samples]
        )
        given = torch.from_numpy(planes).to(self.device, memory_format=torch.channels_last)
        with torch.autocast(self.device.split(":")[0], torch.bfloat16):
            logits: Tensor = network(given)
        return logits.float()

    def _correct(self, draw: np.random.Generator, samples: list[Sample]) -> None:
        """Answer what the network shows with a correction, once to three times."""
        open_ones = [
            sample
            for sample in samples
            if sample.made.corrects
            or ((sample.made.include or sample.made.exclude or sample.made.current is not None)
                and draw.random() < GO_ON)
        ]  # fmt: skip
        for again in (0.5, 0.5, 0.0):
            if not open_ones:
                return
            still = []
            for sample, shown in zip(open_ones, self.shown(open_ones, self.network), strict=True):
                if gestures.correct(draw, sample.made, shown) and draw.random() < again:
                    still.append(sample)
            open_ones = still

    def _rate(self) -> float:
        if self.step < WARM_STEPS:
            return PEAK_RATE * (self.step + 1) / WARM_STEPS
        return PEAK_RATE * 0.5 * (1 + math.cos(math.pi * self.step / self.steps))

    def _average(self) -> None:
        keep = min(MEAN_OF, (1 + self.step) / (10 + self.step))
        with torch.no_grad():
            learnt = self.network.state_dict()
            for name, value in self.mean.state_dict().items():
                if value.dtype.is_floating_point:
                    value.lerp_(learnt[name], 1 - keep)
                else:
                    value.copy_(learnt[name])


def _loss(logits: Tensor, truth: Tensor) -> Tensor:
    """Return cross entropy and one minus soft Dice, per image, together."""
    entropy = functional.binary_cross_entropy_with_logits(logits, truth)
    likely = torch.sigmoid(logits)
    both = (likely * truth).sum((1, 2, 3))
    dice = (2 * both + 10) / (likely.sum((1, 2, 3)) + truth.sum((1, 2, 3)) + 10)
    return entropy + (1 - dice).mean()


def watch(learning: Learning, watched: list[Labelled]) -> tuple[float, float]:
    """Return the mean Dice over whole watched photographs: proposed, and of one box a lesion."""
    draw = np.random.default_rng(0)
    proposed, boxed = [], []
    for photograph in watched:
        whole = windows.whole(photograph, SIDE)
        sample = Sample(pixels=whole[0], made=Gestures(truth=whole[1]))
        proposed.append(_dice(learning.shown([sample], learning.mean)[0], whole[1]))
        for lesion in photograph.lesions[:2]:
            pixels, wound, box = windows.boxed(draw, photograph, lesion, SIDE)
            made = Gestures(truth=wound, current=gestures.box_level(wound.shape, box))
            one = Sample(pixels=pixels, made=made)
            boxed.append(_dice(learning.shown([one], learning.mean)[0], wound))
    return float(np.mean(proposed)), float(np.mean(boxed))


def _dice(one: Mask, other: Mask) -> float:
    both = int(one.sum() + other.sum())
    return 2 * float((one & other).sum()) / both if both else 1.0


def run(
    folder: Path,
    work: Path,
    *,
    steps: int,
    seed: int = 0,
    leg_minutes: float | None = None,
    threads: int = 0,
    workers: int = 1,
    say: Callable[[str], None] = print,
) -> Learning:
    """Learn from a folder until ``steps`` are taken or the leg is over; resumes what ``work`` has.

    ``work`` gets ``learning.pt`` and ``curve.csv``. Returns the learning; ``step`` tells how far.
    Raises ``FolderUnusable``, also where ``work`` was begun with other photographs.
    """
    if threads:
        torch.set_num_threads(threads)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    learning = Learning(steps=steps, seed=seed, device=device)
    work.mkdir(parents=True, exist_ok=True)
    names = photographs.training_names(folder)
    kept = work / "learning.pt"
    if kept.exists():
        learning.resume(kept)
        if learning.names and not set(learning.names) & set(names):
            raise FolderUnusable(
                f"{work} holds what was learnt from other photographs: give another --work."
            )
        say(f"Going on from step {learning.step} of {steps}.")
    learning.names = names
    seen = set(photographs.watched(names))
    learnt = [photographs.read(folder, name) for name in names if name not in seen]
    looked_at = [photographs.read(folder, name) for name in sorted(seen)]
    looked_at = [photograph for photograph in looked_at if photograph.lesions]
    say(f"{len(learnt)} photographs to learn from, {len(looked_at)} watched, on {device}.")
    loader = DataLoader(
        Windows(learnt, steps=steps, seed=seed),
        batch_size=BATCH,
        sampler=_From(learning.step * BATCH, steps * BATCH),
        num_workers=workers,
        collate_fn=list,
        prefetch_factor=4 if workers else None,
    )
    began = saved = time.monotonic()
    losses: list[float] = []
    for samples in loader:
        losses.append(learning.learn(samples))
        if learning.step % WATCH_EVERY == 0 or learning.step == steps:
            proposed, boxed = watch(learning, looked_at)
            _note(work / "curve.csv", learning.step, float(np.mean(losses)), proposed, boxed)
            minutes = (time.monotonic() - began) / 60
            say(f"step {learning.step}: loss {np.mean(losses):.3f}, watched Dice proposed "
                f"{proposed:.3f}, boxed {boxed:.3f}; {minutes:.0f} min")  # fmt: skip
            losses = []
        is_over = leg_minutes is not None and time.monotonic() - began > 60 * leg_minutes
        if is_over or learning.step == steps or time.monotonic() - saved > KEEP_EVERY_S:
            learning.keep(kept)
            saved = time.monotonic()
        if is_over:
            break
    return learning


def _note(path: Path, step: int, loss: float, proposed: float, boxed: float) -> None:
    is_new = not path.exists()
    with path.open("a", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        if is_new:
            writer.writerow(["step", "loss", "watched_dice_proposed", "watched_dice_boxed"])
        writer.writerow([step, f"{loss:.4f}", f"{proposed:.4f}", f"{boxed:.4f}"])
