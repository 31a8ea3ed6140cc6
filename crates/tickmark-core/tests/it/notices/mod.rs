//! Who is told what: at once, in a digest, once.

mod laws;
mod said;
mod scene;
