"""Selections of PxWebApi 2: which codes of a cube an address or a body asks for.

An expression is a code, a pattern (`*` any letters, `?` one letter), `top(n)`, `bottom(n)`, both with an offset as
second argument, `range(a,b)`, `from(a)` or `to(a)`, also in square brackets. `top` of the waves are the newest ones.
Dimensions and codes are read without regard to case, and `time` is the dimension of time whatever it is called.
A dimension that is left out is taken as its total where it has one; else it must be named.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import prod
from typing import Any, TypeVar

from publication.api.parameters import few
from publication.api.problems import Problem, bad_parameter
from publication.formats.cube import METRIC, TIME, Cube, Dimension, select

Given = TypeVar("Given")

EXPRESSION = re.compile(r"(top|bottom|range|from|to)\(([^()]*)\)", re.IGNORECASE)
PARAMETER = re.compile(r"(valuecodes|codelist|outputvalues)\[([^\[\]]+)\]", re.IGNORECASE)
SELECTS = re.compile(r".*\[.*|valuecode.*|codelist.*|outputvalues.*", re.IGNORECASE | re.DOTALL)
COMMA = re.compile(r",(?![^()]*\))(?![^\[\]]*\])")  # not the one between two arguments
OUTPUT_VALUES = ("aggregated", "single")
BODY = ("selection", "placement", "language", "links")  # the last two: an answer of defaultselection may be sent back
OF_ONE = ("variablecode", "valuecodes", "codelist", "outputvalues")
TIME_TOO = "time"
MOST_PATTERNS = 100  # of a dimension: each is held against every code
WITHOUT_TOTAL, ESTIMATES = "parts", "estimates"


@dataclass(frozen=True)
class Asked:
    """What is asked for, by dimension, as written; None of stub and heading is the usual layout."""

    codes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    codelists: Mapping[str, str] = field(default_factory=dict)
    stub: tuple[str, ...] | None = None
    heading: tuple[str, ...] | None = None

    @property
    def is_everything(self) -> bool:
        return not self.codes and not self.codelists


@dataclass(frozen=True)
class Codelist:
    """A named part of a dimension's codes."""

    kind: str
    dimension: str
    codes: tuple[str, ...]

    def id_in(self, table: str) -> str:
        return f"{table}.{self.dimension}.{self.kind}"


def codelists(cube: Cube) -> tuple[Codelist, ...]:
    """Dimensions with a total have the list of its parts; the figures have the list of the estimates alone."""
    found = []
    for dimension in cube.dimensions:
        parts = tuple(code for code in dimension.codes if code != dimension.elimination)
        if dimension.elimination is not None and parts:
            found.append(Codelist(WITHOUT_TOTAL, dimension.code, parts))
    whole = {code for code in cube.metric.codes if not any(code.startswith(f"{one}_") for one in cube.metric.codes)}
    if len(whole) < len(cube.metric.codes):
        found.append(Codelist(ESTIMATES, METRIC, tuple(code for code in cube.metric.codes if code in whole)))
    return tuple(found)


def from_address(query: Mapping[str, Iterable[str]]) -> Asked:
    """What the parameters of an address ask for; names of parameters are read without regard to case.

    Raises:
        Problem: outputValues with a word that it does not have, or a parameter that is a misspelt selection: it must
            not give everything.
    """
    found: dict[str, dict[str, list[str]]] = {"valuecodes": {}, "codelist": {}, "outputvalues": {}}
    places: dict[str, tuple[str, ...]] = {}
    for name, texts in query.items():
        match = PARAMETER.fullmatch(name)
        if match:
            found[match[1].lower()].setdefault(match[2], []).extend(part for text in texts for part in _split(text))
        elif name.lower() in ("stub", "heading"):
            places[name.lower()] = tuple(part for text in texts for part in _split(text))
        elif SELECTS.fullmatch(name):
            expected = "valueCodes[..], codelist[..] or outputValues[..] with a dimension in the brackets"
            raise bad_parameter(name[:100], expected, name[:100], "Correct the name of the parameter.")
    for name, words in found["outputvalues"].items():
        _output_values(name, words)
    lists = {name: ids[-1] for name, ids in found["codelist"].items() if ids}
    return Asked({name: tuple(codes) for name, codes in found["valuecodes"].items()}, lists, **places)


def from_body(body: object) -> Asked:
    """What the body of a POST asks for.

    Raises:
        Problem: the body is not of the form {"selection": [{"variableCode", "valueCodes", "codelist"}], "placement"}.
    """
    if body in (None, {}):
        return Asked()
    if not isinstance(body, dict) or not isinstance(body.get("selection", []), list):
        raise _bad_body("an object with the list selection", body)
    _refuse_others(body, BODY)
    codes: dict[str, tuple[str, ...]] = {}
    lists: dict[str, str] = {}
    for one in body.get("selection", []):
        code, expressions, codelist, output = _one_of(one)
        if code in codes:
            raise _bad_body("each variableCode once", code)
        codes[code] = expressions or (("*",) if codelist else ())
        if codelist:
            lists[code] = codelist
        if output:
            _output_values(code, [output])
    return Asked(codes, lists, **_placement(body.get("placement")))


def together(body: Asked, address: Asked) -> Asked:
    """What a body and its address ask for: R's pxweb has the codes in the one and the code lists in the other.

    Raises:
        Problem: both say something of one thing, and not the same.
    """

    def both(name: str) -> Any:
        first, second = getattr(body, name), getattr(address, name)
        if not isinstance(first, Mapping):
            if None not in (first, second) and first != second:
                raise _bad_body(f"{name} either in the body or in the address", second)
            return second if first is None else first
        for code in first.keys() & second.keys():
            if first[code] != second[code]:
                raise _bad_body(f"{code} either in the body or in the address", second[code])
        return {**second, **first}

    return Asked(*(both(name) for name in ("codes", "codelists", "stub", "heading")))


def _one_of(one: object) -> tuple[str, tuple[str, ...], str, str]:
    if not isinstance(one, dict):
        raise _bad_body("an object with variableCode and valueCodes", one)
    named = {str(name).lower(): value for name, value in one.items()}
    _refuse_others(named, OF_ONE)
    code, expressions = named.get("variablecode"), named.get("valuecodes") or []
    codelist, output = named.get("codelist") or "", named.get("outputvalues") or ""
    if not isinstance(code, str) or not isinstance(codelist, str) or not isinstance(output, str):
        raise _bad_body("variableCode and codelist as texts", one)
    if not isinstance(expressions, list) or not all(isinstance(each, str) for each in expressions):
        raise _bad_body("valueCodes as a list of texts", expressions)
    return code, tuple(expressions), codelist, output


def _placement(placement: object) -> dict[str, tuple[str, ...]]:
    if placement is None:
        return {}
    if not isinstance(placement, dict):
        raise _bad_body("placement as an object with stub and heading", placement)
    _refuse_others(placement, ("stub", "heading"))
    found = {}
    for name in ("stub", "heading"):
        codes = placement.get(name)
        if codes is None:
            continue
        if not isinstance(codes, list) or not all(isinstance(code, str) for code in codes):
            raise _bad_body(f"placement.{name} as a list of texts", codes)
        found[name] = tuple(codes)
    return found


def _refuse_others(given: Mapping[str, object], known: Sequence[str]) -> None:
    """Raises the error of a member that a selection does not have: passed over, it would select something else."""
    others = [name for name in given if name not in known]
    if others:
        raise _bad_body(f"members among {', '.join(known)}", ", ".join(others))


def _bad_body(expected: str, got: object) -> Problem:
    return Problem(
        400, "Bad selection", f"body: expected {expected}, got {str(got)[:100]!r}. See /api/ for an example."
    )


def _output_values(dimension: str, words: Sequence[str]) -> None:
    for word in words:
        if word.lower() not in OUTPUT_VALUES:
            detail = (
                f"outputValues[{dimension}]: expected one of {', '.join(OUTPUT_VALUES)}, got {word!r}. Say one of them."
            )
            raise Problem(400, "Bad output values", detail)


def _split(text: str) -> list[str]:
    return [part.strip() for part in COMMA.split(text) if part.strip()]


def chosen(cube: Cube, asked: Asked, *, cells: int) -> Cube:
    """The part of the cube that is asked for; with nothing asked for the default selection.

    Raises:
        Problem: 400, a dimension, code, expression or codelist is not the cube's, or a dimension without a total is
            left out; 403, the selection has more than `cells` cells.
    """
    if asked.is_everything:
        asked = replace(asked, codes=default(cube))
    asked = named(cube, asked)
    selection: dict[str, tuple[str, ...]] = {}
    dropped = []
    for dimension in cube.dimensions:
        name = dimension.code
        if asked.codes.get(name) or name in asked.codelists:
            selection[name] = _codes(cube, dimension, asked)
        elif dimension.elimination is not None:
            selection[name] = (dimension.elimination,)
            dropped.append(name)
    _refuse_missing(cube, selection)
    count = prod(len(codes) for codes in selection.values())
    if count > cells:
        detail = f"selection: expected at most {cells} cells, got {count}. Ask for fewer codes, or in several parts."
        raise Problem(403, "Too many cells selected", detail)
    narrow = select(cube, selection)
    if not dropped:
        return narrow
    return replace(narrow, dimensions=tuple(one for one in narrow.dimensions if one.code not in dropped))


def of_codelists(cube: Cube, lists: Mapping[str, str]) -> Cube:
    """The cube with the codes of the lists, by dimension; the other dimensions are whole.

    Raises:
        Problem: a dimension or a list that is not the cube's.
    """
    asked = named(cube, Asked(codelists=lists))
    return select(cube, {name: _codes(cube, cube.dimension(name), asked) for name in asked.codelists})


def default(cube: Cube) -> dict[str, tuple[str, ...]]:
    """What an address without a selection gives: every code of the dimensions that have no total."""
    return {dimension.code: ("*",) for dimension in cube.dimensions if dimension.elimination is None}


def named(cube: Cube, asked: Asked) -> Asked:
    """The same with the cube's own names of the dimensions.

    Raises:
        Problem: a dimension that is not the cube's, or one that is named twice.
    """
    own = {TIME_TOO: TIME, **{dimension.code.lower(): dimension.code for dimension in cube.dimensions}}

    def placed(names: Sequence[str] | None) -> tuple[str, ...] | None:
        return None if names is None else tuple(own.get(name.lower(), name) for name in names)

    codes, lists = _by_own_name(cube, own, asked.codes), _by_own_name(cube, own, asked.codelists)
    return Asked(codes, lists, placed(asked.stub), placed(asked.heading))


def _by_own_name(cube: Cube, own: Mapping[str, str], given: Mapping[str, Given]) -> dict[str, Given]:
    found: dict[str, Given] = {}
    for name, value in given.items():
        code = own.get(name.lower(), "")
        if not code or code in found:
            expected = ", ".join(dimension.code for dimension in cube.dimensions)
            detail = f"valueCodes: expected dimensions among {expected}, each once, got {name!r}. Correct the name."
            raise Problem(400, "Non-existent variable", detail)
        found[code] = value
    return found


def _codes(cube: Cube, dimension: Dimension, asked: Asked) -> tuple[str, ...]:
    name = dimension.code
    available = dimension.codes
    if name in asked.codelists:
        own = {one.id_in(cube.id): one for one in codelists(cube) if one.dimension == name}
        wanted = asked.codelists[name]
        if wanted not in own:
            detail = f"codelist[{name}]: expected one of {', '.join(own) or 'none'}, got {wanted!r}. See the metadata."
            raise Problem(400, "Non-existent codelist", detail)
        available = own[wanted].codes
    known = set(available)
    expressions = dict.fromkeys(map(_speller(available), asked.codes.get(name) or ("*",)))
    patterns = sum(each not in known for each in expressions)
    if patterns > MOST_PATTERNS:
        detail = (
            f"valueCodes[{name}]: expected at most {MOST_PATTERNS} expressions that are no codes, got {patterns}. "
            "Name codes, or fewer patterns."
        )
        raise Problem(400, "Illegal selection expression", detail)
    codes = (code for each in expressions for code in ((each,) if each in known else _matching(each, available, name)))
    return tuple(dict.fromkeys(codes))


def _speller(codes: Sequence[str]) -> Callable[[str], str]:
    """How the dimension itself spells a code; what is none of its codes in any spelling stays as it is."""
    exact, own = set(codes), {code.lower(): code for code in reversed(codes)}
    return lambda given: given if given in exact else own.get(given.lower(), given)


def _refuse_missing(cube: Cube, selection: Mapping[str, Any]) -> None:
    missing = [dimension.code for dimension in cube.dimensions if dimension.code not in selection]
    if missing:
        detail = (
            f"valueCodes: expected {', '.join(missing)} too, which the table has no total of, got none. "
            f"Add valueCodes[{missing[0]}]=* or name its codes."
        )
        raise Problem(400, "Missing selection for mandatory variable", detail)


def _matching(expression: str, codes: Sequence[str], name: str) -> Sequence[str]:
    """The codes that one expression stands for, in the order of the dimension."""
    spell = _speller(codes)
    text = expression[1:-1].strip() if expression.startswith("[") and expression.endswith("]") else expression
    if spell(text) in codes:  # a code in brackets
        return (spell(text),)
    match = EXPRESSION.fullmatch(text)
    if match:
        return _called(match[1].lower(), [spell(part.strip()) for part in match[2].split(",")], codes, name)
    pattern = text.lower()
    found = [code for code in codes if _fits(pattern, code.lower())] if "*" in text or "?" in text else []
    if not found:
        detail = f"valueCodes[{name}]: expected codes among {few(codes)}, got {expression!r}. Name codes it has."
        raise Problem(400, "Non-existent value", detail)
    return found


def _fits(pattern: str, code: str) -> bool:
    """Whether the code is of the pattern. No regular expression: with many stars one could take years."""
    at, star, matched = 0, -1, 0
    place = 0
    while place < len(code):
        if at < len(pattern) and pattern[at] == "*":
            star, matched = at, place
            at += 1
        elif at < len(pattern) and pattern[at] in ("?", code[place]):
            at, place = at + 1, place + 1
        elif star >= 0:  # the last star takes one letter more
            matched += 1
            at, place = star + 1, matched
        else:
            return False
    return not pattern[at:].strip("*")


def _called(function: str, arguments: Sequence[str], codes: Sequence[str], name: str) -> Sequence[str]:
    if function in ("top", "bottom"):
        return _ends(function, arguments, codes, name)
    calls: Mapping[str, tuple[int, Callable[..., Sequence[str]]]] = {
        "range": (2, lambda first, last: codes[first : last + 1]),
        "from": (1, lambda first: codes[first:]),
        "to": (1, lambda last: codes[: last + 1]),
    }
    number, cut = calls[function]
    if len(arguments) != number or not all(argument in codes for argument in arguments):
        raise _illegal(name, f"{function} of {number} codes among {few(codes)}", f"{function}({','.join(arguments)})")
    found = cut(*(codes.index(argument) for argument in arguments))
    if not found:
        raise _illegal(name, "a range that begins before it ends", f"{function}({','.join(arguments)})")
    return found


def _ends(function: str, arguments: Sequence[str], codes: Sequence[str], name: str) -> Sequence[str]:
    if len(arguments) not in (1, 2) or not all(each.isascii() and each.isdigit() for each in arguments):
        raise _illegal(name, f"{function}(number) or {function}(number,offset)", f"{function}({','.join(arguments)})")
    number, offset = int(arguments[0][:9]), int(arguments[1][:9]) if len(arguments) > 1 else 0
    from_the_end = (function == "bottom") != (name == TIME)
    ordered = list(reversed(codes)) if from_the_end else list(codes)
    kept = set(ordered[offset : offset + number])
    if not kept:
        raise _illegal(name, f"at least one of {len(codes)} codes", f"{function}({','.join(arguments)})")
    return [code for code in codes if code in kept]


def _illegal(name: str, expected: str, got: str) -> Problem:
    detail = f"valueCodes[{name}]: expected {expected}, got {got}. Correct the expression."
    return Problem(400, "Illegal selection expression", detail)
