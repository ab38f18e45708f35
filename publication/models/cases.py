"""The case collection: cards that respondents agreed to share. What is public stands in tables of its own.

`Case` is the desk's: drafts, states, the private address of the contact. `PublishedCase` and `AdoptionStep` are all
that public pages read; nothing in them leads to a draft, an answer or an address that is not shown.
"""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from publication.models.releases import PublishedIsFrozen
from surveys.models import Country, MessageState, Programme, Sector, Unit, Wave
from surveys.models.programme import ScopedQuerySet


class CaseSubject(models.TextChoices):
    """Which of the respondent's innovations the card is about: each gives one card."""

    NEWEST = "newest", _("The newest innovation")
    FAILED = "failed", _("The innovation that was stopped")


class Standing(models.TextChoices):
    IN_USE = "in_use", _("In use")
    STOPPED = "stopped", _("Stopped")
    FAILED = "failed", _("Failed")


class CaseState(models.TextChoices):
    """Where the draft stands. A version that is published stays public whatever happens to the next draft."""

    DRAFT = "draft", _("Being written")
    ASKED = "asked", _("Waits for the respondent")
    CHANGE_ASKED = "change_asked", _("The respondent asks for a change")
    APPROVED = "approved", _("Approved by the respondent")
    PUBLISHED = "published", _("Published")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Case(models.Model):
    """A card on its way. `card` is what will stand, word for word; `contact_mail` is told when somebody wants to copy.

    It hangs on the register's unit and never on the sampled unit: when the key between answers and named workplaces
    is destroyed, the case no longer leads to the answers either.
    """

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="cases")
    wave = models.ForeignKey(Wave, on_delete=models.PROTECT, related_name="cases")
    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.SET_NULL, related_name="cases")
    subject = models.CharField(max_length=10, choices=CaseSubject.choices)
    state = models.CharField(max_length=12, choices=CaseState.choices, default=CaseState.DRAFT)
    card = models.JSONField(default=dict, help_text="As publication.actions.case_cards describes; empty once withdrawn")
    contact_mail = models.EmailField(blank=True, help_text="Given by the respondent; shown only where the card has it")
    wish = models.TextField(blank=True, help_text="The change the respondent asks for")
    approved_hash = models.CharField(max_length=64, blank=True, help_text="Of the card the respondent approved")
    constructed = models.BooleanField(default=False)
    edited_by = models.ForeignKey("surveys.User", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey("surveys.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["wave", "unit", "subject"], name="case_once"),
            models.CheckConstraint(
                condition=~Q(state="approved") | (~Q(approved_hash="") & Q(approved_at__isnull=False)),
                name="case_approved_hash_and_at",
            ),
            models.CheckConstraint(
                condition=~Q(state="withdrawn") | Q(contact_mail="", withdrawn_at__isnull=False),
                name="case_withdrawn_keeps_no_address",
            ),
            models.CheckConstraint(condition=~Q(published_by=models.F("edited_by")), name="case_published_by_another"),
        ]

    def __str__(self) -> str:
        return f"case {self.pk}"

    @property
    def title(self) -> str:
        """In the language the card was written in; empty for a withdrawn one."""
        language = self.card.get("language", "")
        return str(self.card.get("texts", {}).get(language, {}).get("title", ""))


class PublishedCaseQuerySet(models.QuerySet["PublishedCase"]):
    def shown(self) -> "PublishedCaseQuerySet":
        """What everybody may see: of each case the newest version, and none that was withdrawn."""
        return self.filter(current=True, withdrawn_at__isnull=True)

    def update(self, **values: Any) -> int:
        raise PublishedIsFrozen("A published card never changes. Publish a new version, or withdraw the case.")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise PublishedIsFrozen("A published card is not deleted. Withdraw the case: a mark without content stays.")

    def step_back(self) -> int:
        """Give way to a newer version. For `publication.actions.cases` alone."""
        return super().update(current=False)

    def empty(self, *, at: Any) -> int:
        """Leave a mark without content. For `publication.actions.cases` alone."""
        return super().update(
            document={}, words="", marks="", country="", sector="", standing="", novelty="", withdrawn_at=at
        )


class PublishedCase(models.Model):
    """One published version of a card: a frozen document. The list, the card's page and the API show the current one.

    `number` is the permanent address. `words` is what the search looks through, in small letters; `marks` holds
    |type:code| and |value:code| for the filters.
    """

    number = models.PositiveIntegerField()
    version = models.PositiveIntegerField()
    current = models.BooleanField(default=True)
    document = models.JSONField()
    content_hash = models.CharField(max_length=64)
    country = models.CharField(max_length=2, choices=Country.choices, blank=True)
    sector = models.CharField(max_length=20, choices=Sector.choices, blank=True)
    standing = models.CharField(max_length=10, choices=Standing.choices, blank=True)
    novelty = models.CharField(max_length=20, blank=True)
    marks = models.TextField(blank=True)
    words = models.TextField(blank=True)
    published_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = PublishedCaseQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["number", "version"], name="case_version_once"),
            models.UniqueConstraint(fields=["number"], condition=Q(current=True), name="case_current_once"),
        ]

    def __str__(self) -> str:
        return f"case {self.number}, version {self.version}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise PublishedIsFrozen("A published card never changes. Publish a new version, or withdraw the case.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise PublishedIsFrozen("A published card is not deleted. Withdraw the case: a mark without content stays.")


class AdoptionState(models.TextChoices):
    WANTS = "wants", _("Wants to copy")
    COPYING = "copying", _("Is copying")
    IN_USE = "in_use", _("Has it in use")
    ADAPTED = "adapted", _("Has adapted it and uses it")
    STOPPED = "stopped", _("Has stopped")


class AdoptionQuerySet(models.QuerySet["Adoption"]):
    def confirmed(self) -> "AdoptionQuerySet":
        return self.filter(confirmed_at__isnull=False)


class Adoption(models.Model):
    """Somebody who wants to copy a case. Who it is stands here alone: public pages show the organisation's steps."""

    number = models.PositiveIntegerField(help_text="Of the case", db_index=True)
    form = models.CharField(max_length=36, unique=True, help_text="Made with the form: a repeated post changes nothing")
    organisation = models.CharField(max_length=120)
    name = models.CharField(max_length=120)
    mail = models.EmailField()
    message = models.TextField(blank=True)
    language = models.CharField(max_length=10)
    created_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)

    objects = AdoptionQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"adoption {self.pk} of case {self.number}"


class AdoptionStep(models.Model):
    """One step of the adoption trail: an organisation, what it does with the case, since when. Public."""

    adoption = models.ForeignKey(Adoption, on_delete=models.CASCADE, related_name="steps")
    number = models.PositiveIntegerField(help_text="Of the case", db_index=True)
    organisation = models.CharField(max_length=120)
    state = models.CharField(max_length=10, choices=AdoptionState.choices)
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.state} case {self.number}"


class CaseLink(models.Model):
    """A personal link of a case's respondent or of an adopter: its keyed hash alone. Earlier links stay valid."""

    token_hash = models.CharField(max_length=64, unique=True)
    case = models.ForeignKey(Case, null=True, blank=True, on_delete=models.CASCADE, related_name="links")
    adoption = models.ForeignKey(Adoption, null=True, blank=True, on_delete=models.CASCADE, related_name="links")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(case__isnull=True, adoption__isnull=False) | Q(case__isnull=False, adoption__isnull=True),
                name="case_link_of_one",
            )
        ]

    def __str__(self) -> str:
        return f"link {self.pk}"


class CaseMailKind(models.TextChoices):
    APPROVAL = "approval", _("Asks the respondent to approve the card")
    CONFIRMATION = "confirmation", _("Asks who wants to copy to confirm")
    WISH = "wish", _("Tells the contact who wants to copy")


class CaseMail(models.Model):
    """A mail to send. It holds no address and no link: both are looked up or made when it is sent."""

    kind = models.CharField(max_length=12, choices=CaseMailKind.choices)
    case = models.ForeignKey(Case, null=True, blank=True, on_delete=models.CASCADE, related_name="mails")
    adoption = models.ForeignKey(Adoption, null=True, blank=True, on_delete=models.CASCADE, related_name="mails")
    state = models.CharField(max_length=10, choices=MessageState.choices, default=MessageState.QUEUED)
    error = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
