"""The case collection: its public pages, the pages behind personal links, and the desk."""

from publication.views.cases.collection import case, cases
from publication.views.cases.copying import adoption, copy
from publication.views.cases.respondent import own

__all__ = ["adoption", "case", "cases", "copy", "own"]
