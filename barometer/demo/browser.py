"""A browser without eyes: follows links, keeps cookies, fills in the forms it is shown, as a person would."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookiejar import CookieJar
from typing import Protocol
from urllib.error import HTTPError
from urllib.parse import urlencode, urljoin, urlsplit
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener

ANSWER = "a."  # in front of the item key in the name of a field
MOST_PAGES = 80


class PageFailed(Exception):
    """A page did not lead where it must."""


@dataclass
class Form:
    action: str
    hidden: dict[str, str] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)


@dataclass
class Page:
    """Where the browser stands, and what it could do there."""

    address: str
    body: str
    forms: list[Form] = field(default_factory=list)
    links: list[str] = field(default_factory=list)

    @property
    def path(self) -> str:
        return urlsplit(self.address).path


class Reader(HTMLParser):
    """Collects the forms and links of a page."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self.page = page
        self.form: Form | None = None

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in given:
            self.page.links.append(urljoin(self.page.address, given["href"]))
        elif tag == "form" and given.get("method", "").lower() == "post":
            self.form = Form(urljoin(self.page.address, given.get("action") or self.page.address))
            self.page.forms.append(self.form)
        elif self.form is not None and tag in ("input", "textarea", "select") and "name" in given:
            if given.get("type") == "hidden":
                self.form.hidden[given["name"]] = given.get("value", "")
            self.form.names.add(given["name"])

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.form = None


class Response(Protocol):
    """What opening an address gives."""

    url: str

    def read(self) -> bytes: ...


class Browser:
    """One session: its cookies, and the page it shows."""

    def __init__(self) -> None:
        self.opener: OpenerDirector = build_opener(HTTPCookieProcessor(CookieJar()))

    def get(self, address: str) -> Page:
        return self._open(Request(address))  # noqa: S310 - addresses of the server just started

    def post(self, address: str, values: Sequence[tuple[str, str]]) -> Page:
        return self._open(Request(address, data=urlencode(values).encode()))  # noqa: S310

    def file(self, address: str) -> bytes:
        """What a link gives that leads to no page."""
        return self._answer(Request(address)).read()  # noqa: S310

    def _answer(self, request: Request) -> Response:
        try:
            response: Response = self.opener.open(request, timeout=30)
        except HTTPError as error:
            raise PageFailed(f"{request.get_method()} {request.full_url}: status {error.code}") from error
        return response

    def _open(self, request: Request) -> Page:
        response = self._answer(request)
        page = Page(response.url, response.read().decode())
        Reader(page).feed(page.body)
        return page


def answer(link: str, answers: Mapping[str, object]) -> int:
    """Answer the whole questionnaire by the pages and hand it in; how many pages were posted."""
    browser = Browser()
    page = browser.get(link)
    begin = next((link for link in page.links if urlsplit(link).path.startswith("/respond/page/")), None)
    if begin is None:
        raise PageFailed(f"{page.address}: no link to the first question")
    page = browser.get(begin)
    for posted in range(MOST_PAGES):
        form = next((form for form in page.forms if any(name.startswith(ANSWER) for name in form.names)), None)
        if form is None:
            return posted + hand_in(browser, page)
        page = browser.post(form.action, [*form.hidden.items(), *given(form, answers), ("go", "next")])
    raise PageFailed(f"{page.address}: still asked after {MOST_PAGES} pages")


def given(form: Form, answers: Mapping[str, object]) -> list[tuple[str, str]]:
    """The answers to the questions of a form, one entry a choice."""
    values: list[tuple[str, str]] = []
    for name in sorted(form.names):
        answer = answers.get(name.removeprefix(ANSWER)) if name.startswith(ANSWER) else None
        if isinstance(answer, list):
            values += [(name, str(choice)) for choice in answer]
        elif answer is not None:
            values.append((name, str(answer)))
    return values


def hand_in(browser: Browser, page: Page) -> int:
    """Press the button of the page that shows all answers; the receipt must follow."""
    form = next((form for form in page.forms if form.action.endswith("/respond/submit")), None)
    if form is None:
        raise PageFailed(f"{page.address}: no button to hand in the answers")
    page = browser.post(form.action, list(form.hidden.items()))
    if page.path != "/respond/receipt":
        raise PageFailed(f"{page.address}: expected the receipt")
    return 1
