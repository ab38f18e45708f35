"""The questions of the self-test: the pages that the shipped questionnaire names for it, without its free texts."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache

from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from publication.queries import WORKPLACE
from surveys.instrument.check import Problem, check
from surveys.instrument.document import from_document, load_library
from surveys.instrument.placeholders import blank
from surveys.instrument.routing import PageOnPath, not_offered, path
from surveys.instrument.schema import NO_TEXT, Instrument, Item, ItemType, Level, Option, Texts

CLOSED = (ItemType.SINGLE, ItemType.MULTI)  # what can be compared and counted
PREFIX = "answer:"

Answers = Mapping[str, object]


@dataclass(frozen=True)
class Choice:
    id: str
    code: str
    label: str
    checked: bool


@dataclass(frozen=True)
class Question:
    """One question as the template shows it; `above` is what stands before the first row of a battery."""

    key: str
    name: str
    kind: str  # radio or checkbox
    above: str
    above_help: str
    question: str
    help: str
    choices: tuple[Choice, ...]
    apart: tuple[Choice, ...]
    error: str

    @property
    def target(self) -> str:
        """The first choice, where an error leads to."""
        return (*self.choices, *self.apart)[0].id


@cache
def selection() -> Instrument:
    """The questionnaire cut down to its self-test. Read once a process, from the library and no table."""
    whole = from_document(load_library(WORKPLACE))
    pages = tuple(
        replace(page, asks=tuple(ask for ask in page.asks if whole.items[ask.item].type in CLOSED))
        for page in whole.pages
        if page.id in whole.self_test
    )
    return replace(whole, version=f"{whole.version}+self-test", pages=pages)


def texts() -> Texts:
    """In the reader's language where the questionnaire has it, else in its first."""
    found = selection().texts
    return found.get(get_language() or "") or found[selection().base_language]


def pages(answers: Answers, background: Answers) -> tuple[PageOnPath, ...]:
    return path(selection(), answers, background)


def posted(post: QueryDict, page: PageOnPath) -> dict[str, object]:
    """What the form gives to the questions of the page; those without an answer are left out."""
    given: dict[str, object] = {}
    for key in page.items:
        chosen = post.getlist(PREFIX + key)
        if chosen:
            given[key] = chosen if selection().items[key].type is ItemType.MULTI else chosen[-1]
    return given


def hard_problems(answers: Answers, background: Answers, page: PageOnPath) -> dict[str, str]:
    """What must be mended on the page before one goes on: item -> a sentence."""
    found = check(selection(), answers, background, items=page.items)
    return {problem.item: sentence(problem) for problem in found if problem.level is Level.HARD}


def sentence(problem: Problem) -> str:
    if problem.code == "required":
        return _("Answer this question to go on.")
    if problem.code == "too_many":
        return _("Choose at most %(limit)s; you have chosen %(got)s.") % dict(problem.detail)
    if problem.code == "exclusive":
        label = texts().label(selection().items[problem.item], str(problem.detail["code"]))
        return _("“%(label)s” cannot stand together with other choices.") % {"label": label}
    return _("This answer cannot be read. Give it again.")


def questions(
    page: PageOnPath, answers: Answers, background: Answers, problems: Mapping[str, str]
) -> tuple[Question, ...]:
    """The questions of a page with what has been answered, a battery's question before its first row."""
    found: list[Question] = []
    battery: str | None = None
    for key in page.items:
        item = selection().items[key]
        first = item.battery is not None and item.battery != battery
        battery = item.battery
        found.append(_question(item, answers.get(key), background, problems.get(key, ""), above=first))
    return tuple(found)


def _question(item: Item, answer: object, background: Answers, error: str, *, above: bool) -> Question:
    own = texts().items.get(item.key, NO_TEXT)
    shared = texts().batteries.get(item.battery or "", NO_TEXT) if above else NO_TEXT
    hidden = not_offered(selection(), item.key, background)
    offered = [option for option in item.options if option.code not in hidden]
    return Question(
        key=item.key,
        name=PREFIX + item.key,
        kind="checkbox" if item.type is ItemType.MULTI else "radio",
        above=blank(shared.question),
        above_help=blank(shared.help),
        question=blank(own.question),
        help=blank(own.help) or _hint(item),
        choices=tuple(_choice(item, option, answer) for option in offered if not _stands_apart(option)),
        apart=tuple(_choice(item, option, answer) for option in offered if _stands_apart(option)),
        error=error,
    )


def _hint(item: Item) -> str:
    if item.max_choices is not None:
        return _("Choose up to %(limit)s.") % {"limit": item.max_choices}
    return _("You may choose several.") if item.type is ItemType.MULTI else ""


def _stands_apart(option: Option) -> bool:
    return option.missing or option.exclusive


def _choice(item: Item, option: Option, answer: object) -> Choice:
    checked = option.code in answer if isinstance(answer, list) else option.code == answer
    return Choice(f"{item.key}-{option.code}", option.code, blank(texts().label(item, option.code)), checked)


def codes_of(answer: object) -> list[str]:
    """The codes that were chosen, of a question with one choice or with several."""
    return [str(code) for code in answer] if isinstance(answer, list) else [str(answer)]


def labels_of(key: str, answer: object) -> list[str]:
    item = selection().items[key]
    return [blank(texts().label(item, code)) for code in codes_of(answer)]
