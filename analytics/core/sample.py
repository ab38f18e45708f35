"""A frozen wave as arrays: the drawn units with their strata, and the respondents with their answers.

Rows are put in the order of country and pseudonym first, so that no result depends on how the rows came.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.core.answer_columns import counted_options, status_name
from analytics.core.arrays import Codes, Floats, Mask
from analytics.core.columns import Column, Multi, Number, Text, single, status
from analytics.core.conditions import Respondents
from surveys.instrument.schema import NUMERIC, Instrument, Item, ItemType

SIZE_CLASSES = ("small", "medium", "large")
INELIGIBLE = "ineligible"
ANSWERED, FOLLOWED_UP = "answered", "drawn"  # how a unit stood when a follow-up of non-respondents was drawn

Texts = npt.NDArray[np.object_]


@dataclass(frozen=True)
class StratumOfFrame:
    """A stratum as the manifest of the dataset holds it: also those of which nobody was drawn or answered."""

    key: str
    country: str
    sector: str
    size_class: str
    population: int
    drawn: int
    take_all: bool = False


@dataclass(frozen=True, eq=False)
class Sample:
    """Drawn units (m) and respondents (n) of a wave.

    stratum i8[m] into `strata`, responded and eligible bool[m]; level of government and county [m] of the drawn units,
    empty where the frame does not know them; follow_up [m]: how each stood when the follow-up of non-respondents of its
    country was drawn (answered, ineligible, declined, drawn or not_drawn), nothing where there was none.
    Of the respondents, in the order of their rows among the drawn units: ids, country, level, sector, size_class,
    county, cluster (municipality) and language [n]; reminders sent before the answer, days since the wave opened and
    seconds of answering f8[n], NaN where it is not known.
    """

    strata: tuple[StratumOfFrame, ...]
    stratum: Codes
    responded: Mask
    eligible: Mask
    drawn_level: Texts
    drawn_county: Texts
    follow_up: Texts
    ids: Texts
    country: Texts
    level: Texts
    sector: Texts
    size_class: Texts
    county: Texts
    cluster: Texts
    language: Texts
    reminders: Floats
    days: Floats
    seconds: Floats
    respondents: Respondents

    @property
    def countries(self) -> tuple[str, ...]:
        return tuple(sorted({stratum.country for stratum in self.strata}))

    @property
    def sectors(self) -> tuple[str, ...]:
        return tuple(sorted({stratum.sector for stratum in self.strata}))

    @property
    def keys(self) -> Codes:
        """i8[H, 4]: country, sector, size class, taken whole or not: from the coarsest to the finest, for merging."""
        rows = [
            (
                self.countries.index(stratum.country),
                self.sectors.index(stratum.sector),
                SIZE_CLASSES.index(stratum.size_class),
                int(stratum.take_all),
            )
            for stratum in self.strata
        ]
        return np.array(rows, dtype=np.int64).reshape(len(rows), 4)

    @property
    def eligible_populations(self) -> Floats:
        """f8[H]: N_h times the share of the drawn units that belong to the population."""
        drawn = np.bincount(self.stratum, minlength=len(self.strata))
        belong = np.bincount(self.stratum[self.eligible], minlength=len(self.strata))
        held = np.array([stratum.population for stratum in self.strata], dtype=np.float64)
        share = np.divide(belong, drawn, out=np.ones(len(held)), where=drawn > 0)
        found: Floats = held * share
        return found


def read(frame: pd.DataFrame, strata: Sequence[Mapping[str, object]], instrument: Instrument) -> Sample:
    """Arrays from the rows of a dataset and the strata of its manifest."""
    rows = frame.sort_values(["country", "pseudonym"], kind="stable", ignore_index=True)
    known = tuple(
        sorted((StratumOfFrame(**entry) for entry in strata), key=lambda stratum: stratum.key)  # type: ignore[arg-type]
    )
    position = {stratum.key: code for code, stratum in enumerate(known)}
    responded = rows["responded"].to_numpy(dtype=np.bool_)
    answered = rows[responded]
    return Sample(
        strata=known,
        stratum=np.array([position[key] for key in rows["stratum"]], dtype=np.int64),
        responded=responded,
        eligible=responded | (rows["disposition"] != INELIGIBLE).to_numpy(dtype=np.bool_),
        drawn_level=_of_frame(rows, "level"),
        drawn_county=_of_frame(rows, "county"),
        follow_up=_of_frame(rows, "follow_up"),
        ids=_texts(answered["pseudonym"]),
        country=_texts(answered["country"]),
        level=_texts(answered["level"]),
        sector=_texts(answered["sector"]),
        size_class=_texts(answered["size_class"]),
        county=_of_frame(answered, "county"),
        cluster=_texts(answered["cluster"]),
        language=_texts(answered["language"]),
        reminders=_numbers(answered, "reminders"),
        days=_numbers(answered, "days"),
        seconds=_numbers(answered, "seconds"),
        respondents=Respondents(
            size=len(answered),
            columns={
                item.key: _column(answered, item)
                for item in instrument.items.values()
                if item.type is not ItemType.INFO
            },
            background=_background(answered, instrument),
            conditions=instrument.conditions,
        ),
    )


def _column(rows: pd.DataFrame, item: Item) -> Column:
    state = _texts(rows[status_name(item)])
    if item.type is ItemType.SINGLE:
        return single(state, [option.code for option in counted_options(item)])
    if item.type in (ItemType.MULTI, ItemType.RANK):
        columns = {option.code: rows[f"{item.key}.{option.code}"] for option in counted_options(item)}
        ranked = item.type is ItemType.RANK
        chosen = {code: _flags(column.notna() if ranked else column) for code, column in columns.items()}
        return Multi(status(state), chosen)
    if item.value_type in NUMERIC:
        return Number(rows[item.key].to_numpy(dtype=np.float64, na_value=np.nan), status(state))
    return Text(status(state))


def _background(rows: pd.DataFrame, instrument: Instrument) -> dict[str, Column]:
    """What the dataset keeps of the variables that rules may use; numbers as numbers, all else as codes."""
    found: dict[str, Column] = {}
    for name in instrument.background:
        if name not in rows:
            continue
        if name == "employees":
            values = rows[name].to_numpy(dtype=np.float64)
            found[name] = Number(values, np.zeros(len(values), dtype=np.int8))
        else:
            texts = _texts(rows[name])
            found[name] = single(texts, sorted(set(texts)))
    return found


def _numbers(rows: pd.DataFrame, name: str) -> Floats:
    """NaN for what is not known; a dataset from before the column was kept knows nothing of it."""
    if name not in rows:
        return np.full(len(rows), np.nan)
    found: Floats = rows[name].to_numpy(dtype=np.float64, na_value=np.nan)
    return found


def _texts(column: "pd.Series[str]") -> Texts:
    found: Texts = column.astype(object).where(column.notna(), None).to_numpy()
    return found


def _of_frame(rows: pd.DataFrame, name: str) -> Texts:
    """Empty for what is not known; a dataset from before the column was kept knows nothing of it."""
    return _texts(rows[name]) if name in rows else np.full(len(rows), "", dtype=object)


def _flags(column: "pd.Series[bool]") -> Mask:
    found: Mask = column.to_numpy(dtype=np.bool_, na_value=False)
    return found
