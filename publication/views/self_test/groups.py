"""The page of a group: what its people answered, from five up."""

from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from publication.actions import self_test
from publication.models import SelfTestGroup
from publication.models.self_test import plain_code
from publication.queries import group_of
from publication.views.public import in_language_asked_for
from publication.views.self_test.selection import selection, texts
from surveys.instrument.placeholders import blank
from surveys.permissions import self_test_group


@dataclass(frozen=True)
class Share:
    label: str
    people: int
    percent: int


@dataclass(frozen=True)
class Distribution:
    question: str
    answers: int
    shares: tuple[Share, ...]


@self_test_group
@require_http_methods(["GET", "HEAD", "POST"])
@in_language_asked_for
def group_start(request: HttpRequest) -> HttpResponse:
    """What a group is; a POST opens one."""
    if request.method == "POST":
        opened = self_test.open_group()
        address = reverse("publication:self-test-group-page", args=[opened.code])
        return HttpResponseRedirect(address, status=HTTPStatus.SEE_OTHER)
    return render(request, "publication/self_test_group_start.html", {"fewest": self_test.FEWEST})


@self_test_group
@require_safe
@in_language_asked_for
def group_page(request: HttpRequest, code: str) -> HttpResponse:
    group = group_of(plain_code(code))
    if group is None:
        raise Http404
    context = {
        "group": group,
        "spoken": f"{group.code[:4]} {group.code[4:]}",
        "address": request.build_absolute_uri(reverse("publication:self-test")),
        "fewest": self_test.FEWEST,
        "step": self_test.STEP,
        "missing": max(0, self_test.FEWEST - group.people),
        "distributions": list(distributions(group)),
    }
    return render(request, "publication/self_test_group.html", context)


def distributions(group: SelfTestGroup) -> Iterator[Distribution]:
    """What the group shows, in the order of the questionnaire. Options that nobody chose are shown too."""
    for page in selection().pages:
        for ask in page.asks:
            if ask.item in group.shown:
                count = group.shown[ask.item]
                item = selection().items[ask.item]
                people = {option.code: count["options"].get(option.code, 0) for option in item.options}
                shares = (
                    Share(blank(texts().label(item, code)), one, round(100 * one / count["answers"]))
                    for code, one in people.items()
                )
                yield Distribution(blank(texts().full_question(item)), count["answers"], tuple(shares))
