"""Addresses of the respondent's pages and of the survey desk."""

from django.urls import URLPattern, path

from surveys.views import respond
from surveys.views.desk import fieldwork, frames, programmes, samples, waves

app_name = "surveys"

WAVE = "desk/<slug:slug>/waves/<slug:code>"

desk: list[URLPattern] = [
    path("desk/", programmes.programmes, name="desk"),
    path("desk/<slug:slug>/", programmes.programme, name="desk-programme"),
    path("desk/<slug:slug>/frames/", frames.frames, name="frames"),
    path("desk/<slug:slug>/frames/new", frames.upload, name="frame-upload"),
    path("desk/<slug:slug>/frames/<int:pk>", frames.frame, name="frame"),
    path(f"{WAVE}/", waves.wave, name="wave"),
    path(f"{WAVE}/field-instrument", waves.field_instrument, name="field-instrument"),
    path(f"{WAVE}/open", waves.open_wave, name="open"),
    path(f"{WAVE}/close", waves.close, name="close"),
    path(f"{WAVE}/events", waves.events, name="wave-events"),
    path(f"{WAVE}/sample", samples.sample, name="sample"),
    path(f"{WAVE}/sample/plan", samples.plan, name="sample-plan"),
    path(f"{WAVE}/sample/<int:pk>/draw", samples.draw, name="draw"),
    path(f"{WAVE}/fieldwork", fieldwork.fieldwork, name="fieldwork"),
    path(f"{WAVE}/fieldwork/invite", fieldwork.invite, name="invite"),
]

respondent: list[URLPattern] = [
    path("s/<str:token>", respond.link, name="link"),
    path("code", respond.code, name="code"),
    path("respond/", respond.start, name="respond"),
    path("respond/questions", respond.questions, name="respond-questions"),
    path("respond/questions.pdf", respond.questions_pdf, name="respond-questions-pdf"),
    path("respond/pass-on", respond.pass_on, name="respond-pass-on"),
    path("respond/tasks", respond.tasks, name="respond-tasks"),
    path("respond/share/<str:section>", respond.share, name="respond-share"),
    path("respond/privacy", respond.privacy, name="respond-privacy"),
    path("respond/decline", respond.decline, name="respond-decline"),
    path("respond/page/<str:page_id>", respond.page, name="respond-page"),
    path("respond/check", respond.check, name="respond-check"),
    path("respond/submit", respond.submit, name="respond-submit"),
    path("respond/correct", respond.correct, name="respond-correct"),
    path("respond/receipt", respond.receipt, name="respond-receipt"),
    path("respond/copy.txt", respond.copy, name="respond-copy"),
]

urlpatterns: list[URLPattern] = [*respondent, *desk]
