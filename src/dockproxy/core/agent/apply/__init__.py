"""Changes to a machine: safe writes, the journal, the restart protocol and the way back."""
