"""PX files: read back by pyaxis, and by a small reader of our own that knows quotes and languages."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from pyaxis import pyaxis

from publication.formats.cube import Cube, SelectionError
from publication.formats.jsonstat import Contact, PxFacts
from publication.formats.layout import laid_out
from publication.formats.px import PxError, px_file, px_text, value_texts
from tests.publication.formats.examples import by_sector, cubes

FACTS = PxFacts("innovation", "Innovation", contact=Contact("The desk", "desk@example.org"))
ENTRY = re.compile(r'\s*([A-Z0-9-]+(?:\[\w+\])?(?:\((?:"[^"]*",?)+\))?)=((?:"[^"]*"|[^";])*);')


def read(file: bytes) -> dict[str, str]:
    """Each keyword with what stands behind its equals sign; fails where the file is anything but keywords."""
    text, found, place = file.decode(), {}, 0
    while text[place:].strip():
        match = ENTRY.match(text, place)
        assert match, text[place : place + 80]
        assert match.group(1) not in found
        found[match.group(1)] = match.group(2)
        place = match.end()
    return found


def texts(value: str) -> list[str]:
    return re.findall(r'"([^"]*)"', value)


def cells(value: str) -> list[tuple[float | None, bool]]:
    """Each number, or None and whether it is withheld."""
    return [(None, cell == '"..."') if '"' in cell else (float(cell), False) for cell in value.split()]


def test_pyaxis_reads_the_labels_and_the_numbers(tmp_path: Path) -> None:
    path = tmp_path / "table.px"
    path.write_bytes(px_file(by_sector(), facts=FACTS, language="nb"))
    found = pyaxis.parse(str(path), encoding="utf-8")
    data, metadata = found["DATA"], found["METADATA"]

    assert list(data.columns) == ["country (nb)", "sector (nb)", "ContentsCode (nb)", "Tid (nb)", "DATA"]
    assert list(data["sector (nb)"].unique()) == ["All sectors nb", "health nb", "school nb"]
    assert metadata["CODES(sector (nb))"] == ["_T", "health", "school"]
    here = data[(data["country (nb)"] == "NO nb") & (data["ContentsCode (nb)"] == "share (nb)")]
    assert list(here[here["Tid (nb)"] == "2025"]["DATA"])[:2] == ["61.3", "58.0"]
    assert metadata["TIMEVAL(Tid (nb))"] == ["2023", "2025"]


def test_the_keywords_say_what_the_cube_is() -> None:
    found = read(px_file(by_sector(), facts=FACTS))

    assert list(found)[:5] == ["CHARSET", "AXIS-VERSION", "CODEPAGE", "LANGUAGE", "LANGUAGES"]
    assert found["CODEPAGE"] == '"utf-8"'
    assert found["LANGUAGES"] == '"en","nb"'
    assert found['ELIMINATION("sector (en)")'] == '"All sectors en"'
    assert found['ELIMINATION[nb]("country (nb)")'] == "NO"
    assert found['UNITS[nb]("share (nb)")'] == '"percent (nb)"'
    assert found['PRECISION("ContentsCode (en)","share (en)")'] == "1"
    assert found["DECIMALS"] == "2"
    assert found["SHOWDECIMALS"] == "0"
    assert 'PRECISION("ContentsCode (en)","share (en), n (en)")' not in found
    assert found['LAST-UPDATED("share (en)")'] == '"20261127 07:00"'
    assert found['VARIABLECODE("Tid (en)")'] == '"Tid"'
    assert found["NOTEX[nb]"] == '"Constructed data (nb)"'
    assert ": c (en)#.. x (en)" in found["NOTE"]
    assert found["CONTACT"] == '"The desk, desk@example.org"'
    assert found['CELLNOTE("NO en","health en","share (en)","2025")'] == '"u (en)"'
    assert (found["DATASYMBOL2"], found["DATASYMBOL3"]) == ('".."', '":"')


def test_an_encoding_that_lacks_a_letter_is_refused() -> None:
    assert 'CODEPAGE="windows-1252";' in px_file(by_sector(), facts=FACTS, codepage="windows-1252").decode("cp1252")
    northern = by_sector()
    northern.title["en"] = "Ođđa 🙂"  # type: ignore[index]
    with pytest.raises(PxError, match="windows-1252 has no đ🙂"):
        px_file(northern, facts=FACTS, codepage="windows-1252")


def test_a_file_must_have_a_subject_and_a_language_of_the_cube() -> None:
    with pytest.raises(PxError, match="subject code"):
        px_file(by_sector(), facts=PxFacts())
    with pytest.raises(PxError, match="expected one of en, nb, got 'fi'"):
        px_file(by_sector(), facts=FACTS, language="fi")


def test_the_heading_can_be_chosen() -> None:
    found = read(px_file(by_sector(), facts=FACTS, heading=["country"], language="en"))

    assert texts(found["HEADING"]) == ["country (en)"]
    assert texts(found["STUB"]) == ["sector (en)", "ContentsCode (en)", "Tid (en)"]
    assert found["DATA"].split()[:4] == ["55.0", '".."', "61.3", "40.0"]
    with pytest.raises(SelectionError, match="each of country, sector, ContentsCode, Tid once"):
        laid_out(by_sector(), stub=["country"], heading=["sector"])


@settings(max_examples=60, deadline=None)
@given(cubes())
def test_every_cube_comes_back(cube: Cube) -> None:
    found = read(px_file(cube, facts=FACTS))

    for number, language in enumerate(cube.languages):
        suffix = "" if number == 0 else f"[{language}]"
        assert texts(found[f"TITLE{suffix}"]) == [px_text(cube.title[language])]
        for one in cube.dimensions:
            name = f'{suffix}("{px_text(one.labels[language])}")'
            assert texts(found[f"CODES{name}"]) == list(one.codes)
            assert texts(found[f"VALUES{name}"]) == value_texts(one, language)
            for label, category in zip(texts(found[f"VALUES{name}"]), one.categories, strict=True):
                assert label.startswith(px_text(category.labels[language]))
    order = texts(found.get("STUB", "")) + texts(found["HEADING"])
    assert order == [px_text(one.labels["en"]) for one in cube.dimensions]
    assert cells(found["DATA"]) == [
        (value, status == "c") for value, status in zip(cube.values, cube.statuses, strict=True)
    ]
