"""What changed in who is asked what, in conditions and in edits; rules stand as people write them."""

from collections.abc import Iterator, Mapping

from surveys.instrument.diff_order import first_uses
from surveys.instrument.diff_parts import Change
from surveys.instrument.rule_nodes import And, Node, joined
from surveys.instrument.rule_text import to_text
from surveys.instrument.schema import Edit, Instrument


def routing_changes(former: Instrument, present: Instrument) -> Iterator[Change]:
    """Rules of pages, items and options that both have, named conditions, and what counts as a partial answer.

    An item that moved to another page is given with the whole rule under which it is asked.
    """
    yield from changes(conditions(former), conditions(present))
    yield from changes(*common(page_rules(former), page_rules(present)))
    yield from changes(*common(ask_rules(former), ask_rules(present)))
    yield from changes(*common(option_rules(former), option_rules(present)))
    yield from changes(*common(asked_when(former, present), asked_when(present, former)))
    yield from changes({"partial": written(former.partial)}, {"partial": written(present.partial)})


def changes(former: Mapping[str, str], present: Mapping[str, str]) -> Iterator[Change]:
    for location in dict.fromkeys([*present, *former]):
        was, reads = former.get(location, ""), present.get(location, "")
        if was != reads:
            yield Change(location, was, reads)


def common(one: Mapping[str, str], other: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """The two mappings with the names that both have."""
    return {name: one[name] for name in one if name in other}, {name: other[name] for name in other if name in one}


def written(rule: Node | None) -> str:
    return "" if rule is None else to_text(rule)


def conditions(instrument: Instrument) -> dict[str, str]:
    return {f"conditions.{name}": written(rule) for name, rule in instrument.conditions.items()}


def page_rules(instrument: Instrument) -> dict[str, str]:
    return {f"pages.{page.id}.show_if": written(page.show_if) for page in instrument.pages}


def ask_rules(instrument: Instrument) -> dict[str, str]:
    return {f"items.{ask.item}.show_if": written(ask.show_if) for page in instrument.pages for ask in page.asks}


def option_rules(instrument: Instrument) -> dict[str, str]:
    return {
        f"items.{item.key}.options.{option.code}.show_if": written(option.show_if)
        for item in instrument.items.values()
        for option in item.options
    }


def asked_when(instrument: Instrument, other: Instrument) -> dict[str, str]:
    """The whole rule of each item that stands on another page in the other instrument."""
    elsewhere = first_uses(other)
    found: dict[str, str] = {}
    for page in instrument.pages:
        for ask in page.asks:
            if ask.item in elsewhere and elsewhere[ask.item].id != page.id:
                rules = [rule for rule in (page.show_if, ask.show_if) if rule is not None]
                found[f"items.{ask.item}.asked_when"] = written(joined(And, rules)) if rules else ""
    return found


def edit_changes(former: Instrument, present: Instrument) -> Iterator[Change]:
    """Edits that are new, gone or changed, each as one line: what is looked at, how hard, and the rule."""
    yield from changes(edits(former), edits(present))


def edits(instrument: Instrument) -> dict[str, str]:
    return {f"edits.{edit.id}": line(edit) for edit in instrument.edits}


def line(edit: Edit) -> str:
    return f"{edit.item}, {edit.level.value}: {written(edit.rule)}"
