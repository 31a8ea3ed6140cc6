//! What holds for every list: its pages together are the list, its address is the view, its files have what its pages have.

use std::io::Cursor;

use calamine::{Data, Reader as _, Xlsx};
use tickmark_server::pages::{self, table::Asked};
use tickmark_server::{Download, Role};

use super::html::elements;
use super::sample;

/// Leaves in the order shown.
fn leaves(page: &str) -> Vec<String> {
    let list = &page[page.find("<table").unwrap()..];
    let marked = list.split("aria-label=\"ledger entry ").skip(1);
    marked
        .map(|rest| rest.split('"').next().unwrap().to_owned())
        .collect()
}

fn ledger(query: &str) -> String {
    let (house, viewer) = (sample::house(), sample::viewer(Role::Owner));
    pages::ledger(&house, &viewer, sample::now(), &Asked::read(query)).into_string()
}

#[test]
fn the_pages_of_the_ledger_together_are_the_ledger() {
    let size = sample::house().log.size;
    let first = leaves(&ledger("rows=500"));
    assert_eq!(first.len(), 500);
    assert_eq!(first[0], (size - 1).to_string());
    let parts: Vec<String> = (1..=5)
        .flat_map(|page| leaves(&ledger(&format!("rows=100&page={page}"))))
        .collect();
    assert_eq!(parts, first);
    let last = leaves(&ledger("rows=100&page=999999"));
    assert_eq!(last.last().unwrap(), "0");
    let oldest = leaves(&ledger("rows=100&sort=leaf"));
    assert_eq!(
        oldest,
        (0..100).map(|n: u64| n.to_string()).collect::<Vec<_>>()
    );
}

#[test]
fn an_entry_of_the_ledger_is_called_the_same_wherever_its_page_begins() {
    let row = |page: &str, leaf: &str| {
        let at = page
            .find(&format!("aria-label=\"ledger entry {leaf}\""))
            .unwrap();
        page[at..].split("</tr>").next().unwrap().to_owned()
    };
    // An intent lies long before its result; a page that begins between them must know it all the same.
    let whole = ledger("rows=500&sort=leaf");
    for page in [
        "rows=25&sort=leaf&page=1",
        "rows=25&sort=leaf&page=2",
        "rows=25&sort=leaf&page=8",
    ] {
        let page = ledger(page);
        for leaf in leaves(&page) {
            assert_eq!(row(&page, &leaf), row(&whole, &leaf), "{leaf}");
        }
    }
    assert!(whole.contains("collection.intent"));
}

#[test]
fn the_ledger_is_narrowed_by_kind_and_by_words() {
    let runs = ledger("kind=test.run");
    let inputs = sample::house().inputs.unwrap();
    assert_eq!(leaves(&runs).len(), inputs.tests.len());
    assert!(ledger("q=waivers.yaml").contains("1\u{2013}1 of 1"));
    assert!(ledger("q=nothing+of+that+name").contains("No row matches"));
}

fn rows_of(file: Download) -> Vec<Vec<String>> {
    if file.name.ends_with(".xlsx") {
        let mut book: Xlsx<_> = Xlsx::new(Cursor::new(file.bytes)).unwrap();
        let range = book.worksheet_range("List").unwrap();
        let text = |cell: &Data| match cell {
            Data::Empty => String::new(),
            Data::String(text) => text.clone(),
            other => panic!("a cell that is no text: {other:?}"),
        };
        return range.rows().map(|r| r.iter().map(text).collect()).collect();
    }
    let text = String::from_utf8(file.bytes).unwrap();
    let text = text.trim_start_matches('\u{feff}');
    text.lines()
        .map(|line| {
            let mut cells = vec![String::new()];
            let mut quoted = false;
            let mut chars = line.chars().peekable();
            while let Some(c) = chars.next() {
                match c {
                    '"' if quoted && chars.next_if_eq(&'"').is_some() => {
                        cells.last_mut().unwrap().push('"')
                    }
                    '"' => quoted = !quoted,
                    ',' if !quoted => cells.push(String::new()),
                    c => cells.last_mut().unwrap().push(c),
                }
            }
            cells
        })
        .collect()
}

#[test]
fn both_files_of_a_list_have_the_same_cells() {
    let (house, viewer) = (sample::house(), sample::viewer(Role::Owner));
    let [csv, xlsx] = ["as=csv&state=deviation", "as=xlsx&state=deviation"].map(|query| {
        let asked = Asked::read(query);
        rows_of(pages::exceptions_csv(&house, &viewer, &asked))
    });
    assert!(csv.len() > 3, "{csv:?}");
    assert_eq!(csv.len(), xlsx.len());
    for (left, right) in csv.iter().zip(&xlsx) {
        // A cell that a spreadsheet program would take for a formula has an apostrophe in CSV, for it needs one there.
        let left: Vec<&str> = left.iter().map(|c| c.trim_start_matches('\'')).collect();
        assert_eq!(&left, right);
    }
}

#[test]
fn every_list_offers_both_files() {
    let (house, viewer, asked) = (
        sample::house(),
        sample::viewer(Role::Owner),
        Asked::default(),
    );
    let now = sample::now();
    for (name, page) in [
        ("criteria", pages::criteria(&house, &viewer, &asked)),
        ("matrix", pages::matrix(&house, &viewer)),
        ("controls", pages::controls(&house, &viewer, &asked)),
        ("tests", pages::tests(&house, &viewer, &asked)),
        ("exceptions", pages::exceptions(&house, &viewer, &asked)),
        ("evidence", pages::evidence(&house, &viewer, now, &asked)),
        ("populations", pages::populations(&house, &viewer, &asked)),
        ("sources", pages::sources(&house, &viewer, now, &asked)),
        ("ledger", pages::ledger(&house, &viewer, now, &asked)),
        ("documents", pages::documents(&house, &viewer, &asked)),
    ] {
        let page = page.into_string();
        for format in ["csv", "xlsx"] {
            let to = format!("/{name}?as={format}");
            let offered = elements(&page).iter().any(|e| e.get("href") == Some(&to));
            assert!(offered, "{to}");
        }
    }
}

#[test]
fn a_view_has_an_address_and_a_way_back() {
    let (house, viewer) = (sample::house(), sample::viewer(Role::Owner));
    let asked = Asked::read("state=deviation&sort=-lasted&rows=25");
    let page = pages::exceptions(&house, &viewer, &asked).into_string();
    assert!(page.contains("aria-sort=\"descending\""));
    assert!(
        page.contains("aria-current=\"true\" href=\"/exceptions?sort=-lasted&amp;rows=25\""),
        "{page}"
    );
    assert!(page.contains(">Show all rows</a>"));
    assert!(page.contains(
        "class=\"keep\" href=\"/exceptions?state=deviation&amp;sort=-lasted&amp;rows=25\""
    ));
}

/// The cells of a CSV file, unquoted as a spreadsheet program reads them.
pub fn cells(text: &str) -> Vec<String> {
    let (mut all, mut cell, mut quoted) = (Vec::new(), String::new(), false);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => cell.push(chars.next().unwrap()),
            '"' => quoted = !quoted,
            ',' | '\n' | '\r' if !quoted => all.push(std::mem::take(&mut cell)),
            other => cell.push(other),
        }
    }
    all.push(cell);
    all
}
