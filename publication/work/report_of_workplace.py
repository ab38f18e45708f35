"""The report of one workplace: its own answers, comparable workplaces, the country."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _

from analytics.core.definitions import Definitions, Indicator
from analytics.core.own_answers import OUTSIDE_THE_BASE, Own, OwnAnswers
from publication.disclosure.peers import Domain, PeerRule
from publication.models import Release, ReportKind
from publication.work import report_words as words
from publication.work.report_content import Content, Mark, Picture, Section, Table, framed
from publication.work.report_tables import Figures
from publication.work.report_words import Beside
from surveys.instrument.schema import Instrument
from surveys.queries.handed_in import HandedIn

POLES = {Own.DRIVER: 1, Own.BARRIER: -1, Own.NO: 0}


@dataclass(frozen=True)
class Source:
    """What all reports of a release are made of."""

    release: Release
    figures: tuple[Figures, ...]
    definitions: Definitions
    instrument: Instrument
    own: OwnAnswers
    rule: PeerRule

    def indicator(self, figures: Figures) -> Indicator:
        return self.definitions.indicators[figures.indicator]

    @cached_property
    def _scales(self) -> dict[tuple[str, str, str], tuple[str, Mapping[str, str]]]:
        return {}

    def scale(self, figures: Figures, category: str, language: str) -> tuple[str, Mapping[str, str]]:
        """The item that is the category's own and what its answers are called; an empty name where there is none."""
        key = (figures.indicator, category, language)
        if key not in self._scales:
            item = self.instrument.items.get(f"{self.indicator(figures).question}.{category}")
            texts = self.instrument.texts.get(language) or self.instrument.texts[self.instrument.languages[0]]
            labels = {} if item is None else {one.code: texts.label(item, one.code) for one in item.options}
            self._scales[key] = ("" if item is None else item.key, labels)
        return self._scales[key]

    def answers(self, figures: Figures, given: HandedIn) -> dict[str, Own]:
        """Category -> what the workplace's answers come to."""
        indicator = self.indicator(figures)
        return {
            category: self.own.own(indicator, category, given.record, given.background)
            for category in figures.categories
        }


def content_of(source: Source, given: HandedIn, language: str) -> Content:
    """The report in the active language, which is `language`."""
    return framed(
        source.release,
        [_section(source, figures, given, language) for figures in source.figures],
        kind=ReportKind.WORKPLACE,
        language=language,
        title=_("Your organisation against comparable ones"),
        opening=[
            _("What your workplace answered, beside figures that are published for everybody."),
            _("Nothing here is seen by anybody else: this report is made for your workplace alone."),
            _(
                "Comparable workplaces are the narrowest published group that yours belongs to and that has at least "
                "%(number)s others."
            )
            % {"number": source.rule.others},
        ],
        decimal_mark=words.decimal_mark(),
        methods=[figures.text("method", language) for figures in source.figures],
    )


def _section(source: Source, figures: Figures, given: HandedIn, language: str) -> Section:
    country = Domain(given.country)
    place = Domain(given.country, given.sector, given.size_class, given.county)
    beside = Beside(figures.beside(place, source.rule), country)
    answers = source.answers(figures, given)
    said = {category: _said(own, source.scale(figures, category, language), given) for category, own in answers.items()}
    order = _order(figures, beside)
    return Section(
        key=figures.indicator,
        heading=figures.text("title", language),
        question=figures.text("question", language),
        answered=_answered(figures, answers, language),
        sentences=tuple(_sentences(figures, beside, answers, said, language)),
        group=beside.words(source.rule),
        picture=_picture(figures, beside, answers, order, language) if figures.balanced and beside.domain else None,
        table=_table(figures, beside, said, order, language),
        base=figures.text("base", language),
    )


def _said(own: Own, scale: tuple[str, Mapping[str, str]], given: HandedIn) -> str:
    """The own answer in the words of the questionnaire where it is one of a scale, else in those of the figure."""
    item, labels = scale
    code = given.record.get(item)
    return labels[code] if isinstance(code, str) and own not in OUTSIDE_THE_BASE else words.said(own)


def _order(figures: Figures, beside: Beside) -> Sequence[str]:
    """As in the table; factors by the balance of the group, as in the public figure."""
    if not figures.balanced:
        return figures.categories

    def place(category: str) -> tuple[bool, float]:
        row = figures.row(beside.domain, category)
        return row is None, -float(row["value"]) if row is not None else 0.0

    return sorted(figures.categories, key=place)


def _answered(figures: Figures, answers: Mapping[str, Own], language: str) -> tuple[str, ...]:
    """What the reader said, in a sentence or two; the single answer of a figure without categories follows below."""
    if set(answers.values()) == {Own.NOT_ASKED}:
        return (_("You were not asked this, because of an earlier answer."),)
    if set(answers.values()) == {Own.NOT_ANSWERED}:
        return (_("You did not answer this."),)
    if not figures.balanced:
        named = [figures.label(category, language) for category, own in answers.items() if own is Own.YES and category]
        if "" in answers:
            return ()
        return (_("You named: %(list)s.") % {"list": words.listed(named)} if named else _("You named none of these."),)

    def factors(wanted: Own) -> str:
        return words.listed([figures.label(one, language) for one, own in answers.items() if own is wanted])

    promoted, hindered = factors(Own.DRIVER), factors(Own.BARRIER)
    found = [_("You answered that these promoted the work: %(list)s.") % {"list": promoted}] if promoted else []
    found += [_("You answered that these hindered it: %(list)s.") % {"list": hindered}] if hindered else []
    return tuple(found) or (_("You answered that none of these promoted or hindered the work."),)


def _sentences(
    figures: Figures, beside: Beside, answers: Mapping[str, Own], said: Mapping[str, str], language: str
) -> Sequence[str]:
    """The own answer and the group's figure, for what was named; an indicator of four or fewer is told in full."""
    if beside.domain is None or set(answers.values()) <= set(OUTSIDE_THE_BASE):
        return ()
    few = len(answers) <= 4
    told = [one for one, own in answers.items() if few or own in (Own.YES, Own.DRIVER, Own.BARRIER)]
    return [
        f"{_own_said(figures.label(one, language), said[one])} {words.peers_said(figures, beside.domain, one)}"
        for one in told
    ]


def _own_said(what: str, answer: str) -> str:
    return _("%(what)s: your answer is “%(answer)s”.") % {"what": what, "answer": answer}


def _table(figures: Figures, beside: Beside, said: Mapping[str, str], order: Sequence[str], language: str) -> Table:
    country = (_("The country"),) if beside.has_country else ()
    columns = (words.first_column(figures), _("Your answer"), words.beside_column(figures), *country)
    rows = []
    for category in order:
        whole = (words.value_said(figures, beside.country, category),) if beside.has_country else ()
        value = words.value_said(figures, beside.domain, category)
        rows.append((figures.label(category, language), said[category], value, *whole))
    return Table(caption=figures.text("title", language), columns=columns, rows=tuple(rows))


def _picture(
    figures: Figures, beside: Beside, answers: Mapping[str, Own], order: Sequence[str], language: str
) -> Picture:
    marks = []
    for category in order:
        row = figures.row(beside.domain, category)
        whole = figures.row(beside.country, category) if beside.has_country else None
        marks.append(
            Mark(
                label=figures.label(category, language),
                own=POLES.get(answers[category]),
                value=None if row is None else row["value"],
                low=None if row is None else row.get("low"),
                high=None if row is None else row.get("high"),
                country=None if whole is None else whole["value"],
            )
        )
    return Picture(
        alt=_(
            "Your answer and the net balance of comparable workplaces for each factor. The table below has the numbers."
        ),
        hindered=_("hindered, −100"),
        neither=_("neither, 0"),
        promoted=_("promoted, +100"),
        own=_("Your answer"),
        group=_("Net balance of comparable workplaces, with its interval"),
        country=_("Net balance of the country") if beside.has_country else "",
        marks=tuple(marks),
    )
