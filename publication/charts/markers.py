"""Signs that are told apart by their shape: a series, a place, one's own value; colour comes on top."""

from collections.abc import Callable
from typing import Final

from publication.charts.svg import box, circle, path

Marker = Callable[[float, float, str], str]


def dot(x: float, y: float, name: str) -> str:
    return circle(x, y, name, 5)


def square(x: float, y: float, name: str) -> str:
    return box(x - 5, y - 5, 10, 10, name)


def diamond(x: float, y: float, name: str) -> str:
    return path([(x, y - 7), (x + 7, y), (x, y + 7), (x - 7, y)], name, closed=True)


def triangle(x: float, y: float, name: str) -> str:
    return path([(x, y - 6), (x + 6.5, y + 5), (x - 6.5, y + 5)], name, closed=True)


def wedge(x: float, y: float, name: str) -> str:
    """A triangle on its point."""
    return path([(x, y + 6), (x + 6.5, y - 5), (x - 6.5, y - 5)], name, closed=True)


def cross(x: float, y: float, name: str) -> str:
    arm, half = 6, 2.2
    ends = [
        (-half, -arm), (half, -arm), (half, -half), (arm, -half), (arm, half), (half, half),
        (half, arm), (-half, arm), (-half, half), (-arm, half), (-arm, -half), (-half, -half),
    ]  # fmt: skip
    return path([(x + right, y + down) for right, down in ends], name, closed=True)


SERIES: Final[tuple[Marker, ...]] = (dot, square, diamond, triangle, wedge, cross)
