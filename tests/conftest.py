"""Before every test: signals as a terminal's shell leaves them.

A suite started in the background, or by nohup, is born with some ignored, and so would be all
that it starts.
"""

from __future__ import annotations

import signal

signal.signal(signal.SIGINT, signal.default_int_handler)
for _name in (signal.SIGHUP, signal.SIGTERM, signal.SIGQUIT, signal.SIGTSTP):
    signal.signal(_name, signal.SIG_DFL)
