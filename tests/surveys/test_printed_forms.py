"""The printed form: tagged, complete, literal, and the same bytes for the same questionnaire."""

import io
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation
from pypdf import PdfReader

from jobs.execution import run_due
from jobs.models import Job, JobState
from surveys.actions import instruments
from surveys.instrument.document import from_document, load_file, load_library
from surveys.instrument.schema import Instrument
from surveys.models import AuditEvent, InstrumentVersion, PrintedForm, Programme, User
from surveys.work import printed_forms
from surveys.work.printed_content import Form, Question, form_of
from tests import make

INSTRUMENTS = Path(make.__file__).parent / "instruments"
HOSTILE = '#panic("x") $ \\u{41} `raw` "q" <label> @key *bold* _it_ // note /* [x] { -- ~ 1. = = \\'
LETTERS = "đ ŋ ŧ ž č š ð þ æ å ä ö ø Ý Þ « » “ ” … –"


def form(name: str, language: str, *, constructed: bool = False) -> Form:
    with translation.override("en"):
        return form_of(make.questionnaire(name), language, programme="The barometer", constructed=constructed)


def questions(printed: Form) -> list[Question]:
    return [question for section in printed.sections for page in section.pages for question in page.questions]


def read(pdf: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(pdf))


def words(pdf: bytes) -> str:
    """All text in a row, whatever the lines and pages it stands on."""
    return " ".join(" ".join(page.extract_text() for page in read(pdf).pages).split())


def tags(pdf: bytes) -> Iterator[dict[str, Any]]:
    """The structure elements in reading order."""

    def below(node: Any) -> Iterator[dict[str, Any]]:
        node = node.get_object()
        if isinstance(node, list):
            for child in node:
                yield from below(child)
        elif isinstance(node, dict):
            if "/S" in node:
                yield node
            if "/K" in node:
                yield from below(node["/K"])

    return below(read(pdf).trailer["/Root"]["/StructTreeRoot"]["/K"])


def headings(pdf: bytes) -> list[tuple[str, str]]:
    return [(tag["/S"], tag.get("/T", "")) for tag in tags(pdf) if tag["/S"][:2] == "/H"]


def test_the_pdf_is_tagged_and_says_its_language_and_title() -> None:
    reader = read(printed_forms.laid_out(form("printed", "is")))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"].value is True
    assert root["/Lang"] == "is"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"].value is True
    assert reader.metadata is not None
    assert reader.metadata.title == "Prentaði spurningalistinn"
    assert reader.metadata.creation_date is None
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data()


@pytest.mark.parametrize("name", ["workplace", "management", "political"])
def test_every_text_of_a_shipped_questionnaire_is_printed(name: str) -> None:
    instrument = from_document(load_library(name))
    for language in instrument.languages:
        with translation.override(language):
            printed = form_of(instrument, language, programme="The barometer", constructed=False)
        pdf = printed_forms.laid_out(printed)
        text, texts = words(pdf), instrument.texts[language]
        assert texts.introduction in text
        spoken = {title for _level, title in headings(pdf)}
        assert {question.question for question in questions(printed) if question.kind != "information"} <= spoken
        for item in instrument.items.values():
            for option in item.options if item.battery is None else ():
                assert texts.label(item, option.code) in text, (language, item.key, option.code)


def test_headings_go_down_one_level_at_a_time() -> None:
    assert headings(printed_forms.laid_out(form("battery", "en"))) == [
        ("/H1", "Factors"),
        ("/H2", "Everything"),
        ("/H3", "Inside"),
        ("/H4", "What promoted and what hindered?"),
        ("/H5", "Technology"),
        ("/H5", "Money"),
        ("/H3", "Outside"),
        ("/H4", "What promoted and what hindered?"),
        ("/H5", "Laws"),
    ]


def test_the_scale_of_a_battery_is_printed_once_and_its_circles_say_what_they_mean() -> None:
    pdf = printed_forms.laid_out(form("battery", "en"))
    scale = ["Hindered", "Promoted", "Not relevant"]
    assert [words(pdf).count(label) for label in scale] == [1, 1, 1]
    assert [tag["/Alt"] for tag in tags(pdf) if tag["/S"] == "/Figure"] == scale * 3
    assert words(pdf).count("The numbers mean the same as above.") == 1


def battery_of(kind: str) -> Form:
    """The battery with rows of another type; numbers have no scale."""
    document = load_file(INSTRUMENTS / "battery.yaml")
    for row in document["items"]:
        row["type"] = kind
        if kind == "number":
            del row["options"]
    with translation.override("en"):
        return form_of(from_document(document), "en", programme="The barometer", constructed=False)


def test_rows_that_take_several_answers_have_boxes_and_rows_of_numbers_a_field_each() -> None:
    several, numbers = questions(battery_of("multi")), battery_of("number")
    assert [(row.kind, row.row, row.on_scale) for row in several] == [("several", True, True)] * 3
    pdf = printed_forms.laid_out(numbers)
    assert [(row.kind, row.row, row.on_scale) for row in questions(numbers)] == [("number", True, False)] * 3
    assert [tag["/Alt"] for tag in tags(pdf) if tag["/S"] == "/Figure"] == ["Field for a number"] * 3
    assert "The numbers mean the same" not in words(pdf)
    assert [level for level, _title in headings(pdf)] == ["/H1", "/H2", "/H3", "/H4", "/H5", "/H5", "/H3", "/H4", "/H5"]


def test_options_are_lists_whose_marks_have_words() -> None:
    pdf = printed_forms.laid_out(form("kinds", "en"))
    marks = [tag["/Alt"] for tag in tags(pdf) if tag["/S"] == "/Figure"]
    assert marks == [
        *["Circle to mark"] * 3,
        *["Box to mark"] * 4,
        "Field for a number",
        *["Space to write in"] * 2,
    ]
    assert [tag["/S"] for tag in tags(pdf)].count("/L") == 2
    assert [tag["/S"] for tag in tags(pdf)].count("/LI") == 7


def test_each_kind_of_answer_has_its_place() -> None:
    printed = {question.question: question for question in questions(form("printed", "en"))}
    assert [(question.kind, question.hint, question.unit) for question in printed.values()] == [
        ("information", "", ""),
        ("one", "The page shows what the register says.", ""),
        ("numbers", "Give the first place to what comes first. You may rank up to 2.", ""),
        ("numbers", "Together the numbers must make 100.", "%"),
        ("date", "Day, month and year.", ""),
        ("one", "", ""),
        ("line", "", ""),
    ]
    assert next(iter(printed)) == "This part is about your workplace."
    assert list(printed)[-1] == "If “Somebody else”: please specify"
    told = printed["Who told you?"].choices
    assert [choice.label for choice in told] == ["A colleague", "Somebody else", "Don’t know"]


def test_what_is_asked_of_some_says_so() -> None:
    printed = form("printed", "en")
    assert [question.question for question in questions(printed) if question.some] == ["When did it begin?"]
    assert [choice.label for question in questions(printed) for choice in question.choices if choice.some] == [
        "Learning"
    ]
    assert printed.notes[-1].startswith("Some of them are asked only of some")
    text = words(printed_forms.laid_out(printed))
    assert "When did it begin? Asked only of some" in text
    assert "Learning (offered only to some)" in text
    routed = form("kinds", "en")
    assert [page.heading for section in routed.sections for page in section.pages if page.some] == ["Tools"]
    assert "Tools The questions under this heading are asked only of some" in words(printed_forms.laid_out(routed))
    assert form("battery", "en").notes == (
        "These are all the questions, to be read beforehand. Answer them by the personal link.",
    )


def test_drafts_are_marked_whole_or_one_by_one() -> None:
    whole, partly, checked = form("printed", "is"), form("printed", "en"), form("battery", "en")
    assert (whole.marks, whole.notes[0]) == (("Draft",), "Draft: no person has checked these texts yet.")
    assert not any(question.draft for question in questions(whole))
    assert partly.marks == ("Draft",)
    assert partly.notes[0].startswith("Some of these texts are drafts")
    assert [question.question for question in questions(partly) if question.draft] == ["What came first?"]
    assert "What came first? Draft" in words(printed_forms.laid_out(partly))
    assert checked.marks == ()


def test_constructed_stands_on_every_page() -> None:
    printed = form("printed", "en", constructed=True)
    pages = [page.extract_text() for page in read(printed_forms.laid_out(printed)).pages]
    assert len(pages) > 1
    assert all("Constructed data · Draft" in page for page in pages)
    assert "Constructed data: this questionnaire is part of a demonstration." in pages[0]
    assert pages[-1].split("\n")[-1].endswith(f"Page {len(pages)} of {len(pages)}")


def hostile() -> Instrument:
    document = make.tiny()
    texts = document["texts"]["en"]
    written = HOSTILE.replace("{", "{{").replace("}", "}}")
    texts["title"] = texts["sections"]["one"] = texts["pages"]["colour"] = written
    texts["introduction"] = f"{written}\n{LETTERS}"
    colour = texts["items"]["colour"]
    colour["question"] = colour["help"] = colour["options"]["red"] = written
    return from_document(document)


def test_no_text_is_read_as_markup_and_every_letter_has_a_sign() -> None:
    printed = form_of(hostile(), "en", programme=HOSTILE, constructed=False)
    pdf = printed_forms.laid_out(printed)
    assert words(pdf).count(HOSTILE) == 7 + len(read(pdf).pages)
    assert LETTERS in words(pdf)
    assert [level for level, title in headings(pdf) if title == HOSTILE] == ["/H1", "/H2", "/H3", "/H4"]


def test_the_same_form_gives_the_same_bytes_in_another_process() -> None:
    printed = form("printed", "is")
    first = printed_forms.laid_out(printed)
    assert first == printed_forms.laid_out(printed)
    code = (
        "import hashlib, django; django.setup(); from tests.surveys.test_printed_forms import form; "
        "from surveys.work.printed_forms import laid_out; import sys; "
        "sys.stdout.buffer.write(laid_out(form('printed', 'is')))"
    )
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert other.stdout == first


@pytest.fixture
def programme() -> Programme:
    return make.programme()


@pytest.fixture
def by(programme: Programme) -> User:
    return make.user("administrator", programme)


def fielded(programme: Programme, by: User, document: dict[str, Any]) -> InstrumentVersion:
    return instruments.field(version=instruments.store(programme=programme, document=document, by=by), by=by)


@pytest.mark.django_db
def test_freezing_the_questionnaire_prints_it_in_every_language(programme: Programme, by: User) -> None:
    version = fielded(programme, by, make.tiny())
    assert PrintedForm.objects.count() == 0
    run_due()
    forms = {row.language: row for row in version.printed.all()}
    assert sorted(forms) == ["en", "nb"]
    assert {row.content_hash for row in forms.values()} == {version.content_hash}
    assert {language: read(row.pdf).trailer["/Root"]["/Lang"] for language, row in forms.items()} == {
        "en": "en",
        "nb": "nb",
    }
    assert "Barometeret barometer" in words(forms["nb"].pdf)
    event = AuditEvent.objects.get(action="instrument.printed")
    assert (event.actor, event.detail) == ("system", {"languages": "en, nb"})
    instruments.field(version=version, by=by)
    assert Job.objects.filter(task="surveys.print_forms").count() == 1


@pytest.mark.django_db
def test_printing_again_changes_nothing(programme: Programme, by: User) -> None:
    version = fielded(programme, by, make.tiny())
    run_due()
    before = {row.pk: bytes(row.pdf) for row in version.printed.all()}
    Job.objects.filter(task="surveys.print_forms").update(state=JobState.QUEUED, finished_at=None)
    run_due()
    assert {row.pk: bytes(row.pdf) for row in version.printed.all()} == before


@pytest.mark.django_db
def test_a_worker_that_dies_in_the_middle_leaves_no_form(
    programme: Programme, by: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = fielded(programme, by, make.tiny())
    real = PrintedForm.objects.update_or_create
    calls: list[str] = []

    def dies(**values: Any) -> Any:
        calls.append(values["language"])
        if len(calls) == 2:
            raise SystemExit("killed")
        return real(**values)

    monkeypatch.setattr(PrintedForm.objects, "update_or_create", dies)
    with pytest.raises(SystemExit):
        run_due()
    assert calls == ["nb", "en"]
    assert version.printed.count() == 0
    monkeypatch.undo()
    Job.objects.update(state=JobState.QUEUED, owner="")
    run_due()
    assert version.printed.count() == 2


@pytest.mark.django_db
def test_a_sign_that_no_font_has_fails_the_job_at_once_with_its_reason(programme: Programme, by: User) -> None:
    document = make.tiny()
    document["texts"]["en"]["title"] = "Kinds \U00012345"
    version = fielded(programme, by, document)
    run_due()
    job = Job.objects.get(task="surveys.print_forms")
    assert (job.state, job.attempts) == (JobState.FAILED, 1)
    assert "could not be displayed" in job.error
    assert version.printed.count() == 0
