//! Tickmark proves that controls worked for the whole period.
