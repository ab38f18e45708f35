"""What everything of a questionnaire is called in its form, so that rules can be written and read back."""

from surveys.instrument.schema import Instrument, ItemType
from surveys.instrument.xlsform.names import Taken, name_from
from surveys.instrument.xlsform.rules_out import Called
from surveys.instrument.xlsform.subjects import Names, Subject


class FormNames:
    """Names of rows, none twice; the items choose first, so that they keep those of their columns in files."""

    def __init__(self, instrument: Instrument) -> None:
        self.taken = Taken()
        asked = dict.fromkeys(ask.item for page in instrument.pages for ask in page.asks)
        items = {key: instrument.items[key] for key in asked if key in instrument.items}
        self.items = {key: self.taken.give(name_from(item.export_name)) for key, item in items.items()}
        self.conditions = {name: self.taken.give(name_from(name)) for name in instrument.conditions}
        self.background = {name: self.taken.give(name_from(f"bg_{name}")) for name in instrument.background}
        self.parts = {
            (key, option.code): self.taken.give(name_from(f"{self.items[key]}_{option.code}"))
            for key, item in items.items()
            if item.type is ItemType.PERCENT
            for option in item.options
        }
        self.called = Called(
            items=instrument.items,
            names={key: name for key, name in self.items.items() if items[key].type is not ItemType.PERCENT},
            conditions=self.conditions,
            background=self.background,
            parts=self.parts,
        )
        subjects = {name: Subject(key, "condition") for key, name in self.conditions.items()}
        subjects |= {name: Subject(key, "background") for key, name in self.background.items()}
        for key, item in items.items():
            codes = {option.code: option.code for option in item.options}
            subjects[self.items[key]] = Subject(key, "item", item.value_type, codes)
        self.names = Names(subjects)

    def other(self, wanted: str) -> str:
        """A name for a row that no rule names."""
        return self.taken.give(name_from(wanted))
