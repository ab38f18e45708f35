"""Addresses of the public pages, of the open API and of the publication desk."""

from django.urls import URLPattern, path

from publication.api import views as api
from publication.views import calendar, microdata, public, release_steps, releases, self_test
from publication.views.site import about, countries, files, front, indicators, places, waves
from publication.views.site import calendar as public_calendar

app_name = "publication"

RESULTS = "results/<slug:programme>/<int:number>"
OPEN = "api/v1/releases"
WAVE = "desk/<slug:slug>/waves/<slug:code>"
RELEASE = "desk/<slug:slug>/releases/<int:number>"

everybody: list[URLPattern] = [
    path("", public.home, name="home"),
    path("results/", public.results, name="results"),
    path(f"{RESULTS}/", front.release, name="release"),
    path(f"{RESULTS}/<slug:key>.csv", files.table, name="table"),
    path(f"{RESULTS}/indicators/<slug:key>/", indicators.indicator, name="indicator"),
    path(f"{RESULTS}/figures/<slug:key>/", indicators.figure_page, name="figure"),
    path(f"{RESULTS}/figures/<slug:key>.svg", files.drawing, name="figure-svg"),
    path(f"{RESULTS}/drivers-and-barriers/", indicators.drivers, name="drivers"),
    path(f"{RESULTS}/countries/", countries.countries, name="countries"),
    path(f"{RESULTS}/countries/<slug:code>/", countries.country, name="country"),
    path(f"{RESULTS}/counties/", places.counties, name="counties"),
    path(f"{RESULTS}/municipalities/", places.municipalities, name="municipalities"),
    path(f"{RESULTS}/waves/", waves.waves, name="waves"),
    path(f"{RESULTS}/methods/", about.methods, name="methods"),
    path(f"{RESULTS}/data/", about.data, name="data"),
    path(f"{RESULTS}/revision/", about.revision, name="revision"),
    path(f"{RESULTS}/files/<path:path>", files.stored, name="release-file"),
    path("calendar/", public_calendar.calendar, name="calendar"),
    path("feed.xml", public_calendar.feed, name="feed"),
    path("self-test/", self_test.start, name="self-test"),
    path("self-test/begin", self_test.begin, name="self-test-begin"),
    path("self-test/questions", self_test.questions, name="self-test-questions"),
    path("self-test/result", self_test.result, name="self-test-result"),
    path("self-test/group", self_test.group_start, name="self-test-group"),
    path("self-test/group/<str:code>", self_test.group_page, name="self-test-group-page"),
    path(OPEN, api.releases, name="api-releases"),
    path(f"{OPEN}/<slug:programme>/<int:number>", api.release, name="api-release"),
    path(f"{OPEN}/<slug:programme>/<int:number>/tables/<slug:key>", api.table, name="api-table"),
]

desk: list[URLPattern] = [
    path(f"{WAVE}/releases/", releases.releases, name="releases"),
    path(f"{WAVE}/releases/new", releases.new_release, name="new-release"),
    path(f"{WAVE}/calendar/", calendar.calendar, name="desk-calendar"),
    path(f"{WAVE}/calendar/announce", calendar.announce, name="announce"),
    path(f"{WAVE}/calendar/<int:pk>/move", calendar.move, name="move-date"),
    path(f"{WAVE}/calendar/<int:pk>/cancel", calendar.cancel, name="cancel-date"),
    path(f"{RELEASE}/", releases.release, name="desk-release"),
    path(f"{RELEASE}/build", release_steps.build, name="build"),
    path(f"{RELEASE}/discard", release_steps.discard, name="discard"),
    path(f"{RELEASE}/approve", release_steps.approve, name="approve"),
    path(f"{RELEASE}/reject", release_steps.reject, name="reject"),
    path(f"{RELEASE}/publish", release_steps.publish, name="publish"),
    path(f"{RELEASE}/embargo", release_steps.embargo, name="embargo"),
    path(f"{RELEASE}/stop", release_steps.stop, name="stop"),
    path(f"{RELEASE}/withdraw", release_steps.withdraw, name="withdraw"),
    path(f"{WAVE}/microdata/", microdata.files, name="microdata"),
    path(f"{WAVE}/microdata/request", microdata.request_file, name="request-microdata"),
    path(f"{WAVE}/microdata/<int:pk>/download", microdata.download, name="download-microdata"),
]

urlpatterns: list[URLPattern] = [*everybody, *desk]
