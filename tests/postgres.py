"""A PostgreSQL for the tests: the one that POSTGRES_URL names, else one on this machine that lets us in.

`python -m tests.postgres` prints its address, or says on standard error why there is none and ends with 1.
"""

import os
import sys
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager

import psycopg
import pytest

PLACES = ("postgresql:///postgres", *(f"postgresql://{user}@127.0.0.1:5432/postgres" for user in ("postgres", "root")))


def address() -> str | None:
    """The first server that answers and may make databases."""
    for place in [os.environ["POSTGRES_URL"]] if "POSTGRES_URL" in os.environ else PLACES:
        try:
            with closing(psycopg.connect(place, connect_timeout=2)) as server:
                may = server.execute("SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user")
                if may.fetchone() == (True,):
                    return place
        except psycopg.OperationalError:
            continue
    return None


@contextmanager
def new_database() -> Iterator[str]:
    """The address of an empty database, dropped afterwards; the test is skipped where no server answers."""
    place = address()
    if place is None:
        pytest.skip("no PostgreSQL answers; set POSTGRES_URL to one where we may make databases")
    name = f"barometer_{uuid.uuid4().hex[:12]}"
    with closing(psycopg.connect(place, autocommit=True)) as server:
        server.execute(f"CREATE DATABASE {name}")
        try:
            yield place.rsplit("/", 1)[0] + f"/{name}"
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


if __name__ == "__main__":
    found = address()
    if found is None:
        sys.exit("no PostgreSQL answers; set POSTGRES_URL to one where we may make databases")
    print(found)
