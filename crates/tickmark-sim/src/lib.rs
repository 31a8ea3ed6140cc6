//! A seeded company that lives twelve months in seconds.
