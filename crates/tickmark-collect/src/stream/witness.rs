//! Counts, covered time and the manifest.

use serde_json::Value;
use tickmark_core::facts::mapping::Template;
use tickmark_core::facts::source::{CountAt, Covers};
use tickmark_core::model::manifest::{Count, End, MANIFEST_VERSION, Manifest, Records, Unit};
use tickmark_core::model::time::{SECOND_US, Time};

use super::{Broken, CollectError, Fetched, Parents, Run, address};

impl Run<'_> {
    /// Asks the source for its own count, after the fetch: what came into being meanwhile is then missing here, never too much.
    pub(super) fn count(&mut self) -> Result<(), CollectError> {
        let Some(CountAt {
            get: Some(get),
            path,
            void_if,
        }) = self.task.stream.count.clone()
        else {
            return Ok(());
        };
        if self.broken.is_some() || self.task.stream.each.is_some() {
            return Ok(());
        }
        let target = address(&get, &self.params, None)?;
        // A count that cannot be had is no reason to lose the records: there is no second opinion, and the witness says so.
        let Ok(answer) = self.ask(&target)? else {
            return Ok(());
        };
        let Ok(body) = serde_json::from_slice::<Value>(&answer.body) else {
            return Ok(());
        };
        let void = void_if
            .as_ref()
            .is_some_and(|path| path.one(&body) == Some(&Value::Bool(true)));
        if answer.status == 200 && !void {
            self.at_source = path.one(&body).and_then(Value::as_u64);
        }
        Ok(())
    }

    pub(super) fn finish(mut self) -> Fetched {
        let count = self.counted();
        if count.mismatch > 0 && self.broken.is_none() {
            let what = format!(
                "the source counts {}, fetched {}",
                count.at_source.unwrap_or(0),
                self.records
            );
            self.broken = Some(Broken {
                why: "count",
                what,
                status: 200,
            });
        }
        let end = match (&self.broken, self.pages.is_empty()) {
            (None, _) => End::Complete,
            (Some(_), false) => End::Partial,
            (Some(_), true) => End::Failed,
        };
        let covered = if end == End::Complete {
            self.covered()
        } else {
            Vec::new()
        };
        let task = self.task;
        let stream = task.stream;
        let mut params = task.params.clone();
        params.retain(|name, _| {
            task.source
                .params
                .iter()
                .any(|(declared, _)| declared == name)
        });
        let manifest = Manifest {
            v: MANIFEST_VERSION,
            source: task.source.label(),
            instance: task.instance.clone(),
            account: task.account.to_owned(),
            stream: stream.name.clone(),
            shape: stream.shape,
            query: stream.get.to_string(),
            params,
            asked: (task.asked.from, task.asked.until),
            covered,
            retention_s: stream.retention_s,
            backfilled: task
                .connected_at
                .is_some_and(|connected| task.asked.from < connected),
            observed: (self.began, self.ended),
            pages: self.pages,
            count,
            records: Records::default(),
            gaps: self.gaps,
            rejections: Vec::new(),
            redactions: Vec::new(),
            headers: self.headers,
            tls_peer: None,
            mapping: task.mapping.to_owned(),
            facts: task.facts,
            collector: task.collector.to_owned(),
            end,
        };
        Fetched {
            manifest,
            parents: Parents {
                items: self.items,
                complete: end == End::Complete,
            },
            broken: self.broken,
        }
    }

    /// Counts in the unit of the stream; the reader moves what it rejects from `stored` to `rejected`.
    fn counted(&self) -> Count {
        let how = |template: Option<&Template>| {
            template.map_or("told in the answers".to_owned(), ToString::to_string)
        };
        if self.task.stream.each.is_some() {
            let all = self.task.parents.items.len() as u64;
            let unread = all.saturating_sub(self.parents_read);
            let how = "one request for each item of the parent stream".to_owned();
            return Count {
                of: Unit::Parents,
                at_source: Some(all),
                how,
                stored: self.parents_read,
                rejected: 0,
                unknown: unread,
                mismatch: 0,
            };
        }
        let declared = self.task.stream.count.as_ref();
        let how = match (declared, self.at_source) {
            (None, _) => "the source tells no count".to_owned(),
            (Some(count), Some(_)) => how(count.get.as_ref()),
            (Some(_), None) => "the source was asked and told no count".to_owned(),
        };
        // Too many is a mismatch as well as too few: the sum stays the count at the source.
        let (stored, mismatch) = match self.at_source {
            None => (self.records, 0),
            Some(at_source) => {
                let differ = at_source.abs_diff(self.records).min(at_source);
                (at_source - differ, differ)
            }
        };
        Count {
            of: Unit::Records,
            at_source: self.at_source,
            how,
            stored,
            rejected: 0,
            unknown: 0,
            mismatch,
        }
    }

    /// The time a complete fetch covers, held within what the source keeps.
    fn covered(&self) -> Vec<(Time, Time)> {
        let micros = |s: u64| {
            i64::try_from(s)
                .unwrap_or(i64::MAX)
                .saturating_mul(SECOND_US)
        };
        let (from, until) = match self.task.stream.covers {
            Covers::Nothing => return Vec::new(),
            Covers::Asked => {
                let kept = self
                    .task
                    .stream
                    .retention_s
                    .map_or(Time::MIN, |s| self.began.plus(-micros(s)));
                (
                    self.task.asked.from.max(kept),
                    self.task.asked.until.min(self.began),
                )
            }
            Covers::Snapshot => {
                let until = self.began.plus(1);
                let longest = micros(self.task.stream.cadence_s.unwrap_or(0));
                let since = self
                    .task
                    .previous
                    .filter(|p| *p < until && self.began.since(*p) <= longest);
                (since.unwrap_or(self.began), until)
            }
        };
        if from < until {
            vec![(from, until)]
        } else {
            Vec::new()
        }
    }
}
