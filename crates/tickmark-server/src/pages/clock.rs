//! The clock: when each source is due, what the runner did last, and what became of every message.

use maud::{Markup, html};
use tickmark_core::model::calendar::Frequency;
use tickmark_core::model::document::{Notices, SourceConfig};
use tickmark_core::model::manifest::End;
use tickmark_core::model::schedule::{Due, Why, due};
use tickmark_core::model::state::{Collection, Failure};
use tickmark_core::model::time::{SECOND_US, Time, Zone};

use super::layout::{Frame, Room, layout};
use super::part::{self, Tone, card, entry, facts, tag};
use super::sources::code_words;
use super::table::{Asked, Column, Table};
use super::{actions, link, view};
use crate::house::{ClockCard, Download, House, NoticeLine, NoticeState};
use crate::rights::{Action, Viewer};

/// A runner looks every half a minute; after this long without a look there is none.
const MISSED_US: i64 = 300 * SECOND_US;

/// When everything is due, and whether somebody is there to do it.
#[must_use]
pub fn clock(house: &House, viewer: &Viewer, now: Time, told: &ClockCard, asked: &Asked) -> Markup {
    let rows = rows(house);
    let zone = view::zone(house);
    let none = part::empty(
        "Nothing is scheduled",
        "Say in sources.yaml where evidence is fetched and how often (`cadence:`).",
        "tickmark apply",
        &part::button(link::SOURCES, "See the sources"),
    );
    let body = html! {
        (part::head(&html! { "Clock" }, &html! { "Each source is collected once in each bucket of its cadence, in the program's time zone, and the tests run afterwards. A late collection does not shift the next one." }, &actions::collect(viewer, &[], "Collect now")))
        (card("Runner", &runner(viewer, &zone, now, told)))
        (table(&rows, &zone, now).html(asked, &none))
        (card("Messages", &messages(house, viewer, told)))
    };
    let frame = Frame::new("Clock", Room::Clock);
    layout(house, viewer, &frame, &body)
}

/// The sources as a file.
#[must_use]
pub fn clock_csv(house: &House, now: Time, asked: &Asked) -> Download {
    table(&rows(house), &view::zone(house), now).csv(asked)
}

/// What was told, to whom by label, and what became of it; and how it is set up, without secrets.
#[must_use]
pub fn notices(
    house: &House,
    viewer: &Viewer,
    now: Time,
    told: &ClockCard,
    asked: &Asked,
) -> Markup {
    let zone = view::zone(house);
    let none = part::empty(
        "Nothing was told yet",
        "With notices.yaml owners get a digest, and at once what is new or became overdue.",
        "tickmark apply",
        &part::button(link::CLOCK, "See the clock"),
    );
    let body = html! {
        (part::head(&html! { "Messages" }, &html! { "Each exception and each overdue item is told once, to one owner; the digest says what is open. Texts and addresses are forgotten once a message is sent." }, &html! {}))
        @if told.unsure > 0 { p.nothing { (tag(Tone::Unknown, "unsure")) " The program stopped, or no answer came, after a message was handed over. Mail and Slack cannot tell a repeated message from a new one, so it is not sent again." } }
        (card("How it is set up", &settings(house.state.notices())))
        (lines(&told.notices, &zone, now).html(asked, &none))
    };
    let frame = Frame::new("Messages", Room::Clock).under("Clock", link::CLOCK);
    layout(house, viewer, &frame, &body)
}

/// The messages as a file.
#[must_use]
pub fn notices_csv(house: &House, now: Time, told: &ClockCard, asked: &Asked) -> Download {
    lines(&told.notices, &view::zone(house), now).csv(asked)
}

fn runner(viewer: &Viewer, zone: &Zone, now: Time, told: &ClockCard) -> Markup {
    let standing = match told.looked {
        _ if told.at_work => tag(Tone::Good, "at work now"),
        Some(at) if now.since(at) < MISSED_US => tag(Tone::Good, "waits for what is due"),
        Some(_) => tag(Tone::Bad, "nobody looks any more"),
        None => tag(Tone::Unknown, "none has looked yet"),
    };
    let looked = html! { @match told.looked {
        Some(at) => { (part::instant(zone, at)) " " span.muted { (part::ago(now, at)) } },
        None => { "never; it is part of " (part::command("tickmark serve")) " unless that is told " (part::command("--no-runner")) },
    } };
    let did = html! { @match &told.did {
        Some((at, lines)) => {
            (part::instant(zone, *at)) " " span.muted { (part::ago(now, *at)) }
            // What a source answered may be for those only who run it.
            @if viewer.may(Action::RunCollection) { ul.points { @for line in lines.iter().take(20) { li { (line) } } @if lines.len() > 20 { li { "and " (lines.len() - 20) " more" } } } }
        },
        None => { span.muted { "nothing was due so far" } },
    } };
    facts(&[
        ("Runner", standing),
        ("Looked last", looked),
        ("Did something last", did),
    ])
}

struct Row<'a> {
    config: &'a SourceConfig,
    last: Option<&'a Collection>,
    failed: Option<&'a Failure>,
    due: Due,
}

impl Row<'_> {
    fn cadence(&self) -> Frequency {
        self.config.cadence.unwrap_or(Frequency::Daily)
    }

    fn next(&self, zone: &Zone, now: Time) -> String {
        if self.due.at <= now {
            "now".into()
        } else {
            part::minute(zone, self.due.at)
        }
    }

    fn standing(&self) -> (Tone, String) {
        match self.due.why {
            Why::First => (Tone::Unknown, "never collected".into()),
            Why::Cadence => (Tone::Good, "by its cadence".into()),
            Why::Again(1) => (Tone::Warn, "again after 1 failure".into()),
            Why::Again(n) => (Tone::Bad, format!("again after {n} failures")),
        }
    }
}

fn rows(house: &House) -> Vec<Row<'_>> {
    let configured = house.state.sources().map_or(&[][..], |s| &s.sources);
    configured.iter().map(|config| row(house, config)).collect()
}

fn row<'a>(house: &'a House, config: &'a SourceConfig) -> Row<'a> {
    let state = &house.state;
    let mine = |c: &&Collection| c.instance == config.id && c.end == End::Complete;
    let whole = state.collections.iter().filter(mine);
    let mut failures = state.failures.iter().rev();
    Row {
        config,
        last: whole.max_by_key(|c| c.observed.1),
        failed: failures.find(|f| f.instance == config.id),
        due: due(state, config),
    }
}

fn table<'a>(rows: &'a [Row<'a>], zone: &'a Zone, now: Time) -> Table<'a, Row<'a>> {
    let last = |r: &Row<'_>| r.last.map(|c| c.observed.1);
    let failed = |r: &Row<'_>| r.failed.map(|f| f.recorded);
    let micros = |at: Option<Time>| at.map_or(0, Time::micros_u64);
    Table {
        caption: "When each source is due",
        path: link::CLOCK.into(),
        columns: vec![
            Column::new("source", "Source", |r: &Row<'_>| r.config.id.to_string()).shown(|r| html! { a href=(link::SOURCES) { (r.config.id) } }),
            Column::new("cadence", "Cadence", |r: &Row<'_>| r.cadence().as_str().to_owned()).filter(),
            Column::new("next", "Next due", move |r: &Row<'_>| r.next(zone, now)).ordered(move |r| micros(Some(r.due.at)))
                .shown(move |r| html! { @if r.due.at <= now { strong { "now" } } @else { (part::instant(zone, r.due.at)) " " span.muted { (part::ago(now, r.due.at)) } } }),
            Column::new("why", "Why then", |r: &Row<'_>| r.standing().1).shown(|r| { let (tone, words) = r.standing(); tag(tone, &words) }).filter(),
            Column::new("last", "Last success", move |r: &Row<'_>| last(r).map(|at| part::minute(zone, at)).unwrap_or_else(|| "never".into())).ordered(move |r| micros(last(r)))
                .shown(move |r| html! { @match r.last { Some(c) => { (part::instant(zone, c.observed.1)) " " (entry(c.leaf)) }, None => { span.muted { "never" } } } }),
            Column::new("failed", "Last failure", move |r: &Row<'_>| failed(r).map(|at| part::minute(zone, at)).unwrap_or_default()).ordered(move |r| micros(failed(r)))
                .shown(move |r| html! { @match r.failed { Some(f) => { (code_words(f.code)) ", " (part::instant(zone, f.recorded)) " " (entry(f.leaf)) }, None => { span.muted { "none" } } } }),
        ],
        rows,
        file: "clock",
    }
}

fn messages(house: &House, viewer: &Viewer, told: &ClockCard) -> Markup {
    let numbers = [
        ("Sent", Tone::Good, told.sent),
        ("Waiting", Tone::Plain, told.waiting),
        ("Unsure", Tone::Unknown, told.unsure),
        ("Not sent", Tone::Bad, told.failed),
    ];
    html! {
        @match house.state.notices() {
            None => { (part::empty("Nobody is told anything", "Without notices.yaml every exception waits for somebody to look.", "tickmark apply", &html! {})) },
            Some(set) => { p { "A digest " (set.digest) ", at once what is new or became overdue, " @if set.has_channel() { "by " (channels(set)) "." } @else { "and no channel is set up: it stands here only." } } },
        }
        ul.points { @for (words, tone, number) in numbers { @if number > 0 || words == "Sent" { li { (tag(tone, words)) " " (part::grouped(number)) } } } }
        @if let Some(why) = &told.trouble { p.nothing { (tag(Tone::Bad, "the list cannot be read")) " " (why) } }
        @if viewer.may(Action::ManageNotices) { p.more { a href=(link::NOTICES) { "All messages and how they are set up" } } }
    }
}

fn channels(set: &Notices) -> String {
    let all = [
        ("mail", set.mail.is_some()),
        ("Slack", set.slack.is_some()),
        ("a webhook", set.webhook.is_some()),
    ];
    let there: Vec<&str> = all
        .iter()
        .filter(|(_, is)| *is)
        .map(|(name, _)| *name)
        .collect();
    there.join(" and ")
}

/// As the document says it; of a secret where it is kept, never what it is, and of a webhook's address the host.
fn settings(set: Option<&Notices>) -> Markup {
    use tickmark_core::model::document::{AuthReference, OwnerIs};
    let Some(set) = set else {
        return part::empty(
            "Not set up",
            "notices.yaml says who is told what, how and when.",
            "tickmark apply",
            &html! {},
        );
    };
    let kept = |reference: &AuthReference| match reference {
        AuthReference::Env(name) => format!("kept in the variable {name}"),
        AuthReference::File(path) => format!("kept in the file {path}"),
    };
    let host = |url: &str| url.split('/').take(3).collect::<Vec<_>>().join("/");
    let none = || html! { span.muted { "none" } };
    facts(&[
        ("Links lead to", html! { (set.base_url) }),
        (
            "Digest",
            html! { (set.digest) @if let Some(quiet) = set.quiet { ", nothing between " (quiet) } },
        ),
        (
            "Compliance manager",
            html! { @match &set.manager { Some(mail) => { (mail) }, None => { (none()) } } },
        ),
        (
            "Owners",
            html! { @if set.owners.is_empty() { (none()) } ul.points { @for (label, owner) in &set.owners { li { (label) ": " @match owner { OwnerIs::Mail(mail) => { (mail) }, OwnerIs::Person(person) => { (person) } } } } } },
        ),
        (
            "Mail",
            html! { @match &set.mail { Some(mail) => { (mail.smtp) ", from " (mail.from) @if let Some(password) = &mail.password { ", password " (kept(password)) } }, None => { (none()) } } },
        ),
        (
            "Slack",
            html! { @match &set.slack { Some(reference) => { "its address is " (kept(reference)) }, None => { (none()) } } },
        ),
        (
            "Webhook",
            html! { @match &set.webhook { Some(hook) => { (host(&hook.url)) ", key " (kept(&hook.secret)) }, None => { (none()) } } },
        ),
    ])
}

const fn tone_of(state: NoticeState) -> Tone {
    match state {
        NoticeState::Sent => Tone::Good,
        NoticeState::Waiting | NoticeState::Sending => Tone::Plain,
        NoticeState::Unsure => Tone::Unknown,
        NoticeState::Failed => Tone::Bad,
    }
}

fn lines<'a>(rows: &'a [NoticeLine], zone: &'a Zone, now: Time) -> Table<'a, NoticeLine> {
    let next = |l: &NoticeLine| l.due.map_or(0, Time::micros_u64);
    Table {
        caption: "Messages, the newest first",
        path: link::NOTICES.into(),
        columns: vec![
            Column::new("decided", "Decided", move |l: &NoticeLine| part::minute(zone, l.decided)).ordered(|l| l.decided.micros_u64()).shown(move |l| part::instant(zone, l.decided)),
            Column::new("owner", "Owner", |l: &NoticeLine| l.owner.clone()).filter(),
            Column::new("kind", "Kind", |l: &NoticeLine| l.kind.clone()).filter(),
            Column::new("subject", "Subject", |l: &NoticeLine| l.subject.clone()),
            Column::new("channel", "Channel", |l: &NoticeLine| l.channel.clone()).filter(),
            Column::new("state", "State", |l: &NoticeLine| l.state.words().to_owned()).shown(|l| tag(tone_of(l.state), l.state.words())).filter(),
            Column::number("attempts", "Attempts", |l: &NoticeLine| l.attempts),
            Column::new("next", "Next attempt", move |l: &NoticeLine| l.due.map(|at| part::minute(zone, at)).unwrap_or_default()).ordered(next)
                .shown(move |l| html! { @if let Some(at) = l.due { @if at <= now { "now" } @else { (part::ago(now, at)) } } }),
            Column::new("why", "Why", |l: &NoticeLine| l.why.clone()),
            Column::new("id", "Id", |l: &NoticeLine| l.id.clone()).hidden(),
        ],
        rows,
        file: "messages",
    }
}
