"""The options of items as lists of choices; items with the same options and labels share one."""

from surveys.instrument.rule_text import to_text
from surveys.instrument.schema import Instrument, Item, ItemType
from surveys.instrument.xlsform.cells import Cells, CellWriter
from surveys.instrument.xlsform.kinds import FILTER_COLUMN
from surveys.instrument.xlsform.names import Taken, name_from
from surveys.instrument.xlsform.naming_out import FormNames
from surveys.instrument.xlsform.offers import filter_of
from surveys.instrument.xlsform.rules_read import written


class Lists:
    def __init__(self, instrument: Instrument, cells: CellWriter, names: FormNames) -> None:
        self.instrument = instrument
        self.cells = cells
        self.names = names
        self.taken = Taken()
        self.known: dict[object, str] = {}  # options and labels -> name of the list
        self.filters: dict[str, str] = {}  # name of a list -> its choice filter
        self.rows: list[Cells] = []

    def list_of(self, item: Item) -> str:
        """The name of the list with the options of the item, written when it is first asked for."""
        labels = tuple(
            tuple(texts.label(item, option.code) for option in item.options) for texts in self.instrument.texts.values()
        )
        what = (item.options, labels)
        if what not in self.known:
            name = self.taken.give(name_from(item.battery or self.names.items[item.key]))
            self.known[what] = name
            self.write(item, name)
        return self.known[what]

    def write(self, item: Item, name: str) -> None:
        rules = [option.show_if for option in item.options]
        self.filters[name], marks = filter_of(rules, self.names.called)
        for option, mark in zip(item.options, marks, strict=True):
            row = {
                "list_name": name,
                "name": option.code,
                "barometer_missing": "yes" if option.missing else "",
                "barometer_exclusive": "yes" if option.exclusive else "",
                "barometer_common": option.common,
                FILTER_COLUMN: mark,
                **self.cells.texts("label", lambda texts, code=option.code: texts.label(item, code)),  # type: ignore[misc]
            }
            if option.show_if is not None:
                row["barometer_show_if"] = to_text(option.show_if)
                if not written(option.show_if, self.names.called) and item.type is not ItemType.PERCENT:
                    why = "A form cannot say it: other programs offer the option to everybody."
                    place = f"items[{item.key}].options.{option.code}"
                    self.cells.notes.lose(place, to_text(option.show_if), why)
            self.rows.append(self.cells.safe(row, f"the choice {name} {option.code}"))
