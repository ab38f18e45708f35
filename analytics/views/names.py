"""What the figures of a run are called in the reader's language: indicators, categories, items and batteries."""

from collections.abc import Mapping
from functools import cached_property

from analytics import queries
from analytics.core import definition_checks
from analytics.core.definitions import Definitions
from analytics.models import Run
from surveys.instrument.schema import Instrument, Texts
from surveys.queries import instrument_of


class Names:
    """Read once a page; a code stands for itself where nobody has named it."""

    def __init__(self, run: Run, definitions: Definitions, language: str) -> None:
        self.definitions, self.language = definitions, language
        self._run = run
        self._categories: dict[str, Mapping[str, str]] = {}

    @cached_property
    def titles(self) -> Mapping[str, str]:
        return queries.titles_of(self.definitions, self.language)

    def title(self, key: str) -> str:
        return self.titles.get(key, key)

    def category(self, key: str, category: str) -> str:
        """The category of an indicator, or an item of an index."""
        if key not in self._categories:
            self._categories[key] = self._labels(key)
        return self._categories[key].get(category) or self.item(category)

    def figure(self, key: str, category: str) -> str:
        """Title and category in one."""
        return f"{self.title(key)}: {self.category(key, category)}" if category else self.title(key)

    def item(self, key: str) -> str:
        text = self._texts.items.get(key) if self._texts is not None else None
        return text.question if text is not None else key

    def battery(self, name: str) -> str:
        text = self._texts.batteries.get(name) if self._texts is not None else None
        return text.question if text is not None and text.question else name

    @cached_property
    def _instrument(self) -> Instrument:
        return instrument_of(self._run.instrument)

    @cached_property
    def _texts(self) -> Texts | None:
        wanted = (self.language, *self._instrument.languages)
        return next((self._instrument.texts[code] for code in wanted if code in self._instrument.texts), None)

    def _labels(self, key: str) -> Mapping[str, str]:
        if key not in self.definitions.indicators:
            return {}
        indicator = self.definitions.indicators[key]
        wanted = (self.language, *self._instrument.languages)
        spoken = [code for code in wanted if code in self._instrument.texts and code in indicator.texts]
        if not spoken:
            return {}
        return definition_checks.labels(indicator, indicator.categories, self._instrument, spoken[0])
