"""People who sign in, and what they may do in which programme."""

from django.contrib.auth.models import AbstractUser
from django.db import models

from surveys.models.programme import Programme
from surveys.permissions import ROLE_PERMISSIONS, Permission, RoleName


def roles_with(permission: Permission) -> list[str]:
    return [role for role, permissions in ROLE_PERMISSIONS.items() if permission in permissions]


class User(AbstractUser):
    """A member of staff. Respondents have no account."""

    def may(self, permission: Permission, programme: Programme) -> bool:
        return self.roles.filter(programme=programme, role__in=roles_with(permission)).exists()

    def permissions_in(self, programme: Programme) -> frozenset[Permission]:
        roles = self.roles.filter(programme=programme).values_list("role", flat=True)
        return frozenset(permission for role in roles for permission in ROLE_PERMISSIONS[role])

    def may_anywhere(self, permission: Permission) -> bool:
        return self.roles.filter(role__in=roles_with(permission)).exists()


class Role(models.Model):
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="roles")
    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="roles")
    role = models.CharField(max_length=20, choices=RoleName.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "programme", "role"], name="role_once")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role} in {self.programme_id}"
