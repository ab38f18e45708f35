"""The codebook of a release as an archive reads it: the study's facts and the questionnaire's questions and codes."""

from collections.abc import Callable, Iterable
from datetime import date

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from publication.catalogue_records import site_of
from publication.charts.numbers import number
from publication.formats.ddi import Creator, Study, Term
from publication.formats.ddi_variables import AnswerWords, DdiVariable, variables_of
from publication.models import Release
from publication.work.material import Material
from surveys.instrument.codebook import codebook
from surveys.models import Country
from surveys.models.programme import in_readers_language

TIME_METHOD = "https://vocabularies.cessda.eu/vocabulary/TimeMethod"
MODE = "https://vocabularies.cessda.eu/vocabulary/ModeOfCollection"
TOPIC = "https://vocabularies.cessda.eu/vocabulary/TopicClassification"


def languages_of(material: Material) -> tuple[str, ...]:
    """The languages of the release in which the questionnaire was put; its first one where there is none."""
    found = tuple(language for language in material.languages if language in material.instrument.texts)
    return found or (material.instrument.languages[0],)


def variables_of_release(material: Material, words: AnswerWords) -> tuple[DdiVariable, ...]:
    """Every column that an answer may stand in, in the order of the questionnaire."""
    books = {language: codebook(material.instrument, language) for language in languages_of(material)}
    first = next(iter(books.values()))
    columns = dict.fromkeys(column for entry in first for column in entry.columns)
    return variables_of(books, tuple(columns), words=words, own={})


def study_of(release: Release, material: Material) -> Study:
    """The study behind the release."""
    wave, programme = release.run.wave, release.programme
    languages = languages_of(material)
    page = site_of(release) + reverse("publication:release", args=[release.programme_slug, release.number])
    day = release.requested_at.date()
    names = {language: programme.names.get(language) or programme.slug for language in languages}
    owner = in_readers_language(programme.owners) or programme.slug
    citation = f"{owner} ({day.year}). {names[languages[0]]}, {wave.code}. {page}"
    return Study(
        id=f"{release.programme_slug}-{release.number}",
        agency=release.programme_slug,
        languages=languages,
        title={language: f"{name}, {wave.code}" for language, name in names.items()},
        abstract=_each(languages, lambda: _("How public workplaces innovate, and what promotes and hinders it.")),
        creators=(Creator(owner),),
        producer=owner,
        distributor=owner,
        distributor_address=site_of(release),
        distributed=day,
        version=str(release.number),
        address=page,
        series=names,
        citation=dict.fromkeys(languages, citation),
        keywords={language: _keywords(language) for language in languages},
        topics=(Term(_each(languages, lambda: _("Public administration")), "CESSDA Topic Classification", TOPIC),),
        nations={code: _each(languages, _named(code)) for code in material.countries},
        collected=_collected(release),
        unit=_each(languages, lambda: _("Workplace")),
        universe=_each(languages, lambda: _("Public workplaces in the frames of the countries.")),
        time_method=Term(
            _each(languages, lambda: _("Repeated cross-section with a panel")), "DDI Time Method", TIME_METHOD
        ),
        sampling=_each(languages, lambda: _("Stratified random sample by country, sector and size.")),
        mode=Term(_each(languages, lambda: _("Self-administered web questionnaire")), "DDI Mode of Collection", MODE),
        weighting=_each(languages, lambda: _("Weighted for the chance of being drawn and for non-response.")),
        response_rate=_each(languages, lambda: _response_rates(release)),
        access=_each(languages, lambda: _("Tables are open. Anonymised microdata are for researchers by agreement.")),
        licence=dict.fromkeys(languages, "CC BY 4.0"),
        constructed=_each(languages, lambda: _("Constructed data")) if release.constructed else {},
    )


def _collected(release: Release) -> tuple[date, date]:
    wave = release.run.wave
    closed = (wave.closed_at or release.requested_at).date()
    return min((wave.opened_at.date() if wave.opened_at else wave.reference_to), closed), closed


def _named(code: str) -> Callable[[], str]:
    return lambda: str(Country(code).label)


def _response_rates(release: Release) -> str:
    parts = [
        f"{Country(one['country']).label} {number(100 * one['response_rate'], 1, '.')} %"
        for one in release.run.diagnostics.get("countries", [])
        if one["response_rate"] is not None
    ]
    return ", ".join(parts)


def _keywords(language: str) -> tuple[str, ...]:
    with translation.override(language):
        return _("innovation"), _("public sector")


def _each(languages: Iterable[str], text: Callable[[], str]) -> dict[str, str]:
    found = {}
    for language in languages:
        with translation.override(language):
            found[language] = text()
    return found
