"""Findings about places nobody reaches, and about respondents who are led nowhere.

Only for an instrument whose rules read what exists: `lint` sees to it.
"""

from collections.abc import Iterator

from surveys.instrument.findings import Finding
from surveys.instrument.reach import Reach, Verdict
from surveys.instrument.schema import Instrument

CORRECT = "Correct its rule, or take it away."
COVER_THE_REST = "Take one rule away, or cover the rest with `not`, those of unknown background included."


def places_nobody_reaches(instrument: Instrument) -> Iterator[Finding]:
    reach = Reach(instrument)
    for page, ask, verdict in reach.places():
        if verdict is not Verdict.NO:
            continue
        if ask is None:
            yield Finding("page_unreachable", f"pages.{page.id}", "No answers lead to it.", CORRECT)
        else:
            location = f"pages.{page.id}.{ask.item}"
            yield Finding("item_unreachable", location, f"No answers lead to {ask.item} there.", CORRECT)
    for item, code, verdict in reach.options():
        if verdict is Verdict.NO:
            location = f"items.{item.key}.options.{code}"
            yield Finding("option_unreachable", location, "It is offered to nobody.", CORRECT)
    yield from led_nowhere(instrument, reach)


def led_nowhere(instrument: Instrument, reach: Reach) -> Iterator[Finding]:
    """A default path means: whoever opens the questionnaire meets a page, and whoever is asked for a code has one.

    That holds for every background, one that is not known included.
    """
    if reach.some_meet_no_page() is Verdict.YES:
        message = "Some respondents meet no page: each has a rule, and for some backgrounds none holds."
        yield Finding("no_default_path", "pages", message, COVER_THE_REST)
    for item in instrument.items.values():
        if reach.some_are_offered_nothing(item) is Verdict.YES:
            message = "Some respondents are offered no option: each has a rule, and for some backgrounds none holds."
            yield Finding("no_default_path", f"items.{item.key}", message, COVER_THE_REST)
