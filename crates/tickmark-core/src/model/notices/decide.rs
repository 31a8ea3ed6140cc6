use std::collections::{BTreeMap, BTreeSet};

use super::points::{Point, Topic, points};
use super::rhythm::digest_day;
use super::text::{self, Part};
use super::{Decided, Notice, NoticeId, NoticeKind, Recipient, Situation};
use crate::model::time::Day;

/// What is told now. Nothing while it is quiet: it is found again afterwards.
///
/// The caller keeps every id of [`Notice::about`] and [`Decided::settled`] as told, before anything is sent and all of them or none.
/// Then nothing is told twice: whatever was told is left out, and a digest takes what would have been told at once with it.
#[must_use]
pub fn decide(s: &Situation<'_>) -> Decided {
    let zone = s.state.zone();
    if s.settings
        .quiet
        .is_some_and(|quiet| quiet.holds_at(s.now, &zone))
    {
        return Decided::default();
    }
    let today = zone.day_of(s.now);
    let mut seen = BTreeSet::new();
    let mut points = points(s, today);
    // The same thing found twice is one thing.
    points.retain(|p| p.once.is_none_or(|id| seen.insert(id)));
    points.sort_by(|a, b| {
        (a.topic, a.day, &a.subject, a.once).cmp(&(b.topic, b.day, &b.subject, b.once))
    });
    let day = digest_day(s.settings.digest, s.now, &zone);
    let due = day.map(|day| (day, digest_of(s, day, "")));
    let due = due.filter(|(_, id)| !s.told.contains(id));
    let mut out = Decided {
        notices: Vec::new(),
        settled: due.iter().map(|(_, id)| *id).collect(),
    };
    for (key, mine) in by_recipient(&points) {
        let fresh = |p: &&&Point| p.once.is_some_and(|id| !s.told.contains(&id));
        let fresh: Vec<&Point> = mine.iter().filter(fresh).copied().collect();
        let told = match due {
            Some((day, _)) => digest(s, today, day, &key, &mine, &fresh),
            None => alert(s, today, &key, &fresh),
        };
        out.notices.extend(told);
    }
    out
}

fn digest_of(s: &Situation<'_>, day: Day, key: &str) -> NoticeId {
    NoticeId::of(s.secret, &["digest", &day.to_string(), key])
}

/// One recipient may own things under several names; they are told together.
fn by_recipient(points: &[Point]) -> BTreeMap<String, Vec<&Point>> {
    let mut all: BTreeMap<String, Vec<&Point>> = BTreeMap::new();
    for point in points {
        let key = match &point.to.mail {
            Some(mail) => mail.as_str().to_lowercase(),
            None => format!("={}", point.to.name),
        };
        all.entry(key).or_default().push(point);
    }
    all
}

/// The one whom all of these points are told, by all their names.
fn recipient(points: &[&Point]) -> Recipient {
    let names: BTreeSet<&str> = points.iter().map(|p| p.to.name.as_str()).collect();
    Recipient {
        name: names.into_iter().collect::<Vec<_>>().join(", "),
        mail: points.iter().find_map(|p| p.to.mail.clone()),
    }
}

/// Everything that is open; nothing if nothing is.
fn digest(
    s: &Situation<'_>,
    today: Day,
    day: Day,
    key: &str,
    all: &[&Point],
    fresh: &[&Point],
) -> Option<Notice> {
    // Of a lost message is told once, in the digest.
    let told = s.told;
    let shown = |p: &&&Point| p.topic != Topic::Lost || p.once.is_none_or(|id| !told.contains(&id));
    let all: Vec<&Point> = all.iter().filter(shown).copied().collect();
    if all.is_empty() {
        return None;
    }
    let to = recipient(&all);
    let part = &Part { s, to: &to, today };
    let id = digest_of(s, day, key);
    let about = fresh.iter().filter_map(|p| p.once).chain([id]);
    Some(Notice {
        id,
        kind: NoticeKind::Digest,
        about: about.collect(),
        to: to.clone(),
        subject: text::digest_subject(part, day, &all),
        text: text::digest(part, &all, fresh),
        path: "/".to_owned(),
    })
}

fn alert(s: &Situation<'_>, today: Day, key: &str, fresh: &[&Point]) -> Option<Notice> {
    let urgent: Vec<&Point> = fresh.iter().filter(|p| p.urgent).copied().collect();
    let first = urgent.first()?;
    let to = recipient(&urgent);
    let part = &Part { s, to: &to, today };
    let mut about: Vec<NoticeId> = urgent.iter().filter_map(|p| p.once).collect();
    about.sort_unstable();
    let ids: Vec<String> = about.iter().map(ToString::to_string).collect();
    let mut parts = vec!["alert", key];
    parts.extend(ids.iter().map(String::as_str));
    Some(Notice {
        id: NoticeId::of(s.secret, &parts),
        kind: NoticeKind::Alert,
        about,
        to: to.clone(),
        subject: text::alert_subject(part, &urgent),
        text: text::alert(part, &urgent),
        path: first.path.clone(),
    })
}
