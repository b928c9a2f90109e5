"""Before every test: signals as a terminal's shell leaves them, and properties that hold still.

A suite started in the background, or by nohup, is born with some ignored, and so would be all
that it starts. Properties are tried on the same few examples each time, so that a change is judged
and not the dice; HYPOTHESIS_PROFILE=default rolls them, =long (in the soak) rolls many more.
"""

from __future__ import annotations

import os
import signal

from hypothesis import settings

signal.signal(signal.SIGINT, signal.default_int_handler)
for _name in (signal.SIGHUP, signal.SIGTERM, signal.SIGQUIT, signal.SIGTSTP):
    signal.signal(_name, signal.SIG_DFL)

settings.register_profile("steady", derandomize=True, max_examples=40)
settings.register_profile("long", max_examples=1000, deadline=None, database=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))
