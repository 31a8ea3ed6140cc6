//! Markdown of people's documents as markup: headings, paragraphs, lists, tables, code, strong words. Everything else stays text.
//!
//! Raw HTML, links and pictures are shown as they are written: no element or address ever comes from a document.

use maud::{Markup, html};

/// The text as markup; headings begin at `<h3>`.
#[must_use]
pub fn prose(markdown: &str) -> Markup {
    let mut blocks = Vec::new();
    let mut lines = markdown.lines().peekable();
    while let Some(line) = lines.next() {
        let text = line.trim();
        if text.is_empty() {
            continue;
        }
        if let Some(fence) = text.strip_prefix("```") {
            let body: Vec<&str> = lines
                .by_ref()
                .take_while(|l| l.trim_end() != "```")
                .collect();
            blocks.push(html! { pre.code data-language=(fence) { code { (body.join("\n")) } } });
        } else if text.starts_with('#') {
            blocks.push(heading(text));
        } else if let Some(first) = item(text) {
            let mut items = vec![first.to_owned()];
            while let Some(next) = lines.peek() {
                let trimmed = next.trim();
                match item(trimmed) {
                    Some(more) => items.push(more.to_owned()),
                    None if next.starts_with(' ') && !trimmed.is_empty() => {
                        if let Some(last) = items.last_mut() {
                            last.push(' ');
                            last.push_str(trimmed);
                        }
                    }
                    None => break,
                }
                lines.next();
            }
            blocks.push(html! { ul { @for text in &items { li { (inline(text)) } } } });
        } else if text.starts_with('|') {
            let mut rows = vec![cells(text)];
            while let Some(next) = lines.next_if(|l| l.trim().starts_with('|')) {
                rows.push(cells(next.trim()));
            }
            blocks.push(table(&rows));
        } else {
            let mut paragraph = text.to_owned();
            while let Some(next) = lines.next_if(|l| continues(l)) {
                paragraph.push(' ');
                paragraph.push_str(next.trim());
            }
            blocks.push(html! { p { (inline(&paragraph)) } });
        }
    }
    html! { div.prose { @for block in &blocks { (block) } } }
}

fn continues(line: &str) -> bool {
    let text = line.trim();
    !text.is_empty()
        && !text.starts_with(['#', '|'])
        && !text.starts_with("```")
        && item(text).is_none()
}

fn heading(text: &str) -> Markup {
    let words = text.trim_start_matches('#').trim();
    let level = text.len() - text.trim_start_matches('#').len();
    html! { @if level < 3 { h3 { (inline(words)) } } @else { h4 { (inline(words)) } } }
}

fn item(text: &str) -> Option<&str> {
    text.strip_prefix("- ").or_else(|| text.strip_prefix("* "))
}

fn cells(row: &str) -> Vec<&str> {
    row.trim_matches('|').split('|').map(str::trim).collect()
}

fn table(rows: &[Vec<&str>]) -> Markup {
    let ruler = |row: &&Vec<&str>| {
        row.iter()
            .all(|c| !c.is_empty() && c.bytes().all(|b| b"-: ".contains(&b)))
    };
    let mut kept = rows.iter().filter(|row| !ruler(row));
    html! {
        div.scroll tabindex="0" role="region" aria-label="Table" {
            table {
                @if let Some(first) = kept.next() { thead { tr { @for cell in first { th scope="col" { (inline(cell)) } } } } }
                tbody { @for row in kept { tr { @for cell in row { td { (inline(cell)) } } } } }
            }
        }
    }
}

/// Code between back quotes, strong words between two stars.
fn inline(text: &str) -> Markup {
    let mut parts = text.split('`').collect::<Vec<_>>();
    // A back quote without its second stays a back quote.
    let open = parts.len().is_multiple_of(2).then(|| parts.pop()).flatten();
    html! {
        @for (index, part) in parts.iter().enumerate() {
            @if index % 2 == 1 { code { (part) } } @else { (strong(part)) }
        }
        @if let Some(rest) = open { "`" (strong(rest)) }
    }
}

fn strong(text: &str) -> Markup {
    let parts: Vec<&str> = text.split("**").collect();
    if parts.len().is_multiple_of(2) {
        return html! { (text) };
    }
    html! { @for (index, part) in parts.iter().enumerate() { @if index % 2 == 1 { strong { (part) } } @else { (part) } } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_of_a_document() {
        let shown = prose("# A\n\nOne\ntwo `x<y` **three**.\n\n- a\n  more\n- b\n\n| k | v |\n|---|---|\n| 1 | 2 |\n\n```sql\nselect '<b>'\n```\n").into_string();
        for part in [
            "<h3>A</h3>",
            "<p>One two <code>x&lt;y</code> <strong>three</strong>.</p>",
            "<li>a more</li><li>b</li>",
            "<th scope=\"col\">k</th>",
            "<td>2</td>",
            "select '&lt;b&gt;'",
        ] {
            assert!(shown.contains(part), "{part} in {shown}");
        }
        assert!(!shown.contains("---"), "{shown}");
    }

    #[test]
    fn raw_html_links_and_odd_marks_stay_text() {
        let shown =
            prose("<script>x</script> [a](javascript:x) ![b](http://x) a ` b ** c").into_string();
        assert!(
            !shown.contains("<script") && !shown.contains("href") && !shown.contains("<img"),
            "{shown}"
        );
        assert!(shown.contains("a ` b ** c"), "{shown}");
    }
}
