"""dockproxy: see, set, prove and take back Docker's proxy settings."""

__version__ = "0.1.0.dev0"
