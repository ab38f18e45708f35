"""What each type of question becomes: items of ours, with the texts still as LimeSurvey has them."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from surveys.instrument.exchange import Loss
from surveys.instrument.limesurvey.names_and_codes import (
    AnswerName,
    ChoiceName,
    ConditionName,
    Keys,
    Meaning,
    slug,
    slug_part,
)
from surveys.instrument.limesurvey.reading_tables import More, Question, SubQuestion, Wording, mapping
from surveys.instrument.limesurvey.reading_texts import supplied_label

CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
REQUIRED = {"Y": "hard", "S": "soft"}
DISCLOSURE = "confidential"  # of an item whose class no file of LimeSurvey states
NEVER = "0"  # the relevance of what nobody is asked
OTHER = "-oth-"  # LimeSurvey's code of the option that a text specifies
WITH_OTHER = "L!WZOMP"  # types of question that may offer it
UNTAKEN = {
    "I": "Respondents change the language on every page.",
    "|": "Files are not received here.",
    ";": "Ask each cell as a question of its own.",
    ":": "Ask each cell as a question of its own.",
}
# Question type -> codes of the answers that LimeSurvey supplies itself.
BUILT_IN: Mapping[str, tuple[str, ...]] = {
    "Y": ("Y", "N"),
    "G": ("F", "M"),
    "5": tuple("12345"),
    "A": tuple("12345"),
    "B": tuple(str(number) for number in range(1, 11)),
    "C": ("Y", "U", "N"),
    "E": ("I", "S", "D"),
}


@dataclass(frozen=True)
class Battery:
    key: str
    question: Wording
    help: Wording
    options: Mapping[str, Wording]


@dataclass(frozen=True)
class ItemShape:
    item: dict[str, object]
    question: Wording
    help: Wording = field(default_factory=dict)
    options: Mapping[str, Wording] = field(default_factory=dict)
    unit: Wording = field(default_factory=dict)
    battery: Battery | None = None
    row: SubQuestion | None = None  # the row it was, which may have a rule of its own
    option_rows: Mapping[str, SubQuestion] = field(default_factory=dict)  # code -> the row it was

    @property
    def key(self) -> str:
        return str(self.item["key"])


@dataclass(frozen=True)
class Shape:
    """What a question became; `condition` names the rule that an equation became."""

    question: Question
    items: tuple[ItemShape, ...] = ()
    names: tuple[tuple[str, Meaning], ...] = ()
    condition: str = ""


class Shaper:
    """Shapes the questions of a survey one by one."""

    def __init__(self, languages: Sequence[str]) -> None:
        self.languages = languages
        self.keys = Keys()
        self.conditions = Keys()
        self.lost: list[Loss] = []
        self.supplied: set[str] = set()  # answers whose labels LimeSurvey has in its own words
        self.renamed: dict[str, str] = {}  # codes that have another spelling here
        self.decimals: list[str] = []  # codes of questions whose numbers may have some

    def shape(self, question: Question) -> Shape:
        """The items of a question; none, and a loss, where there is no counterpart."""
        shapers: dict[str, Callable[[Question], Shape]] = {
            **dict.fromkeys(("L", "!", "W", "Z", "O", "5", "Y", "G"), self.single),
            **dict.fromkeys(("M", "P"), self.multi),
            **dict.fromkeys(("F", "H", "A", "B", "C", "E"), self.array),
            **dict.fromkeys(("S", "T", "U"), self.text),
            "1": self.dual, "N": self.number, "K": self.numbers, "Q": self.texts, "D": self.date, "R": self.rank,
            "X": self.info, "*": self.equation,
        }  # fmt: skip
        if question.type not in shapers:
            why = UNTAKEN.get(question.type, "This type of question is not known here.")
            self.lost.append(Loss(question.place, f"the question of type {question.type or '(none)'}", why))
            return Shape(question)
        hidden = question.attribute("hidden") == "1" or question.relevance.strip() == NEVER
        if hidden and question.type != "*":
            why = "Nobody sees it, LimeSurvey fills it itself: make its value a variable of the frame."
            self.lost.append(Loss(question.place, "the hidden question", why))
            return Shape(question)
        return shapers[question.type](question)

    def item(self, question: Question, key: str, kind: str, carried: More, **more: object) -> dict[str, object]:
        """The item as the question says it, and over it what our own column carries."""
        native = {name: value for name, value in more.items() if value not in (None, [], "")}
        plain: dict[str, object] = {
            "key": key,
            "type": kind,
            "disclosure": DISCLOSURE,
            "required": REQUIRED.get(question.mandatory.upper(), "no"),
            **native,
        }
        over = dict(carried)
        if over.get("type") == "register":
            over["of"] = kind
        return plain | {name: value for name, value in over.items() if name != "key"}

    def own_item(self, question: Question, kind: str, **more: object) -> dict[str, object]:
        key = self.keys.give(question.code, question.key)
        if key != question.code.lower() and not question.key:
            self.renamed[question.place] = key
        return self.item(question, key, kind, mapping(question.more.get("item")), **more)

    def single(self, question: Question) -> Shape:
        options, labels, codes = self.scale(question, "0")
        names: list[tuple[str, Meaning]] = []
        companions: list[ItemShape] = []
        item = self.own_item(question, "single")
        key = str(item["key"])
        if question.other and question.type in WITH_OTHER:
            companion, code = self.other(question, key, options, labels)
            codes[OTHER] = code
            companions.append(companion)
            names.append((f"{question.code}_other", AnswerName(companion.key)))
        if question.type == "O":
            comment = self.companion(f"{key}.comment", supplied_label("comment", self.languages))
            companions.append(comment)
            names.append((f"{question.code}_comment", AnswerName(comment.key)))
        item.setdefault("options", options)
        names.insert(0, (question.code, AnswerName(key, codes)))
        whole = self.worded(question, item, labels)
        return Shape(question, (whole, *companions), tuple(names))

    def multi(self, question: Question) -> Shape:
        own_options = mapping(question.more.get("options"))
        labels: dict[str, Wording] = {}
        item = self.own_item(question, "multi", max_choices=self.whole(question, "max_answers") or None)
        key = str(item["key"])
        exclusive = set(re.split(r"[;,\s]+", question.attribute("exclude_all_others")))
        options: list[dict[str, object]] = []
        for code in sorted(exclusive - {"", *(row.code for row in question.rows())}):
            why = "It is no choice of this question."
            self.lost.append(Loss(question.place, f"exclude_all_others {code[:40]}", why))
        rows: dict[str, SubQuestion] = {}
        names: list[tuple[str, Meaning]] = []
        companions: list[ItemShape] = []
        for row in self.coded(question, question.rows()):
            code = self.our_code(question, row.code, row.key, labels)
            mark = {"exclusive": True} if row.code in exclusive else {}
            options.append({"code": code, **mark, **mapping(own_options.get(code))})
            labels[code] = row.label
            rows[code] = row
            names.append((f"{question.code}_{row.code}", ChoiceName(key, code)))
            if question.type == "P":
                text = self.companion(f"{key}.{slug(row.code)}_text", row.label, code, key)
                companions.append(text)
                names.append((f"{question.code}_{row.code}comment", AnswerName(text.key)))
        if question.other:
            companion, _ = self.other(question, key, options, labels)
            companions.append(companion)
            names.append((f"{question.code}_other", AnswerName(companion.key)))
        item["options"] = options
        whole = self.worded(question, item, labels, option_rows=rows)
        return Shape(question, (whole, *companions), tuple(names))

    def array(self, question: Question) -> Shape:
        options, labels, codes = self.scale(question, "0")
        return self.rows(question, self.battery(question, labels), "single", {"options": options}, codes=codes)

    def dual(self, question: Question) -> Shape:
        items: list[ItemShape] = []
        names: list[tuple[str, Meaning]] = []
        for scale, header in (("0", "dualscale_headerA"), ("1", "dualscale_headerB")):
            options, labels, codes = self.scale(question, scale)
            headers = question.attributes.get(header, {})
            text = {
                language: f"{text} {headers.get(language, headers.get('', ''))}".strip()
                for language, text in question.text.items()
            }
            battery = Battery(f"{slug(question.code)}_{int(scale) + 1}", text, question.help, labels)
            shape = self.rows(question, battery, "single", {"options": options}, codes=codes, ending=f"_{scale}")
            items += shape.items
            names += shape.names
        return Shape(question, tuple(items), tuple(names))

    def rows(
        self,
        question: Question,
        battery: Battery,
        kind: str,
        said: More,
        *,
        codes: Mapping[str, str] | None = None,
        ending: str = "",
    ) -> Shape:
        """One item a row, with the question before them; `ending` is what its name in expressions ends in."""
        carried = mapping(question.more.get("rows"))
        keys = mapping(question.more.get("row_codes"))
        items: list[ItemShape] = []
        names: list[tuple[str, Meaning]] = []
        for row in self.coded(question, question.rows()):
            own = row.key or str(keys.get(row.code, ""))
            key = self.keys.give(f"{battery.key}.{slug_part(row.code)}", own)
            if not own and key != f"{question.code}.{row.code}".lower():
                self.renamed[f"{question.place}, row {row.code}{ending}"] = key
            item = self.item(question, key, kind, mapping(carried.get(key)), battery=battery.key, **said)
            items.append(ItemShape(item, row.label, row.help, battery=battery, row=row))
            names.append((f"{question.code}_{row.code}{ending}", AnswerName(key, codes or {}, number=kind == "number")))
        return Shape(question, tuple(items), tuple(names))

    def number(self, question: Question) -> Shape:
        item = self.own_item(question, "number", **self.bounds(question))
        unit = self.unit(question, item)
        return self.alone(question, item, AnswerName(str(item["key"]), number=True), unit=unit)

    def numbers(self, question: Question) -> Shape:
        if question.shares_a_hundred:
            return self.percent(question)
        return self.rows(question, self.battery(question, {}), "number", self.bounds(question))

    def percent(self, question: Question) -> Shape:
        item = self.own_item(question, "percent")
        key = str(item["key"])
        own = mapping(question.more.get("options"))
        rows: dict[str, SubQuestion] = {}
        for row in self.coded(question, question.rows()):
            rows[self.our_code(question, row.code, row.key, rows)] = row
        item["options"] = [{"code": code, **mapping(own.get(code))} for code in rows]
        labels = {code: row.label for code, row in rows.items()}
        names = [(f"{question.code}_{row.code}", ChoiceName(key, code, ticked=False)) for code, row in rows.items()]
        return Shape(question, (self.worded(question, item, labels, option_rows=rows),), tuple(names))

    def text(self, question: Question) -> Shape:
        item = self.own_item(question, "text", max_length=self.whole(question, "maximum_chars"))
        return self.alone(question, item, AnswerName(str(item["key"])))

    def texts(self, question: Question) -> Shape:
        said = {"max_length": self.whole(question, "maximum_chars")}
        return self.rows(question, self.battery(question, {}), "text", said)

    def date(self, question: Question) -> Shape:
        item = self.own_item(question, "date")
        return self.alone(question, item, AnswerName(str(item["key"])))

    def rank(self, question: Question) -> Shape:
        options, labels, _ = self.scale(question, "0")
        item = self.own_item(question, "rank", max_choices=self.whole(question, "max_answers") or None, options=options)
        names = [
            (f"{question.code}_{place}", ChoiceName(str(item["key"]), str(place), ticked=False))
            for place in range(1, len(options) + 1)
        ]
        return Shape(question, (self.worded(question, item, labels),), tuple(names))

    def info(self, question: Question) -> Shape:
        if question.more.get("edit") or question.more.get("introduces"):
            return Shape(question)
        item = self.own_item(question, "info")
        item["required"] = "no"
        if "disclosure" not in mapping(question.more.get("item")):
            item["disclosure"] = "open"
        return Shape(question, (self.worded(question, item, {}),))

    def equation(self, question: Question) -> Shape:
        name = str(question.more.get("condition") or question.code)
        condition = self.conditions.give(name.replace(".", "_"))
        return Shape(question, names=((question.code, ConditionName(condition)),), condition=condition)

    def alone(self, question: Question, item: dict[str, object], name: Meaning, unit: Wording | None = None) -> Shape:
        return Shape(question, (self.worded(question, item, {}, unit=unit),), ((question.code, name),))

    def worded(
        self,
        question: Question,
        item: dict[str, object],
        labels: Mapping[str, Wording],
        unit: Wording | None = None,
        option_rows: Mapping[str, SubQuestion] | None = None,
    ) -> ItemShape:
        """An item with the question's texts; a row of a battery shares its labels with the others."""
        battery = Battery(str(item["battery"]), {}, {}, labels) if isinstance(item.get("battery"), str) else None
        own = {} if battery else labels
        return ItemShape(item, question.text, question.help, own, unit or {}, battery, None, option_rows or {})

    def battery(self, question: Question, labels: Mapping[str, Wording]) -> Battery:
        key = question.more.get("battery")
        return Battery(str(key or slug(question.code)), question.text, question.help, labels)

    def scale(
        self, question: Question, scale: str
    ) -> tuple[list[dict[str, object]], dict[str, Wording], dict[str, str]]:
        """Options, labels by our code, and our code by LimeSurvey's."""
        carried = mapping(question.more.get("options"))
        answers: list[tuple[str, str, Wording]] = [(one.code, one.key, one.label) for one in question.of_scale(scale)]
        if question.type in BUILT_IN:
            self.supplied.add(question.type)
            answers = [(code, "", supplied_label(code, self.languages)) for code in BUILT_IN[question.type]]
        elif not answers and question.type == "R":
            answers = [(row.code, row.key, row.label) for row in question.rows()]
        codes: dict[str, str] = {}
        labels: dict[str, Wording] = {}
        for code, key, label in answers:
            ours = self.our_code(question, code, key, labels)
            if ours in labels:
                why = "A code stands for one answer: give the second another."
                self.lost.append(Loss(question.place, f"the answer {code[:40]}, a second time", why))
                continue
            codes[code] = ours
            labels[ours] = label
        return [{"code": code, **mapping(carried.get(code))} for code in labels], labels, codes

    def coded(self, question: Question, rows: Sequence[SubQuestion]) -> Iterator[SubQuestion]:
        """The rows, each code once."""
        seen: set[str] = set()
        for row in rows:
            if row.code in seen:
                why = "A code stands for one row: give the second another."
                self.lost.append(Loss(question.place, f"the row {row.code[:40]}, a second time", why))
            else:
                seen.add(row.code)
                yield row

    def our_code(self, question: Question, code: str, key: str, taken: Collection[str] = ()) -> str:
        """The code of an answer here: its own where it can be one, and another where two would be spelt alike."""
        found = key or str(mapping(question.more.get("codes")).get(code) or code)
        plain = found if CODE.fullmatch(found) else re.sub(r"[^A-Za-z0-9_-]", "_", found).strip("_-") or "x"
        ours, number = plain, 1
        while ours in taken and not key:
            number += 1
            ours = f"{plain}_{number}"
        if ours != found:
            self.renamed[f"{question.place}, answer {code}"] = ours
        return ours

    def other(
        self, question: Question, key: str, options: list[dict[str, object]], labels: dict[str, Wording]
    ) -> tuple[ItemShape, str]:
        """The option that a text specifies, and the text."""
        code = "other" if "other" not in labels else "other_text"
        own = question.attributes.get("other_replace_text", {})
        if not own:
            self.supplied.add("other")
        label = {**supplied_label("other", self.languages), **own}
        options.append({"code": code})
        labels[code] = {language: text for language, text in label.items() if language}
        return self.companion(f"{key}.{code}_text", labels[code], code, key), code

    def companion(self, name: str, label: Wording, code: str = "", of: str = "") -> ItemShape:
        specifies = {"specifies": {"item": of, "code": code}} if of else {}
        item: dict[str, object] = {
            "key": self.keys.give(name), "type": "text", "disclosure": DISCLOSURE, "required": "no", **specifies,
        }  # fmt: skip
        return ItemShape(item, label)

    def unit(self, question: Question, item: dict[str, object]) -> Wording:
        unit = question.attributes.get("suffix") or question.attributes.get("prefix") or {}
        if not unit:
            return {}
        found = {language or self.languages[0]: text for language, text in unit.items()}
        if not question.more:
            item["unit"] = slug(next(iter(found.values())))[:40]
        return found

    def bounds(self, question: Question) -> dict[str, int | None]:
        if question.attribute("num_value_int_only") != "1" and not question.more:
            self.decimals.append(question.code)
        return {
            "minimum": self.whole(question, "min_num_value_n"),
            "maximum": self.whole(question, "max_num_value_n"),
            "decimals": None if question.attribute("num_value_int_only") == "1" else 2,
        }

    def whole(self, question: Question, name: str) -> int | None:
        text = question.attribute(name).strip()
        if not text:
            return None
        if re.fullmatch(r"-?\d{1,15}(\.0+)?", text):
            return int(text.partition(".")[0])
        self.lost.append(Loss(question.place, f"{name} {text[:80]}", "Limits are whole numbers: write an edit."))
        return None
