"""See a machine: one module a place, each copies what is there and judges nothing."""
