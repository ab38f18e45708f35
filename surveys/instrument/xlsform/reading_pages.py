"""Groups of a form as our sections and pages: short pages, on which no rule reads an answer of the same page."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from surveys.instrument.exchange import Notes
from surveys.instrument.findings import items_read
from surveys.instrument.lint_items import LONGEST_PAGE
from surveys.instrument.rule_nodes import And, Node, joined
from surveys.instrument.schema import Ask, Page
from surveys.instrument.xlsform.columns import is_yes, shortened
from surveys.instrument.xlsform.names_and_keys import Taken, key_from
from surveys.instrument.xlsform.reading_structure import Group
from surveys.instrument.xlsform.reading_texts import FormTexts

MAIN = "main"


@dataclass
class Layout:
    """Takes the items in the order asked and lays them out on pages."""

    rules: Mapping[Group, Node | None]
    conditions: Mapping[str, Node]
    form_texts: FormTexts
    title: Mapping[str, str]  # of the form: the heading where there is no group
    notes: Notes
    pages: list[Page] = field(default_factory=list)
    home: Group | None = None  # the group of the page that is being filled
    used: set[Group] = field(default_factory=set)  # groups whose label became a heading
    ids: dict[Group, str] = field(default_factory=dict)  # of sections
    page_ids: Taken = field(default_factory=Taken)
    section_ids: Taken = field(default_factory=Taken)
    headings: dict[str, Mapping[str, str]] = field(default_factory=dict)  # of sections
    split: dict[Group, int] = field(default_factory=dict)  # pages that a group fills
    reached: set[Group] = field(default_factory=set)  # groups that an item stands in

    def place(self, key: str, rule: Node | None, group: Group | None, *, goes_with_last: bool = False) -> None:
        """Ask the item where its group stands."""
        chain = () if group is None else group.chain
        self.reached.update(chain)
        fixed = next((one for one in reversed(chain) if one.part == "page"), None)
        home = fixed or group
        fits = self.pages and self.home is home and (fixed or goes_with_last or self.has_room(rule))
        if not fits:
            self.begin(home, fixed, chain)
        page = self.pages[-1]
        self.pages[-1] = replace(page, asks=(*page.asks, Ask(key, rule)))

    def has_room(self, rule: Node | None) -> bool:
        asks = self.pages[-1].asks
        if len(asks) >= LONGEST_PAGE:
            return False
        return rule is None or not items_read(rule, self.conditions) & {ask.item for ask in asks}

    def begin(self, home: Group | None, fixed: Group | None, chain: tuple[Group, ...]) -> None:
        section = self.section(chain)
        own = fixed.row.own("key").strip() if fixed is not None else ""
        wanted = own or (key_from(home.row["name"] or "page") if home is not None else "page")
        name = self.page_ids.give(wanted)
        rules = [rule for group in chain if (rule := self.rules.get(group)) is not None]
        self.home = home
        self.pages.append(
            Page(
                id=name,
                section=section,
                asks=(),
                show_if=joined(And, rules) if rules else None,
                definition=fixed is not None and is_yes(fixed.row.own("definition")),
            )
        )
        self.form_texts.put("pages", name, self.title if home is None else self.heading(home))
        if home is not None:
            self.split[home] = self.split.get(home, 0) + 1

    def heading(self, group: Group) -> Mapping[str, str]:
        self.used.add(group)
        return self.form_texts.of(group.row, "label")

    def section(self, chain: tuple[Group, ...]) -> str:
        """The section of a page: the group marked as one, else the outermost; `main` outside of groups."""
        if not chain:
            name, texts = MAIN, self.title
        else:
            group = next((one for one in reversed(chain) if one.part == "section"), chain[0])
            if group in self.ids:
                return self.ids[group]
            own = group.row.own("key").strip() if group.part == "section" else ""
            name = own or self.section_ids.give(key_from(group.row["name"] or "section"))
            self.ids[group] = name
            texts = self.heading(group)
            self.compare(name, texts, group)
        if name not in self.headings:
            self.headings[name] = texts
            self.form_texts.put("sections", name, texts)
        return name

    def compare(self, name: str, texts: Mapping[str, str], group: Group) -> None:
        if self.headings.get(name, texts) != texts:
            why = f"The section {name} has another heading further up: write the same."
            self.notes.lose(group.row.at("label"), "the heading", why)

    def finish(self, groups: Iterable[Group]) -> tuple[Page, ...]:
        """The pages. What groups say that no page or section shows is lost."""
        for group in groups:
            if group.part == "percent":
                continue
            name = shortened(group.row["name"])
            if group not in self.reached and not group.part:
                self.notes.lose(group.row.place, f"the group {name}", "None of its questions was taken.")
            elif group not in self.used and group.row.translations("label"):
                why = "Ours has sections with pages, and no level between or below them."
                self.notes.lose(group.row.place, f"the heading of {name}", why)
        for group, pages in self.split.items():
            if pages > 1:
                self.notes.assume(f"{group.row.place}: the group fills {pages} pages.")
        return tuple(self.pages)
