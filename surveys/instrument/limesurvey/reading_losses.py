"""What a survey says that has no place in an instrument, said once for each kind."""

from collections.abc import Iterator, Mapping

from surveys.instrument.exchange import Loss
from surveys.instrument.limesurvey.reading_tables import Question, Survey, Tables

# Attributes that the shapes and rules read, and the types of question of which they do.
TAKEN: Mapping[str, str] = {
    **dict.fromkeys(("hidden", "em_validation_q", "em_validation_q_tip", "date_format", "question_template"), ""),
    **dict.fromkeys(("max_answers", "min_answers"), "MPR"),
    **dict.fromkeys(("em_validation_sq", "em_validation_sq_tip", "array_filter", "array_filter_exclude"), "FHABCEKQ1"),
    **dict.fromkeys(("num_value_int_only", "min_num_value_n", "max_num_value_n"), "NK"),
    **dict.fromkeys(("suffix", "prefix"), "N"),
    **dict.fromkeys(("dualscale_headerA", "dualscale_headerB"), "1"),
    "exclude_all_others": "MP",
    "equals_num_value": "K",
    "maximum_chars": "STUQ",
    "other_replace_text": "L!OMP",
}
NOTHING = frozenset({"", "0", "N", "I", "-1", "inherit", "default", "normal", "none", "off"})
# Settings that say the same as ours, or that belong to the server and not to the questionnaire.
KNOWN_SETTINGS = frozenset({
    "sid", "gsid", "owner_id", "language", "additional_languages", "attributedescriptions", "admin", "adminemail",
    "bounce_email", "faxto", "active", "expires", "startdate", "datecreated", "template", "format", "savetimings",
    "emailresponseto", "emailnotificationto", "lastmodified", "tokenlength", "autonumber_start", "access_mode",
})  # fmt: skip
USUAL = {
    "allowprev": "Y", "allowregister": "N", "allowsave": "Y", "anonymized": "N", "autoredirect": "N",
    "bounceprocessing": "N", "datestamp": "N", "googleanalyticsapikey": "9", "googleanalyticsstyle": "0",
    "htmlemail": "Y", "ipaddr": "N", "ipanonymize": "N", "listpublic": "N", "navigationdelay": "0", "nokeyboard": "N",
    "printanswers": "N", "publicgraphs": "N", "publicstatistics": "N", "questionindex": "0", "refurl": "N",
    "sendconfirmation": "Y", "showgroupinfo": "B", "shownoanswer": "Y", "showprogress": "Y", "showqnumcode": "X",
    "showsurveypolicynotice": "0", "showwelcome": "Y", "showxquestions": "Y", "tokenanswerspersistence": "N",
    "usecaptcha": "N", "usecookie": "N", "usetokens": "N", "alloweditaftercompletion": "N",
}  # fmt: skip
KNOWN_TEXTS = frozenset({
    "surveyls_title", "surveyls_description", "surveyls_welcometext", "surveyls_dateformat", "surveyls_numberformat",
    "surveyls_attributecaptions", "surveyls_alias",
})  # fmt: skip
MAILS = "surveyls_email_"
KNOWN_TABLES = frozenset({
    "groups", "questions", "subquestions", "answers", "question_attributes", "conditions", "defaultvalues", "surveys",
    "surveys_languagesettings", "group_l10ns", "question_l10ns", "answer_l10ns", "defaultvalue_l10ns", "labels",
    "labelsets", "quota_languagesettings", "quota_members", "themes", "themes_inherited", "plugin_settings",
    "languages",
})  # fmt: skip
WHY_TABLES = {
    "quota": "Stop a wave by its progress: answers are never turned away here.",
    "assessments": "Points are computed after the wave, as indicators.",
    "survey_url_parameters": "Values of the link are variables of the frame.",
}


def losses_of(survey: Survey, tables: Tables) -> Iterator[Loss]:
    """A loss for each kind of thing that was not taken, with where it stands first."""
    yield from settings_lost(survey)
    for name, rows in tables.items():
        if name not in KNOWN_TABLES and rows:
            why = WHY_TABLES.get(name, "It has no counterpart here.")
            yield Loss(f"table {name}", counted(len(rows), "row"), why)
    points = sum(row.get("assessment_value", "0") not in ("", "0") for row in tables.get("answers", ()))
    if points:
        yield Loss("table answers", counted(points, "assessment value"), WHY_TABLES["assessments"])
    yield from questions_lost(survey)
    for group in survey.groups:
        if group.random:
            name = next(iter(group.title.values()), group.id)
            yield Loss(f"group {name[:60]}", "the random order", "Pages keep their order.")


def settings_lost(survey: Survey) -> Iterator[Loss]:
    for name, value in survey.settings.items():
        if name in KNOWN_SETTINGS or value in NOTHING or value == USUAL.get(name):
            continue
        yield Loss(f"survey setting {name}", value[:80], "The wave decides how it is asked, not the questionnaire.")
    for name, texts in survey.texts.items():
        if name in KNOWN_TEXTS or not any(texts.values()):
            continue
        why = "Mails are written with the wave." if name.startswith(MAILS) else "The platform has its own page for it."
        yield Loss(f"survey text {name}", counted(len(texts), "text"), why)


def questions_lost(survey: Survey) -> Iterator[Loss]:
    found: dict[tuple[str, str], list[str]] = {}
    for question in survey.questions:
        for name, values in question.attributes.items():
            if not is_taken(question, name) and any(value not in NOTHING for value in values.values()):
                found.setdefault((f"attribute {name}", "Nothing here does the same."), []).append(question.place)
        marks: Mapping[str, tuple[bool, str]] = {
            "the pattern of answers": (bool(question.pattern), "Authors write no patterns: write an edit."),
            "the script": (bool(question.script), "Questions hold no scripts."),
            "the default answer": (question.default and not question.more, "Nobody answers for others."),
        }
        for what, (there, why) in marks.items():
            if there:
                found.setdefault((what, why), []).append(question.place)
    for (what, why), places in found.items():
        often = f" ({len(places)} times in all)" if len(places) > 1 else ""
        yield Loss(places[0], f"{what}{often}", why)


def is_taken(question: Question, name: str) -> bool:
    if name == "equals_num_value" and question.attribute(name) != "100":
        return False
    if name == "prefix" and "suffix" in question.attributes:
        return False
    types = TAKEN.get(name)
    return types is not None and (not types or question.type in types)


def counted(number: int, thing: str) -> str:
    return f"{number} {thing}{'s' if number != 1 else ''}"
