"""The publication desk: prepare a release, see what would be public and what is withheld."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from analytics.models import Run
from publication.actions import releases as actions
from publication.disclosure.lattice import from_document
from publication.models import Release, ReleaseState
from publication.queries import publishable, releases_of, replaceable, runs_of, runs_to_release
from publication.views.protection import reasons_counted
from publication.views.release_forms import NODE_NAMES, EmbargoForm, PlanForm, WithdrawalForm
from publication.views.release_review import attack_in_words, difference, lines
from publication.views.scope import release_of, staff, wave_of
from surveys.permissions import Permission, requires


@requires(Permission.VIEW_DESK)
def releases(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    wave = wave_of(request, slug, code, Permission.VIEW_DESK)
    found = list(releases_of(wave))
    context = {
        "programme": wave.programme,
        "wave": wave,
        "releases": found,
        "runs": list(runs_to_release(wave)),
        "replaceable": replaceable(wave).exists(),
        "may_request": staff(request).may(Permission.REQUEST_RELEASE, wave.programme),
        "running": any(_is_being_built(release) for release in found),
    }
    return render(request, "publication/desk_releases.html", context)


@requires(Permission.REQUEST_RELEASE)
def new_release(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """The form of a draft, with the usual cubes chosen; a POST makes the draft."""
    wave = wave_of(request, slug, code, Permission.REQUEST_RELEASE)
    number = request.GET.get("run", "")
    run = get_object_or_404(runs_of(wave), pk=int(number) if number.isdecimal() else 0)
    offered = list(replaceable(wave))
    data = request.POST if request.method == "POST" else None
    form = PlanForm(data, indicators=publishable(run), replaceable=offered)
    if form.is_valid():
        try:
            release = _drafted(run, form, offered, request)
            return redirect("publication:desk-release", slug, release.number)
        except actions.ReleaseError as error:
            form.add_error(None, str(error))
    context = {"programme": wave.programme, "wave": wave, "run": run, "form": form}
    return render(
        request, "publication/desk_new_release.html", context, status=200 if form.is_valid() or not data else 400
    )


def _drafted(run: Run, form: PlanForm, offered: list[Release], request: HttpRequest) -> Release:
    chosen = form.cleaned_data
    return actions.draft(
        run=run,
        plan=form.plan(),
        replaces=next((one for one in offered if one.pk == chosen["replaces"]), None),
        relation=chosen["relation"],
        reason=chosen["reason"],
        by=staff(request),
    )


@requires(Permission.VIEW_RUN)
def release(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    shown = release_of(request, slug, number, Permission.VIEW_RUN)
    context = {
        "programme": shown.programme,
        "wave": shown.run.wave,
        "release": shown,
        "plan": _plan_in_words(shown),
        "running": _is_being_built(shown),
        "protection": reasons_counted(shown.protection),
        "attack": attack_in_words(shown.protection),
        "difference": difference(shown),
        "tables": lines(shown),
        "embargo_form": EmbargoForm(),
        "withdrawal_form": WithdrawalForm(initial={"hides_numbers": hasattr(shown, "withdrawal")}),
        **_steps(shown, request),
    }
    return render(request, "publication/desk_release.html", context)


def _steps(shown: Release, request: HttpRequest) -> dict[str, bool]:
    """What this person may do with the release now."""
    user, programme, state = staff(request), shown.programme, shown.state
    asks = user.may(Permission.REQUEST_RELEASE, programme)
    decides = user.may(Permission.APPROVE_RELEASE, programme)
    publishes = user.may(Permission.PUBLISH_RELEASE, programme)
    waits = state == ReleaseState.EMBARGOED and not shown.is_seen()
    told = getattr(shown, "withdrawal", None)
    return {
        "is_own": shown.requested_by_id == user.pk,
        "may_build": asks and state == ReleaseState.DRAFT,
        "may_decide": decides and state == ReleaseState.CHECKED,
        "may_take_back": decides and state == ReleaseState.APPROVED and shown.requested_by_id != user.pk,
        "may_publish": publishes and state == ReleaseState.APPROVED,
        "may_embargo": publishes and (waits or state == ReleaseState.APPROVED),
        "may_stop": publishes and waits,
        "may_make_reports": shown.is_seen() and user.may(Permission.MAKE_REPORTS, programme),
        "may_withdraw": publishes and shown.is_seen() and not (told is not None and told.hides_numbers),
    }


def _plan_in_words(shown: Release) -> list[tuple[str, str]]:
    """Each node of the plan with what was chosen."""
    if not shown.plan:
        return []
    plan = from_document(shown.plan)
    titles = {one.key: one.title for one in publishable(shown.run)}
    return [
        (str(name), ", ".join(titles.get(key, key) for key in plan.cubes.get(node, ())) or "–")
        for node, name in NODE_NAMES.items()
    ]


def _is_being_built(release: Release) -> bool:
    return release.state == ReleaseState.REQUESTED and bool(release.job and not release.job.has_ended)
