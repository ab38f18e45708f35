"""A questionnaire brought in as a file, and what came of it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from surveys.actions import questionnaire_imports as actions
from surveys.models import QuestionnaireImport
from surveys.permissions import Permission, requires
from surveys.views.desk.questionnaire_forms import QuestionnaireFileForm
from surveys.views.desk.questionnaire_parts import counted
from surveys.views.desk.scope import programme_of, staff


@requires(Permission.EDIT_QUESTIONNAIRE)
def upload(request: HttpRequest, slug: str) -> HttpResponse:
    programme = programme_of(request, slug, Permission.EDIT_QUESTIONNAIRE)
    form = QuestionnaireFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            made = actions.request_import(
                programme=programme,
                kind=form.cleaned_data["kind"],
                name=str(file.name),
                content=file.read(),
                replace=form.cleaned_data["replace"],
                by=staff(request),
            )
        except actions.ImportRefused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The file is kept and is being read."))
            return redirect("surveys:questionnaire-import", slug, made.pk)
    return render(request, "surveys/desk_questionnaire_upload.html", {"programme": programme, "form": form})


@requires(Permission.VIEW_DESK)
def followed(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """How the import stands; while it goes on the page follows it."""
    rows = QuestionnaireImport.objects.visible_to(staff(request)).select_related("programme", "instrument", "job")
    made = get_object_or_404(rows.defer("upload", "instrument__document"), programme__slug=slug, pk=pk)
    context = {
        "programme": made.programme,
        "made": made,
        "job": made.job,
        "taken": counted(made.taken),
        "lost": made.lost,
        "assumed": made.assumed,
    }
    return render(request, "surveys/desk_questionnaire_import.html", context)
