"""The questions of the workplace instrument as the constructed population answers them."""

from collections.abc import Mapping

from barometer.demo.calibrate import Several

TYPES = ("process_organisation", "product", "communication", "service")
FACTORS = (
    "focus_on_safe_operation",
    "handling_of_mistakes",
    "cooperation_across_workplace",
    "new_technology",
    "limited_finances",
    "employees_participation",
    "users_citizens_participation",
    "political_decisions",
    "legislation",
    "private_companies",
    "voluntary_organisations",
    "knowledge_institutions",
)
STATEMENTS = (
    "new_paths",
    "learn_mistakes",
    "new_ideas_valued",
    "citizen_view",
    "reuse_ok",
    "cooperation",
    "time",
    "leaders_support",
)
STARTERS = (
    "employees",
    "users_citizens",
    "private_companies",
    "political_leadership",
    "voluntary_organisations",
    "knowledge_institutions",
    "other_public",
    "finances",
    "legislation",
    "technology",
    "other",
    "leaders",
)
PARTNERS = (
    "municipal_other",
    "regional",
    "state",
    "knowledge_institutions",
    "citizens",
    "voluntary_organisations",
    "private_companies",
    "foundations",
    "own_organisation",
)
UNKNOWN = ("dont_know",)

# Of each question with one choice: the options with a share of their own; the rest answer the last one.
ONE_CHOICE: Mapping[str, tuple[str, ...]] = {
    "respondent_role": ("development", "other", "leader"),
    "stopped": ("yes", "dont_know", "no"),
    "unfinished": ("yes", "dont_know", "no"),
    "novelty": ("first", "copied", "dont_know", "adapted"),
    "practice": ("break", "dont_know", "further_development"),
    "core_task": ("future", "no", "dont_know", "current"),
    "purpose": ("fixed_changed", "not_fixed", "dont_know", "fixed_kept"),
    "technology": ("is_technology", "important", "none", "dont_know", "lesser"),
    "evaluation": ("external", "internal", "ongoing", "dont_know", "no"),
    "spread": ("yes", "dont_know", "no"),
    "procurement": ("yes", "dont_know", "no"),
    "contact_consent": ("yes", "dont_know", "no"),
}
CHANNELS = Several(
    "channels",
    (
        "conference_course",
        "media_publication",
        "own_organisation",
        "supplier",
        "central_body",
        "other",
        "professional_network",
    ),
    UNKNOWN,
)
FUNDING = Several(
    "funding",
    ("parent", "innovation_fund", "public_external", "private_external", "no_cost", "other", "own_budget"),
    UNKNOWN,
)
VALUES = Several(
    "values",
    (
        "efficiency",
        "avoided_costs",
        "employee_satisfaction",
        "citizen_influence",
        "political_goals",
        "business_value",
        "sustainability",
        "quality",
    ),
    ("too_early", "none", "dont_know"),
)
PHASES = Several("phases", ("idea", "test", "implementation", "evaluation_spreading", "other", "development"), UNKNOWN)
SPREAD_HOW = Several("spread_how", ("network", "conference", "media", "case_collection", "other", "own_organisation"))
UNFINISHED_TYPES = Several("unfinished_types", TYPES, UNKNOWN)
# Answers that no routing hangs on: a few of them are left open, as respondents do.
LEFT_OPEN = ("practice", "core_task", "purpose", "technology", "evaluation", "stopped", "respondent_role")
