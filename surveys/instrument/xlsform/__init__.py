"""Questionnaires from and to XLSForm, the spreadsheets of ODK, Kobo and their kin."""

from surveys.instrument.xlsform.reading import read_xlsform
from surveys.instrument.xlsform.writing import write_xlsform

__all__ = ["read_xlsform", "write_xlsform"]
