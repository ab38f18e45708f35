"""A plan and the columns of a file as what estimates need: the design, the answers and the domains."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from analytics.core.arrays import Codes, Floats, InputError, Mask
from analytics.core.calibration import Calibrated, calibrate
from analytics.core.design import ROUNDING, SurveyDesign
from analytics.core.margins import Auxiliary, Margin, Term
from analytics.core.survey_file.file_columns import Answers, Column, Levels, answers, joined, levels, numbers
from analytics.core.survey_file.plan import MarginPlan, Plan


@dataclass(frozen=True, eq=False)
class Grouping:
    """Domains that do not overlap: by which columns, the labels of each, and the domain i8[n] of each row."""

    by: tuple[str, ...]
    labels: tuple[tuple[str, ...], ...]
    codes: Codes

    @cached_property
    def sizes(self) -> Codes:
        """i8[D], rows of each domain."""
        return np.bincount(self.codes, minlength=len(self.labels)).astype(np.int64)

    def counted(self, rows: Mask) -> Codes:
        """i8[D], how many of these rows bool[n] each domain has."""
        return np.bincount(self.codes[rows], minlength=len(self.labels)).astype(np.int64)


@dataclass(frozen=True, eq=False)
class Survey:
    """A file as its plan reads it. groupings: the whole first. calibrated: how weights were moved, None if not."""

    plan: Plan
    design: SurveyDesign
    answers: Mapping[str, Answers]
    groupings: tuple[Grouping, ...]
    calibrated: Calibrated | None


def survey_of(plan: Plan, columns: Mapping[str, Column]) -> Survey:
    """The survey. columns: each of plan.columns. InputError with place, expectation and row for what cannot be used."""
    check_columns(plan, list(columns))
    decimal = plan.form.decimal
    found = {key: answers(columns[item.column], item, decimal=decimal) for key, item in plan.items.items()}
    _check_scores(plan, found)
    base, calibrated = _design(plan, columns)
    return Survey(plan, base, found, _groupings(plan, columns), calibrated)


def check_columns(plan: Plan, names: list[str]) -> None:
    """InputError, with the place in the document, for a column that the file does not have."""
    design = plan.design
    places = {"design.weight": design.weight, "design.psu": design.psu, "design.fpc": design.fpc}
    places |= {"design.second_stage_fpc": design.second_stage_fpc}
    places |= {f"design.strata[{number}]": one for number, one in enumerate(design.strata)}
    margins = plan.calibration.margins if plan.calibration else ()
    places |= {f"calibration.margins[{number}].column": one.column for number, one in enumerate(margins)}
    places |= {f"by ({one})": one for crossed in plan.by for one in crossed}
    places |= {f"items.{key}": item.column for key, item in plan.items.items()}
    for place, name in places.items():
        if name and name not in names:
            raise InputError(
                place,
                expected="a column of the file",
                got=repr(name),
                hint=f"The file has {', '.join(names[:40])}{' and more' if len(names) > 40 else ''}.",
            )


def _check_scores(plan: Plan, found: Mapping[str, Answers]) -> None:
    """Codes that were read off the file: every one needs its score, and every named one is there."""
    requests = {f"estimates[{number}]": one for number, one in enumerate(plan.requests)}
    requests |= {f"differences[{number}]": one.request for number, one in enumerate(plan.differences)}
    for place, request in requests.items():
        for key in request.items:
            if not plan.items[key].as_found:
                continue
            silent = [code for code in found[key].codes if request.scores and code not in request.scores]
            named = sorted((request.plus | request.minus | set(request.scores)) - set(found[key].codes))
            if silent or named:
                raise InputError(
                    place,
                    expected=f"the codes of {key} in the file: {', '.join(found[key].codes)}",
                    got=f"no score for {silent[0]!r}" if silent else repr(named[0]),
                    hint="List the codes of the item instead of as_found, or correct the estimate.",
                )


def _design(plan: Plan, columns: Mapping[str, Column]) -> tuple[SurveyDesign, Calibrated | None]:
    names, decimal = plan.design, plan.form.decimal
    weights = _weights(numbers(columns[names.weight], decimal=decimal, place="design.weight"))
    strata = _strata(plan, columns, len(weights))
    psu = _psu(plan, columns, strata)
    sizes = _sizes(strata, psu)
    populations = second = None
    if names.fpc:
        given = numbers(columns[names.fpc], decimal=decimal, place="design.fpc")
        populations = _counts(given, strata, sizes=sizes, place="design.fpc")
    if names.second_stage_fpc and psu:
        given = numbers(columns[names.second_stage_fpc], decimal=decimal, place="design.second_stage_fpc")
        held = np.bincount(psu.codes, minlength=len(psu.labels)).astype(np.int64)
        second = _counts(given, psu, sizes=held, place="design.second_stage_fpc")
    calibrated = _calibrated(plan, columns, weights)
    found = SurveyDesign(
        weights if calibrated is None else calibrated.weights,
        strata.codes,
        populations,
        lonely_psu=names.lonely_psu,
        psu=psu.codes if psu else None,
        second_stage_populations=second,
        calibration=calibrated.calibration if calibrated else None,
    )
    return found, calibrated


def _weights(given: Floats) -> Floats:
    wrong = ~(given > 0)
    if bool(wrong.any()):
        row = int(np.argmax(wrong))
        raise InputError(
            "design.weight", expected="weights above 0", got=f"{given[row]:g} in row {row + 1}",
            hint="The file holds respondents only: leave rows of units that did not answer out.",
        )  # fmt: skip
    return given


def _strata(plan: Plan, columns: Mapping[str, Column], size: int) -> Levels:
    names = plan.design.strata
    if not names:
        return Levels(((),), np.zeros(size, dtype=np.int64))
    found = [levels(columns[name], place=f"design.strata[{number}]") for number, name in enumerate(names)]
    return joined(found)


def _psu(plan: Plan, columns: Mapping[str, Column], strata: Levels) -> Levels | None:
    """Codes of PSUs 0..P-1, each in one stratum. InputError for one in two."""
    if not plan.design.psu:
        return None
    labels, own = levels(columns[plan.design.psu], place="design.psu")
    if plan.design.psu_within_strata:
        present, inside = np.unique(strata.codes * len(labels) + own, return_inverse=True)
        named = tuple((strata.name(one // len(labels)), labels[one % len(labels)]) for one in present.tolist())
        return Levels(named, inside.ravel().astype(np.int64))
    home = np.zeros(len(labels), dtype=np.int64)
    home[own] = strata.codes
    astray = home[own] != strata.codes
    if bool(astray.any()):
        row = int(np.argmax(astray))
        raise InputError(
            "design.psu",
            expected="each PSU inside one stratum",
            got=f"{labels[own[row]]!r} in {strata.name(int(strata.codes[row]))} (row {row + 1}) "
            f"and in {strata.name(int(home[own[row]]))}",
            hint="Say psu_within_strata: true where PSUs are numbered anew in every stratum, or mend the file.",
        )
    return Levels(tuple((label,) for label in labels), own)


def _sizes(strata: Levels, psu: Levels | None) -> Codes:
    """n_h, PSUs (or rows) of each stratum."""
    if psu is None:
        return np.bincount(strata.codes, minlength=len(strata.labels)).astype(np.int64)
    home = np.zeros(len(psu.labels), dtype=np.int64)
    home[psu.codes] = strata.codes
    return np.bincount(home, minlength=len(strata.labels)).astype(np.int64)


def _counts(given: Floats, groups: Levels, *, sizes: Codes, place: str) -> Floats:
    """The population of each group from a column that repeats it in every row. InputError with group and row."""
    share = (given < 1) | ((given == 1) & (sizes[groups.codes] > 1))
    first = np.zeros(len(groups.labels))
    first[groups.codes[::-1]] = given[::-1]
    differs = first[groups.codes] != given
    short = given * (1 + ROUNDING) < sizes[groups.codes]
    for wrong, expected, hint in (
        (share, "a population count", "Give the number of units there are, never a share or a correction factor."),
        (differs, "one count in all rows of", "Check the column, and what strata and PSUs are."),
        (short, "at least the units answering in", "Check that frame and answers use the same strata and units."),
    ):
        if bool(wrong.any()):
            row = int(np.argmax(wrong))
            name = groups.name(int(groups.codes[row]))
            more = "" if expected == "a population count" else f" {name}"
            units = f" ({sizes[groups.codes[row]]})" if wrong is short else ""
            also = f", where {first[groups.codes[row]]:g} stands before" if wrong is differs else f" for {name}"
            raise InputError(
                place, expected=f"{expected}{more}{units}", got=f"{given[row]:g} in row {row + 1}{also}", hint=hint
            )
    return first


def _calibrated(plan: Plan, columns: Mapping[str, Column], weights: Floats) -> Calibrated | None:
    wanted = plan.calibration
    if wanted is None:
        return None
    terms = [
        _term(margin, columns[margin.column], decimal=plan.form.decimal, place=f"calibration.margins[{number}]")
        for number, margin in enumerate(wanted.margins)
    ]
    return calibrate(weights, terms, method=wanted.method, bounds=wanted.bounds)


def _term(margin: MarginPlan, column: Column, *, decimal: str, place: str) -> Term:
    if margin.totals is None:
        return Auxiliary(margin.column, numbers(column, decimal=decimal, place=place), margin.total)
    labels, codes = levels(column, place=place, known=list(margin.totals))
    return Margin(margin.column, codes, np.array(list(margin.totals.values())), tuple(labels))


def _groupings(plan: Plan, columns: Mapping[str, Column]) -> tuple[Grouping, ...]:
    size = len(columns[plan.design.weight].places)
    found = [Grouping((), ((),), np.zeros(size, dtype=np.int64))]
    for crossed in plan.by:
        each = [levels(columns[one], place=f"by ({one})", known=plan.domains.get(one, ())) for one in crossed]
        made = joined(each)
        found.append(Grouping(crossed, made.labels, made.codes))
    return tuple(found)
