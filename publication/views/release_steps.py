"""The steps of a release, one button each: build, decide, publish, embargo, stop, withdraw."""

from django.utils.translation import gettext_lazy as _

from publication.actions import releases as actions
from publication.views.release_forms import EmbargoForm, NoteForm, RejectionForm, WithdrawalForm
from publication.views.scope import release_of
from publication.views.steps import Steps
from surveys.permissions import Permission

_of = Steps("publication:desk-release", ("slug", "number"), "release", release_of, (actions.ReleaseError,))

build = _of.step(Permission.REQUEST_RELEASE, actions.request, _("The tables are being built, protected and attacked."))
discard = _of.step(Permission.REQUEST_RELEASE, actions.discard, _("The draft is given up."))
approve = _of.step(
    Permission.APPROVE_RELEASE, actions.approve, _("The release is approved. Publish it when it is time."), NoteForm
)
reject = _of.step(Permission.APPROVE_RELEASE, actions.reject, _("The release is rejected."), RejectionForm)
publish = _of.step(Permission.PUBLISH_RELEASE, actions.publish, _("The release is published."))
embargo = _of.step(
    Permission.PUBLISH_RELEASE,
    actions.embargo,
    _("The release is embargoed: at its minute everybody sees it."),
    EmbargoForm,
)
stop = _of.step(
    Permission.PUBLISH_RELEASE, actions.stop, _("The release is stopped: it is approved, and has no minute.")
)
withdraw = _of.step(
    Permission.PUBLISH_RELEASE,
    actions.withdraw,
    _("The release is withdrawn: its page says so, and why."),
    WithdrawalForm,
)
