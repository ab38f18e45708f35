"""Office files without a clock: their archives written again with every time set to the one given."""

import io
import re
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime

Edit = Callable[[str, bytes], bytes]
STAMP = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(</dcterms:)")


def without_clock(file: bytes, moment: datetime, *, edited: Edit | None = None) -> bytes:
    """The archive again, its entries and its properties stamped with `moment`: the same content gives the same bytes.

    file: an office file (.xlsx, .pptx). edited: the name of an entry and its content -> its content from now on.
    Raises zipfile.BadZipFile where the file is no archive.
    """
    utc = moment.astimezone(UTC)
    stamped = io.BytesIO()
    said = utc.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    with zipfile.ZipFile(io.BytesIO(file)) as source, zipfile.ZipFile(stamped, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            content = source.read(entry)
            if entry.filename == "docProps/core.xml":
                content = STAMP.sub(rb"\g<1>" + said + rb"\g<3>", content)
            if edited is not None:
                content = edited(entry.filename, content)
            named = zipfile.ZipInfo(entry.filename, (utc.year, utc.month, utc.day, utc.hour, utc.minute, utc.second))
            named.compress_type = zipfile.ZIP_DEFLATED
            named.create_system = 3  # the same on every system
            target.writestr(named, content)
    return stamped.getvalue()
