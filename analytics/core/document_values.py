"""Values that indicators and indices of a definitions document share: rules, words, and what may be compared."""

from collections.abc import Mapping, Sequence
from functools import lru_cache

from analytics.core.definitions import Comparable, DefinitionError, FigureText
from analytics.core.document_parts import Part
from surveys.instrument.rule_nodes import (
    Aggregate,
    Arithmetic,
    Literal,
    Node,
    Null,
    ReferenceDay,
    TodayIsAfter,
    Truth,
    walk,
)
from surveys.instrument.rule_text import to_text
from surveys.instrument.rules import RuleError, parse

PLACE = "{category}"
ABOUT = ("purpose", "measures_not")  # what the words of an index say beside its title


def rule(part: Part, name: str, category: str = "") -> Node:
    """The rule of a category: one text with the category put in its place, or one text for each category."""
    by_category = isinstance(part.content.get(name), Mapping)
    text = part.part(name).text(category) if by_category else part.text(name)
    return parsed(f"{part.place}.{name} ({category or 'whole'})", text.replace(PLACE, category))


def parsed(place: str, text: str) -> Node:
    """A rule that can be asked of answers alone.

    Raises DefinitionError for a text that is no rule, and for what only a questionnaire that is being answered knows:
    the day of answering, the reference period, calculations, true, false and null.
    """
    try:
        return _answers_alone(text)
    except RuleError as error:
        raise DefinitionError(f"{place}: {error}") from error


@lru_cache(maxsize=4096)
def _answers_alone(text: str) -> Node:
    """The tree of the text; every page that shows a run reads the same few hundred rules again."""
    found = parse(text)
    for node in walk(found):
        if isinstance(node, TodayIsAfter | Arithmetic | Aggregate | ReferenceDay | Null) or (
            isinstance(node, Literal) and isinstance(node.value, Truth)
        ):
            said = to_text(node) if isinstance(node, TodayIsAfter) else _operand(node)
            raise RuleError(
                f"{said} is for a questionnaire, a definition cannot use it. "
                "Compare an item, a variable or a count with a written text, number or list.",
                rule="not_a_value",
            )
    return found


def _operand(node: Node) -> str:
    match node:
        case ReferenceDay(name=name):
            return name
        case Aggregate(function=function):
            return f"{function}()"
        case Arithmetic(operator=operator):
            return f"a calculation with {operator!r}"
        case Literal(value=Truth() as value):
            return value.value
    return "null"


def comparable(part: Part) -> Comparable:
    found = Comparable(countries=part.get("countries", bool), waves=part.get("waves", bool))
    part.done()
    return found


def figure_texts(part: Part, categories: Sequence[str]) -> dict[str, FigureText]:
    """The words of each language; those of a category that is not there are an error."""
    texts = {}
    for language in part.content:
        entry = part.part(str(language))
        labels = entry.get("categories", dict, {})
        unknown = sorted(set(labels) - set(categories))
        if unknown:
            known = tuple(categories)
            raise DefinitionError(f"{entry.place}.categories: no category {unknown[0]!r}. Use some of {known}.")
        about = [entry.text(name, "") for name in ABOUT]
        texts[str(language)] = FigureText(entry.text("title"), entry.text("base"), labels, *about)
        entry.done()
    return texts
