//! The report as a tree of typed parts; renderers turn it into pages, sheets and text.
//!
//! Text from evidence or from program files is only ever a [`Span::Text`] or [`Span::Code`]: renderers show it literally.

use serde::{Deserialize, Serialize};

use super::figure::{Citations, Figure};
use super::sheet::Sheet;
use super::state::ResultState;

/// Version of the JSON form of a report.
pub const REPORT_FORMAT: u32 = 1;

/// Tables of a document end here; the rest stands in the workbook (Typst needs about 2 MB of memory a page, decision D40).
pub const TABLE_ROWS_MAX: usize = 2_000;

/// Which report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Open points per criterion, for management.
    Readiness,
    /// Package draft as of a date: description and design.
    Type1,
    /// Package draft for a period: description, design and operation.
    Type2,
}

impl Kind {
    /// The name on the command line and in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Readiness => "readiness",
            Self::Type1 => "type1",
            Self::Type2 => "type2",
        }
    }
}

/// A report: front matter, sections, and the sheets of its workbook.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// [`REPORT_FORMAT`].
    pub format: u32,
    /// Which report.
    pub kind: Kind,
    /// Title of the cover; begins with DEMO when the program data says so (decision D19).
    pub title: String,
    /// Lines under the title: system, organization, period or date, categories.
    pub subtitle: Vec<String>,
    /// Who and what, label and value, for the cover.
    pub facts: Vec<(String, String)>,
    /// "draft, management copy, not a service auditor's report"; on every page.
    pub notice: String,
    /// Ledger size and short root; on every page.
    pub anchor: String,
    /// Short title for page headers.
    pub running: String,
    /// Microseconds UTC of the newest thing the report knows; time of the files made from it, so that equal reports are equal bytes.
    pub made_us: i64,
    /// Stable identifier of the report, such as its kind, window and ledger root.
    pub ident: String,
    /// The sections in order.
    pub sections: Vec<Section>,
    /// The sheets of the workbook in order.
    pub sheets: Vec<Sheet>,
}

impl Report {
    /// The report without the rows of its workbook, as the typesetter needs it.
    #[must_use]
    pub fn without_sheets(&self) -> Self {
        Self {
            sheets: Vec::new(),
            ..self.clone()
        }
    }

    /// Every figure of the document, in reading order.
    pub fn figures(&self) -> impl Iterator<Item = &Figure> {
        self.sections
            .iter()
            .flat_map(|section| &section.blocks)
            .flat_map(Block::spans)
            .filter_map(|span| match span {
                Span::Figure(figure) => Some(figure),
                _ => None,
            })
    }
}

/// A section; begins on a new page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Section {
    /// "Section 4" or "Annex M"; empty if the title stands alone.
    pub label: String,
    /// Title.
    pub title: String,
    /// Who answers for it ("Prepared by management", "The service auditor's alone"); printed under the title.
    pub author: String,
    /// Wide tables: the pages lie on their side.
    pub wide: bool,
    /// Content.
    pub blocks: Vec<Block>,
}

impl Section {
    /// An empty section.
    #[must_use]
    pub fn new(label: &str, title: &str, author: &str) -> Self {
        Self {
            label: label.into(),
            title: title.into(),
            author: author.into(),
            wide: false,
            blocks: Vec::new(),
        }
    }

    /// The same on pages that lie on their side.
    #[must_use]
    pub fn lying(mut self) -> Self {
        self.wide = true;
        self
    }

    /// Adds a block.
    pub fn push(&mut self, block: Block) {
        self.blocks.push(block);
    }

    /// Adds a paragraph of plain text.
    pub fn say(&mut self, text: impl Into<String>) {
        self.blocks.push(Block::Paragraph {
            spans: vec![Span::text(text)],
        });
    }

    /// Adds a heading; level 2 is the first below the section's title.
    pub fn heading(&mut self, level: u8, text: impl Into<String>) {
        self.blocks.push(Block::Heading {
            level,
            text: text.into(),
        });
    }
}

/// A part of a section.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "block", rename_all = "snake_case")]
pub enum Block {
    /// A heading, level 2 to 4.
    Heading {
        /// 2 is the first below the section's title.
        level: u8,
        /// Text.
        text: String,
    },
    /// A paragraph.
    Paragraph {
        /// Content.
        spans: Vec<Span>,
    },
    /// A list of short entries.
    List {
        /// Numbered instead of dotted.
        numbered: bool,
        /// Entries.
        items: Vec<Vec<Span>>,
    },
    /// A table.
    Table(Table),
    /// A remark set apart from the text.
    Notice {
        /// How it is meant.
        tone: Tone,
        /// First words, printed bold.
        title: String,
        /// Entries; one is a paragraph, several a list.
        items: Vec<Vec<Span>>,
    },
    /// Lines that a person fills in by hand; never filled by the program.
    Blanks {
        /// One label a line.
        labels: Vec<String>,
    },
    /// A page that belongs to somebody else.
    Reserved {
        /// For whom and what.
        text: String,
    },
    /// Label and value pairs.
    Facts {
        /// The pairs.
        pairs: Vec<(String, Vec<Span>)>,
    },
}

impl Block {
    /// All spans in reading order.
    #[must_use]
    pub fn spans(&self) -> Vec<&Span> {
        match self {
            Self::Heading { .. } | Self::Blanks { .. } | Self::Reserved { .. } => Vec::new(),
            Self::Paragraph { spans } => spans.iter().collect(),
            Self::List { items, .. } | Self::Notice { items, .. } => {
                items.iter().flatten().collect()
            }
            Self::Facts { pairs } => pairs.iter().flat_map(|(_, spans)| spans).collect(),
            Self::Table(table) => table
                .rows
                .iter()
                .flat_map(|row| &row.cells)
                .flatten()
                .collect(),
        }
    }
}

/// How a notice is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    /// Good to know.
    Note,
    /// Somebody has to act before the report can be issued.
    Attention,
}

/// A table; its head is repeated on every page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Table {
    /// What it shows.
    pub caption: String,
    /// Columns.
    pub columns: Vec<Column>,
    /// Rows, each with as many cells as there are columns.
    pub rows: Vec<Row>,
    /// Under the table, such as "the other rows are in the workbook, sheet Exceptions".
    pub note: String,
}

impl Table {
    /// An empty table.
    #[must_use]
    pub fn new(caption: impl Into<String>, columns: &[(&str, u8, Align)]) -> Self {
        let columns = columns
            .iter()
            .map(|&(title, width, align)| Column {
                title: title.into(),
                width,
                align,
            })
            .collect();
        Self {
            caption: caption.into(),
            columns,
            rows: Vec::new(),
            note: String::new(),
        }
    }

    /// Adds a row.
    pub fn row(&mut self, cells: Vec<Vec<Span>>) {
        self.rows.push(Row {
            cells,
            emphasis: false,
        });
    }

    /// Adds a row that introduces those below it.
    pub fn band(&mut self, text: impl Into<String>) {
        self.rows.push(Row {
            cells: vec![vec![Span::Strong { text: text.into() }]],
            emphasis: true,
        });
    }

    /// Cuts the table at [`TABLE_ROWS_MAX`] rows and says where the others are.
    #[must_use]
    pub fn within(mut self, sheet: &str) -> Self {
        if self.rows.len() > TABLE_ROWS_MAX {
            self.rows.truncate(TABLE_ROWS_MAX);
            let cut = format!(
                "Only the first {TABLE_ROWS_MAX} rows are printed. All rows are in the workbook, sheet \"{sheet}\"."
            );
            self.note = [cut.as_str(), self.note.as_str()]
                .join(" ")
                .trim()
                .to_owned();
        }
        self
    }
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Column {
    /// Head.
    pub title: String,
    /// Share of the width; 0 takes what the content needs.
    pub width: u8,
    /// Alignment.
    pub align: Align,
}

/// Alignment of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Align {
    /// Text.
    Left,
    /// Numbers.
    Right,
    /// Marks.
    Center,
}

/// A row of a table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// One entry a column; a row with `emphasis` has one cell across all columns.
    pub cells: Vec<Vec<Span>>,
    /// Introduces the rows below it.
    pub emphasis: bool,
}

/// A stretch of text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "span", rename_all = "snake_case")]
pub enum Span {
    /// Words.
    Text {
        /// Shown literally.
        text: String,
    },
    /// Words that matter.
    Strong {
        /// Shown literally.
        text: String,
    },
    /// An identifier, a digest, an instant: fixed width, may break anywhere.
    Code {
        /// Shown literally.
        text: String,
    },
    /// A number with its evidence.
    Figure(Figure),
    /// The result of a test in words, with its mark.
    Result {
        /// Which of the four.
        state: ResultState,
    },
    /// Where the row's figures come from.
    Entries {
        /// Leaf indexes.
        leaves: Citations,
    },
}

impl Span {
    /// Words.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text { text: text.into() }
    }

    /// Words that matter.
    #[must_use]
    pub fn strong(text: impl Into<String>) -> Self {
        Self::Strong { text: text.into() }
    }

    /// An identifier, a digest or an instant.
    #[must_use]
    pub fn code(text: impl Into<String>) -> Self {
        Self::Code { text: text.into() }
    }
}

/// A cell with words.
#[must_use]
pub fn words(text: impl Into<String>) -> Vec<Span> {
    vec![Span::text(text)]
}

/// A cell with an identifier.
#[must_use]
pub fn code(text: impl Into<String>) -> Vec<Span> {
    vec![Span::code(text)]
}

/// A cell with a number.
#[must_use]
pub fn number(figure: Figure) -> Vec<Span> {
    vec![Span::Figure(figure)]
}

/// A cell that stays empty.
#[must_use]
pub const fn empty() -> Vec<Span> {
    Vec::new()
}
