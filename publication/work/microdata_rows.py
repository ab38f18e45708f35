"""From a frozen dataset to the rows of an anonymised file: which columns go, what is put in their place."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isnan

from analytics.dataset import Frozen
from publication.disclosure.microdata import FRAME_KEYS, Chosen, Version, frame_counts, recode
from publication.disclosure.named_rows import emptied
from surveys.instrument.schema import DisclosureClass, Instrument, ItemType

REMOVED = {
    "pseudonym": "links a workplace over waves",
    "cluster": "points to the municipality",
    "employees": "the exact number points to the workplace",
    "level": "municipal or county: not among the variables that the risk is counted over",
    "stratum": "replaced by country, sector and size class",
    "stratum_population": "replaced by a weight that is equal for rows that look alike",
    "stratum_drawn": "replaced by a weight that is equal for rows that look alike",
    "inclusion_probability": "replaced by a weight that is equal for rows that look alike",
    "disposition": "only workplaces that answered are in the file",
    "responded": "only workplaces that answered are in the file",
    "cell": "adjustment cell: follows the stratum",
    "language": "narrows down the municipality",
    "county": "narrows down the municipality",
    "reminders": "how the answer came in, not what was answered",
    "days": "how the answer came in, not what was answered",
    "seconds": "how the answer came in, not what was answered",
    "follow_up": "how the answer came in, not what was answered",
    "follow_up_probability": "how the answer came in, not what was answered",
}


@dataclass(frozen=True)
class Source:
    """Respondents of a dataset as text, what may stay of them, and the frame counted by country, sector and size."""

    keys: tuple[Mapping[str, str], ...]  # quasi-identifiers of each respondent
    answers: tuple[Mapping[str, str], ...]
    columns: tuple[str, ...]  # answer columns that stay in the file
    quasi_items: tuple[str, ...]
    frame: Mapping[tuple[str, str, str], int]
    removed: tuple[tuple[str, str], ...]
    instrument: Instrument


def read_source(frozen: Frozen) -> Source:
    """Sort the columns by the disclosure class of their item; free text and identifying items never enter."""
    described = _described(frozen.manifest)
    design = [name for name, item in described if not item and name not in FRAME_KEYS]
    removed = [(name, REMOVED.get(name, "part of the design that the file does without")) for name in design]
    quasi: list[str] = []
    columns: list[str] = []
    for name, item in described:
        if not item:
            continue
        why = _why_removed(frozen.instrument, item)
        if why:
            removed.append((name, why))
        elif frozen.instrument.items[item].disclosure is DisclosureClass.QUASI_IDENTIFYING:
            quasi.append(name)
        else:
            columns.append(name)
    respondents = frozen.frame[frozen.frame["responded"].astype(bool)]
    rows = [{str(name): text(value) for name, value in row.items()} for row in respondents.to_dict("records")]
    return Source(
        keys=tuple({name: row[name] for name in (*FRAME_KEYS, *quasi)} for row in rows),
        answers=tuple({name: row[name] for name in columns} for row in rows),
        columns=tuple(columns),
        quasi_items=tuple(quasi),
        frame=frame_of(frozen.manifest),
        removed=tuple(removed),
        instrument=frozen.instrument,
    )


def _described(manifest: Mapping[str, object]) -> list[tuple[str, str]]:
    columns = manifest["columns"]
    if not isinstance(columns, list):
        raise TypeError("manifest.columns: expected a list. The dataset is not one of ours.")
    return [(str(column["name"]), str(column["item"])) for column in columns]


def frame_of(manifest: Mapping[str, object]) -> Counter[tuple[str, str, str]]:
    """Workplaces of the frame by country, sector and size class, whether their stratum is taken whole or not."""
    strata = manifest["strata"]
    if not isinstance(strata, list):
        raise TypeError("manifest.strata: expected a list. The dataset is not one of ours.")
    counted: Counter[tuple[str, str, str]] = Counter()
    for stratum in strata:
        counted[stratum["country"], stratum["sector"], stratum["size_class"]] += int(stratum["population"])
    return counted


def _why_removed(instrument: Instrument, item: str) -> str:
    found = instrument.items[item]
    if found.disclosure is DisclosureClass.IDENTIFYING:
        return "identifying"
    if found.type is ItemType.REGISTER:
        return "the exact value of the register points to the workplace"
    return "free text" if found.type is ItemType.TEXT else ""


def text(value: object) -> str:
    """A value as it stands in the file: empty for not asked, 1 and 0 for a choice, a whole number without a point."""
    if value is None or str(value) == "<NA>" or (isinstance(value, float) and isnan(value)):
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def written_rows(source: Source, chosen: Chosen) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Header and rows. Rows are put in the order of their own values, so that their place says nothing."""
    version = chosen.version
    on_frame = [tuple(_of(key, version, name) for name in version.keys if name in FRAME_KEYS) for key in source.keys]
    population, answered = frame_counts(source.frame, version), Counter(on_frame)
    rows = sorted(
        (
            *recode(key, version),
            f"{population[place] / answered[place]:.6f}",
            *(row[name] for name in source.columns),
        )
        for key, row, place in zip(source.keys, emptied(_rows(source, version), chosen.masks), on_frame, strict=True)
    )
    header = ("record", *version.keys, "weight", *source.columns)
    return header, [(str(number), *row) for number, row in enumerate(rows, start=1)]


def _rows(source: Source, version: Version) -> Iterator[Mapping[str, str]]:
    for key, answers in zip(source.keys, source.answers, strict=True):
        yield {**dict(zip(version.keys, recode(key, version), strict=True)), **answers}


def _of(key: Mapping[str, str], version: Version, name: str) -> str:
    return version.sizes.get(key[name], key[name]) if name == "size_class" else key[name]


def not_in_file(source: Source, header: Sequence[str]) -> tuple[str, ...]:
    return tuple(name for name in (*FRAME_KEYS, *source.quasi_items) if name not in header)
