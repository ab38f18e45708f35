"""Whatever stands in a workbook: a questionnaire with a report, or a refusal with a reason, and never anything else."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.instrument.document import from_document, to_document
from surveys.instrument.exchange import ExchangeRefused
from surveys.instrument.reader import InstrumentError
from surveys.instrument.xlsform import read_xlsform, write_xlsform
from tests.conftest import BY_NIGHT
from tests.surveys.instrument.xlsform.forms import YES_NO, form


def has_reason(error: Exception) -> None:
    assert str(error)


BASE = form(
    [
        {"type": "select_one yn", "name": "a", "label::English (en)": "A", "relevant": "${b} = 1"},
        {"type": "integer", "name": "b", "label::English (en)": "B", "constraint": ". > 0"},
    ],
    YES_NO,
    {"form_id": "x"},
)
NAMES = st.sampled_from(["a", "b", "c", "A", "a-b", "å", "and", "1", " ", "x.y", "bg_a"])
TYPES = st.sampled_from(
    [
        "text", "integer", "decimal", "date", "note", "range", "hidden", "calculate", "select_one l",
        "select_one m or_other", "select_multiple l", "rank l", "rank", "begin_group", "begin group", "end_group",
        "end group", "begin_repeat", "end_repeat", "begin_x", "geopoint", "start", "", "select_one",
        "select_one ${a}", "select_one_from_file f.csv",
    ]
)  # fmt: skip
PIECES = st.sampled_from(
    [
        "${a}", "${b}", "${c}", "${}", "$", "{", "}", "'a'", "'", '"', "1", "1.5", "-", "+", "*", "div", "mod",
        "=", "!=", "<", ">=", "and", "or", "not(", "selected(", "if(", "count-selected(", "string-length(",
        "date(", "today()", ")", "(", ",", ".", "..", "/", "[", "]", "true()", "false()", "coalesce(", "pulldata(",
        "x", "list_name", " ",
    ]
)  # fmt: skip
EXPRESSIONS = st.lists(PIECES, max_size=12).map(" ".join)
TEXTS = st.one_of(
    st.sampled_from(
        ["", "Label", "<b>x</b>", "{x}", "{item.a|b}", "${a}", "a < b", "{{", "=", " ", "<!-- x -->", "${a"]
    ),
    st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=20),
    st.integers(-5, 5),
    st.booleans(),
    st.floats(allow_nan=False, allow_infinity=False),
)
OWN = st.one_of(
    st.sampled_from(
        [
            "section", "page", "percent", "split", "battery", "edit", "definition", "introduction", "a", "b",
            "a yes", "l", "a b", "single", "year", "register", "hard", "soft", "open", "0", "3", "yes",
            'a == "yes"', "count >", "a.b",
        ]
    ),
    TEXTS,
)  # fmt: skip
OWN_COLUMNS = (
    "part", "key", "order", "type", "of", "disclosure", "required", "battery", "decimals", "unit", "variable",
    "specifies", "export", "show_if", "rule", "edit", "item", "level", "order_of_edit", "list", "definition",
    "label_en", "unit_en",
)  # fmt: skip
ROWS = st.fixed_dictionaries(
    {"type": TYPES, "name": NAMES},
    optional={
        "label": TEXTS,
        "label::English (en)": TEXTS,
        "hint": TEXTS,
        "relevant": EXPRESSIONS,
        "constraint": EXPRESSIONS,
        "constraint_message": TEXTS,
        "calculation": EXPRESSIONS,
        "choice_filter": EXPRESSIONS,
        "required": st.sampled_from(["yes", "no", "true()", "${a} = 1", "TRUE"]),
        "appearance": st.sampled_from(["label", "list-nolabel", "field-list", "quick minimal"]),
        "parameters": st.sampled_from(
            ["start=0 end=5", "start=a", "step=0.5", "=", "end=1e99", "end=99999999999999999999"]
        ),
        "default": TEXTS,
        **{f"barometer_{name}": OWN for name in OWN_COLUMNS},
    },
)
CHOICES = st.fixed_dictionaries(
    {"list_name": st.sampled_from(["l", "m", ""]), "name": st.one_of(NAMES, st.integers(-3, 3), st.just("yes"))},
    optional={
        "label": TEXTS,
        "x": TEXTS,
        "barometer_missing": OWN,
        "barometer_exclusive": OWN,
        "barometer_common": OWN,
        "barometer_show_if": OWN,
        "barometer_offered": OWN,
    },
)
SETTINGS = st.fixed_dictionaries(
    {}, optional={"form_id": TEXTS, "form_title": TEXTS, "version": TEXTS, "default_language": TEXTS, "style": TEXTS}
)
PARTS = st.sampled_from(
    [
        "title",
        "introduction",
        "state",
        "source",
        "partial",
        "self_test",
        "blocks",
        "comparability",
        "translated_from",
        "?",
    ]
)
EXTRAS = st.fixed_dictionaries(
    {"part": PARTS}, optional={"key": OWN, "value": OWN, "label::English (en)": OWN, "on": OWN, "why": TEXTS}
)


@settings(max_examples=400 if BY_NIGHT else 100, deadline=None)
@given(
    survey=st.lists(ROWS, max_size=8),
    choices=st.lists(CHOICES, max_size=5),
    given_settings=SETTINGS,
    extras=st.lists(EXTRAS, max_size=3),
)
def test_any_rows_are_read_or_refused(survey: Any, choices: Any, given_settings: Any, extras: Any) -> None:
    try:
        found = read_xlsform(form(survey, choices, given_settings, {"barometer": extras}))
    except (ExchangeRefused, InstrumentError) as error:
        has_reason(error)
        return
    assert to_document(from_document(found.document)) == found.document
    for loss in found.lost:
        assert all((loss.place, loss.what, loss.why)), loss
    made = write_xlsform(found.document)
    try:
        back = read_xlsform(made.content, name=str(found.document["key"])).document
    except (ExchangeRefused, InstrumentError):
        assert made.lost
        return
    assert back == found.document or made.lost


@settings(max_examples=300 if BY_NIGHT else 80, deadline=None)
@given(place=st.integers(0, len(BASE) - 1), value=st.binary(min_size=1, max_size=3), cut=st.booleans())
def test_any_damage_is_read_or_refused(place: int, value: bytes, cut: bool) -> None:
    damaged = BASE[:place] if cut else BASE[:place] + value + BASE[place + len(value) :]
    try:
        read_xlsform(damaged)
    except (ExchangeRefused, InstrumentError) as error:
        has_reason(error)


@settings(max_examples=100, deadline=None)
@given(content=st.binary(max_size=200))
def test_any_bytes_are_refused(content: bytes) -> None:
    try:
        read_xlsform(content)
    except ExchangeRefused as error:
        has_reason(error)
    else:
        raise AssertionError(content)
