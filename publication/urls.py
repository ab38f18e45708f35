"""Addresses of the public pages, of the open API, of organisations' reports and of the publication desk."""

from django.urls import URLPattern, path, re_path

from publication.api import cases as api_cases
from publication.api import description, harvest
from publication.api import indicators as api_indicators
from publication.api import releases as api
from publication.api.pxweb import views as pxweb
from publication.views import (
    calendar,
    cases,
    desk_reports,
    microdata,
    public,
    release_review,
    release_steps,
    releases,
    reports,
    self_test,
)
from publication.views.cases import desk as case_desk
from publication.views.site import about, countries, data, files, front, indicators, places, waves
from publication.views.site import calendar as public_calendar

app_name = "publication"

RESULTS = "results/<slug:programme>/<int:number>"
OPEN = "api/v1"
ONE = f"{OPEN}/releases/<slug:programme>/<int:number>"
PXWEB = "pxweb/api/v2"
WAVE = "desk/<slug:slug>/waves/<slug:code>"
CASE = "desk/<slug:slug>/cases/<int:pk>"
RELEASE = "desk/<slug:slug>/releases/<int:number>"

open_api: list[URLPattern] = [
    path(f"{OPEN}/schema", description.schema, name="api-schema"),
    path(f"{OPEN}/releases", api.releases, name="api-releases"),
    path(ONE, api.release, name="api-release"),
    path(f"{ONE}/codebook", api.codebook, name="api-codebook"),
    path(f"{ONE}/tables/<slug:key>", api.table, name="api-table"),
    path(f"{ONE}/tables/<slug:key>.<slug:kind>", api.table_format, name="api-table-format"),
    path(f"{ONE}/files/<path:path>", api.file, name="api-file"),
    path(f"{OPEN}/indicators", api_indicators.indicators, name="api-indicators"),
    path(f"{OPEN}/series/<slug:indicator>", api_indicators.series, name="api-series"),
    path(f"{OPEN}/cases", api_cases.cases, name="api-cases"),
    path(f"{OPEN}/cases/<int:number>", api_cases.case, name="api-case"),
    path(f"{OPEN}/calendar", api_indicators.calendar, name="api-calendar"),
    path("catalogue", harvest.catalogue, name="api-catalogue"),
    path(f"{PXWEB}/config", pxweb.config, name="pxweb-config"),
    path(f"{PXWEB}/navigation", pxweb.navigation, name="pxweb-navigation"),
    path(f"{PXWEB}/navigation/<str:folder>", pxweb.navigation_folder, name="pxweb-folder"),
    path(f"{PXWEB}/tables", pxweb.tables, name="pxweb-tables"),
    path(f"{PXWEB}/tables/<str:table_id>", pxweb.table, name="pxweb-table"),
    path(f"{PXWEB}/tables/<str:table_id>/metadata", pxweb.metadata, name="pxweb-metadata"),
    path(f"{PXWEB}/tables/<str:table_id>/defaultselection", pxweb.default_selection, name="pxweb-default-selection"),
    path(f"{PXWEB}/tables/<str:table_id>/data", pxweb.data, name="pxweb-data"),
    path(f"{PXWEB}/codelists/<str:codelist_id>", pxweb.codelist, name="pxweb-codelist"),
]

# Behind all others: an older spelling, and what is not there, said in the form of every other error.
elsewhere: list[URLPattern] = [
    path(f"{PXWEB}/codeLists/<str:codelist_id>", pxweb.codelist, name="pxweb-codelist-spelled"),
    re_path(rf"^{OPEN}/(?P<rest>[\s\S]*)$", description.nowhere, name="api-nowhere"),
    re_path(rf"^{PXWEB}/(?P<rest>[\s\S]*)$", description.nowhere, name="pxweb-nowhere"),
]

everybody: list[URLPattern] = [
    path("api/", description.page, name="api"),
    path("", public.home, name="home"),
    path("results/", public.results, name="results"),
    path(f"{RESULTS}/", front.release, name="release"),
    path(f"{RESULTS}/<slug:key>.csv", files.table, name="table"),
    path(f"{RESULTS}/indicators/<slug:key>/", indicators.indicator, name="indicator"),
    path(f"{RESULTS}/figures/<slug:key>/", indicators.figure_page, name="figure"),
    path(f"{RESULTS}/figures/<slug:key>.svg", files.drawing, name="figure-svg"),
    path(f"{RESULTS}/figures/<slug:key>.png", files.picture, name="figure-png"),
    path(f"{RESULTS}/drivers-and-barriers/", indicators.drivers, name="drivers"),
    path(f"{RESULTS}/countries/", countries.countries, name="countries"),
    path(f"{RESULTS}/countries/<slug:code>/", countries.country, name="country"),
    path(f"{RESULTS}/counties/", places.counties, name="counties"),
    path(f"{RESULTS}/municipalities/", places.municipalities, name="municipalities"),
    path(f"{RESULTS}/waves/", waves.waves, name="waves"),
    path(f"{RESULTS}/methods/", about.methods, name="methods"),
    path(f"{RESULTS}/data/", data.data, name="data"),
    path(f"{RESULTS}/revision/", about.revision, name="revision"),
    path(f"{RESULTS}/files/<path:path>", files.stored, name="release-file"),
    path("calendar/", public_calendar.calendar, name="calendar"),
    path("feed.xml", public_calendar.feed, name="feed"),
    path("cases/", cases.cases, name="cases"),
    path("cases/<int:number>", cases.case, name="case"),
    path("cases/<int:number>/copy", cases.copy, name="case-copy"),
    path("cases/own/<str:token>", cases.own, name="case-own"),
    path("cases/copying/<str:token>", cases.adoption, name="case-adoption"),
    path("self-test/", self_test.start, name="self-test"),
    path("self-test/begin", self_test.begin, name="self-test-begin"),
    path("self-test/questions", self_test.questions, name="self-test-questions"),
    path("self-test/result", self_test.result, name="self-test-result"),
    path("self-test/group", self_test.group_start, name="self-test-group"),
    path("self-test/group/<str:code>", self_test.group_page, name="self-test-group-page"),
]

organisations: list[URLPattern] = [
    path("respond/report", reports.own, name="respond-report"),
    path("respond/report.pdf", reports.own_pdf, name="respond-report-pdf"),
    path("r/<str:token>/", reports.handed_over, name="report"),
    path("r/<str:token>/report.pdf", reports.handed_over_pdf, name="report-pdf"),
]

desk: list[URLPattern] = [
    path(f"{WAVE}/releases/", releases.releases, name="releases"),
    path(f"{WAVE}/releases/new", releases.new_release, name="new-release"),
    path(f"{WAVE}/calendar/", calendar.calendar, name="desk-calendar"),
    path(f"{WAVE}/calendar/announce", calendar.announce, name="announce"),
    path(f"{WAVE}/calendar/<int:pk>/move", calendar.move, name="move-date"),
    path(f"{WAVE}/calendar/<int:pk>/cancel", calendar.cancel, name="cancel-date"),
    path(f"{RELEASE}/", releases.release, name="desk-release"),
    path(f"{RELEASE}/tables/<slug:key>/", release_review.release_table, name="desk-release-table"),
    path(f"{RELEASE}/build", release_steps.build, name="build"),
    path(f"{RELEASE}/discard", release_steps.discard, name="discard"),
    path(f"{RELEASE}/approve", release_steps.approve, name="approve"),
    path(f"{RELEASE}/reject", release_steps.reject, name="reject"),
    path(f"{RELEASE}/publish", release_steps.publish, name="publish"),
    path(f"{RELEASE}/embargo", release_steps.embargo, name="embargo"),
    path(f"{RELEASE}/stop", release_steps.stop, name="stop"),
    path(f"{RELEASE}/withdraw", release_steps.withdraw, name="withdraw"),
    path(f"{RELEASE}/reports/", desk_reports.reports, name="desk-reports"),
    path(f"{RELEASE}/reports/make", desk_reports.make, name="make-reports"),
    path(f"{RELEASE}/reports/stop", desk_reports.stop, name="stop-reports"),
    path(f"{RELEASE}/reports/<int:pk>/link", desk_reports.link, name="report-link"),
    path(f"{WAVE}/microdata/", microdata.files, name="microdata"),
    path(f"{WAVE}/microdata/request", microdata.request_file, name="request-microdata"),
    path(f"{WAVE}/microdata/<int:pk>/download", microdata.download, name="download-microdata"),
    path("desk/<slug:slug>/cases/", case_desk.index, name="desk-cases"),
    path("desk/<slug:slug>/cases/start", case_desk.start, name="desk-case-start"),
    path(f"{CASE}/", case_desk.case, name="desk-case"),
    path(f"{CASE}/edit", case_desk.edit, name="desk-case-edit"),
    path(f"{CASE}/ask", case_desk.ask, name="desk-case-ask"),
    path(f"{CASE}/publish", case_desk.publish, name="desk-case-publish"),
    path(f"{CASE}/withdraw", case_desk.withdraw, name="desk-case-withdraw"),
    path(f"{CASE}/adoptions/<int:adoption>/remove", case_desk.remove_adoption, name="desk-case-remove-adoption"),
]

urlpatterns: list[URLPattern] = [*everybody, *organisations, *open_api, *elsewhere, *desk]
