"""The public entrance. It reads release tables and nothing else: the guard on the connection proves it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from publication.queries import every_shown
from publication.views.everybody import everybodys, in_language_asked_for

__all__ = ["everybodys", "home", "in_language_asked_for", "results"]


@everybodys
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "publication/home.html", {"releases": every_shown()})


@everybodys
def results(request: HttpRequest) -> HttpResponse:
    return render(request, "publication/results.html", {"releases": every_shown()})
