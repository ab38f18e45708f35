"""The report of a municipality over its own workplaces, where enough of them answered: counts, and figures beside."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from analytics.core.own_answers import OUTSIDE_THE_BASE, Own
from publication.disclosure.facts import Fact
from publication.disclosure.organisations import Counted, facts, may_be_told
from publication.disclosure.peers import Domain, PeerRule
from publication.models import ReportKind
from publication.work import report_words as words
from publication.work.report_content import Content, Section, Table, framed
from publication.work.report_of_workplace import Source
from publication.work.report_tables import Figures
from publication.work.report_words import Beside
from surveys.instrument.rule_text import to_text
from surveys.queries.handed_in import HandedIn

SIDES = (Own.YES, Own.DRIVER, Own.BARRIER)
# Whom a question is for -> the figure whose count they are.
FILTERS = {"innovative": "innovative||share"}


@dataclass(frozen=True)
class Organisation:
    """A municipality and its workplaces that handed in."""

    key: str
    name: str
    language: str
    country: str
    county: str
    workplaces: tuple[HandedIn, ...]


@dataclass(frozen=True)
class Candidate:
    """A municipality, its figures, and those that may be told as far as its own answers and tables decide."""

    own: Organisation
    figures: tuple[Counted, ...]
    told: tuple[Counted, ...]


def organisations(given: Sequence[HandedIn], rule: PeerRule, languages: Sequence[str]) -> list[Organisation]:
    """Municipalities of which enough workplaces handed in: as many others as a comparable group needs, and the reader.

    The language is that of most of their answers.
    """
    by_key: dict[str, list[HandedIn]] = {}
    for one in given:
        by_key.setdefault(one.municipality, []).append(one)
    found = []
    for key, own in sorted(by_key.items()):
        if len(own) > rule.others:
            spoken = Counter(one.language for one in own if one.language in languages)
            language = min(spoken, key=lambda code: (-spoken[code], code), default=languages[0])
            first = own[0]
            found.append(Organisation(key, first.municipality_name, language, first.country, first.county, tuple(own)))
    return found


def counted(source: Source, given: Iterable[HandedIn]) -> dict[str, Counted]:
    """Every figure over these workplaces, by name: how many are on the side of it, of how many."""
    bases: Counter[str] = Counter()
    counts: Counter[str] = Counter()
    for one in given:
        for figures in source.figures:
            for category, own in source.answers(figures, one).items():
                if own not in OUTSIDE_THE_BASE:
                    bases[f"{figures.indicator}|{category}"] += 1
                    counts[f"{figures.indicator}|{category}|{own}"] += 1
    found = {}
    for figures in source.figures:
        asked = _asked(source, figures)
        for category in figures.categories:
            place = f"{figures.indicator}|{category}"
            for side in _sides(figures):
                found[f"{place}|{side}"] = Counted(
                    name=f"{place}|{side}",
                    count=counts[f"{place}|{side}"],
                    base=bases[place],
                    asked=asked,
                    group=place if figures.balanced else "",
                    filtered=FILTERS.get(asked, ""),
                )
    return found


def _sides(figures: Figures) -> tuple[Own, ...]:
    """What is counted of a category."""
    return SIDES[1:] if figures.balanced else SIDES[:1]


def _asked(source: Source, figures: Figures) -> str:
    asked = source.indicator(figures).measures[0].asked
    return "all" if asked is None else to_text(asked)


def candidate(source: Source, own: Organisation, around: Sequence[Mapping[str, Counted]]) -> Candidate:
    """What the municipality could be told. `around`: the same figures over each published group that holds all of it,
    which may be a sector or a size where all of its workplaces are of one.
    """
    figures = [one for one in counted(source, own.workplaces).values() if one.base]
    return Candidate(own, tuple(figures), may_be_told(figures, around, peers=source.rule))


def facts_of(source: Source, own: Organisation, figures: Sequence[Counted]) -> tuple[Fact, ...]:
    """The figures as facts of the ledger."""
    of_release = f"{source.release.programme_slug}|{source.release.number}"
    return facts(figures, own.key, of_release, Domain(own.country, county=own.county))


def content_of(source: Source, given: Candidate) -> Content:
    """The report in the active language, which is the organisation's."""
    own, told = given.own, given.told
    by_name = {one.name: one for one in told}
    sections = [(figures, _section(source, figures, own, by_name)) for figures in source.figures]
    shown = [(figures, section) for figures, section in sections if section.table.rows]
    return framed(
        source.release,
        [section for _own, section in shown],
        kind=ReportKind.MUNICIPALITY,
        language=own.language,
        title=_("The workplaces of %(name)s against comparable ones") % {"name": own.name},
        opening=[
            _("Counts of your own workplaces that answered, beside figures that are published for everybody."),
            _("The counts are of those that answered. They are no estimates for the others."),
            _(
                "A count is left out where too few workplaces stand on one side of it, so that nobody learns what a "
                "single workplace answered."
            ),
        ],
        decimal_mark=words.decimal_mark(),
        methods=[figures.text("method", own.language) for figures, _own in shown],
        facts=facts_of(source, own, told),
        left_out=facts_of(source, own, [one for one in given.figures if one.name not in by_name]),
    )


def _section(source: Source, figures: Figures, own: Organisation, told: Mapping[str, Counted]) -> Section:
    country = Domain(own.country)
    # The workplaces themselves are among the group's answers: there must be enough others besides all of them.
    rule = PeerRule(others=source.rule.others + len(own.workplaces), left_over=source.rule.left_over)
    beside = Beside(figures.beside(Domain(own.country, county=own.county), rule), country)
    language = own.language
    shown = [category for category in figures.categories if _told(figures, category, told)]
    return Section(
        key=figures.indicator,
        heading=figures.text("title", language),
        question=figures.text("question", language),
        answered=(),
        sentences=tuple(_sentence(figures, category, beside, told, language) for category in shown),
        group=beside.words(rule),
        picture=None,
        table=Table(
            caption=figures.text("title", language),
            columns=_columns(figures),
            rows=tuple(_row(figures, category, beside, told, language) for category in shown),
        ),
        base=figures.text("base", language),
    )


def _told(figures: Figures, category: str, told: Mapping[str, Counted]) -> list[Counted]:
    """The counts of a category: one of a share, promoted and hindered of a balance; none where they are left out."""
    names = [f"{figures.indicator}|{category}|{side}" for side in _sides(figures)]
    return [told[name] for name in names] if all(name in told for name in names) else []


def _sentence(figures: Figures, category: str, beside: Beside, told: Mapping[str, Counted], language: str) -> str:
    own = _told(figures, category, told)
    what = {"what": figures.label(category, language), "base": own[0].base}
    if figures.balanced:
        said = _(
            "%(what)s: promoted the work at %(promoted)s and hindered it at %(hindered)s of your %(base)s workplaces."
        )
        said %= {**what, "promoted": own[0].count, "hindered": own[1].count}
    else:
        said = _("%(what)s: %(count)s of your %(base)s workplaces.") % {**what, "count": own[0].count}
    return f"{said} {words.peers_said(figures, beside.domain, category)}" if beside.domain else said


def _columns(figures: Figures) -> tuple[str, ...]:
    own = (_("Promoted"), _("Hindered")) if figures.balanced else (_("Your workplaces"),)
    return (words.first_column(figures), *own, words.beside_column(figures))


def _row(
    figures: Figures, category: str, beside: Beside, told: Mapping[str, Counted], language: str
) -> tuple[str, ...]:
    counts = _told(figures, category, told)
    return (
        figures.label(category, language),
        *(_("%(count)s of %(base)s") % {"count": one.count, "base": one.base} for one in counts),
        words.value_said(figures, beside.domain, category),
    )
