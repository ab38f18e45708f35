import shutil
import subprocess
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.pofile import read_po as babel_read_po

from surveys.instrument.exchange import ExchangeRefused
from surveys.instrument.schema import TextState
from surveys.instrument.texts import Standing, entries, text_hash, with_texts
from surveys.instrument.translations import export_texts
from surveys.instrument.translations.gettext_file import MAX_BYTES, read_po
from tests import make

ENTRY = '#. a question\nmsgctxt "title"\nmsgid "Tittel"\nmsgstr "Title"\n'


def exported() -> bytes:
    """Its title is checked, its introduction older than its source, its help missing."""
    instrument = make.questionnaire("translated")
    first = instrument.texts["nb"]
    own = with_texts(instrument.texts["nn"], {"title": "Omsett"}, entries(first), TextState.CHECKED)
    own = replace(own, sources={**own.sources, "introduction": text_hash("Et skjema.")})
    new = replace(own.items["new"], help="")
    own = replace(own, items={**own.items, "new": new})
    return export_texts(replace(instrument, texts={**instrument.texts, "nn": own}), "nn", ".po").content


def test_each_text_says_what_it_is_how_long_it_may_be_and_how_it_stands() -> None:
    text = exported().decode()
    assert (
        "# checked\n#. title of the questionnaire\n#. at most 80 characters\n"
        f'#. as exported: checked {text_hash("Omsett")}\nmsgctxt "title"\nmsgid "Oversatt"\nmsgstr "Omsett"\n'
    ) in text
    assert '#, fuzzy\nmsgctxt "introduction"\n' in text
    assert "#. option on every line below “Hva hjalp {item.name|innovasjonen}?”\n#. at most 120 characters\n" in text
    assert "#. unit behind the number of “Hvor mange timer gikk med?”\n#. at most 30 characters\n" in text
    assert "#. message when an answer to “Hvor mange timer gikk med?” does not fit with others\n" in text
    assert f'#. as exported: missing {text_hash("")}\nmsgctxt "items.new.help"\nmsgid "Ett svar."\nmsgstr ""\n' in text


def test_other_programs_read_the_same() -> None:
    content = exported()
    theirs = {str(message.context): message for message in babel_read_po(BytesIO(content)) if message.id}
    ours = read_po(content).entries
    assert {one.location: (one.source, one.text) for one in ours} == {
        context: (message.id, message.string) for context, message in theirs.items()
    }
    assert {one.location for one in ours if one.standing is Standing.STALE} == {
        context for context, message in theirs.items() if message.fuzzy
    }
    assert {line for line in content.decode().splitlines() if line.startswith("#,")} == {"#, fuzzy"}


@pytest.mark.skipif(shutil.which("msgfmt") is None, reason="msgfmt is not installed")
def test_msgfmt_compiles_it(tmp_path: Path) -> None:
    (tmp_path / "nn.po").write_bytes(exported())
    run = subprocess.run(["msgfmt", "--check-format", "-o", "nn.mo", "nn.po"], cwd=tmp_path, check=False)
    assert run.returncode == 0


def test_comments_flags_and_broken_lines_are_read() -> None:
    content = (
        '# Poedit 3\nmsgid ""\nmsgstr "Language: nb_NO\\nProject-Id-Version: kinds 2\\n"\n\n'
        '#  Checked\n# Why so long?\n#: here:1\n#| msgid "Old"\n#, fuzzy, no-wrap\r\nmsgctxt   "title"\r\n'
        'msgid ""\n"Two \\"words\\"\\n"\n"and \\\\n"\nmsgstr "To\\tord"\n' + ENTRY.replace('"title"', '"next"')
    )
    file = read_po(b"\xef\xbb\xbf" + content.encode())
    assert (file.key, file.language, file.lost) == ("kinds", "nb_NO", ())
    first, second = file.entries
    assert (first.source, first.text, first.comment) == ('Two "words"\nand \\n', "To\tord", "Why so long?")
    assert (first.standing, first.unfinished, first.place) == (Standing.STALE, True, "line 10")
    assert (second.location, second.standing, second.text) == ("next", Standing.DRAFT, "Title")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (ENTRY.replace('"Title"', "Title"), "line 4: expected msgctxt, msgid or msgstr"),
        (ENTRY.replace('"Title"', '"Ti"tle"'), "line 4: expected"),
        (ENTRY.replace("Title", "Ti\x00tle"), "line 4: expected"),
        ('"text"\n' + ENTRY, "line 1: expected"),
        ("<html>", "line 1: expected"),
    ],
)
def test_a_damaged_line_is_refused_and_named(content: str, reason: str) -> None:
    with pytest.raises(ExchangeRefused, match=reason):
        read_po(content.encode())


def test_another_encoding_and_too_much_are_refused() -> None:
    with pytest.raises(ExchangeRefused, match=r"Expected a \.po file in UTF-8, got byte 11"):
        read_po("# Ordlista ä".encode("latin-1"))
    with pytest.raises(ExchangeRefused, match="Expected at most 5000000 bytes"):
        read_po(b"#" * (MAX_BYTES + 1))
    with pytest.raises(ExchangeRefused, match="Expected at most 20000 texts"):
        read_po(b'msgctxt ""\nmsgid ""\nmsgstr ""\n' * 20_001)


def test_what_is_no_text_of_ours_is_said() -> None:
    file = read_po(
        b'#~ msgid "Gone"\nmsgid "No context"\nmsgstr "x"\nmsgctxt "several"\nmsgid "One"\nmsgid_plural "Many"\n'
        b'msgstr[0] "En"\nmsgstr[1] "Flere"\nmsgctxt "half"\nmsgid "Half"\n'
    )
    assert file.entries == ()
    assert [str(loss) for loss in file.lost] == [
        "line 1: '#~ msgid \"Gone\"' was not taken. It is no longer in use: take it away.",
        "line 2: the entry 'No context' was not taken. It has no msgctxt: export the file anew.",
        "line 4: the entry 'One' was not taken. It has no msgstr: export the file anew.",
        "line 9: the entry 'Half' was not taken. It has no msgstr: export the file anew.",
    ]
