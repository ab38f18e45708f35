"""LimeSurvey's files on the desk: read in a job, or refused with a reason that stays to be read."""

import io
import zipfile
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from jobs.execution import run_due
from surveys.models import InstrumentVersion, Programme, QuestionnaireImport
from tests import make

pytestmark = pytest.mark.django_db
HERE = Path(__file__).parent / "instrument" / "limesurvey"
NEWER = (HERE / "newer.lss").read_bytes()
HEADER = "class\ttype/scale\tname\ttext\tlanguage\nS\t\tlanguage\ten\t\n"
UPLOAD = "surveys:questionnaire-upload"


def bomb() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("survey.lss", b"0" * 5_000_000)
    return packed.getvalue()


HOSTILE = {
    "bomb": (bomb(), "an archive"),
    "entities": (b'<!DOCTYPE d [<!ENTITY a "aa">]><document>&a;</document>', "document type or entities"),
    "formula": ((HEADER + "G\t\tOne\t=cmd|' /C calc'!A0\ten").encode(), "a cell holds a formula"),
    "script": ((HEADER + "G\t\tOne\t&lt;b onclick=x&gt;<svg/onload=alert(1)>\ten").encode(), "holds a script"),
    "rows": ((HEADER + "G\t\tOne\t\ten\n" + "Q\tS\tq\tx\ten\n" * 100_000).encode(), "20000 rows"),
    "cut": (NEWER[: len(NEWER) // 2], "no well-formed XML"),
}  # fmt: skip


@pytest.fixture
def programme() -> Programme:
    return make.programme("demo")


@pytest.fixture
def desk(client: Client, programme: Programme) -> Client:
    client.force_login(make.user("administrator", programme, username="kari"))
    return client


def upload(desk: Client, content: bytes) -> QuestionnaireImport:
    file = SimpleUploadedFile("survey.lss", content)
    answer = desk.post(reverse(UPLOAD, args=["demo"]), {"kind": "limesurvey", "file": file})
    assert answer.status_code == 302
    run_due()
    return QuestionnaireImport.objects.get()


def shown(desk: Client, made: QuestionnaireImport) -> str:
    return desk.get(reverse("surveys:questionnaire-import", args=["demo", made.pk])).content.decode()


@pytest.mark.parametrize(("content", "reason"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_is_refused_and_the_reason_is_kept(desk: Client, content: bytes, reason: str) -> None:
    made = upload(desk, content)
    assert (made.state, bytes(made.upload)) == ("refused", b"")
    assert reason in made.reason
    assert reason in shown(desk, made)
    assert "<svg" not in shown(desk, made).partition("<main")[2].partition("Why it was refused")[2]
    assert not InstrumentVersion.objects.exists()


def test_what_did_not_come_along_is_listed(desk: Client) -> None:
    made = upload(desk, NEWER)
    assert made.state == "stored"
    page = shown(desk, made)
    assert all(loss["what"] in page for loss in made.lost)
    assert "question FILE" in page


def test_nobody_else_brings_a_file_in(client: Client, programme: Programme) -> None:
    file = SimpleUploadedFile("survey.lss", NEWER)
    address = reverse(UPLOAD, args=["demo"])
    assert client.post(address, {"kind": "limesurvey", "file": file}).status_code in (302, 403, 404)
    client.force_login(make.user("researcher", programme, username="per"))
    file.seek(0)
    assert client.post(address, {"kind": "limesurvey", "file": file}).status_code in (403, 404)
    assert not QuestionnaireImport.objects.exists()
