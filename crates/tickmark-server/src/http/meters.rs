//! Counts of what the server did, for whoever measures it. By declared route, method and status, by event; by nothing that a client
//! chooses and by nobody's name.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    sync::{Mutex, MutexGuard, PoisonError},
};

use super::journal::Line;

/// Upper bounds of the classes of duration, microseconds.
const BOUNDS_US: [i64; 11] = [
    1_000, 5_000, 10_000, 20_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000,
    10_000_000,
];

/// Durations of one route.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Durations {
    /// By class, not yet added up; the last one has no bound.
    classes: [u64; BOUNDS_US.len() + 1],
    sum_us: u64,
}

#[derive(Debug, Default)]
struct Counts {
    requests: BTreeMap<(&'static str, &'static str, u16), u64>,
    durations: BTreeMap<&'static str, Durations>,
    events: BTreeMap<&'static str, u64>,
}

/// Everything that was counted since the start.
#[derive(Debug, Default)]
pub(crate) struct Meters(Mutex<Counts>);

/// Events that say that somebody was not let in.
const REFUSALS: [&str; 3] = [
    "sign-in refused",
    "single sign-on refused",
    "one-time link refused",
];

impl Meters {
    pub(super) fn request(&self, line: Line) {
        let mut counts = self.counts();
        let key = (line.route, line.method, line.status);
        *counts.requests.entry(key).or_default() += 1;
        let took = line.took_us.max(0);
        let class = BOUNDS_US.partition_point(|bound| *bound < took);
        let durations = counts.durations.entry(line.route).or_default();
        if let Some(count) = durations.classes.get_mut(class) {
            *count += 1;
        }
        durations.sum_us = durations.sum_us.saturating_add(took.unsigned_abs());
    }

    pub(super) fn event(&self, event: &'static str) {
        *self.counts().events.entry(event).or_default() += 1;
    }

    /// As Prometheus reads it (text exposition format 0.0.4).
    pub(crate) fn print(&self, out: &mut String) {
        let counts = self.counts();
        head(
            out,
            "tickmark_http_requests_total",
            "counter",
            "Requests answered.",
        );
        for ((route, method, status), count) in &counts.requests {
            let _ = writeln!(
                out,
                "tickmark_http_requests_total{{route=\"{}\",method=\"{method}\",status=\"{status}\"}} {count}",
                escaped(route)
            );
        }
        histogram(out, &counts.durations);
        head(
            out,
            "tickmark_security_events_total",
            "counter",
            "Events about identities, as in the log.",
        );
        for (event, count) in &counts.events {
            let _ = writeln!(
                out,
                "tickmark_security_events_total{{event=\"{}\"}} {count}",
                escaped(event)
            );
        }
        let refused: u64 = REFUSALS.iter().filter_map(|r| counts.events.get(r)).sum();
        head(
            out,
            "tickmark_sign_in_failures_total",
            "counter",
            "Sign-ins and one-time links refused.",
        );
        let _ = writeln!(out, "tickmark_sign_in_failures_total {refused}");
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn histogram(out: &mut String, all: &BTreeMap<&'static str, Durations>) {
    const NAME: &str = "tickmark_http_request_duration_seconds";
    head(
        out,
        NAME,
        "histogram",
        "Time from a request's head to its answer.",
    );
    for (route, durations) in all {
        let route = escaped(route);
        let mut so_far = 0;
        for (bound, count) in BOUNDS_US.iter().zip(durations.classes) {
            so_far += count;
            let _ = writeln!(
                out,
                "{NAME}_bucket{{route=\"{route}\",le=\"{}\"}} {so_far}",
                seconds(*bound)
            );
        }
        let total: u64 = durations.classes.iter().sum();
        let _ = writeln!(
            out,
            "{NAME}_bucket{{route=\"{route}\",le=\"+Inf\"}} {total}"
        );
        let sum = i64::try_from(durations.sum_us).unwrap_or(i64::MAX);
        let _ = writeln!(out, "{NAME}_sum{{route=\"{route}\"}} {}", seconds(sum));
        let _ = writeln!(out, "{NAME}_count{{route=\"{route}\"}} {total}");
    }
}

/// What stands above a measurement.
pub(crate) fn head(out: &mut String, name: &str, kind: &str, help: &str) {
    let _ = writeln!(out, "# HELP {name} {help}\n# TYPE {name} {kind}");
}

/// Microseconds as seconds, exact.
pub(crate) fn seconds(us: i64) -> String {
    let (whole, rest) = (us.div_euclid(1_000_000), us.rem_euclid(1_000_000));
    let text = format!("{whole}.{rest:06}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A value of a label.
pub(crate) fn escaped(value: &str) -> String {
    value
        .replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use tickmark_core::model::time::Time;

    use super::*;

    fn line(route: &'static str, status: u16, took_us: i64) -> Line {
        Line {
            at: Time::from_micros(0),
            method: "GET",
            route,
            status,
            role: None,
            took_us,
        }
    }

    #[test]
    fn requests_are_counted_by_route_and_status_and_durations_by_class() {
        let meters = Meters::default();
        for took in [0, 1_000, 1_001, 9_999_999, 60_000_000, -5] {
            meters.request(line("/controls/{id}", 200, took));
        }
        meters.request(line("/controls/{id}", 404, 1));
        meters.event("sign-in refused");
        meters.event("signed in");
        let mut out = String::new();
        meters.print(&mut out);
        for expected in [
            "tickmark_http_requests_total{route=\"/controls/{id}\",method=\"GET\",status=\"200\"} 6",
            "tickmark_http_requests_total{route=\"/controls/{id}\",method=\"GET\",status=\"404\"} 1",
            "_bucket{route=\"/controls/{id}\",le=\"0.001\"} 4",
            "_bucket{route=\"/controls/{id}\",le=\"0.005\"} 5",
            "_bucket{route=\"/controls/{id}\",le=\"10\"} 6",
            "_bucket{route=\"/controls/{id}\",le=\"+Inf\"} 7",
            "_count{route=\"/controls/{id}\"} 7",
            "_sum{route=\"/controls/{id}\"} 70.002001",
            "tickmark_security_events_total{event=\"signed in\"} 1",
            "tickmark_sign_in_failures_total 1",
        ] {
            assert!(out.contains(expected), "{expected}\n{out}");
        }
    }

    #[test]
    fn numbers_and_labels_as_prometheus_reads_them() {
        assert_eq!(seconds(1_500_000), "1.5");
        assert_eq!(seconds(0), "0");
        assert_eq!(seconds(100_000_000), "100");
        assert_eq!(seconds(1), "0.000001");
        assert_eq!(escaped("a\"b\\c\nd"), "a\\\"b\\\\c\\nd");
    }
}
