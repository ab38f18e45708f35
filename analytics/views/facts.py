"""What a run says of itself: what it was made from and with, how response and weights turned out."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from analytics.models import Run
from analytics.views.words import MERGE_REASONS, country_name, flag_name, word


@dataclass(frozen=True)
class Response:
    """One country of the diagnostics; rates in percent."""

    country: str
    population: int
    drawn: int
    respondents: int
    rate: float | None
    weighted_rate: float | None
    lowest: float | None
    highest: float | None
    kish: float | None
    undetermined: int


def reproducibility(run: Run) -> list[tuple[str, str]]:
    """Name and value of what the figures follow from, beside the parameters: those have a table of their own."""
    environment = ", ".join(f"{name} {value}" for name, value in sorted(run.environment.items()))
    facts = [
        (_("Dataset"), run.dataset.content_hash if run.dataset else ""),
        (_("Dataset of the wave before"), run.previous_dataset.content_hash if run.previous_dataset else ""),
        (_("Datasets of older waves"), ", ".join(one.dataset.content_hash for one in run.older_datasets.all())),
        (_("Questionnaire"), f"{run.instrument} {run.instrument.content_hash}"),
        (_("Definitions"), run.definitions.content_hash),
        (_("Seed"), str(run.seed)),
        (_("Code"), run.code_version),
        (_("Lock file"), run.lock_hash),
        (_("Environment"), environment),
        (_("Result"), run.result_hash),
    ]
    return [(name, value or "–") for name, value in facts]


def response(run: Run) -> list[Response]:
    return [_response(entry) for entry in run.diagnostics.get("countries", [])]


def _response(entry: Mapping[str, Any]) -> Response:
    weights = entry["weights"] or {}
    return Response(
        country=country_name(entry["country"]),
        population=entry["population"],
        drawn=entry["drawn"],
        respondents=entry["respondents"],
        rate=_percent(entry["response_rate"]),
        weighted_rate=_percent(entry["weighted_response_rate"]),
        lowest=weights.get("lowest"),
        highest=weights.get("highest"),
        kish=weights.get("kish"),
        undetermined=entry["undetermined"],
    )


def notes(run: Run) -> list[str]:
    """Sentences on what was joined, what no weight carries, and how often each flag stands."""
    found = run.diagnostics
    if not found:
        return []
    said = [
        _("%(stratum)s was weighed together with %(into)s (%(reason)s).") % _merge(merge)
        for merge in found["cells"]["joined"]
    ]
    said += [
        _("%(stratum)s and %(into)s are one stratum in the variance (%(reason)s).") % _merge(merge)
        for merge in found["variance_strata"]["joined"]
    ]
    if found["unrepresented"]:
        said.append(_("No weight carries %(units)s units of the frame.") % {"units": round(found["unrepresented"])})
    said += [
        _("Left out, as the questionnaire lacks %(items)s: %(indicator)s.") % {"items": items, "indicator": key}
        for key, items in found.get("left_out", {}).items()
    ]
    said += [
        _("%(count)s estimates: %(flag)s") % {"count": count, "flag": flag_name(flag)}
        for flag, count in found["flags"].items()
    ]
    return said


def _merge(merge: Mapping[str, Any]) -> dict[str, str]:
    return {
        "stratum": merge["stratum"],
        "into": merge["into"] or _("no other"),
        "reason": word(MERGE_REASONS, merge["reason"]),
    }


def _percent(share: float | None) -> float | None:
    return None if share is None else 100 * share
