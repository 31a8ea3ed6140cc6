//! Many small files of a population as few segments: a year of daily pulls is no longer 365 files.
//!
//! A segment holds what its files hold, for events without the rows that a later file of the same segment replaces.
//! It is named by the digest of its inputs, so it is as immutable as they are; they stay where they are.

use std::path::{Path, PathBuf};

use arrow::{array::RecordBatch, compute::concat_batches};
use sha2::{Digest as _, Sha256};
use tickmark_core::{
    facts::schema::Schema,
    judge::{job::StoredFile, populations::QueryError},
};

use super::{
    Folder, columns_of, file_schema,
    read::{batches, usable},
    write::{layout_of, put},
};
use crate::error::file as file_error;

/// Files a question reads for one population before they are merged.
pub const MOST_FILES: usize = 64;
/// A segment is closed when its inputs have so many bytes; rows of 100 bytes come to a few million.
const SEGMENT_BYTES: u64 = 64 << 20;

impl Folder {
    /// The same rows in at most about [`MOST_FILES`] files: the oldest ones are merged in whole groups, so that tomorrow's
    /// call finds today's segments.
    ///
    /// Several stored files may then have one path; each keeps its leaf, its stream and its times.
    ///
    /// # Errors
    /// A file cannot be read or a segment cannot be written.
    pub fn merged(
        &self,
        schema: &Schema,
        files: Vec<StoredFile>,
    ) -> Result<Vec<StoredFile>, QueryError> {
        let mut paths: Vec<PathBuf> = Vec::with_capacity(files.len());
        let mut place: Vec<usize> = Vec::with_capacity(files.len());
        for file in &files {
            let path = PathBuf::from(&file.path);
            if paths.last() != Some(&path) {
                paths.push(path);
            }
            place.push(paths.len() - 1);
        }
        while paths.len() > MOST_FILES {
            let groups = groups(&paths)?;
            if groups.iter().all(|g| g.len() == 1) {
                break;
            }
            let mut segments = Vec::with_capacity(groups.len());
            let mut moved = Vec::with_capacity(paths.len());
            for group in &groups {
                moved.extend(group.iter().map(|_| segments.len()));
                segments.push(self.segment(schema, group)?);
            }
            for at in &mut place {
                *at = moved.get(*at).copied().unwrap_or(*at);
            }
            paths = segments;
        }
        let path = |at: usize| paths.get(at).map(|p| p.display().to_string());
        let together = files.into_iter().zip(place);
        Ok(together
            .map(|(file, at)| StoredFile {
                path: path(at).unwrap_or_else(|| file.path.clone()),
                ..file
            })
            .collect())
    }

    fn segment(&self, schema: &Schema, inputs: &[PathBuf]) -> Result<PathBuf, QueryError> {
        if let [only] = inputs {
            return Ok(only.clone());
        }
        let names: Vec<String> = inputs
            .iter()
            .map(|p| {
                p.file_name()
                    .unwrap_or_default()
                    .to_string_lossy()
                    .into_owned()
            })
            .collect();
        let digest = Sha256::digest(names.join("\n").as_bytes());
        let digest16: String = digest.iter().take(8).map(|b| format!("{b:02x}")).collect();
        let path = self
            .root
            .join(schema.name.as_str())
            .join(format!("segment-{digest16}.parquet"));
        if !usable(&path) {
            let columns = columns_of(schema);
            let batch = all(inputs, &path, schema)?;
            put(&path, &columns, &layout_of(schema), &batch)?;
        }
        Ok(path)
    }
}

fn all(inputs: &[PathBuf], path: &Path, schema: &Schema) -> Result<RecordBatch, QueryError> {
    let mut parts = Vec::new();
    for input in inputs {
        parts.extend(batches(input)?);
    }
    concat_batches(&file_schema(&columns_of(schema)), &parts).map_err(|e| file_error(path, e))
}

/// Consecutive files: whole groups of [`MOST_FILES`] or of [`SEGMENT_BYTES`], the rest one by one.
fn groups(paths: &[PathBuf]) -> Result<Vec<Vec<PathBuf>>, QueryError> {
    let mut groups = Vec::new();
    let mut open: Vec<PathBuf> = Vec::new();
    let mut bytes = 0;
    for path in paths {
        let size = std::fs::metadata(path)
            .map_err(|e| file_error(path, e))?
            .len();
        if bytes + size > SEGMENT_BYTES && !open.is_empty() {
            groups.push(std::mem::take(&mut open));
            bytes = 0;
        }
        open.push(path.clone());
        bytes += size;
        if open.len() == MOST_FILES {
            groups.push(std::mem::take(&mut open));
            bytes = 0;
        }
    }
    groups.extend(open.into_iter().map(|p| vec![p]));
    Ok(groups)
}
