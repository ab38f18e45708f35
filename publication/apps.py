from typing import Any

from django.apps import AppConfig
from django.core.checks import Tags, register


class PublicationConfig(AppConfig):
    name = "publication"

    def ready(self) -> None:
        # Models may be imported only now.
        from publication.figures.boundaries import check_boundaries
        from surveys.models import key_destroyed

        register(check_boundaries, Tags.files)

        key_destroyed.connect(_destroy_reports, dispatch_uid="publication.destroy_reports")


def _destroy_reports(*, wave: Any, **_sent: Any) -> None:
    from publication.actions import reports

    reports.destroy(wave=wave)
