"""Indices of a definitions document: pillars of measures or of rules over items, between fixed goalposts."""

from collections.abc import Iterator, Mapping

from analytics.core.definition_checks import check_disjoint
from analytics.core.definitions import (
    WORKPLACE,
    Aggregation,
    Component,
    DefinitionError,
    Graded,
    Index,
    Indicator,
    Measure,
    Pillar,
    Unit,
)
from analytics.core.document_parts import Part, once
from analytics.core.document_values import comparable, figure_texts, parsed, rule
from surveys.instrument.rules import Node

ALL = "all"
MINIMUM_SHARE = 0.65  # of the weight: OECD & JRC 2008 leave it to the maker; COINr's default is the same
HIGHEST = 1e9
GOALPOSTS = "goalposts"
IMPUTED = "imputed"
SCALES_MOVE = (
    "Anything taken from the countries or waves at hand would move old values when one is added; "
    "the multivariate check and other ways belong to the study of the index, not to its definition."
)


def index(part: Part, indicators: Mapping[str, Indicator]) -> Index:
    """An index: the mean over one indicator's categories (`of`), or pillars.

    Raises DefinitionError with the place of the first thing that is wrong.
    """
    made = _over_categories(part, indicators) if part.has("of") else _of_pillars(part, indicators)
    _not_beyond(part.place, made, indicators)
    part.done()
    return made


def _not_beyond(place: str, made: Index, indicators: Mapping[str, Indicator]) -> None:
    """What an index is made of must be comparable itself."""
    for key in sorted(made.indicators):
        for name in ("countries", "waves"):
            if getattr(made.comparable, name) and not getattr(indicators[key].comparable, name):
                raise DefinitionError(f"{place}.comparable.{name}: expected false, as of {key!r}, got true.")


def _over_categories(part: Part, indicators: Mapping[str, Indicator]) -> Index:
    of, estimand = part.text("of"), part.text("estimand")
    found = indicators.get(of)
    measures = [one for one in found.measures if one.estimand == estimand] if found else []
    if not measures:
        raise DefinitionError(f"{part.place}.of: no indicator {of!r} with the estimand {estimand!r}.")
    part.only("weights", "equal", "Weights of one's own need pillars.")
    posts = part.pair(GOALPOSTS)
    pillar = Pillar(of, 1.0, tuple(Component(measure, 1, posts, 1.0) for measure in measures))
    return Index(
        key=part.text("key"),
        version=part.text("version", "1"),
        instrument=indicators[of].instrument,
        unit=Unit.DOMAIN,
        purpose=part.text("purpose", ""),
        sources=part.texts("sources") if part.has("sources") else (),
        measures_not=part.text("measures_not", ""),
        enabled=part.get("enabled_by_default", bool, True),
        optional=indicators[of].optional,
        published=True,
        pillars=(pillar,),
        aggregation=Aggregation.ARITHMETIC,
        minimum_share=1.0,
        disjoint=False,
        scale=part.number("scale", low=1, high=HIGHEST),
        question=part.text("question"),
        compare_countries=part.get("compare_countries", bool, False),
        comparable=comparable(part.part("comparable")),
        texts=figure_texts(part.part("texts"), ()),
        of=of,
    )


def _of_pillars(part: Part, indicators: Mapping[str, Indicator]) -> Index:
    pillars = tuple(_pillars(part, indicators))
    part.only("normalisation", GOALPOSTS, SCALES_MOVE)
    part.only("outliers", "none", "Between fixed goalposts nothing lies outside. " + SCALES_MOVE)
    made = Index(
        key=part.text("key"),
        version=part.text("version"),
        instrument=part.text("instrument", WORKPLACE),
        unit=part.word("unit", Unit),
        purpose=part.text("purpose"),
        sources=part.texts("sources"),
        measures_not=part.text("measures_not"),
        enabled=part.get("enabled_by_default", bool),
        optional=part.get("optional", bool, False),
        published=part.get("published", bool, False),
        pillars=pillars,
        aggregation=part.word("aggregation", Aggregation),
        minimum_share=part.number("minimum_share", MINIMUM_SHARE, low=0.01, high=1),
        disjoint=part.get("disjoint_items", bool, False),
        scale=part.number("scale", low=1, high=HIGHEST),
        question=part.text("question", ""),
        compare_countries=part.get("compare_countries", bool, False),
        comparable=comparable(part.part("comparable")),
        texts=figure_texts(part.part("texts"), ()),
        imputed=part.content.get("missing") == IMPUTED,
    )
    _missing_rule(part, made)
    _consistent(part, made, indicators)
    return made


def _missing_rule(part: Part, made: Index) -> None:
    """What stands for a missing part: the mean of one's own other answers, or of the estimates that there are.

    An index of statements on a scale may be imputed: see `index_imputation`.
    """
    if made.imputed and made.unit is Unit.RESPONDENT:
        part.text("missing")
        if not all(isinstance(one, Graded) for one in made.measures) or len(made.measures) < 2:
            raise DefinitionError(
                f"{part.place}.missing: expected person_mean, got 'imputed'. "
                "Only answers to several statements with grades can be filled."
            )
        return
    expected = {Unit.RESPONDENT: "person_mean", Unit.DOMAIN: "available"}[made.unit]
    part.only(
        "missing",
        expected,
        f"That is the rule of the unit {made.unit}, up to minimum_share; "
        "an index of statements with grades, of the unit respondent, may say imputed.",
    )


def _consistent(part: Part, made: Index, indicators: Mapping[str, Indicator]) -> None:
    if made.unit is Unit.RESPONDENT and made.aggregation is not Aggregation.ARITHMETIC:
        raise DefinitionError(
            f"{part.place}.aggregation: expected arithmetic for the unit respondent, got {made.aggregation}. "
            "One answer at the bottom would make the whole score nothing."
        )
    check_disjoint(part.place, made, {})
    if made.published and made.unit is Unit.DOMAIN and not _may_be_published(made, indicators):
        raise DefinitionError(
            f"{part.place}.published: expected false, got true. A release can protect an index of the unit domain only "
            "where it is the arithmetic mean of published estimates of the library."
        )
    for key in sorted(made.indicators):
        if indicators[key].instrument != made.instrument:
            raise DefinitionError(
                f"{part.place}.instrument: {key!r} belongs to {indicators[key].instrument!r}, not to "
                f"{made.instrument!r}. An index is of one questionnaire."
            )


def _may_be_published(made: Index, indicators: Mapping[str, Indicator]) -> bool:
    return made.is_of_figures and all(indicators[key].published for key in made.indicators)


def _pillars(part: Part, indicators: Mapping[str, Indicator]) -> Iterator[Pillar]:
    stated = part.text("weights")
    if stated not in ("equal", "stated"):
        raise DefinitionError(f"{part.place}.weights: expected equal or stated, got {stated!r}.")
    places = list(part.parts("pillars"))
    once(f"{part.place}.pillars", [place.text("key") for place in places])
    for place in places:
        weight = place.number("weight", low=0, high=HIGHEST) if stated == "stated" else 1.0
        components = tuple(
            component
            for group in place.parts("components")
            for component in _components(group, index_part=part, indicators=indicators)
        )
        if not components:
            raise DefinitionError(f"{place.place}.components: expected at least one, got none.")
        yield Pillar(place.text("key"), weight, components)
        place.done()
    if not places:
        raise DefinitionError(f"{part.place}.pillars: expected at least one, got none.")
    if stated == "stated" and all(place.content["weight"] == 0 for place in places):
        raise DefinitionError(f"{part.place}.pillars: expected a weight above 0, got only 0.")


def _components(part: Part, *, index_part: Part, indicators: Mapping[str, Indicator]) -> Iterator[Component]:
    """What is averaged: measures of an indicator, items on one scale, or a rule of the index's own."""
    if part.has("indicator"):
        made: Iterator[Measure | Graded] = _measures(part, indicators)
    elif part.has("items"):
        made = _graded(part, index_part)
    else:
        made = _own(part, index_part)
    averaged = list(made)
    direction = part.get("direction", int)
    if direction not in (1, -1) or isinstance(direction, bool):
        raise DefinitionError(f"{part.place}.direction: expected 1 or -1, got {direction!r}.")
    weight = part.number("weight", 1.0, low=0, high=HIGHEST)
    posts = part.pair(GOALPOSTS)
    part.done()
    for one in averaged:
        yield Component(one, direction, posts, weight)


def _measures(part: Part, indicators: Mapping[str, Indicator]) -> Iterator[Measure]:
    """An estimand of an indicator, for all of its categories or for those named."""
    key, estimand = part.text("indicator"), part.text("estimand")
    if key not in indicators:
        raise DefinitionError(f"{part.place}.indicator: no indicator {key!r}. Correct the key.")
    known = {one.category: one for one in indicators[key].measures if one.estimand == estimand}
    if not known:
        names = sorted({one.estimand for one in indicators[key].measures})
        raise DefinitionError(f"{part.place}.estimand: expected one of {names}, got {estimand!r}.")
    all_of_them = part.content.get("categories") == ALL
    named = [part.text("categories")] if all_of_them else part.get("categories", list)
    for category in known if all_of_them else named:
        if category not in known:
            raise DefinitionError(f"{part.place}.categories: {key!r} has no category {category!r}.")
        yield known[category]


def _graded(part: Part, index_part: Part) -> Iterator[Graded]:
    """Items on one scale: code -> number; an answer without a number (don't know) is missing."""
    codes = part.get("grades", dict)
    for item in part.texts("items"):
        place = f"{part.place}.items ({item})"
        grades = tuple((parsed(place, f'{item} == "{code}"'), _grade(part, number)) for code, number in codes.items())
        listed = ", ".join(f'"{code}"' for code in codes)
        yield Graded(item, _asked(index_part), parsed(place, f"{item} in [{listed}]"), grades)


def _grade(part: Part, number: object) -> float:
    if isinstance(number, bool) or not isinstance(number, int | float):
        raise DefinitionError(f"{part.place}.grades: expected a number for each code, got {number!r}.")
    low, high = part.pair(GOALPOSTS)
    if not low <= number <= high:
        raise DefinitionError(f"{part.place}.grades: {number!r} lies outside the goalposts {low:g} to {high:g}.")
    return float(number)


def _own(part: Part, index_part: Part) -> Iterator[Measure]:
    """A rule of the index's own: 1 where it holds, 0 elsewhere in the base."""
    yield Measure(
        estimand="share",
        indicator="",
        category=part.text("key"),
        asked=_asked(index_part),
        base=rule(part, "base"),
        plus=rule(part, "rule"),
    )


def _asked(index_part: Part) -> Node | None:
    return rule(index_part, "asked") if index_part.has("asked") else None
