//! All rows of a list as a file, CSV or XLSX. Whatever the text, no cell of it is a formula.

use tickmark_core::report::list;

use super::{Asked, csv};
use crate::house::Download;

/// Media type of a workbook.
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// The file that is asked for; `name` has no ending. A list that is no [`Table`](super::Table) exports with this too.
///
/// A workbook that cannot be written becomes CSV: whoever asks gets all rows either way.
pub fn file<H, R, C>(asked: &Asked, name: &str, heads: &[H], rows: R) -> Download
where
    H: AsRef<str>,
    R: IntoIterator<Item = C> + Clone,
    C: IntoIterator<Item = String>,
{
    if asked.xlsx
        && let Ok(bytes) = list::workbook(name, heads, rows.clone())
    {
        return Download {
            name: format!("{name}.xlsx"),
            media: XLSX,
            bytes,
        };
    }
    // The mark that tells spreadsheet programs it is UTF-8.
    let mut out = String::from('\u{feff}');
    csv::line(heads, &mut out);
    for row in rows {
        csv::line(row, &mut out);
    }
    Download {
        name: format!("{name}.csv"),
        media: "text/csv; charset=utf-8",
        bytes: out.into_bytes(),
    }
}

/// `Export CSV` and `XLSX`, for the head of a list.
#[must_use]
pub fn links(csv: &str, xlsx: &str) -> maud::Markup {
    maud::html! {
        span.exports {
            a.export href=(csv) download="" { "Export CSV" }
            a.export href=(xlsx) download="" { span.quiet { "Export " } "XLSX" }
        }
    }
}
