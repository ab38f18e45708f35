"""Addresses of the respondent's pages and of the survey desk."""

from django.urls import URLPattern, path

from surveys.views import respond
from surveys.views.desk import (
    answering,
    fieldwork,
    follow_up,
    frames,
    languages,
    probes,
    programmes,
    questionnaire_files,
    questionnaire_imports,
    questionnaire_texts,
    questionnaires,
    samples,
    translations,
    waves,
)

app_name = "surveys"

WAVE = "desk/<slug:slug>/waves/<slug:code>"
QUESTIONNAIRES = "desk/<slug:slug>/questionnaires"
QUESTIONNAIRE = f"{QUESTIONNAIRES}/<int:pk>"
TEXTS = f"{QUESTIONNAIRE}/texts/<slug:language>"

desk: list[URLPattern] = [
    path("desk/", programmes.programmes, name="desk"),
    path("desk/<slug:slug>/", programmes.programme, name="desk-programme"),
    path("desk/<slug:slug>/frames/", frames.frames, name="frames"),
    path("desk/<slug:slug>/frames/new", frames.upload, name="frame-upload"),
    path("desk/<slug:slug>/frames/<int:pk>", frames.frame, name="frame"),
    path("desk/<slug:slug>/new-wave", waves.create, name="wave-new"),
    path(f"{WAVE}/", waves.wave, name="wave"),
    path(f"{WAVE}/field-instrument", waves.field_instrument, name="field-instrument"),
    path(f"{WAVE}/open", waves.open_wave, name="open"),
    path(f"{WAVE}/close", waves.close, name="close"),
    path(f"{WAVE}/languages", languages.languages, name="wave-languages"),
    path(f"{WAVE}/languages/waive", languages.waive, name="wave-waive"),
    path(f"{WAVE}/answering", answering.answering, name="wave-answering"),
    path(f"{WAVE}/answering/count", answering.count, name="wave-answering-count"),
    path(f"{WAVE}/said", probes.said, name="wave-said"),
    path(f"{WAVE}/events", waves.events, name="wave-events"),
    path(f"{WAVE}/sample", samples.sample, name="sample"),
    path(f"{WAVE}/sample/plan", samples.plan, name="sample-plan"),
    path(f"{WAVE}/sample/<int:pk>/draw", samples.draw, name="draw"),
    path(f"{WAVE}/fieldwork", fieldwork.fieldwork, name="fieldwork"),
    path(f"{WAVE}/fieldwork/invite", fieldwork.invite, name="invite"),
    path(f"{WAVE}/fieldwork/remind", fieldwork.remind, name="remind"),
    path(f"{WAVE}/fieldwork/follow-up", follow_up.draw, name="follow-up"),
    path(f"{WAVE}/fieldwork/follow-up/<str:country>.csv", follow_up.listed, name="follow-up-list"),
    path(f"{WAVE}/fieldwork/code", fieldwork.read_out, name="read-out"),
]

questionnaire_desk: list[URLPattern] = [
    path(f"{QUESTIONNAIRES}/", questionnaires.questionnaires, name="questionnaires"),
    path(f"{QUESTIONNAIRES}/new", questionnaires.from_library, name="questionnaire-new"),
    path(f"{QUESTIONNAIRES}/compare", questionnaires.compare, name="questionnaire-compare"),
    path(f"{QUESTIONNAIRES}/imports/new", questionnaire_imports.upload, name="questionnaire-upload"),
    path(f"{QUESTIONNAIRES}/imports/<int:pk>", questionnaire_imports.followed, name="questionnaire-import"),
    path(QUESTIONNAIRE, questionnaires.questionnaire, name="questionnaire"),
    path(f"{QUESTIONNAIRE}/export/<slug:kind>", questionnaire_files.export, name="questionnaire-export"),
    path(f"{QUESTIONNAIRE}/printed/<str:language>", questionnaire_files.printed, name="questionnaire-printed"),
    path(f"{QUESTIONNAIRE}/file/<slug:kind>", questionnaire_files.file, name="questionnaire-file"),
    path(TEXTS, questionnaire_texts.texts, name="questionnaire-texts"),
    path(f"{TEXTS}/checked", questionnaire_texts.check, name="questionnaire-check"),
    path(f"{TEXTS}/file/<slug:kind>", translations.texts_file, name="questionnaire-texts-file"),
    path(f"{TEXTS}/taken", translations.take_texts, name="questionnaire-take-texts"),
    path(f"{QUESTIONNAIRE}/reviews", questionnaire_texts.reviews, name="questionnaire-reviews"),
    path(f"{QUESTIONNAIRE}/reviews/new", questionnaire_texts.review, name="questionnaire-review"),
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

urlpatterns: list[URLPattern] = [*respondent, *desk, *questionnaire_desk]
