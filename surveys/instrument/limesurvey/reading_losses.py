"""What a survey says that has no place in an instrument, said once for each kind."""

import re
from collections.abc import Iterator, Mapping

from surveys.instrument.exchange import Loss
from surveys.instrument.limesurvey.reading_leftovers import NUMBERS, is_core
from surveys.instrument.limesurvey.reading_questions import WITH_OTHER
from surveys.instrument.limesurvey.reading_tables import Question, Row, Survey, Tables, mapping

# Attributes that the shapes and rules read, and the types of question of which they do.
TAKEN: Mapping[str, str] = {
    **dict.fromkeys(("hidden", "em_validation_q", "em_validation_q_tip"), ""),
    **dict.fromkeys(("max_answers", "min_answers"), "MPR"),
    **dict.fromkeys(("em_validation_sq", "em_validation_sq_tip", "array_filter", "array_filter_exclude"), "FHABCEKQ1"),
    **dict.fromkeys(("num_value_int_only", "min_num_value_n", "max_num_value_n"), "NK"),
    **dict.fromkeys(("suffix", "prefix"), "N"),
    **dict.fromkeys(("dualscale_headerA", "dualscale_headerB"), "1"),
    "exclude_all_others": "MP",
    "equals_num_value": "K",
    "maximum_chars": "STUQ",
    "other_replace_text": WITH_OTHER,
    "date_format": "D",
}
# Attributes of each part of a question, which parts of a whole do not have.
OF_EACH = frozenset({
    "min_num_value_n", "max_num_value_n", "em_validation_sq", "em_validation_sq_tip", "array_filter",
    "array_filter_exclude",
})  # fmt: skip
DAY = re.compile(r"(?=.*d)(?=.*m)(?=.*y)[dmy./ -]+")  # a format of days, without the time
# What LimeSurvey writes when nobody chose anything, where that is more than nothing.
USUAL_ATTRIBUTES: Mapping[str, tuple[str, ...]] = {
    "assessment_value": ("1",), "dropdown_dates_minute_step": ("1",), "dropdown_separators": ("|",),
    "equals_num_value": (), "location_mapheight": ("300",), "location_mapwidth": ("500",), "location_mapzoom": ("11",),
    "other_position": ("default", "end"), "question_template": ("core",), "samechoiceheight": ("1",),
    "samelistheight": ("1",), "show_comment": ("1",), "show_title": ("1",),
    "show_totals": ("X",), "showpopups": ("1",), "slider_custom_handle": ("f1ae",), "slider_separator": ("|",),
    "statistics_graphtype": ("0",), "statistics_showgraph": ("1",), "statistics_showmap": ("1",),
    "time_limit_action": ("1",), "value_range_allows_missing": ("1",),
}  # fmt: skip
NOTHING = frozenset({"", "0", "N", "I", "-1", "inherit", "default", "normal", "none", "off"})
# Settings that say the same as ours, or that belong to the server and not to the questionnaire.
KNOWN_SETTINGS = frozenset({
    "sid", "gsid", "owner_id", "language", "additional_languages", "attributedescriptions", "active", "datecreated",
    "template", "format", "lastmodified", "tokenencryptionoptions", "tokenlength", "autonumber_start", "access_mode",
})  # fmt: skip
USUAL = {
    "allowprev": "Y", "allowregister": "N", "allowsave": "Y", "anonymized": "N", "autoredirect": "N",
    "bounceprocessing": "N", "datestamp": "N", "googleanalyticsapikey": "9", "googleanalyticsstyle": "0",
    "htmlemail": "Y", "ipaddr": "N", "ipanonymize": "N", "listpublic": "N", "navigationdelay": "0", "nokeyboard": "N",
    "printanswers": "N", "publicgraphs": "N", "publicstatistics": "N", "questionindex": "0", "refurl": "N",
    "sendconfirmation": "Y", "showgroupinfo": "B", "shownoanswer": "Y", "showprogress": "Y", "showqnumcode": "X",
    "showsurveypolicynotice": "0", "showwelcome": "Y", "showxquestions": "Y", "tokenanswerspersistence": "N",
    "savetimings": "N", "usecaptcha": "N", "usecookie": "N", "usetokens": "N", "alloweditaftercompletion": "N",
}  # fmt: skip
KNOWN_TEXTS = frozenset({
    "surveyls_title", "surveyls_description", "surveyls_welcometext", "surveyls_dateformat", "surveyls_numberformat",
})  # fmt: skip
MAILS = ("surveyls_email_", "email_admin_", "attachments")
KNOWN_TABLES = frozenset({
    "groups", "questions", "subquestions", "answers", "question_attributes", "conditions", "defaultvalues", "surveys",
    "surveys_languagesettings", "group_l10ns", "question_l10ns", "answer_l10ns", "defaultvalue_l10ns", "labels",
    "labelsets", "themes", "themes_inherited", "plugin_settings",
    "languages", "question_themes", "surveys_groups",
})  # fmt: skip
WHY_TABLES = {
    **dict.fromkeys(
        ("quota", "quota_members", "quota_languagesettings"),
        "Stop a wave by its progress: answers are never turned away here.",
    ),
    "assessments": "Points are computed after the wave, as indicators.",
    "survey_url_parameters": "Values of the link are variables of the frame.",
}


def losses_of(survey: Survey, tables: Tables) -> Iterator[Loss]:
    """A loss for each kind of thing that was not taken, with where it stands first."""
    yield from settings_lost(survey)
    for name, rows in tables.items():
        if name not in KNOWN_TABLES:
            why = WHY_TABLES.get(name, "It has no counterpart here.")
            yield from (Loss(f"table {name}", f"the row {row_shown(row)}", why) for row in rows)
    for question in survey.questions:
        points = {answer.code: answer.points for answer in question.answers if answer.points not in ("", "0")}
        if points:
            what = ", ".join(f"{number} for {code}" for code, number in points.items())
            yield Loss(question.place, f"the assessment value {what}"[:200], WHY_TABLES["assessments"])
    yield from questions_lost(survey)
    for group in survey.groups:
        if group.random:
            name = next(iter(group.title.values()), group.id)
            yield Loss(f"group {name[:60]}", "the random order", "Pages keep their order.")


def row_shown(row: Row) -> str:
    """What a row says, without its numbers."""
    told = [(name, value) for name, value in row.items() if name != "class" and name not in NUMBERS]
    plain = (f"{name} {value}" for name, value in told if not name.endswith("id"))
    return " ".join(", ".join(plain).split())[:200]


def settings_lost(survey: Survey) -> Iterator[Loss]:
    for name, value in survey.settings.items():
        if name in KNOWN_SETTINGS or value in (NOTHING if name not in USUAL else ("", "I", "-1", "E", USUAL[name])):
            continue
        yield Loss(f"survey setting {name}", value[:80], "The wave decides how it is asked, not the questionnaire.")
    for name, texts in survey.texts.items():
        if name in KNOWN_TEXTS or not any(texts.values()):
            continue
        why = "Mails are written with the wave." if name.startswith(MAILS) else "The platform has its own page for it."
        what = f"{counted(len(texts), 'text')}, {' '.join(next(iter(texts.values())).split())[:80]}"
        yield Loss(f"survey text {name}", what, why)


def questions_lost(survey: Survey) -> Iterator[Loss]:
    for question in survey.questions:
        for name, values in question.attributes.items():
            told = [value for value in values.values() if is_told(name, value)]
            if told and not is_taken(question, name):
                what = f"attribute {name} {'; '.join(dict.fromkeys(told))[:100]}"
                yield Loss(question.place, what, "Nothing here does the same.")
        if question.pattern:
            why = "Authors write no patterns: write an edit."
            yield Loss(question.place, f"the pattern of answers {question.pattern[:100]}", why)
        if question.script:
            yield Loss(question.place, f"the script {question.script[:100]}", "Questions hold no scripts.")
        if question.other and question.type not in WITH_OTHER:
            why = "This type of question offers no other answer."
            yield Loss(question.place, "the option of another answer", why)
        # The value of the frame, which our own files propose, is part of the item.
        if mapping(question.more.get("item")).get("type") != "register":
            for value in question.defaults:
                yield Loss(question.place, f"the default answer {value[:100]}", "Nobody answers for others.")


def is_told(name: str, value: str) -> bool:
    if name == "question_theme_name":
        return not is_core(value)
    usual = USUAL_ATTRIBUTES.get(name)
    return value not in (NOTHING if usual is None else ("", *usual))


def is_taken(question: Question, name: str) -> bool:
    if name == "equals_num_value" and not question.shares_a_hundred:
        return False
    if name in OF_EACH and question.shares_a_hundred:
        return False
    if name == "date_format" and not DAY.fullmatch(question.attribute(name)):
        return False
    if name == "prefix" and "suffix" in question.attributes:
        return False
    types = TAKEN.get(name)
    return types is not None and (not types or question.type in types)


def counted(number: int, thing: str) -> str:
    return f"{number} {thing}{'s' if number != 1 else ''}"
