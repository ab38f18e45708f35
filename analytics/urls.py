"""Addresses of the analysis desk, below /desk/."""

from django.urls import URLPattern, path

from analytics.views import desk

app_name = "analytics"

RUNS = "<slug:slug>/waves/<slug:code>/runs"

urlpatterns: list[URLPattern] = [
    path(f"{RUNS}/", desk.runs, name="runs"),
    path(f"{RUNS}/start", desk.start, name="run-start"),
    path(f"{RUNS}/<int:pk>", desk.run, name="run"),
    path(f"{RUNS}/<int:pk>/stop", desk.cancel, name="run-stop"),
    path(f"{RUNS}/<int:pk>/<slug:indicator>", desk.results, name="run-results"),
]
