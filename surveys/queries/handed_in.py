"""What each workplace of a closed wave handed in, with its place: for what is made for that workplace alone."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from surveys.models import Response, Wave


@dataclass(frozen=True)
class HandedIn:
    """One workplace: its record, what rules read beside it, and the groups it belongs to.

    municipality is the keyed hash of its code; its name is read through the key, which must not have been destroyed.
    """

    response_id: int
    language: str
    record: Mapping[str, object]
    background: Mapping[str, object]
    country: str
    sector: str
    size_class: str
    county: str
    municipality: str
    municipality_name: str


def handed_in(wave: Wave) -> Iterator[HandedIn]:
    """Those whose key to the named workplace stands, by their pseudonyms, in one query. Of a pilot nobody."""
    rows = Response.objects.filter(
        sampled_unit__wave=wave,
        sampled_unit__wave__pilot=False,
        record__isnull=False,
        sampled_unit__unit__isnull=False,
    ).order_by("sampled_unit__pseudonym")
    for pk, language, record, beside, employees, level, *place in rows.values_list(
        "pk",
        "language",
        "record",
        "background",
        "sampled_unit__employees",
        "sampled_unit__level",
        "sampled_unit__stratum__country",
        "sampled_unit__stratum__sector",
        "sampled_unit__stratum__size_class",
        "sampled_unit__county",
        "sampled_unit__cluster",
        "sampled_unit__unit__municipality_name",
    ):
        country, sector, size, county, municipality, name = place
        known = {"country": country, "sector": sector, "size_class": size, "employees": employees, "level": level}
        yield HandedIn(
            response_id=pk,
            language=language,
            record=record,
            background={**known, **beside},
            country=country,
            sector=sector,
            size_class=size,
            county=county,
            municipality=municipality,
            municipality_name=name,
        )
