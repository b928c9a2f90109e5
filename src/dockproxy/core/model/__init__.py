"""What everything else speaks of: immutable, serialisable records. No I/O here."""
