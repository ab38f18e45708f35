"""The quality declaration of a release by the headings of the European statistical system, filled from the data.

Headings: Single Integrated Metadata Structure (SIMS 2.0) of Eurostat, the concepts S.1 to S.19 and, where only a part
of one is known, that part under its own code. What the platform does not know it leaves out rather than filling it with
words: user needs and satisfaction (S.12.1, S.12.2), an overall verdict on accuracy (S.13.1), processing error
(S.13.3.4).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone, translation
from django.utils.formats import date_format, get_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from publication.charts.numbers import number
from publication.models import Release
from publication.work.material import Material
from surveys.models import Country, Programme, Sector, Wave
from surveys.models.programme import in_readers_language

Entry = dict[str, str]
MINUTE = 60


def quality_declaration(release: Release, material: Material, protection: Mapping[str, Any]) -> dict[str, list[Entry]]:
    """language -> entries of code, heading and text, in the order of the headings."""
    found = {}
    for language in material.languages:
        with translation.override(language):
            found[language] = _declaration(release, material, protection)
    return found


def _declaration(release: Release, material: Material, protection: Mapping[str, Any]) -> list[Entry]:
    wave, programme = release.run.wave, release.programme
    mark = str(get_format("DECIMAL_SEPARATOR"))
    countries = release.run.diagnostics.get("countries", [])
    written = [
        ("S.1", _("Contact"), programme.contact_email),
        ("S.2", _("Metadata update"), _updated(release)),
        ("S.3", _("Statistical presentation"), _presentation(material)),
        (
            "S.4",
            _("Unit of measure"),
            _("Per cent of workplaces; points for balances and differences; indices 0 to 100."),
        ),
        ("S.5", _("Reference period"), _period(wave)),
        ("S.6", _("Institutional mandate"), _owner(programme)),
        ("S.7", _("Confidentiality"), _confidentiality(protection)),
        ("S.8", _("Release policy"), _release_policy()),
        ("S.9", _("Frequency of dissemination"), _frequency(wave)),
        ("S.10", _("Accessibility and clarity"), _accessibility()),
        ("S.11", _("Quality management"), _management()),
        ("S.12.3", _("Completeness"), _completeness(protection)),
        ("S.13.2", _("Sampling error"), _sampling(material)),
        ("S.13.3.1", _("Coverage"), _coverage(release, countries)),
        ("S.13.3.2", _("Measurement"), _measurement(release)),
        ("S.13.3.3", _("Non-response"), " ".join(_response(one, mark) for one in countries)),
        ("S.14.1", _("Timeliness"), _timeliness(release)),
        ("S.15", _("Coherence and comparability"), _comparability(material)),
        ("S.16", _("Cost and burden"), _burden(wave)),
        ("S.17", _("Data revision"), _revision(release)),
        ("S.18", _("Statistical processing"), _processing(release)),
        ("S.19", _("Comment"), _("The data are constructed.") if release.constructed else ""),
    ]
    return [{"code": code, "heading": str(heading), "text": text} for code, heading, text in written if text]


def _updated(release: Release) -> str:
    return _("This declaration was made with the tables on %(day)s, from the same data.") % {
        "day": date_format(timezone.localtime(release.requested_at), "DATE_FORMAT")
    }


def _completeness(protection: Mapping[str, Any]) -> str:
    shown, withheld = protection["shown"], protection["withheld_count"]
    return _("Of %(all)s figures of the tables %(shown)s are shown, the others withheld.") % {
        "all": shown + withheld,
        "shown": shown,
    }


def _presentation(material: Material) -> str:
    names = ", ".join(str(Country(code).label) for code in material.countries)
    return _("Shares, balances and indices of innovation among public workplaces in %(countries)s.") % {
        "countries": names
    }


def _period(wave: Wave) -> str:
    return _("Innovation from %(first)s to %(last)s.") % {
        "first": date_format(wave.reference_from, "DATE_FORMAT"),
        "last": date_format(wave.reference_to, "DATE_FORMAT"),
    }


def _owner(programme: Programme) -> str:
    owner = in_readers_language(programme.owners)
    return _("The survey is made for %(owner)s. Answering is voluntary.") % {"owner": owner} if owner else ""


def _confidentiality(protection: Mapping[str, Any]) -> str:
    rule = protection["rule"]
    return _(
        "Figures with fewer than %(base)s answers, or fewer than %(count)s on one side, are withheld, with those that "
        "would give them away. The finished tables were attacked before they were approved: no withheld count followed "
        "from %(cells)s figures."
    ) % {"base": rule["minimum_base"], "count": rule["minimum_count"], "cells": protection["attack"]["cells"]}


def _release_policy() -> str:
    return _(
        "Releases are announced in the calendar and published to the minute. Before it nobody sees the figures but "
        "those who make and approve them."
    )


def _frequency(wave: Wave) -> str:
    if wave.previous is None:
        return _("This is the first wave on the platform.")
    return _("The wave before is %(wave)s.") % {"wave": wave.previous.code}


def _accessibility() -> str:
    return _(
        "Every figure stands with its table, its question and its number of answers, and as a file in open formats "
        "with an open licence; the open API serves the same."
    )


def _management() -> str:
    return _(
        "Every step of the computation is held to checks that stop it when one fails. The release can be computed anew "
        "from its frozen dataset, bit for bit. A second person approved it."
    )


def _sampling(material: Material) -> str:
    level = f"{100 * material.confidence:g}"
    return _(
        "Every figure has an interval with a confidence of %(level)s %%, from the variance of the stratified sample "
        "with its finite population correction. Figures that are too uncertain are withheld; those to be read with "
        "care say so."
    ) % {"level": level}


def _coverage(release: Release, countries: Sequence[Mapping[str, Any]]) -> str:
    frames = release.run.dataset.manifest.get("frames", []) if release.run.dataset else []
    population = {str(one["country"]): one["population"] for one in countries}
    parts = [
        _("%(country)s: %(name)s, %(units)s workplaces")
        % {
            "country": Country(frame["country"]).label,
            "name": frame["name"],
            "units": population[frame["country"]],
        }
        for frame in frames
        if frame["country"] in population
    ]
    return _("The frames are %(frames)s.") % {"frames": "; ".join(parts)} if parts else ""


def _response(country: Mapping[str, Any], mark: str) -> str:
    rate = country["response_rate"]
    return _(
        "%(country)s: %(answered)s of %(drawn)s drawn workplaces answered (%(rate)s %%; weighted %(weighted)s %%)."
    ) % {
        "country": Country(country["country"]).label,
        "answered": country["respondents"],
        "drawn": country["drawn"],
        "rate": "–" if rate is None else number(100 * rate, 1, mark),
        "weighted": "–" if rate is None else number(100 * country["weighted_response_rate"], 1, mark),
    }


def _measurement(release: Release) -> str:
    wave = release.run.wave
    instrument = wave.instrument
    return _(
        "Leaders of workplaces answered the questionnaire %(name)s, version %(version)s, on the web, in %(count)s "
        "languages. Its wording stands in the codebook of the release."
    ) % {"name": instrument.key, "version": instrument.version, "count": len(wave.languages)}


def _timeliness(release: Release) -> str:
    wave = release.run.wave
    if wave.closed_at is None:
        return ""
    days = (timezone.localtime(release.requested_at).date() - timezone.localtime(wave.closed_at).date()).days
    return ngettext(
        "The tables were made %(days)s day after the last answer.",
        "The tables were made %(days)s days after the last answer.",
        days,
    ) % {"days": days}


def _comparability(material: Material) -> str:
    parts = [_("Waves and countries are compared only where unit, population, wording and period allow it.")]
    if material.compared.get("sectors"):
        sectors = ", ".join(str(Sector(code).label) for code in material.compared["sectors"])
        parts.append(
            _("Countries are compared in the sectors that all of them asked: %(sectors)s.") % {"sectors": sectors}
        )
    return " ".join(parts)


def _burden(wave: Wave) -> str:
    if not wave.median_seconds:
        return ""
    minutes = max(1, round(wave.median_seconds / MINUTE))
    return ngettext(
        "Half of those who answered took %(minutes)s minute or less.",
        "Half of those who answered took %(minutes)s minutes or less.",
        minutes,
    ) % {"minutes": minutes}


def _revision(release: Release) -> str:
    policy = _(
        "A release never changes. A correction or revision is a new release that shows its size figure by figure."
    )
    if release.replaces is None:
        return policy
    kind = release.get_relation_display()
    text = _("This one replaces release %(number)s (%(kind)s): %(reason)s")
    return f"{policy} {text % {'number': release.replaces.number, 'kind': kind, 'reason': release.reason}}"


def _processing(release: Release) -> str:
    calibrated = release.run.parameters.get("calibration", "none") != "none"
    parts = [
        _("Answers are weighted by the chance of being drawn and for those who did not answer."),
        _("The weights reproduce the sectors and sizes of the frame.") if calibrated else "",
        _("Nothing is imputed but where an index says so."),
    ]
    return " ".join(part for part in parts if part)
