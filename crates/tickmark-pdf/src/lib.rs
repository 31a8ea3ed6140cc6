//! Leaf room: Typst.
