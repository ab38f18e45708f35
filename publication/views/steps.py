"""A step of the desk: one button, one action, a message that says how it went, and back to the page of the button."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.views.decorators.http import require_POST

from publication.views.scope import staff
from surveys.permissions import Permission, requires

View = Callable[..., HttpResponse]


@dataclass(frozen=True)
class Steps:
    """What is the same for all buttons of a page.

    `find(request, permission=..., **address)` gives the object of the address where this person may take the step, or
    answers 404. An action takes it by the name `changes`. A refusal of the action is a message and no error.
    """

    page: str
    names: tuple[str, ...]  # the parts of a step's address that the address of the page has too
    changes: str
    find: Callable[..., Any]
    refusals: tuple[type[Exception], ...]

    def step(
        self,
        permission: Permission,
        action: Callable[..., object],
        done: str | Promise,
        form: type[Form] = Form,
    ) -> View:
        """The view of one button; the action gets what the form holds too, by the names of its fields."""

        @requires(permission)
        @require_POST
        def view(request: HttpRequest, **address: Any) -> HttpResponse:
            found = self.find(request, permission=permission, **address)
            filled = form(request.POST)
            if filled.is_valid():
                asked = {self.changes: found, **filled.cleaned_data}
                self._carry_out(request, done, lambda: action(**asked, by=staff(request)))
            for name, errors in filled.errors.items():
                messages.error(request, f"{filled.fields[name].label}: {' '.join(map(str, errors))}")
            return redirect(self.page, *(address[name] for name in self.names))

        return view

    def _carry_out(self, request: HttpRequest, done: str | Promise, action: Callable[[], object]) -> None:
        try:
            action()
            messages.success(request, str(done))
        except self.refusals as error:
            messages.error(request, str(error))
