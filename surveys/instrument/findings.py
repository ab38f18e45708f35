"""What the linter says: a named rule, where, what is wrong and what to do."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from surveys.instrument.reader import InstrumentError
from surveys.instrument.rule_nodes import Node, condition_references, item_references
from surveys.instrument.schema import Instrument

# Each has a row in docs/howto/linter.md. The first four are of a file that cannot be read as a questionnaire.
RULE_NAMES = frozenset(
    {
        "document", "duplicate_key", "missing_disclosure", "rule",
        "battery_scale", "battery_too_long", "battery_too_wide", "code_list_changed", "code_not_in_list", "code_reused",
        "decimals", "double_space", "exclusive_option", "export_name_form", "export_name_taken", "export_name_too_long",
        "impossible_limit", "item_asked_twice", "item_never_asked", "item_unreachable", "later_reference",
        "limit_without_use", "literal_year", "markup", "min_above_max", "missing_label", "missing_text",
        "no_default_path", "option_reads_answer", "option_unreachable", "options", "page_size", "page_unreachable",
        "placeholder_broken", "placeholder_missing", "placeholder_unexpected", "placeholder_unknown", "register_value",
        "required_prefill", "reserved_code", "stale_text", "straight_quotes", "text_too_long", "type_mismatch",
        "undeclared_change", "unknown_reference", "unused_text",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Finding:
    rule: str
    location: str
    message: str
    suggestion: str
    language: str = ""  # of a text

    def __post_init__(self) -> None:
        if self.rule not in RULE_NAMES:
            raise ValueError(f"Expected the name of a rule of the linter, got {self.rule!r}: add it to RULE_NAMES.")

    def __str__(self) -> str:
        return f"{self.location}: {self.message} {self.suggestion} [{self.rule}]"

    def as_document(self) -> dict[str, str]:
        """The finding for machines; without a language where it is about no text."""
        parts = {
            "rule": self.rule,
            "location": self.location,
            "message": self.message,
            "suggestion": self.suggestion,
        }
        return {**parts, "language": self.language} if self.language else parts


def finding_of(error: InstrumentError) -> Finding:
    """What cannot be read, said as a finding."""
    message = f"Expected {error.expected}, got {error.got}."
    return Finding(error.rule, error.location or "the document", message, error.hint or "Correct the file.")


@dataclass(frozen=True)
class Site:
    """A place where a rule stands. It may read the items asked before page number `before`."""

    location: str
    node: Node
    before: int


def sites(instrument: Instrument) -> Iterator[Site]:
    """Every rule that reads answers, but for conditions: these are read where they are used."""
    for place, page in enumerate(instrument.pages):
        if page.show_if is not None:
            yield Site(f"pages.{page.id}.show_if", page.show_if, place)
        for ask in page.asks:
            if ask.show_if is not None:
                yield Site(f"pages.{page.id}.{ask.item}.show_if", ask.show_if, place)
    asked_on = instrument.item_pages
    for edit in instrument.edits:
        yield Site(f"edits.{edit.id}", edit.rule, asked_on.get(edit.item, len(instrument.pages)) + 1)
    if instrument.partial is not None:
        yield Site("partial", instrument.partial, len(instrument.pages))


def option_rules(instrument: Instrument) -> Iterator[tuple[str, Node]]:
    """The rules under which options are offered, with their locations. They read the background alone."""
    for item in instrument.items.values():
        for option in item.options:
            if option.show_if is not None:
                yield f"items.{item.key}.options.{option.code}.show_if", option.show_if


def all_rules(instrument: Instrument) -> Iterator[tuple[str, Node]]:
    """Every rule once, conditions included, with its location."""
    for name, node in instrument.conditions.items():
        yield f"conditions.{name}", node
    for site in sites(instrument):
        yield site.location, site.node
    yield from option_rules(instrument)


def items_read(node: Node | None, conditions: Mapping[str, Node]) -> frozenset[str]:
    """The items a rule reads, through its conditions too. A condition that does not exist reads nothing."""
    parts = [] if node is None else with_conditions([node], conditions)
    return frozenset(key for part in parts for key in item_references(part))


def with_conditions(rules: list[Node], conditions: Mapping[str, Node]) -> list[Node]:
    """The rules and every condition that they use, each condition once."""
    whole: list[Node] = []
    done: set[str] = set()
    waiting = list(rules)
    while waiting:
        rule = waiting.pop()
        whole.append(rule)
        for name in sorted(condition_references(rule) - done):
            done.add(name)
            if name in conditions:
                waiting.append(conditions[name])
    return whole
