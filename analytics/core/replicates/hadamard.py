"""Hadamard matrices: the balanced half-samples of BRR."""

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from analytics.core.arrays import InputError

Signs = npt.NDArray[np.int8]

LARGEST = 4096


@lru_cache(maxsize=8)
def hadamard(strata: int) -> Signs:
    """Signs i1[R, R] with orthogonal rows and a first row of ones; R is the smallest order above `strata` made here.

    Powers of two are doublings of 1; other orders are q + 1 (q prime, 3 modulo 4), 2 (q + 1) (q prime, 1 modulo 4) or
    doublings of one of these. InputError from 4096 strata.
    Source: Sylvester 1867; Paley 1933.
    """
    for order in range(strata + 1, LARGEST + 1):
        found = _of_order(order)
        if found is not None:
            signs: Signs = (found * found[0]).astype(np.int8)
            signs.setflags(write=False)
            return signs
    raise InputError(
        "design",
        expected=f"fewer than {LARGEST} strata for balanced half-samples",
        got=str(strata),
        hint="Use the jackknife or the bootstrap.",
    )


def _of_order(order: int) -> Signs | None:
    if order in (1, 2):
        return np.array([[1, 1], [1, -1]], dtype=np.int8)[:order, :order]
    if order % 4:
        return None
    if order & (order - 1) and _prime(order - 1):  # 3 modulo 4, since the order is a multiple of 4
        return _paley_one(order - 1)
    q = order // 2 - 1
    if q % 4 == 1 and _prime(q):
        return _paley_two(q)
    half = _of_order(order // 2)
    return None if half is None else np.kron(np.array([[1, 1], [1, -1]], dtype=np.int8), half)


def _paley_one(q: int) -> Signs:
    """Order q + 1: I + S, S the skew bordered matrix of quadratic residues."""
    matrix = np.zeros((q + 1, q + 1), dtype=np.int8)
    matrix[0, 1:], matrix[1:, 0] = 1, -1
    matrix[1:, 1:] = _residues(q)
    matrix += np.eye(q + 1, dtype=np.int8)
    return matrix


def _paley_two(q: int) -> Signs:
    """Order 2 (q + 1): each entry of the symmetric conference matrix becomes a 2 x 2 block."""
    conference = np.zeros((q + 1, q + 1), dtype=np.int8)
    conference[0, 1:], conference[1:, 0] = 1, 1
    conference[1:, 1:] = _residues(q)
    outside, diagonal = np.array([[1, 1], [1, -1]], dtype=np.int8), np.array([[1, -1], [-1, -1]], dtype=np.int8)
    found: Signs = np.kron(conference, outside) + np.kron(np.eye(q + 1, dtype=np.int8), diagonal)
    return found


def _residues(q: int) -> Signs:
    """i1[q, q], entry (i, j): 1 where i - j is a square modulo q, -1 where it is not, 0 on the diagonal."""
    character = np.full(q, -1, dtype=np.int8)
    character[np.arange(1, q, dtype=np.int64) ** 2 % q] = 1
    character[0] = 0
    rows = np.arange(q)
    found: Signs = character[(rows[:, None] - rows[None, :]) % q]
    return found


def _prime(number: int) -> bool:
    return number > 1 and all(number % divisor for divisor in range(2, int(number**0.5) + 1))
