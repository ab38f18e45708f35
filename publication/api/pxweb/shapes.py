"""The shapes of PxWebApi 2's answers, as JSON Schema. Written for what its clients read, not copied from its file."""

from publication.api.schemas import (
    ANYTHING,
    BYTES,
    MOMENT,
    TEXT,
    WHOLE,
    YES_OR_NO,
    Schema,
    maybe,
    some,
    thing,
)
from publication.api.table_formats import PX, XLSX

LINK = thing(rel=TEXT, hreflang=TEXT, href=TEXT)
LINKS = some(LINK)
LANGUAGE = thing(id=TEXT, label=TEXT)
CONFIG = thing(
    apiVersion=TEXT,
    appVersion=TEXT,
    languages=some(LANGUAGE),
    defaultLanguage=TEXT,
    maxDataCells=WHOLE,
    maxCallsPerTimeWindow=WHOLE,
    timeWindow=WHOLE,
    license=TEXT,
    sourceReferences=some(thing(language=TEXT, text=TEXT)),
    defaultDataFormat=TEXT,
    dataFormats=some(TEXT),
    features=some(thing(id=TEXT, params=some(thing(key=TEXT, value=TEXT)))),
)
PATH = thing(id=TEXT, label=TEXT)
TABLE = thing(
    type=TEXT,
    id=TEXT,
    label=TEXT,
    description=TEXT,
    sortCode=TEXT,
    updated=MOMENT,
    firstPeriod=TEXT,
    lastPeriod=TEXT,
    category=TEXT,
    variableNames=some(TEXT),
    discontinued=YES_OR_NO,
    source=TEXT,
    subjectCode=TEXT,
    timeUnit=TEXT,
    paths=some(some(PATH)),
    links=LINKS,
)
ONE_TABLE: Schema = {"allOf": [thing(language=TEXT), TABLE]}
FOLDER = thing(
    language=TEXT,
    id=maybe(TEXT),
    label=TEXT,
    description=TEXT,
    tags=some(TEXT),
    folderContents=some(
        {"type": "object", "required": ["type", "id", "label", "links"], "properties": {"type": TEXT, "links": LINKS}}
    ),
    links=LINKS,
)
TABLES = thing(
    language=TEXT,
    tables=some(TABLE),
    page=thing(pageNumber=WHOLE, pageSize=WHOLE, totalElements=WHOLE, totalPages=WHOLE, links=LINKS),
    links=LINKS,
)
DATASET = thing(
    optional=("status", "href", "link"),
    version={"type": "string", "enum": ["2.0"]},
    label=TEXT,
    source=TEXT,
    updated=MOMENT,
    note=some(TEXT),
    role={"type": "object", "additionalProperties": some(TEXT)},
    id=some(TEXT),
    size=some(WHOLE),
    dimension=ANYTHING,
    extension=ANYTHING,
    value=some(maybe({"type": "number"})),
    status={"type": "object", "additionalProperties": TEXT},
    href=TEXT,
    link=ANYTHING,
)
DATA: dict[tuple[int, str], Schema] = {
    (200, "application/json"): DATASET,
    (200, "text/csv"): TEXT,
    (200, "text/html"): TEXT,
    (200, PX): BYTES,
    (200, XLSX): BYTES,
}
SELECTION = thing(variableCode=TEXT, valueCodes=some(TEXT))
DEFAULT_SELECTION = thing(
    language=TEXT,
    selection=some(SELECTION),
    placement=thing(heading=some(TEXT), stub=some(TEXT)),
    links=LINKS,
)
NOTHING_ELSE = {"additionalProperties": False}
ASKED_FOR = thing(
    optional=("valueCodes", "codelist", "outputValues"),
    variableCode=TEXT,
    valueCodes=some(TEXT),
    codelist=TEXT,
    outputValues={"type": "string", "enum": ["aggregated", "single"]},
)
BODY = NOTHING_ELSE | thing(
    optional=("selection", "placement", "language", "links"),
    selection=some(NOTHING_ELSE | ASKED_FOR),
    placement=thing(optional=("heading", "stub"), heading=some(TEXT), stub=some(TEXT)),
    language={**TEXT, "description": "Not looked at: the answer of defaultselection may be sent as it is"},
    links=LINKS,
)
CODELIST = thing(
    id=TEXT,
    label=TEXT,
    language=TEXT,
    languages=some(TEXT),
    type=TEXT,
    elimination=YES_OR_NO,
    values=some(thing(code=TEXT, label=TEXT, valueMap=some(TEXT))),
    links=LINKS,
)
