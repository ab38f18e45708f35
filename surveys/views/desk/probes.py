"""What the people of a pilot said of the questions: their answers to what is asked in a pilot alone."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from surveys.forms.sentences import answer_text, full_question_of
from surveys.instrument.probes import probes
from surveys.instrument.schema import NO_TEXT, NUMERIC, Instrument, Item, ItemType, Texts
from surveys.permissions import Permission, requires
from surveys.queries import Probed, instrument_of, probed
from surveys.views.desk.questionnaire_parts import language_read
from surveys.views.desk.scope import wave_of
from surveys.views.respond.wording import language_name

TEXTS_A_PAGE = 100  # of each question


@dataclass(frozen=True)
class Said:
    """An open answer as it was written."""

    text: str
    language: str
    name: str  # of the language, in itself


@dataclass(frozen=True)
class NoteLink:
    """To the log of texts, with the question and the language chosen."""

    query: str
    name: str


@dataclass(frozen=True)
class ShownProbe:
    """A question with what was answered: by kind either texts, counts or the middle of the numbers."""

    key: str
    question: str
    n: int
    said: tuple[Said, ...]
    counts: tuple[tuple[str, int], ...]
    median: float | None
    unit: str
    notes: tuple[NoteLink, ...]


@requires(Permission.EDIT_QUESTIONNAIRE)
def said(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    wave = wave_of(request, slug, code, Permission.EDIT_QUESTIONNAIRE)
    if not wave.pilot:
        raise Http404
    instrument = instrument_of(wave.instrument)
    items = probes(instrument)
    answers = probed(wave, [item.key for item in items])
    most = max((len(answers[item.key]) for item in items if item.type is ItemType.TEXT), default=0)
    page = Paginator(range(most), TEXTS_A_PAGE).get_page(request.GET.get("page"))
    here = slice(max(page.start_index() - 1, 0), page.end_index())
    language = language_read(instrument)
    context = {
        "programme": wave.programme,
        "wave": wave,
        "language": language,
        "page": page,
        "probes": [shown(instrument, language, item, answers[item.key], here) for item in items],
    }
    return render(request, "surveys/desk_probes.html", context)


def shown(instrument: Instrument, language: str, item: Item, answers: Sequence[Probed], here: slice) -> ShownProbe:
    """Of open answers those of this page; counts and medians are of all."""
    texts = instrument.texts[language]
    numbers = [answer.value for answer in answers if isinstance(answer.value, int | float)]
    of_numbers, of_texts = item.type in NUMERIC, item.type is ItemType.TEXT
    written = answers[here] if of_texts else ()
    return ShownProbe(
        key=item.key,
        question=full_question_of(item, texts),
        n=len(answers),
        said=tuple(Said(str(one.value), one.language, language_name(one.language)) for one in written),
        counts=() if of_numbers or of_texts else counts_of(item, answers, texts),
        median=median(numbers) if of_numbers and numbers else None,
        unit=texts.items.get(item.key, NO_TEXT).unit,
        notes=notes_of(instrument, language, item, answers),
    )


def counts_of(item: Item, answers: Sequence[Probed], texts: Texts) -> tuple[tuple[str, int], ...]:
    """Choices by option, also those that nobody chose; what is answered in another way, by how the answer reads."""
    if item.type not in (ItemType.SINGLE, ItemType.MULTI):
        return tuple(Counter(answer_text(item, answer.value, texts) for answer in answers).items())
    chosen: Counter[str] = Counter()
    for answer in answers:
        chosen.update(map(str, answer.value) if isinstance(answer.value, list) else [str(answer.value)])
    codes = dict.fromkeys([*(option.code for option in item.options), *sorted(chosen)])
    return tuple((texts.label(item, code) or code, chosen[code]) for code in codes)


def notes_of(instrument: Instrument, language: str, item: Item, answers: Sequence[Probed]) -> tuple[NoteLink, ...]:
    """In the languages in which the question was answered; where nobody did, in the one that it is read in."""
    given = {answer.language for answer in answers} or {language}
    return tuple(
        NoteLink(urlencode({"item": item.key, "language": code}), language_name(code))
        for code in instrument.languages
        if code in given
    )
