//! What a compilation can see: the template, the report as data, and the fonts inside the program.

use std::path::PathBuf;
use std::sync::LazyLock;

use tickmark_core::model::time::Time;
use tickmark_core::report::{Report, TypesetError};
use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt as _, World};
use typst_pdf::Timestamp;

use crate::view;

/// The page template.
const TEMPLATE: &str = include_str!("../../../library/reports/report.typ");
/// Where the template finds the report.
const DATA: &str = "/report.json";
const MAIN: &str = "/report.typ";

static FONTS: LazyLock<Vec<Font>> = LazyLock::new(|| {
    let all = typst_assets::fonts().flat_map(|data| Font::iter(Bytes::new(data)));
    // Reports hold no formulas; the mathematical fonts are the largest.
    all.filter(|font| !font.info().family.contains("Math"))
        .collect()
});
static BOOK: LazyLock<LazyHash<FontBook>> =
    LazyLock::new(|| LazyHash::new(FontBook::from_fonts(FONTS.iter())));
static LIBRARY: LazyLock<LazyHash<Library>> = LazyLock::new(|| LazyHash::new(Library::default()));

/// One report on its way to pages.
pub struct Room {
    main: FileId,
    data_id: FileId,
    source: Source,
    data: Bytes,
}

impl Room {
    /// Lays the template and the report's data out as two files that exist only here.
    pub fn new(report: &Report) -> Result<Self, TypesetError> {
        let main = file(MAIN)?;
        let data = serde_json::to_vec(&view::view(report))
            .map_err(|error| TypesetError::Refused(error.to_string()))?;
        Ok(Self {
            main,
            data_id: file(DATA)?,
            source: Source::new(main, TEMPLATE.to_owned()),
            data: Bytes::new(data),
        })
    }
}

fn file(path: &str) -> Result<FileId, TypesetError> {
    let path = VirtualPath::new(path).map_err(|error| TypesetError::Refused(error.to_string()))?;
    Ok(RootedPath::new(VirtualRoot::Project, path).intern())
}

impl World for Room {
    fn library(&self) -> &LazyHash<Library> {
        &LIBRARY
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &BOOK
    }

    fn main(&self) -> FileId {
        self.main
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.main {
            Ok(self.source.clone())
        } else {
            Err(absent(id))
        }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if id == self.data_id {
            Ok(self.data.clone())
        } else {
            Err(absent(id))
        }
    }

    fn font(&self, index: usize) -> Option<Font> {
        FONTS.get(index).cloned()
    }

    /// There is no clock here.
    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        None
    }
}

fn absent(id: FileId) -> FileError {
    FileError::NotFound(PathBuf::from(id.get().vpath().get_with_slash()))
}

/// The report's time as the time of the file.
pub fn timestamp(made_us: i64) -> Option<Timestamp> {
    let text = Time::from_micros(made_us).to_string();
    let mut numbers = text
        .split(|c: char| !c.is_ascii_digit())
        .map(|part| part.parse::<u16>().ok());
    let mut next = || numbers.next().flatten();
    let (year, month, day) = (next()?, next()?, next()?);
    let (hour, minute, second) = (next()?, next()?, next()?);
    let small = |number: u16| u8::try_from(number).ok();
    let datetime = Datetime::from_ymd_hms(
        i32::from(year),
        small(month)?,
        small(day)?,
        small(hour)?,
        small(minute)?,
        small(second)?,
    )?;
    Some(Timestamp::new_utc(datetime))
}
