"""Questionnaires from and to XLSForm, the spreadsheets of ODK, Kobo and their kin."""

from surveys.instrument.xlsform.reading import read_xlsform

__all__ = ["read_xlsform"]
