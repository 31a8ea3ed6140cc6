//! Small parts that pages are put together from. A colour never stands alone: each state has a sign and a word.

use maud::{Markup, html};
use tickmark_core::model::document::Waived;
use tickmark_core::model::time::{SECOND_US, Spans, Time, Zone};
use tickmark_core::report::{Citations, Count, Figure, ItemState, ResultState};

use super::link;

/// What a colour says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Nothing is open.
    Good,
    /// Somebody should look.
    Warn,
    /// An exception.
    Bad,
    /// Not known; never green.
    Unknown,
    /// Information.
    Plain,
}

impl Tone {
    /// The class in the style sheet.
    #[must_use]
    pub const fn class(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Warn => "warn",
            Self::Bad => "bad",
            Self::Unknown => "unknown",
            Self::Plain => "plain",
        }
    }

    /// The sign beside the word.
    #[must_use]
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Good => "\u{2713}",
            Self::Warn => "!",
            Self::Bad => "\u{00d7}",
            Self::Unknown => "?",
            Self::Plain => "\u{00b7}",
        }
    }
}

/// The tone of a result.
#[must_use]
pub const fn tone_of(state: ResultState) -> Tone {
    match state {
        ResultState::NoDeviation => Tone::Good,
        ResultState::Deviation => Tone::Bad,
        ResultState::DidNotOperate => Tone::Warn,
        ResultState::UnableToTest => Tone::Unknown,
    }
}

/// The tone of an item that did not pass.
#[must_use]
pub const fn tone_of_item(state: ItemState) -> Tone {
    match state {
        ItemState::Deviation => Tone::Bad,
        ItemState::Unknown => Tone::Unknown,
        ItemState::NotApplicable | ItemState::Pending => Tone::Plain,
    }
}

/// A word with its sign and colour.
#[must_use]
pub fn tag(tone: Tone, words: &str) -> Markup {
    html! { span class={ "tag " (tone.class()) } { span.sign aria-hidden="true" { (tone.sign()) } (words) } }
}

/// A result in words, with its sign.
#[must_use]
pub fn result(state: ResultState) -> Markup {
    tag(tone_of(state), state.words())
}

/// A whole number as people read it: `18,234`.
#[must_use]
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// The number in a figure; a share has none and gives 0.
#[must_use]
pub fn amount(count: Count, leaf: u64) -> u64 {
    count.cited(&Citations::one(leaf)).count().unwrap_or(0)
}

/// A figure as it is printed, grouped.
#[must_use]
pub fn printed(figure: &Figure) -> String {
    figure.count().map_or_else(|| figure.to_string(), grouped)
}

/// A number that leads to what it was counted from.
#[must_use]
pub fn number(figure: &Figure, to: &str) -> Markup {
    html! { a.number href=(to) title={ "ledger " (figure.citations().short(4)) } { (printed(figure)) } }
}

/// The sum of numbers from several entries; `None` if there is no entry to rest on.
#[must_use]
pub fn sum(parts: impl IntoIterator<Item = (Count, u64)>) -> Option<Figure> {
    total(parts).map(|(count, by)| count.cited(&by))
}

/// A share of sums: parts, wholes, entries.
#[must_use]
pub fn share(parts: impl IntoIterator<Item = (Count, Count, u64)>) -> Option<Figure> {
    let parts: Vec<(Count, Count, u64)> = parts.into_iter().collect();
    let (part, by) = total(parts.iter().map(|(part, _, leaf)| (*part, *leaf)))?;
    let (all, _) = total(parts.iter().map(|(_, all, leaf)| (*all, *leaf)))?;
    (!all.is_zero()).then(|| part.of(all, &by))
}

fn total(parts: impl IntoIterator<Item = (Count, u64)>) -> Option<(Count, Citations)> {
    let mut parts = parts.into_iter();
    let (first, leaf) = parts.next()?;
    let (mut count, mut leaves) = (first, Vec::new());
    for (more, leaf) in parts {
        count = count.plus(more);
        leaves.push(leaf);
    }
    Some((count, Citations::new(leaf, leaves)))
}

/// A link to a ledger entry.
#[must_use]
pub fn entry(leaf: u64) -> Markup {
    html! { a.leaf href=(link::entry(leaf)) aria-label={ "ledger entry " (leaf) } { "#" (leaf) } }
}

/// Links to ledger entries, the first few of them.
#[must_use]
pub fn entries(leaves: &[u64], most: usize) -> Markup {
    html! {
        span.leaves {
            @for leaf in leaves.iter().take(most) { (entry(*leaf)) " " }
            @if leaves.len() > most { span.muted { "and " (leaves.len() - most) " more" } }
        }
    }
}

/// The first characters of a digest, whole in the title.
#[must_use]
pub fn digest(hex: &str) -> Markup {
    let bare = hex.strip_prefix("sha256:").unwrap_or(hex);
    let short: String = bare.chars().take(12).collect();
    html! { code.digest title=(bare) { (short) @if bare.chars().count() > 12 { "\u{2026}" } } }
}

/// An instant in the reporting zone, without seconds.
#[must_use]
pub fn instant(zone: &Zone, time: Time) -> Markup {
    html! { time datetime=(link::datetime(time)) title=(link::datetime(time)) { (minute(zone, time)) } }
}

/// `2026-03-02 05:00` in the reporting zone.
#[must_use]
pub fn minute(zone: &Zone, time: Time) -> String {
    zone.local(time).chars().take(16).collect()
}

/// How long something lasted: the two largest units.
#[must_use]
pub fn lasted(from: Time, until: Time) -> String {
    let mut rest = until.since(from).max(0) / SECOND_US;
    let mut parts = Vec::new();
    for (size, name) in [(86_400, "d"), (3_600, "h"), (60, "min"), (1, "s")] {
        if rest / size > 0 {
            parts.push(format!("{} {name}", rest / size));
        }
        rest %= size;
    }
    parts.truncate(2);
    if parts.is_empty() {
        "0 s".into()
    } else {
        parts.join(" ")
    }
}

/// How long ago: the largest unit; `just now` below a minute.
#[must_use]
pub fn ago(now: Time, time: Time) -> String {
    let seconds = now.since(time) / SECOND_US;
    match seconds {
        i64::MIN..=-60 => format!("in {}", lasted(now, time)),
        -59..60 => "just now".into(),
        60..3_600 => format!("{} min ago", seconds / 60),
        3_600..172_800 => format!("{} h ago", seconds / 3_600),
        _ => format!("{} d ago", seconds / 86_400),
    }
}

/// Stretches of time in the reporting zone.
#[must_use]
pub fn stretches(zone: &Zone, spans: &Spans, most: usize) -> Markup {
    let more = spans.iter().count().saturating_sub(most);
    html! {
        @if spans.is_empty() { span.muted { "none" } }
        @for span in spans.iter().take(most) {
            span.stretch { (instant(zone, span.from)) " to " (instant(zone, span.until)) " " span.muted { "(" (lasted(span.from, span.until)) ")" } }
        }
        @if more > 0 { span.muted { "and " (more) " more" } }
    }
}

/// Label and value pairs.
#[must_use]
pub fn facts(pairs: &[(&str, Markup)]) -> Markup {
    html! { dl.facts { @for (label, value) in pairs { div { dt { (label) } dd { (value) } } } } }
}

/// A box with a heading.
#[must_use]
pub fn card(title: &str, body: &Markup) -> Markup {
    html! { section.card { h2 { (title) } (body) } }
}

/// A box with a heading and something at its right.
#[must_use]
pub fn card_with(title: &str, aside: &Markup, body: &Markup) -> Markup {
    html! { section.card { div.card-head { h2 { (title) } div.aside { (aside) } } (body) } }
}

/// The head of a page: title, one sentence, buttons.
#[must_use]
pub fn head(title: &Markup, lead: &Markup, actions: &Markup) -> Markup {
    html! { header.head { div { h1 { (title) } p.lead { (lead) } } div.actions { (actions) } } }
}

/// A command to type.
#[must_use]
pub fn command(text: &str) -> Markup {
    html! { code.command { (text) } }
}

/// Nothing is here yet: why, and the next step as a command and as a button.
#[must_use]
pub fn empty(title: &str, why: &str, next: &str, button: &Markup) -> Markup {
    html! {
        div.empty {
            p.empty-title { (title) }
            p { (why) }
            p.next { span.muted { "Next step" } (command(next)) (button) }
        }
    }
}

/// A link that looks like a button.
#[must_use]
pub fn button(to: &str, words: &str) -> Markup {
    html! { a.button href=(to) { (words) } }
}

/// `1 control`, `2 controls`.
#[must_use]
pub fn many(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

/// What a waiver excepts, as it is written.
#[must_use]
pub fn waived(what: &Waived) -> &str {
    match what {
        Waived::Item(item) => item.as_str(),
        Waived::Pattern(pattern) => pattern,
    }
}

/// Words of a name in snake case.
#[must_use]
pub fn spaced(name: &str) -> String {
    name.replace('_', " ")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn numbers_are_grouped_by_thousands() {
        let shown = [0, 12, 999, 1_000, 18_234, 1_234_567].map(grouped);
        assert_eq!(shown, ["0", "12", "999", "1,000", "18,234", "1,234,567"]);
    }

    #[test]
    fn no_share_of_nothing() {
        assert!(share([]).is_none());
        assert!(share([(Count::new(0), Count::new(0), 1)]).is_none());
        let half = share([
            (Count::new(1), Count::new(2), 4),
            (Count::new(0), Count::new(0), 9),
        ])
        .unwrap();
        assert_eq!(
            (half.to_string().as_str(), half.citations().leaves()),
            ("50.00%", &[4, 9][..])
        );
    }

    #[test]
    fn time_is_told_in_its_largest_units() {
        let now = Time::parse("2026-03-02T10:00:00Z").unwrap();
        let at = |seconds: i64| ago(now, now.plus(-seconds * SECOND_US));
        assert_eq!(
            [at(5), at(90), at(7_300), at(86_400 * 3)],
            ["just now", "1 min ago", "2 h ago", "3 d ago"]
        );
        assert_eq!(ago(now, now.plus(3_600 * SECOND_US)), "in 1 h");
    }

    #[test]
    fn unknown_is_never_green() {
        assert_ne!(tone_of(ResultState::UnableToTest), Tone::Good);
        assert_ne!(tone_of(ResultState::DidNotOperate), Tone::Good);
        assert_ne!(tone_of_item(ItemState::Unknown), Tone::Good);
    }
}
