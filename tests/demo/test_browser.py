"""The browser of the rehearsal reads forms as browsers do."""

from barometer.demo.browser import Page, Reader, given

BODY = """
<a href="/respond/page/role">Begin</a>
<form method="get" action="/search"><input name="q"></form>
<form method="post">
  <input type="hidden" name="save_key" value="k&amp;1">
  <input type="radio" name="a.types.service" value="yes"><input type="radio" name="a.types.service" value="no">
  <input type="checkbox" name="a.partners" value="state"><textarea name="a.comment"></textarea>
</form>
<input name="outside">
"""


def read() -> Page:
    page = Page("http://127.0.0.1:1/respond/", BODY)
    Reader(page).feed(BODY)
    return page


def test_forms_that_post_are_found_with_their_fields() -> None:
    (form,) = read().forms
    assert form.action == "http://127.0.0.1:1/respond/"
    assert form.hidden == {"save_key": "k&1"}
    assert form.names == {"save_key", "a.types.service", "a.partners", "a.comment"}
    assert read().links == ["http://127.0.0.1:1/respond/page/role"]


def test_answers_are_given_once_a_choice_and_only_to_what_is_asked() -> None:
    answers = {"types.service": "yes", "partners": ["state", "citizens"], "stopped": "no"}
    assert given(read().forms[0], answers) == [
        ("a.partners", "state"),
        ("a.partners", "citizens"),
        ("a.types.service", "yes"),
    ]
