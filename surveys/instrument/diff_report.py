"""A difference between two questionnaires as lines that a person reads."""

from collections.abc import Iterable, Iterator, Sequence

from surveys.instrument.diff import Difference
from surveys.instrument.diff_parts import Change, ItemChange, Move, Sequel, Wording

NOTHING = "nothing"


def report_lines(found: Difference) -> Iterator[str]:
    """The whole report. What has to be mended stands last."""
    yield f"{found.former} -> {found.present}"
    if found.is_empty:
        yield "  Nothing has changed."
    yield from block("Items", sequel_lines(Sequel(found.added, found.removed)))
    yield from block("Changed items", (line for item in found.changed for line in item_lines(item)))
    yield from block("Order of items", map(move_line, found.moves))
    lists = {
        "Sections": found.sections,
        "Pages": found.pages,
        "Languages": found.languages,
        "Background variables": found.background,
    }
    for title, changes in lists.items():
        yield from block(title, sequel_lines(changes))
    yield from block("Routing", map(change_line, found.routing))
    yield from block("Edits", map(change_line, found.edits))
    yield from block("Wording", map(wording_line, found.wordings))
    if found.folded:
        yield f"{len(found.folded)} texts differ only in year, comma, quotation marks, space, dash or case."
    yield from block("Declared about another questionnaire", (f"{one.item}: {one.former}" for one in found.elsewhere))
    reused = (f'{one.item}, {one.code}, {one.language}: "{one.former}" -> "{one.present}"' for one in found.reused)
    yield from block("Codes used again with another label", reused)
    yield from block("Undeclared", iter(found.undeclared))


def block(title: str, lines: Iterable[str]) -> Iterator[str]:
    """The lines under their title; nothing where there are none."""
    indented = [f"  {line}" for line in lines]
    if indented:
        yield f"{title}:"
        yield from indented


def sequel_lines(changes: Sequel) -> Iterator[str]:
    for word, names in (("new", changes.added), ("gone", changes.removed), ("moved", changes.moved)):
        if names:
            yield f"{word}: {', '.join(names)}"


def item_lines(item: ItemChange) -> Iterator[str]:
    yield f"{item.key}: {item.relation or 'kept alike'}"
    for entry in item.declarations:
        yield f"  {entry.relation}, {entry.country}: {entry.reason} ({entry.by}, {entry.on})"
    yield from (f"  {change_line(change)}" for change in item.properties)
    yield from (f"  options {line}" for line in sequel_lines(item.options))
    if item.wordings:
        yield f"  wording: {', '.join(parts(item.wordings))}"


def parts(wordings: Sequence[Wording]) -> list[str]:
    """What of the item reads differently in which language; the texts themselves stand under Wording."""
    return [f"{wording.location} ({wording.language})" for wording in wordings]


def change_line(change: Change) -> str:
    return f"{change.location}: {change.former or NOTHING} -> {change.present or NOTHING}"


def wording_line(wording: Wording) -> str:
    return f'{wording.location} ({wording.language}): "{wording.former}" -> "{wording.present}"'


def move_line(move: Move) -> str:
    was, now = f"{move.former_section}/{move.former_page}", f"{move.section}/{move.page}"
    place = f"before {move.before}" if move.before else "at the end"
    return f"{move.item}: {place} on {now}" if was == now else f"{move.item}: from {was} to {now}, {place}"
