"""Reading the parameters of an address: what is not understood is an error, never left aside."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from math import ceil

from django.conf import settings
from rest_framework.request import Request

from publication.api.problems import Problem, bad_parameter

PAGE_SIZE, LARGEST_PAGE = 50, 200
SPOKEN = {"no": "nb"}  # what StatBank's users ask for in Norwegian
RESPONDENTS_ALONE = "se"


def languages() -> dict[str, str]:
    """The languages in which figures are published, each with its own name."""
    return {code: name for code, name in settings.LANGUAGES if code != RESPONDENTS_ALONE}


def known(request: Request, *names: str) -> None:
    """
    Raises:
        Problem: a parameter that the address does not have: a misspelt filter must not give everything.
    """
    for name in request.query_params:
        if name not in names:
            raise bad_parameter(
                name, f"one of {', '.join(names) or 'none'}", name, "Correct or leave out the parameter."
            )


def few(codes: Sequence[str]) -> str:
    """The first of the codes, and how many more there are."""
    return ", ".join(codes[:20]) + (f" and {len(codes) - 20} more" if len(codes) > 20 else "")


def texts(request: Request, name: str) -> list[str]:
    """All values of the parameter; PxWebApi reads the names of parameters without regard to case."""
    lists = request.query_params.lists()
    return [value for own, values in lists if own.lower() == name.lower() for value in values]


def text(request: Request, name: str, default: str = "") -> str:
    """The last value of the parameter, or what it has when it is left out."""
    return next(reversed(texts(request, name)), default)


def language(request: Request) -> str:
    """
    Raises:
        Problem: nothing is published in the language.
    """
    asked = text(request, "lang") or settings.LANGUAGE_CODE
    code = SPOKEN.get(asked, asked)
    if code not in languages():
        expected = f"one of {', '.join(languages())}"
        raise bad_parameter("lang", expected, asked, "Ask for one of them.", title="Unsupported language")
    return code


def spoken(asked: str, available: Collection[str], what: str) -> str:
    """The language, if the thing has it.

    Raises:
        Problem: it does not; its own languages are named.
    """
    if asked not in available:
        expected = f"a language of {what}, {', '.join(available)}"
        raise bad_parameter("lang", expected, asked, "Ask for one of them.", title="Unsupported language")
    return asked


def whole_number(request: Request, name: str, default: int, *, low: int, high: int) -> int:
    """
    Raises:
        Problem: not a whole number within the limits.
    """
    if not texts(request, name):
        return default
    asked = text(request, name)
    if not asked.isascii() or not asked.isdigit() or not low <= int(asked[:12]) <= high:
        raise bad_parameter(name, f"a whole number from {low} to {high}", asked, "Stay within the limits.")
    return int(asked)


def truth(request: Request, name: str) -> bool:
    asked = text(request, name, "false").lower()
    if asked not in ("true", "false"):
        raise bad_parameter(name, "true or false", asked, "Say one of them.")
    return asked == "true"


@dataclass(frozen=True)
class Page:
    """One page of a list, and how many there are."""

    number: int
    size: int
    total: int
    largest_size: int = LARGEST_PAGE

    @property
    def pages(self) -> int:
        return max(1, ceil(self.total / self.size))

    @property
    def part(self) -> slice:
        return slice((self.number - 1) * self.size, self.number * self.size)

    def described(self, request: Request) -> dict[str, object]:
        """With the address of the page after it, None on the last one."""
        query = request.query_params.copy()
        query["page"] = str(self.number + 1)
        following = request.build_absolute_uri(f"{request.path}?{query.urlencode()}")
        return {
            "next": following if self.number < self.pages else None,
            "number": self.number,
            "size": self.size,
            "largest_size": self.largest_size,
            "pages": self.pages,
            "total": self.total,
        }


def page(
    request: Request, total: int, names: Sequence[str] = ("page", "page_size"), largest: int = LARGEST_PAGE
) -> Page:
    """
    Raises:
        Problem: no such page, or a size that is not allowed.
    """
    number, wanted = names
    found = Page(
        whole_number(request, number, 1, low=1, high=10**9),
        whole_number(request, wanted, PAGE_SIZE, low=1, high=largest),
        total,
        largest,
    )
    if found.number > found.pages:
        detail = f"{number}: expected at most {found.pages}, got {found.number}. There are no more pages."
        raise Problem(404, "Non-existent page", detail)
    return found
