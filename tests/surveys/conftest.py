"""A programme, its administrator, and a browser with the desk open: what most tests of the desk begin with."""

import pytest
from django.test import Client

from surveys.models import Programme, User
from tests import make


@pytest.fixture
def programme() -> Programme:
    return make.programme()


@pytest.fixture
def administrator(programme: Programme) -> User:
    return make.user("administrator", programme)


@pytest.fixture
def desk(administrator: User) -> Client:
    """Signed in as administrator, in English."""
    client = Client(headers={"accept-language": "en"})
    client.force_login(administrator)
    return client
