"""What every answer carries, and what a public page cannot reach."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone

from barometer.middleware import CONTENT_SECURITY_POLICY, PublicConnectionGuard, TableRefused
from jobs.models import Job
from publication.actions import adoptions, self_test
from publication.case_queries import adoption_trail, published_case_documents
from publication.models import (
    Adoption,
    AdoptionStep,
    Case,
    CaseLink,
    CaseMail,
    PublishedCase,
    Release,
    ReleaseTable,
    SelfTestGroup,
)
from surveys.models import Response, SampledUnit
from tests import make
from tests.publication.case_world import CaseWorld

pytestmark = pytest.mark.django_db
PUBLIC_PAGE = "/results/"
GROUP_PAGE = "/self-test/group"
COPY_PAGE = "/cases/1/copy"
DESK_PAGE = "/desk/"


def answered(path: str, work: Callable[[], object]) -> HttpResponse:
    def view(_request: HttpRequest) -> HttpResponse:
        work()
        return HttpResponse("done")

    return PublicConnectionGuard(view)(RequestFactory().get(path))


def raw(sql: str) -> Callable[[], object]:
    def run() -> object:
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall()

    return run


@pytest.mark.parametrize(
    "work",
    [
        lambda: list(Release.objects.all()),
        lambda: list(ReleaseTable.objects.filter(release__state="published").select_related("release")),
        lambda: Release.objects.filter(tables__key="factors").distinct().count(),
        lambda: list(PublishedCase.objects.shown()),
        published_case_documents,
        lambda: adoption_trail(1),
    ],
)
def test_a_public_page_reads_release_tables(work):
    assert answered(PUBLIC_PAGE, work).content == b"done"


@pytest.mark.parametrize(
    "work",
    [
        lambda: list(Response.objects.all()),
        SampledUnit.objects.count,
        lambda: list(Release.objects.select_related("run")),
        lambda: list(Release.objects.filter(run__in=Response.objects.values("pk"))),
        lambda: Release.objects.update(number=2),
        lambda: list(Case.objects.all()),
        lambda: list(Adoption.objects.all()),
        lambda: list(AdoptionStep.objects.select_related("adoption")),
        lambda: list(CaseLink.objects.all()),
        lambda: list(CaseMail.objects.all()),
        lambda: Response.objects.all().delete(),
        lambda: make.programme("written-by-a-public-page"),
        raw("SELECT * FROM django_session"),
        raw("SELECT * FROM django_migrations"),
        raw("SELECT 1 FROM publication_release, surveys_response"),
        raw("PRAGMA table_info(surveys_response)"),
    ],
)
def test_a_public_page_reaches_nothing_else(work):
    with pytest.raises(TableRefused):
        answered(PUBLIC_PAGE, work)


def test_a_public_page_does_not_read_groups_of_the_self_test():
    with pytest.raises(TableRefused):
        answered(PUBLIC_PAGE, lambda: list(SelfTestGroup.objects.all()))


def counted_in_a_group() -> None:
    group = self_test.open_group()
    self_test.add_answers(code=group.code, form="one", chosen={"spread": ["yes"]})
    list(SelfTestGroup.objects.running())
    list(ReleaseTable.objects.filter(release__state="published"))


def test_a_page_of_a_group_writes_to_groups_and_reads_release_tables():
    assert answered(GROUP_PAGE, counted_in_a_group).content == b"done"
    assert SelfTestGroup.objects.get().people == 1


@pytest.mark.django_db(transaction=True)
def test_a_page_of_a_group_may_begin_a_transaction():
    assert answered(GROUP_PAGE, counted_in_a_group).content == b"done"


@pytest.mark.parametrize(
    "work",
    [
        lambda: list(Response.objects.all()),
        lambda: list(SelfTestGroup.objects.filter(pk__in=Response.objects.values("pk"))),
        lambda: SelfTestGroup.objects.all().delete(),
        lambda: Release.objects.update(number=2),
        lambda: SelfTestGroup.objects.update(people=Response.objects.values("pk")[:1]),
        lambda: make.programme("written-by-a-group"),
        raw("INSERT INTO publication_selftestgroup (code) SELECT session_data FROM django_session"),
        raw("DELETE FROM publication_selftestgroup"),
        raw("PRAGMA table_info(surveys_response)"),
        raw("SAVEPOINT a; DELETE FROM django_migrations"),
    ],
)
def test_a_page_of_a_group_reaches_nothing_else(work):
    with pytest.raises(TableRefused):
        answered(GROUP_PAGE, work)


def wished(number: int) -> Adoption:
    given = {"organisation": "N", "name": "O", "mail": "o@example.org", "message": "", "language": "en"}
    return adoptions.request(number=number, form="form", **given)


def test_the_form_to_copy_a_case_adds_a_wish_its_mail_and_a_job():
    number = CaseWorld().published().number
    before = Job.objects.count()
    assert answered(COPY_PAGE, lambda: wished(number)).content == b"done"
    assert (Adoption.objects.count(), Job.objects.count()) == (1, before + 1)


@pytest.mark.django_db(transaction=True)
def test_the_form_to_copy_a_case_may_begin_a_transaction():
    number = CaseWorld().published().number
    assert answered(COPY_PAGE, lambda: wished(number)).content == b"done"


@pytest.mark.parametrize(
    "work",
    [
        lambda: list(Case.objects.all()),
        lambda: list(CaseLink.objects.all()),
        lambda: list(CaseMail.objects.all()),
        lambda: list(Job.objects.all()),
        lambda: list(Response.objects.all()),
        lambda: list(Adoption.objects.filter(pk__in=Response.objects.values("pk"))),
        lambda: Adoption.objects.update(mail="me@example.org"),
        lambda: Job.objects.update(task="other"),
        lambda: AdoptionStep.objects.create(
            adoption_id=1, number=1, organisation="N", state="wants", at=timezone.now()
        ),
        lambda: make.programme("written-by-a-form"),
        raw("INSERT INTO publication_casemail (error) SELECT contact_mail FROM publication_case"),
        raw("INSERT INTO publication_casemail (error) SELECT mail FROM publication_adoption"),
        raw("DELETE FROM publication_adoption"),
        raw("SAVEPOINT a; DELETE FROM django_migrations"),
    ],
)
def test_the_form_to_copy_a_case_reaches_nothing_else(work):
    with pytest.raises(TableRefused):
        answered(COPY_PAGE, work)


def test_other_pages_read_what_they_need_also_after_a_public_one():
    answered(PUBLIC_PAGE, lambda: None)
    assert answered(DESK_PAGE, lambda: list(Response.objects.all())).content == b"done"


def test_the_guard_is_lifted_after_an_error():
    with pytest.raises(TableRefused):
        answered(PUBLIC_PAGE, lambda: list(Response.objects.all()))
    assert Response.objects.count() == 0


@pytest.mark.parametrize("path", ["/", "/results/", "/self-test/", "/cases/", "/sign-in", "/respond/", "/desk/", "/no"])
def test_every_answer_carries_the_headers(client: Client, path: str):
    answer = client.get(path)
    assert answer["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert (answer["X-Content-Type-Options"], answer["X-Frame-Options"]) == ("nosniff", "DENY")
    assert answer["Referrer-Policy"] == "same-origin"
    assert len(answer["X-Request-ID"]) == 32


@pytest.mark.parametrize("path", ["/self-test/", "/self-test/group", "/sign-in", "/respond/", "/desk/", "/health"])
def test_pages_of_people_are_kept_by_no_cache(client: Client, path: str):
    assert "no-store" in client.get(path)["Cache-Control"]


def test_health_tells_how_long_work_has_waited(client: Client):
    from jobs.outbox import enqueue

    assert client.get("/health").json() == {"database": "ok", "oldest_queued_job_seconds": 0.0}
    enqueue("jobs.delete_ended", arguments={}, by=None)
    assert client.get("/health").json()["oldest_queued_job_seconds"] >= 0.0


@pytest.mark.parametrize(
    "address",
    [
        "/cases/?words=%00",
        "/results/barometer/1/files/%00",
        "/api/v1/cases?search=a%00b",
        "/api/v1/releases/x/1/files/%00",
    ],
)
def test_an_address_that_no_text_of_the_database_can_hold_is_refused(address: str) -> None:
    answer = Client().get(address)
    assert answer.status_code == 400
    assert answer["Content-Type"].startswith("application/problem+json" if address.startswith("/api") else "text/html")
    assert "Content-Security-Policy" in answer
