//! Contrast of every pair of colours that meet, by WCAG 2.2 (1.4.3: text 4.5 to 1; 1.4.11: parts and pictures 3 to 1), in both schemes.

use std::collections::BTreeMap;

use tickmark_server::pages::STYLE;

/// Text and what it stands on.
const TEXT: &[(&str, &str)] = &[
    ("ink", "ground"),
    ("ink", "surface"),
    ("ink", "sunk"),
    ("ink", "warn-ground"),
    ("ink", "bad-ground"),
    ("ink", "plain-ground"),
    ("ink", "fill-part"),
    ("ink", "fill-hole"),
    ("muted", "ground"),
    ("muted", "surface"),
    ("muted", "sunk"),
    ("muted", "warn-ground"),
    ("muted", "bad-ground"),
    ("accent", "ground"),
    ("accent", "surface"),
    ("accent", "sunk"),
    ("accent", "warn-ground"),
    ("accent", "bad-ground"),
    ("accent-ink", "accent"),
    ("side-ink", "side"),
    ("side-ink", "side-here"),
    ("side-muted", "side"),
    ("good", "good-ground"),
    ("good", "surface"),
    ("warn", "warn-ground"),
    ("warn", "surface"),
    ("bad", "bad-ground"),
    ("bad", "surface"),
    ("unknown", "unknown-ground"),
    ("unknown", "surface"),
    ("plain", "plain-ground"),
    ("plain", "surface"),
    ("sign", "fill-done"),
    ("sign", "fill-bad"),
    ("sign", "fill-unknown"),
    ("sign", "fill-due"),
];

/// Outlines and fills and what is beside them. Fills that are lighter than this (holes, time to come, days covered in part) have an outline.
const PARTS: &[(&str, &str)] = &[
    ("line-strong", "ground"),
    ("line-strong", "surface"),
    ("line-strong", "sunk"),
    ("accent", "ground"),
    ("accent", "surface"),
    ("fill-good", "surface"),
    ("fill-done", "surface"),
    ("fill-bad", "surface"),
    ("fill-unknown", "surface"),
    ("fill-due", "surface"),
    ("fill-aside", "surface"),
    ("fill-hatch", "surface"),
];

type Colours = BTreeMap<String, [u8; 3]>;

/// The colour variables of a part of the style sheet.
fn colours(text: &str) -> Colours {
    let mut found = Colours::new();
    for declared in text.split("--").skip(1) {
        let Some((name, rest)) = declared.split_once(':') else {
            continue;
        };
        let value = rest.split([';', '}']).next().unwrap().trim();
        if let Some(hex) = value.strip_prefix('#').filter(|h| h.len() == 6) {
            let part = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).unwrap();
            found.insert(name.to_owned(), [part(0), part(2), part(4)]);
        }
    }
    found
}

fn schemes() -> [(&'static str, Colours); 2] {
    let dark_at = STYLE.find("prefers-color-scheme: dark").unwrap();
    let light = colours(&STYLE[..dark_at]);
    let end = STYLE[dark_at..].find("\n}\n").unwrap() + dark_at;
    let mut dark = light.clone();
    dark.extend(colours(&STYLE[dark_at..end]));
    [("light", light), ("dark", dark)]
}

fn luminance(colour: [u8; 3]) -> f64 {
    let linear = |part: u8| {
        let c = f64::from(part) / 255.0;
        if c <= 0.04045 {
            c / 12.92
        } else {
            ((c + 0.055) / 1.055).powf(2.4)
        }
    };
    let [r, g, b] = colour.map(linear);
    0.2126 * r + 0.7152 * g + 0.0722 * b
}

fn contrast(left: [u8; 3], right: [u8; 3]) -> f64 {
    let (l, r) = (luminance(left), luminance(right));
    (l.max(r) + 0.05) / (l.min(r) + 0.05)
}

#[test]
fn whatever_is_read_can_be_read() {
    let mut poor = Vec::new();
    for (scheme, colours) in schemes() {
        for (needed, pairs) in [(4.5, TEXT), (3.0, PARTS)] {
            for (front, back) in pairs {
                let found = contrast(colours[*front], colours[*back]);
                if found < needed {
                    poor.push(format!(
                        "{scheme}: {front} on {back} {found:.2} of {needed}"
                    ));
                }
            }
        }
    }
    assert!(poor.is_empty(), "{poor:#?}");
}

#[test]
fn the_measure_is_that_of_the_standard() {
    assert!((contrast([0, 0, 0], [255, 255, 255]) - 21.0).abs() < 0.01);
    assert!((contrast([0x77; 3], [255, 255, 255]) - 4.48).abs() < 0.01);
}

#[test]
fn every_colour_has_its_dark_twin_or_is_meant_for_both() {
    let [(_, light), (_, dark)] = schemes();
    let same: Vec<&String> = light
        .iter()
        .filter(|(name, colour)| dark.get(*name) == Some(*colour))
        .map(|(name, _)| name)
        .collect();
    assert_eq!(same, ["fill-aside", "side-ink", "side-muted"]);
}
