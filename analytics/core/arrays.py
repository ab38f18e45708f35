"""The three kinds of array the core works on, and the one error it raises for what cannot be used."""

from typing import TypeVar

import numpy as np
import numpy.typing as npt

T = TypeVar("T", np.float64, np.int64, np.bool_)
Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


class InputError(ValueError):
    """An argument that cannot be used: which one, what was expected, what came and what to do."""

    def __init__(self, parameter: str, *, expected: str, got: str, hint: str) -> None:
        super().__init__(f"{parameter}: expected {expected}, got {got}. {hint}")
        self.parameter = parameter
        self.expected = expected
        self.got = got
        self.hint = hint


def floats(parameter: str, values: npt.ArrayLike, *, size: int | None = None) -> Floats:
    """A contiguous float64 vector that cannot be written to; NaN is allowed. InputError on shape or type."""
    try:
        array = np.array(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise InputError(parameter, expected="numbers", got=repr(error), hint="Turn labels into codes first.") from None
    return _vector(parameter, array, size)


def codes(parameter: str, values: npt.ArrayLike, *, size: int | None = None) -> Codes:
    """A contiguous int64 vector that cannot be written to. InputError when a value is not a whole number."""
    raw = np.asarray(values)
    if raw.dtype.kind not in "iub" and not (raw.dtype.kind == "f" and bool(np.all(raw == np.floor(raw)))):
        raise InputError(
            parameter, expected="whole numbers", got=f"dtype {raw.dtype}", hint="Turn labels into codes 0, 1, 2 first."
        )
    return _vector(parameter, np.array(raw, dtype=np.int64), size)


def mask(parameter: str, values: npt.ArrayLike | None, *, size: int) -> Mask:
    """A boolean vector that cannot be written to; None is every row. InputError when it is not boolean."""
    if values is None:
        return _vector(parameter, np.ones(size, dtype=np.bool_), size)
    raw = np.asarray(values)
    if raw.dtype.kind != "b":
        raise InputError(
            parameter,
            expected="true or false for each row",
            got=f"dtype {raw.dtype}",
            hint="Row numbers are not a domain: pass a mask as long as the design.",
        )
    return _vector(parameter, np.array(raw, dtype=np.bool_), size)


def positive(parameter: str, values: npt.ArrayLike, *, hint: str) -> Floats:
    """As `floats`, all finite and above 0. InputError naming the first row that is not."""
    array = floats(parameter, values)
    wrong = ~(np.isfinite(array) & (array > 0))
    if bool(wrong.any()):
        row = int(np.argmax(wrong))
        raise InputError(parameter, expected="finite numbers above 0", got=f"{array[row]} in row {row}", hint=hint)
    return array


def matrix(parameter: str, values: npt.ArrayLike, *, rows: int) -> Floats:
    """A contiguous float64 matrix f8[rows, k] of finite numbers that cannot be written to. InputError otherwise."""
    try:
        array = np.array(values, dtype=np.float64, order="C")
    except (TypeError, ValueError) as error:
        raise InputError(parameter, expected="numbers", got=repr(error), hint="Turn labels into columns.") from None
    if array.ndim != 2 or array.shape[0] != rows or array.shape[1] < 1:
        raise InputError(
            parameter,
            expected=f"a matrix of {rows} rows and at least one column",
            got=f"shape {array.shape}",
            hint="One row for each respondent.",
        )
    if not bool(np.isfinite(array).all()):
        row, column = (int(one) for one in np.argwhere(~np.isfinite(array))[0])
        raise InputError(
            parameter,
            expected="finite numbers",
            got=f"{array[row, column]} in row {row}, column {column}",
            hint="Every respondent needs a value: it comes from the frame, not from an answer.",
        )
    array.setflags(write=False)
    return array


def sums(slots: Codes, values: Floats, count: int) -> Floats:
    """f8[count], the sum of the values in each slot 0..count-1."""
    found: Floats = np.asarray(np.bincount(slots, weights=values, minlength=count), dtype=np.float64)
    return found


def _vector(parameter: str, array: npt.NDArray[T], size: int | None) -> npt.NDArray[T]:
    if array.ndim != 1:
        raise InputError(parameter, expected="one dimension", got=f"shape {array.shape}", hint="Pass a flat vector.")
    if size is not None and len(array) != size:
        raise InputError(
            parameter,
            expected=f"{size} values",
            got=f"{len(array)}",
            hint="Every vector is as long as the design; a domain is a mask, never a selection of rows.",
        )
    array.setflags(write=False)
    return array
