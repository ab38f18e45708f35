"""The picture of a report: one answer beside net balances, from the section as it is stored, for page and PDF alike.

A net balance is the mean of +100 (promoted), 0 and -100 (hindered) over a group, so that a single answer stands on the
same strip at one of three places.
"""

from collections.abc import Mapping
from typing import Any, Final

from publication.charts.axes import Axis
from publication.charts.strip import StripNames, StripRow, printed_strips, strip_plot
from publication.charts.words import Words
from publication.figures.pictures import drawing_style

BALANCE: Final = Axis(-100, 100, (-100, 0, 100), signed=True)
Stored = Mapping[str, Any]


def picture_on_page(section: Stored, document: Stored) -> str:
    """The picture of a section that has one, in two widths."""
    picture = section["picture"]
    return strip_plot(_rows(picture), _names(picture), BALANCE, _words(picture, document))


def picture_in_print(section: Stored, document: Stored) -> str:
    """The same as one SVG that brings its style along."""
    picture = section["picture"]
    style = drawing_style()
    return printed_strips(_rows(picture), _names(picture), BALANCE, _words(picture, document), style=style)


def _rows(picture: Stored) -> list[StripRow]:
    """own: -1 hindered, 0 neither, 1 promoted, None: no answer. Balances in points; None: not shown."""
    return [
        StripRow(
            mark["label"],
            None if mark["own"] is None else mark["own"] * BALANCE.high,
            mark["value"],
            mark["country"],
            low=mark["low"],
            high=mark["high"],
        )
        for mark in picture["marks"]
    ]


def _names(picture: Stored) -> StripNames:
    ends = picture["hindered"], picture["neither"], picture["promoted"]
    return StripNames(picture["own"], picture["group"], picture["country"], ends)


def _words(picture: Stored, document: Stored) -> Words:
    return Words(document["decimal_mark"], "", document["mark"], picture["alt"])
