"""The answers to the items of one scale, and their weighted means and covariances."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.core.arrays import Codes, Floats, InputError, Mask, codes


@dataclass(frozen=True, eq=False)
class Battery:
    """Items of one scale: names of k items and values f8[n, k], NaN where there is no answer on the scale.

    "Don't know" and "not relevant" are no answers on the scale. Rows are those of the design.
    InputError when names repeat, shapes differ or a value is infinite.
    """

    names: tuple[str, ...]
    values: Floats

    def __post_init__(self) -> None:
        names = tuple(self.names)
        try:
            values = np.array(self.values, dtype=np.float64)
        except (TypeError, ValueError) as error:
            raise InputError(
                "values", expected="numbers", got=repr(error), hint="Turn labels into codes first."
            ) from None
        if values.ndim != 2 or values.shape[1] != len(names):
            raise InputError(
                "values",
                expected=f"rows by {len(names)} items",
                got=f"shape {values.shape}",
                hint="One column an item, in the order of the names.",
            )
        if len(set(names)) != len(names):
            twice = sorted({name for name in names if names.count(name) > 1})
            raise InputError("names", expected="each item once", got=", ".join(twice), hint="Leave the copy out.")
        if bool(np.isinf(values).any()):
            row, place = np.argwhere(np.isinf(values))[0]
            raise InputError(
                "values",
                expected="finite numbers or NaN",
                got=f"inf in row {row}, item {names[place]}",
                hint="Mend the value.",
            )
        values.setflags(write=False)
        object.__setattr__(self, "names", names)
        object.__setattr__(self, "values", values)

    @property
    def size(self) -> int:
        """n, the number of rows."""
        return len(self.values)

    @property
    def count(self) -> int:
        """k, the number of items."""
        return len(self.names)

    @property
    def complete(self) -> Mask:
        """Rows with an answer to every item, bool[n]."""
        return np.asarray(~np.isnan(self.values).any(axis=1), dtype=np.bool_)

    def without(self, name: str) -> "Battery":
        """The battery less one item. InputError when it has no such item."""
        self.place(name)
        kept = [place for place, one in enumerate(self.names) if one != name]
        return Battery(tuple(self.names[place] for place in kept), self.values[:, kept])

    def place(self, name: str) -> int:
        """The column of an item. InputError when the battery has no such item."""
        if name not in self.names:
            raise InputError("name", expected=f"one of {', '.join(self.names)}", got=name, hint="Check the name.")
        return self.names.index(name)


@dataclass(frozen=True, eq=False)
class Moments:
    """Weighted means f8[k] and covariances f8[k, k] of n rows: sums over the total weight, no n - 1.

    size is what a likelihood counts: the effective number of rows (sum w)^2 / sum w^2, n itself when all weights
    are alike (Kish 1965, sec. 11.7).
    """

    means: Floats
    covariance: Floats
    n: int
    size: float


def moments(values: Floats, weights: Floats) -> Moments:
    """Means and covariances of values f8[m, k] without NaN under weights f8[m] above 0; m at least 1."""
    total = float(weights.sum())
    means: Floats = weights @ values / total
    deviations = values - means
    covariance: Floats = (deviations * weights[:, None]).T @ deviations / total
    size = total**2 / float(weights @ weights)
    return Moments(means, (covariance + covariance.T) / 2, len(values), size)


def check_rows(battery: Battery, size: int) -> None:
    """InputError when the battery has other rows than the design of `size` respondents."""
    if battery.size != size:
        raise InputError(
            "battery",
            expected=f"{size} rows",
            got=str(battery.size),
            hint="Give a row to every respondent of the design; a domain is a mask.",
        )


@dataclass(frozen=True, eq=False)
class Groups:
    """Which group each row belongs to: codes i8[n] into names, -1 for none; at least two groups.

    InputError on codes without a name, on names that repeat and on fewer than two of them.
    """

    names: tuple[str, ...]
    codes: Codes

    @staticmethod
    def of(names: Sequence[str], values: npt.ArrayLike, *, size: int) -> "Groups":
        """Checked groups of `size` rows."""
        found = codes("groups", values, size=size)
        labels = tuple(names)
        if len(labels) < 2 or len(set(labels)) != len(labels):
            raise InputError(
                "group_names",
                expected="at least two, each once",
                got=", ".join(labels) or "none",
                hint="One group has nothing to be compared with.",
            )
        wrong = (found < -1) | (found >= len(labels))
        if bool(wrong.any()):
            row = int(np.argmax(wrong))
            raise InputError(
                "groups",
                expected=f"codes from -1 (no group) to {len(labels) - 1}",
                got=f"{found[row]} in row {row}",
                hint="Codes are places in group_names.",
            )
        return Groups(labels, found)

    @property
    def count(self) -> int:
        return len(self.names)

    def rows(self, group: int) -> Mask:
        """The rows of one group, bool[n]."""
        found: Mask = self.codes == group
        return found
