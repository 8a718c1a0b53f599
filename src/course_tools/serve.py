"""Serve the built book on this machine."""

from __future__ import annotations

import os
import sys
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from course_tools.build import EDITIONS

_PORT = 8000


class Quiet(SimpleHTTPRequestHandler):
    """Serves files, says nothing, and lets no browser keep an older build."""

    def log_message(self, format: str, *args: object) -> None:
        """Leave the terminal to the address."""

    def end_headers(self) -> None:
        """Forbid caching."""
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()


class _Server(ThreadingHTTPServer):
    # A browser opens several connections at once; the sixth that waits would be turned away for a second.
    request_queue_size = 64


def server(folder: Path, port: int = 0, handler: type[Quiet] = Quiet) -> ThreadingHTTPServer:
    """A server of the folder's files on this machine alone.

    Args:
        folder: what it serves.
        port: to listen on; 0 takes a free one.
        handler: what answers a request.

    Raises:
        OSError: if the port is taken.
    """
    return _Server(("127.0.0.1", port), partial(handler, directory=str(folder)))


@contextmanager
def serving(folder: Path, handler: type[Quiet] = Quiet) -> Iterator[str]:
    """Serve a folder while the block runs; the value is its address, without a final slash."""
    with server(folder, handler=handler) as running:
        thread = Thread(target=running.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{running.server_port}"
        finally:
            running.shutdown()
            thread.join()


def main() -> int:
    """Serve the students' edition until interrupted; opens the browser unless NO_BROWSER is set."""
    site = EDITIONS["student"].site
    if not (site / "index.html").exists():
        print("There is no book yet; build it first: make book (or: python tasks.py book)", file=sys.stderr)
        return 1
    try:
        running = server(site, _PORT)
    except OSError:
        running = server(site)
    address = f"http://127.0.0.1:{running.server_port}/"
    print(f"{address} (stop with Ctrl+C)", flush=True)
    if not os.environ.get("NO_BROWSER"):
        webbrowser.open(address)
    with running:
        try:
            running.serve_forever()
        except KeyboardInterrupt:
            return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
