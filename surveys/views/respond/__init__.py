"""The respondent's pages: a personal link, no account, no script."""

from surveys.views.respond.finish import check, receipt, submit
from surveys.views.respond.pages import page
from surveys.views.respond.start import decline, link, privacy, start

__all__ = ["check", "decline", "link", "page", "privacy", "receipt", "start", "submit"]
