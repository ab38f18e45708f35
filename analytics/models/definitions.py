"""The definitions a run was made with, frozen beside it."""

from django.db import models


class DefinitionSet(models.Model):
    """Indicators, factors and indices as one canonical document, stored once for each content."""

    content_hash = models.CharField(max_length=64, unique=True)
    document = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.content_hash[:12]
