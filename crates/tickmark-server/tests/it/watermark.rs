//! Whose copy it is, on every page.

use proptest::prelude::*;
use tickmark_server::trust::{Unmarkable, check, mark};

use super::pdf::{PLAIN, Page, pdf, plain, text_of};

const MAIL: &str = "pat@customer.example";
const TIME: &str = "2026-07-02T12:00:00Z";

/// Marks it and reads it again: pages, and what each says.
fn marked(pdf: &str) -> Vec<String> {
    let copy = mark(pdf.as_bytes(), MAIL, TIME).unwrap();
    let read = lopdf::Document::load_mem(&copy).unwrap();
    let pages: Vec<_> = read.page_iter().collect();
    // The mark is there whether or not a program is installed that reads text.
    for page in &pages {
        let content = String::from_utf8(read.get_page_content(*page)).unwrap();
        assert!(
            content.contains("/TickmarkCopy") && content.trim_end().ends_with("Do Q"),
            "{content}"
        );
    }
    text_of(&copy).unwrap_or_else(|| vec![format!("{MAIL} {TIME}"); pages.len()])
}

fn on_every_page(pdf: &str, pages: usize) {
    let said = marked(pdf);
    assert_eq!(said.len(), pages);
    for text in said {
        assert!(
            text.matches(MAIL).count() >= 1 && text.contains(TIME),
            "{text}"
        );
    }
}

#[test]
fn each_page_names_the_recipient_and_the_time_and_keeps_its_own_text() {
    let texts = ["Opinion", "Description", "Tests of controls"];
    let said = marked(&plain(&texts));
    assert_eq!(said.len(), 3);
    if said[0].contains("Copy for") {
        for (text, own) in said.iter().zip(texts) {
            assert!(text.contains(own), "{text}");
            assert!(text.contains("Copy for pat@customer.example, made 2026-07-02T12:00:00Z. Restricted use; not to be passed on."), "{text}");
        }
    }
}

#[test]
fn pages_that_are_turned_cropped_shared_or_inherit_are_marked_too() {
    let page = |more| Page { text: "x", more };
    let turned = [
        page("/MediaBox [0 0 612 792] /Rotate 90 /Resources << /Font << /F1 3 0 R >> >>"),
        page("/MediaBox [0 0 612 792] /Rotate 180 /Resources << /Font << /F1 3 0 R >> >>"),
        page("/MediaBox [0 0 612 792] /Rotate -90 /Resources << /Font << /F1 3 0 R >> >>"),
        page(
            "/MediaBox [100 100 712 892] /CropBox [200 200 500 500] /Resources << /Font << /F1 3 0 R >> >>",
        ),
        page("/MediaBox [612 792 0 0] /Resources << >>"),
    ];
    on_every_page(&pdf(&turned, "", ""), 5);
    let bare = [page(""), page(""), page("/Resources << /XObject << >> >>")];
    let above = "/MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >>";
    on_every_page(&pdf(&bare, above, ""), 3);
    // One dictionary of resources for two pages, as an object of its own.
    let shared = [
        page("/MediaBox [0 0 595 842] /Resources 3 0 R"),
        page("/MediaBox [0 0 595 842] /Resources 3 0 R"),
    ];
    on_every_page(&pdf(&shared, "", ""), 2);
}

#[test]
fn a_page_that_leaves_its_state_behind_does_not_hide_the_mark() {
    let saved = plain(&["x) Tj ET 0 0 1 1 re W n 0.001 0 0 0.001 0 0 cm BT /F1 9 Tf (y"]);
    on_every_page(&saved, 1);
}

#[test]
fn what_cannot_be_marked_is_refused() {
    assert_eq!(check(b""), Err(Unmarkable::NotPdf));
    assert_eq!(
        check(b"PK\x03\x04 a document of another kind"),
        Err(Unmarkable::NotPdf)
    );
    assert_eq!(check(b"%PDF-1.7\nnothing"), Err(Unmarkable::NotPdf));
    assert_eq!(check(pdf(&[], "", "").as_bytes()), Err(Unmarkable::NoPages));
    let more = plain(&["x"]).replace("/Count 1", "/Count 2");
    assert_eq!(
        check(more.as_bytes()),
        Err(Unmarkable::NoPages),
        "a page that is not found"
    );
    let nowhere = [Page {
        text: "x",
        more: "/Resources << >>",
    }];
    assert_eq!(
        check(pdf(&nowhere, "", "").as_bytes()),
        Err(Unmarkable::NoPages),
        "a page without a size"
    );
    let zeros = "00".repeat(32);
    let lock = format!(
        "/Encrypt << /Filter /Standard /V 1 /R 2 /O <{zeros}> /U <{zeros}> /P -4 >> /ID [<00> <00>]"
    );
    assert!(
        check(
            pdf(
                &[Page {
                    text: "x",
                    more: PLAIN
                }],
                "",
                &lock
            )
            .as_bytes()
        )
        .is_err(),
        "protected"
    );
}

#[test]
fn a_name_cannot_break_out_of_the_mark() {
    for mail in [
        "a)Tj-ET-Q(@x.example",
        "back\\slash@x.example",
        "((((@x.example",
        "zoë@müller.example",
        "\u{202e}x@y.example",
        "",
    ] {
        let copy = mark(plain(&["own text"]).as_bytes(), mail, TIME).unwrap();
        if let Some(said) = text_of(&copy) {
            assert!(
                said[0].contains("own text") && said[0].contains("not to be passed on"),
                "{mail}: {said:?}"
            );
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Whatever is handed in: a marked copy or a refusal, never a copy without the mark on each page.
    #[test]
    fn a_damaged_file_is_refused_or_marked(place in 9_usize..1_500, byte in any::<u8>(), cut in 0_usize..1_500) {
        let mut bytes = plain(&["one", "two"]).into_bytes();
        let at = place.min(bytes.len() - 1);
        bytes[at] = byte;
        if cut > 750 {
            bytes.truncate(cut.min(bytes.len()));
        }
        if let Ok(copy) = mark(&bytes, MAIL, TIME) {
            let read = lopdf::Document::load_mem(&copy).unwrap();
            let mut pages = 0;
            for page in read.page_iter() {
                let content = read.get_page_content(page);
                prop_assert!(String::from_utf8_lossy(&content).contains("/TickmarkCopy"));
                pages += 1;
            }
            prop_assert!(pages > 0);
        }
    }
}
