//! Trailers and references of commit messages.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tickmark_core::facts::message;

fuzz_target!(|text: &str| {
    for trailer in message::trailers(text) {
        assert!(
            !trailer.key.is_empty() && !trailer.key.contains('\n'),
            "{trailer:?}"
        );
    }
    let people = [message::co_authors(text), message::reviewers(text)].concat();
    assert!(people.len() <= text.split([',', ';', '\n']).count());
    for account in people {
        let name = account
            .strip_prefix("email:")
            .or(account.strip_prefix("name:"));
        assert!(name.is_some_and(|n| !n.is_empty()), "{account:?}");
    }
    if let Some((number, _)) = message::reference(text) {
        assert!(text.contains(&number.to_string()), "{number}");
    }
});
