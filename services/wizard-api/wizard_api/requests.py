"""Around every request: its span, its metric, its trace id, and headers that keep browsers from guessing."""

from halobus import metrics, telemetry
from halobus.health import ASGIApp, Receive, Scope, Send
from wizard_api.bodies import limited

TRACE_ID = "halobus.trace_id"
_HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
]
_NO_STORE = (b"cache-control", b"no-store")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def observed(app: ASGIApp) -> ASGIApp:
    """The app inside of all that; it stands outside of the app's own error handling, so a 500 is seen as well."""
    inner = limited(app)

    async def around(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await inner(scope, receive, send)
            return
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        method = scope["method"] if scope["method"] in _METHODS else "OTHER"
        kind, context = telemetry.SpanKind.SERVER, telemetry.context_from(headers)
        with telemetry.span(method, kind, {"http.request.method": method}, context) as span:
            scope[TRACE_ID] = telemetry.trace_id()
            answer = _Answer(send, scope)
            try:
                await inner(scope, receive, answer)
            finally:
                route = _route(scope)
                span.update_name(f"{method} {route}")
                span.set_attributes({"http.route": route, "http.response.status_code": answer.status})
                metrics.add(metrics.HTTP_REQUESTS, method=method, route=route, status=str(answer.status))

    return around


class _Answer:
    """Passes an answer on, with our headers, and remembers its status (499: the caller went away before one)."""

    def __init__(self, send: Send, scope: Scope) -> None:
        self.status = 499
        self._send = send
        self._scope = scope

    async def __call__(self, message: Scope) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            given = list(message.get("headers", []))
            names = {name.lower() for name, _ in given}
            ours = [*_HEADERS, (b"trace-id", (self._scope[TRACE_ID] or "").encode())]
            ours += [_NO_STORE] if self._scope["path"].startswith("/api/") else []
            message = {**message, "headers": given + [each for each in ours if each[0] not in names]}
        await self._send(message)


def _route(scope: Scope) -> str:
    # Never the path itself: it would make a metric's label, and a span's name, out of whatever anybody asks for.
    return getattr(scope.get("route"), "path", None) or "(none)"
