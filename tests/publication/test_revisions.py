"""The size of a correction, cell by cell."""

from publication.work.revisions import revision


def document(key: str, *rows: dict[str, object]) -> dict[str, object]:
    return {"key": key, "rows": list(rows)}


def row(country: str, **numbers: object) -> dict[str, object]:
    return {"measure": "share", "category": "", "country": country, "sector": "", "against": "", **numbers}


NORWAY = row("NO", status="shown", n=120, value=61.3, low=55.0, high=67.0)


def test_nothing_changes_where_nothing_does() -> None:
    found = revision([document("innovative", NORWAY)], [document("innovative", NORWAY)])
    assert found == {"cells": 1, "changed": [], "added": [], "removed": [], "worded": [], "largest": 0.0}


def test_a_changed_cell_shows_what_it_was_and_what_it_is() -> None:
    moved = {**NORWAY, "value": 60.1, "n": 121}
    found = revision([document("innovative", NORWAY)], [document("innovative", moved)])
    assert found["largest"] == 1.2
    (change,) = found["changed"]
    assert (change["table"], change["country"], change["measure"]) == ("innovative", "NO", "share")
    assert (change["before"], change["after"]) == ({"value": 61.3, "n": 120}, {"value": 60.1, "n": 121})


def test_cells_and_tables_of_one_side_alone_are_said() -> None:
    hidden = row("DK", status="withheld")
    found = revision(
        [document("innovative", NORWAY), document("former")],
        [document("innovative", hidden), document("new")],
    )
    assert (found["added"], found["removed"], found["cells"]) == (["new"], ["former"], 2)
    assert [(change["country"], bool(change["before"]), bool(change["after"])) for change in found["changed"]] == [
        ("DK", False, True),
        ("NO", True, False),
    ]


def test_a_figure_that_is_to_be_read_with_care_from_now_on_has_changed() -> None:
    found = revision([document("innovative", NORWAY)], [document("innovative", {**NORWAY, "caution": True})])
    assert [(change["before"], change["after"]) for change in found["changed"]] == [({}, {"caution": True})]


def test_a_corrected_label_is_a_correction_and_a_new_language_is_none() -> None:
    def worded(**labels: str) -> dict[str, object]:
        texts = {language: {"categories": {"ict": label}} for language, label in labels.items()}
        return {**document("partner", NORWAY), "labels": texts}

    assert revision([worded(en="Computers")], [worded(en="Computers", nb="Datamaskiner")])["worded"] == []
    assert revision([worded(en="Computers")], [worded(en="Digital tools")])["worded"] == ["partner"]


def test_rows_of_a_former_schema_are_the_same_cells() -> None:
    later = {**NORWAY, "size_class": "", "county": ""}
    assert revision([document("innovative", NORWAY)], [document("innovative", later)])["changed"] == []
