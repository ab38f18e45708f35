"""Codes of a run in words: flags, estimands, domains, checks, verdicts."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from surveys.models import Country, Level, Sector, SizeClass

Words = Mapping[str, str | Promise]

FLAGS: Words = {
    # no value, or no interval
    "empty_domain": _("nobody answered here"),
    "no_answers": _("nobody answered the question"),
    "nobody_asked": _("nobody was asked"),
    "one_answer": _("one answer"),
    "zero_denominator": _("a ratio to nothing"),
    "lonely_stratum": _("a stratum with one respondent"),
    "no_degrees_of_freedom": _("too few answers for an interval"),
    "missing_part": _("a part has no value"),
    "undefined": _("no value or no standard error"),
    "undefined_replicate": _("no value in some replicate"),
    # what a reader must know of the value
    "zero_spread": _("all answers alike"),
    "known": _("everybody answered: no sampling error"),
    "out_of_range": _("a limit lies beyond the answers"),
    "missing_caution": _("many did not answer"),
    "imputed": _("gaps filled by multiple imputation"),
    "not_imputed": _("too few complete answers to fill gaps from"),
    # comparisons
    "independent_waves": _("no workplaces in common with the wave before"),
    "covariance_unusable": _("covariance of the panel left out"),
    "item_changed": _("the question has changed"),
    "broken": _("the question has changed so much that the waves cannot be compared"),
    "reworded": _("the question has been reworded"),
    "recoded": _("the answers have been coded anew"),
    "not_declared_comparable": _("not declared comparable"),
    "no_earlier_value": _("no value in the wave before"),
    "common_part": _("compared in the part that all countries asked"),
    "other_unit": _("another unit was asked"),
    "other_population": _("another population: other levels of government or sectors"),
    "other_scale": _("another questionnaire"),
    "other_reference_period": _("another reference period"),
    "not_invariant": _("countries read the items differently: means are not compared"),
    "partly_invariant": _("countries read some items differently"),
    # trends
    "few_waves": _("fewer than three waves with a value"),
    "singular_covariance": _("a wave without sampling error, or waves that say the same"),
    "no_slope": _("the question changed in every wave: no two can be compared"),
    "no_check": _("too few waves to see whether a line fits"),
    "waves_left_out": _("waves without a value left out"),
    "level_shift": _("the question changed on the way: only waves that asked alike count for the slope"),
    "waves_not_in_order": _("the periods of the waves do not follow each other"),
    # precision
    "precision_caution": _("use with care"),
    "precision_withhold": _("too imprecise to show"),
    "few_answers": _("few answers"),
    "few_effective_answers": _("few answers, allowing for the design"),
    "wide_interval": _("wide interval"),
    "wide_relative_interval": _("interval wide for so small a share"),
    "wide_relative_interval_of_complement": _("interval wide for so small a rest"),
    "high_cv": _("high coefficient of variation"),
    "nobody_or_all": _("nobody, or all"),
    "few_degrees_of_freedom": _("the standard error is itself uncertain"),
    "use_with_care": _("rather high coefficient of variation"),
    # scales
    "below_threshold": _("below the usual threshold"),
    "no_complete_rows": _("nobody answered every item"),
    "many_missing": _("many left an item out"),
    "no_spread": _("the same for everybody"),
    "constant_item": _("an item that all answered alike"),
    "reversed_item": _("an item runs against the rest: check its codes"),
    "too_few_items": _("fewer than three items"),
    "singular_group": _("too few answers for a model, or items that say the same"),
    "not_converged": _("the model was not fitted"),
    "heywood": _("the fit has a variance below zero: doubtful"),
    "saturated": _("three items: the model fits by construction"),
    "no_rows": _("a group has no answers that can be used"),
    "empty_group": _("a group has no answers that can be compared"),
    "no_rest_spread": _("a group answers all the other items alike"),
    "separated": _("groups hardly overlap"),
    "no_anchors": _("too few items are left to compare by"),
    "not_stable": _("which items differ could not be settled: all in doubt are named"),
    # models of areas, indices of countries
    "model_based": _("from a model"),
    "not_public": _("not public: a named municipality"),
    "synthetic": _("from the model alone"),
    "no_sample": _("nobody of the area answered"),
    "model_dominated": _("more from the model than from answers"),
    "out_of_bounds": _("outside 0 to 100 per cent"),
    "mse_undefined": _("no interval from the model"),
    "too_few_areas": _("too few areas with an answer for a model"),
    "no_model": _("no model could be fitted"),
    "component_missing": _("a component has no value"),
    # associations
    "base": _("what the others are compared with"),
    "thin": _("few answers with it, or few without"),
}

ESTIMANDS: Words = {
    "share": _("Share, per cent"),
    "driver": _("Promoted, per cent"),
    "barrier": _("Hindered, per cent"),
    "no_opinion": _("Don't know or not relevant, per cent"),
    "net_balance": _("Net balance, percentage points"),
    "index": _("Index, 0 to 100"),
    "alpha": _("Alpha"),
    "omega": _("Omega"),
    "item_rest": _("Correlation with the other items"),
    "index_replicated": _("Index, 0 to 100"),
    "alpha_replicated": _("Alpha"),
    "omega_replicated": _("Omega"),
    "index_sampling": _("The sample"),
    "index_choices": _("The choices"),
    "index_both": _("Both"),
    "index_above": _("Draws in which it is above, per cent"),
    "sobol_first": _("Alone, per cent"),
    "sobol_total": _("With the others, per cent"),
    "rank_shift": _("Average shift of ranks"),
    "small_area": _("Share, per cent"),
    "association": _("What goes with it"),
    "change": _("Change since the wave before"),
    "common_part": _("In the part that all countries asked"),
    "trend": _("Trend over waves"),
    "difference": _("Difference between countries"),
}

VERDICTS: Words = {
    "higher": _("Higher"),
    "lower": _("Lower"),
    "not_distinguishable": _("Not distinguishable"),
    "not_comparable": _("Not comparable"),
}

TRENDS: Words = {
    "higher": _("Rising"),
    "lower": _("Falling"),
    "not_distinguishable": _("Neither rising nor falling beyond chance"),
    "not_comparable": _("No trend"),
}

CHECKS: Words = {
    "rows_of_the_dataset": _("The dataset has as many units as its manifest says."),
    "respondents_of_the_dataset": _("As many answered as the manifest says."),
    "drawn_of_each_stratum": _("Of every stratum as many were drawn as the manifest says."),
    "drawn_within_the_frame": _("Of no stratum more were drawn than the frame holds."),
    "weights_are_positive": _("Every final weight is above zero."),
    "weights_add_up": _("Final weights add up to the units that they stand for."),
    "estimates_once": _("Every estimate is there once."),
    "reason_for_no_value": _("Where an estimate has no value, a remark says why."),
    "values_on_their_scale": _("Shares are between 0 and 1, balances between -1 and 1."),
    "values_in_their_intervals": _("Every estimate lies in its interval."),
    "comparisons_once": _("Of all rows of the run, each is there once."),
    "comparisons_have_a_verdict": _("Every change, trend and difference has a verdict."),
    "ranks_in_order": _("Every rank interval goes from low to high."),
    "compared_in_their_intervals": _("Of all rows of the run, every value lies in its interval."),
}

MERGE_REASONS: Words = {
    "no_respondents": _("no respondents"),
    "few_respondents": _("few respondents"),
    "large_factor": _("a large non-response factor"),
    "nobody_drawn": _("nobody drawn"),
}

FRAME_VARIABLES: Words = {
    "sector": _("Sector"),
    "size_class": _("Size class"),
    "level": _("Level of government"),
    "county": _("County"),
}

LEFT_OUT: Words = {
    "unknown": _("the frame does not know it for all drawn units"),
    "one_category": _("one category is left"),
    "all_or_none": _("all or none answered"),
    "separated": _("in a combination of categories all or none answered"),
}

SOURCES: Words = {
    "imputation": _("Filling of gaps"),
    "normalisation": _("Scale of the components"),
    "aggregation": _("Kind of mean"),
    "dropped": _("One component left out"),
    "weights": _("Weights of the components"),
    "sampling": _("The sample"),
}

LEVELS: Words = {
    "none": _("no common form"),
    "configural": _("the same form"),
    "metric": _("the same loadings"),
    "partial_scalar": _("the same intercepts but for the items named"),
    "scalar": _("the same intercepts"),
    "undefined": _("no model could be fitted"),
}

DIF_VERDICTS: Words = {"moderate": _("moderate"), "large": _("large")}


def flag_name(flag: str) -> str:
    return str(FLAGS.get(flag, flag))


def sector_name(sector: str) -> str:
    if not sector:
        return str(_("All sectors"))
    return str(Sector(sector).label) if sector in Sector.values else sector


def domain_name(sector: str, size_class: str, area: str = "") -> str:
    """The part of a country that a figure is of: a county, a sector, a size class, both, or all of it."""
    if area:
        return area.partition(":")[2]
    size = str(SizeClass(size_class).label) if size_class in SizeClass.values else size_class
    if size and sector:
        return f"{sector_name(sector)}, {size}"
    return size or sector_name(sector)


def category_name(variable: str, category: str) -> str:
    """A category of a frame variable; a county has its own name."""
    known = {"sector": Sector, "size_class": SizeClass, "level": Level}.get(variable)
    return str(known(category).label) if known is not None and category in known.values else category


def verdict_name(verdict: str) -> str:
    return word(VERDICTS, verdict)


def country_name(country: str) -> str:
    return str(Country(country).label) if country in Country.values else country


def word(words: Words, code: str) -> str:
    """The word for the code; the code itself where a later version of the code has none yet."""
    return str(words.get(code, code))
