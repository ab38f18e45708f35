"""A file of LimeSurvey as a document of ours, put together from what its groups, questions and texts become."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence

from surveys.instrument.document import FORMAT, from_document, to_document
from surveys.instrument.exchange import Imported, Loss
from surveys.instrument.limesurvey.names_and_codes import BackgroundName, ChoiceName, Keys, Names, slug
from surveys.instrument.limesurvey.reading_files import tables_of
from surveys.instrument.limesurvey.reading_leftovers import left_over
from surveys.instrument.limesurvey.reading_losses import losses_of
from surveys.instrument.limesurvey.reading_pages import parted
from surveys.instrument.limesurvey.reading_questions import DISCLOSURE, ItemShape, Shape, Shaper
from surveys.instrument.limesurvey.reading_rules import ALWAYS, RuleReader
from surveys.instrument.limesurvey.reading_tables import Group, More, Question, Survey, Wording, mapping, survey_of
from surveys.instrument.limesurvey.reading_texts import TextReader
from surveys.instrument.rule_nodes import (
    And,
    Comparison,
    ItemAnswer,
    Literal,
    Node,
    Not,
    background_references,
    item_references,
    joined,
)
from surveys.instrument.rule_tree import from_tree, to_tree

Document = dict[str, object]
ATTRIBUTE = re.compile(r"TOKEN:(attribute_\d+)", re.IGNORECASE)
PLAIN_NAME = re.compile(r"[a-z][a-z0-9_]*")
FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


def read_limesurvey(content: bytes) -> Imported:
    """The document that a `.lss` or tab-separated file means, and everything it says that did not come along.

    Raises:
        ExchangeRefused: hostile, damaged, too large, or no survey; says why.
        InstrumentError: what our own columns carry is no longer what the format allows.
    """
    tables = tables_of(content)
    survey = survey_of(tables)
    importer = Importer(survey)
    document = to_document(from_document(importer.document()))
    lost = [
        *survey.lost,
        *importer.shaper.lost,
        *importer.lost,
        *importer.texts.losses(),
        *losses_of(survey, tables),
        *left_over(survey, tables, {shape.question.id for shape in importer.shapes.values() if shape.items}),
    ]
    taken = {
        "items": len(importer.items),
        "pages": len(importer.pages),
        "conditions": len(importer.conditions),
        "edits": len(importer.edits),
        "languages": len(survey.languages),
    }
    return Imported(document, taken, tuple(lost), tuple(importer.assumed()))


def names_of(survey: Survey, shapes: Sequence[Shape]) -> Names:
    """What the names in the survey's expressions mean; participant attributes are variables of the frame."""
    names = Names()
    for shape in shapes:
        names.codes[shape.question.id] = shape.question.code
        for name, meaning in shape.names:
            names.add(name, meaning)
    for number, variable in variables_of(survey).items():
        names.add(f"TOKEN:{number.upper()}", BackgroundName(variable))
    return names


def variables_of(survey: Survey) -> dict[str, str]:
    """Participant attribute -> variable: its description where that is a name, else its own number."""
    described: More = {}
    text = survey.settings.get("attributedescriptions", "")
    if text.lstrip().startswith("{"):
        try:
            described = mapping(json.loads(text))
        except (ValueError, RecursionError):
            described = {}
    found: dict[str, str] = {}
    for number, about in described.items():
        name = str(mapping(about).get("description") or number)
        exact = PLAIN_NAME.fullmatch(name.partition(":")[0].replace("ref.", "ref_"))
        found[number.lower()] = name if exact else slug(name)
    for expression in expressions_of(survey):
        for match in ATTRIBUTE.finditer(expression):
            found.setdefault(match.group(1).lower(), match.group(1).lower())
    return found


def expressions_of(survey: Survey) -> Iterator[str]:
    """Every text in which an attribute may be named."""
    for group in survey.groups:
        yield group.relevance
        yield from group.description.values()
        for question in group.questions:
            yield from (question.relevance, *question.text.values(), *question.help.values())
            yield from (row.relevance for row in question.subquestions)
            yield from (value for values in question.attributes.values() for value in values.values())
            yield from (condition.field.strip("{}") for condition in question.conditions)
    for texts in survey.texts.values():
        yield from texts.values()


class Importer:
    """Builds the document part by part; `lost` grows on the way."""

    def __init__(self, survey: Survey) -> None:
        self.survey = survey
        # A server keeps our columns beside questions alone: enough to see that the survey was written here.
        self.ours = bool(survey.more) or any(question.more for question in survey.questions)
        self.shaper = Shaper(survey.languages)
        self.shapes = {question.id: self.shaper.shape(question) for question in survey.questions}
        self.names = names_of(survey, list(self.shapes.values()))
        self.rules = RuleReader(self.names)
        self.lost = self.rules.lost
        self.texts = TextReader(self.names)
        self.page_keys = Keys(reserved=())
        self.assumptions: list[str] = []
        self.items: list[tuple[int, Document]] = []
        self.pages: list[Document] = []
        self.conditions: list[tuple[int, Document]] = []
        self.edits: list[tuple[int, Document]] = []
        self.words: dict[str, dict[str, Document]] = {language: {} for language in survey.languages}

    def document(self) -> Document:
        for group in self.survey.groups:
            self.take_group(group)
        about = mapping(self.survey.more)
        variables = [name for name in dict.fromkeys(variables_of(self.survey).values()) if PLAIN_NAME.fullmatch(name)]
        texts = {language: self.language(language) for language in self.survey.languages}
        document: Document = {
            "format": FORMAT,
            "key": self.document_key(about.get("key")),
            "version": about.get("version") or "1",
            "languages": list(self.survey.languages),
            "background": [name for name in variables if name != "organisation"],
            "conditions": in_order(self.conditions),
            "items": in_order(self.items),
            "pages": self.pages,
            "edits": in_order(self.edits),
            "texts": {language: text for language, text in texts.items() if text},
        }
        return document | {name: value for name, value in about.items() if name not in ("key", "version")}

    def document_key(self, own: object) -> str:
        """The name of the files: ours, else out of the title."""
        if isinstance(own, str) and FILE_NAME.fullmatch(own):
            return own
        return slug(next(iter(self.survey.texts.get("surveyls_title", {}).values()), "survey"))[:60]

    def language(self, language: str) -> Document:
        """The texts of a language: those of the survey as a whole and those found on the way."""
        carried = mapping(self.survey.language_more.get(language))
        whole: Document = {"state": "draft", **carried}
        text = {
            name: self.texts.text(
                self.survey.texts.get(f"surveyls_{name}", {}).get(language, ""), f"{name} ({language})"
            )
            for name in ("title", "welcometext", "description")
        }
        if self.ours:
            whole |= {"title": text["title"], "introduction": text["welcometext"], "definition": text["description"]}
        else:
            introduction = [part for part in (text["description"], text["welcometext"]) if part]
            whole |= {"title": text["title"], "introduction": "\n\n".join(introduction)}
        return {name: value for name, value in (whole | self.words[language]).items() if value != ""}

    def take_group(self, group: Group) -> None:
        first = next(iter(group.title.values()), "")
        rules_alone = bool(group.questions) and all(self.shapes[question.id].condition for question in group.questions)
        key = "" if rules_alone else self.page_keys.give(slug(first)[:40], group.key)
        questions: list[list[Document]] = []
        if not rules_alone and not self.ours and any(group.description.values()):
            questions.append([self.about(group, key)])
        questions += [uses for question in group.questions if (uses := self.take_question(question))]
        if rules_alone:
            if not self.ours:
                self.lose_group(group, "It holds named rules alone, and nothing is asked.")
            return
        if not questions:
            self.lose_group(group, "Nothing in it is asked.")
            return
        section = str(group.more.get("section") or key)
        shown = self.rules.shown(group.relevance, f"group {first[:60]}", group.more)
        for number, asks in enumerate(self.parted(questions, f"group {first[:60]}")):
            page: Document = {"id": self.page_keys.give(key) if number else key, "section": section, "asks": asks}
            put_rule(page, shown)
            if group.more.get("definition") is True or (
                self.ours and not group.more and any(group.description.values())
            ):
                page["definition"] = True
            self.pages.append(page)
            self.put_words("pages", str(page["id"]), group.title, f"group {first[:60]}")
        if group.more:
            self.carry_section(section, mapping(group.more.get("section_texts")))
        else:
            self.put_words("sections", section, group.title, f"group {first[:60]}")

    def parted(self, questions: list[list[Document]], place: str) -> list[list[Document]]:
        """The questions of the group page by page; the pages of our own files are as we laid them out."""
        if self.ours:
            return [[use for uses in questions for use in uses]]
        conditions = {str(entry["name"]): from_tree(entry["rule"]) for _, entry in self.conditions}
        pages = parted(questions, conditions)
        if len(pages) > 1:
            why = "a page is decided before it is shown, and is short"
            self.assumptions.append(f"{place[:1].upper()}{place[1:]} fills {len(pages)} pages: {why}.")
        return pages

    def lose_group(self, group: Group, why: str) -> None:
        """A group that becomes no page: its titles, its description and its rule."""
        parts = [*group.title.values(), *group.description.values()]
        if group.relevance.strip() not in ALWAYS:
            parts.append(f"relevance {group.relevance}")
        for part in dict.fromkeys(parts) or [group.id]:
            self.lost.append(Loss(f"group {next(iter(group.title.values()), group.id)[:60]}", part[:200], why))

    def carry_section(self, section: str, texts: More) -> None:
        """The title of a section as our own column has it: plain already."""
        for language, text in texts.items():
            self.words.get(language, {}).setdefault("sections", {}).setdefault(section, text)

    def about(self, group: Group, key: str) -> Document:
        """The description of a group as a text of its own at the head of the page."""
        item = self.shaper.keys.give(f"{key}_about")
        self.add_item({"key": item, "type": "info", "disclosure": "open", "required": "no"}, None)
        self.put_item_words("items", item, {"question": group.description})
        return {"item": item}

    def take_question(self, question: Question) -> list[Document]:
        """The uses of the items that the question became; its edits and conditions are noted on the way."""
        shape = self.shapes[question.id]
        if shape.condition:
            self.take_condition(question, shape)
        edit = mapping(question.more.get("edit"))
        if question.type == "X" and edit:
            self.take_notice(question, edit)
        introduced = question.more.get("introduces")
        if isinstance(introduced, str):
            self.put_item_words("batteries", introduced, {"question": question.text, "help": question.help})
        if not shape.items:
            return []
        shown = self.rules.of_question(question)
        asks = [self.take_item(question, item, shown) for item in shape.items]
        self.take_edits(question, shape)
        return asks

    def take_item(self, question: Question, shape: ItemShape, shown: Node | None) -> Document:
        item = dict(shape.item)
        for option in options_of(item):
            row = shape.option_rows.get(str(option.get("code")))
            rule = (
                self.rules.shown(row.relevance, f"{question.place}, row {row.code}", question.more, row.code)
                if row
                else None
            )
            if row and rule is not None and (item_references(rule) or not background_references(rule)):
                why = "An option is offered by variables of the frame alone: split the question."
                self.lost.append(Loss(f"{question.place}, row {row.code}", f"the rule {row.relevance[:80]}", why))
            elif rule is not None:
                option["show_if"] = to_tree(rule)
        more = question.more
        self.add_item(item, more.get("place") if shape.row is None else mapping(more.get("places")).get(shape.key))
        if shape.battery is not None:
            battery = shape.battery
            words = {"question": battery.question, "help": battery.help}
            self.put_item_words("batteries", battery.key, words, battery.options)
        words = {"question": shape.question, "help": shape.help, "unit": shape.unit}
        self.put_item_words("items", shape.key, words, shape.options)
        rules = [rule for rule in (shown, self.row_rule(question, shape)) if rule is not None]
        use: Document = {"item": shape.key}
        put_rule(use, joined(And, rules) if rules else None)
        return use

    def row_rule(self, question: Question, shape: ItemShape) -> Node | None:
        """The rule of a row of a battery: its own, and that of a question whose choices filter the rows."""
        if shape.row is None:
            return None
        place = f"{question.place}, row {shape.row.code}"
        rules = [self.rules.shown(shape.row.relevance, place, question.more, shape.row.code)]
        for attribute in ("array_filter", "array_filter_exclude"):
            for source in re.split(r"[;,\s]+", question.attribute(attribute)):
                meaning = self.names.meaning(f"{source}_{shape.row.code}") if source else None
                if isinstance(meaning, ChoiceName) and meaning.ticked:
                    chosen = Comparison("in", Literal(meaning.code), ItemAnswer(meaning.key))
                    rules.append(chosen if attribute == "array_filter" else Not(chosen))
                elif source:
                    why = "The row has no counterpart in that question: write its rule."
                    self.lost.append(Loss(place, f"{attribute} {source[:60]}", why))
        found = [rule for rule in rules if rule is not None]
        return joined(And, found) if found else None

    def take_condition(self, question: Question, shape: Shape) -> None:
        rule = self.rules.equation(question)
        if rule is None:
            self.names.meanings.pop(question.code, None)
            return
        entry: Document = {"name": shape.condition, "rule": to_tree(rule)}
        self.conditions.append((place_of(question.more.get("place"), len(self.conditions)), entry))

    def take_notice(self, question: Question, edit: More) -> None:
        """An edit of ours that stands as a text shown when it is broken."""
        rule = self.rules.notice(question, edit)
        if rule is not None:
            self.add_edit(str(edit.get("id")), edit.get("item"), rule, edit.get("level"), edit.get("place"))
            self.put_words("edits", str(edit.get("id")), question.text, question.place)

    def take_edits(self, question: Question, shape: Shape) -> None:
        """The checks of the question: its own, those of its rows, and how many must be chosen."""
        carried = mapping(question.more.get("edit"))
        main = shape.items[0].key
        for number, (item, rule, tip) in enumerate(self.rules.validations(question, shape)):
            own = carried if number == 0 else {}
            name = str(own.get("id") or f"{(item or main).replace('.', '_')}_check_{number + 1}")
            self.add_edit(name, item or main, rule, "hard", own.get("place"))
            self.put_words("edits", name, question.attributes.get(tip, {}), question.place)

    def add_item(self, item: Document, place: object) -> None:
        self.items.append((place_of(place, len(self.items)), item))

    def add_edit(self, name: str, item: object, rule: Node, level: object, place: object) -> None:
        entry: Document = {"id": name, "item": item, "rule": to_tree(rule), "level": level}
        self.edits.append((place_of(place, len(self.edits)), entry))

    def put_words(self, kind: str, name: str, texts: Wording, place: str) -> None:
        for language, text in texts.items():
            known = self.words.get(language or self.survey.languages[0])
            if known is not None:
                known.setdefault(kind, {}).setdefault(name, self.texts.text(text, f"{place} ({language})"))

    def put_item_words(
        self, kind: str, key: str, parts: Mapping[str, Wording], options: Mapping[str, Wording] | None = None
    ) -> None:
        """The texts of an item or battery (question, help, unit) and its labels; what is there already stays."""
        for language in self.survey.languages:
            place = f"{kind} {key} ({language})"
            found: Document = {
                name: self.texts.text(texts[language], place) for name, texts in parts.items() if texts.get(language)
            }
            own = {code: label[language] for code, label in (options or {}).items() if label.get(language)}
            labels = {code: self.texts.text(label, place) for code, label in own.items()}
            if labels:
                found["options"] = labels
            group = self.words[language].setdefault(kind, {})
            if found:
                group[key] = {**found, **mapping(group.get(key))}

    def assumed(self) -> Iterator[str]:
        """What no file of LimeSurvey says, and was decided here."""
        if not self.survey.more:
            yield "The version is 1, and every text is a draft."
        if not self.ours:
            yield f"Every item is {DISCLOSURE}, texts alone are open: decide what each answer gives away."
        if self.shaper.supplied:
            kinds = ", ".join(sorted(self.shaper.supplied))
            yield f"The labels that LimeSurvey supplies itself (kinds {kinds}) stand in our own words: check them."
        if self.shaper.renamed:
            names = ", ".join(f"{name} is {ours}" for name, ours in self.shaper.renamed.items())
            yield f"Codes that are spelt otherwise here: {names}."
        if self.shaper.decimals:
            numbers = ", ".join(self.shaper.decimals)
            yield f"Numbers that LimeSurvey does not hold to whole ones have two decimals: {numbers}."
        if self.survey.settings.get("format", "G") != "G" and not self.ours:
            yield "A page is made of each group, where LimeSurvey shows one question or all of them at once."
        yield from self.assumptions


def put_rule(target: Document, rule: Node | None) -> None:
    if rule is not None:
        target["show_if"] = to_tree(rule)


def options_of(item: Document) -> list[Document]:
    options = item.get("options")
    return [option for option in options if isinstance(option, dict)] if isinstance(options, list) else []


def place_of(value: object, otherwise: int) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else otherwise


def in_order(entries: Sequence[tuple[int, Document]]) -> list[Document]:
    return [entry for _, entry in sorted(entries, key=lambda pair: pair[0])]
