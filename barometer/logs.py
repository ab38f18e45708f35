"""What the log never holds: the token of a link."""

import logging
import re

# The part of an address behind these is the whole of somebody's key (/r/ is a municipality's report), and most of those
# that fail are merely old.
LINK = re.compile(r"(/s|/r|/cases/own|/cases/copying)/[^\s?#'\"/]+")
MASKED = r"\1/[link]"


class WithoutLinks(logging.Formatter):
    """Writes a record, its traceback included, with every link masked."""

    def format(self, record: logging.LogRecord) -> str:
        return LINK.sub(MASKED, super().format(record))
