"""What one's own answers come to in each indicator: the definitions of the figures, asked of one workplace."""

from functools import cache

from analytics.core.definition_documents import from_document, load_library
from analytics.core.definitions import Definitions, Indicator
from analytics.core.own_answers import Own, OwnAnswers
from publication.views.self_test.selection import Answers, selection

__all__ = ["Own", "compared", "definitions", "own"]


@cache
def definitions() -> Definitions:
    """The shipped definitions; read once a process."""
    return from_document(load_library())


@cache
def compared() -> tuple[Indicator, ...]:
    """The indicators with a table whose question the self-test puts."""
    items = [selection().items[ask.item] for page in selection().pages for ask in page.asks]
    questions = {item.key for item in items} | {item.battery for item in items}
    return tuple(one for one in definitions().indicators.values() if one.published and one.question in questions)


def own(indicator: Indicator, category: str, answers: Answers, background: Answers) -> Own:
    """Where the answers on the path put this workplace."""
    return _reader().own(indicator, category, answers, background)


@cache
def _reader() -> OwnAnswers:
    return OwnAnswers(selection().conditions)
