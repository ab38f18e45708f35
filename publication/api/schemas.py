"""The shapes of the open API's answers, as JSON Schema, for the OpenAPI document."""

from typing import Any

from analytics.core.document_values import ABOUT  # of an index: what it tells, and what it does not measure

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
WHOLE: Schema = {"type": "integer"}
YES_OR_NO: Schema = {"type": "boolean"}
MOMENT: Schema = {"type": "string", "format": "date-time"}
ADDRESS: Schema = {"type": "string", "format": "uri"}
ANYTHING: Schema = {"type": "object", "additionalProperties": True}
TEXTS: Schema = {"type": "object", "additionalProperties": TEXT, "description": "By language"}
BYTES: Schema = {"type": "string", "format": "binary"}


def thing(optional: tuple[str, ...] = (), **properties: Schema) -> Schema:
    """An object with the properties; all but the optional ones are always there."""
    required = [name for name in properties if name not in optional]
    return {"type": "object", "properties": properties, **({"required": required} if required else {})}


def some(item: Schema) -> Schema:
    return {"type": "array", "items": item}


def maybe(schema: Schema) -> Schema:
    return {"oneOf": [schema, {"type": "null"}]}


PROBLEM = thing(type=TEXT, title=TEXT, status=WHOLE, detail=TEXT)
PAGE = thing(next=maybe(ADDRESS), number=WHOLE, size=WHOLE, largest_size=WHOLE, pages=WHOLE, total=WHOLE)

STATE: Schema = {
    "type": "string",
    "enum": ["published", "corrected", "superseded", "withdrawn"],
    "description": "corrected: an error in it is mended by its successor; superseded: revised as planned",
}
SUCCESSOR = thing(number=WHOLE, relation=TEXT, reason=TEXT, url=ADDRESS)
WITHDRAWAL = thing(reason=TEXT, withdrawn_at=MOMENT, hides_numbers=YES_OR_NO)
RELEASE = thing(
    programme=TEXT,
    names=TEXTS,
    number=WHOLE,
    wave=TEXT,
    constructed=YES_OR_NO,
    published_at=MOMENT,
    content_hash=TEXT,
    state=STATE,
    successor=maybe(SUCCESSOR),
    withdrawal=maybe(WITHDRAWAL),
    url=ADDRESS,
)
RELEASES = thing(page=PAGE, releases=some(RELEASE))
TABLE_ENTRY = thing(
    key=TEXT, title=TEXTS, content_hash=TEXT, url=ADDRESS, formats={"type": "object", "additionalProperties": ADDRESS}
)
FILE_ENTRY = thing(path=TEXT, media_type=TEXT, size=WHOLE, checksum=TEXT, url=ADDRESS)
ONE_RELEASE = {
    "allOf": [
        RELEASE,
        thing(
            manifest=ANYTHING,
            replaces=maybe(WHOLE),
            relation=TEXT,
            reason=TEXT,
            revision=maybe(ANYTHING),
            tables=some(TABLE_ENTRY),
            files=some(FILE_ENTRY),
        ),
    ]
}
ROW = thing(
    optional=(
        "n", "value", "low", "high", "standard_error", "caution", "verdict", "p_adjusted", "rank_low", "rank_high",
        "size_class", "county",
    ),
    measure=TEXT,
    category=TEXT,
    country=TEXT,
    sector=TEXT,
    size_class=TEXT,
    county=TEXT,
    against=TEXT,
    status={"type": "string", "enum": ["shown", "withheld"], "description": "A withheld row has no number at all"},
    n=WHOLE,
    value={"type": "number"},
    low={"type": "number"},
    high={"type": "number"},
    standard_error={"type": "number"},
    caution=YES_OR_NO,
    verdict=TEXT,
    p_adjusted={"type": "number"},
    rank_low=WHOLE,
    rank_high=WHOLE,
)  # fmt: skip
DOCUMENT = thing(
    optional=ABOUT,
    schema=TEXT,
    key=TEXT,
    kind=TEXT,
    indicator=TEXT,
    wave=TEXT,
    constructed=YES_OR_NO,
    unit=TEXT,
    decimals=WHOLE,
    title=TEXTS,
    question=TEXTS,
    base=TEXTS,
    method=TEXTS,
    purpose=TEXTS,
    measures_not=TEXTS,
    finding=TEXTS,
    labels=ANYTHING,
    rows=some(ROW),
)
TABLE = thing(release=RELEASE, content_hash=TEXT, table=DOCUMENT)
CODEBOOK = thing(
    release=RELEASE,
    indicators=some(
        thing(
            optional=ABOUT,
            indicator=TEXT,
            tables=some(TEXT),
            titles=TEXTS,
            questions=TEXTS,
            bases=TEXTS,
            purpose=TEXTS,
            measures_not=TEXTS,
            kind=TEXT,
            unit=TEXT,
            categories=some(thing(code=TEXT, labels=TEXTS)),
        )
    ),
    dimensions={"type": "object", "additionalProperties": some(thing(code=TEXT, labels=TEXTS))},
    files=some(FILE_ENTRY),
)
INDICATORS = thing(
    page=PAGE,
    indicators=some(
        thing(
            indicator=TEXT,
            titles=TEXTS,
            kind=TEXT,
            unit=TEXT,
            published=some(
                thing(programme=TEXT, wave=TEXT, release=WHOLE, countries=some(TEXT), tables=some(TEXT), url=ADDRESS)
            ),
            url=ADDRESS,
        )
    ),
)
SERIES = thing(
    indicator=TEXT,
    titles=TEXTS,
    waves=some(
        thing(
            programme=TEXT,
            wave=TEXT,
            release=WHOLE,
            url=ADDRESS,
            content_hash=TEXT,
            constructed=YES_OR_NO,
            kind=TEXT,
            unit=TEXT,
            decimals=WHOLE,
            title=TEXTS,
            question=TEXTS,
            base=TEXTS,
            comparable=YES_OR_NO,
            differs={**some(TEXT), "description": "What is not the same as in the programme's wave before"},
        )
    ),
    points=some({"allOf": [thing(programme=TEXT, wave=TEXT, release=WHOLE, table=TEXT), ROW]}),
)
CALENDAR = thing(
    page=PAGE,
    announcements=some(
        thing(
            programme=TEXT,
            names=TEXTS,
            wave=TEXT,
            constructed=YES_OR_NO,
            planned_for=MOMENT,
            note=TEXT,
            moves=some(ANYTHING),
            announced_at=MOMENT,
            cancelled_at=maybe(MOMENT),
            release=maybe(ADDRESS),
        )
    ),
)

CASE = thing(number=WHOLE, content_hash=TEXT, published_at=MOMENT, url=ADDRESS, card=ANYTHING)
CASES = thing(page=PAGE, cases=some(CASE))
ADOPTION = thing(organisation=TEXT, state=TEXT, steps=some(thing(state=TEXT, at=MOMENT)))
ONE_CASE = {"allOf": [CASE, thing(adoptions=some(ADOPTION))]}
