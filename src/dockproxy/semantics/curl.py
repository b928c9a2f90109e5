"""curl, the command: libcurl's way with nothing added (see libcurl.py).

src/tool_operate.c sets a proxy only for -x, --preproxy and --noproxy. HTTP_PROXY is never read.
"""

from __future__ import annotations

from dockproxy.semantics.base import Semantics
from dockproxy.semantics.libcurl import VERSIONS, decider

SEMANTICS = Semantics("curl", VERSIONS, ("7.74", "7.88", "8.14", "8.22", "8.23"), decider)
