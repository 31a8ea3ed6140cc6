//! The auditor's workbook as XLSX: typed cells, fixed times, the notice on every printed page.

use rust_xlsxwriter::{
    Color, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet,
    XlsxError,
};

use super::document::Report;
use super::sheet::{Datum, Sheet};

/// Excel's limit for the text of a cell.
const CELL_MAX: usize = 32_767;
/// Rows above the data: title, notice, heads.
const HEAD_ROWS: u32 = 3;

/// Why there is no workbook.
#[derive(Debug, thiserror::Error)]
pub enum WorkbookError {
    /// More rows than a sheet can hold.
    #[error(
        "sheet `{sheet}` has more rows than a workbook holds (1048576); narrow the period or the tests"
    )]
    TooLong {
        /// Sheet.
        sheet: String,
    },
    /// The writer refused.
    #[error("the workbook could not be written: {0}")]
    Writer(#[from] XlsxError),
}

/// Writes the sheets of a report. Equal reports give equal bytes: the file's times are the report's.
///
/// # Errors
/// [`WorkbookError`].
pub fn workbook(report: &Report) -> Result<Vec<u8>, WorkbookError> {
    let mut workbook = Workbook::new();
    let made = ExcelDateTime::from_timestamp(report.made_us.div_euclid(1_000_000))?;
    let properties = DocProperties::new()
        .set_title(&report.title)
        .set_subject(report.subtitle.join(", "))
        .set_comment(format!("{}; {}", report.notice, report.anchor))
        .set_creation_datetime(&made);
    workbook.set_properties(&properties);
    let formats = Formats::new();
    for sheet in &report.sheets {
        let worksheet = workbook.add_worksheet();
        worksheet.set_name(&sheet.name)?;
        fill(worksheet, sheet, report, &formats)?;
    }
    if report.sheets.is_empty() {
        workbook.add_worksheet().write_string(0, 0, &report.title)?;
    }
    Ok(workbook.save_to_buffer()?)
}

struct Formats {
    title: Format,
    notice: Format,
    head: Format,
    text: Format,
    number: Format,
    share: Format,
    auditor: Format,
}

impl Formats {
    fn new() -> Self {
        let cell = || {
            Format::new()
                .set_align(FormatAlign::Top)
                .set_border(FormatBorder::Hair)
                .set_border_color(Color::RGB(0x00B8_BEC6))
        };
        Self {
            title: Format::new().set_bold().set_font_size(14),
            notice: Format::new()
                .set_italic()
                .set_font_color(Color::RGB(0x0080_3A00)),
            head: Format::new()
                .set_bold()
                .set_text_wrap()
                .set_align(FormatAlign::Top)
                .set_background_color(Color::RGB(0x00E4_E8ED))
                .set_border(FormatBorder::Thin)
                .set_border_color(Color::RGB(0x0080_8890)),
            text: cell().set_text_wrap(),
            number: cell().set_num_format("0"),
            share: cell().set_num_format("0.00%"),
            auditor: cell().set_background_color(Color::RGB(0x00FB_F7E8)),
        }
    }
}

fn fill(
    worksheet: &mut Worksheet,
    sheet: &Sheet,
    report: &Report,
    formats: &Formats,
) -> Result<(), WorkbookError> {
    let rows = u32::try_from(sheet.rows.len()).unwrap_or(u32::MAX);
    if rows > 1_048_576 - HEAD_ROWS {
        return Err(WorkbookError::TooLong {
            sheet: sheet.name.clone(),
        });
    }
    worksheet.write_string_with_format(0, 0, cut(&sheet.title), &formats.title)?;
    worksheet.write_string_with_format(
        1,
        0,
        format!("{}; {}", report.notice, report.anchor),
        &formats.notice,
    )?;
    let mut auditors = Vec::with_capacity(sheet.columns.len());
    for (column, (head, width)) in (0_u16..).zip(&sheet.columns) {
        worksheet.write_string_with_format(HEAD_ROWS - 1, column, cut(head), &formats.head)?;
        worksheet.set_column_width(column, *width)?;
        auditors.push(head.starts_with("Auditor") || head == "Management response");
    }
    for (line, row) in (HEAD_ROWS..).zip(&sheet.rows) {
        for ((column, datum), by_hand) in (0_u16..).zip(row).zip(&auditors) {
            write(
                worksheet,
                line,
                column,
                datum,
                if *by_hand {
                    &formats.auditor
                } else {
                    &formats.text
                },
                formats,
            )?;
        }
    }
    print_setup(worksheet, sheet, report, rows)
}

fn print_setup(
    worksheet: &mut Worksheet,
    sheet: &Sheet,
    report: &Report,
    rows: u32,
) -> Result<(), WorkbookError> {
    let last = u16::try_from(sheet.columns.len().saturating_sub(1)).unwrap_or(u16::MAX);
    worksheet.set_freeze_panes(HEAD_ROWS, 1)?;
    if rows > 0 && sheet.name != "Summary" {
        worksheet.autofilter(HEAD_ROWS - 1, 0, HEAD_ROWS - 1 + rows, last)?;
    }
    worksheet.set_landscape();
    worksheet.set_print_fit_to_pages(1, 0);
    worksheet.set_repeat_rows(0, HEAD_ROWS - 1)?;
    // In headers and footers `&` begins a code, so a literal one is doubled; the text itself is limited to 255 characters.
    let literal = |text: &str| text.chars().take(80).collect::<String>().replace('&', "&&");
    worksheet.set_header(format!(
        "&L{}&R{}",
        literal(&report.running),
        literal(&sheet.name)
    ));
    worksheet.set_footer(format!(
        "&L{}&C&P of &N&R{}",
        literal(&report.notice),
        literal(&report.anchor)
    ));
    Ok(())
}

/// Text is written as text and numbers as numbers; nothing is ever written as a formula or a link.
fn write(
    worksheet: &mut Worksheet,
    row: u32,
    column: u16,
    datum: &Datum,
    text_format: &Format,
    formats: &Formats,
) -> Result<(), WorkbookError> {
    match datum {
        Datum::Empty => worksheet.write_blank(row, column, text_format)?,
        Datum::Text(text) => {
            worksheet.write_string_with_format(row, column, cut(text), text_format)?
        }
        Datum::Number(figure) => match (figure.count(), figure.share()) {
            // Beyond 2^53 a spreadsheet would round the number.
            (Some(count), _) if count < 1 << 53 => {
                #[expect(
                    clippy::cast_precision_loss,
                    reason = "below 2^53 every whole number is exact"
                )]
                let exact = count as f64;
                worksheet.write_number_with_format(row, column, exact, &formats.number)?
            }
            (_, Some(share)) => {
                worksheet.write_number_with_format(row, column, share, &formats.share)?
            }
            _ => worksheet.write_string_with_format(
                row,
                column,
                figure.to_string(),
                &formats.text,
            )?,
        },
    };
    Ok(())
}

/// At most what a cell holds, with a mark where it was cut.
pub(super) fn cut(text: &str) -> String {
    if text.encode_utf16().count() <= CELL_MAX {
        return text.to_owned();
    }
    let mut out: String = text.chars().take(CELL_MAX / 2 - 8).collect();
    out.push_str(" [cut]");
    out
}
