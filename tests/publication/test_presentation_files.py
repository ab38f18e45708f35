"""The page of files: slides, workbooks and descriptions named in words, each table in its formats."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from django.conf import settings
from django.test import Client

from publication.actions import releases
from publication.formats.schema_org import check_schema_org
from publication.models import Release
from publication.work import releases as work
from publication.work.bundle import SHEET, made
from publication.work.documents import Document
from publication.work.material import Material
from publication.work.presentations import SLIDES
from surveys.models import SYSTEM
from tests import make
from tests.publication.world import World

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Link:
    address: str
    text: str


def links(page: str, section: str) -> list[Link]:
    """The links of the section with this heading, as a screen reader says them."""
    inner = page.partition(f'<section aria-labelledby="{section}">')[2].partition("</section>")[0]
    found = re.findall(r'<a href="([^"]+)"[^>]*>(.*?)</a>', inner)
    return [Link(address, re.sub(r"<[^>]+>", "", text)) for address, text in found]


def test_everybody_finds_the_slides_and_the_workbook_by_their_names(
    world: World, material: Material, written: Sequence[Document]
) -> None:
    requested = make.requested(world.run, world.administrator)
    checked = releases.store_checked(
        release=requested,
        documents=written,
        manifest=work.manifest(requested, material),
        protection={},
        files=[
            made("slides.nb.pptx", SLIDES, b"slides"),
            made("workbook.nb.xlsx", SHEET, b"book"),
            made("codebook.xml", "application/xml", b"<codeBook/>"),
            made("tables/innovative.px", "text/plain", b"px"),
        ],
        by=SYSTEM,
    )
    releases.approve(release=checked, by=world.publisher)
    releases.publish(release=checked, by=world.publisher)
    client = Client(headers={"accept-language": "en"})
    page = client.get("/results/barometer/1/data/").content.decode()
    assert [link.text for link in links(page, "presentations")] == [
        "Slides: Norsk bokmål",
        "Workbook of all tables: Norsk bokmål",
    ]
    assert [link.text for link in links(page, "descriptions")] == [
        "Codebook: questions, codes and the study (DDI Codebook, XML)"
    ]
    of_table = [link for link in links(page, "tables") if link.address.endswith("/files/tables/innovative.px")]
    assert [link.text for link in of_table] == ["PX: Innovative workplaces"]
    assert len(links(page, "files")) == 4
    given = client.get("/results/barometer/1/files/slides.nb.pptx")
    assert given.content == b"slides"
    assert given["Content-Type"] == SLIDES


SCRIPT = re.compile(r'<script type="application/ld\+json">(.*?)</script>')


def test_a_search_engine_for_data_reads_the_release_on_its_page(published: Release, world: World) -> None:
    pages = {
        code: Client(headers={"accept-language": code}).get("/results/barometer/1/data/").text for code in ("nb", "fi")
    }
    found = {code: json.loads(SCRIPT.findall(page)[0]) for code, page in pages.items()}
    assert [fault for one in found.values() for fault in check_schema_org(one) if "https" not in fault] == []
    assert {code: one["inLanguage"] for code, one in found.items()} == {"nb": "nb", "fi": "fi"}
    files = [one["contentUrl"] for one in found["nb"]["distribution"]]
    assert len(files) == published.tables.count()
    own = [address.removeprefix(settings.SITE_ADDRESS) for address in files]
    assert {Client().get(address).status_code for address in own} == {200}
    releases.withdraw(release=published, reason="Wrong weights.", hides_numbers=False, by=world.publisher)
    assert SCRIPT.findall(Client().get("/results/barometer/1/data/").text) == []
