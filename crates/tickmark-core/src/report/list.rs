//! A list as XLSX: heads and rows, every cell text.
//!
//! Rows of a list hold whatever people and sources have written. A cell that is text of the format *text* is no formula, is not made one by
//! opening it or by editing it, and is no link; numbers and days are text too, as they stand on the page.

use rust_xlsxwriter::{
    Color, DocProperties, ExcelDateTime, Format, FormatAlign, IgnoreError, Workbook, Worksheet,
};

use super::workbook::{WorkbookError, cut};

/// Most rows of a list. A sheet could hold ten times as many, but it is made in memory; CSV has no such limit.
pub const MOST: u32 = 100_000;
/// Made at a time that says nothing, so that equal lists give equal bytes: the first moment that a ZIP archive knows.
const MADE: i64 = 315_532_800;
/// Narrowest and widest column, in characters.
const WIDTH: (usize, usize) = (9, 70);

/// Writes a list. Where there are more than [`MOST`] rows, the last one says so.
///
/// # Errors
/// [`WorkbookError`]: more columns than a sheet holds, or the writer refuses.
pub fn workbook<H, R, C>(title: &str, heads: &[H], rows: R) -> Result<Vec<u8>, WorkbookError>
where
    H: AsRef<str>,
    R: IntoIterator<Item = C>,
    C: IntoIterator<Item = String>,
{
    let mut workbook = Workbook::new();
    let made = ExcelDateTime::from_timestamp(MADE)?;
    workbook.set_properties(
        &DocProperties::new()
            .set_title(plain(title))
            .set_creation_datetime(&made),
    );
    let sheet = workbook.add_worksheet();
    sheet.set_name("List")?;
    fill(sheet, heads, rows)?;
    Ok(workbook.save_to_buffer()?)
}

fn fill<H, R, C>(sheet: &mut Worksheet, heads: &[H], rows: R) -> Result<(), WorkbookError>
where
    H: AsRef<str>,
    R: IntoIterator<Item = C>,
    C: IntoIterator<Item = String>,
{
    let text = Format::new()
        .set_num_format("@")
        .set_text_wrap()
        .set_align(FormatAlign::Top);
    let head = Format::new()
        .set_num_format("@")
        .set_bold()
        .set_background_color(Color::RGB(0x00E4_E8ED));
    let mut widths = Vec::with_capacity(heads.len());
    for (column, words) in (0_u16..).zip(heads) {
        let words = plain(words.as_ref());
        widths.push(words.chars().count());
        sheet.write_string_with_format(0, column, words, &head)?;
    }
    let (mut last, mut left_out) = (0_u32, 0_u64);
    for row in rows {
        if last == MOST {
            left_out += 1;
            continue;
        }
        last += 1;
        for ((column, cell), width) in (0_u16..).zip(row).zip(&mut widths) {
            let cell = plain(&cell);
            *width = (*width).max(cell.lines().map(|l| l.chars().count()).max().unwrap_or(0));
            sheet.write_string_with_format(last, column, cell, &text)?;
        }
    }
    if left_out > 0 {
        let words = format!("and {left_out} more rows, which a CSV export has");
        sheet.write_string_with_format(last + 1, 0, words, &text)?;
    }
    for (column, width) in (0_u16..).zip(&widths) {
        let width = u16::try_from((*width + 2).clamp(WIDTH.0, WIDTH.1)).unwrap_or(9);
        sheet.set_column_width(column, width)?;
    }
    set_up(sheet, last, u16::try_from(heads.len()).unwrap_or(u16::MAX))
}

/// Head row that stays, filters, paper.
fn set_up(sheet: &mut Worksheet, last: u32, columns: u16) -> Result<(), WorkbookError> {
    sheet.set_freeze_panes(1, 0)?;
    sheet.set_landscape();
    sheet.set_print_fit_to_pages(1, 0);
    sheet.set_repeat_rows(0, 0)?;
    if last > 0 && columns > 0 {
        sheet.autofilter(0, 0, last, columns - 1)?;
        // Numbers are text on purpose; no green corners.
        sheet.ignore_error_range(0, 0, last, columns - 1, IgnoreError::NumberStoredAsText)?;
    }
    Ok(())
}

/// Text as a cell takes it: no signs that XML does not know, not longer than a cell.
fn plain(text: &str) -> String {
    let known = |c: char| match c {
        '\n' | '\t' => c,
        c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => '\u{fffd}',
        c => c,
    };
    cut(&text
        .replace("\r\n", "\n")
        .chars()
        .map(known)
        .collect::<String>())
}

#[cfg(test)]
mod tests {
    #![allow(
        clippy::unwrap_used,
        clippy::indexing_slicing,
        reason = "a test that fails may panic"
    )]
    use std::io::Cursor;

    use calamine::{Data, Reader as _, Xlsx};
    use proptest::prelude::*;

    use super::*;

    fn opened(bytes: Vec<u8>) -> (Vec<Vec<Data>>, usize) {
        let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
        let rows = book.worksheet_range("List").unwrap();
        let formulas = book.worksheet_formula("List").unwrap();
        let formulas = formulas
            .used_cells()
            .filter(|(_, _, f)| !f.is_empty())
            .count();
        (rows.rows().map(<[Data]>::to_vec).collect(), formulas)
    }

    proptest! {
        /// Whatever stands in a cell, it is read back as that text, and nothing is a formula.
        #[test]
        fn no_cell_is_a_formula(cells in prop::collection::vec("[=+\\-@\t'|]{0,2}(HYPERLINK\\(\"http://x\",\"y\"\\)|cmd|_x0041_|1|2026-01-01)?\\PC{0,12}", 1..12)) {
            let rows: Vec<Vec<String>> = cells.chunks(3).map(<[String]>::to_vec).collect();
            let (read, formulas) = opened(workbook("things", &["=A", "B", "C"], rows.clone()).unwrap());
            prop_assert_eq!(formulas, 0);
            prop_assert_eq!(&read[0][0], &Data::String("=A".into()));
            for (row, line) in rows.iter().zip(&read[1..]) {
                for (cell, got) in row.iter().zip(line) {
                    match got {
                        Data::String(text) => prop_assert_eq!(text, &plain(cell)),
                        Data::Empty => prop_assert!(cell.is_empty()),
                        other => prop_assert!(false, "{cell:?} became {other:?}"),
                    }
                }
            }
        }
    }

    #[test]
    fn control_signs_and_long_texts_give_a_file_that_opens() {
        let nasty = format!(
            "a\0\u{1}\u{b}\r\nb\u{ffff}]]>&<\u{1f600}{}",
            "y".repeat(40_000)
        );
        let (read, _) = opened(workbook("x", &["A"], [[nasty]]).unwrap());
        let Data::String(text) = &read[1][0] else {
            unreachable!("{:?}", read[1][0])
        };
        assert!(
            text.starts_with("a\u{fffd}\u{fffd}\u{fffd}\nb\u{fffd}]]>&<\u{1f600}y")
                && text.ends_with("[cut]")
        );
    }

    #[test]
    fn equal_lists_give_equal_bytes() {
        let made = || workbook("x", &["A", "B"], [["1".to_owned(), "2".to_owned()]]).unwrap();
        assert_eq!(made(), made());
        assert!(workbook("x", &["A"], Vec::<Vec<String>>::new()).is_ok());
    }

    #[test]
    fn a_list_too_long_says_so() {
        let rows = (0..u64::from(MOST) + 5).map(|n| [n.to_string()]);
        let (read, _) = opened(workbook("x", &["A"], rows).unwrap());
        assert_eq!(read.len(), MOST as usize + 2);
        assert_eq!(
            read[MOST as usize + 1][0],
            Data::String("and 5 more rows, which a CSV export has".into())
        );
    }
}
