"""The agent: the only code that touches a machine. One request in, events and an answer out."""
