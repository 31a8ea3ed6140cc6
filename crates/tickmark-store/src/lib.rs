//! Durable storage of leaves, blobs and salts.
