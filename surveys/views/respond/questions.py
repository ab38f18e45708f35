"""What the template of a questionnaire page is given: questions with marks where respondents differ."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from surveys.forms.posted import ANSWER, BY_RESPONDENT, CORRECTED, DATE_PARTS, FROM_REGISTER, PART
from surveys.forms.sentences import question_of
from surveys.instrument.placeholders import Placeholder, pieces
from surveys.instrument.schema import NO_TEXT, Instrument, Item, ItemText, ItemType, Option, Page, Texts
from surveys.instrument.texts import entries, is_draft, with_wording
from surveys.views.respond.wording import language_name

# Control characters that no text holds: YAML refuses them, and so does the check of answers.
OPEN, CLOSE = "\x02", "\x03"
PLACE = "place:"  # begins the slot of a placeholder; its number in the page's own list follows
LONG_TEXT = 150  # longer answers get a box of several lines
KINDS = {
    ItemType.SINGLE: "radio",
    ItemType.MULTI: "checkbox",
    ItemType.NUMBER: "number",
    ItemType.YEAR: "year",
    ItemType.DATE: "date",
    ItemType.PERCENT: "percent",
    ItemType.RANK: "rank",
    ItemType.INFO: "info",
    ItemType.REGISTER: "register",
}
FILLED = (
    "title_prefix",
    "csrf",
    "save_key",
    "shown",
    "said",
    "opened",
    "to",
    "first",
    "part",
    "programme",
    "contact",
    "workplace",
    "summary",
    "notice",
)


def slot(name: str) -> SafeString:
    """The mark of a place to fill."""
    return mark_safe(f"{OPEN}{name}{CLOSE}")  # noqa: S308 - a mark of ours, cut out before anybody sees it


@dataclass(frozen=True)
class Region:
    """The marks around a stretch that is left out when it does not apply."""

    name: str

    @property
    def begin(self) -> SafeString:
        return slot(f"+{self.name}")

    @property
    def end(self) -> SafeString:
        return slot(f"-{self.name}")


@dataclass(frozen=True)
class Choice:
    """One option as a control of its own: to be ticked, or with a field for a share or a place."""

    id: str
    name: str
    code: str
    label: str
    checked: SafeString
    value: SafeString
    places: Sequence[tuple[int, SafeString]]  # of a ranking: the places to choose from
    region: Region | None  # where only some are offered the option


@dataclass(frozen=True)
class Part:
    """One field of a date."""

    id: str
    name: str
    label: str
    width: int
    value: SafeString


@dataclass(frozen=True)
class Battery:
    """What stands above the rows of a battery."""

    text: ItemText
    region: Region


@dataclass(frozen=True)
class Register:
    """The two ways to answer for a value of the register, and the field for what should stand there."""

    confirm: Choice
    correct: Choice
    field_id: str
    field_name: str
    numeric: bool
    stands: SafeString


@dataclass(frozen=True)
class Question:
    """One item as controls. `target` is the id of its first control, where error links lead."""

    key: str
    name: str
    kind: str  # of KINDS, or line or text
    question: str
    help: str
    unit: str
    hint: str
    target: str
    beside: bool  # goes with an option of the question above
    choices: Sequence[Choice]
    apart: Sequence[Choice]  # don't know, not relevant, none of these: away from the scale
    parts: Sequence[Part]
    register: Register | None
    decimal: bool
    battery: Battery | None
    region: Region

    @property
    def value(self) -> SafeString:
        return slot(f"value:{self.key}")

    @property
    def note(self) -> SafeString:
        return slot(f"note:{self.key}")

    @property
    def mood(self) -> SafeString:
        return slot(f"mood:{self.key}")

    @property
    def invalid(self) -> SafeString:
        return slot(f"invalid:{self.key}")

    @property
    def described(self) -> SafeString:
        return slot(f"described:{self.key}")


def target_of(item: str) -> str:
    """The id of the first control of an item."""
    return f"q-{item}"


def page_context(
    instrument: Instrument, page: Page, texts: Texts, languages: Sequence[str], other_language: str
) -> dict[str, object]:
    """What page.html needs; every value that differs between respondents is a mark.

    `texts` are those of `with_marks`; `other_language` is theirs where it is not that of the page.
    """
    return {
        "title": texts.title,
        "heading": texts.pages.get(page.id, ""),
        "definition": texts.definition if page.definition else "",
        "questions": _questions(instrument, page, texts),
        "fill": {name: slot(name) for name in FILLED},
        "back": Region("back"),
        "skip": Region("skip"),
        "constructed": Region("constructed"),
        "whole": Region("whole"),
        "one_part": Region("one_part"),
        "lang_mark": format_html(' lang="{}"', other_language) if other_language else "",
        "language": get_language(),
        "draft": bool(other_language) or is_draft(instrument, texts.language),
        "languages": [(code, language_name(code)) for code in languages],
    }


def with_marks(texts: Texts) -> tuple[Texts, tuple[Placeholder, ...]]:
    """The texts with a mark for every placeholder, and the placeholders in the order of the marks' numbers."""
    places: list[Placeholder] = []
    changes: dict[str, str] = {}
    for location, text in entries(texts).items():
        if "{" in text or "}" in text:
            whole = ""
            for piece in pieces(text):
                if isinstance(piece, str):
                    whole += piece
                else:
                    whole += f"{OPEN}{PLACE}{len(places)}{CLOSE}"
                    places.append(piece)
            changes[location] = whole
    return (with_wording(texts, changes) if changes else texts), tuple(places)


def _questions(instrument: Instrument, page: Page, texts: Texts) -> list[Question]:
    questions: list[Question] = []
    above: set[str] = set()
    for ask in page.asks:
        item = instrument.items[ask.item]
        battery = None
        if item.battery is not None and item.battery not in above:
            above.add(item.battery)
            battery = Battery(texts.batteries.get(item.battery, NO_TEXT), Region(f"battery:{item.battery}"))
        questions.append(_question(item, texts, battery))
    return questions


def _question(item: Item, texts: Texts, battery: Battery | None) -> Question:
    target = target_of(item.key)
    main = [option for option in item.options if not (option.missing or option.exclusive)]
    rest = [option for option in item.options if option.missing or option.exclusive]
    text = texts.items.get(item.key, NO_TEXT)
    register = _register(item, target) if item.type is ItemType.REGISTER else None
    return Question(
        key=item.key,
        name=ANSWER + item.key,
        kind=_kind(item),
        question=question_of(item, texts),
        help=text.help,
        unit=text.unit,
        hint=_hint(item, texts) if not text.help else "",
        target=target,
        beside=item.specifies is not None,
        choices=[_choice(item, option, texts, target, number) for number, option in enumerate(main)],
        apart=[_choice(item, option, texts, target, number) for number, option in enumerate(rest, start=len(main))],
        parts=_date_parts(item, target) if item.type is ItemType.DATE else (),
        register=register,
        decimal=item.decimals > 0,
        battery=battery,
        region=Region(f"item:{item.key}"),
    )


def _choice(item: Item, option: Option, texts: Texts, target: str, number: int) -> Choice:
    in_parts = item.type in (ItemType.PERCENT, ItemType.RANK)
    places = range(1, (item.max_choices or len(item.options)) + 1) if item.type is ItemType.RANK else ()
    return Choice(
        id=target if number == 0 else f"{target}-{number + 1}",
        name=f"{PART}{item.key}:{option.code}" if in_parts else ANSWER + item.key,
        code=option.code,
        label=texts.label(item, option.code),
        checked=slot(f"checked:{item.key}:{option.code}"),
        value=slot(f"value:{item.key}:{option.code}"),
        places=[(place, slot(f"place-of:{item.key}:{option.code}:{place}")) for place in places],
        region=None if option.show_if is None else Region(f"option:{item.key}:{option.code}"),
    )


def _date_parts(item: Item, target: str) -> list[Part]:
    labels = {"day": _("Day"), "month": _("Month"), "year": _("Year")}
    return [
        Part(
            id=target if number == 0 else f"{target}-{name}",
            name=f"{PART}{item.key}:{name}",
            label=labels[name],
            width=4 if name == "year" else 2,
            value=slot(f"value:{item.key}:{name}"),
        )
        for number, name in enumerate(DATE_PARTS)
    ]


def _register(item: Item, target: str) -> Register:
    def way(number: int, code: str, label: str) -> Choice:
        checked = slot(f"checked:{item.key}:{code}")
        identity = target if number == 0 else f"{target}-{number + 1}"
        return Choice(identity, ANSWER + item.key, code, label, checked, slot(""), (), None)

    return Register(
        confirm=way(0, FROM_REGISTER, _("Yes, this is right")),
        correct=way(1, BY_RESPONDENT, _("No, it should be:")),
        field_id=f"{target}-value",
        field_name=CORRECTED + item.key,
        numeric=item.value_type in (ItemType.NUMBER, ItemType.YEAR),
        stands=slot(f"stands:{item.key}"),
    )


def _kind(item: Item) -> str:
    if item.type in KINDS:
        return KINDS[item.type]
    return "text" if item.max_length is None or item.max_length > LONG_TEXT else "line"


def _hint(item: Item, texts: Texts) -> str:
    if item.type is ItemType.MULTI and item.max_choices is not None:
        return _("Choose up to %(limit)s.") % {"limit": item.max_choices}
    if item.type is ItemType.RANK and item.max_choices is not None:
        return _("Give the first place to what comes first. You may rank up to %(limit)s.") % {
            "limit": item.max_choices
        }
    plain = {
        ItemType.MULTI: _("You may choose several."),
        ItemType.RANK: _("Give the first place to what comes first."),
        ItemType.PERCENT: _("Together the numbers must make 100."),
        ItemType.DATE: _("For instance 27 3 2026."),
        ItemType.YEAR: _("Four digits."),
    }
    return plain.get(item.type, "")
