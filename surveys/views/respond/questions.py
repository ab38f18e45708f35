"""What the template of a questionnaire page is given: questions with marks where respondents differ."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from surveys.forms import PREFIX
from surveys.instrument.schema import NO_TEXT, Instrument, Item, ItemText, ItemType, Option, Page, Texts

# Control characters that no text holds: YAML refuses them, and so does the check of answers.
OPEN, CLOSE = "\x02", "\x03"
LONG_TEXT = 150  # longer answers get a box of several lines
FILLED = (
    "title_prefix",
    "csrf",
    "save_key",
    "shown",
    "said",
    "to",
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
    id: str
    code: str
    label: str
    checked: SafeString


@dataclass(frozen=True)
class Battery:
    """What stands above the rows of a battery."""

    text: ItemText
    region: Region


@dataclass(frozen=True)
class Question:
    """One item as controls. `target` is the id of its first control, where error links lead."""

    key: str
    name: str
    kind: str  # radio, checkbox, number, line or text
    text: ItemText
    hint: str
    target: str
    choices: Sequence[Choice]
    apart: Sequence[Choice]  # don't know, not relevant, none of these: away from the scale
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


def language_name(code: str) -> str:
    """The language's name in itself; its code where Django does not know it."""
    try:
        return str(get_language_info(code)["name_local"]).capitalize()
    except KeyError:
        return code


def page_context(instrument: Instrument, page: Page, language: str) -> dict[str, object]:
    """What page.html needs; every value that differs between respondents is a mark."""
    texts = instrument.texts[language]
    others = [code for code in instrument.texts if code != language]
    return {
        "title": texts.title,
        "heading": texts.pages.get(page.id, ""),
        "definition": texts.definition if page.definition else "",
        "questions": _questions(instrument, page, texts),
        "fill": {name: slot(name) for name in FILLED},
        "back": Region("back"),
        "skip": Region("skip"),
        "constructed": Region("constructed"),
        "languages": [(code, language_name(code), Region(f"language:{code}")) for code in others],
    }


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
    return Question(
        key=item.key,
        name=PREFIX + item.key,
        kind=_kind(item),
        text=text,
        hint=_hint(item) if not text.help else "",
        target=target,
        choices=[_choice(item, option, texts, target, number) for number, option in enumerate(main)],
        apart=[_choice(item, option, texts, target, number) for number, option in enumerate(rest, start=len(main))],
        battery=battery,
        region=Region(f"item:{item.key}"),
    )


def _choice(item: Item, option: Option, texts: Texts, target: str, number: int) -> Choice:
    return Choice(
        id=target if number == 0 else f"{target}-{number + 1}",
        code=option.code,
        label=texts.label(item, option.code),
        checked=slot(f"checked:{item.key}:{option.code}"),
    )


def _kind(item: Item) -> str:
    if item.type is ItemType.SINGLE:
        return "radio"
    if item.type is ItemType.MULTI:
        return "checkbox"
    if item.type is ItemType.NUMBER:
        return "number"
    return "text" if item.max_length is None or item.max_length > LONG_TEXT else "line"


def _hint(item: Item) -> str:
    if item.type is ItemType.MULTI and item.max_choices is not None:
        return _("Choose up to %(limit)s.") % {"limit": item.max_choices}
    if item.type is ItemType.MULTI:
        return _("You may choose several.")
    return ""
