"""Texts read from markup and expressions, and written as such."""

import pytest

from surveys.instrument.limesurvey.expression_grammar import Untranslatable
from surveys.instrument.limesurvey.names_and_codes import AnswerName, BackgroundName, Names
from surveys.instrument.limesurvey.reading_texts import TextReader, plain_text
from surveys.instrument.limesurvey.writing_texts import written_text


def names() -> Names:
    found = Names()
    found.add("Q1", AnswerName("kind"))
    for number, variable in enumerate(("country", "organisation", "ref.from:year", "size:number"), start=1):
        found.add(f"TOKEN:ATTRIBUTE_{number}", BackgroundName(variable))
    return found


PLAIN = {
    "as it stands": "as it stands",
    "<p>One</p>\n\n<p>Two<br/>three</p>": "One\nTwo\nthree",
    "<p>\n\tA  line\n\tbroken   in the file</p>": "A line broken in the file",
    "<ul>\n<li>a</li>\n<li>b</li>\n</ul>": "a\nb",
    "<span style='color:red'>red</span>&nbsp;hat": "red hat",
    "<style>p {color: red}</style>Text": "Text",
    "<p>&nbsp;</p>": "",
    "<h2>Head</h2>Body": "Head\nBody",
    "One<!-- not <p> shown --> two": "One two",
    "5 &lt; 7 &amp; more": "5 < 7 & more",
    "<p>unclosed <b>bold": "unclosed bold",
}


@pytest.mark.parametrize(("html", "text"), PLAIN.items())
def test_markup_becomes_lines_of_text(html: str, text: str) -> None:
    assert plain_text(html, "here")[0] == text


def test_a_line_break_of_a_word_processor_keeps_words_apart() -> None:
    assert TextReader(names()).text("What\x0bis inno\x1fvation?", "here") == "What is innovation?"


def test_only_marks_that_say_something_are_named() -> None:
    assert plain_text("<p><span>a</span> <b>b</b> <a href='x'>c</a></p>", "here")[1] == {"a", "b"}


TEXTS = {
    "You said {item.kind|nothing}.": 'You said {if(is_empty(Q1.NAOK), "nothing", Q1.shown)}.',
    "In {bg.country|your country}": 'In {if(is_empty(TOKEN:ATTRIBUTE_1), "your country", TOKEN:ATTRIBUTE_1)}',
    "{organisation|You}": '{if(is_empty(TOKEN:ATTRIBUTE_2), "You", TOKEN:ATTRIBUTE_2)}',
    "since {ref.from:year}": "since {TOKEN:ATTRIBUTE_3}",
    "{bg.size:number|some}": '{if(is_empty(TOKEN:ATTRIBUTE_4), "some", TOKEN:ATTRIBUTE_4)}',
    "a {{brace}} & <mark>": "a &#123;brace&#125; &amp; &lt;mark&gt;",
}


@pytest.mark.parametrize(("ours", "theirs"), TEXTS.items())
def test_a_placeholder_becomes_an_expression_and_back(ours: str, theirs: str) -> None:
    assert written_text(ours, names()) == theirs
    reader = TextReader(names())
    assert reader.text(theirs, "here") == ours
    assert reader.losses() == []


@pytest.mark.parametrize(
    "text", ["{item.kind:list|none}", "{item.other|none}", "{bg.sector|none}", "a } b", '{item.kind|"quoted"}']
)
def test_a_placeholder_that_limesurvey_cannot_fill_is_not_written(text: str) -> None:
    with pytest.raises(Untranslatable):
        written_text(text, names())


READ = {
    "Hi {Q1}": "Hi {item.kind|…}",
    '<p>{if(!is_empty(Q1), Q1.shown, "x")}</p>': "{item.kind|x}",
    "a { b } c": "a {{ b }} c",
}


@pytest.mark.parametrize(("theirs", "ours"), READ.items())
def test_expressions_in_the_texts_of_others_are_read(theirs: str, ours: str) -> None:
    assert TextReader(names()).text(theirs, "here") == ours


@pytest.mark.parametrize("inner", ["TOKEN:FIRSTNAME", "Q9.shown", "if(Q1 == 'a', 'b', 'c')", "sum(1, 2)", "SAVEDID"])
def test_an_expression_without_counterpart_is_named_and_leaves_a_mark(inner: str) -> None:
    reader = TextReader(names())
    assert reader.text(f"Dear {{{inner}}}!", "item a (en)") == "Dear …!"
    assert [(loss.place, loss.what) for loss in reader.losses()] == [("item a (en)", f"{{{inner}}}")]


def test_no_text_takes_long_however_it_is_broken() -> None:
    for piece in ("<!--", "<a ", "<![CDATA[", "&", "{", " ", "<a b='"):
        text = piece * (190_000 // len(piece))
        assert isinstance(plain_text(text, "here")[0], str)
