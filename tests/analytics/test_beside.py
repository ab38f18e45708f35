"""The page that sets a run beside published figures."""

import re

import pytest
from django.test import Client

from analytics.actions import runs
from analytics.models import Estimate, Run
from jobs.execution import run_due
from surveys.models import Level, Stratum, Unit, Wave
from tests import make
from tests.analytics.test_desk import address, page
from tests.analytics.test_runs import closed_wave

pytestmark = pytest.mark.django_db


@pytest.fixture
def wave() -> Wave:
    return closed_wave(seed=4)


@pytest.fixture
def run(wave: Wave, client: Client) -> Run:
    administrator = make.user("administrator", wave.programme)
    client.force_login(administrator)
    started = runs.start(wave=wave, parameters=make.QUICK, by=administrator)
    run_due()
    return started


def where(run: Run, chosen: str = "", country: str = "NO") -> str:
    return f"{address('run-beside', run.wave, run.pk)}?country={country}&with={chosen}"


def beside(client: Client, run: Run, chosen: str = "") -> str:
    return " ".join(page(client, where(run, chosen)).split())


def as_ks(run: Run) -> None:
    """The frame holds workplaces of county municipalities too, as that of KS does."""
    frames = run.wave.plans.values("frame")
    Unit.objects.filter(pk=Unit.objects.filter(frame__in=frames).first().pk).update(level=Level.COUNTY)  # type: ignore[union-attr]


def test_the_published_form_has_our_figure_beside_it(client: Client, run: Run) -> None:
    shown = beside(client, run, "as_published.no-ks-2018")
    ours = run.estimates.get(estimand="share", indicator="innovative", country="NO", sector="", size_class="", area="")
    assert ours.value is not None
    assert ">74 %</a>" in shown
    assert '<span class="small">72–76</span><br><span class="small">n 1786</span>' in shown
    assert f"<td>{100 * ours.value:.0f} %<br>" in shown
    assert f'<span class="small">n {ours.n}</span>' in shown
    assert "“eight of ten”</a>" in shown
    assert "75–85" in shown
    assert "in round words" in shown
    assert 'href="https://www.ks.no/' in shown
    assert "1786 answers" in shown


def test_every_refusal_shows_its_reason(client: Client, run: Run) -> None:
    assert "another unit was asked; another population" in beside(client, run, "as_published.fi-2022")
    assert "the question has other words" in beside(client, run, "ks_difi.no-state-2021")
    assert "how the scale of the question becomes this share is not known" in beside(
        client, run, "as_published.no-ks-2020"
    )
    unmapped = beside(client, run, "as_published.fi-2022")
    assert "<strong>Not comparable</strong>: our questionnaires do not ask this" in unmapped
    assert '<span lang="en">capacity: supports innovation</span>' in unmapped


def test_a_preset_takes_the_two_sectors_and_gives_a_verdict(client: Client, run: Run) -> None:
    as_ks(run)
    shown = beside(client, run, "ks_2018_2020.no-ks-2018")
    headline = shown[shown.index('<th scope="row">Innovative workplaces') :]
    said = re.sub(r"<[^>]+>", " ", headline[: headline.index("Published:")])
    assert re.search(r"(Higher|Lower|Not distinguishable) +\([+-]\d+\): put together from the sectors", said), said
    assert "The published figures were weighted in another way." in shown


def test_figures_of_two_sectors_weigh_as_the_frame_does(client: Client, run: Run) -> None:
    as_ks(run)
    two = dict.fromkeys(("health_care", "education"), 0.0)
    for stratum in Stratum.objects.filter(wave=run.wave, sector__in=two):
        two[stratum.sector] += stratum.population
    rows = Estimate.objects.filter(
        run=run, estimand="share", indicator="innovative", country="NO", sector__in=two, size_class="", area=""
    )
    value = sum(two[row.sector] * (row.value or 0.0) for row in rows) / sum(two.values())
    assert f"<td>{100 * value:.0f} %<br>" in beside(client, run, "ks_2018_2020.no-ks-2018")


def test_indices_are_refused_for_missing_parts(client: Client, run: Run) -> None:
    shown = beside(client, run, "norway_denmark.dk-2021-2023")
    assert "The driver index</dt><dd>Not made: 10 of 12 parts were not published." in shown


def test_every_published_wave_can_be_shown(client: Client, run: Run) -> None:
    offered = re.findall(r'<option value="([a-z0-9_.-]+\.[a-z0-9-]+)"', beside(client, run))
    assert len(offered) == 26
    for chosen in offered:
        assert "<h2>Who was asked</h2>" in beside(client, run, chosen)


def test_what_does_not_exist_is_not_found(client: Client, run: Run) -> None:
    for chosen, country in (("as_published.dk-1999", "NO"), ("all.no-ks-2018", "NO"), ("", "SE")):
        assert client.get(where(run, chosen, country)).status_code == 404


def test_a_wave_of_another_preset_falls_back_to_the_first(client: Client, run: Run) -> None:
    assert "COI 2013-2014</h1>" in beside(client, run, "ks_difi.no-ks-2018")


def test_a_run_without_figures_says_so(client: Client, wave: Wave) -> None:
    administrator = make.user("administrator", wave.programme)
    client.force_login(administrator)
    waiting = runs.start(wave=wave, parameters=make.QUICK, by=administrator)
    assert "The run has no estimates to show." in page(client, address("run-beside", wave, waiting.pk))


def test_the_run_links_to_it_and_constructed_data_say_so(client: Client, run: Run) -> None:
    assert address("run-beside", run.wave, run.pk) in page(client, address("run", run.wave, run.pk))
    Wave.objects.filter(pk=run.wave.pk).update(constructed=True)
    assert 'class="constructed"' in beside(client, run)


def test_strangers_do_not_see_it(client: Client, run: Run) -> None:
    client.logout()
    assert client.get(where(run)).status_code == 302
    client.force_login(make.user("researcher", run.wave.programme))
    assert client.get(where(run)).status_code == 403
    client.force_login(make.user("administrator", make.programme("other")))
    assert client.get(where(run)).status_code == 404
