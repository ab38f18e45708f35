"""The estimates that a DESIGN document asks for, checked against its items."""

import math
from collections.abc import Callable, Mapping, Sequence

from analytics.core.arrays import InputError
from analytics.core.survey_file.entries import Entries, number, said
from analytics.core.survey_file.plan import Estimand, Item, Request

ALL = "all"
CODED = {Estimand.SHARE, Estimand.NET_BALANCE, Estimand.SCORE}
NUMBERS = {Estimand.MEAN, Estimand.RATIO, Estimand.QUANTILE}


def requests_of(value: object, items: Mapping[str, Item], groups: Mapping[str, Sequence[str]]) -> tuple[Request, ...]:
    """The entry `estimates`. InputError with the place for an unknown item or code, or an item of another kind."""
    if not isinstance(value, list) or not value:
        raise InputError("estimates", expected="a list", got=said(value), hint="Write - estimand: share and so on.")
    return tuple(request_of(Entries(f"estimates[{place}]", one), items, groups) for place, one in enumerate(value))


def request_of(entries: Entries, items: Mapping[str, Item], groups: Mapping[str, Sequence[str]]) -> Request:
    """One estimand of some items. Entries that nobody has read by then are an InputError."""
    estimand = entries.word("estimand", Estimand)
    chosen = _chosen(entries, estimand, items, groups)
    for key in chosen:
        _check_kind(entries.at("items"), estimand, items[key])
    found = DETAILS.get(estimand, _plain)(entries, chosen, items)
    entries.done()
    return found


def _chosen(
    entries: Entries, estimand: Estimand, items: Mapping[str, Item], groups: Mapping[str, Sequence[str]]
) -> tuple[str, ...]:
    given = entries.texts("items")
    if given == (ALL,) and ALL not in items:
        fitting = tuple(key for key, item in items.items() if _fits(estimand, item))
        if not fitting:
            raise InputError(
                entries.at("items"), expected=f"an item for {estimand}", got="none", hint="Add codes or numbers."
            )
        return fitting
    unknown = next((name for name in given if name not in items and name not in groups), None)
    if unknown is not None:
        raise InputError(
            entries.at("items"), expected=f"items of the document: {', '.join(dict.fromkeys([*groups, *items]))}",
            got=repr(unknown), hint="Name it under items first.",
        )  # fmt: skip
    return tuple(dict.fromkeys(key for name in given for key in groups.get(name, (name,))))


def _fits(estimand: Estimand, item: Item) -> bool:
    return not ((estimand in CODED and not item.coded) or (estimand in NUMBERS and item.coded))


def _check_kind(place: str, estimand: Estimand, item: Item) -> None:
    if _fits(estimand, item):
        return
    raise InputError(
        place,
        expected=f"{'coded items' if estimand in CODED else 'numbers'} for {estimand}",
        got=f"{item.key}, which is {'coded' if item.coded else 'a number'}",
        hint="An item with codes is coded, one without is a number; a mean of codes is a score.",
    )


def _plain(entries: Entries, chosen: tuple[str, ...], items: Mapping[str, Item]) -> Request:
    return Request(entries.word("estimand", Estimand), chosen)


def _ratio(entries: Entries, chosen: tuple[str, ...], items: Mapping[str, Item]) -> Request:
    over = entries.text("over")
    if over not in items:
        raise InputError(
            entries.at("over"), expected="an item of the document", got=repr(over), hint="Name it under items first."
        )
    _check_kind(entries.at("over"), Estimand.RATIO, items[over])
    return Request(Estimand.RATIO, chosen, over=over)


def _quantile(entries: Entries, chosen: tuple[str, ...], items: Mapping[str, Item]) -> Request:
    given, place = entries.take("p"), entries.at("p")
    levels = tuple(number(place, one) for one in (given if isinstance(given, list) else [given]))
    if not levels or not all(0 < one < 1 for one in levels) or len(set(levels)) < len(levels):
        raise InputError(
            place, expected="numbers between 0 and 1, each once", got=said(given), hint="The median is 0.5."
        )
    return Request(Estimand.QUANTILE, chosen, p=levels)


def _balance(entries: Entries, chosen: tuple[str, ...], items: Mapping[str, Item]) -> Request:
    plus, minus = frozenset(entries.texts("plus")), frozenset(entries.texts("minus"))
    both = sorted(plus & minus)
    if both:
        raise InputError(
            entries.at("minus"), expected="codes that are not in plus", got=repr(both[0]), hint="A code has one side."
        )
    for name, side in (("plus", plus), ("minus", minus)):
        for key in chosen:
            _known(entries.at(name), side, items[key])
    return Request(Estimand.NET_BALANCE, chosen, plus=plus, minus=minus)


def _score(entries: Entries, chosen: tuple[str, ...], items: Mapping[str, Item]) -> Request:
    inner = entries.inner("scores")
    scores = {name: math.nan if inner.take(name) is None else inner.number(name) for name in inner.content}
    if all(math.isnan(one) for one in scores.values()):
        raise InputError(inner.place, expected="a number for a code", got="none", hint="null leaves a code out.")
    for key in chosen:
        _known(inner.place, frozenset(scores), items[key])
        silent = [one for one in items[key].codes or () if one not in scores]
        if silent:
            raise InputError(
                inner.place, expected=f"a score for every code of {key}", got=f"none for {silent[0]!r}",
                hint="Write null to leave a code out of the base.",
            )  # fmt: skip
    return Request(Estimand.SCORE, chosen, scores=scores)


def _known(place: str, given: frozenset[str], item: Item) -> None:
    """Codes that were read off the file are checked when it is read."""
    unknown = sorted(given - set(item.codes)) if item.codes is not None else []
    if unknown:
        raise InputError(
            place, expected=f"codes of {item.key}: {', '.join(item.codes or ())}", got=repr(unknown[0]),
            hint="Correct the code, or add it to the item.",
        )  # fmt: skip


DETAILS: Mapping[Estimand, Callable[[Entries, tuple[str, ...], Mapping[str, Item]], Request]] = {
    Estimand.RATIO: _ratio,
    Estimand.QUANTILE: _quantile,
    Estimand.NET_BALANCE: _balance,
    Estimand.SCORE: _score,
}
