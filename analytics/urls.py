"""Addresses of the analysis desk, below /desk/."""

from django.urls import URLPattern, path

from analytics.views import beside, desk, focus, new_run, policy_instruments

app_name = "analytics"

RUNS = "<slug:slug>/waves/<slug:code>/runs"
FOCUS = "<slug:slug>/focus"
CODING = f"{FOCUS}/codings/<int:pk>"

urlpatterns: list[URLPattern] = [
    path(f"{RUNS}/", desk.runs, name="runs"),
    path(f"{RUNS}/start", desk.start, name="run-start"),
    path(f"{RUNS}/new", new_run.new, name="run-new"),
    path(f"{RUNS}/<int:pk>", desk.run, name="run"),
    path(f"{RUNS}/<int:pk>/stop", desk.cancel, name="run-stop"),
    path(f"{RUNS}/<int:pk>/beside", beside.beside, name="run-beside"),
    path(f"{RUNS}/<int:pk>/about/weights", desk.weights, name="run-weights"),
    path(f"{RUNS}/<int:pk>/about/answers", desk.answers, name="run-answers"),
    path(f"{RUNS}/<int:pk>/<slug:indicator>", desk.results, name="run-results"),
    path(f"{FOCUS}/", focus.profiles, name="focus"),
    path(f"{FOCUS}/compared", focus.comparison, name="focus-comparison"),
    path(f"{FOCUS}/codings/", focus.codings, name="focus-codings"),
    path(f"{FOCUS}/codings/start", focus.start, name="focus-start"),
    path(CODING, focus.coding, name="focus-coding"),
    path(f"{CODING}/rate/<str:country>/<slug:perspective>", focus.rate, name="focus-rate"),
    path(f"{CODING}/instruments/<str:place>", focus.code, name="focus-code"),
    path(f"{CODING}/close", focus.close, name="focus-close"),
    path(f"{CODING}/discard", focus.discard, name="focus-discard"),
    path(f"{CODING}/revise", focus.revise, name="focus-revise"),
    path(f"{FOCUS}/instruments/", policy_instruments.catalogue, name="policy-instruments"),
    path(f"{FOCUS}/instruments/bring", policy_instruments.bring, name="policy-instruments-bring"),
    path(f"{FOCUS}/instruments/new", policy_instruments.new, name="policy-instrument-new"),
    path(f"{FOCUS}/instruments/<int:pk>", policy_instruments.instrument, name="policy-instrument"),
    path(f"{FOCUS}/instruments/<int:pk>/change", policy_instruments.change, name="policy-instrument-change"),
]
