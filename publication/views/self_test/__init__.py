"""The self-test: public, without an account, and nothing stored."""

from publication.views.self_test.groups import group_page, group_start
from publication.views.self_test.pages import begin, questions, result, start

__all__ = ["begin", "group_page", "group_start", "questions", "result", "start"]
