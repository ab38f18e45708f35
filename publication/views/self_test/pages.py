"""The pages of the self-test: start, questions, result. Answers travel in the form and are stored nowhere."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from publication.actions import self_test
from publication.models import Release
from publication.queries import newest_of_countries, published_tables
from publication.views.public import in_language_asked_for
from publication.views.self_test.beside import Cell, Comparison, comparisons
from publication.views.self_test.carried import Carried, begun, read
from publication.views.self_test.own import compared
from publication.views.self_test.selection import (
    codes_of,
    hard_problems,
    labels_of,
    pages,
    posted,
    selection,
    texts,
)
from publication.views.self_test.selection import (
    questions as questions_of,
)
from publication.views.self_test.start_form import StartForm
from surveys.instrument.placeholders import blank
from surveys.instrument.routing import PageOnPath, answers_on_path
from surveys.instrument.texts import is_draft
from surveys.permissions import public, self_test_group

MINUTES = 10
NEXT, BACK = "next", "back"
AT_THE_END = ""  # in place of a page: everything is answered, the result comes next


@dataclass(frozen=True)
class Answered:
    question: str
    answer: str


@public
@require_safe
@cache_control(no_store=True)
@in_language_asked_for
def start(request: HttpRequest) -> HttpResponse:
    return _start(request, StartForm(initial={"code": request.GET.get("code", "")[:20]}))


@self_test_group
@require_http_methods(["GET", "HEAD", "POST"])
@in_language_asked_for
def begin(request: HttpRequest) -> HttpResponse:
    """Whom to compare with, and the code of a group, which is looked up."""
    if request.method != "POST":
        return redirect("publication:self-test")
    form = StartForm(request.POST)
    if not form.is_valid():
        return _start(request, form, status=422)
    carried = begun(**form.cleaned_data)
    return _page(request, carried, pages({}, carried.background)[0])


@public
@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(no_store=True)
@in_language_asked_for
def questions(request: HttpRequest) -> HttpResponse:
    """Take the answers of a page into the form, and show the next one, the one before, or the same."""
    if request.method != "POST":
        return redirect("publication:self-test")
    carried = read(request)
    place = request.POST.get("page", AT_THE_END)
    page = next((one for one in pages(carried.answers, carried.background) if one.page.id == place), None)
    go = request.POST.get("go", "")
    if page is not None:
        carried = carried.with_page(page, posted(request.POST, page))
        problems = hard_problems(carried.answers, carried.background, page) if go == NEXT else {}
        if problems:
            return _page(request, carried, page, problems, status=422)
    return _following(request, carried, place, go)


@self_test_group
@require_http_methods(["GET", "HEAD", "POST"])
@in_language_asked_for
def result(request: HttpRequest) -> HttpResponse:
    """One's own answers beside the newest published figures; the answers of a group are counted."""
    if request.method != "POST":
        return redirect("publication:self-test")
    carried = read(request)
    if _first_with_problems(carried) is not None:
        raise BadRequest("result: expected answers that the pages let through.")
    answers = answers_on_path(selection(), carried.answers, carried.background)
    release = newest_of_countries().get(carried.country)
    context = {
        "carried": carried.written(),
        "wanted": Cell(carried.country, carried.sector, carried.size_class).name,
        "release": release,
        "comparisons": _compared(release, carried, answers),
        "others": _others(answers),
        **_counted(carried, answers),
    }
    return render(request, "publication/self_test_result.html", context)


def _start(request: HttpRequest, form: StartForm, *, status: int = 200) -> HttpResponse:
    context = {"form": form, "minutes": MINUTES}
    return render(request, "publication/self_test_start.html", context, status=status)


def _following(request: HttpRequest, carried: Carried, place: str, go: str) -> HttpResponse:
    """The page that `go` leads to. Before the end every page is looked at once more: an answer may have opened it."""
    on_path = pages(carried.answers, carried.background)
    ids = [one.page.id for one in on_path]
    number = ids.index(place) if place in ids else len(ids)
    number += {NEXT: 1, BACK: -1}.get(go, 0)
    if number < 0:
        return redirect("publication:self-test")
    if number < len(ids):
        return _page(request, carried, on_path[number])
    unfit = _first_with_problems(carried)
    if unfit is not None:
        problems = hard_problems(carried.answers, carried.background, unfit)
        return _page(request, carried, unfit, problems, status=422)
    answered = len(answers_on_path(selection(), carried.answers, carried.background))
    context = {"carried": carried.written(), "group": carried.code, "answered": answered}
    return render(request, "publication/self_test_ready.html", context)


def _first_with_problems(carried: Carried) -> PageOnPath | None:
    on_path = pages(carried.answers, carried.background)
    return next((page for page in on_path if hard_problems(carried.answers, carried.background, page)), None)


def _page(
    request: HttpRequest,
    carried: Carried,
    page: PageOnPath,
    problems: Mapping[str, str] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    words = texts()
    on_path = [one.page.id for one in pages(carried.answers, carried.background)]
    context = {
        "carried": carried.written(),
        "page": page.page.id,
        "heading": words.pages.get(page.page.id, ""),
        "definition": blank(words.definition) if page.page.definition else "",
        "questions": questions_of(page, carried.answers, carried.background, problems or {}),
        "problems": bool(problems),
        "spoken": "" if words.language == get_language() else words.language,
        "draft": is_draft(selection(), words.language),
        "number": on_path.index(page.page.id) + 1,
    }
    return render(request, "publication/self_test_page.html", context, status=status)


def _compared(release: Release | None, carried: Carried, answers: Mapping[str, object]) -> list[Comparison]:
    return [] if release is None else list(comparisons(published_tables(release), carried, answers))


def _others(answers: Mapping[str, object]) -> list[Answered]:
    """The answers that no published figure stands beside."""
    beside = {indicator.question for indicator in compared()}
    items = selection().items
    return [
        Answered(blank(texts().full_question(items[key])), "; ".join(labels_of(key, answer)))
        for key, answer in answers.items()
        if key not in beside and items[key].battery not in beside
    ]


def _counted(carried: Carried, answers: Mapping[str, object]) -> dict[str, object]:
    """Add the answers to the group where there is one: what the page says of it."""
    if not carried.code:
        return {"group": ""}
    chosen = {key: codes_of(answer) for key, answer in answers.items()}
    try:
        added = self_test.add_answers(code=carried.code, form=carried.form, chosen=chosen)
    except self_test.GroupError as error:
        return {"group": "", "refused": str(error)}
    return {"group": carried.code, "added": added}
