"""What people answered to the probing questions of a pilot: to mend the questions, for nobody's results."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from surveys.models import Response, Wave

NOTHING: tuple[object, ...] = (None, "", [], {})


@dataclass(frozen=True)
class Probed:
    """One answer and the language in which it was given; of whom, and when, is not read."""

    value: object
    language: str


def probed(wave: Wave, keys: Iterable[str]) -> Mapping[str, list[Probed]]:
    """Item -> what was handed in, in one query; of a wave that is no pilot nothing.

    Each list is sorted by what the answers say: the order in which they came, and which answers to several questions
    are of the same person, is lost here.
    """
    found: dict[str, list[Probed]] = {key: [] for key in keys}
    handed_in = Response.objects.filter(sampled_unit__wave=wave, sampled_unit__wave__pilot=True, record__isnull=False)
    # Whole records: SQLite gives a text taken out of a document back as what it looks like, 1.50 as a number.
    for language, record in handed_in.order_by().values_list("language", "record").iterator(chunk_size=500):
        for key, answers in found.items():
            if (value := record.get(key)) not in NOTHING:
                answers.append(Probed(value, language))
    for answers in found.values():
        answers.sort(key=_in_order)
    return found


def _in_order(answer: Probed) -> tuple[str, str, str]:
    text = str(answer.value)
    return text.casefold(), text, answer.language
