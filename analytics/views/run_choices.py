"""The parameters of a run in words: what each is called, what it does, what its codes mean, what is wrong with it.

A parameter more is one entry of GROUPS; its kind of field follows from its type in `analytics.core.parameters`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from analytics.core.parameters import Between, ParameterError, Parameters, PowerOfTwo, ZeroOrAtLeast
from analytics.models import Run
from analytics.views.words import Words

Text = str | Promise


@dataclass(frozen=True)
class Choice:
    """A parameter: its name in `Parameters`, label, a sentence on what it does, and its codes in words."""

    name: str
    label: Text
    hint: Text
    codes: Words = field(default_factory=dict)


@dataclass(frozen=True)
class Group:
    title: Text
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class Chosen:
    """A parameter of a run as it is shown: its value beside the default."""

    label: str
    value: str
    default: str
    differs: bool


NONRESPONSE: Words = {"cells": _("In cells of strata"), "propensity": _("In classes of the propensity to answer")}
CALIBRATION: Words = {
    "none": _("No calibration"),
    "linear": _("Linear"),
    "raking": _("Raking"),
    "logit": _("Logit, within bounds"),
    "truncated": _("Linear, cut at bounds"),
}
INTERVAL: Words = {
    "default": _("Logit, and beta for few answers"),
    "logit": _("Logit"),
    "beta": _("Beta"),
    "wilson": _("Wilson"),
}
LONELY: Words = {
    "fail": _("Not known: the figure gets no interval"),
    "certainty": _("Nothing"),
    "adjust": _("Its distance from the mean of all"),
    "average": _("The average of the other strata"),
}
BOUNDS = _("Used by the two methods with bounds.")

GROUPS = (
    Group(
        _("Weights"),
        (
            Choice(
                "nonresponse",
                _("Adjustment for non-response"),
                _("Where those who answered stand for others."),
                NONRESPONSE,
            ),
            Choice(
                "minimum_per_cell",
                _("Respondents in a cell, at least"),
                _("A cell with fewer is weighed together with a neighbour."),
            ),
            Choice(
                "maximum_factor",
                _("Non-response factor, at most"),
                _("A cell with a higher factor is weighed together with a neighbour."),
            ),
            Choice(
                "calibration",
                _("Calibration"),
                _("Makes the weights add up to the sectors and size classes of the frame."),
                CALIBRATION,
            ),
            Choice("lowest_factor", _("Lowest factor of the calibration"), BOUNDS),
            Choice("highest_factor", _("Highest factor of the calibration"), BOUNDS),
        ),
    ),
    Group(
        _("Intervals and precision"),
        (
            Choice("confidence", _("Confidence level"), _("As a share: 0.95 gives intervals of 95 per cent.")),
            Choice("interval", _("Interval of a share"), _("How the limits of a share are computed."), INTERVAL),
            Choice(
                "lonely",
                _("Stratum with one respondent"),
                _("What it adds to the variance where no neighbour could take it in."),
                LONELY,
            ),
            Choice(
                "minimum_answers",
                _("Answers behind a figure, at least"),
                _("With fewer, or as few effective ones, a figure is flagged as too imprecise to show."),
            ),
            Choice(
                "missing_caution",
                _("Share without an answer, at most"),
                _("A figure is flagged where more of those asked did not answer."),
            ),
        ),
    ),
    Group(
        _("Replicates and uncertainty"),
        (
            Choice(
                "replicates",
                _("Bootstrap replicates"),
                _("How many samples are drawn again for indices and scales; 0 for none."),
            ),
            Choice(
                "draws",
                _("Draws of the uncertainty of indices"),
                _("How often the sample and the choices behind an index are drawn; 0 for none."),
            ),
            Choice(
                "sobol_points",
                _("Points of the sensitivity analysis"),
                _("A power of two. More points say more exactly what the uncertainty of an index comes from."),
            ),
        ),
    ),
    Group(
        _("Indices asked for"),
        (Choice("ask_for", _("Indices beside the standard ones"), _("They are computed only when they are ticked.")),),
    ),
)
KINDS = {one.name: one.type for one in fields(Parameters)}
DEFAULTS = Parameters().to_document()


def said(error: ParameterError) -> str:
    """What is wrong with the parameter, to stand beside its field."""
    match error.expected:
        case Between(low, high):
            return gettext("Give a value from %(low)s to %(high)s.") % {"low": plain(low), "high": plain(high)}
        case ZeroOrAtLeast(least):
            return gettext("Give 0, or at least %(least)s.") % {"least": plain(least)}
        case PowerOfTwo():
            return gettext("Give a power of two: 64, 128, 256, 512 and so on.")
        case _:
            return gettext("This value is not one of those that can be chosen.")


def chosen(run: Run, titles: Mapping[str, str]) -> list[Chosen]:
    """Every parameter of the run, in the order of the form; `titles` are those of indices."""
    stored = Parameters.from_document(run.parameters).to_document()
    return [_chosen(choice, stored, titles) for group in GROUPS for choice in group.choices]


def _chosen(choice: Choice, stored: Mapping[str, object], titles: Mapping[str, str]) -> Chosen:
    value, default = stored[choice.name], DEFAULTS[choice.name]
    words = choice.codes or titles
    return Chosen(str(choice.label), _shown(value, words), _shown(default, words), value != default)


def _shown(value: object, words: Words) -> str:
    if isinstance(value, list):
        return ", ".join(str(words.get(one, one)) for one in value) or gettext("None")
    if isinstance(value, str):
        return str(words.get(value, value))
    return plain(value)


def plain(value: object) -> str:
    """A number as it is written in the language of the page, 3.0 as 3."""
    return str(number_format(int(value) if isinstance(value, float) and value.is_integer() else value))  # type: ignore[arg-type]
