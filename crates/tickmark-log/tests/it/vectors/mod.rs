//! Public vectors, counted in the output: `cargo test -p tickmark-log vectors -- --nocapture`.

mod ed25519;
mod litewitness;
mod merkle;
mod tessera;
