"""Where each county or region stands in a tile map: layouts of our own, with the codes of the national registers.

Codes and names are facts of the statistical offices (SSB, SCB, Danmarks Statistik, Tilastokeskus, Hagstofa Íslands). A
soft hyphen says where a name may be broken. A frame may name an area by code or by any of its names.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from publication.charts.fitting import SOFT_HYPHEN


@dataclass(frozen=True)
class Area:
    """`names`: the one that is drawn, then others that a frame may use. Column and row count from 0, top left."""

    code: str
    names: tuple[str, ...]
    column: int
    row: int

    @property
    def name(self) -> str:
        return self.names[0]


@dataclass(frozen=True)
class Layout:
    """One division of a country into areas; `key` names the country and the year it is from."""

    key: str
    areas: tuple[Area, ...]

    @property
    def columns(self) -> int:
        return 1 + max(area.column for area in self.areas)

    @property
    def rows(self) -> int:
        return 1 + max(area.row for area in self.areas)

    def find(self, name: str) -> Area | None:
        """The area with this code or name, or None."""
        return self._index().get(_plain(name))

    def _index(self) -> dict[str, Area]:
        return {_plain(word): area for area in self.areas for word in (area.code, *area.names)}


class UnknownArea(ValueError):
    """No layout has all the areas that were given."""


def layout_for(country: str, areas: Iterable[str]) -> Layout:
    """The newest layout of the country that has all of the areas. Raises UnknownArea and says which are unknown."""
    given = list(areas)
    layouts = LAYOUTS.get(country)
    if layouts is None:
        raise UnknownArea(f"country: expected one of {', '.join(LAYOUTS)}, got {country!r}. Show its areas as dots.")
    missing = [[name for name in given if layout.find(name) is None] for layout in layouts]
    for layout, unknown in zip(layouts, missing, strict=True):
        if not unknown:
            return layout
    least = min(missing, key=len)
    raise UnknownArea(
        f"areas of {country}: expected codes or names of one of {', '.join(layout.key for layout in layouts)}, "
        f"got {', '.join(map(repr, least))}. Correct the frame, or show the areas as dots."
    )


def _plain(name: str) -> str:
    return name.replace(SOFT_HYPHEN, "").strip().casefold()


def _layout(key: str, grid: str, names: str) -> Layout:
    """From a picture of codes, a point where no area stands, and lines of `code name|another name`."""
    known = dict(line.strip().split(" ", 1) for line in names.strip().splitlines())
    places = {
        code: (column, row)
        for row, line in enumerate(grid.strip().splitlines())
        for column, code in enumerate(line.split())
        if code != "."
    }
    if known.keys() != places.keys():
        raise ValueError(f"{key}: expected a place for every name, got a difference of {known.keys() ^ places.keys()}.")
    return Layout(key, tuple(Area(code, tuple(known[code].split("|")), *place) for code, place in places.items()))


NORDIC: Final = _layout(
    "nordic",
    """
    IS .  .  .
    .  NO SE FI
    .  DK .  .
    """,
    """
    IS Ísland|Island|Iceland
    NO Norge|Noreg|Norway
    SE Sverige|Sweden
    FI Suomi|Finland
    DK Danmark|Denmark
    """,
)

NORWAY_2024: Final = _layout(
    "Norway 2024",
    """
    .  .  55 56
    .  18 .  .
    .  50 .  .
    15 34 .  .
    46 33 03 32
    11 40 39 31
    .  42 .  .
    """,
    """
    03 Oslo|Oslo-Oslove|Oslo - Oslove
    11 Rogaland
    15 Møre og Romsdal
    18 Nordland|Nordland - Nordlánnda|Nordland - Nordlánnda - Nordlaante
    31 Østfold
    32 Akershus
    33 Buskerud
    34 Innlandet
    39 Vestfold
    40 Telemark
    42 Agder
    46 Vestland
    50 Trønde\u00adlag|Trøndelag - Trööndelage|Trööndelage
    55 Troms|Troms - Romsa - Tromssa|Romsa
    56 Finnmark|Finnmark - Finnmárku - Finmarkku|Finnmárku
    """,
)

NORWAY_2020: Final = _layout(
    "Norway 2020-2023",
    """
    .  .  54
    .  18 .
    .  50 .
    15 34 .
    46 30 03
    11 38 .
    .  42 .
    """,
    """
    03 Oslo
    11 Rogaland
    15 Møre og Romsdal
    18 Nordland|Nordland - Nordlánnda
    30 Viken
    34 Innlandet
    38 Vestfold og Telemark
    42 Agder
    46 Vestland
    50 Trønde\u00adlag|Trøndelag - Trööndelage|Trööndelage
    54 Troms og Finnmark|Troms og Finnmark - Romsa ja Finnmárku|Romsa ja Finnmárku
    """,
)

SWEDEN: Final = _layout(
    "Sweden",
    """
    .  25 .  .
    .  24 .  .
    23 22 .  .
    20 21 .  .
    17 19 03 .
    .  18 04 01
    14 06 05 09
    13 07 08 .
    12 10 .  .
    """,
    """
    01 Stock\u00adholm|Stockholms län
    03 Uppsala|Uppsala län
    04 Söderman\u00adland|Södermanlands län
    05 Östergöt\u00adland|Östergötlands län
    06 Jönköping|Jönköpings län
    07 Kronoberg|Kronobergs län
    08 Kalmar|Kalmar län
    09 Gotland|Gotlands län
    10 Blekinge|Blekinge län
    12 Skåne|Skåne län
    13 Halland|Hallands län
    14 Västra Göta\u00adland|Västra Götalands län
    17 Värmland|Värmlands län
    18 Örebro|Örebro län
    19 Västman\u00adland|Västmanlands län
    20 Dalarna|Dalarnas län
    21 Gävleborg|Gävleborgs län
    22 Väster\u00adnorrland|Västernorrlands län
    23 Jämtland|Jämtlands län
    24 Väster\u00adbotten|Västerbottens län
    25 Norr\u00adbotten|Norrbottens län
    """,
)

DENMARK: Final = _layout(
    "Denmark",
    """
    1081 .    .
    1082 .    1084
    1083 1085 .
    """,
    """
    1081 Nord\u00adjylland|Region Nordjylland
    1082 Midt\u00adjylland|Region Midtjylland
    1083 Syd\u00addanmark|Region Syddanmark
    1084 Hoved\u00adstaden|Region Hovedstaden
    1085 Sjælland|Region Sjælland
    """,
)

FINLAND: Final = _layout(
    "Finland",
    """
    .  19 .  .
    .  17 18 .
    15 16 11 12
    14 13 10 .
    04 06 07 09
    02 05 01 08
    21 .  .  .
    """,
    """
    01 Uusimaa|Nyland
    02 Varsinais-Suomi|Egentliga Finland|Southwest Finland
    04 Sata\u00adkunta
    05 Kanta-Häme|Egentliga Tavastland
    06 Pirkan\u00admaa|Birkaland
    07 Päijät-Häme|Päijänne-Tavastland
    08 Kymen\u00adlaakso|Kymmenedalen
    09 Etelä-Karjala|Södra Karelen|South Karelia
    10 Etelä-Savo|Södra Savolax|South Savo
    11 Pohjois-Savo|Norra Savolax|North Savo
    12 Pohjois-Karjala|Norra Karelen|North Karelia
    13 Keski-Suomi|Mellersta Finland|Central Finland
    14 Etelä-Pohjan\u00admaa|Södra Österbotten|South Ostrobothnia
    15 Pohjan\u00admaa|Österbotten|Ostrobothnia
    16 Keski-Pohjan\u00admaa|Mellersta Österbotten|Central Ostrobothnia
    17 Pohjois-Pohjan\u00admaa|Norra Österbotten|North Ostrobothnia
    18 Kainuu|Kajanaland
    19 Lappi|Lappland|Lapland
    21 Ahvenan\u00admaa|Åland
    """,
)

ICELAND: Final = _layout(
    "Iceland",
    """
    4 5 6
    3 . 7
    1 8 .
    2 . .
    """,
    """
    1 Höfuðborgar\u00adsvæðið|Höfuðborgarsvæði
    2 Suðurnes
    3 Vestur\u00adland
    4 Vest\u00adfirðir
    5 Norður\u00adland vestra
    6 Norður\u00adland eystra
    7 Austur\u00adland
    8 Suður\u00adland
    """,
)

LAYOUTS: Final[dict[str, tuple[Layout, ...]]] = {
    "NO": (NORWAY_2024, NORWAY_2020),
    "SE": (SWEDEN,),
    "DK": (DENMARK,),
    "FI": (FINLAND,),
    "IS": (ICELAND,),
}
