"""What names in LimeSurvey's expressions stand for, short codes there for our keys, and keys of ours for its codes."""

import hashlib
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from surveys.instrument.rule_text import RESERVED
from surveys.instrument.rule_tree import KEY

TICKED = "Y"  # the value of a choice that is ticked
QUESTION_LENGTH = 20
ANSWER_LENGTH = 5
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
# Names of LimeSurvey's own columns and words, which no question and no row may take.
RESERVED_QUESTIONS = frozenset({
    "lang", "sid", "saved", "savedid", "token", "qid", "gid", "sgq", "self", "that", "this", "id",
})  # fmt: skip
RESERVED_ROWS = frozenset({"other", "comment", "time"})
SGQA = re.compile(r"\d+X\d+X(\d+)(.*)", re.DOTALL)
SUFFIX = re.compile(r"\.(?:NAOK|code|value|valueNAOK)$")


@dataclass(frozen=True)
class AnswerName:
    """The answer to an item; `codes` says which of ours each of LimeSurvey's is, where options are chosen."""

    key: str
    codes: Mapping[str, str] = field(default_factory=dict)
    number: bool = False


@dataclass(frozen=True)
class ChoiceName:
    """One of several choices, ranks or parts of an item; only a choice that is ticked can be compared."""

    key: str
    code: str
    ticked: bool = True


@dataclass(frozen=True)
class BackgroundName:
    """A variable of the frame, or `ref.from` and `ref.to`."""

    name: str


@dataclass(frozen=True)
class ConditionName:
    """A named rule: a hidden equation that gives 1 or 0."""

    name: str


Meaning = AnswerName | ChoiceName | BackgroundName | ConditionName


class Names:
    """Both ways: LimeSurvey's name -> what it means, and an item -> its names."""

    def __init__(self) -> None:
        self.meanings: dict[str, Meaning] = {}
        self.answers: dict[str, tuple[str, AnswerName]] = {}
        self.choices: dict[str, dict[str, str]] = {}  # item key -> code -> name
        self.ticked: dict[str, bool] = {}
        self.backgrounds: dict[str, str] = {}
        self.conditions: dict[str, str] = {}
        self.codes: dict[str, str] = {}  # number of a question -> its code

    def add(self, name: str, meaning: Meaning) -> None:
        self.meanings.setdefault(name, meaning)
        match meaning:
            case AnswerName(key=key):
                self.answers.setdefault(key, (name, meaning))
            case ChoiceName(key=key, code=code, ticked=ticked):
                self.choices.setdefault(key, {}).setdefault(code, name)
                self.ticked[key] = ticked
            case BackgroundName(name=variable):
                self.backgrounds.setdefault(variable, name)
            case ConditionName(name=condition):
                self.conditions.setdefault(condition, name)

    def meaning(self, text: str) -> Meaning | None:
        """What a name of an expression means, with its suffix or in the form of numbers; None where it is not known."""
        plain = SUFFIX.sub("", text).removeprefix("INSERTANS:")
        numbered = SGQA.fullmatch(plain)
        if numbered and numbered.group(1) in self.codes:
            rest = numbered.group(2).replace("#", "_")
            plain = self.codes[numbered.group(1)] + (f"_{rest}" if rest else "")
        return self.meanings.get(plain)

    def wholly(self, choices: Collection[ChoiceName]) -> bool:
        """These are all the choices of their items."""
        given = {(choice.key, choice.code) for choice in choices}
        return all((key, code) in given for key in {choice.key for choice in choices} for code in self.choices[key])


class Codes:
    """Codes that fit LimeSurvey, given out one by one: letters and digits, the same for the same name every time."""

    def __init__(self, length: int, reserved: Collection[str], *, letter_first: bool) -> None:
        self.length = length
        self.taken = set(reserved)  # in small letters: databases often do not tell case apart
        self.letter_first = letter_first

    def fits(self, name: str) -> bool:
        plain = name.isascii() and name.isalnum() and len(name) <= self.length
        return plain and not (self.letter_first and name[0].isdigit()) and name.lower() not in self.taken

    def give(self, name: str) -> str:
        """The name itself where it fits, else its beginning with a mark made from the whole."""
        code = next(code for code in self.candidates(name) if self.fits(code))
        self.taken.add(code.lower())
        return code

    def candidates(self, name: str) -> Iterator[str]:
        yield name
        joined = camel(name)
        yield joined
        letters = "".join(sign for sign in joined if sign.isascii() and sign.isalnum())
        if not letters or (self.letter_first and letters[0].isdigit()):
            letters = f"q{letters}"
        mark_length = 3 if self.length <= ANSWER_LENGTH else 4
        start = letters[: self.length - mark_length]
        attempt = 0
        while True:
            yield start + mark(name, attempt, mark_length)
            attempt += 1


def codes_of(names: Collection[str]) -> dict[str, str]:
    """Codes for the options or rows of one question, by our names; those that fit as they are keep theirs."""
    codes = Codes(ANSWER_LENGTH, RESERVED_ROWS, letter_first=False)
    plain = {name: codes.give(name) for name in names if codes.fits(name)}
    return {name: plain.get(name) or codes.give(name) for name in names}


def camel(name: str) -> str:
    first, *rest = re.split(r"[._-]+", name)
    return first + "".join(part[:1].upper() + part[1:] for part in rest)


def mark(name: str, attempt: int, length: int) -> str:
    number = int(hashlib.sha256(f"{name} {attempt}".encode()).hexdigest(), 16)
    signs = ""
    for _ in range(length):
        number, place = divmod(number, len(DIGITS))
        signs += DIGITS[place]
    return signs


class Keys:
    """Keys of ours out of LimeSurvey's codes, each given once; words of the rule language get a mark."""

    def __init__(self, reserved: Collection[str] = RESERVED) -> None:
        self.reserved = reserved
        self.taken: set[str] = set()

    def give(self, name: str, own: str = "") -> str:
        """A key out of a name; `own` is ours already and stays as it is while it is free."""
        if own not in self.taken and KEY.fullmatch(own):
            self.taken.add(own)
            return own
        plain = name if KEY.fullmatch(name) else slug(name)
        if plain in self.reserved or plain.startswith(("bg.", "ref.")):
            plain = f"{plain.replace('.', '_')}_"
        key, number = plain, 1
        while key in self.taken:
            number += 1
            key = f"{plain}_{number}"
        self.taken.add(key)
        return key


def slug(name: str) -> str:
    plain = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
    return plain if plain[:1].isalpha() else f"q{plain}"


def slug_part(code: str) -> str:
    """A part of a key behind a point, which may begin with a digit."""
    return re.sub(r"[^a-z0-9]+", "_", code.lower()).strip("_") or "row"
