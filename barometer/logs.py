"""What the log never holds: the token of a personal link."""

import logging
import re

# The part of an address behind /s/ is the whole of a respondent's key, and most of those that fail are merely old.
LINK = re.compile(r"/s/[^\s?#'\"]+")
MASKED = "/s/[link]"


class WithoutLinks(logging.Formatter):
    """Writes a record, its traceback included, with every link masked."""

    def format(self, record: logging.LogRecord) -> str:
        return LINK.sub(MASKED, super().format(record))
