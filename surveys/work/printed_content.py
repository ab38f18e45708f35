"""What stands on the printed form: all questions of a questionnaire in one language, in words and in order."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from django.utils.translation import gettext as _

from surveys.instrument.placeholders import blank
from surveys.instrument.schema import NO_TEXT, Instrument, Item, ItemType, Page, Texts
from surveys.instrument.texts import Standing, entries, key_and_part, standing, with_wording

LONG_TEXT = 150  # longer answers get several lines
KINDS = {
    ItemType.SINGLE: "one",
    ItemType.MULTI: "several",
    ItemType.PERCENT: "numbers",
    ItemType.RANK: "numbers",
    ItemType.NUMBER: "number",
    ItemType.YEAR: "number",
    ItemType.DATE: "date",
    ItemType.INFO: "information",
    ItemType.REGISTER: "one",
}
ON_A_SCALE = (ItemType.SINGLE, ItemType.MULTI)


@dataclass(frozen=True)
class Words:
    """What the layout says of its own accord. `page` keeps {page} and {pages} for it to fill."""

    page: str
    some: str
    some_page: str
    some_choice: str
    as_above: str
    draft: str
    circle: str
    box: str
    field: str
    line: str


@dataclass(frozen=True)
class Choice:
    label: str
    some: bool = False  # only some are offered it
    field: bool = False  # with a line to write on


@dataclass(frozen=True)
class Battery:
    """What stands above rows that share a question: the scale, or that the one printed above goes on."""

    question: str
    help: str
    hint: str
    draft: bool
    scale: tuple[str, ...]
    goes_on: bool


@dataclass(frozen=True)
class Question:
    """One item. Kinds: one, several, numbers, number, date, line, lines, information.

    On a scale the choices of a row have the numbers of the scale above.
    """

    kind: str
    row: bool  # of a battery
    on_scale: bool
    question: str
    help: str
    hint: str
    unit: str
    some: bool
    draft: bool
    choices: tuple[Choice, ...]
    battery: Battery | None  # to be printed above it


@dataclass(frozen=True)
class PrintedPage:
    heading: str
    some: bool
    draft: bool
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class Section:
    heading: str
    draft: bool
    pages: tuple[PrintedPage, ...]


@dataclass(frozen=True)
class Passage:
    heading: str
    paragraphs: tuple[str, ...]
    draft: bool


@dataclass(frozen=True)
class Form:
    """The whole form. Marks stand on every page; notes say before the first question what holds for all."""

    language: str
    region: str | None
    title: str
    draft: bool  # the title
    programme: str
    version: str
    marks: tuple[str, ...]
    notes: tuple[str, ...]
    passages: tuple[Passage, ...]
    sections: tuple[Section, ...]
    words: Words


def form_of(instrument: Instrument, language: str, *, programme: str, constructed: bool) -> Form:
    """The form in one language of the instrument; the words around the questions are in the active language.

    Raises:
        PlaceholderError: a text has a broken placeholder.
    """
    texts = blanked(instrument.texts[language])
    drafts = Drafts.of(instrument, language)
    main, _separator, region = language.partition("-")
    return Form(
        language=main,
        region=region if len(region) == 2 else None,
        title=_on_one_line(texts.title),
        draft=drafts.has("title"),
        programme=programme,
        version=f"{instrument.key} {instrument.version}",
        marks=tuple(_marks(drafts, constructed)),
        notes=tuple(_notes(instrument, drafts, constructed)),
        passages=tuple(_passages(texts, drafts)),
        sections=tuple(_sections(instrument, texts, drafts)),
        words=_words(),
    )


def blanked(texts: Texts) -> Texts:
    """The texts as they read for somebody who is not known."""
    changes = {at: blank(text) for at, text in entries(texts).items() if "{" in text or "}" in text}
    return with_wording(texts, changes) if changes else texts


@dataclass(frozen=True)
class Drafts:
    """Which texts no person has checked as they stand: title, or sections.<id>, items.<key> and so on."""

    places: frozenset[str]
    all: bool

    @classmethod
    def of(cls, instrument: Instrument, language: str) -> "Drafts":
        stands = {at: how for at, how in standing(instrument, language).items() if not at.startswith("edits.")}
        drafts = frozenset(_whole(at) for at, how in stands.items() if how is not Standing.CHECKED)
        return cls(drafts, all=drafts.issuperset(map(_whole, stands)))

    def has(self, place: str) -> bool:
        """Whether the place is marked by itself; where everything is a draft it is said once."""
        return not self.all and place in self.places


def _whole(location: str) -> str:
    """The item of one of its texts: `items.role` of `items.role.options.leader`."""
    kind, _point, rest = location.partition(".")
    return f"{kind}.{key_and_part(rest)[0]}" if kind in ("items", "batteries") else location


def _marks(drafts: Drafts, constructed: bool) -> Iterator[str]:
    if constructed:
        yield _("Constructed data")
    if drafts.places:
        yield _("Draft")


def _notes(instrument: Instrument, drafts: Drafts, constructed: bool) -> Iterator[str]:
    if constructed:
        yield _("Constructed data: this questionnaire is part of a demonstration.")
    if drafts.all:
        yield _("Draft: no person has checked these texts yet.")
    elif drafts.places:
        yield _("Some of these texts are drafts that no person has checked yet. Each of them is marked.")
    yield _("These are all the questions, to be read beforehand. Answer them by the personal link.")
    if any(page.show_if is not None or any(ask.show_if is not None for ask in page.asks) for page in instrument.pages):
        yield _("Some of them are asked only of some, depending on the workplace and on earlier answers.")


def _passages(texts: Texts, drafts: Drafts) -> Iterator[Passage]:
    headings = {"introduction": "", "definition": _("What is meant by innovation")}
    for name, heading in headings.items():
        paragraphs = _paragraphs(getattr(texts, name))
        if paragraphs:
            yield Passage(heading, paragraphs, drafts.has(name))


def _words() -> Words:
    return Words(
        page=_("Page %(page)s of %(pages)s") % {"page": "{page}", "pages": "{pages}"},
        some=_("Asked only of some"),
        some_page=_("The questions under this heading are asked only of some"),
        some_choice=_("offered only to some"),
        as_above=_("The numbers mean the same as above."),
        draft=_("Draft"),
        circle=_("Circle to mark"),
        box=_("Box to mark"),
        field=_("Field for a number"),
        line=_("Space to write in"),
    )


def _sections(instrument: Instrument, texts: Texts, drafts: Drafts) -> Iterator[Section]:
    scales: dict[str, tuple[str, ...]] = {}
    for name, pages in groupby(instrument.pages, key=lambda page: page.section):
        yield Section(
            heading=_on_one_line(texts.sections.get(name, "")),
            draft=drafts.has(f"sections.{name}"),
            pages=tuple(
                PrintedPage(
                    heading=_on_one_line(texts.pages.get(page.id, "")),
                    some=page.show_if is not None,
                    draft=drafts.has(f"pages.{page.id}"),
                    questions=tuple(_questions(instrument, page, texts, drafts, scales)),
                )
                for page in pages
            ),
        )


def _questions(
    instrument: Instrument, page: Page, texts: Texts, drafts: Drafts, scales: dict[str, tuple[str, ...]]
) -> Iterator[Question]:
    """The questions of a page. `scales` are those printed last of each battery; it is brought up to date."""
    above = ""
    for ask in page.asks:
        item = instrument.items[ask.item]
        choices = _choices(item, texts)
        on_scale = item.battery is not None and item.type in ON_A_SCALE
        battery = None
        if item.battery is not None:
            scale = tuple(choice.label for choice in choices) if on_scale else ()
            goes_on = bool(scale) and scales.get(item.battery) == scale
            if item.battery != above or (scale and not goes_on):
                battery = _battery(item, texts, drafts, scale=() if goes_on else scale, goes_on=goes_on)
            scales[item.battery] = scale
        above = item.battery or ""
        text = texts.items.get(item.key, NO_TEXT)
        yield Question(
            kind=_kind(item),
            row=item.battery is not None,
            on_scale=on_scale,
            question=_on_one_line(_question(instrument, item, texts)),
            help=text.help,
            hint="" if text.help or item.battery is not None else _hint(item),
            unit="%" if item.type is ItemType.PERCENT else text.unit,
            some=ask.show_if is not None,
            draft=drafts.has(f"items.{item.key}"),
            choices=choices,
            battery=battery,
        )


def _battery(row: Item, texts: Texts, drafts: Drafts, *, scale: tuple[str, ...], goes_on: bool) -> Battery:
    text = texts.batteries.get(row.battery or "", NO_TEXT)
    return Battery(
        question=_on_one_line(text.question),
        help=text.help,
        hint="" if text.help else _hint(row),
        draft=drafts.has(f"batteries.{row.battery}"),
        scale=scale,
        goes_on=goes_on,
    )


def _kind(item: Item) -> str:
    if item.type in KINDS:
        return KINDS[item.type]
    short = item.specifies is not None or (item.max_length is not None and item.max_length <= LONG_TEXT)
    return "line" if short else "lines"


def _question(instrument: Instrument, item: Item, texts: Texts) -> str:
    if item.specifies is None:
        return texts.items.get(item.key, NO_TEXT).question
    label = texts.label(instrument.items[item.specifies.item], item.specifies.code)
    return _("If “%(label)s”: please specify") % {"label": label}


def _choices(item: Item, texts: Texts) -> tuple[Choice, ...]:
    """In the order of the pages: don't know and what excludes the others at the end."""
    if item.type is ItemType.REGISTER:
        return Choice(_("Yes, this is right")), Choice(_("No, it should be:"), field=True)
    apart = sorted(item.options, key=lambda option: option.missing or option.exclusive)
    return tuple(Choice(texts.label(item, option.code), some=option.show_if is not None) for option in apart)


def _hint(item: Item) -> str:
    limit = {"limit": item.max_choices}
    if item.type is ItemType.MULTI and item.max_choices is not None:
        return _("Choose up to %(limit)s.") % limit
    if item.type is ItemType.RANK and item.max_choices is not None:
        return _("Give the first place to what comes first. You may rank up to %(limit)s.") % limit
    plain: Mapping[ItemType, str] = {
        ItemType.MULTI: _("You may choose several."),
        ItemType.RANK: _("Give the first place to what comes first."),
        ItemType.PERCENT: _("Together the numbers must make 100."),
        ItemType.DATE: _("Day, month and year."),
        ItemType.YEAR: _("Four digits."),
        ItemType.REGISTER: _("The page shows what the register says."),
    }
    return plain.get(item.type, "")


def _on_one_line(text: str) -> str:
    return " ".join(text.split())


def _paragraphs(text: str) -> tuple[str, ...]:
    return tuple(paragraph.strip() for paragraph in text.split("\n\n") if paragraph.strip())
