"""A DESIGN document as a plan; whatever it says wrong is an error with its place."""

from enum import StrEnum
from typing import TypedDict

from analytics.core.arrays import InputError
from analytics.core.design import LonelyPsu
from analytics.core.distances import Distance
from analytics.core.intervals import Method
from analytics.core.survey_file.difference_document import families_of
from analytics.core.survey_file.entries import Entries, codes, number, said
from analytics.core.survey_file.plan import (
    CalibrationPlan,
    Degrees,
    DesignColumns,
    Estimand,
    FileForm,
    IntervalPlan,
    Item,
    MarginPlan,
    Plan,
    ReplicateKind,
    ReplicatePlan,
)
from analytics.core.survey_file.request_document import requests_of

FOUND = "as_found"


class _Answers(TypedDict):
    """What an entry of items says of its answers: fields of Item."""

    codes: tuple[str, ...] | None
    as_found: bool
    missing: frozenset[str]
    not_asked: frozenset[str]


class _ShareMethod(StrEnum):
    DEFAULT = "default"
    LOGIT = "logit"
    BETA = "beta"
    WILSON = "wilson"


class _QuantileMethod(StrEnum):
    T = "t"
    LOGIT = "logit"
    BETA = "beta"


def plan_of(document: object) -> Plan:
    """The plan of a document as YAML or JSON gives it. InputError for the first thing that is wrong, with its place."""
    top = Entries("", document)
    missing = frozenset(top.texts("missing")) if top.has("missing") else frozenset({""})
    items, groups = _items(top.inner("items"), missing)
    by = _by(top.take("by")) if top.has("by") else ()
    plan = Plan(
        design=_design(top.inner("design")),
        items=items,
        requests=requests_of(top.take("estimates"), items, groups),
        by=by,
        domains=_domains(top.inner("domains"), by) if top.has("domains") else {},
        interval=_interval(top.inner("interval")) if top.has("interval") else IntervalPlan(),
        calibration=_calibration(top.inner("calibration")) if top.has("calibration") else None,
        replicates=_replicates(top.inner("replicates")) if top.has("replicates") else None,
        form=_form(top.inner("file")) if top.has("file") else FileForm(),
        differences=families_of(top.take("differences"), items, groups, by) if top.has("differences") else (),
    )
    top.done()
    _check_replicates(plan)
    return plan


def _form(entries: Entries) -> FileForm:
    found = FileForm(entries.text("delimiter", ","), entries.text("decimal", "."))
    entries.done()
    if len(found.delimiter) != 1 or found.delimiter in '"\n\r':
        raise InputError(
            "file.delimiter", expected="one character", got=repr(found.delimiter), hint='Usual are "," and ";".'
        )
    if found.decimal not in {".", ","} or found.decimal == found.delimiter:
        raise InputError(
            "file.decimal", expected='"." or ",", not the delimiter', got=repr(found.decimal), hint="Look at the file."
        )
    return found


def _design(entries: Entries) -> DesignColumns:
    found = DesignColumns(
        weight=entries.text("weight"),
        strata=entries.texts("strata") if entries.has("strata") else (),
        psu=entries.text("psu", ""),
        psu_within_strata=entries.flag("psu_within_strata", default=False),
        fpc=entries.text("fpc", ""),
        second_stage_fpc=entries.text("second_stage_fpc", ""),
        lonely_psu=entries.word("lonely_psu", LonelyPsu, LonelyPsu.FAIL),
    )
    entries.done()
    if found.second_stage_fpc and not (found.psu and found.fpc):
        raise InputError(
            "design.second_stage_fpc",
            expected="psu and fpc beside it",
            got="no psu" if not found.psu else "no fpc",
            hint="The second stage is weighted by n_h / N_h: without both leave it out (ultimate clusters).",
        )
    if found.psu_within_strata and not (found.psu and found.strata):
        raise InputError(
            "design.psu_within_strata", expected="psu and strata beside it", got="true alone", hint="Take it away."
        )
    return found


def _items(entries: Entries, missing: frozenset[str]) -> tuple[dict[str, Item], dict[str, tuple[str, ...]]]:
    """Items by key, and the items of each entry: one, or the columns of a battery."""
    found: dict[str, Item] = {}
    groups: dict[str, tuple[str, ...]] = {}
    for name in entries.content:
        entry = entries.inner(name)
        listed = entry.texts("columns") if entry.has("columns") else ()
        if listed and entry.has("column"):
            raise InputError(
                entry.at("columns"), expected="column or columns", got="both", hint="A battery has columns."
            )
        single = entry.text("column", name) if not listed else ""
        own = _answers(entry, missing)
        entry.done()
        groups[name] = listed or (name,)
        for key, column in [(one, one) for one in listed] or [(name, single)]:
            if key in found:
                raise InputError(
                    entry.place, expected="each item once", got=f"{key!r} twice", hint="Take one of them away."
                )
            found[key] = Item(key=key, column=column, **own)
    if not found:
        raise InputError("items", expected="at least one", got="none", hint="Name the columns of answers.")
    return found, groups


def _answers(entry: Entries, missing: frozenset[str]) -> _Answers:
    given = entry.take("codes") if entry.has("codes") else None
    as_found = given == FOUND
    listed = None if given is None or as_found else codes(entry.at("codes"), given)
    own = frozenset(entry.texts("missing")) if entry.has("missing") else frozenset[str]()
    not_asked = frozenset(entry.texts("not_asked")) if entry.has("not_asked") else frozenset[str]()
    for name, others in (("missing", own), ("not_asked", not_asked)):
        both = sorted(set(listed or ()) & (others | (missing if name == "missing" else frozenset())))
        if both:
            raise InputError(
                entry.at(name), expected="codes that are no answers", got=f"{both[0]!r}, which is among codes",
                hint="A code is an answer, missing, or says that the item was not asked.",
            )  # fmt: skip
    return _Answers(codes=listed, as_found=as_found, missing=(missing | own) - not_asked, not_asked=not_asked)


def _by(value: object) -> tuple[tuple[str, ...], ...]:
    if not isinstance(value, list) or not value:
        raise InputError(
            "by", expected="a list of columns", got=said(value), hint="Write by: [region, [region, size]]."
        )
    found = tuple(codes("by", one) for one in value)
    twice = next((one for one in found if found.count(one) > 1), None)
    if twice:
        raise InputError("by", expected="each once", got=f"{', '.join(twice)} twice", hint="Take one away.")
    return found


def _domains(entries: Entries, by: tuple[tuple[str, ...], ...]) -> dict[str, tuple[str, ...]]:
    used = {column for crossed in by for column in crossed}
    found = {name: entries.texts(name) for name in entries.content}
    astray = sorted(set(found) - used)
    if astray:
        raise InputError(entries.at(astray[0]), expected="a column of by", got="another", hint="Name it in by too.")
    return found


def _interval(entries: Entries) -> IntervalPlan:
    share = entries.text("share", _ShareMethod.DEFAULT)
    if share in {"t", "wald", "mean"}:
        raise InputError(
            "interval.share",
            expected=f"one of {', '.join(_ShareMethod)}",
            got=repr(share),
            hint="Wald's interval of a share misses far too often: with 24 answers and a share of 0.10, "
            "75 of 100 nominal 95 % intervals hold the true share, and it leaves [0, 1].",
        )
    method = entries.word("share", _ShareMethod, _ShareMethod.DEFAULT)
    found = IntervalPlan(
        share=None if method is _ShareMethod.DEFAULT else Method(method.value),
        quantile=Method(entries.word("quantile", _QuantileMethod, _QuantileMethod.T).value),
        confidence=entries.number("confidence", 0.95),
        df=entries.word("df", Degrees, Degrees.SMALLER),
    )
    entries.done()
    if not 0 < found.confidence < 1:
        raise InputError(
            "interval.confidence", expected="between 0 and 1", got=f"{found.confidence:g}", hint="95 percent is 0.95."
        )
    return found


def _calibration(entries: Entries) -> CalibrationPlan:
    method = entries.word("method", Distance, Distance.RAKING)
    bounds = entries.take("bounds") if entries.has("bounds") else None
    margins = entries.take("margins")
    if not isinstance(margins, list) or not margins:
        raise InputError("calibration.margins", expected="a list", got=said(margins), hint="Name what is known.")
    found = tuple(_margin(Entries(f"calibration.margins[{place}]", one)) for place, one in enumerate(margins))
    entries.done()
    return CalibrationPlan(found, method, _bounds(method, bounds))


def _bounds(method: Distance, given: object) -> tuple[float, float] | None:
    bounded = method in {Distance.LOGIT, Distance.TRUNCATED}
    if given is None and not bounded:
        return None
    if not bounded or not isinstance(given, list) or len(given) != 2:
        raise InputError(
            "calibration.bounds",
            expected="lowest and highest factor, for logit and truncated only",
            got=f"{said(given)} for {method}",
            hint="Write bounds: [0.5, 2].",
        )
    low, high = (number("calibration.bounds", one) for one in given)
    return low, high


def _margin(entries: Entries) -> MarginPlan:
    column = entries.text("column")
    if entries.has("totals") == entries.has("total"):
        raise InputError(
            entries.place, expected="totals or total", got="both" if entries.has("total") else "neither",
            hint="totals for the categories of a column, total for the sum of a number.",
        )  # fmt: skip
    if entries.has("total"):
        found = MarginPlan(column, None, entries.number("total"))
    else:
        totals = entries.inner("totals")
        found = MarginPlan(column, {name: totals.number(name) for name in totals.content})
    entries.done()
    return found


def _replicates(entries: Entries) -> ReplicatePlan:
    kind = entries.word("kind", ReplicateKind)
    drawn = kind is ReplicateKind.BOOTSTRAP
    found = ReplicatePlan(
        kind=kind,
        count=entries.whole("count", least=2) if drawn else 0,
        seed=entries.whole("seed", least=0) if drawn else 0,
        fpc=entries.flag("fpc", default=True),
    )
    entries.done()
    return found


def _check_replicates(plan: Plan) -> None:
    if plan.replicates is None:
        return
    if plan.interval.df is Degrees.SATTERTHWAITE:
        raise InputError(
            "interval.df", expected="smaller or plain with replicates", got="satterthwaite",
            hint="Satterthwaite's degrees follow from linearised variances by stratum.",
        )  # fmt: skip
    if plan.differences:
        raise InputError(
            "differences", expected="no replicates beside them", got=str(plan.replicates.kind),
            hint="Differences are tested by linearised variances: take replicates away, or the differences.",
        )  # fmt: skip
    wanted = {request.estimand for request in plan.requests}
    if plan.replicates.kind is ReplicateKind.JKN and Estimand.QUANTILE in wanted:
        raise InputError(
            "replicates.kind", expected="bootstrap for quantiles", got="jkn",
            hint="The jackknife's variance of a quantile does not approach the true one in large samples.",
        )  # fmt: skip
