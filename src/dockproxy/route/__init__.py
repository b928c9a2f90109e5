"""Which way a request goes: what was asked for, whose settings answer, and the answer."""
