"""Registers: programmes, accounts and roles. What is frozen or has an audit trail is shown and never changed here."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.db.models import Model
from django.http import HttpRequest

from surveys.models import AuditEvent, InstrumentVersion, Programme, Role, User

if TYPE_CHECKING:  # these classes take a parameter for the type checker only
    Inline = admin.TabularInline[Role, User]
    Account = UserAdmin[User]
    Register = admin.ModelAdmin[Programme]
    Frozen = admin.ModelAdmin[Any]
else:
    Inline, Account, Register, Frozen = admin.TabularInline, UserAdmin, admin.ModelAdmin, admin.ModelAdmin


class RoleInline(Inline):
    model = Role
    extra = 1


@admin.register(User)
class Accounts(Account):
    inlines = [RoleInline]


@admin.register(Programme)
class Programmes(Register):
    list_display = ("slug", "contact_email", "constructed")

    def get_readonly_fields(self, request: HttpRequest, obj: Programme | None = None) -> tuple[str, ...]:
        """The slug keys the pseudonyms, and constructed data stay so: both stand from the start."""
        return ("slug", "constructed") if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: Programme | None = None) -> bool:
        return False


class ReadOnly(Frozen):
    """Shown, never changed."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(InstrumentVersion)
class InstrumentVersions(ReadOnly):
    list_display = ("programme", "key", "version", "fielded_at", "content_hash")
    list_select_related = ("programme",)
    exclude = ("document",)


@admin.register(AuditEvent)
class AuditEvents(ReadOnly):
    list_display = ("at", "action", "actor", "programme_id", "subject", "subject_id")
    list_filter = ("action",)
