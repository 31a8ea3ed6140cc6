//! Raw bytes to typed rows, pure.
