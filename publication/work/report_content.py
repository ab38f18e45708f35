"""A report as its words and numbers in one language: what the page shows and the PDF prints, and nothing else."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from publication.disclosure.facts import Fact
from publication.models import Release, ReportKind

SCHEMA = "barometer.report/1"
FOR_THE_LEDGER = ("facts", "left_out")  # the counts that a report tells, and those that it must not


@dataclass(frozen=True)
class Table:
    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]  # the first of each heads its row


@dataclass(frozen=True)
class Mark:
    """A row of the picture: the own answer as -1, 0 or 1, balances in points, None for what is not shown."""

    label: str
    own: int | None
    value: float | None
    low: float | None
    high: float | None
    country: float | None


@dataclass(frozen=True)
class Picture:
    """alt: what somebody is told who does not see it. country: empty where the group is the country."""

    alt: str
    hindered: str
    neither: str
    promoted: str
    own: str
    group: str
    country: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True)
class Section:
    """One indicator. The text comes first: what was answered, then what it stands beside, then picture and table."""

    key: str
    heading: str
    question: str
    answered: tuple[str, ...]
    sentences: tuple[str, ...]
    group: tuple[str, ...]
    picture: Picture | None
    table: Table
    base: str


@dataclass(frozen=True)
class Content:
    """The whole report. `mark` stands on every page; `page` keeps {page} and {pages} for the layout to fill."""

    schema: str
    kind: str
    language: str
    title: str
    subtitle: str
    mark: str
    decimal_mark: str
    opening: tuple[str, ...]
    sections: tuple[Section, ...]
    reading_heading: str
    reading: tuple[str, ...]
    question_heading: str
    base_heading: str
    page: str
    facts: tuple[Fact, ...] = ()
    left_out: tuple[Fact, ...] = ()

    def to_document(self) -> dict[str, object]:
        """As plain JSON. Through the encoder: walking hundreds of small values costs more than laying them out."""
        document: dict[str, object] = json.loads(json.dumps(vars(self), default=vars, ensure_ascii=False))
        return document


def framed(
    release: Release,
    sections: Sequence[Section],
    *,
    kind: ReportKind,
    language: str,
    title: str,
    opening: Sequence[str],
    decimal_mark: str,
    methods: Sequence[str],
    facts: Sequence[Fact] = (),
    left_out: Sequence[Fact] = (),
) -> Content:
    """The report around its sections, in the active language. `methods`: what the tables say of how they were made."""
    constructed = _("Constructed data: these figures and answers are made up for demonstration.")
    return Content(
        schema=SCHEMA,
        kind=str(kind),
        language=language,
        title=title,
        subtitle=_("%(programme)s, wave %(wave)s") % {"programme": release.programme_name, "wave": release.wave_code},
        mark=_("Constructed data") if release.constructed else "",
        decimal_mark=decimal_mark,
        opening=((constructed,) if release.constructed else ()) + tuple(opening),
        sections=tuple(sections),
        reading_heading=_("How to read this report"),
        reading=(*_reading(release), *_fullest(methods)),
        question_heading=_("Question"),
        base_heading=_("Base"),
        page=_("Page %(page)s of %(pages)s") % {"page": "{page}", "pages": "{pages}"},
        facts=tuple(facts),
        left_out=tuple(left_out),
    )


def _reading(release: Release) -> tuple[str, ...]:
    published: datetime | None = release.published_at
    return (
        _(
            "Not every workplace was asked. An interval says between which numbers the figure of all workplaces of the "
            "group is likely to be."
        ),
        _(
            "A net balance is the share of workplaces where a factor promoted the work less the share where it "
            "hindered it, in points from −100 to +100."
        ),
        _(
            "One answer says what happened at one workplace. It has no place in a ranking, and a difference is no "
            "verdict."
        ),
        _("The figures are those of release %(number)s, published %(date)s. They stand with all others at %(address)s")
        % {
            "number": release.number,
            "date": date_format(timezone.localtime(published), "DATE_FORMAT") if published else "",
            "address": public_address(release),
        },
    )


def public_address(release: Release) -> str:
    """Written out: looking it up would load every view into the worker, for longer than a hundred reports take."""
    return f"{settings.SITE_ADDRESS}/results/{release.programme_slug}/{release.number}/"


def _fullest(methods: Sequence[str]) -> list[str]:
    """Each once; one that another begins with is said there."""
    found = list(dict.fromkeys(methods))
    return [one for one in found if not any(other != one and other.startswith(one) for other in found)]


def words_of(document: Mapping[str, object]) -> Mapping[str, object]:
    """The document without what is for the ledger and not for the reader."""
    return {name: value for name, value in document.items() if name not in FOR_THE_LEDGER}
