"""Microdata files for researchers: ask, see the risk report, download under one's own name."""

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _

from publication.actions import microdata as actions
from publication.models import MicrodataState
from publication.queries import dataset_of, microdata_files
from publication.views.scope import staff, wave_of
from publication.views.steps import Steps
from surveys.models import User, Wave
from surveys.permissions import Permission, requires


@requires(Permission.BUILD_MICRODATA)
def files(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    wave = wave_of(request, slug, code, Permission.BUILD_MICRODATA)
    found = list(microdata_files(staff(request), wave))
    context = {
        "programme": wave.programme,
        "wave": wave,
        "dataset": dataset_of(wave),
        "files": found,
        "running": any(
            file.state == MicrodataState.REQUESTED and file.job and not file.job.has_ended for file in found
        ),
    }
    return render(request, "publication/desk_microdata.html", context)


def _request(*, wave: Wave, by: User) -> None:
    dataset = dataset_of(wave)
    if dataset is None:
        raise actions.MicrodataError(_("The wave has no frozen dataset yet. A finished run makes one."))
    actions.request(dataset=dataset, by=by)


_of = Steps("publication:microdata", ("slug", "code"), "wave", wave_of, (actions.MicrodataError,))
request_file = _of.step(Permission.BUILD_MICRODATA, _request, _("The file is being built."))


@requires(Permission.DOWNLOAD_MICRODATA)
def download(request: HttpRequest, slug: str, code: str, pk: int) -> HttpResponseBase:
    wave = wave_of(request, slug, code, Permission.DOWNLOAD_MICRODATA)
    file = get_object_or_404(microdata_files(staff(request), wave), pk=pk)
    try:
        path = actions.hand_out(file=file, by=staff(request))
    except actions.MicrodataError as error:
        messages.error(request, str(error))
        return redirect("publication:microdata", slug, code)
    name = f"{wave.programme.slug}-{wave.code}-microdata.zip"
    return FileResponse(path.open("rb"), as_attachment=True, filename=name, content_type="application/zip")
