"""Questionnaires from and to LimeSurvey: `.lss` of both generations and tab-separated in, tab-separated out."""

from surveys.instrument.exchange import ExchangeRefused, Imported
from surveys.instrument.limesurvey import lss, tsv
from surveys.instrument.limesurvey.reading_survey import imported
from surveys.instrument.limesurvey.writing_tsv import short_codes, write_tsv

__all__ = ["read_limesurvey", "read_lss", "read_tsv", "short_codes", "write_tsv"]


def read_lss(content: bytes) -> Imported:
    """The document of a `.lss` file, older or newer.

    Raises:
        ExchangeRefused: hostile, damaged, too large, or no survey; says why.
        InstrumentError: what our own columns carry is no longer what the format allows.
    """
    return imported(*lss.read_survey(content))


def read_tsv(content: bytes) -> Imported:
    """The document of a tab-separated file (.txt, .tsv). Raises as `read_lss`."""
    return imported(*tsv.read_survey(content))


def read_limesurvey(content: bytes) -> Imported:
    """The document of a file of either kind, told apart by how it begins. Raises as `read_lss`."""
    if content.startswith(b"PK"):
        raise ExchangeRefused("The file is an archive (.lsa or .xlsx): export the survey structure (.lss or .txt).")
    start = content[:200].removeprefix(b"\xef\xbb\xbf").lstrip()
    return read_lss(content) if start.startswith((b"<", b"\xff\xfe<", b"\xfe\xff")) else read_tsv(content)
