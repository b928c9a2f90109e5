"""How a request reaches an agent: a call in this process, or sudo, doas, pkexec on this machine."""
