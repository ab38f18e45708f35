"""The whole site over HTTP, for clients that know nothing of Django; it sees what the test has not committed."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock, Thread
from typing import Any

from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, connections


class Server(ThreadedWSGIServer):
    """Its threads use the connection of the test, which is therefore not closed after a request."""

    def _close_connections(self) -> None:
        pass


class Quiet(WSGIRequestHandler):
    def log_message(self, *arguments: object) -> None:
        pass


@contextmanager
def connection_kept() -> Iterator[None]:
    """Requests do not close the connection on which the test has its transaction open; as Django's test client does."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)


@contextmanager
def served() -> Iterator[str]:
    """The address of the site while the block runs."""
    application, lock = get_wsgi_application(), Lock()

    def one_at_a_time(environ: Any, start: Any) -> Any:
        with lock:  # one connection, one request
            return application(environ, start)

    connection = connections["default"]
    connection.inc_thread_sharing()
    server = Server(("127.0.0.1", 0), Quiet, connections_override={"default": connection})
    server.set_app(one_at_a_time)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        with connection_kept():
            yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        connection.dec_thread_sharing()
