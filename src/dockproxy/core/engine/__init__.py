"""The Engine's API over a unix socket, tcp or TLS: ``Engine(endpoint).get("/info")``."""

from __future__ import annotations

from dockproxy.core.engine.client import Engine
from dockproxy.core.engine.connecting import Address, EngineError, Tls, parse_endpoint

__all__ = ["Address", "Engine", "EngineError", "Tls", "parse_endpoint"]
