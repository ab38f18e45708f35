"""What every constructed workplace would answer in a wave: columns, and one answers document a workplace.

Columns come first, so that their shares meet the targets exactly over the whole population; a document is what one
workplace is asked of them, after the routing of the workplace instrument.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from barometer.demo import assumptions, wording
from barometer.demo.calibrate import Bools, Floats, Several, several, top
from barometer.demo.frames import SEED
from barometer.demo.population import Standing, Units
from barometer.demo.questions import (
    CHANNELS,
    FACTORS,
    FUNDING,
    LEFT_OPEN,
    ONE_CHOICE,
    PARTNERS,
    PHASES,
    SPREAD_HOW,
    STARTERS,
    STATEMENTS,
    TYPES,
    UNFINISHED_TYPES,
    UNKNOWN,
    VALUES,
)

Codes = NDArray[np.str_]


@dataclass(frozen=True)
class Answers:
    """One wave: codes of questions with one choice, choices of questions with several, both one entry a workplace."""

    units: Units
    standing: Standing
    one: Mapping[str, Codes]
    many: Mapping[str, Mapping[str, Bools]]
    count: NDArray[np.int64]
    newest: NDArray[np.int64]  # place in wording.NEWEST
    left_open: Mapping[str, Bools]


class Questionnaire:
    """Fills the columns of one wave, question by question."""

    def __init__(self, population: Units, standing: Standing, *, seed: int = SEED) -> None:
        self.group, self.wave, self.standing = population.group, standing.wave, standing
        self.draw = np.random.default_rng([seed, 3, int(standing.wave)])
        self.number = len(population.rows)
        self.lean = assumptions.value("latent.loading") * standing.propensity
        self.one: dict[str, Codes] = {}
        self.many: dict[str, dict[str, Bools]] = {}

    def score(self, *, leaning: bool = True) -> Floats:
        noise = self.draw.standard_normal(self.number)
        return noise + self.lean if leaning else noise

    def shares(self, parameter: str) -> tuple[float, ...]:
        return assumptions.by_group(parameter, self.wave)

    def single(self, item: str, base: Bools) -> Codes:
        """A question with one choice, asked of `base`; empty for all others."""
        *named, rest = ONE_CHOICE[item]
        codes = np.where(base, rest, "").astype("U32")
        free = base.copy()
        for option in named:
            parameter = f"{item}.{option}"
            score = self.score(leaning=False)
            chosen = top(score, self.shares(parameter), base=base, group=self.group, among=free, name=parameter)
            codes[chosen] = option
            free &= ~chosen
        self.one[item] = codes
        return codes

    def choices(self, question: Several, base: Bools, *, key: str | None = None) -> dict[str, Bools]:
        """A question with several choices, asked of `base`."""
        options = (*question.alone, *question.options)
        scores = {option: self.score() for option in options}
        shares = {option: self.shares(f"{question.item}.{option}") for option in options}
        found = several(question, scores, shares, base=base, group=self.group)
        self.many[key or question.item] = found
        return found


def answers(population: Units, standing: Standing, *, seed: int = SEED) -> Answers:
    """The answers of every workplace in a wave, whether it would return them or not."""
    sheet = Questionnaire(population, standing, seed=seed)
    everyone = np.ones(sheet.number, dtype=bool)
    innovators = standing.innovative
    introduced(sheet, innovators)
    for item in ("respondent_role", "stopped"):
        sheet.single(item, everyone)
    sheet.single("contact_consent", innovators)
    unfinished = sheet.single("unfinished", ~innovators) == "yes"
    sheet.choices(UNFINISHED_TYPES, unfinished)
    newest_innovation(sheet, innovators)
    factors(sheet, "unfinished_factors", unfinished)
    factors(sheet, "factors", innovators)
    culture(sheet, everyone)
    beyond = assumptions.value("innovations_count.mean_beyond_first")
    count = np.minimum(1 + sheet.draw.poisson(beyond * np.exp(0.3 * standing.propensity)), 50)
    newest = sheet.draw.integers(0, wording.NEWEST_NUMBER, sheet.number)
    missing = assumptions.value("response.item_missing")
    left_open = {item: sheet.draw.random(sheet.number) < missing for item in LEFT_OPEN}
    return Answers(population, standing, sheet.one, sheet.many, count, newest, left_open)


def introduced(sheet: Questionnaire, innovators: Bools) -> None:
    """The four types of innovation: each meets its share of all workplaces, every innovator has at least one."""
    everyone = np.ones(sheet.number, dtype=bool)
    scores = {kind: sheet.score() for kind in TYPES}
    none_yet = innovators.copy()
    for kind in TYPES:
        score = np.where(none_yet, np.inf, scores[kind]) if kind == TYPES[-1] else scores[kind]
        shares = sheet.shares(f"types.{kind}")
        chosen = top(score, shares, base=everyone, group=sheet.group, among=innovators, name=f"types.{kind}")
        if kind == TYPES[-1]:
            chosen |= none_yet
        none_yet &= ~chosen
        unsure = ~chosen & (sheet.draw.random(sheet.number) < assumptions.value("types.dont_know"))
        sheet.one[f"types.{kind}"] = np.where(chosen, "yes", np.where(unsure, "dont_know", "no"))


def newest_innovation(sheet: Questionnaire, innovators: Bools) -> None:
    """Everything that is asked about the newest innovation."""
    newest_types(sheet, innovators)
    novelty = sheet.single("novelty", innovators)
    sheet.choices(CHANNELS, np.isin(novelty, ("adapted", "copied")))
    for item in ("practice", "core_task", "purpose", "technology", "evaluation"):
        sheet.single(item, innovators)
    sheet.choices(Several("initiators", STARTERS, UNKNOWN, most=3), innovators)
    sheet.choices(Several("decisive", STARTERS, UNKNOWN, most=3), innovators)
    partners = sheet.choices(Several("partners", PARTNERS, ("none", "dont_know")), innovators)
    for partner in PARTNERS:
        sheet.choices(PHASES, partners[partner], key=f"phases.{partner}")
    sheet.choices(FUNDING, innovators)
    sheet.choices(VALUES, innovators)
    spread = sheet.single("spread", innovators)
    sheet.choices(SPREAD_HOW, spread == "yes")
    sheet.single("procurement", partners["private_companies"])


def newest_types(sheet: Questionnaire, innovators: Bools) -> None:
    """The types of the newest innovation, out of those introduced: one, or two for the share with several."""
    introduced = np.stack([sheet.one[f"types.{kind}"] == "yes" for kind in TYPES])
    ranked = np.argsort(np.where(introduced, -sheet.draw.random(introduced.shape), 2.0), axis=0)
    two = top(
        sheet.score(),
        sheet.shares("several_types"),
        base=innovators,
        group=sheet.group,
        among=innovators & (introduced.sum(axis=0) > 1),
        name="several_types",
    )
    unsure = top(
        sheet.score(leaning=False),
        sheet.shares("newest_types.dont_know"),
        base=innovators,
        group=sheet.group,
        among=innovators & ~two,
    )
    known = innovators & ~unsure
    chosen = {kind: (known & (ranked[0] == place)) | (two & (ranked[1] == place)) for place, kind in enumerate(TYPES)}
    sheet.many["newest_types"] = {**chosen, "dont_know": unsure}


def factors(sheet: Questionnaire, battery: str, base: Bools) -> None:
    """What promoted or hindered: both meet their shares; the rest do not know or find the factor not relevant."""
    lift = np.array(sheet.shares("factors.lift"))
    if battery != "factors":
        lift = lift + assumptions.value(f"{battery}.lift")
    mood = 0.5 * sheet.score()
    high = assumptions.value("factors.high_degree")
    for factor in FACTORS:
        name = f"factors.{factor}"
        score = mood + sheet.score(leaning=False)
        fixed = battery == "factors"
        promoted_shares = lifted(f"{name}.promoted", sheet.wave, lift, fixed=fixed)
        hindered_shares = lifted(f"{name}.hindered", sheet.wave, -lift / 2, fixed=fixed)
        promoted = top(score, promoted_shares, base=base, group=sheet.group, name=f"{name}.promoted")
        if name == "factors.employees_participation" and battery == "factors":
            promoted = with_key_role(sheet, score, promoted, base)
        rest = base & ~promoted
        hindered = top(-score, hindered_shares, base=base, group=sheet.group, among=rest, name=f"{name}.hindered")
        unsure = assumptions.value(f"{name}.dont_know") / (0.02 + max(0.0, 1 - promoted_shares[0] - hindered_shares[0]))
        unknown = rest & ~hindered & (sheet.draw.random(sheet.number) < unsure)
        strong = sheet.draw.random(sheet.number) < high
        codes = np.where(base, "not_relevant", "").astype("U32")
        codes[promoted] = np.where(strong[promoted], "promoted_high", "promoted_some")
        codes[hindered] = np.where(strong[hindered], "hindered_high", "hindered_some")
        codes[unknown] = "dont_know"
        sheet.one[f"{battery}.{factor}"] = codes


def lifted(parameter: str, wave: str, lift: Floats, *, fixed: bool) -> list[float]:
    """Shares of each group moved by the lift of its country and wave; with `fixed`, published ones stay."""
    rows = [assumptions.find(parameter, country=c, sectors=s, wave=wave) for c, s in assumptions.GROUPS]
    return [
        row.value if fixed and row.basis == "published" else min(max(row.value + move, 0.01), 0.92)
        for row, move in zip(rows, lift, strict=True)
        if row is not None
    ]


def with_key_role(sheet: Questionnaire, score: Floats, promoted: Bools, base: Bools) -> Bools:
    """Where the share with employees in a key role is a target: the same number promoted, spread to meet it."""
    started = sheet.many["initiators"]["employees"]
    chosen = promoted.copy()
    for number, share in enumerate(sheet.shares("employees_key_role")):
        inside = base & (sheet.group == number)
        if np.isnan(share):
            continue
        with_start, without = inside & started, inside & ~started
        extra = int(np.floor(share * inside.sum() + 0.5)) - int(with_start.sum())
        chosen[inside] = False
        for pool, wanted in ((without, extra), (with_start, int((promoted & inside).sum()) - extra)):
            members = np.flatnonzero(pool)
            if not 0 <= wanted <= len(members):
                raise ValueError(f"employees_key_role: {wanted} units asked for, {len(members)} to choose.")
            chosen[members[np.argsort(-score[members], kind="stable")[:wanted]]] = True
    return chosen


def culture(sheet: Questionnaire, everyone: Bools) -> None:
    """Statements on the workplace, asked of all."""
    for statement in STATEMENTS:
        name = f"culture.{statement}"
        agrees = top(sheet.score(), sheet.shares(f"{name}.agree"), base=everyone, group=sheet.group, name=name)
        draw, strong = sheet.draw.random(sheet.number), sheet.draw.random(sheet.number)
        unknown = assumptions.value(f"{name}.dont_know") / (1 - assumptions.value(f"{name}.agree"))
        irrelevant = unknown + assumptions.value(f"{name}.not_relevant") / (1 - assumptions.value(f"{name}.agree"))
        agreed = np.where(strong < assumptions.value(f"{name}.fully_of_agree"), "fully_agree", "partly_agree")
        against = np.where(strong < assumptions.value("culture.fully_of_disagree"), "fully_disagree", "partly_disagree")
        other = np.where(draw < unknown, "dont_know", np.where(draw < irrelevant, "not_relevant", against))
        sheet.one[name] = np.where(agrees, agreed, other)


def document(filled: Answers, place: int) -> dict[str, object]:
    """What one workplace answers: item key to code, list of codes, number or text, and nothing it is not asked."""
    return dict(entries(filled, place))


def entries(filled: Answers, place: int) -> Iterator[tuple[str, object]]:
    for item, codes in filled.one.items():
        code = str(codes[place])
        if code and not (item in filled.left_open and filled.left_open[item][place]):
            yield item, code
    for item, options in filled.many.items():
        chosen = [option for option, column in options.items() if column[place]]
        if chosen:
            yield item, chosen
    if filled.standing.innovative[place]:
        language = filled.units.rows[place].language
        yield "innovations_count", int(filled.count[place])
        yield "newest_name", wording.NEWEST[language][int(filled.newest[place])]
