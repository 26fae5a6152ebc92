"""Log lines: JSON, one a line, with service, trace, tenant and run; other libraries' lines go the same way."""

import logging
import sys
from collections.abc import Mapping, MutableMapping
from contextlib import AbstractContextManager
from typing import Any, TextIO, cast

import structlog
from structlog.stdlib import BoundLogger, ProcessorFormatter
from structlog.typing import Processor

from halobus import redaction, telemetry
from halobus.settings import Settings

_QUIET = {
    "httpx": logging.WARNING,  # its lines hold URLs
    "httpcore": logging.WARNING,
    "uvicorn.access": logging.WARNING,
    "uvicorn.error": logging.WARNING,
    "aiokafka": logging.WARNING,
    "halobus.faststream": logging.ERROR,  # it warns at each start that it makes no topics
    "pymongo": logging.WARNING,
    "asyncio": logging.WARNING,
    "urllib3": logging.WARNING,
    "opentelemetry": logging.WARNING,
}


def get(name: str) -> BoundLogger:
    """A logger; the first argument of its methods is the event, constant words in snake_case."""
    logger: BoundLogger = structlog.stdlib.get_logger(name)
    return logger


def bind(**values: Any) -> AbstractContextManager[None]:
    """Add values (``tenant``, ``run``) to every line of a block and of the tasks that it starts."""
    return cast(AbstractContextManager[None], structlog.contextvars.bound_contextvars(**values))


def configure(service: str, settings: Settings, stream: TextIO | None = None) -> None:
    """Log to ``stream`` (standard output) as the settings say; replaces what was configured before."""
    chain = _chain(service)
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *chain, ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=BoundLogger,
    )
    handler = logging.StreamHandler(stream or sys.stdout)
    handler.setFormatter(
        ProcessorFormatter(
            foreign_pre_chain=chain, processors=[ProcessorFormatter.remove_processors_meta, _renderer(settings)]
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    _level(settings.log_level)


def toggle_debug(settings: Settings) -> None:
    """To DEBUG, and from there back to what the settings say; other libraries keep to warnings."""
    down = logging.getLogger().level != logging.DEBUG
    _level("DEBUG" if down else settings.log_level)
    get(__name__).warning("log_level_changed", log_level=logging.getLevelName(logging.getLogger().level))


def _level(chosen: str) -> None:
    logging.getLogger().setLevel(chosen)
    for name, level in _QUIET.items():
        logging.getLogger(name).setLevel(max(level, logging.getLevelNamesMapping()[chosen]))


def _chain(service: str) -> list[Processor]:
    def identify(_logger: Any, _method: str, line: MutableMapping[str, Any]) -> Mapping[str, Any]:
        line["service"] = service
        line.setdefault("trace_id", telemetry.trace_id())
        return line

    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper("iso", utc=True, key="time"),
        identify,
        _describe_exception,
        _redact,
    ]


def _describe_exception(_logger: Any, _method: str, line: MutableMapping[str, Any]) -> Mapping[str, Any]:
    given = line.pop("exc_info", None)
    if given:
        error = (
            given if isinstance(given, BaseException) else (given if isinstance(given, tuple) else sys.exc_info())[1]
        )
        if error is not None:
            line["exception"] = redaction.exception(error)
    return line


def _redact(_logger: Any, _method: str, line: MutableMapping[str, Any]) -> Mapping[str, Any]:
    # What begins with "_" is structlog's own (the logging record), and taken out before the line is written.
    return {name: value if name.startswith("_") else redaction.redact(value, name) for name, value in line.items()}


def _renderer(settings: Settings) -> Processor:
    if settings.log_format == "pretty":
        return structlog.dev.ConsoleRenderer()
    return structlog.processors.JSONRenderer(default=str, ensure_ascii=False)
