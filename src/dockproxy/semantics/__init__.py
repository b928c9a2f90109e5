"""How each program chooses a proxy and reads NO_PROXY."""
