"""Frames: the list, the upload, and what came of it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from surveys.actions import frames as actions
from surveys.models import Programme
from surveys.permissions import Permission, requires
from surveys.queries import units_by_sector_and_size
from surveys.views.desk.findings import say
from surveys.views.desk.forms import FrameForm
from surveys.views.desk.scope import frame_of, programme_of, staff


@requires(Permission.VIEW_DESK)
def frames(request: HttpRequest, slug: str) -> HttpResponse:
    programme = programme_of(request, slug, Permission.VIEW_DESK)
    rows = programme.frames.defer("upload", "warnings", "errors")
    may_load = staff(request).may(Permission.LOAD_FRAME, programme)
    return render(request, "surveys/desk_frames.html", {"programme": programme, "frames": rows, "may_load": may_load})


@requires(Permission.LOAD_FRAME)
def upload(request: HttpRequest, slug: str) -> HttpResponse:
    programme = programme_of(request, slug, Permission.LOAD_FRAME)
    form = FrameForm(request.POST or None, request.FILES or None, initial={"constructed": programme.constructed})
    if request.method == "POST" and form.is_valid():
        answer = _store(request, programme, form)
        if answer is not None:
            return answer
    return render(request, "surveys/desk_frame_upload.html", {"programme": programme, "form": form})


def _store(request: HttpRequest, programme: Programme, form: FrameForm) -> HttpResponse | None:
    """Ask for the import; what the action refuses is said in the form."""
    fields = dict(form.cleaned_data)
    content = fields.pop("file").read()
    try:
        frame = actions.request_import(programme=programme, content=content, by=staff(request), **fields)
    except actions.FrameError as error:
        form.add_error(None, str(error))
        return None
    messages.success(request, _("The file is kept and is being read."))
    return redirect("surveys:frame", programme.slug, frame.pk)


@requires(Permission.VIEW_DESK)
def frame(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    shown = frame_of(request, slug, pk, Permission.VIEW_DESK)
    context = {
        "programme": shown.programme,
        "frame": shown,
        "job": shown.job,
        "errors": say(shown.errors),
        "warnings": say(shown.warnings),
        "sectors": units_by_sector_and_size(shown),
    }
    return render(request, "surveys/desk_frame.html", context)
