"""The bot at the respondent's own pages: what it is led to, what it hands in, and what the record holds."""

import re

import pytest
from django.test import Client

from surveys.instrument.document import load_library
from surveys.instrument.routing import answers_on_path
from surveys.instrument.shipped import blocks_for
from surveys.models import Disposition, Response, SampledUnit, Wave
from surveys.queries.respondents import background_of, instrument_of
from tests import make
from tests.journeys.test_every_page import Walk, covering
from tests.surveys.respondents import hidden, opened

pytestmark = [pytest.mark.django_db, pytest.mark.slow]  # what is stored is the same on every database


def fields_of(walk: Walk, items: tuple[str, ...]) -> dict[str, object]:
    """The answers of a page as a form sends them."""
    fields: dict[str, object] = {}
    for key in items:
        answer = walk.answers.get(key)
        if isinstance(answer, dict) and "source" in answer:
            fields |= {f"a.{key}": answer["source"], f"v.{key}": answer["value"]}
        elif isinstance(answer, dict):
            fields |= {f"p.{key}:{code}": value for code, value in answer.items()}
        elif answer is not None:
            fields[f"a.{key}"] = answer
    return fields


def walk_through(client: Client, walk: Walk) -> list[str]:
    """Answer page by page, going only where the answer to each one leads; the pages met."""
    client.get("/respond/")
    address = f"/respond/page/{walk.pages[0].page.id}"
    met: list[str] = []
    visits = 0
    while (found := re.fullmatch(r"/respond/page/(\w+)(\?.*)?", address)) is not None:
        place = found[1]
        if met[-1:] != [place]:  # a gentle remark leads to the page once more, which then takes the answer
            met.append(place)
        visits += 1
        assert visits <= 2 * len(walk.pages), met
        items = next(step.items for step in walk.pages if step.page.id == place)
        shown = hidden(client.get(address).content.decode())
        answer = client.post(f"/respond/page/{place}", {**shown, "go": "next", **fields_of(walk, items)})
        assert answer.status_code == 303, (place, answer.content.decode()[:3000])
        address = answer["Location"]
    assert address.partition("?")[0] == "/respond/check"
    return met


@pytest.mark.parametrize("name", ["workplace", "management", "political"])
def test_each_page_is_led_to_and_what_is_handed_in_is_on_the_path(name: str) -> None:
    programme = make.programme()
    document = load_library(name, blocks=[block.key for block in blocks_for(name)])
    wave = make.wave(programme, instrument=make.instrument(programme, document=document))
    Wave.objects.update(pilot=True)  # so that the probing questions are met
    wave.refresh_from_db()
    unit = make.drawn(wave, make.frame(programme, units=make.units(1)), size=1)[0]
    instrument, background = instrument_of(wave.instrument), background_of(unit)
    walks = covering(instrument, background)
    assert walks
    client = opened(unit)
    for number, walk in enumerate(walks):
        if number:  # the former answers stay in the draft, many of them off the path of this walk
            client.post("/respond/correct")
        assert walk_through(client, walk) == [step.page.id for step in walk.pages]
        assert client.post("/respond/submit")["Location"] == "/respond/receipt"
        response = Response.objects.get()
        assert response.record == answers_on_path(instrument, response.record, background)
        assert set(response.record) <= {key for step in walk.pages for key in step.items}
    assert SampledUnit.objects.get().disposition == Disposition.COMPLETED
