//! Small PDFs, written by hand, so that each oddity is one line.

/// One page: what it says, and further entries of its dictionary.
pub struct Page {
    pub text: &'static str,
    pub more: &'static str,
}

/// A page of a letter, upright.
pub const PLAIN: &str = "/MediaBox [0 0 612 792] /Resources << /Font << /F1 3 0 R >> >>";

/// A document of plain pages.
pub fn plain(texts: &[&'static str]) -> String {
    let page = |text: &&'static str| Page {
        text: *text,
        more: PLAIN,
    };
    pdf(&texts.iter().map(page).collect::<Vec<_>>(), "", "")
}

/// A document; `pages` are further entries of the page tree's root, `trailer` of the trailer.
pub fn pdf(all: &[Page], pages: &str, trailer: &str) -> String {
    let kids: Vec<String> = (0..all.len())
        .map(|n| format!("{} 0 R", 4 + 2 * n))
        .collect();
    let mut objects = vec![
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        format!(
            "<< /Type /Pages /Kids [{}] /Count {} {pages} >>",
            kids.join(" "),
            all.len()
        ),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Times-Roman >>".to_owned(),
    ];
    for (n, page) in all.iter().enumerate() {
        let content = format!("BT /F1 24 Tf 72 700 Td ({}) Tj ET", page.text);
        objects.push(format!(
            "<< /Type /Page /Parent 2 0 R /Contents {} 0 R {} >>",
            5 + 2 * n,
            page.more
        ));
        objects.push(format!(
            "<< /Length {} >>\nstream\n{content}\nendstream",
            content.len()
        ));
    }
    let mut out = "%PDF-1.7\n".to_owned();
    let mut places = Vec::new();
    for (n, object) in objects.iter().enumerate() {
        places.push(out.len());
        out += &format!("{} 0 obj\n{object}\nendobj\n", n + 1);
    }
    let begin = out.len();
    out += &format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for place in places {
        out += &format!("{place:010} 00000 n \n");
    }
    out + &format!(
        "trailer\n<< /Size {} /Root 1 0 R {trailer} >>\nstartxref\n{begin}\n%%EOF\n",
        objects.len() + 1
    )
}

/// The text of each page as `pdftotext` reads it; nothing where that program is not installed.
pub fn text_of(pdf: &[u8]) -> Option<Vec<String>> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.pdf");
    std::fs::write(&path, pdf).unwrap();
    let read = std::process::Command::new("pdftotext")
        .args(["-layout"])
        .arg(&path)
        .arg("-")
        .output();
    let Ok(read) = read else {
        println!("skipped: no pdftotext");
        return None;
    };
    assert!(
        read.status.success(),
        "{}",
        String::from_utf8_lossy(&read.stderr)
    );
    let text = String::from_utf8(read.stdout).unwrap();
    let mut pages: Vec<String> = text.split('\u{c}').map(str::to_owned).collect();
    pages.pop();
    Some(pages)
}
