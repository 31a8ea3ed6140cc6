//! Documents of a program. The first line is the path, the rest is the file.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tickmark_core::facts::people::{identities, persons};
use tickmark_core::model::document::{Document, Documents, class_of, parse};
use tickmark_core::model::time::{Time, Zone};
use tickmark_fuzz::{all_lawful, lawful, schema};

fuzz_target!(|bytes: &[u8]| {
    let at = bytes
        .iter()
        .position(|b| *b == b'\n')
        .unwrap_or(bytes.len());
    let (path, file) = (
        String::from_utf8_lossy(&bytes[..at]),
        bytes.get(at + 1..).unwrap_or_default(),
    );
    let text = String::from_utf8_lossy(file);
    if let Err(found) = class_of(&path) {
        lawful("", &found);
    }
    let document = match parse(&path, file) {
        Ok(document) => document,
        Err(found) => return all_lawful(&text, &found),
    };
    // The state cache keeps documents as JSON.
    let json = serde_json::to_string(&document).unwrap();
    assert_eq!(serde_json::from_str::<Document>(&json).unwrap(), document);
    if let Document::People(people) = &document {
        let accounts: usize = people.persons.iter().map(|p| p.accounts.len()).sum();
        assert_eq!(
            identities(
                people,
                schema("identity"),
                &Zone::utc(),
                1,
                Time::from_micros(0)
            )
            .len(),
            accounts
        );
        assert_eq!(
            persons(people, schema("person"), 1, Time::from_micros(0)).len(),
            people.persons.len()
        );
    }
    match Documents::read([(path.into_owned(), file.to_vec())]) {
        Ok(all) => assert_eq!(all.count(document.class()), 1),
        Err(found) => all_lawful(&text, &found),
    }
});
