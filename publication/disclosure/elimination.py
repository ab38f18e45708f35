"""Gaussian elimination over counts: exact, sparse, and told which counts may never be determined.

Arithmetic is that of whole numbers modulo the prime 2^61 - 1, so that nothing is rounded. A count that follows from
others over the fractions follows modulo the prime too, unless the prime divides a denominator: with coefficients of
one that is a matter of one in 10^18, and the audit by linear programming does not share it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

PRIME = 2**61 - 1
CONSTANT = -1  # the column of the right-hand side: never eliminated
Vector = dict[int, int]  # column -> coefficient modulo PRIME, none of them 0


def residue(value: float) -> int:
    """The number modulo the prime: whole numbers as they are, other floats by their exact binary fraction."""
    if value == int(value):
        return int(value) % PRIME
    exact = Fraction(value)
    return exact.numerator * pow(exact.denominator, -1, PRIME) % PRIME


def signed(value: int) -> int:
    """The whole number nearest 0 with this residue."""
    return value if value <= PRIME // 2 else value - PRIME


def _add(vector: Vector, factor: int, other: Mapping[int, int]) -> tuple[list[int], list[int]]:
    """Add factor times other in place; the columns that came and those that went."""
    came, went = [], []
    for column, coefficient in other.items():
        before = vector.get(column, 0)
        after = (before + factor * coefficient) % PRIME
        if after:
            vector[column] = after
            if not before:
                came.append(column)
        elif before:
            del vector[column]
            went.append(column)
    return came, went


def _negative_inverse(value: int) -> int:
    if value == 1:
        return PRIME - 1
    return 1 if value == PRIME - 1 else PRIME - pow(value, -1, PRIME)


class Elimination:
    """A growing set of known linear combinations, and the counts that must stay outside what they span.

    Each known combination is kept as a substitution (pivot column -> columns that are no pivots), fully reduced, so
    that one pass reduces any vector. Watched vectors are kept reduced; one that becomes 0 would be determined.
    """

    def __init__(self) -> None:
        self.rows: dict[int, Vector] = {}
        self.watched: dict[int, Vector] = {}
        self._in_rows: defaultdict[int, set[int]] = defaultdict(set)
        self._in_watched: defaultdict[int, set[int]] = defaultdict(set)

    def reduced(self, vector: Mapping[int, int]) -> Vector:
        """The vector modulo what is known; empty (or the constant alone) when it is determined."""
        out: Vector = {}
        for column, coefficient in vector.items():
            _add(out, coefficient, self.rows.get(column, {column: 1}))
        return out

    def know(self, vector: Mapping[int, int]) -> bool:
        """Take the combination as known to be 0 (counting its constant); False when it was known already."""
        reduced = self.reduced(vector)
        pivot = self._pivot(reduced)
        if pivot is None:
            return False
        self._insert(pivot, _substitution(reduced, pivot))
        return True

    def watch(self, column: int) -> bool:
        """Watch a count; False when it is determined already, and then it is not watched."""
        reduced = self.reduced({column: 1})
        reduced.pop(CONSTANT, None)
        if not reduced:
            return False
        self.watched[column] = reduced
        for other in reduced:
            self._in_watched[other].add(column)
        return True

    def steps(self, columns: Iterable[int]) -> list[tuple[int, Vector]]:
        """Substitutions that would make these counts known, reduced among themselves."""
        found: list[tuple[int, Vector]] = []
        for column in columns:
            vector = self.reduced({column: 1})
            for pivot, substitution in found:
                factor = vector.pop(pivot, 0)
                if factor:
                    _add(vector, factor, substitution)
            pivot_here = self._pivot(vector)
            if pivot_here is None:
                continue
            step = _substitution(vector, pivot_here)
            for _, substitution in found:
                factor = substitution.pop(pivot_here, 0)
                if factor:
                    _add(substitution, factor, step)
            found.append((pivot_here, step))
        return found

    def determines(self, steps: Sequence[tuple[int, Vector]]) -> list[int]:
        """The watched counts that would be determined if the steps were taken."""
        touched = {column for pivot, _ in steps for column in self._in_watched.get(pivot, ())}
        found = []
        for column in sorted(touched):
            vector = dict(self.watched[column])
            for pivot, substitution in steps:
                factor = vector.pop(pivot, 0)
                if factor:
                    _add(vector, factor, substitution)
            if not vector or vector.keys() == {CONSTANT}:
                found.append(column)
        return found

    def take(self, steps: Sequence[tuple[int, Vector]]) -> None:
        """Make the steps known for good."""
        for pivot, substitution in steps:
            self._insert(pivot, substitution)

    def _pivot(self, vector: Mapping[int, int]) -> int | None:
        """The column that fewest others hold, so that little is filled in."""
        best, least = None, 0
        for column in vector:
            if column == CONSTANT:
                continue
            held = len(self._in_rows.get(column, ())) + len(self._in_watched.get(column, ()))
            if best is None or (held, column) < (least, best):
                best, least = column, held
        return best

    def _insert(self, pivot: int, substitution: Vector) -> None:
        for holders, vectors in ((self._in_rows, self.rows), (self._in_watched, self.watched)):
            for name in holders.pop(pivot, set()):
                vector = vectors[name]
                came, went = _add(vector, vector.pop(pivot), substitution)
                for column in came:
                    holders[column].add(name)
                for column in went:
                    holders[column].discard(name)
        self.rows[pivot] = dict(substitution)
        for column in substitution:
            self._in_rows[column].add(pivot)


def _substitution(vector: Mapping[int, int], pivot: int) -> Vector:
    """pivot = ... from vector = 0."""
    factor = _negative_inverse(vector[pivot])
    return {column: coefficient * factor % PRIME for column, coefficient in vector.items() if column != pivot}
