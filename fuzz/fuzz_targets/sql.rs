//! Queries. What was checked is a tree, what runs is its text: the text must pass the same check and mean the same tree.
//! The first letter says what the query is for.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tickmark_core::judge::sql::{Place, Purpose, prepare};
use tickmark_fuzz::{lawful, library, setting};

fuzz_target!(|text: &str| {
    let Some((purpose, sql)) = text.split_at_checked(1) else {
        return;
    };
    let purpose = match purpose {
        "v" => Purpose::View,
        "t" => Purpose::Test,
        "r" => Purpose::Reconcile,
        _ => Purpose::Question,
    };
    let setting = setting();
    let mut params = setting.window.params(setting.zone.name());
    for control in library().controls.values() {
        let own = control.front.params.iter();
        params.extend(own.map(|p| (p.name.clone(), p.default.clone())));
    }
    let place = Place {
        file: "a.sql",
        line: 0,
        indent: 0,
    };
    match prepare(library(), place, sql, purpose, &params) {
        Ok(prepared) => {
            let again = prepare(library(), place, &prepared.sql, purpose, &params);
            assert_eq!(
                again.as_ref(),
                Ok(&prepared),
                "the text that runs is another query than the one checked"
            );
        }
        Err(found) => lawful(sql, &found),
    }
});
