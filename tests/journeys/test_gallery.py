"""Every chart with awkward data in a real browser: nothing cut, nothing covered, axe finds nothing, at every width."""

from collections.abc import Callable
from typing import Literal

import pytest
from playwright.sync_api import Page

from publication.charts.axes import PERCENT, axis_of
from publication.charts.lines import Line, Point, Wave, line_drawing
from publication.charts.strip import StripNames, StripRow, strip_drawing
from publication.charts.svg import WIDE
from publication.figures.pictures import svg_file
from tests.journeys.conftest import AXE, overflow, picture, violations
from tests.publication import gallery
from tests.publication.test_pictures import CAPTION, LONG, WORDS, drawn

pytestmark = pytest.mark.journey
NewPage = Callable[..., Page]

# Texts of drawings that leave their drawing, and pairs of texts that cover each other; hidden drawings are left out.
FAULTS = """() => {
  const faults = [];
  for (const drawing of document.querySelectorAll('svg')) {
    const frame = drawing.getBoundingClientRect();
    if (!frame.width) continue;
    const texts = [...drawing.querySelectorAll('text')].map(one => [one.textContent, one.getBoundingClientRect()]);
    texts.forEach(([words, box], index) => {
      if (box.left < frame.left - 1 || box.right > frame.right + 1) faults.push(`cut: ${words}`);
      if (box.top < frame.top - 1 || box.bottom > frame.bottom + 1) faults.push(`cut: ${words}`);
      for (const [others, other] of texts.slice(index + 1)) {
        const level = box.top + 4 < other.bottom && other.top + 4 < box.bottom;
        if (level && box.left + 1 < other.right && other.left + 1 < box.right) faults.push(`${words} covers ${others}`);
      }
    });
  }
  return faults;
}"""
LETTERS = """() => Math.min(...[...document.querySelectorAll('svg text')].map(one => {
  const drawing = one.closest('svg');
  const shown = drawing.getBoundingClientRect().width;
  return shown ? parseFloat(getComputedStyle(one).fontSize) * shown / drawing.viewBox.baseVal.width : 99;
}))"""
# What the marks are drawn with: fill or stroke of the first of each, and the width of the points of each step.
MARKS = """() => {
  const style = name => getComputedStyle(document.querySelector(name));
  return {
    ink: getComputedStyle(document.body).color, paper: getComputedStyle(document.body).backgroundColor,
    dot: style('.fig-dot').fill, own: style('.fig-own').fill, mark: style('.fig-mark').fill,
    line: style('.fig-line').stroke, interval: style('.fig-interval').stroke, tile: style('.fig-step').stroke,
    steps: [0, 1, 2, 3, 4, 5].map(step => style(`.fig-point-${step}`).strokeWidth),
  };
}"""
# Text that is wider than its cell, but for the headings that a phone's layout hides.
SPILT = """() => [...document.querySelectorAll('.bars th, .bars td, .steps-key li, .figure-notes li')]
  .filter(one => !one.closest('thead') || getComputedStyle(one.closest('thead')).position !== 'absolute')
  .filter(one => one.scrollWidth > one.clientWidth + 1).map(one => one.textContent)"""


@pytest.mark.parametrize("stretch", [1.0, 1.4])
@pytest.mark.parametrize("width", [320, 390, 740, 1280])
def test_nothing_is_cut_or_covered(new_page: NewPage, width: int, stretch: float) -> None:
    page = new_page(width=width, script=False)
    page.set_content(gallery.page(stretch=stretch))
    assert overflow(page) == 0
    assert page.evaluate(FAULTS) == []
    assert page.evaluate(SPILT) == []
    assert page.evaluate(LETTERS) >= 12
    picture(page, f"gallery-{width}-{stretch}")


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_with_forced_colours_every_mark_stands_out(new_page: NewPage, scheme: Literal["dark", "light"]) -> None:
    """Marks take the colour of letters, and the steps of points differ in how full they are."""
    page = new_page(width=1280, script=False)
    page.emulate_media(forced_colors="active", color_scheme=scheme)
    page.set_content(gallery.page())
    found = page.evaluate(MARKS)
    ink, paper = found.pop("ink"), found.pop("paper")
    assert ink != paper
    assert found.pop("steps") == ["8px", "7px", "5.5px", "4px", "2px", "7px"]
    assert found == dict.fromkeys(found, ink)
    assert len(found) == 6
    picture(page, f"gallery-forced-{scheme}")


def test_paper_keeps_the_shades_and_has_the_wide_drawings(new_page: NewPage) -> None:
    page = new_page(width=390, script=False)
    page.emulate_media(media="print")
    page.set_content(gallery.page())
    for name in (".bar", ".part", ".swatch", ".steps-table td"):
        assert page.locator(name).first.evaluate("one => getComputedStyle(one).printColorAdjust") == "exact", name
    assert page.locator(".drawing-wide svg").first.is_visible()
    assert not page.locator(".drawing-narrow svg").first.is_visible()


@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing(new_page: NewPage, width: int) -> None:
    page = new_page(width=width)
    page.set_content(gallery.page())
    page.evaluate(str(AXE.axe_script))
    assert violations(page) == []


def test_pictures_that_stand_alone_are_whole(new_page: NewPage) -> None:
    waves = (Wave("2020", 2020), Wave("2022", 2022))
    lines = [Line(LONG, (Point(70, 66, 74), Point(74, 70, 78))), Line("Ísland", (Point(), Point(74, 60, 86)))]
    names = StripNames(LONG, "Lignende kommuner", "Alle kommuner")
    drawings = [
        *drawn(),
        line_drawing(lines, waves, axis_of([60, 86], suffix=" %"), WORDS, WIDE),
        strip_drawing([StripRow(LONG, 61.3, None, 0.0)], names, PERCENT, WORDS, WIDE),
    ]
    page = new_page(width=1280, script=False)
    files = "".join(svg_file(drawing, CAPTION, WORDS) for drawing in drawings)
    page.set_content(f'<!doctype html><html lang="nb"><title>Figurer</title><body>{files}</body></html>')
    assert page.evaluate(FAULTS) == []
    picture(page, "gallery-files")
