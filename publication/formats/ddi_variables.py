"""The columns of a data file as DDI variables, from the codebook of the instrument."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, SubElement

from publication.formats.xml_writing import LANGUAGE, add, add_each
from surveys.instrument.codebook import CodebookEntry
from surveys.instrument.schema import ItemType

Texts = Mapping[str, str]

NUMBERS = (ItemType.NUMBER, ItemType.YEAR, ItemType.PERCENT)
ANSWERED, NO_ANSWER = "answered", "no_answer"


@dataclass(frozen=True)
class DdiCategory:
    """A code of a column; `missing` for what stands for no opinion or no answer."""

    code: str
    labels: Texts
    missing: bool = False


@dataclass(frozen=True)
class DdiVariable:
    """A column. `question` is the wording in each language, `asked_when` the rule under which it was put."""

    name: str
    labels: Texts
    question: Texts = field(default_factory=dict)
    instruction: Texts = field(default_factory=dict)
    categories: tuple[DdiCategory, ...] = ()
    numeric: bool = False
    asked_when: str = ""
    weight: bool = False


@dataclass(frozen=True)
class AnswerWords:
    """What the codes that belong to no option mean, each in every language."""

    chosen: Texts
    not_chosen: Texts
    answered: Texts
    no_answer: Texts


def variables_of(
    codebooks: Mapping[str, Sequence[CodebookEntry]],
    columns: Sequence[str],
    *,
    words: AnswerWords,
    own: Mapping[str, DdiVariable],
) -> tuple[DdiVariable, ...]:
    """The variables in the order of the columns. `own` describes those that come from no question.

    Raises:
        ValueError: the languages' codebooks have different items, or nothing describes a column.
    """
    described = {**_answers(codebooks, words), **own}
    unknown = [column for column in columns if column not in described]
    if unknown:
        raise ValueError(
            f"columns: expected items of the codebook or own columns, got {', '.join(unknown)}. Describe them in own."
        )
    return tuple(described[column] for column in columns)


def _answers(codebooks: Mapping[str, Sequence[CodebookEntry]], words: AnswerWords) -> dict[str, DdiVariable]:
    keys = {language: [entry.key for entry in entries] for language, entries in codebooks.items()}
    if len({tuple(names) for names in keys.values()}) > 1:
        raise ValueError(f"codebooks: expected the same items in {', '.join(keys)}. Take them of one instrument.")
    found: dict[str, DdiVariable] = {}
    for entries in zip(*codebooks.values(), strict=True):
        by_language = dict(zip(codebooks, entries, strict=True))
        for column in entries[0].columns:
            found[column] = _variable(column, by_language, words)
    return found


def _variable(column: str, entries: Mapping[str, CodebookEntry], words: AnswerWords) -> DdiVariable:
    entry = next(iter(entries.values()))
    question = {language: one.question for language, one in entries.items()}
    option = column.removeprefix(f"{entry.key}.") if column != entry.key else ""
    labels: Texts = question
    codes: tuple[DdiCategory, ...]
    if option:
        labels = {language: f"{one.question}: {_label(one, option)}" for language, one in entries.items()}
        codes = (DdiCategory("1", words.chosen), DdiCategory("0", words.not_chosen))
    elif entry.type is ItemType.MULTI:
        codes = (DdiCategory(ANSWERED, words.answered),)
    else:
        codes = tuple(
            DdiCategory(value.code, {name: _label(one, value.code) for name, one in entries.items()}, value.missing)
            for value in entry.values
        )
    return DdiVariable(
        name=column,
        labels=labels,
        question=question,
        instruction={language: one.help for language, one in entries.items() if one.help},
        categories=(*codes, DdiCategory(NO_ANSWER, words.no_answer, missing=True)),
        numeric=entry.type in NUMBERS,
        asked_when=entry.asked_when,
    )


def _label(entry: CodebookEntry, code: str) -> str:
    return next(value.label for value in entry.values if value.code == code)


def add_variables(data: Element, variables: Sequence[DdiVariable]) -> None:
    """The variables as `var` elements of `dataDscr`.

    Raises:
        ValueError: two variables have one name.
    """
    names = [variable.name for variable in variables]
    if len(set(names)) != len(names):
        raise ValueError(f"variables: expected each name once, got {names}. Describe a column once.")
    for number, variable in enumerate(variables, start=1):
        _add_variable(data, variable, f"V{number}")


def _add_variable(data: Element, variable: DdiVariable, number: str) -> None:
    kind = "numeric" if variable.numeric else "code" if variable.categories else "text"
    element = add(
        data,
        "var",
        "",
        {
            "ID": number,
            "name": variable.name,
            "intrvl": "contin" if variable.numeric else "discrete",
            "representationType": kind,
            "wgt": "wgt" if variable.weight else "",
        },
    )
    add_each(element, "labl", variable.labels)
    if variable.question:
        question = SubElement(element, "qstn")
        add_each(question, "qstnLit", variable.question)
        add_each(question, "ivuInstr", variable.instruction)
    missing = [category for category in variable.categories if category.missing]
    if missing:
        invalid = SubElement(element, "invalrng")
        for category in missing:
            add(invalid, "item", "", {"VALUE": category.code})
    if variable.asked_when:
        add(element, "universe", variable.asked_when, {"clusion": "I"})
    for category in variable.categories:
        one = add(element, "catgry", "", {"missing": "Y" if category.missing else ""})
        add(one, "catValu", category.code)
        for language, text in category.labels.items():
            add(one, "labl", text, {LANGUAGE: language})
    add(element, "varFormat", "", {"type": "numeric" if variable.numeric else "character"})
