//! The `Report` value and its sections.
