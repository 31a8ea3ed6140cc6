//! The only room that connects to sources.
