"""Slides and workbook of a release, in the languages of its questionnaire, beside the bundle."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import translation

from publication.figures.reading import Document
from publication.formats.xlsx import SpreadsheetError
from publication.models import Release, ReleaseFile
from publication.work.bundle import SHEET, FileRefused, made
from publication.work.editions import edition
from publication.work.material import Material
from publication.work.slide_space import SlideTooFull
from publication.work.slides import slides
from publication.work.workbook import workbook

SLIDES = "application/vnd.openxmlformats-officedocument.presentationml.presentation"


def presentations(
    release: Release, material: Material, documents: Sequence[Document], quality: Mapping[str, Any]
) -> list[ReleaseFile]:
    """`slides.<language>.pptx` and `workbook.<language>.xlsx`, not saved yet, in the order of their paths.

    quality: the quality declaration of the release, by language.

    Raises:
        FileRefused: a text is too long for a slide or a cell; says which and in which language.
    """
    files = [file for language in languages(release, material) for file in _in(language, release, documents, quality)]
    return sorted(files, key=lambda file: file.path)


def languages(release: Release, material: Material) -> tuple[str, ...]:
    """The release's first language, and those of its others in which the questions were asked."""
    asked = release.run.wave.languages
    return tuple(one for one in material.languages if one == material.languages[0] or one in asked)


def _in(
    language: str, release: Release, documents: Sequence[Document], quality: Mapping[str, Any]
) -> tuple[ReleaseFile, ReleaseFile]:
    with translation.override(language):
        told = edition(release, documents, quality, language)
        try:
            return (
                made(f"slides.{language}.pptx", SLIDES, slides(told)),
                made(f"workbook.{language}.xlsx", SHEET, workbook(told)),
            )
        except (SlideTooFull, SpreadsheetError) as error:
            raise FileRefused(f"slides and workbook ({language}): {error}") from error
