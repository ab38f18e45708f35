"""Questionnaires from and to LimeSurvey: `.lss` of both generations and tab-separated in, tab-separated out.

Both ways:
    expression_grammar    the text of an expression into parts without meaning
    names_and_codes       what the names in expressions mean, short codes for our keys, keys of ours for its codes

Reading, from the file to our document:
    reading_files         a `.lss` or tab-separated file to tables
    reading_tables        the tables to a survey of groups, questions, rows and answers
    reading_questions     what each type of question becomes
    reading_expressions   the rule that an expression states
    reading_rules         the rules of a survey wherever they stand: relevance, older conditions, equations, checks
    reading_texts         markup and expressions in texts to plain text with placeholders; labels LimeSurvey supplies
    reading_survey        the document, put together
    reading_losses        what has no place in our document
    reading_leftovers     what the tables hold and nobody reads

Writing, from our document to the file:
    writing_layout        which questions our items become, and their codes
    writing_questions     the lines of one question, its rows and its answers
    writing_rules         our rules as expressions
    writing_texts         our texts as markup with expressions
    writing_tsv           the file, put together and read back
"""

from surveys.instrument.limesurvey.reading_files import MAX_BYTES
from surveys.instrument.limesurvey.reading_survey import read_limesurvey
from surveys.instrument.limesurvey.writing_tsv import short_codes, write_tsv

__all__ = ["MAX_BYTES", "read_limesurvey", "short_codes", "write_tsv"]
