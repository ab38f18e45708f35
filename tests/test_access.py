"""Who may open what: every address by every role, in the own programme and in another one.

One row for each URL name of ours. A URL without a row fails `test_every_address_has_a_row`; a row without a URL too.

To add your addresses, append rows to ROWS:

    Row("analytics:runs", args=(SLUG, WAVE), administrator=200, publisher=200, researcher=403),

- `args` are the positional arguments; SLUG, WAVE, FRAME, PLAN and what you add to `Objects` stand for the objects of
  the programme that is asked for. Build yours in `objects_of`; keep it small.
- `stranger` is by default 302 to the sign-in page; public pages name their own.
- the statuses of the roles are those in their own programme; in another programme a 200, 302 or 409 becomes 404 (the
  object is not found) and a 403 stays. Addresses without a programme in them set `scoped=False`.
- `method="post"` asks with a POST and an empty body; CSRF is off in the test client.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from surveys.models import PrintedForm, Programme, User, Wave
from surveys.permissions import Permission, RoleName
from tests import make

pytestmark = pytest.mark.django_db

SLUG, WAVE, FRAME, PLAN, RUN, RELEASE = "slug", "wave", "frame", "plan", "run", "release"
CASE = "case"
VERSION, IMPORT = "version", "import"
CODING, OWN_CODING, ENTRY = "closed coding", "the administrator's open coding", "entry"
NOT_OURS = {"admin"}  # Django's own pages: only their index is asked for


@dataclass(frozen=True)
class Row:
    """The expected status of an address for each role, in the own programme."""

    name: str
    args: tuple[str, ...] = ()
    method: str = "get"
    stranger: int = 302
    administrator: int = 403
    publisher: int = 403
    researcher: int = 403
    scoped: bool = True
    to_sign_in: bool = True


def everybody(name: str, *args: str, status: int = 200, method: str = "get") -> Row:
    return Row(
        name,
        args,
        method=method,
        stranger=status,
        administrator=status,
        publisher=status,
        researcher=status,
        scoped=False,
        to_sign_in=False,
    )


def desk(name: str, *args: str) -> Row:
    """A page that every role of the programme may read."""
    return Row(name, args, administrator=200, publisher=200, researcher=200)


ROWS = [
    # the project itself
    everybody("health"),
    everybody("robots"),
    everybody("sign-in"),
    everybody("sign-out", method="post", status=302),
    everybody("language", "nb", status=302),
    Row("admin:index", administrator=302, publisher=302, researcher=302, scoped=False, to_sign_in=False),
    # the survey desk
    Row("surveys:desk", administrator=200, publisher=200, researcher=200, scoped=False),
    desk("surveys:desk-programme", SLUG),
    Row("surveys:wave-new", (SLUG,), administrator=200),
    desk("surveys:frames", SLUG),
    Row("surveys:frame-upload", (SLUG,), administrator=200),
    desk("surveys:frame", SLUG, FRAME),
    desk("surveys:wave", SLUG, WAVE),
    Row("surveys:field-instrument", (SLUG, WAVE), method="post", administrator=302),
    Row("surveys:open", (SLUG, WAVE), method="post", administrator=302),
    Row("surveys:close", (SLUG, WAVE), administrator=200),
    desk("surveys:wave-languages", SLUG, WAVE),
    Row("surveys:wave-waive", (SLUG, WAVE), method="post", administrator=200),
    desk("surveys:wave-answering", SLUG, WAVE),
    Row(
        "surveys:wave-answering-count",
        (SLUG, WAVE),
        method="post",
        administrator=302,
        publisher=302,
        researcher=302,
    ),
    Row("surveys:wave-said", (SLUG, WAVE), administrator=404),  # no pilot; of one, tests/surveys/test_desk_probes.py
    desk("surveys:wave-events", SLUG, WAVE),
    desk("surveys:sample", SLUG, WAVE),
    Row("surveys:sample-plan", (SLUG, WAVE), method="post", administrator=200),
    Row("surveys:draw", (SLUG, WAVE, PLAN), method="post", administrator=302),
    desk("surveys:fieldwork", SLUG, WAVE),
    Row("surveys:invite", (SLUG, WAVE), method="post", administrator=302),
    Row("surveys:remind", (SLUG, WAVE), method="post", administrator=302),
    Row("surveys:follow-up", (SLUG, WAVE), method="post", administrator=200),
    Row("surveys:follow-up-list", (SLUG, WAVE, "NO"), method="post", administrator=200),
    Row("surveys:read-out", (SLUG, WAVE), method="post", administrator=302),
    # its questionnaires
    desk("surveys:questionnaires", SLUG),
    Row("surveys:questionnaire-new", (SLUG,), administrator=200),
    desk("surveys:questionnaire-compare", SLUG),
    Row("surveys:questionnaire-upload", (SLUG,), administrator=200),
    desk("surveys:questionnaire-import", SLUG, IMPORT),
    desk("surveys:questionnaire", SLUG, VERSION),
    desk("surveys:questionnaire-export", SLUG, VERSION, "json"),
    desk("surveys:questionnaire-file", SLUG, VERSION, "json"),
    desk("surveys:questionnaire-printed", SLUG, VERSION, "en"),
    desk("surveys:questionnaire-texts", SLUG, VERSION, "en"),
    Row("surveys:questionnaire-check", (SLUG, VERSION, "en"), method="post", administrator=302),
    desk("surveys:questionnaire-texts-file", SLUG, VERSION, "en", "po"),
    Row("surveys:questionnaire-take-texts", (SLUG, VERSION, "en"), method="post", administrator=200),
    desk("surveys:questionnaire-reviews", SLUG, VERSION),
    Row("surveys:questionnaire-review", (SLUG, VERSION), method="post", administrator=200),
    # the analysis desk
    Row("analytics:runs", (SLUG, WAVE), administrator=200, publisher=200),
    Row("analytics:run-start", (SLUG, WAVE), method="post", administrator=302),
    Row("analytics:run-new", (SLUG, WAVE), administrator=200),
    Row("analytics:run", (SLUG, WAVE, RUN), administrator=200, publisher=200),
    Row("analytics:run-stop", (SLUG, WAVE, RUN), method="post", administrator=302),
    Row("analytics:run-beside", (SLUG, WAVE, RUN), administrator=200, publisher=200),
    Row("analytics:run-weights", (SLUG, WAVE, RUN), administrator=200, publisher=200),
    Row("analytics:run-answers", (SLUG, WAVE, RUN), administrator=200, publisher=200),
    Row("analytics:run-results", (SLUG, WAVE, RUN, "factors"), administrator=200, publisher=200),
    # focus profiles and the catalogue of policy instruments
    desk("analytics:focus", SLUG),
    desk("analytics:focus-comparison", SLUG),
    desk("analytics:focus-codings", SLUG),
    Row("analytics:focus-start", (SLUG,), method="post", administrator=200, researcher=200),
    desk("analytics:focus-coding", SLUG, CODING),
    Row("analytics:focus-rate", (SLUG, OWN_CODING, "NO", "system"), administrator=200, researcher=404),
    Row("analytics:focus-code", (SLUG, OWN_CODING, "NO"), administrator=200, researcher=404),
    Row("analytics:focus-close", (SLUG, OWN_CODING), method="post", administrator=302, researcher=404),
    Row("analytics:focus-discard", (SLUG, OWN_CODING), method="post", administrator=302, researcher=404),
    Row("analytics:focus-revise", (SLUG, CODING), method="post", administrator=302, researcher=302),
    desk("analytics:policy-instruments", SLUG),
    Row("analytics:policy-instruments-bring", (SLUG,), method="post", administrator=302, researcher=302),
    Row("analytics:policy-instrument-new", (SLUG,), administrator=200, researcher=200),
    desk("analytics:policy-instrument", SLUG, ENTRY),
    Row("analytics:policy-instrument-change", (SLUG, ENTRY), administrator=200, researcher=200),
    # the publication desk
    desk("publication:releases", SLUG, WAVE),
    Row("publication:new-release", (SLUG, WAVE), administrator=404),  # no run is named
    desk("publication:desk-calendar", SLUG, WAVE),
    Row("publication:announce", (SLUG, WAVE), method="post", publisher=302),
    Row("publication:move-date", (SLUG, WAVE, "1"), method="post", publisher=404),  # a date of nobody
    Row("publication:cancel-date", (SLUG, WAVE, "1"), method="post", publisher=404),
    Row("publication:build", (SLUG, RELEASE), method="post", administrator=302),
    Row("publication:discard", (SLUG, RELEASE), method="post", administrator=302),
    Row("publication:embargo", (SLUG, RELEASE), method="post", publisher=302),
    Row("publication:stop", (SLUG, RELEASE), method="post", publisher=302),
    Row("publication:withdraw", (SLUG, RELEASE), method="post", publisher=302),
    Row("publication:desk-release", (SLUG, RELEASE), administrator=200, publisher=200),
    Row("publication:desk-release-table", (SLUG, RELEASE, "none"), administrator=404, publisher=404),  # no such table
    Row("publication:approve", (SLUG, RELEASE), method="post", publisher=302),
    Row("publication:reject", (SLUG, RELEASE), method="post", publisher=302),
    Row("publication:publish", (SLUG, RELEASE), method="post", publisher=302),
    Row("publication:desk-reports", (SLUG, RELEASE), administrator=200),
    Row("publication:make-reports", (SLUG, RELEASE), method="post", administrator=302),
    Row("publication:stop-reports", (SLUG, RELEASE), method="post", administrator=302),
    Row("publication:report-link", (SLUG, RELEASE, "1"), method="post", administrator=404),  # a report of nobody
    Row("publication:microdata", (SLUG, WAVE), researcher=200),
    Row("publication:request-microdata", (SLUG, WAVE), method="post", researcher=302),
    Row("publication:download-microdata", (SLUG, WAVE, "1"), researcher=404),  # a file of nobody
    Row("publication:desk-cases", (SLUG,), administrator=200, publisher=200),
    Row("publication:desk-case-start", (SLUG,), method="post", administrator=404),  # nobody is named
    Row("publication:desk-case", (SLUG, CASE), administrator=200, publisher=200),
    Row("publication:desk-case-edit", (SLUG, CASE), administrator=200),
    Row("publication:desk-case-ask", (SLUG, CASE), method="post", administrator=302),
    Row("publication:desk-case-publish", (SLUG, CASE), method="post", publisher=302),
    Row("publication:desk-case-withdraw", (SLUG, CASE), method="post", publisher=302),
    Row("publication:desk-case-remove-adoption", (SLUG, CASE, "1"), method="post", administrator=404),  # of nobody
    # the public pages and the open API: what is not published is not there
    everybody("publication:home"),
    everybody("publication:results"),
    everybody("publication:release", "own", "1", status=404),
    everybody("publication:table", "own", "1", "innovative", status=404),
    everybody("publication:cases"),
    everybody("publication:case", "1", status=404),
    everybody("publication:case-copy", "1", status=404),
    everybody("publication:case-own", "not-a-token", status=404),
    everybody("publication:case-adoption", "not-a-token", status=404),
    everybody("publication:indicator", "own", "1", "innovative", status=404),
    everybody("publication:figure", "own", "1", "innovative", status=404),
    everybody("publication:figure-svg", "own", "1", "innovative", status=404),
    everybody("publication:figure-png", "own", "1", "innovative", status=404),
    everybody("publication:drivers", "own", "1", status=404),
    everybody("publication:countries", "own", "1", status=404),
    everybody("publication:country", "own", "1", "NO", status=404),
    everybody("publication:counties", "own", "1", status=404),
    everybody("publication:municipalities", "own", "1", status=404),
    everybody("publication:waves", "own", "1", status=404),
    everybody("publication:methods", "own", "1", status=404),
    everybody("publication:data", "own", "1", status=404),
    everybody("publication:revision", "own", "1", status=404),
    everybody("publication:release-file", "own", "1", "quality.json", status=404),
    everybody("publication:calendar"),
    everybody("publication:feed"),
    everybody("publication:self-test"),
    everybody("publication:self-test-begin", method="post", status=422),  # nothing is chosen
    everybody("publication:self-test-questions", method="post", status=400),  # no form of ours
    everybody("publication:self-test-result", method="post", status=400),
    everybody("publication:self-test-group"),
    everybody("publication:self-test-group-page", "ACEFHKMN", status=404),  # a group of nobody
    everybody("publication:api"),
    everybody("publication:api-schema"),
    everybody("publication:api-releases"),
    everybody("publication:api-release", "own", "1", status=404),
    everybody("publication:api-codebook", "own", "1", status=404),
    everybody("publication:api-table", "own", "1", "innovative", status=404),
    everybody("publication:api-table-format", "own", "1", "innovative", "csv", status=404),
    everybody("publication:api-file", "own", "1", "tables/innovative.parquet", status=404),
    everybody("publication:api-indicators"),
    everybody("publication:api-series", "innovative", status=404),
    everybody("publication:api-calendar"),
    everybody("publication:api-catalogue", status=404),
    everybody("publication:api-cases"),
    everybody("publication:api-case", "1", status=404),
    everybody("publication:pxweb-codelist-spelled", "own.innovative.sector.parts", status=404),
    everybody("publication:api-nowhere", "else", status=404),
    everybody("publication:pxweb-nowhere", "else", status=404),
    everybody("publication:pxweb-config"),
    everybody("publication:pxweb-navigation"),
    everybody("publication:pxweb-folder", "own", status=404),
    everybody("publication:pxweb-tables"),
    everybody("publication:pxweb-table", "own.innovative", status=404),
    everybody("publication:pxweb-metadata", "own.innovative", status=404),
    everybody("publication:pxweb-default-selection", "own.innovative", status=404),
    everybody("publication:pxweb-data", "own.innovative", status=404),
    everybody("publication:pxweb-codelist", "own.innovative.sector.parts", status=404),
    # the respondent's pages: a link that is not known, or no link at all
    everybody("surveys:link", "not-a-token", status=404),
    everybody("surveys:respond", status=404),
    everybody("surveys:respond-privacy", status=404),
    everybody("surveys:respond-decline", status=404),
    everybody("surveys:respond-page", "types", status=404),
    everybody("surveys:respond-check", status=404),
    everybody("surveys:respond-submit", method="post", status=404),
    everybody("surveys:respond-receipt", status=404),
    everybody("surveys:respond-copy", status=404),
    everybody("surveys:respond-correct", method="post", status=404),
    everybody("surveys:respond-tasks", status=404),
    everybody("surveys:respond-share", "newest", status=404),
    everybody("surveys:respond-pass-on", status=404),
    everybody("surveys:respond-questions", status=404),
    everybody("surveys:respond-questions-pdf", status=404),
    everybody("surveys:code"),
    # reports of organisations: no cookie, and links that are not known
    everybody("publication:respond-report", status=404),
    everybody("publication:respond-report-pdf", status=404),
    everybody("publication:report", "not-a-token", status=404),
    everybody("publication:report-pdf", "not-a-token", status=404),
    everybody("language-chosen", status=404),
]
TABLE = {row.name: row for row in ROWS}


@dataclass(frozen=True)
class World:
    """Two programmes with the same kind of objects, and an account of each role in the first."""

    own: dict[str, Any]
    other: dict[str, Any]
    accounts: dict[str, User]


def objects_of(programme: Programme) -> dict[str, Any]:
    """What the arguments of a row stand for in this programme. Text that stands for itself stays as it is."""
    wave: Wave = make.wave(programme, instrument=make.instrument(programme, document=make.tiny()))
    PrintedForm.objects.create(instrument=wave.instrument, language="en", pdf=b"%PDF", content_hash="0" * 64)
    frame = make.frame(programme, units=make.units(20))
    make.drawn(wave, frame, size=10)
    make.follow_up(wave)
    run = make.run(wave)
    run.instrument = make.instrument(programme, version="with-figures")  # one that indicators are defined for
    run.save(update_fields=["instrument"])
    release = make.release(run)
    return {
        SLUG: programme.slug,
        WAVE: wave.code,
        FRAME: frame.pk,
        PLAN: wave.plans.get().pk,
        RUN: run.pk,
        RELEASE: release.number,
        CASE: make.case(wave).pk,
        VERSION: wave.instrument.pk,
        IMPORT: programme.imports.create(format="own", name="asked.json").pk,
        CODING: make.focus_coding(programme, closed=True).pk,
        ENTRY: programme.policy_instruments.get().pk,
    }


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Made once; each test runs in a savepoint inside the transaction that holds it."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield made()
        transaction.set_rollback(True)


def made() -> World:
    own, other = make.programme("own"), make.programme("other")
    accounts = {role: make.user(role, own, username=role) for role in RoleName.values}
    mine = make.focus_coding(own, coder=accounts[RoleName.ADMINISTRATOR])
    theirs = make.focus_coding(other)
    return World(
        own={**objects_of(own), OWN_CODING: mine.pk},
        other={**objects_of(other), OWN_CODING: theirs.pk},
        accounts=accounts,
    )


def addresses(some: Iterable[URLPattern | URLResolver], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Name and view of every address below."""
    for pattern in some:
        if isinstance(pattern, URLPattern):
            yield f"{prefix}{pattern.name}", pattern.callback
        elif pattern.namespace not in NOT_OURS:
            yield from addresses(pattern.url_patterns, f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix)


def ask(row: Row, objects: dict[str, Any], account: User | None) -> int:
    """The status of the answer; what the request changes is undone."""
    client = Client()
    if account is not None:
        client.force_login(account)
    address = reverse(row.name, args=[objects.get(argument, argument) for argument in row.args])
    with transaction.atomic():
        answer = client.post(address) if row.method == "post" else client.get(address)
        transaction.set_rollback(True)
    if account is None and row.to_sign_in:
        assert answer["Location"].startswith(reverse("sign-in"))
    return answer.status_code


def elsewhere(status: int) -> int:
    """What an object of another programme gives: nothing is found, unless the role has no such page at all."""
    return 403 if status == 403 else 404


def test_every_address_has_a_row_and_every_row_an_address() -> None:
    ours = {"admin:index", *(name for name, _ in addresses(get_resolver().url_patterns))}
    assert sorted(ours - TABLE.keys()) == [], "addresses without a row in ROWS"
    assert sorted(TABLE.keys() - ours) == [], "rows without an address"
    assert len(TABLE) == len(ROWS), "two rows of one name"


def test_every_view_carries_a_mark() -> None:
    assert [
        name for name, view in addresses(get_resolver().url_patterns) if getattr(view, "access", None) is None
    ] == []


@pytest.mark.parametrize("name", TABLE)
def test_every_role_gets_its_status_here_and_in_another_programme(name: str, world: World) -> None:
    row = TABLE[name]
    expected = {"stranger": row.stranger, **{role: getattr(row, role) for role in RoleName.values}}
    got = {"stranger": ask(row, world.own, None)}
    for role, account in world.accounts.items():
        got[role] = ask(row, world.own, account)
        if row.scoped:
            expected[f"{role} elsewhere"] = elsewhere(getattr(row, role))
            got[f"{role} elsewhere"] = ask(row, world.other, account)
    assert got == expected


def test_a_stranger_is_sent_to_sign_in_from_every_page_that_asks_for_a_permission(world: World) -> None:
    guarded = {name for name, view in addresses(get_resolver().url_patterns) if isinstance(view.access, Permission)}
    assert guarded == {row.name for row in ROWS if row.to_sign_in and row.stranger == 302}
    assert {ask(TABLE[name], world.own, None) for name in guarded} == {302}


def test_an_object_of_another_programme_is_not_found_under_the_own_one(world: World) -> None:
    """Own slug, foreign number: the object must be of the programme that the address names."""
    for name, kind in (
        ("surveys:frame", FRAME),
        ("surveys:draw", PLAN),
        ("surveys:questionnaire", VERSION),
        ("surveys:questionnaire-import", IMPORT),
        ("analytics:focus-coding", CODING),
        ("analytics:policy-instrument", ENTRY),
        ("publication:desk-case", CASE),
    ):
        row = TABLE[name]
        mixed = world.own | {kind: world.other[kind]}
        assert ask(row, mixed, world.accounts[RoleName.ADMINISTRATOR]) == 404


def test_an_account_without_a_role_sees_no_programme(world: World, client: Client) -> None:
    client.force_login(make.user())
    assert client.get(reverse("surveys:desk")).status_code == 403
    assert client.get(reverse("surveys:desk-programme", args=["own"])).status_code == 403


def test_a_role_in_both_programmes_opens_both(world: World, client: Client) -> None:
    other = Programme.objects.get(slug="other")
    account = world.accounts[RoleName.ADMINISTRATOR]
    account.roles.create(programme=other, role=RoleName.RESEARCHER)
    client.force_login(account)
    assert client.get(reverse("surveys:desk-programme", args=["other"])).status_code == 200
    # an administrator here, a researcher there: loading frames there is not allowed
    assert client.get(reverse("surveys:frame-upload", args=["other"])).status_code == 404
