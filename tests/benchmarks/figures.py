"""Figures, and the table they make."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any


@dataclass(frozen=True)
class Figure:
    """One measured thing. `floor` is what it is compared with, in the same unit and run.

    `most` or `least` is the target: with `of_floor` a ratio to the floor, else a value of its own.
    """

    row: str
    what: str
    value: float
    unit: str
    most: float | None = None
    floor: float | None = None
    floor_name: str = ""
    of_floor: bool = False
    runs: int = 1
    least: float | None = None

    @property
    def ratio(self) -> float | None:
        return self.value / self.floor if self.floor else None

    @property
    def verdict(self) -> str:
        measured = self.ratio if self.of_floor else self.value
        if measured is None or (self.most is None and self.least is None):
            return ""
        is_met = (self.most is None or measured <= self.most) and (self.least is None or measured >= self.least)
        return "pass" if is_met else "falls short"

    @property
    def target(self) -> str:
        sign, bound = ("≤", self.most) if self.least is None else ("≥", self.least)
        if bound is None:
            return ""
        return f"{sign} {bound:g}×" if self.of_floor else f"{sign} {bound:g} {self.unit}".rstrip()

    def as_dict(self) -> dict[str, Any]:
        """For `var/bench.json`."""
        command = f"python -m tests.benchmarks {self.row}"
        return asdict(self) | {"ratio": self.ratio, "verdict": self.verdict, "command": command}


def table(figures: Iterable[Figure]) -> str:
    """What people read."""
    lines = [("row", "what", "figure", "floor", "ratio", "target", "")]
    for figure in figures:
        floor = f"{figure.floor:.1f} ({figure.floor_name})" if figure.floor else ""
        ratio = f"{figure.ratio:.1f}×" if figure.ratio else ""
        value = f"{figure.value:.1f} {figure.unit}"
        lines.append((figure.row, figure.what, value, floor, ratio, figure.target, figure.verdict))
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in lines)


def in_turns(runs: int, asked: Mapping[str, Callable[[], float]], warm_ups: int = 5) -> dict[str, float]:
    """The median of each, asked one after the other so many times: what slows the machine down slows all of them."""
    samples: dict[str, list[float]] = {name: [] for name in asked}
    for turn in range(warm_ups + runs):
        for name, ask in asked.items():
            took = ask()
            if turn >= warm_ups:
                samples[name].append(took)
    return {name: middle(taken) for name, taken in samples.items()}


def middle(samples: list[float]) -> float:
    """The median, in milliseconds of samples in milliseconds."""
    return float(median(samples))
