//! The file system as a job sees it: the one folder that holds its files, under a scheme of its own.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use datafusion::{
    common::{DataFusionError, plan_datafusion_err},
    datasource::listing::ListingTableUrl,
    execution::object_store::ObjectStoreRegistry,
    object_store::{ObjectStore, local::LocalFileSystem},
};
use tickmark_core::judge::{
    job::{Rows, Table},
    populations::QueryError,
};
use url::Url;

use crate::error::{file as file_error, sql as sql_error};

/// Scheme and host of the facts in the engine. No text of a question can name it: there are no tables from URLs.
const BASE: &str = "facts://cache/";

/// A registry with one store, or none when no table has files.
#[derive(Debug, Clone)]
pub(crate) struct OnlyFacts {
    folder: PathBuf,
    store: Option<Arc<dyn ObjectStore>>,
}

impl OnlyFacts {
    /// The deepest folder that holds all files of the tables.
    pub(crate) fn of(tables: &[Table]) -> Result<Self, QueryError> {
        let files = tables.iter().flat_map(|t| match &t.rows {
            Rows::Files(files) => files.as_slice(),
            Rows::Inline(_) => &[],
        });
        let folder = files
            .filter_map(|f| Path::new(&f.path).parent())
            .map(Path::to_path_buf)
            .reduce(|a, b| common(&a, &b));
        let Some(folder) = folder else {
            return Ok(Self {
                folder: PathBuf::new(),
                store: None,
            });
        };
        let store =
            LocalFileSystem::new_with_prefix(&folder).map_err(|e| file_error(&folder, e))?;
        Ok(Self {
            folder,
            store: Some(Arc::new(store)),
        })
    }

    /// The address of a file inside the engine.
    pub(crate) fn url(&self, path: &Path) -> Result<ListingTableUrl, QueryError> {
        let outside = || file_error(path, "it is not in the folder of the facts");
        let below = path.strip_prefix(&self.folder).map_err(|_| outside())?;
        let mut url = Url::parse(BASE).map_err(|_| outside())?;
        {
            let mut segments = url.path_segments_mut().map_err(|()| outside())?;
            segments.pop_if_empty();
            for part in below.components() {
                segments.push(part.as_os_str().to_str().ok_or_else(outside)?);
            }
        }
        ListingTableUrl::try_new(url, None).map_err(sql_error)
    }
}

fn common(a: &Path, b: &Path) -> PathBuf {
    let same = a.components().zip(b.components());
    same.take_while(|(x, y)| x == y).map(|(x, _)| x).collect()
}

impl ObjectStoreRegistry for OnlyFacts {
    fn register_store(&self, _: &Url, _: Arc<dyn ObjectStore>) -> Option<Arc<dyn ObjectStore>> {
        None
    }

    fn get_store(&self, url: &Url) -> Result<Arc<dyn ObjectStore>, DataFusionError> {
        match &self.store {
            Some(store) if url.as_str().starts_with(BASE) => Ok(Arc::clone(store)),
            _ => Err(plan_datafusion_err!("`{url}` cannot be read here")),
        }
    }
}
