"""The sheet of choices as lists of options."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from surveys.instrument.exchange import Notes
from surveys.instrument.schema import Option
from surveys.instrument.xlsform.columns import Row, is_yes, shortened
from surveys.instrument.xlsform.names_and_keys import Taken, code_from


@dataclass(frozen=True)
class Choice:
    written: str  # its name in the form
    option: Option
    row: Row


@dataclass(frozen=True)
class ChoiceList:
    name: str
    choices: tuple[Choice, ...]

    @property
    def options(self) -> tuple[Option, ...]:
        return tuple(choice.option for choice in self.choices)

    @property
    def codes(self) -> Mapping[str, str]:
        """Name in the form -> code of ours."""
        return {choice.written: choice.option.code for choice in self.choices}

    def only(self, *, exclusive: bool) -> "ChoiceList":
        """The list for an item with several choices or with one, where nothing is exclusive."""
        if exclusive:
            return self
        choices = tuple(replace(one, option=replace(one.option, exclusive=False)) for one in self.choices)
        return replace(self, choices=choices)


def read_lists(rows: Sequence[Row], notes: Notes) -> dict[str, ChoiceList]:
    """The lists by name. A choice without list or name, and one whose name comes twice, is lost."""
    found: dict[str, dict[str, Choice]] = {}
    taken: dict[str, Taken] = {}
    for row in rows:
        name, written = row["list_name"], row["name"]
        if not name or not written:
            missing = "list_name" if not name else "name"
            notes.lose(row.place, "the choice", f"Expected a {missing}, got nothing: write one.")
            continue
        choices = found.setdefault(name, {})
        if written in choices:
            why = f"Row {choices[written].row.number} has that name in the list {name}: each needs its own."
            notes.lose(row.place, f"the choice {shortened(written)!r}", why)
            continue
        code = taken.setdefault(name, Taken(capitals_differ=True)).give(code_from(written))
        choices[written] = Choice(written, option_of(row, code), row)
    for name, choices in found.items():
        changed = [f"{written} → {one.option.code}" for written, one in choices.items() if written != one.option.code]
        if changed:
            notes.assume(f"choices, list {name}: codes of other signs than ours were written {', '.join(changed)}.")
    return {name: ChoiceList(name, tuple(choices.values())) for name, choices in found.items()}


def option_of(row: Row, code: str) -> Option:
    return Option(
        code,
        missing=is_yes(row.own("missing")),
        exclusive=is_yes(row.own("exclusive")),
        common=row.own("common").strip(),
    )
