"""Addresses of the public pages, of the open API, of organisations' reports and of the publication desk."""

from django.urls import URLPattern, path

from publication.api import views as api
from publication.views import (
    calendar,
    cases,
    desk_reports,
    microdata,
    public,
    release_steps,
    releases,
    reports,
    self_test,
)
from publication.views.cases import desk as case_desk

app_name = "publication"

RESULTS = "results/<slug:programme>/<int:number>"
OPEN = "api/v1/releases"
WAVE = "desk/<slug:slug>/waves/<slug:code>"
CASE = "desk/<slug:slug>/cases/<int:pk>"
RELEASE = "desk/<slug:slug>/releases/<int:number>"

everybody: list[URLPattern] = [
    path("", public.home, name="home"),
    path("results/", public.results, name="results"),
    path(f"{RESULTS}/", public.release, name="release"),
    path(f"{RESULTS}/<slug:key>.csv", public.table, name="table"),
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

urlpatterns: list[URLPattern] = [*everybody, *organisations, *desk]
