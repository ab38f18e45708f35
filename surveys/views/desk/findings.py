"""What is wrong in a frame file, said in the reader's language."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

SENTENCES = {
    "encoding": _("The text is not UTF-8 or Windows-1252. Save the file as CSV UTF-8."),
    "windows_1252": _("The file was read as Windows-1252. Check that letters such as æ, ø, å, ä and ö are right."),
    "mixed_encoding": _("Some letters are UTF-8 and others Windows-1252. Save the whole file as CSV UTF-8."),
    "unreadable": _("The file cannot be read as CSV: quotation marks do not close."),
    "missing_column": _("The column is missing."),
    "double_column": _("The column stands more than once."),
    "unknown_column": _("The column is not known. Remove it, or correct its name."),
    "no_rows": _("The file has a header and no rows."),
    "too_many_rows": _("The file has too many rows. Split the register."),
    "field_count": _("The row has another number of fields than the header."),
    "empty": _("A value is missing."),
    "too_long": _("The value has too many characters."),
    "control_character": _("The value holds a line break or another control character."),
    "not_a_code": _("The value is not one of the codes."),
    "not_a_number": _("A whole number from 1 is expected."),
    "not_an_address": _("The value is not an e-mail address."),
    "duplicate_code": _("The code stands on an earlier line too."),
    "no_email": _("The unit has no e-mail address and cannot be invited by e-mail."),
    "shared_email": _("The address stands on an earlier line too."),
    "more_errors": _("There are more problems than are shown here. Mend these first."),
    "more_warnings": _("There are more warnings than are shown here."),
}


@dataclass(frozen=True)
class Said:
    line: str
    column: str
    sentence: str
    got: str
    expected: str


def say(findings: Iterable[Mapping[str, object]]) -> list[Said]:
    """Findings as stored with the frame, in words."""
    return [
        Said(
            line=str(finding["line"] or ""),
            column=str(finding["column"]),
            sentence=str(SENTENCES.get(str(finding["code"]), finding["code"])),
            got=str(finding["got"]),
            expected=str(finding["expected"]),
        )
        for finding in findings
    ]
