//! The recipient's name on every page of a PDF: across the page and at its foot, as text that can be searched.
//!
//! It tells a reader whose copy this is; it does not stop somebody who edits PDFs. Not marked: files attached inside the PDF.

use lopdf::{Dictionary, Document, LoadOptions, Object, ObjectId, Stream, dictionary};

/// Why a PDF cannot carry a mark. Nothing is handed out then.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unmarkable {
    /// Not a PDF, or one that breaks the format.
    #[error("this is no PDF that can be read; export it again as PDF")]
    NotPdf,
    /// Protected by a password or against changes.
    #[error(
        "this PDF is protected; publish a copy without protection, so that each copy can carry its recipient's name"
    )]
    Protected,
    /// Its pages are not where the format wants them.
    #[error("the pages of this PDF cannot be found; export it again as PDF")]
    NoPages,
}

/// Name of the mark among the resources of a page.
const NAME: &str = "TickmarkCopy";
/// Most bytes that a stream of the file may unpack to while it is read.
const MOST_UNPACKED: usize = 256 << 20;
/// Most levels of a page tree that are climbed.
const MOST_LEVELS: usize = 64;
/// Height of a letter against its size, and the mean width of one: Helvetica, good enough to place a line.
const MEAN_WIDTH: f32 = 0.52;

/// Whether a PDF can be marked.
///
/// # Errors
/// It cannot; the text says what to do.
pub fn check(pdf: &[u8]) -> Result<(), Unmarkable> {
    mark(pdf, "name@company.example", "2026-01-01T00:00:00Z").map(drop)
}

/// A copy that names its recipient and the time on every page.
///
/// # Errors
/// The PDF cannot be marked on every page.
pub fn mark(pdf: &[u8], recipient: &str, time: &str) -> Result<Vec<u8>, Unmarkable> {
    if !pdf.starts_with(b"%PDF-") {
        return Err(Unmarkable::NotPdf);
    }
    let options = LoadOptions::with_max_decompressed_size(MOST_UNPACKED);
    let mut document =
        Document::load_mem_with_options(pdf, options).map_err(|_| Unmarkable::NotPdf)?;
    if document.is_encrypted() || document.was_encrypted() {
        return Err(Unmarkable::Protected);
    }
    let pages: Vec<ObjectId> = document.page_iter().collect();
    if pages.is_empty() || counted(&document) != Some(pages.len()) {
        return Err(Unmarkable::NoPages);
    }
    let font = document.try_add_object(font()).map_err(broken)?;
    let faint = document.try_add_object(faint()).map_err(broken)?;
    let open = document
        .try_add_object(Stream::new(Dictionary::new(), b"q\n".to_vec()))
        .map_err(broken)?;
    let text = Text::new(recipient, time);
    for page in pages {
        let area = Area::of(&document, page).ok_or(Unmarkable::NoPages)?;
        let form = form(&area, &text, font, faint);
        let form = document.try_add_object(form).map_err(broken)?;
        put(&mut document, page, form, open)?;
    }
    let mut out = Vec::with_capacity(pdf.len() + (64 << 10));
    document.save_to(&mut out).map_err(|_| Unmarkable::NotPdf)?;
    Ok(out)
}

fn broken(_: lopdf::Error) -> Unmarkable {
    Unmarkable::NotPdf
}

/// The number of pages that the file says it has: a page that is not found would be a page without a name.
fn counted(document: &Document) -> Option<usize> {
    let root = document.catalog().ok()?.get(b"Pages").ok()?;
    let (_, root) = document.dereference(root).ok()?;
    let count = root.as_dict().ok()?.get(b"Count").ok()?;
    let (_, count) = document.dereference(count).ok()?;
    usize::try_from(count.as_i64().ok()?).ok()
}

fn font() -> Dictionary {
    dictionary! {
        "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica", "Encoding" => "WinAnsiEncoding",
    }
}

fn faint() -> Dictionary {
    dictionary! { "Type" => "ExtGState", "ca" => Object::Real(0.16) }
}

/// What is written, in letters that the built-in font has.
struct Text {
    across: String,
    foot: String,
}

impl Text {
    fn new(recipient: &str, time: &str) -> Self {
        let (recipient, time) = (plain(recipient), plain(time));
        Self {
            foot: format!(
                "Copy for {recipient}, made {time}. Restricted use; not to be passed on."
            ),
            across: recipient,
        }
    }
}

/// Letters that are not ASCII by their number: the built-in font has no others for sure.
fn plain(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            ' '..='~' => out.push(c),
            c => out.push_str(&format!("(U+{:04X})", u32::from(c))),
        }
    }
    out
}

/// Where a page is seen: its corner, its size, and by how much it is turned.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Area {
    left: f32,
    bottom: f32,
    width: f32,
    height: f32,
    /// 0, 90, 180 or 270 degrees clockwise.
    turned: i64,
}

impl Area {
    fn of(document: &Document, page: ObjectId) -> Option<Self> {
        let shown = inherited(document, page, b"CropBox");
        let corners = shown.or_else(|| inherited(document, page, b"MediaBox"))?;
        let numbers: Option<Vec<f32>> = corners
            .as_array()
            .ok()?
            .iter()
            .map(|n| document.dereference(n).ok()?.1.as_float().ok())
            .collect();
        let [x1, y1, x2, y2] = <[f32; 4]>::try_from(numbers?).ok()?;
        let turned = inherited(document, page, b"Rotate");
        let turned = turned.and_then(|t| t.as_i64().ok()).unwrap_or(0);
        let area = Self {
            left: x1.min(x2),
            bottom: y1.min(y2),
            width: (x2 - x1).abs(),
            height: (y2 - y1).abs(),
            turned: turned.rem_euclid(360) / 90 * 90,
        };
        let sane = |n: f32| n.is_finite() && n.abs() < 1.0e6;
        let whole = [area.left, area.bottom, area.width, area.height];
        let fine = whole.into_iter().all(sane) && area.width > 1.0 && area.height > 1.0;
        fine.then_some(area)
    }

    /// The matrix from the page as a reader sees it, its lower left corner at 0, to the page as it is written; and the size seen.
    fn seen(&self) -> ([f32; 6], f32, f32) {
        let (l, b, w, h) = (self.left, self.bottom, self.width, self.height);
        match self.turned {
            90 => ([0.0, 1.0, -1.0, 0.0, l + w, b], h, w),
            180 => ([-1.0, 0.0, 0.0, -1.0, l + w, b + h], w, h),
            270 => ([0.0, -1.0, 1.0, 0.0, l, b + h], h, w),
            _ => ([1.0, 0.0, 0.0, 1.0, l, b], w, h),
        }
    }
}

/// A value of a page or of what is above it in the tree.
fn inherited(document: &Document, page: ObjectId, key: &[u8]) -> Option<Object> {
    let mut node = document.get_dictionary(page).ok()?;
    for _ in 0..MOST_LEVELS {
        if let Ok(found) = node.get(key) {
            return document.dereference(found).ok().map(|(_, o)| o.clone());
        }
        let above = node.get(b"Parent").ok()?;
        node = document.dereference(above).ok()?.1.as_dict().ok()?;
    }
    None
}

/// The mark of a page as a drawing of its own, with its own font: what the page defines cannot change it.
fn form(area: &Area, text: &Text, font: ObjectId, faint: ObjectId) -> Stream {
    let (matrix, width, height) = area.seen();
    let line = |text: &str| {
        text.replace('\\', "\\\\")
            .replace('(', "\\(")
            .replace(')', "\\)")
    };
    let letters = |text: &str| f32::from(u16::try_from(text.len()).unwrap_or(u16::MAX));
    let diagonal = width.hypot(height);
    let large = (diagonal * 0.72 / (letters(&text.across) * MEAN_WIDTH)).clamp(6.0, 54.0);
    let small = ((width - 24.0) / (letters(&text.foot) * MEAN_WIDTH)).clamp(3.0, 7.5);
    let (cos, sin) = (width / diagonal, height / diagonal);
    let half = large * letters(&text.across) * MEAN_WIDTH / 2.0;
    let (x, y) = (width / 2.0 - half * cos, height / 2.0 - half * sin);
    let content = format!(
        "q /Faint gs 0.25 g BT /Mark {large:.2} Tf {cos:.4} {sin:.4} {:.4} {cos:.4} {x:.2} {y:.2} Tm ({}) Tj ET Q\n\
         q 0.35 g BT /Mark {small:.2} Tf 1 0 0 1 12 8 Tm ({}) Tj ET Q\n",
        -sin,
        line(&text.across),
        line(&text.foot),
    );
    let dict = dictionary! {
        "Type" => "XObject",
        "Subtype" => "Form",
        "BBox" => vec![Object::Real(0.0), Object::Real(0.0), Object::Real(width), Object::Real(height)],
        "Matrix" => matrix.iter().map(|n| Object::Real(*n)).collect::<Vec<Object>>(),
        "Resources" => dictionary! {
            "Font" => dictionary! { "Mark" => font },
            "ExtGState" => dictionary! { "Faint" => faint },
        },
    };
    Stream::new(dict, content.into_bytes())
}

/// Draws the mark over everything else on a page; `open` saves the state that the page begins with.
fn put(
    document: &mut Document,
    page: ObjectId,
    form: ObjectId,
    open: ObjectId,
) -> Result<(), Unmarkable> {
    // Resources may be shared between pages: each mark has a name of its own.
    let name = format!("{NAME}{}", form.0);
    document
        .add_xobject(page, name.as_bytes(), form)
        .map_err(broken)?;
    let draw = format!("\nQ q /{name} Do Q\n").into_bytes();
    let draw = document
        .try_add_object(Stream::new(Dictionary::new(), draw))
        .map_err(broken)?;
    let streams = document.get_page_contents(page);
    let mut contents = vec![Object::Reference(open)];
    contents.extend(streams.into_iter().map(Object::Reference));
    contents.push(Object::Reference(draw));
    let dict = document.get_dictionary_mut(page).map_err(broken)?;
    dict.set("Contents", contents);
    match named(document, page, name.as_bytes()) {
        Some(found) if found == form => Ok(()),
        _ => Err(Unmarkable::NoPages),
    }
}

/// What a page finds under a name among its drawings.
fn named(document: &Document, page: ObjectId, name: &[u8]) -> Option<ObjectId> {
    let resources = inherited(document, page, b"Resources")?;
    let drawings = resources.as_dict().ok()?.get(b"XObject").ok()?;
    let (_, drawings) = document.dereference(drawings).ok()?;
    drawings.as_dict().ok()?.get(name).ok()?.as_reference().ok()
}
