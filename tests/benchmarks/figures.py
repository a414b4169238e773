"""Figures, and the table they make."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any


@dataclass(frozen=True)
class Figure:
    """One measured thing. `floor` is what it is compared with, in the same unit and run; `most` is the target.

    With `of_floor` the target is a ratio to the floor, else a value of its own.
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

    @property
    def ratio(self) -> float | None:
        return self.value / self.floor if self.floor else None

    @property
    def verdict(self) -> str:
        measured = self.ratio if self.of_floor else self.value
        if self.most is None or measured is None:
            return ""
        return "pass" if measured <= self.most else "falls short"

    def as_dict(self) -> dict[str, Any]:
        """For `var/bench.json`."""
        command = f"python -m tests.benchmarks {self.row}"
        return asdict(self) | {"ratio": self.ratio, "verdict": self.verdict, "command": command}


def table(figures: Iterable[Figure]) -> str:
    """What people read."""
    lines = [("row", "what", "figure", "floor", "ratio", "target", "")]
    for figure in figures:
        target = "" if figure.most is None else f"≤ {figure.most:g}{'×' if figure.of_floor else f' {figure.unit}'}"
        floor = f"{figure.floor:.1f} ({figure.floor_name})" if figure.floor else ""
        ratio = f"{figure.ratio:.1f}×" if figure.ratio else ""
        value = f"{figure.value:.1f} {figure.unit}"
        lines.append((figure.row, figure.what, value, floor, ratio, target, figure.verdict))
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in lines)


def middle(samples: list[float]) -> float:
    """The median, in milliseconds of samples in milliseconds."""
    return float(median(samples))
