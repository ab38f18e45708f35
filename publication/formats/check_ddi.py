"""What CESSDA's data catalogue asks of a DDI-Codebook 2.5 file beyond its schema.

The schema demands hardly more than a title. The catalogue does not take a study without the five fields that its
answers to data services name as those that must be present, and shows one poorly without those that should be:
https://github.com/cessda/cessda.cdc.versions (FAQ).
"""

from dataclasses import dataclass

from defusedxml.ElementTree import fromstring

STUDY = "{*}stdyDscr/{*}"
REQUIRED = {
    "study number": (f"{STUDY}citation/{{*}}titlStmt/{{*}}IDNo", ""),
    "study title": (f"{STUDY}citation/{{*}}titlStmt/{{*}}titl", ""),
    "abstract": (f"{STUDY}stdyInfo/{{*}}abstract", ""),
    "publisher": (f"{STUDY}citation/{{*}}distStmt/{{*}}distrbtr", ""),
    "study address": (f"{STUDY}citation/{{*}}holdings", "URI"),
}
SUMMARY = f"{STUDY}stdyInfo/{{*}}sumDscr/{{*}}"
RECOMMENDED = {
    "topic": (f"{STUDY}stdyInfo/{{*}}subject/{{*}}topcClas", ""),
    "keyword": (f"{STUDY}stdyInfo/{{*}}subject/{{*}}keyword", ""),
    "time dimension": (f"{STUDY}method/{{*}}dataColl/{{*}}timeMeth", ""),
    "country": (f"{SUMMARY}nation", ""),
    "analysis unit": (f"{SUMMARY}anlyUnit", ""),
    "year of publication": (f"{STUDY}citation/{{*}}distStmt/{{*}}distDate", "date"),
    "creator": (f"{STUDY}citation/{{*}}rspStmt/{{*}}AuthEnty", ""),
    "language of the data file": ("{*}fileDscr/{*}fileTxt", "{http://www.w3.org/XML/1998/namespace}lang"),
    "mode of collection": (f"{STUDY}method/{{*}}dataColl/{{*}}collMode", ""),
    "start of collection": (f"{SUMMARY}collDate[@event='start']", "date"),
    "end of collection": (f"{SUMMARY}collDate[@event='end']", "date"),
    "terms of access": (f"{STUDY}dataAccs/{{*}}useStmt/{{*}}restrctn", ""),
}


@dataclass(frozen=True)
class Lacking:
    """The fields that a file does not have, by their name in the catalogue."""

    required: tuple[str, ...]
    recommended: tuple[str, ...]


def check_cessda(file: bytes) -> Lacking:
    """What the catalogue would miss in the file.

    Raises:
        xml.etree.ElementTree.ParseError: the file is no XML.
    """
    root = fromstring(file)

    def lacks(path: str, attribute: str) -> bool:
        found = [
            element.get(attribute, "") if attribute else "".join(element.itertext()) for element in root.iterfind(path)
        ]
        return not any(text.strip() for text in found)

    return Lacking(
        tuple(name for name, where in REQUIRED.items() if lacks(*where)),
        tuple(name for name, where in RECOMMENDED.items() if lacks(*where)),
    )
