"""The questionnaires on the desk: the versions, what stands in one, files in and out, texts, reviews, differences."""

import io
import json
import re
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from jobs.execution import run_due
from surveys.actions import instruments, texts
from surveys.instrument.document import from_document, load_library
from surveys.instrument.exchange import Imported, Loss
from surveys.instrument.texts import coverage
from surveys.models import InstrumentVersion, Programme, QuestionnaireImport, TextReview, User, WaveState
from surveys.work import questionnaires
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def version(programme: Programme, administrator: User) -> InstrumentVersion:
    return instruments.store(programme=programme, document=make.tiny(), by=administrator)


def address(name: str, *args: object) -> str:
    return reverse(f"surveys:{name}", args=["barometer", *args])


def page(desk: Client, name: str, *args: object, **query: str) -> str:
    answer = desk.get(address(name, *args), query)
    assert answer.status_code == 200
    return str(answer.content.decode())


def posted(desk: Client, name: str, *args: object, **fields: Any) -> str:
    answer = desk.post(address(name, *args), fields, follow=True)
    assert answer.status_code == 200
    return str(answer.content.decode())


def plain(shown: str) -> str:
    """The words of the page without its marks."""
    return " ".join(re.sub(r"<[^>]+>", " ", shown).split())


def test_the_versions_name_their_languages_and_waves(desk: Client, programme: Programme) -> None:
    assert "There is no questionnaire yet." in page(desk, "questionnaires")
    fielded = make.instrument(programme, document=make.tiny())
    make.wave(programme, instrument=fielded)
    make.instrument(programme, document=make.tiny(), version="2", fielded=False)
    shown = plain(page(desk, "questionnaires"))
    assert "kinds 1 nb, en Frozen" in shown
    assert "kinds 2 nb, en Can change –" in shown
    assert "Compare two versions" in shown


def test_a_version_shows_what_is_asked_of_whom(desk: Client, version: InstrumentVersion) -> None:
    shown = page(desk, "questionnaire", version.pk)
    words = plain(shown)
    assert "<h1>Kinds" in shown
    assert "Shown when colour == &quot;red&quot;" in words
    assert "Which colour? colour" in words
    assert "One choice: Open, must be answered" in words
    assert "None none , excludes the others" in words
    assert "Nothing: the linter has no findings." in words
    assert "They never count." in words
    places = [shown.index(f'<code class="small">{key}</code>') for key in ("colour", "tools", "count", "name", "story")]
    assert places == sorted(places)


def test_every_question_says_whether_a_real_barometer_asked_it(
    desk: Client, programme: Programme, administrator: User
) -> None:
    document: dict[str, Any] = load_library("workplace", blocks=["failed"])
    shown = plain(
        page(desk, "questionnaire", instruments.store(programme=programme, document=document, by=administrator).pk)
    )
    assert "Where the question is from: documented, C2, DK 2015" in shown
    assert "Where the question is from: own" in shown
    assert shown.count("Where the question is from") == len(document["items"]) - sum(
        not item.get("evidence") for item in document["items"]
    )


def test_rules_blocks_and_declarations_of_a_shipped_questionnaire_are_shown(
    desk: Client, programme: Programme, administrator: User
) -> None:
    document: dict[str, Any] = load_library("workplace", blocks=["failed", "pilot"])
    item = document["items"][0]["key"]
    document["comparability"] = [
        {"item": item, "with": "workplace 2023.1", "country": "NO", "relation": "reworded", "why": "A shorter wording",
         "by": "Kari", "on": "2025-03-01"},
    ]  # fmt: skip
    version = instruments.store(programme=programme, document=document, by=administrator)
    words = plain(page(desk, "questionnaire", version.pk))
    assert "failed Our own Ours: a figure on attempts" in words
    assert f"{item} workplace 2023.1 NO reworded A shorter wording Kari 2025-03-01" in words
    assert "At closing they count when" in words
    assert "Said at" in words
    instrument = from_document(document)
    for page_of in instrument.pages:
        assert page_of.id in words


def test_faults_are_named_with_place_and_way_out(desk: Client, programme: Programme, administrator: User) -> None:
    document = make.tiny()
    document["texts"]["en"]["title"] = '<b>Kinds</b> of "things"'
    version = instruments.store(programme=programme, document=document, by=administrator)
    shown = page(desk, "questionnaire", version.pk)
    assert "The questionnaire cannot be frozen before" in shown
    assert "<code>straight_quotes</code>" in shown
    assert "<b>Kinds</b>" not in shown


def test_the_faults_of_changes_that_nobody_declared_are_those_that_freezing_is_refused_for(
    desk: Client, programme: Programme, administrator: User
) -> None:
    fielded = make.instrument(programme, document=make.tiny())
    document = make.tiny() | {"version": "2"}
    document["texts"]["en"]["items"]["colour"]["options"]["red"] = "Blue"
    version = instruments.store(programme=programme, document=document, by=administrator)
    shown = page(desk, "questionnaire", version.pk)
    assert "<code>code_reused</code>" in shown
    assert "<code>items.colour.options.red</code>" in shown
    assert "Give another meaning another code" in shown
    assert "Nothing: the linter has no findings." in plain(page(desk, "questionnaire", fielded.pk))


def test_a_version_from_the_library_has_the_chosen_blocks(desk: Client, programme: Programme) -> None:
    shown = plain(page(desk, "questionnaire-new"))
    assert "workplace 2026.1" in shown
    assert "political 2026.1" in shown
    shown = plain(page(desk, "questionnaire-new", questionnaire="workplace"))
    assert "Our own Ours: a figure on attempts that were stopped is published" in shown
    for _ in range(2):  # pressing twice stores one version
        chosen = f"{address('questionnaire-new')}?questionnaire=workplace"
        answer = desk.post(chosen, {"block": ["followup", "failed", "not a block"]}, follow=True)
        assert "The questionnaire is stored." in answer.content.decode()
    version = programme.instruments.get()
    assert (str(version), version.fielded_at) == ("workplace 2026.1+failed+followup", None)
    assert [block.key for block in from_document(version.document).blocks] == ["failed", "followup"]


def test_a_frozen_version_of_the_library_is_not_replaced(
    desk: Client, programme: Programme, administrator: User
) -> None:
    changed = {**load_library("political"), "background": ["country"]}
    instruments.field(
        version=instruments.store(programme=programme, document=changed, by=administrator), by=administrator
    )
    answer = desk.post(f"{address('questionnaire-new')}?questionnaire=political", follow=True)
    assert "is frozen. Give the changed one a new version." in answer.content.decode()
    assert programme.instruments.get().document == changed


def test_checked_texts_are_not_lost_to_the_library(desk: Client, programme: Programme, administrator: User) -> None:
    version = instruments.store(programme=programme, document=load_library("political"), by=administrator)
    posted(desk, "questionnaire-check", version.pk, "en", seen=version.content_hash, every="yes")
    answer = desk.post(f"{address('questionnaire-new')}?questionnaire=political", follow=True)
    assert "There is a questionnaire political 2026.1 with other content" in answer.content.decode()
    version.refresh_from_db()
    assert coverage(from_document(version.document), "en").checked


def upload(desk: Client, content: bytes, kind: str = "own") -> str:
    return posted(desk, "questionnaire-upload", kind=kind, file=SimpleUploadedFile("asked.json", content))


def test_a_file_is_brought_in_read_and_shown(desk: Client) -> None:
    shown = upload(desk, json.dumps(make.tiny()).encode())
    assert "The file is kept and is being read." in shown
    assert "js/progress.js" in shown
    run_due()
    made = QuestionnaireImport.objects.get()
    shown = page(desk, "questionnaire-import", made.pk)
    assert "js/progress.js" not in shown
    assert "Everything came along." in shown
    assert f'href="{address("questionnaire", made.instrument_id)}"' in shown
    assert "asked.json" in page(desk, "questionnaires")


def test_what_of_a_file_did_not_come_along_is_listed_as_text(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    lost = tuple(Loss(f"survey, row {n}", "<script>alert(1)</script>", "Not taken.") for n in range(150))
    read = Imported(make.tiny(), {"items": 5}, lost, assumed=("Disclosure class: confidential.",))
    monkeypatch.setattr(questionnaires, "_read", lambda *_: read)
    upload(desk, b"a workbook", "xlsform")
    run_due()
    shown = page(desk, "questionnaire-import", QuestionnaireImport.objects.get().pk)
    assert "150 things were not taken." in shown
    assert shown.count("&lt;script&gt;alert(1)&lt;/script&gt;") == 150
    assert "<script>alert" not in shown
    assert "Disclosure class: confidential." in shown


def test_a_refused_file_says_why(desk: Client) -> None:
    upload(desk, b"[1]")
    run_due()
    shown = page(desk, "questionnaire-import", QuestionnaireImport.objects.get().pk)
    assert "Why it was refused" in shown
    assert "expected a questionnaire in our own format" in shown
    assert "Everything came along." not in shown


def test_a_file_above_the_limit_is_refused_beside_the_field(desk: Client, settings: Any) -> None:
    settings.QUESTIONNAIRE_UPLOAD_MAX_BYTES = 5
    shown = upload(desk, b"123456")
    assert '<div id="id_file_error"><p class="error">The file is larger than 10 MB.' in shown
    assert not QuestionnaireImport.objects.exists()


def test_the_own_format_goes_out_and_comes_back_the_same(desk: Client, version: InstrumentVersion) -> None:
    assert "Everything came along." in page(desk, "questionnaire-export", version.pk, "json")
    answer = desk.get(address("questionnaire-file", version.pk, "json"))
    assert answer["Content-Disposition"] == 'attachment; filename="kinds-1.json"'
    assert json.loads(answer.content) == version.document
    upload(desk, answer.content)
    run_due()
    assert QuestionnaireImport.objects.get().instrument == version


def test_the_packed_directory_holds_the_files_authors_work_with(desk: Client, version: InstrumentVersion) -> None:
    answer = desk.get(address("questionnaire-file", version.pk, "yaml"))
    with zipfile.ZipFile(io.BytesIO(answer.content)) as package:
        names = sorted(package.namelist())
    assert names == ["instruments/kinds.yaml", "items/kinds.yaml", "texts/kinds.en.yaml", "texts/kinds.nb.yaml"]
    assert desk.get(address("questionnaire-file", version.pk, "yaml")).content == answer.content
    assert desk.get(address("questionnaire-file", version.pk, "doc")).status_code == 404


@pytest.mark.parametrize(("kind", "ending"), [("xlsform", "xlsx"), ("limesurvey", "txt")])
def test_a_file_of_another_format_goes_out_and_comes_back_the_same(
    desk: Client, version: InstrumentVersion, kind: str, ending: str
) -> None:
    assert "What came along" in page(desk, "questionnaire-export", version.pk, kind)
    answer = desk.get(address("questionnaire-file", version.pk, kind))
    assert answer["Content-Disposition"] == f'attachment; filename="kinds-1.{ending}"'
    upload(desk, answer.content, kind)
    run_due()
    made = QuestionnaireImport.objects.get()
    assert (made.state, made.reason, made.instrument) == ("stored", "", version)
    assert from_document(version.document) == from_document(made.instrument.document)


@pytest.mark.parametrize("kind", ["xlsform", "limesurvey", "own"])
def test_a_file_of_another_kind_than_it_is_said_to_be_is_refused(desk: Client, kind: str) -> None:
    upload(desk, b"%PDF-1.7 not a questionnaire", kind)
    run_due()
    made = QuestionnaireImport.objects.get()
    assert made.state == "refused"
    assert made.reason


def test_ticked_texts_are_checked_and_the_list_stays_where_it_was(desk: Client, version: InstrumentVersion) -> None:
    shown = page(desk, "questionnaire-texts", version.pk, "en", state="draft")
    assert f'name="seen" value="{version.content_hash}"' in shown
    assert "Hvilken farge?" in shown
    fields = {
        "seen": version.content_hash,
        "location": ["title", "items.colour.question"],
        "state": "draft",
        "page": "1",
    }
    answer = desk.post(address("questionnaire-check", version.pk, "en"), fields)
    assert answer["Location"] == f"{address('questionnaire-texts', version.pk, 'en')}?state=draft&page=1"
    shown = desk.get(answer["Location"]).content.decode()
    assert "2 texts are checked." in shown
    assert 'value="items.colour.question"' not in shown
    assert "Checked (2)" in shown


def test_a_whole_language_is_checked_at_once(desk: Client, version: InstrumentVersion) -> None:
    posted(desk, "questionnaire-check", version.pk, "en", seen=version.content_hash, every="yes")
    version.refresh_from_db()
    assert coverage(from_document(version.document), "en").checked
    shown = page(desk, "questionnaire-texts", version.pk, "en")
    assert "A person has checked every text: the language may open." in shown
    assert 'name="every"' not in shown


def test_nothing_ticked_and_texts_changed_meanwhile_are_said(desk: Client, version: InstrumentVersion) -> None:
    shown = posted(desk, "questionnaire-check", version.pk, "en", seen=version.content_hash)
    assert "Tick the texts that you have checked." in shown
    shown = posted(desk, "questionnaire-check", version.pk, "en", seen="0" * 64, location="title")
    assert "The questionnaire was changed since you opened the page." in shown
    version.refresh_from_db()
    assert version.document == make.tiny()


def test_texts_of_a_frozen_version_cannot_be_checked(desk: Client, programme: Programme) -> None:
    version = make.instrument(programme, document=make.tiny())
    shown = page(desk, "questionnaire-texts", version.pk, "en")
    assert "The questionnaire is frozen: its texts cannot change any more." in shown
    assert 'type="checkbox"' not in shown
    shown = posted(desk, "questionnaire-check", version.pk, "en", seen=version.content_hash, every="yes")
    assert "is frozen. Give the changed one a new version." in shown


def test_a_long_list_of_texts_is_paged(desk: Client, programme: Programme, administrator: User) -> None:
    version = instruments.store(programme=programme, document=make.document(), by=administrator)
    first = page(desk, "questionnaire-texts", version.pk, "en")
    assert first.count('<code class="small">') == 100
    assert "?state=&amp;page=2" in first
    assert page(desk, "questionnaire-texts", version.pk, "en", page="2") != first
    assert desk.get(address("questionnaire-texts", version.pk, "xx")).status_code == 404


def test_texts_go_to_a_translator_and_come_back(desk: Client, version: InstrumentVersion) -> None:
    assert "These texts as a workbook" in page(desk, "questionnaire-texts", version.pk, "en")
    answer = desk.get(address("questionnaire-texts-file", version.pk, "en", "po"))
    assert answer["Content-Disposition"] == 'attachment; filename="kinds-1-en.po"'
    changed = answer.content.replace(b'msgstr "Which colour?"', b'msgstr "What colour?"')
    assert changed != answer.content
    for taken in (1, 0):  # the second time there is nothing new
        file = SimpleUploadedFile("en.po", changed)
        words = plain(posted(desk, "questionnaire-take-texts", version.pk, "en", file=file))
        assert f"{taken} texts 0 of them checked {21 - taken} unchanged" in words
        assert "Everything came along." in words
    assert "What colour?" in page(desk, "questionnaire-texts", version.pk, "en")


def test_a_workbook_of_texts_comes_back_too(desk: Client, version: InstrumentVersion) -> None:
    answer = desk.get(address("questionnaire-texts-file", version.pk, "nb", "xlsx"))
    file = SimpleUploadedFile("nb.xlsx", answer.content)
    assert "Everything came along." in posted(desk, "questionnaire-take-texts", version.pk, "nb", file=file)
    assert desk.get(address("questionnaire-texts-file", version.pk, "nb", "doc")).status_code == 404
    assert desk.get(address("questionnaire-texts-file", version.pk, "xx", "po")).status_code == 404


def test_a_file_that_is_not_for_these_texts_is_refused_with_the_reason(
    desk: Client, programme: Programme, version: InstrumentVersion, settings: Any
) -> None:
    norwegian = desk.get(address("questionnaire-texts-file", version.pk, "nb", "po")).content
    for content, reason in (
        (norwegian, "Expected texts in en, got texts in nb."),
        (b"%PDF-1.7", "error"),
        (b"x" * (1024 * 1024 + 1), "The file is larger than 1 MB."),
    ):
        file = SimpleUploadedFile("en.po", content)
        shown = posted(desk, "questionnaire-take-texts", version.pk, "en", file=file)
        assert '<div id="id_file_error"><p class="error">' in shown
        assert reason in shown
    fielded = make.instrument(programme, document=make.tiny(), version="2")
    file = SimpleUploadedFile("nb.po", norwegian)
    shown = posted(desk, "questionnaire-take-texts", fielded.pk, "nb", file=file)
    assert "is frozen. Give the changed one a new version." in shown
    assert 'type="file"' not in page(desk, "questionnaire-texts", fielded.pk, "nb")


def test_what_people_said_is_written_down_and_shown_as_text(desk: Client, version: InstrumentVersion) -> None:
    fields = {"kind": "interview", "language": "nb", "item": "colour", "note": "Leste <i>farge</i> som lag."}
    shown = posted(desk, "questionnaire-review", version.pk, **fields)
    assert "The line is in the log." in shown
    assert "Leste &lt;i&gt;farge&lt;/i&gt; som lag." in shown
    assert "Leste &lt;i&gt;" in page(desk, "questionnaire", version.pk)
    shown = posted(desk, "questionnaire-review", version.pk, **{**fields, "note": " "})
    assert '<div id="id_note_error"><p class="error">' in shown
    assert TextReview.objects.count() == 1


def test_the_log_is_read_by_question_and_language(
    desk: Client, version: InstrumentVersion, administrator: User
) -> None:
    for item, language in (("colour", "nb"), ("colour", "en"), ("tools", "nb")):
        note = f"said of {item} in {language}"
        texts.review(version=version, language=language, item=item, kind="probe", note=note, by=administrator)
    log = f"{address('questionnaire-reviews', version.pk)}?item=colour"
    assert f'href="{log}"' in page(desk, "questionnaire", version.pk)
    shown = desk.get(log).content.decode()
    assert ("said of colour in en" in shown, "said of tools" in shown) == (True, False)
    assert '<option value="colour" selected>' in shown
    shown = page(desk, "questionnaire-reviews", version.pk, language="nb")
    assert ("said of tools in nb" in shown, "in en" in shown) == (True, False)


def test_two_versions_are_set_side_by_side(desk: Client, version: InstrumentVersion, administrator: User) -> None:
    changed: dict[str, Any] = {**make.tiny(), "version": "2"}
    changed["texts"]["en"]["items"]["colour"]["options"]["red"] = "Green"
    changed["items"][0]["required"] = "soft"
    changed["pages"][1].pop("show_if")
    other = instruments.store(programme=version.programme, document=changed, by=administrator)
    query = {"from": str(version.pk), "to": str(other.pk)}
    words = plain(page(desk, "questionnaire-compare", **query))
    assert "kinds 2 beside kinds 1" in words
    assert "Nobody has declared what these have to do with the former questions: colour" in words
    assert "Codes used again with another meaning colour , red , en: Red Green" in words
    assert "pages.tools.show_if colour == &quot;red&quot; –" in words
    assert "required : hard soft" in words
    line = {"item": "colour", "with": "kinds 1", "why": "another scale", "by": "Kari", "on": "2025-01-01"}
    changed["comparability"] = [
        {**line, "country": "NO", "relation": "recoded"},
        {**line, "country": "DK", "relation": "broken"},
    ]
    instruments.store(programme=version.programme, document=changed, by=administrator)
    assert "colour NO: recoded, DK: broken" in plain(page(desk, "questionnaire-compare", **query))
    assert "Nothing is another." in page(desk, "questionnaire-compare", **{**query, "to": str(version.pk)})


def test_versions_of_another_programme_are_not_compared(desk: Client, version: InstrumentVersion) -> None:
    foreign = make.instrument(make.programme("other"), document=make.tiny())
    query = {"from": str(version.pk), "to": str(foreign.pk)}
    shown = page(desk, "questionnaire-compare", **query)
    assert "beside" not in shown
    assert f'value="{foreign.pk}"' not in shown
    assert desk.get(address("questionnaire-compare"), {"from": "x", "to": "9" * 30}).status_code == 200


def test_a_reader_sees_no_form_that_changes_anything(
    programme: Programme, version: InstrumentVersion, client: Client
) -> None:
    client.force_login(make.user("researcher", programme))
    for name, *args in (
        ("questionnaires",),
        ("questionnaire", version.pk),
        ("questionnaire-texts", version.pk, "en"),
        ("questionnaire-reviews", version.pk),
        ("questionnaire-compare",),
    ):
        shown = client.get(address(str(name), *args)).content.decode().split("<main", 1)[1]
        assert "checkbox" not in shown, name
        assert "/new" not in shown, name
        posts = re.findall(r'<form method="post" action="([^"]*)"', shown)
        assert posts in ([], [address("questionnaire-check", version.pk, "en")]), name


def test_constructed_programmes_say_so(client: Client) -> None:
    programme = make.programme("demo", constructed=True)
    version = make.instrument(programme, document=make.tiny())
    client.force_login(make.user("administrator", programme))
    for name, *args in (("questionnaires", "demo"), ("questionnaire", "demo", version.pk)):
        shown = client.get(reverse(f"surveys:{name}", args=args)).content.decode()
        assert 'class="constructed"' in shown, name


def queries(desk: Client, name: str, *args: object, **query: str) -> int:
    page(desk, name, *args, **query)  # what is worked out once is there
    with CaptureQueriesContext(connection) as captured:
        page(desk, name, *args, **query)
    return len(captured)


def test_pages_take_few_queries_however_much_there_is(
    desk: Client, programme: Programme, version: InstrumentVersion, administrator: User
) -> None:
    names = (("questionnaires",), ("questionnaire", version.pk), ("questionnaire-reviews", version.pk))
    texts.review(version=version, language="nb", item="", kind="probe", note="first", by=administrator)
    make.wave(programme, "2023", instrument=version, state=WaveState.DRAFT)
    made = make.instrument(programme, document=make.tiny(), version="0")
    before = [queries(desk, str(name), *args) for name, *args in names]
    for number in range(3):
        texts.review(version=version, language="nb", item="", kind="probe", note=f"n {number}", by=administrator)
        make.instrument(programme, document=make.tiny(), version=f"9{number}")
        make.wave(programme, f"203{number}", instrument=version, state=WaveState.DRAFT)
    upload(desk, json.dumps(make.tiny()).encode())
    run_due()
    assert [queries(desk, str(name), *args) for name, *args in names] == before
    assert queries(desk, "questionnaire-texts", version.pk, "en") <= 6
    compared = queries(desk, "questionnaire-compare", **{"from": str(made.pk), "to": str(version.pk)})
    assert compared <= 6
    assert max(before) <= 9
