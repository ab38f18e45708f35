"""The canonical document as a JSON Schema (draft 2020-12), for programs that write or read it without ours.

It says what may stand where. What only a program can tell (references, rules, texts that are missing) the reader and
the linter say. The schema stands as a file in docs/barometer-instrument-1.schema.json.
"""

from enum import StrEnum

from surveys.instrument.document import CODE, FORMAT
from surveys.instrument.reader import COUNTRY, LANGUAGE, LONGEST_LANGUAGE
from surveys.instrument.rule_tree import KEY
from surveys.instrument.schema import DisclosureClass, ItemType, Level, Origin, Relation, Requirement, TextState

Schema = dict[str, object]

TEXT: Schema = {"type": "string"}
WORD: Schema = {"type": "string", "minLength": 1}
WHOLE: Schema = {"type": "integer"}
MARK: Schema = {"const": True}  # a mark that is not set is left away
RULE: Schema = {"$ref": "#/$defs/rule"}
ITEM_KEY: Schema = {"type": "string", "pattern": f"^{KEY.pattern}$"}
OPTION_CODE: Schema = {"type": "string", "pattern": f"^{CODE.pattern}$"}
LANGUAGE_CODE: Schema = {"type": "string", "pattern": f"^{LANGUAGE.pattern}$", "maxLength": LONGEST_LANGUAGE}
HASH: Schema = {"type": "string", "pattern": "^[0-9a-f]{8}$"}


def one_of(kind: type[StrEnum]) -> Schema:
    return {"enum": [member.value for member in kind]}


def listed(of: Schema, *, least: int = 0) -> Schema:
    return {"type": "array", "items": of, "minItems": least}


def named(of: Schema) -> Schema:
    return {"type": "object", "additionalProperties": of}


def thing(required: dict[str, Schema], optional: dict[str, Schema] | None = None) -> Schema:
    """An object with these members and no others."""
    return {
        "type": "object",
        "properties": required | (optional or {}),
        "required": list(required),
        "additionalProperties": False,
    }


OPTION = thing({"code": OPTION_CODE}, {"missing": MARK, "exclusive": MARK, "common": OPTION_CODE, "show_if": RULE})
ITEM = thing(
    {
        "key": ITEM_KEY,
        "type": one_of(ItemType),
        "disclosure": one_of(DisclosureClass),
        "required": one_of(Requirement),
    },
    {
        "options": listed(OPTION, least=1),
        "battery": WORD,
        "max_choices": WHOLE,
        "minimum": WHOLE,
        "maximum": WHOLE,
        "decimals": {"type": "integer", "minimum": 1},
        "unit": WORD,
        "max_length": WHOLE,
        "variable": WORD,
        "of": one_of(ItemType),
        "specifies": thing({"item": ITEM_KEY, "code": OPTION_CODE}),
        "export": WORD,
        "source": WORD,
        "since": WORD,
        "evidence": WORD,
    },
)
PAGE = thing(
    {"id": WORD, "section": WORD},
    {"asks": listed(thing({"item": ITEM_KEY}, {"show_if": RULE})), "show_if": RULE, "definition": MARK},
)
EDIT = thing({"id": WORD, "item": ITEM_KEY, "rule": RULE, "level": one_of(Level)})
ITEM_TEXTS = named(thing({}, {"question": WORD, "help": WORD, "unit": WORD, "options": named(TEXT)}))
TEXTS = thing(
    {"state": one_of(TextState)},
    {
        "title": WORD,
        "introduction": WORD,
        "definition": WORD,
        "sections": named(TEXT),
        "pages": named(TEXT),
        "batteries": ITEM_TEXTS,
        "items": ITEM_TEXTS,
        "edits": named(TEXT),
        "source": WORD,
        "states": named(one_of(TextState)),
        "sources": named(HASH),
    },
)
COMPARABILITY = thing(
    {
        "item": ITEM_KEY,
        "with": WORD,
        "country": {"type": "string", "pattern": rf"^(\*|{COUNTRY.pattern})$"},
        "relation": one_of(Relation),
        "why": WORD,
        "by": WORD,
        "on": {"type": "string", "format": "date"},
    }
)
JSON_SCHEMA: Schema = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Questionnaire of an innovation barometer, canonical document",
    **thing(
        {
            "format": {"const": FORMAT},
            "key": WORD,
            "version": WORD,
            "languages": {**listed(LANGUAGE_CODE, least=1), "uniqueItems": True},
            "background": listed(WORD),
            "conditions": listed(thing({"name": WORD, "rule": RULE})),
            "items": listed(ITEM),
            "pages": listed(PAGE),
            "edits": listed(EDIT),
            "texts": named(TEXTS),
        },
        {
            "partial": RULE,
            "self_test": listed(WORD, least=1),
            "blocks": listed(thing({"key": WORD, "origin": one_of(Origin)}, {"evidence": WORD}), least=1),
            "comparability": listed(COMPARABILITY, least=1),
        },
    ),
    "$defs": {
        "rule": {
            "description": "A list that begins with what it is; the words are in docs/howto/rules.md.",
            "type": "array",
            "prefixItems": [{"type": "string"}],
            "minItems": 1,
            "items": {"anyOf": [{"$ref": "#/$defs/rule"}, {"type": ["string", "integer", "boolean", "null"]}]},
        }
    },
}
