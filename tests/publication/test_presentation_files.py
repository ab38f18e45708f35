"""Slides and workbooks on the page of files: named in words, and given as they are."""

from collections.abc import Sequence

import pytest
from django.test import Client

from publication.actions import releases
from publication.work import releases as work
from publication.work.bundle import SHEET, made
from publication.work.documents import Document
from publication.work.material import Material
from publication.work.presentations import SLIDES
from surveys.models import SYSTEM
from tests import make
from tests.publication.world import World

pytestmark = pytest.mark.django_db


def test_everybody_finds_the_slides_and_the_workbook_by_their_names(
    world: World, material: Material, written: Sequence[Document]
) -> None:
    requested = make.requested(world.run, world.administrator)
    checked = releases.store_checked(
        release=requested,
        documents=written,
        manifest=work.manifest(requested, material),
        protection={},
        files=[made("slides.nb.pptx", SLIDES, b"slides"), made("workbook.nb.xlsx", SHEET, b"book")],
        by=SYSTEM,
    )
    releases.approve(release=checked, by=world.publisher)
    releases.publish(release=checked, by=world.publisher)
    client = Client(headers={"accept-language": "en"})
    page = client.get("/results/barometer/1/data/").content.decode()
    assert "Slides: Norsk bokmål</a>" in page
    assert "Workbook of all tables: Norsk bokmål</a>" in page
    given = client.get("/results/barometer/1/files/slides.nb.pptx")
    assert given.content == b"slides"
    assert given["Content-Type"] == SLIDES
