"""The words that go with an export for R: what it is, what may be done with it, what is made again and what is not."""

from collections.abc import Mapping

FILES = """\
respondents.csv         one row a respondent: a number, country, sector, size class, whether of the part that all
                        countries asked, stratum of the frame, variance stratum and its population N_h, weight before
                        and after calibration (the same without one);
                        then a column for each measure (its value inside the base, nothing outside it), for each score
                        of an index, and the closed answers behind them
respondents_before.csv  the same of the wave before, when there is one; the same number is the same workplace
strata.csv              one row a stratum of the frame: population, drawn, eligible, respondents, the response cell
                        and the variance stratum that it went into, and who carries it where nobody was drawn
response_classes.csv    in a run with classes of propensity: eligible drawn units of each class and stratum
measures.csv            what each column of a measure means, as rules over the answers
components.csv          the parts of each index: line to the index's scale, weights, mean of the pillars
estimates.csv           our figures, as the run stored them; df_plain is PSUs less strata, the degrees of R's degf()
about.csv               what the script must know of the run's parameters
rebuild.R               makes the figures again from the files above, with R and its package survey
rebuilt.csv             written by the script: our figures beside R's
"""
IMPUTED = "imputed"
REASONS = {
    IMPUTED: "indices pooled over completed data sets, and changes and differences of them: drawn at random",
    "association": "average marginal effects of a logistic regression; `survey::svyglm` fits it with the same design",
    "alpha": "reliability of a scale: `survey::svycralpha` gives the coefficient without our standard error",
    "omega": "reliability of a scale, from a one-factor model",
    "item_rest": "correlation of an item with the rest of its scale",
    "index_replicated": "bootstrap with the non-response step made again: other random numbers, other figures",
    "alpha_replicated": "as index_replicated",
    "omega_replicated": "as index_replicated",
    "trend": "a line through three waves or more: answers of waves before the one before are not in the folder",
    "small_area": "modelled shares of counties and municipalities; the areas would be needed, and they point to places",
    "index_sampling": "Monte Carlo over samples",
    "index_choices": "Monte Carlo over the choices behind an index",
    "index_both": "Monte Carlo over samples and choices",
    "index_above": "Monte Carlo: how often one country is above another",
    "rank_shift": "Monte Carlo: how far ranks move",
    "sobol_first": "sensitivity of an index to its choices",
    "sobol_total": "sensitivity of an index to its choices",
}
OTHER = "no share, balance, mean, index, change or difference of countries"
HOW = {
    "index": "the mean of scores, or by svycontrast a function of totals",
    "change": "each wave by survey, the covariance of those who answered in both by its formula in the script",
    "common_part": "the domain of who is of the part that all countries asked",
    "difference": "two countries, sampled apart, in the common part where one asked others too",
}
COLUMNS = """\
Of a figure that is made again these are not: effective number of answers, design effect, share without an answer,
p-values, verdicts and intervals of ranks.
"""
PERSONAL = """\
THIS FOLDER HOLDS THE ANSWERS OF RESPONDENTS, one row each. It is for staff. There are no names, addresses, pseudonyms,
municipalities or free text in it, and still a row may point to a workplace: keep it where others cannot read it, pass
it on to nobody, delete it after the check. The published microdata file is another one, and safe to pass on.
"""


def readme(
    *,
    run: str,
    wave: str,
    before: str | None,
    constructed: bool,
    hashes: Mapping[str, str],
    made_again: Mapping[str, int],
    left_out: Mapping[str, int],
) -> str:
    """README.txt of an export."""
    parts = [f"Run {run} of wave {wave}" + (f", with changes from wave {before}" if before else "") + ", for R."]
    if constructed:
        parts.append("CONSTRUCTED: the answers are made by a program. No figure says anything of a real workplace.")
    parts += [PERSONAL, _files(before), "Check: Rscript rebuild.R (status 0: every figure was made again).\n"]
    parts.append(_list("Made again by the script", made_again, HOW))
    parts.append(COLUMNS)
    parts.append(
        _list("Not made again", left_out, REASONS, OTHER) if left_out else "Every estimand of the run is made again.\n"
    )
    known = {name: value for name, value in hashes.items() if value}
    width = max(map(len, known))
    parts.append("Made from:\n" + "".join(f"  {name:<{width}}  {value}\n" for name, value in known.items()))
    return "\n".join(part if part.endswith("\n") else f"{part}\n" for part in parts)


def _files(before: str | None) -> str:
    if before:
        return FILES
    head, _, rest = FILES.partition("respondents_before.csv")
    return head + rest[rest.index("strata.csv") :]


def _list(title: str, counts: Mapping[str, int], words: Mapping[str, str], other: str = "") -> str:
    lines = [f"  {name:<17} {count:>6}  {words.get(name, other)}".rstrip() for name, count in sorted(counts.items())]
    return "\n".join([f"{title} (estimand, number of figures):", *lines, ""])
