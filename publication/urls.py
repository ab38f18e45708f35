"""Addresses of the public pages, of the open API, of organisations' reports and of the publication desk."""

from django.urls import URLPattern, path

from publication.api import views as api
from publication.views import desk_reports, microdata, public, releases, reports, self_test

app_name = "publication"

RESULTS = "results/<slug:programme>/<int:number>"
OPEN = "api/v1/releases"
WAVE = "desk/<slug:slug>/waves/<slug:code>"
RELEASE = "desk/<slug:slug>/releases/<int:number>"

everybody: list[URLPattern] = [
    path("", public.home, name="home"),
    path("results/", public.results, name="results"),
    path(f"{RESULTS}/", public.release, name="release"),
    path(f"{RESULTS}/<slug:key>.csv", public.table, name="table"),
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

organisations: list[URLPattern] = [
    path("respond/report", reports.own, name="respond-report"),
    path("respond/report.pdf", reports.own_pdf, name="respond-report-pdf"),
    path("r/<str:token>/", reports.handed_over, name="report"),
    path("r/<str:token>/report.pdf", reports.handed_over_pdf, name="report-pdf"),
]

desk: list[URLPattern] = [
    path(f"{WAVE}/releases/", releases.releases, name="releases"),
    path(f"{WAVE}/releases/request", releases.request_release, name="request-release"),
    path(f"{RELEASE}/", releases.release, name="desk-release"),
    path(f"{RELEASE}/approve", releases.approve, name="approve"),
    path(f"{RELEASE}/reject", releases.reject, name="reject"),
    path(f"{RELEASE}/publish", releases.publish, name="publish"),
    path(f"{RELEASE}/reports/", desk_reports.reports, name="desk-reports"),
    path(f"{RELEASE}/reports/make", desk_reports.make, name="make-reports"),
    path(f"{RELEASE}/reports/stop", desk_reports.stop, name="stop-reports"),
    path(f"{RELEASE}/reports/<int:pk>/link", desk_reports.link, name="report-link"),
    path(f"{WAVE}/microdata/", microdata.files, name="microdata"),
    path(f"{WAVE}/microdata/request", microdata.request_file, name="request-microdata"),
    path(f"{WAVE}/microdata/<int:pk>/download", microdata.download, name="download-microdata"),
]

urlpatterns: list[URLPattern] = [*everybody, *organisations, *desk]
