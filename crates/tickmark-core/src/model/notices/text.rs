//! The words of a message: plain text, a line and a link for each thing, no names of people or items.

use std::fmt::Write as _;

use super::points::{Point, Topic};
use super::{Recipient, Situation};
use crate::model::time::Day;

/// Lines under one heading; the rest is on the page.
const LINES: usize = 20;

/// To whom, and when.
pub(super) struct Part<'a> {
    pub s: &'a Situation<'a>,
    pub to: &'a Recipient,
    pub today: Day,
}

impl Part<'_> {
    /// `[acme]`, so that mail can be sorted.
    fn tag(&self) -> String {
        let program = self.s.state.program();
        let name = program.map_or("tickmark", |p| p.organization.as_str());
        let demo = program.is_some_and(|p| p.demo);
        format!("[{name}{}]", if demo { " DEMO" } else { "" })
    }

    fn link(&self, path: &str) -> String {
        format!("{}{path}", self.s.settings.base_url)
    }
}

pub(super) fn alert_subject(part: &Part<'_>, points: &[&Point]) -> String {
    let exceptions = count(points, Topic::Exception);
    let overdue = points.len() - exceptions;
    let said = [
        (exceptions > 0).then(|| many(exceptions, "new exception")),
        (overdue > 0).then(|| format!("{} overdue", many(overdue, "item"))),
    ];
    let said: Vec<String> = said.into_iter().flatten().collect();
    on_one_line(&format!("{} {}", part.tag(), said.join(", ")))
}

pub(super) fn digest_subject(part: &Part<'_>, day: Day, points: &[&Point]) -> String {
    let exceptions = count(points, Topic::Exception);
    let late = points.iter().filter(|p| p.is_late(part.today)).count();
    let soon = points
        .iter()
        .filter(|p| p.day.is_some_and(|d| d >= part.today))
        .count();
    let said = [
        (exceptions > 0).then(|| many(exceptions, "exception")),
        (late > 0).then(|| format!("{late} overdue")),
        (soon > 0).then(|| format!("{soon} due soon")),
    ];
    let mut said: Vec<String> = said.into_iter().flatten().collect();
    if said.is_empty() {
        said.push(format!("{} to look at", many(points.len(), "thing")));
    }
    on_one_line(&format!(
        "{} Digest of {day}: {}",
        part.tag(),
        said.join(", ")
    ))
}

pub(super) fn alert(part: &Part<'_>, points: &[&Point]) -> String {
    let exceptions: Vec<&Point> = of(points, |p| p.topic == Topic::Exception);
    let overdue: Vec<&Point> = of(points, |p| p.topic != Topic::Exception);
    let mut out = String::new();
    section(part, "New exceptions", &exceptions, &mut out);
    section(part, "Overdue", &overdue, &mut out);
    foot(
        part,
        "Each of these is told once; what stays open is in the next digest.",
        &mut out,
    );
    out
}

pub(super) fn digest(part: &Part<'_>, points: &[&Point], fresh: &[&Point]) -> String {
    let is_new = |p: &Point| fresh.iter().any(|f| f.once == p.once && p.once.is_some());
    let exceptions = |new: bool| of(points, |p| p.topic == Topic::Exception && is_new(p) == new);
    let others = |late: bool| of(points, |p| p.day.is_some() && p.is_late(part.today) == late);
    let rest = of(points, |p| p.day.is_none() && p.topic != Topic::Exception);
    let mut out = String::new();
    section(part, "New exceptions", &exceptions(true), &mut out);
    section(part, "Overdue", &others(true), &mut out);
    section(part, "Due within a week", &others(false), &mut out);
    section(
        part,
        "Exceptions of the period that you were told of",
        &exceptions(false),
        &mut out,
    );
    section(part, "To look at", &rest, &mut out);
    let rhythm = part.s.settings.digest;
    foot(
        part,
        &format!("This digest is {rhythm}; `digest:` in notices.yaml changes that."),
        &mut out,
    );
    out
}

/// A heading and a line for each subject; things of one subject are counted.
fn section(part: &Part<'_>, heading: &str, points: &[&Point], out: &mut String) {
    if points.is_empty() {
        return;
    }
    let mut groups: Vec<Vec<&Point>> = Vec::new();
    for point in points.iter().copied() {
        let same = |g: &&mut Vec<&Point>| {
            g.first()
                .is_some_and(|p| p.topic == point.topic && p.subject == point.subject)
        };
        match groups.iter_mut().find(same) {
            Some(group) => group.push(point),
            None => groups.push(vec![point]),
        }
    }
    let _ = writeln!(out, "{heading}\n");
    for group in groups.iter().take(LINES) {
        if let Some(first) = group.first() {
            let _ = writeln!(out, "- {}", on_one_line(&line(first, group, part.today)));
            let _ = writeln!(out, "  {}", part.link(&first.path));
        }
    }
    if groups.len() > LINES {
        let _ = writeln!(out, "- and {} more", groups.len() - LINES);
    }
    out.push('\n');
}

fn line(first: &Point, group: &[&Point], today: Day) -> String {
    let (n, subject) = (group.len(), &first.subject);
    let what = match first.topic {
        Topic::Exception => format!("{subject}: {}", many(n, "exception")),
        Topic::Task => format!("{} about {subject}", many(n, "task")),
        Topic::Acknowledgement => format!("acknowledge the policy \u{201c}{subject}\u{201d}"),
        Topic::Evidence => format!(
            "{subject}: evidence of {} is missing",
            many(n, "occurrence")
        ),
        Topic::Vendor => format!("review of the vendor {subject}"),
        Topic::Renewal => format!("the policy \u{201c}{subject}\u{201d} must be approved again"),
        Topic::Risk => format!("review of the risk {subject}"),
        Topic::Review => format!("the access review of {subject} is not decided"),
        Topic::Source => format!("the source {subject} fails again and again"),
        Topic::Lost => format!("a message {subject}"),
    };
    // Points are in the order of their days.
    match first.day {
        None => what,
        Some(day) => {
            let oldest = if n > 1 { "the oldest " } else { "" };
            match today.days_since(day) {
                late if late > 0 => format!("{what}, {oldest}due {day}, {} ago", many_days(late)),
                0 => format!("{what}, {oldest}due today"),
                _ => format!("{what}, {oldest}due {day}"),
            }
        }
    }
}

fn foot(part: &Part<'_>, why: &str, out: &mut String) {
    let name = on_one_line(&part.to.name);
    let _ = writeln!(out, "You are told as: {name}. {why}\n{}", part.link("/"));
}

fn of<'p>(points: &[&'p Point], wanted: impl Fn(&Point) -> bool) -> Vec<&'p Point> {
    points.iter().filter(|p| wanted(p)).copied().collect()
}

fn count(points: &[&Point], topic: Topic) -> usize {
    points.iter().filter(|p| p.topic == topic).count()
}

fn many(n: usize, noun: &str) -> String {
    format!("{n} {noun}{}", if n == 1 { "" } else { "s" })
}

fn many_days(n: i32) -> String {
    format!("{n} day{}", if n == 1 { "" } else { "s" })
}

/// What a document says must not end a line of a message, or of its head.
fn on_one_line(text: &str) -> String {
    let plain = |c: char| {
        if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') {
            ' '
        } else {
            c
        }
    };
    text.chars().map(plain).collect()
}
