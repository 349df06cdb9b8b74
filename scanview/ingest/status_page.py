"""A port's status as a page for a browser on the same machine: read-only, plain HTTP, without a script.

It listens on the loopback address alone and answers only who asks for it by that name, so no page of another site can
read it through a browser. `/` is the page (`?lang=en` or `zh`, else what the browser prefers), `/status.json` the
status itself. What comes from outside is escaped.
"""

import logging
import threading
import time
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec

from scanview.core.errors import ScanViewError, Unavailable
from scanview.ingest.port_status import read_status
from scanview.ingest.status_report import Report, Section, report

_log = logging.getLogger("scanview.ingest")

LOOPBACK = "127.0.0.1"
REFRESH_S = 5

_NAMES = frozenset({LOOPBACK, "localhost"})
_SECURITY = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
_STYLE = """
body { font: 15px/1.45 system-ui, "Noto Sans CJK SC", sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem;
  color: #1b2733; background: #f5f7f9 }
h1 { font-size: 1.3rem; margin: 0 } h2 { font-size: 1rem; margin: 1.6rem 0 .4rem }
.headline { padding: .8rem 1rem; margin: .8rem 0; border-left: .5rem solid; background: #fff; font-weight: 600 }
.good { border-color: #2e7d4f } .warning { border-color: #b26a00 } .bad { border-color: #b3261e }
h2::before { font-size: .8rem; margin-right: .5rem } h2.warning::before { content: "▲"; color: #b26a00 }
h2.bad::before { content: "■"; color: #b3261e }
table { border-collapse: collapse; background: #fff; width: 100% }
th, td { text-align: left; padding: .3rem .7rem; border-bottom: 1px solid #dde3e8; overflow-wrap: anywhere }
th { font-weight: 600; color: #4a5a68 } nav { float: right }
"""


class StatusPage:
    """Serves the status of the port with this spool folder at `http://127.0.0.1:port/` on threads of its own."""

    def __init__(self, folder: Path, port: int) -> None:
        """Listen; `port` 0 takes a free one. Unavailable where the port is taken."""
        handler = type("Handler", (_Handler,), {"folder": folder})
        try:
            self._server = ThreadingHTTPServer((LOOPBACK, port), handler)
        except OSError as error:
            raise Unavailable(
                f"the status page cannot listen at {LOOPBACK}:{port}: {error.strerror}",
                code="endpoint-in-use",
                remedy="Choose another --status-port",
            ) from error
        self._server.daemon_threads = True
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, name="status page")

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()
        _log.info("the status page is at http://%s:%d/", LOOPBACK, self.port)

    def close(self) -> None:
        """Stop answering."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    """Answers GET and nothing else."""

    folder: Path
    timeout = 10
    server_version = "scanview"
    sys_version = ""

    def do_GET(self) -> None:
        """Give the page or the status."""
        where = urlsplit(self.path)
        if self.headers.get("Host", "").partition(":")[0] not in _NAMES:
            self._answer(403, "text/plain", b"ask for 127.0.0.1\n")
        elif where.path == "/status.json":
            self._give(lambda: ("application/json", msgspec.json.encode(read_status(self.folder)) + b"\n"))
        elif where.path == "/":
            self._give(lambda: ("text/html", self._page(where.query)))
        else:
            self._answer(404, "text/plain", b"there is / and /status.json\n")

    def _page(self, query: str) -> bytes:
        chosen = parse_qs(query).get("lang", [""])[0]
        language = chosen if chosen in ("en", "zh") else self._preferred()
        return render(report(read_status(self.folder), time.time(), language)).encode()

    def _preferred(self) -> str:
        """The first of our languages in what the browser says it likes."""
        liked = (word.strip()[:2].lower() for word in self.headers.get("Accept-Language", "").split(","))
        return next((language for language in liked if language in ("en", "zh")), "en")

    def _give(self, make: Any) -> None:
        try:
            kind, content = make()
        except ScanViewError as error:
            self._answer(503, "text/plain", f"{error}\n".encode())
        else:
            self._answer(200, kind, content)

    def _answer(self, status: int, kind: str, content: bytes) -> None:
        self.send_response(status)
        for name, value in (*_SECURITY.items(), ("Content-Type", f"{kind}; charset=utf-8")):
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:
        """Who looks at the page is no news."""
        _log.debug(format, *args)


def render(told: Report) -> str:
    """The report as an HTML page that loads itself again every few seconds."""
    other, name = ("zh", "中文") if told.language == "en" else ("en", "English")
    return (
        f'<!doctype html><html lang="{told.language}"><head><meta charset="utf-8">'
        f'<meta http-equiv="refresh" content="{REFRESH_S}"><meta name="viewport" content="width=device-width">'
        f"<title>{escape(told.title)}: {escape(told.headline)}</title><style>{_STYLE}</style></head><body>"
        f'<nav><a href="/?lang={other}" lang="{other}">{name}</a></nav><h1>{escape(told.title)}</h1>'
        f'<p class="headline {told.grade}" role="status">{escape(told.headline)}</p>'
        f"{''.join(_section(section) for section in told.sections)}</body></html>\n"
    )


def _section(section: Section) -> str:
    title = f'<h2 class="{section.grade}">{escape(section.title)}</h2>'
    if not section.rows:
        return title
    head = "".join(f'<th scope="col">{escape(column)}</th>' for column in section.columns)
    rows = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in section.rows)
    return f"{title}<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
