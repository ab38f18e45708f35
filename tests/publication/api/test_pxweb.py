"""PxWebApi 2: what its clients are told, and that cubes are made once."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from jsonstat_validator import validate_jsonstat

from publication.api import cubes
from publication.formats.check_jsonstat import check_jsonstat
from publication.models import Release
from tests import make
from tests.publication.api.stand import PXWEB, ask, by_sector, get, innovative, published, two_waves

pytestmark = pytest.mark.django_db

TABLE = f"{PXWEB}/tables/barometer.innovative"
SECTOR = f"{PXWEB}/tables/barometer.innovative_by_sector"
IDS = ["barometer.innovative", "barometer.innovative.differences", "barometer.innovative_by_sector"]


@pytest.fixture
def both() -> tuple[Release, Release]:
    return two_waves()


def ids(**query: str) -> list[str]:
    return [one["id"] for one in ask(f"{PXWEB}/tables", **query)["tables"]]


def value(data: dict[str, Any], **codes: str) -> tuple[float | None, str]:
    """The value and the status of one cell of a dataset, read as JSON-stat says."""
    place = 0
    for name, size in zip(data["id"], data["size"], strict=True):
        place = place * size + data["dimension"][name]["category"]["index"][codes[name]]
    return data["value"][place], data.get("status", {}).get(str(place), "")


def test_the_configuration_tells_languages_formats_and_limits(settings) -> None:
    settings.API_MAX_CELLS = 1234
    config = ask(f"{PXWEB}/config")
    assert config["maxDataCells"] == 1234
    assert config["defaultLanguage"] == "nb"
    assert [one["id"] for one in config["languages"]] == ["nb", "nn", "da", "sv", "fi", "is", "en"]
    assert config["dataFormats"] == ["json-stat2", "csv", "px", "xlsx", "html"]
    assert config["license"].startswith("https://creativecommons.org/licenses/by/4.0")


def test_the_tree_leads_from_programme_and_theme_to_every_table(both: tuple[Release, Release]) -> None:
    two_waves("another")
    found: set[str] = set()
    waiting = [f"{PXWEB}/navigation?lang=en"]
    labels = []
    while waiting:
        folder = json.loads(get(waiting.pop().removeprefix("http://testserver")).content)
        labels.append(folder["label"])
        for one in folder["folderContents"]:
            if one["type"] == "Table":
                found.add(one["id"])
            else:
                waiting.append(one["links"][0]["href"])
    assert found == {f"{programme}{one[9:]}" for programme in ("barometer", "another") for one in IDS}
    assert {"Share", "Difference between countries"} <= set(labels)
    assert ask(f"{PXWEB}/navigation/nothing", 404)["title"] == "Non-existent folder"


def test_tables_are_found_by_words_days_and_page(both: tuple[Release, Release]) -> None:
    assert ids() == IDS
    assert ids(query="sektor") == ["barometer.innovative_by_sector"]
    assert ids(query="SECTOR workplaces", lang="en") == ["barometer.innovative_by_sector"]
    assert ids(query="nothing of this") == []
    page = ask(f"{PXWEB}/tables", pageSize="2", pageNumber="2")
    assert [one["id"] for one in page["tables"]] == IDS[2:]
    assert (page["page"]["totalElements"], page["page"]["totalPages"]) == (3, 2)
    assert ids(query="innov* SEKTOR*", lang="nb") == IDS[2:]
    self_link = ask(f"{PXWEB}/tables", query="sektor å")["links"][0]["href"]
    assert self_link.endswith("query=sektor+%C3%A5&pageNumber=1&pageSize=50")
    previous = next(one["href"] for one in page["page"]["links"] if one["rel"] == "prev")
    assert [one["id"] for one in json.loads(get(previous.removeprefix("http://testserver")).content)["tables"]] == IDS[
        :2
    ]
    assert ask(f"{PXWEB}/tables", 404, pageNumber="9")["title"] == "Non-existent page"
    assert ask(f"{PXWEB}/tables", 400, pastDays="0")["status"] == 400
    for release in both:
        found = Release.objects.filter(pk=release.pk)
        super(type(found), found).update(published_at=timezone.now() - timedelta(days=5))
    assert (ids(pastDays="4"), ids(pastDays="6")) == ([], IDS)


def test_a_table_has_all_its_waves_and_says_which_release_each_comes_from(both: tuple[Release, Release]) -> None:
    table = ask(TABLE, lang="en")
    assert (table["firstPeriod"], table["lastPeriod"], table["discontinued"]) == ("2023", "2025", False)
    assert table["description"].startswith("Constructed data")
    assert table["variableNames"] == ["Country", "Figure", "Wave"]
    data = ask(f"{TABLE}/data", lang="en")
    assert value(data, country="NO", ContentsCode="share", Tid="2023") == (55.0, "")
    assert value(data, country="DK", ContentsCode="share", Tid="2025") == (40.0, "u")
    assert value(data, country="NO", ContentsCode="share_n", Tid="2025") == (412, "")
    assert [(one["wave"], one["release"]) for one in data["extension"]["releases"]] == [("2023", 1), ("2025", 2)]
    for one in data["extension"]["releases"]:
        assert ask(one["href"].removeprefix("http://testserver"))["content_hash"] == one["contentHash"]


def test_metadata_are_the_dataset_without_its_cells(both: tuple[Release, Release]) -> None:
    described, data = ask(f"{SECTOR}/metadata"), ask(f"{SECTOR}/data", **{"valueCodes[sector]": "*", **WHOLE})
    assert validate_jsonstat(data) is True
    assert check_jsonstat(data) == []
    assert (described["id"], described["size"]) == (data["id"], data["size"])
    assert (described["value"], "status" in described) == ([], False)
    extension = described["dimension"]["sector"]["extension"]
    lists = extension["codelists"]
    assert extension["codeLists"] == lists
    assert ask(f"{PXWEB}/codeLists/{lists[0]['id']}") == ask(f"{PXWEB}/codelists/{lists[0]['id']}")
    assert [one["id"] for one in lists] == ["barometer.innovative_by_sector.sector.parts"]
    parts = ask(lists[0]["links"][0]["href"].removeprefix("http://testserver").partition("?")[0], lang="sv", status=400)
    assert parts["title"] == "Unsupported language"
    assert [one["code"] for one in ask(f"{PXWEB}/codelists/{lists[0]['id']}", lang="no")["values"]] == [
        "health",
        "school",
    ]
    assert ask(f"{PXWEB}/codelists/nothing", 404)["title"] == "Non-existent codelist"
    assert ask(f"{PXWEB}/codelists/barometer.innovative.sector.parts", 404)["title"] == "Non-existent codelist"


def test_metadata_show_the_default_selection_or_a_code_list_where_that_is_asked_for(
    both: tuple[Release, Release],
) -> None:
    data, by_default = ask(f"{SECTOR}/data"), ask(f"{SECTOR}/metadata", defaultSelection="true")
    assert (by_default["id"], by_default["size"]) == (data["id"], data["size"])
    assert "sector" not in by_default["id"]
    parts = "barometer.innovative_by_sector.sector.parts"
    narrow = ask(f"{SECTOR}/metadata", **{"codelist[Sector]": parts})["dimension"]["sector"]
    assert list(narrow["category"]["index"]) == ["health", "school"]
    assert narrow["extension"]["elimination"] is False
    assert [one["id"] for one in narrow["extension"]["codelists"]] == [parts]
    assert "sector" in ask(f"{SECTOR}/metadata", defaultSelection="true", **{"codelist[sector]": parts})["id"]
    assert ask(f"{SECTOR}/metadata", 400, **{"codelist[sector]": "agg_nothing"})["title"] == "Non-existent codelist"
    assert ask(f"{SECTOR}/metadata", defaultSelection="false") == ask(f"{SECTOR}/metadata")
    assert ask(f"{SECTOR}/metadata")["extension"]["noteMandatory"] == {"0": True}


WHOLE = {"valueCodes[country]": "*", "valueCodes[ContentsCode]": "*", "valueCodes[Tid]": "*"}


def test_the_default_selection_is_what_an_address_without_one_gives(both: tuple[Release, Release]) -> None:
    selection = ask(f"{SECTOR}/defaultselection")
    body = {"selection": selection["selection"], "placement": selection["placement"]}
    posted = Client().post(f"{SECTOR}/data", body, content_type="application/json").json()
    plain = ask(f"{SECTOR}/data")
    assert posted["value"] == plain["value"]
    whole = Client().post(f"{SECTOR}/data", selection, content_type="application/json").json()
    assert whole["value"] == plain["value"]
    assert value(plain, country="NO", ContentsCode="share", Tid="2025") == (61.3, "")


def test_a_code_list_of_the_address_holds_for_the_codes_of_the_body(both: tuple[Release, Release]) -> None:
    """As R's package pxweb asks."""
    body = {"selection": [{"variableCode": code.split("[")[1][:-1], "valueCodes": ["*"]} for code in WHOLE]}
    body["selection"].append({"variableCode": "sector", "valueCodes": ["*"]})
    parts = "barometer.innovative_by_sector.sector.parts"
    address = f"{SECTOR}/data?codelist%5Bsector%5D={parts}&outputValues%5Bsector%5D=aggregated&stub=sector"
    found = Client().post(address, body, content_type="application/json").json()
    assert list(found["dimension"]["sector"]["category"]["index"]) == ["health", "school"]
    assert found["id"][0] == "sector"
    twice = f"{SECTOR}/data?valueCodes%5Bsector%5D=health"
    refused = Client().post(twice, body, content_type="application/json").json()
    assert "sector either in the body or in the address" in refused["detail"]


def test_a_withheld_cell_has_its_mark_and_no_number_in_every_format(both: tuple[Release, Release]) -> None:
    query = {**WHOLE, "valueCodes[country]": "NO", "valueCodes[sector]": "school", "valueCodes[ContentsCode]": "share"}
    data = ask(f"{SECTOR}/data", **query)
    assert (data["value"], data["status"]) == ([None], {"0": "c"})
    for kind, mark in (("csv", ":"), ("px", '"..."'), ("html", "<td>:</td>")):
        assert mark in get(f"{SECTOR}/data", None, outputFormat=kind, **query).content.decode()


def test_a_csv_file_is_laid_out_as_asked(both: tuple[Release, Release]) -> None:
    query = {**WHOLE, "valueCodes[ContentsCode]": "share", "outputFormat": "csv", "lang": "en"}
    codes = get(f"{TABLE}/data", None, outputFormatParams="UseCodes,SeparatorSemicolon", **query)
    assert codes.text.splitlines() == ["country;share 2023;share 2025", "NO;55.0;61.3", "DK;40.0;40.0"]
    assert codes["Content-Type"] == "text/csv; charset=utf-8"
    lower = {name.lower(): text for name, text in query.items()}
    assert get(f"{TABLE}/data", None, outputformatparams="usecodes,separatorsemicolon", **lower).text == codes.text
    stub = {"stub": "country,Tid", "heading": "ContentsCode"}
    long = get(f"{TABLE}/data", None, outputFormatParams="UseTexts", **query, **stub)
    assert long.text.splitlines()[:2] == ["Country,Wave,Share", "NO en,2023,55.0"]
    titled = get(f"{TABLE}/data", None, outputFormatParams="IncludeTitle", **query)
    assert titled.text.splitlines()[0] == "Innovative workplaces (en)"
    html = get(f"{TABLE}/data", None, **{**query, "outputFormat": "html"}, outputFormatParams="UseCodesAndTexts").text
    assert ">DK DK en</th>" in html
    shown = ask(f"{TABLE}/data", **{**query, "outputFormat": "json-stat2"}, outputFormatParams="UseCodes")
    assert shown["dimension"]["country"]["extension"]["show"] == "code"


@pytest.mark.parametrize(
    ("query", "status", "title"),
    [
        ({"outputFormat": "parquet"}, 400, "Unsupported output format"),
        ({"outputFormat": "csv", "outputFormatParams": "UseMagic"}, 400, "Unsupported output format"),
        ({"lang": "de"}, 400, "Unsupported language"),
        ({"lang": "fi"}, 400, "Unsupported language"),
        ({"valueCodes[nothing]": "*"}, 400, "Non-existent variable"),
        ({"valueCodes[country]": "SE"}, 400, "Non-existent value"),
        ({"valueCodes[country]": "NO"}, 400, "Missing selection for mandatory variable"),
        ({"codelist[country]": "agg_nothing"}, 400, "Non-existent codelist"),
        ({"outputValues[country]": "summed"}, 400, "Bad output values"),
        ({"stub": "country", "heading": "country"}, 400, "Bad placement"),
        ({"valueCode[country]": "NO"}, 400, "Bad parameter"),
        ({"outputFormatParams": "UseCodes,UseTexts"}, 400, "Unsupported output format"),
        ({"outputFormat": "xlsx", "outputFormatParams": "SeparatorTab"}, 400, "Unsupported output format"),
        ({"outputFormat": "px", "outputFormatParams": "IncludeTitle"}, 400, "Unsupported output format"),
        ({"outputFormatParams": "IncludeTitle"}, 400, "Unsupported output format"),
    ],
)
def test_an_error_is_a_problem_with_its_reason(
    both: tuple[Release, Release], query: dict[str, str], status: int, title: str
) -> None:
    answer = get(f"{TABLE}/data", None, **query)
    assert answer["Content-Type"] == "application/problem+json"
    problem = json.loads(answer.content)
    assert (answer.status_code, problem["title"], problem["type"]) == (status, title, "Parameter error")
    assert "expected" in problem["detail"]


def test_over_the_limit_of_cells_nothing_is_cut(both: tuple[Release, Release], settings) -> None:
    settings.API_MAX_CELLS = 3
    problem = ask(f"{TABLE}/data", 403)
    assert (problem["title"], problem["type"]) == ("Too many cells selected", "Parameter error")


def test_a_body_that_is_no_selection_is_a_problem_too(both: tuple[Release, Release], settings) -> None:
    half_a_letter = '{"selection": [{"variableCode": "country", "valueCodes": ["top(\\ud800)"]}]}'
    for body in ("{", "[" * 100_000, b"\xff", half_a_letter):
        answer = Client().post(f"{TABLE}/data", body, content_type="application/json")
        assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    long = Client().post(
        f"{TABLE}/data", " " * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1), content_type="application/json"
    )
    assert (long.status_code, long.json()["title"]) == (413, "Too long")


def test_a_cube_is_made_once_for_a_set_of_releases(
    both: tuple[Release, Release], monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    original = cubes.cube_from_documents

    def counted(documents: Any, **more: Any) -> Any:
        made.append(more["table_id"])
        return original(documents, **more)

    monkeypatch.setattr(cubes, "cube_from_documents", counted)
    ask(f"{PXWEB}/tables")
    assert sorted(made) == IDS
    before = len(made)
    for _each in range(3):
        with CaptureQueriesContext(connection) as queries:
            ask(f"{TABLE}/data", lang="en")
        assert len(queries) == 1
    assert len(made) == before
    published(both[1].run.wave, [innovative("2025", value=60.9)], replaces=both[1], relation="revision", reason="Late")
    data = ask(f"{TABLE}/data")
    assert value(data, country="NO", ContentsCode="share", Tid="2025") == (60.9, "")
    assert len(made) > before


def test_ids_outlive_corrections_and_what_the_newest_wave_lacks_is_discontinued(both: tuple[Release, Release]) -> None:
    published(both[1].run.wave, [innovative("2025")], replaces=both[1], relation="correction", reason="A sector less")
    assert ids() == IDS[:2]
    newest = make.wave(both[1].programme, "2027")
    published(newest, [by_sector("2027")])
    assert ids() == ["barometer.innovative_by_sector"]
    assert sorted(ids(includeDiscontinued="true")) == sorted(IDS)
    assert ask(TABLE)["discontinued"] is True


def test_waves_whose_numbers_are_others_stay_as_a_discontinued_table(both: tuple[Release, Release]) -> None:
    published(make.wave(both[1].programme, "2027"), [innovative("2027", decimals=0)])
    assert ask(TABLE)["firstPeriod"] == "2027"
    older = ask(f"{PXWEB}/tables/barometer.innovative.until-2025")
    assert (older["firstPeriod"], older["lastPeriod"], older["discontinued"]) == ("2023", "2025", True)


def test_a_table_that_is_not_there_is_not_found(both: tuple[Release, Release]) -> None:
    for end in ("", "/metadata", "/data", "/defaultselection"):
        assert ask(f"{PXWEB}/tables/barometer.nothing{end}", 404)["title"] == "Non-existent table"


def test_a_language_that_lacks_a_text_is_none_of_the_table_and_takes_no_other_table_with_it() -> None:
    programme = make.programme(constructed=True)
    wave = make.wave(programme, instrument=make.instrument(programme, version="with-figures"))
    lacking = innovative("2025")
    del lacking["labels"]["en"]["countries"]["DK"]
    published(wave, [lacking, by_sector("2025")])
    assert ids(lang="en") == IDS
    assert "a language of barometer.innovative, nb, got 'en'" in ask(f"{TABLE}/data", 400, lang="en")["detail"]
    assert ask(f"{SECTOR}/data", lang="en")["label"] == "Innovative workplaces (en)"
    stat = "/api/v1/releases/barometer/1/tables/innovative.json-stat"
    assert ask(stat, lang="nb")["label"] == "Innovative workplaces (nb)"
    assert ask(stat, 400, lang="en")["title"] == "Unsupported language"
