from hypothesis import given
from hypothesis import strategies as st

from surveys.instrument.limesurvey.names_and_codes import ANSWER_LENGTH, RESERVED_QUESTIONS, Codes, Keys, codes_of
from surveys.instrument.rule_tree import KEY

codes = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_-]{0,30}", fullmatch=True)


@given(st.lists(codes, unique=True, max_size=40))
def test_every_option_gets_a_code_of_its_own_that_fits(names: list[str]) -> None:
    found = codes_of(names)
    assert list(found) == names
    assert len({code.lower() for code in found.values()}) == len(names)
    assert all(code.isalnum() and len(code) <= ANSWER_LENGTH for code in found.values())


def test_what_fits_stays_and_what_does_not_is_shortened_with_a_mark_of_its_own() -> None:
    found = codes_of(["yes", "other", "dont_know", "dont_care"])
    assert found["yes"] == "yes"
    assert found["other"].startswith("ot"), "other is a word of LimeSurvey's"
    assert found["dont_know"][:2] == found["dont_care"][:2] == "do"
    assert found["dont_know"] == codes_of(["dont_know"])["dont_know"]


def test_a_question_begins_with_a_letter_and_is_no_word_of_limesurvey() -> None:
    given_out = Codes(20, RESERVED_QUESTIONS, letter_first=True)
    assert given_out.give("newest_types") == "newestTypes"
    assert given_out.give("2nd") != "2nd"
    assert given_out.give("token") != "token"
    long = given_out.give("a_key_that_is_much_longer_than_that")
    assert len(long) == 20
    assert long.startswith("aKeyThatIsMuch")


def test_keys_come_out_of_any_code_once_each_and_avoid_the_words_of_rules() -> None:
    keys = Keys()
    assert [keys.give(name) for name in ("Q1", "q1", "G1Q2", "1a", "Ä", "count", "ref.x")] == [
        "q1", "q1_2", "g1q2", "q1a", "q", "count_", "ref_x_",
    ]  # fmt: skip
    assert keys.give("x", "types.product") == "types.product"
    assert keys.give("count", "count") == "count", "a key of ours stays"


@given(st.lists(st.text(max_size=12), max_size=20))
def test_any_name_becomes_a_key(names: list[str]) -> None:
    keys = Keys()
    found = [keys.give(name) for name in names]
    assert len(set(found)) == len(names)
    assert all(KEY.fullmatch(key) for key in found)
