"""What the questions say to one respondent: placeholders filled with what is known of the unit and the wave."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache

from django.utils.formats import date_format, number_format
from django.utils.translation import get_language_info

from surveys.forms.sentences import answer_text
from surveys.instrument.placeholders import REFERENCE, Placeholder, filled
from surveys.instrument.schema import Instrument, Texts
from surveys.instrument.texts import entries, with_wording
from surveys.models import SampledUnit


def language_name(code: str) -> str:
    """The language's name in itself; its code where Django does not know it."""
    try:
        name = str(get_language_info(code)["name_local"])
    except KeyError:
        return code
    return name[:1].upper() + name[1:]


@lru_cache(maxsize=128)
def _with_places(instrument: Instrument, language: str) -> Mapping[str, str]:
    """The texts that hold a placeholder, by location."""
    return {place: text for place, text in entries(instrument.texts[language]).items() if "{" in text or "}" in text}


@dataclass(frozen=True)
class Wording:
    instrument: Instrument
    language: str
    unit: SampledUnit
    standing: Mapping[str, object]  # the answers on the path
    background: Mapping[str, object] = field(default_factory=dict)  # what rules read beside the register

    @cached_property
    def texts(self) -> Texts:
        """All texts, filled."""
        texts = self.instrument.texts[self.language]
        places = _with_places(self.instrument, self.language)
        changes = {place: filled(text, self.value_of) for place, text in places.items()}
        return with_wording(texts, changes) if changes else texts

    def value_of(self, place: Placeholder) -> str:
        """What stands in the place; empty where nothing is known, and the default of the text is used."""
        if place.name in REFERENCE:
            wave = self.unit.wave
            return _day(wave.reference_from if place.name == REFERENCE[0] else wave.reference_to, place.format)
        if place.item:
            item, value = self.instrument.items.get(place.item), self.standing.get(place.item)
            texts = self.instrument.texts[self.language]
            return "" if item is None or value is None else _in_line(answer_text(item, value, texts))
        if place.variable:
            return self._of_background(place.variable)
        return self.unit.unit.name if self.unit.unit is not None else ""

    def _of_background(self, variable: str) -> str:
        """Codes of the register in words; what is no code as it stands, for instance the innovation named before."""
        stratum = self.unit.stratum
        known = {
            "country": lambda: str(stratum.get_country_display()),
            "sector": lambda: str(stratum.get_sector_display()),
            "size_class": lambda: str(stratum.get_size_class_display()),
            "employees": lambda: number_format(self.unit.employees),
        }
        if variable in known:
            return known[variable]()
        return _in_line(str(self.background.get(variable, "")))


def _day(day: date, form: str) -> str:
    return str(day.year) if form == "year" else date_format(day, "DATE_FORMAT")


def _in_line(text: str) -> str:
    return ", ".join(text.splitlines())
