"""What the form of the self-test carries from page to page, because nothing is stored."""

import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace

from django.core.exceptions import BadRequest
from django.http import HttpRequest

from publication.models.self_test import plain_code
from publication.views.self_test.selection import selection
from surveys.instrument.check import problems_of
from surveys.instrument.routing import PageOnPath
from surveys.models import Country, Sector, SizeClass

FIELD = "carried"
LONGEST = 10_000  # characters; every answer of the selection takes less than half of it
FORM_KEY = re.compile(r"[A-Za-z0-9_-]{1,40}")  # what `begun` makes: anything else may be no text at all
CANNOT_BE_CARRIED = ("wrong_type", "unknown_code", "duplicate_choice")


@dataclass(frozen=True)
class Carried:
    country: str
    sector: str
    size_class: str
    code: str  # of the group; empty: alone
    form: str  # the key by which a form that is sent twice counts once
    answers: Mapping[str, object]

    @property
    def background(self) -> Mapping[str, object]:
        """What rules may ask of the workplace."""
        return {"country": self.country, "sector": self.sector, "size_class": self.size_class}

    def with_page(self, page: PageOnPath, given: Mapping[str, object]) -> "Carried":
        """The same with the answers of a page as they now stand.

        Raises:
            BadRequest: an answer that no form of ours gives.
        """
        kept = {key: answer for key, answer in self.answers.items() if key not in page.items}
        return replace(self, answers=_known(kept | dict(given)))

    def written(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":"))


def begun(country: str, sector: str, size_class: str, code: str) -> Carried:
    return Carried(country, sector, size_class, code, secrets.token_urlsafe(16), {})


def read(request: HttpRequest) -> Carried:
    """What came with the form. Nothing of it is taken on trust.

    The reason of a refusal goes to the log, where answers have no place: it tells what was expected, never what came.

    Raises:
        BadRequest: it is not what a form of ours carries.
    """
    text = request.POST.get(FIELD, "")
    if len(text) > LONGEST:
        raise BadRequest(f"{FIELD}: expected at most {LONGEST} characters, got {len(text)}.")
    try:
        found = Carried(**json.loads(text))
    except (ValueError, TypeError, RecursionError) as error:
        raise BadRequest(f"{FIELD}: expected what the form of the self-test carries; got something else.") from error
    placed = found.country in Country and found.sector in Sector and found.size_class in SizeClass
    keys = isinstance(found.code, str) and isinstance(found.form, str) and FORM_KEY.fullmatch(found.form) is not None
    if not placed or not keys or not isinstance(found.answers, dict):
        raise BadRequest(f"{FIELD}: expected a country, a sector, a size and a key; got another.")
    return replace(found, code=plain_code(found.code), answers=_known(found.answers))


def _known(answers: Mapping[str, object]) -> dict[str, object]:
    """The answers, all to questions of the selection and of their type."""
    asked = {ask.item for page in selection().pages for ask in page.asks}
    for key, answer in answers.items():
        item = selection().items.get(key) if key in asked else None
        if item is None or any(problem.code in CANNOT_BE_CARRIED for problem in problems_of(item, answer)):
            place = FIELD if item is None else key
            raise BadRequest(f"{place}: expected an answer to a question of the self-test; got another.")
    return dict(answers)
