"""DDI-Codebook: valid for the standard's schema, whole for the catalogue, and read back."""

import os
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import given, settings
from lxml import etree

from publication.formats.check_ddi import RECOMMENDED, REQUIRED, check_cessda
from publication.formats.ddi import Creator, DdiFile, Study, Term, ddi_codebook
from publication.formats.ddi_variables import AnswerWords, DdiCategory, DdiVariable, variables_of
from publication.formats.xml_writing import XmlTextError
from surveys.instrument.codebook import CodebookEntry, codebook
from surveys.instrument.document import from_document, load_library
from surveys.instrument.shipped import instruments
from tests import make
from tests.publication.formats.examples import TEXT

SCHEMA = Path(os.environ.get("REFERENCE_DIR", "reference")) / "schemas" / "ddi-codebook-2.5" / "codebook.xsd"
NAME = {"d": "ddi:codebook:2_5"}
WORDS = AnswerWords({"en": "chosen"}, {"en": "not chosen"}, {"en": "answered"}, {"en": "no answer"})
OWN = {
    "weight": DdiVariable("weight", {"en": "Weight", "nb": "Vekt"}, numeric=True, weight=True),
    "constructed": DdiVariable("constructed", {"en": "Made up"}, categories=(DdiCategory("1", {"en": "made up"}),)),
}
FILES = (DdiFile("data.csv", "text/csv", 1200, 9, ("en", "nb"), "ab" * 32),)


def texts(english: str) -> dict[str, str]:
    return {"en": english, "nb": f"{english} på norsk"}


def study(**changes: Any) -> Study:
    given: dict[str, Any] = {
        "id": "https://example.org/studies/2025",
        "agency": "The programme",
        "languages": ("en", "nb"),
        "title": texts("Innovation barometer 2025"),
        "abstract": texts("What workplaces do."),
        "creators": (Creator("The programme", "The association"),),
        "producer": "The programme",
        "distributor": "The archive",
        "distributor_address": "https://archive.example.org",
        "distributed": date(2026, 11, 27),
        "version": "1",
        "address": "https://example.org/studies/2025",
        "series": texts("Innovation barometer"),
        "citation": texts("The programme (2026). Innovation barometer 2025."),
        "keywords": {"en": ("innovation", "public sector"), "nb": ("innovasjon",)},
        "topics": (Term(texts("Public administration"), "CESSDA Topic Classification", "https://example.org/v"),),
        "nations": {"NO": texts("Norway")},
        "collected": (date(2025, 9, 1), date(2025, 11, 30)),
        "unit": texts("Workplace"),
        "universe": texts("Municipal workplaces with at least five employees"),
        "time_method": Term(texts("Repeated cross-section"), "DDI Time Method", "https://example.org/t"),
        "sampling": texts("Stratified random sample"),
        "mode": Term(texts("Web questionnaire"), "DDI Mode of Collection", "https://example.org/m"),
        "weighting": texts("Design weights and adjustment for non-response"),
        "response_rate": texts("52 per cent"),
        "access": texts("Open"),
        "licence": texts("CC BY 4.0"),
        "constructed": texts("Constructed data"),
    }
    return Study(**{**given, **changes})


def variables() -> tuple[DdiVariable, ...]:
    instrument = make.questionnaire("routing")
    columns = ["types.service", "partners", "partners.state", "budget", "reason", "weight", "constructed"]
    return variables_of({"en": codebook(instrument, "en")}, columns, words=WORDS, own=OWN)


@pytest.fixture(scope="module")
def schema() -> etree.XMLSchema:
    if not SCHEMA.is_file():
        pytest.skip(f"no {SCHEMA}: set REFERENCE_DIR to the folder of reference material")
    return etree.XMLSchema(etree.parse(str(SCHEMA)))


def fails(schema: etree.XMLSchema, file: bytes) -> list[str]:
    schema.validate(etree.fromstring(file))
    return [f"{error.line}: {error.message}" for error in schema.error_log]


def test_the_codebook_is_valid_and_nothing_is_lacking(schema: etree.XMLSchema) -> None:
    file = ddi_codebook(study(), FILES, variables())

    assert fails(schema, file) == []
    assert check_cessda(file).required == ()
    assert check_cessda(file).recommended == ()


def test_the_schema_does_refuse(schema: etree.XMLSchema) -> None:
    """A proof that the other tests can fail."""
    assert fails(schema, ddi_codebook(study(), FILES, variables()).replace(b"stdyDscr", b"studyDscr"))


def test_titles_questions_and_labels_are_in_every_language() -> None:
    root = fromstring(ddi_codebook(study(), FILES, variables()))
    language = "{http://www.w3.org/XML/1998/namespace}lang"
    citation = root.find("d:stdyDscr/d:citation", NAME)

    assert root.get(language) == "en"
    assert citation.findtext("d:titlStmt/d:titl", namespaces=NAME) == "Innovation barometer 2025"
    assert [one.get(language) for one in citation.findall("d:titlStmt/d:parTitl", NAME)] == ["nb"]
    assert [one.get(language) for one in root.findall("d:stdyDscr/d:notes", NAME)] == ["en", "nb"]
    weight = root.find("d:dataDscr/d:var[@name='weight']", NAME)
    assert [(one.get(language), one.text) for one in weight.findall("d:labl", NAME)] == [
        ("en", "Weight"),
        ("nb", "Vekt"),
    ]
    assert weight.get("wgt") == "wgt"


def test_a_variable_has_its_question_its_rule_and_its_codes() -> None:
    root = fromstring(ddi_codebook(study(), FILES, variables()))

    def codes(name: str) -> list[tuple[str | None, str, str]]:
        found = root.findall(f"d:dataDscr/d:var[@name='{name}']/d:catgry", NAME)
        return [
            (one.get("missing"), one.findtext("d:catValu", "", NAME), one.findtext("d:labl", "", NAME)) for one in found
        ]

    assert codes("partners.state") == [
        (None, "1", "chosen"),
        (None, "0", "not chosen"),
        ("Y", "no_answer", "no answer"),
    ]
    assert codes("partners")[0] == (None, "answered", "answered")
    assert ("Y", "no_answer", "no answer") in codes("types.service")
    state = root.find("d:dataDscr/d:var[@name='partners.state']", NAME)
    assert state.findtext("d:labl", "", NAME) == "With whom?: The state"
    assert state.findtext("d:qstn/d:qstnLit", "", NAME) == "With whom?"
    assert state.findtext("d:universe", "", NAME) == 'types.service == "yes" or types.product == "yes"'
    assert state.find("d:invalrng/d:item", NAME).get("VALUE") == "no_answer"
    assert root.find("d:dataDscr/d:var[@name='budget']/d:varFormat", NAME).get("type") == "numeric"


@pytest.mark.parametrize("name", [one.name for one in instruments()])
def test_every_shipped_questionnaire_is_described_whole_in_all_its_languages(
    schema: etree.XMLSchema, name: str
) -> None:
    instrument = from_document(load_library(name))
    books = {language: codebook(instrument, language) for language in instrument.texts}
    columns = list(dict.fromkeys(column for entry in books["en"] for column in entry.columns))
    words = AnswerWords(*(dict.fromkeys(books, text) for text in ("chosen", "not chosen", "answered", "no answer")))
    file = ddi_codebook(study(), FILES, variables_of(books, columns, words=words, own={}))
    found = fromstring(file).findall("d:dataDscr/d:var", NAME)

    assert fails(schema, file) == []
    assert [one.get("name") for one in found] == columns
    for entry in books["nb"]:
        literal = found[columns.index(entry.columns[0])].findall("d:qstn/d:qstnLit", NAME)
        assert len(literal) == len([language for language in books if _question(books[language], entry.key)])
        assert entry.question in [one.text for one in literal]


def _question(entries: list[CodebookEntry], key: str) -> str:
    return next(entry.question for entry in entries if entry.key == key)


def test_a_column_that_nothing_describes_is_named() -> None:
    with pytest.raises(ValueError, match=r"got secret\. Describe them in own"):
        variables_of({"en": codebook(make.questionnaire("routing"), "en")}, ["secret"], words=WORDS, own={})


def test_what_the_catalogue_needs_and_lacks_is_named() -> None:
    bare = study(
        id="",
        address="",
        keywords={},
        creators=(),
        nations={},
        topics=(),
        unit={},
        access={},
        distributor="",
        abstract={},
    )
    found = check_cessda(ddi_codebook(bare, (), ()))

    assert found.required == ("study number", "abstract", "publisher", "study address")
    assert found.recommended == (
        "topic", "keyword", "country", "analysis unit", "creator", "language of the data file", "terms of access",
    )  # fmt: skip
    empty = check_cessda(b"<codeBook/>")
    assert (empty.required, empty.recommended) == (tuple(REQUIRED), tuple(RECOMMENDED))


def test_what_xml_cannot_hold_is_refused() -> None:
    with pytest.raises(XmlTextError, match=r"U\+0007"):
        ddi_codebook(study(producer="bell \x07"), (), ())
    with pytest.raises(ValueError, match="each name once"):
        ddi_codebook(study(), (), (OWN["weight"], OWN["weight"]))
    with pytest.raises(ValueError, match="first and a last day"):
        ddi_codebook(study(collected=(date(2025, 2, 1), date(2025, 1, 1))), (), ())


@settings(max_examples=40, deadline=None)
@given(TEXT, TEXT, TEXT)
def test_every_text_is_valid_and_comes_back(schema: etree.XMLSchema, title: str, label: str, code: str) -> None:
    variable = DdiVariable(
        "v", {"se": label}, question={"se": title}, categories=(DdiCategory(code, {"se": label}, missing=True),)
    )
    file = ddi_codebook(study(languages=("se",), title={"se": title}, abstract={"se": label}), FILES, (variable,))
    root = fromstring(file)

    assert fails(schema, file) == []
    assert root.findtext("d:stdyDscr/d:citation/d:titlStmt/d:titl", "", NAME) == title
    assert root.findtext("d:dataDscr/d:var/d:catgry/d:labl", "", NAME) == label
    assert root.findtext("d:dataDscr/d:var/d:catgry/d:catValu", "", NAME) == code
    assert file == ddi_codebook(
        replace(study(languages=("se",)), title={"se": title}, abstract={"se": label}), FILES, (variable,)
    )
