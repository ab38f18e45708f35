"""The respondent's pages: a personal link or its spoken code, no account, no script."""

from surveys.views.respond.finish import check, copy, correct, receipt, submit
from surveys.views.respond.overview import share, tasks
from surveys.views.respond.pages import page
from surveys.views.respond.refusing import decline, pass_on
from surveys.views.respond.start import code, link, privacy, questions, questions_pdf, start

__all__ = [
    "check",
    "code",
    "copy",
    "correct",
    "decline",
    "link",
    "page",
    "pass_on",
    "privacy",
    "questions",
    "questions_pdf",
    "receipt",
    "share",
    "start",
    "submit",
    "tasks",
]
