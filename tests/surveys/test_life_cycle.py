"""Save, hand in, correct and close from two clients, against the plainest model: one after another, and at once."""

from collections import Counter
from functools import partial
from itertools import chain
from random import Random
from threading import Barrier

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from surveys.models import SampledUnit
from tests.at_once import at_once
from tests.conftest import BY_NIGHT
from tests.surveys.life_cycle import Client, Done, Life, Step, begun, life_of, orders_that_explain

VALUES = {
    "colour": [{"colour": colour} for colour in ("red", "blue", "dont_know", None)],
    "tools": [
        {"tools": tools, "count": count} for tools in (None, ["saw"], ["saw", "file"], ["none"]) for count in (None, 3)
    ],
    "words": [{"name": name, "story": None} for name in (None, "A", "B", "a" * 41)],
}
SAVES = [Step("save", page, values) for page, all_values in VALUES.items() for values in all_values]
OTHERS = [Step(does) for does in ("again", "look", "submit", "submit", "correct", "correct")]
ONE = st.one_of(st.sampled_from(SAVES), st.sampled_from(OTHERS)).map(lambda step: [step])
COLOUR = st.sampled_from([Step("save", "colour", values) for values in VALUES["colour"][:3]])
# Steps at random seldom come as far as a correction; these rows of them do, with other steps between.
HANDED_IN = COLOUR.map(lambda colour: [Step("look"), colour, Step("submit")])
CORRECTED = COLOUR.map(lambda colour: [Step("correct"), Step("look"), colour, Step("submit")])
TOO_SOON = st.just([Step("save", "words", {"name": "A", "story": None}), Step("submit")])
TOOLS = Step("save", "tools", {"tools": ["saw"], "count": 3})
LEFT = COLOUR.map(lambda colour: [Step("save", "colour", {"colour": "red"}), TOOLS, colour, Step("submit")])
ROWS = st.lists(st.one_of(ONE, ONE, TOO_SOON, LEFT, HANDED_IN, CORRECTED), min_size=2, max_size=12)
WAY = ROWS.map(lambda rows: list(chain.from_iterable(rows)))
STEPS = WAY.flatmap(
    lambda way: st.lists(st.sampled_from(["phone", "phone", "computer"]), min_size=len(way), max_size=len(way)).map(
        lambda names: list(zip(names, way, strict=True))
    )
)

# What the examples must have met between them, or they show less than they seem to.
MET = {
    *(("save", told) for told in ("saved", "WaveClosed", "AlreadySubmitted", "AnswersRefused")),
    *(("again", told) for told in ("repeated", "AlreadySubmitted")),
    *(("submit", told) for told in ("done", "WaveClosed", "NothingAnswered", "AnswersRefused")),
    *(("correct", told) for told in ("done", "WaveClosed", "NotSubmitted")),
    *(("close", told) for told in ("done", "WaveNotOpen")),
}


@pytest.mark.django_db
def test_two_clients_are_told_and_leave_what_the_model_says() -> None:
    met: Counter[object] = Counter()

    @settings(max_examples=600 if BY_NIGHT else 150, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(steps=STEPS, closes=st.lists(st.integers(0, 24), max_size=2))
    def lived(steps: list[tuple[str, Step]], closes: list[int]) -> None:
        unit, by = begun()
        life = life_of(unit)
        clients = {name: Client(name, unit, by) for name in ("phone", "computer")}
        for place in sorted(closes, reverse=True):
            steps = [*steps[:place], ("computer", Step("close")), *steps[place:]]
        for name, step in steps:
            done = clients[name].does(step)
            told, life = life.after(done.step, done.sent)
            assert done.told == told, (name, step)
            met[step.does, told[0]] += 1
        assert life.stands()
        event(f"{len(life.revisions)} corrections handed in")
        met[f"{len(life.revisions)} corrections"] += 1
        met["left off the path"] += life.handed_in and not life.correcting and life.record != life.draft
        met["partial"] += life.record is not None and not life.handed_in

    lived()
    assert MET - set(met) == set(), met
    assert min(met["partial"], met["left off the path"]) > 1, met
    assert met["1 corrections"] + met["2 corrections"] > 10, met


@pytest.mark.django_db(transaction=True)
def test_two_clients_at_once_are_told_and_leave_what_some_order_of_their_steps_explains() -> None:
    """Each in a thread, step beside step: nothing is lost, doubled or half done, whoever comes first."""
    mingled = 0
    for number in range(60 if BY_NIGHT else 8):
        unit, by = begun()
        scripts = [script(Random(f"{number} {name}")) for name in ("phone", "computer")]
        together = Barrier(len(scripts))
        shared = min(map(len, scripts))
        done = at_once(*(partial(carried_out, unit, by, steps, together, shared) for steps in scripts))
        ends = list(orders_that_explain(life_of(unit), *done))
        assert ends, (number, done)
        assert any(end.stands() for end in ends), (number, done)
        mingled += not in_turn(life_of(unit), *done)
    assert mingled > 2, "the clients only ever came one after the other"


def script(chance: Random) -> list[Step]:
    """What a person does who knows the way: answers, hands in, corrects, and hands in again; now and then somebody
    closes the wave.
    """
    colour, tools, words = (Step("save", page, chance.choice(values)) for page, values in VALUES.items())
    way = [colour, Step("look"), tools, words, Step("submit"), Step("correct"), colour, Step("again"), Step("submit")]
    kept = [step for step in way if chance.random() < 0.8]
    return [*kept, Step("close")] if chance.random() < 0.2 else kept


def carried_out(unit: SampledUnit, by: object, steps: list[Step], together: Barrier, shared: int) -> list[Done]:
    """The steps one after another, each of the first `shared` at the same moment as one of the other client."""
    own = SampledUnit.objects.select_related("wave__instrument", "wave__programme", "stratum").get(pk=unit.pk)
    client = Client("phone", own, by)
    done = []
    for place, step in enumerate(steps):
        if place < shared:
            together.wait(timeout=60)
        done.append(client.does(step))
    return done


def in_turn(life: Life, one: list[Done], other: list[Done]) -> bool:
    """Whether all that they were told is explained by one of them going first and the other after."""

    def explained(steps: list[Done]) -> bool:
        now = life
        for step in steps:
            told, now = now.after(step.step, step.sent)
            if told != step.told:
                return False
        return True

    return explained([*one, *other]) or explained([*other, *one])
