"""Findings about what has changed since the questionnaire before without a word about it."""

from collections.abc import Iterator

from surveys.instrument.diff import Difference, ItemChange, difference
from surveys.instrument.findings import Finding
from surveys.instrument.schema import Instrument, Relation

RELABELLED = frozenset({Relation.REWORDED, Relation.RECODED, Relation.BROKEN})


def former_findings(former: Instrument, instrument: Instrument) -> Iterator[Finding]:
    found = difference(former, instrument)
    declared = {item.key: {entry.relation for entry in item.declarations} for item in found.changed}
    reused = [code for code in found.reused if not declared.get(code.item, set()) & RELABELLED]
    for code in reused:
        location = f"items.{code.item}.options.{code.code}"
        message = f"In {code.language} it meant {code.former!r} in {found.former} and means {code.present!r} now."
        suggestion = "Give another meaning another code; if only the words differ, declare the item reworded."
        yield Finding("code_reused", location, message, suggestion, code.language)
    told = {code.item for code in reused}
    for item in found.changed:
        if item.undeclared and item.key not in told:
            yield undeclared(found, item)


def undeclared(found: Difference, item: ItemChange) -> Finding:
    suggestion = f"Declare its relation to {found.former} in comparability: same, reworded, recoded or broken, and why."
    if item.options.added or item.options.removed:
        changes = [f"{code} is new" for code in item.options.added] + [
            f"{code} is gone" for code in item.options.removed
        ]
        message = f"Its codes have changed since {found.former}: {', '.join(changes)}."
        return Finding("code_list_changed", f"items.{item.key}", message, suggestion)
    what = [change.location for change in item.properties] + [
        f"{text.location} in {text.language}" for text in item.wordings
    ]
    message = (
        f"It has changed since {found.former}: {', '.join([*what, *(['order of options'] if item.options else [])])}."
    )
    return Finding("undeclared_change", f"items.{item.key}", message, suggestion)
