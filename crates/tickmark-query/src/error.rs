//! DataFusion's failures in the words of judge.

use datafusion::error::DataFusionError;
use tickmark_core::judge::populations::QueryError;

/// The engine could not plan or run the SQL, or ran out of its memory.
pub(crate) fn sql(error: DataFusionError) -> QueryError {
    match error.find_root() {
        DataFusionError::ResourcesExhausted(_) => QueryError::Limit {
            what: "it needs more memory than a worker has; ask for less at once (a shorter period, fewer columns)".to_owned(),
        },
        root => QueryError::Sql { what: first_line(&root.to_string()) },
    }
}

/// A file of the cache cannot be read or written.
pub(crate) fn file(path: &std::path::Path, error: impl std::fmt::Display) -> QueryError {
    QueryError::Worker {
        what: format!("{}: {error}", path.display()),
    }
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().to_owned()
}
