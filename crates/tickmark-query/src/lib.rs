//! Leaf room: Parquet and DataFusion, the worker that asks populations.
