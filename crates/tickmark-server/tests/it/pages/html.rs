//! A strict reader of the markup that our pages are: quoted attributes, closed elements, nothing else. What it cannot read is a defect.

/// One element as it begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Element {
    pub name: String,
    pub attributes: Vec<(String, String)>,
}

impl Element {
    pub fn get(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|(n, _)| n == name)
            .map(|(_, v)| v.as_str())
    }
}

const VOID: [&str; 6] = ["meta", "link", "input", "br", "hr", "img"];

/// All elements in order; panics where the markup is not as it should be.
pub fn elements(page: &str) -> Vec<Element> {
    let mut rest = page
        .strip_prefix("<!DOCTYPE html>")
        .expect("a document begins with its type");
    let (mut all, mut open): (Vec<Element>, Vec<String>) = (Vec::new(), Vec::new());
    while let Some(at) = rest.find('<') {
        let (text, tag) = rest.split_at(at);
        assert!(!text.contains('>'), "a bare `>` in {text:?}");
        if let Some(closing) = tag.strip_prefix("</") {
            let (name, after) = closing.split_once('>').expect("a closing tag ends");
            assert_eq!(
                open.pop().as_deref(),
                Some(name),
                "elements are closed in order"
            );
            rest = after;
            continue;
        }
        let (element, after) = element(&tag[1..]);
        if !VOID.contains(&element.name.as_str()) {
            open.push(element.name.clone());
        }
        all.push(element);
        rest = after;
    }
    assert!(open.is_empty(), "left open: {open:?}");
    assert!(!rest.contains('>'), "a bare `>` at the end");
    all
}

/// An element after its `<`, and what follows its `>`.
fn element(text: &str) -> (Element, &str) {
    let end = text.find([' ', '>']).expect("an element ends");
    let (name, mut rest) = text.split_at(end);
    assert!(
        !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric()),
        "no element is called {name:?}"
    );
    let mut attributes = Vec::new();
    loop {
        if let Some(after) = rest.strip_prefix('>') {
            return (
                Element {
                    name: name.to_owned(),
                    attributes,
                },
                after,
            );
        }
        rest = rest.strip_prefix(' ').unwrap_or_else(|| {
            panic!(
                "attributes are set apart by one blank: {:?}",
                &rest[..rest.len().min(40)]
            )
        });
        let end = rest.find([' ', '>', '=']).expect("an attribute ends");
        let (attribute, after) = rest.split_at(end);
        assert!(
            !attribute.is_empty()
                && attribute
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || c == '-'),
            "no attribute is called {attribute:?}"
        );
        let (value, after) = match after.strip_prefix("=\"") {
            Some(quoted) => quoted.split_once('"').expect("a value ends"),
            None => ("", after),
        };
        assert!(!value.contains(['<', '>']), "a bare bracket in {value:?}");
        attributes.push((
            attribute.to_owned(),
            value
                .replace("&quot;", "\"")
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&amp;", "&"),
        ));
        rest = after;
    }
}

#[test]
fn the_reader_finds_what_is_wrong() {
    let page = |body: &str| format!("<!DOCTYPE html><p>{body}</p>");
    assert_eq!(elements(&page("a<br>&lt;b&gt;")).len(), 2);
    for bad in [
        "<b>",
        "</i>",
        "<b x='1'></b>",
        "a > b",
        "<b x=1></b>",
        "<!-- x -->",
        "<b x=\"<\"></b>",
        "<b/onload=\"x\"></b>",
    ] {
        assert!(
            std::panic::catch_unwind(|| elements(&page(bad))).is_err(),
            "{bad}"
        );
    }
}
