//! The sources of `sources.yaml`, stream by stream.

use std::{collections::BTreeMap, path::Path, sync::Arc};

use tickmark_collect::{
    live::{Live, Settings},
    recorded::Recorded,
    stream::{self, Broken, CollectError, Parents, Task},
    transport::Transport,
};
use tickmark_core::{
    facts::source::{Source, Stream},
    model::{
        body::{CollectionIntent, ErrorCode},
        clock::Clock,
        decide::Command,
        document::{SourceConfig, Transport as Via},
        ids::StreamName,
        manifest::{End, Manifest},
        state::State,
        time::{Span, Time},
    },
};
use tickmark_log::commitment::Commitment;

use super::{FACTS, LedgerSink, collector, exports, mappings::Mapped, witness};
use crate::{
    error::{Error, Result},
    ledger::Recorded as Entries,
    program::{Hands, Program, digest},
    records::Records as _,
    shelf::{Shelf, first},
};

/// What one stream brought.
pub struct Outcome {
    /// `gh-acme/pulls`.
    pub name: String,
    /// The entries.
    pub recorded: Option<Entries>,
    /// Records stored and rejected.
    pub records: (u64, u64),
    /// Pages.
    pub pages: u64,
    /// How it ended.
    pub end: End,
    /// Why it is not complete, in words.
    pub broken: Option<String>,
}

/// Collects one configured source, from `from` on or from where each stream is covered. A stream that breaks is recorded as such, and the next one is tried.
///
/// # Errors
/// Nothing could be recorded: the declaration is unknown, the disk fails, another account answers.
pub fn declared(
    program: &Program,
    shelf: &Shelf,
    config: &SourceConfig,
    from: Option<Time>,
    clock: &Arc<dyn Clock + Send + Sync>,
    hands: Hands<'_>,
) -> Result<Vec<Outcome>> {
    if config.source.as_str() == exports::FILE {
        return exports::collect(program, shelf, config, hands).map(|outcome| vec![outcome]);
    }
    let source = shelf.source(config.source.as_str()).ok_or_else(|| {
        let known: Vec<&str> = shelf.sources.iter().map(|s| s.id.as_str()).collect();
        Error::user(format!(
            "sources.yaml:{}: there is no source `{}`",
            config.line, config.source
        ))
        .hint(format!("the library has {}", known.join(", ")))
    })?;
    let transport = transport(program.dir(), source, config, clock)?;
    let mut run = Collector {
        program,
        shelf,
        source,
        config,
        transport: transport.as_ref(),
        clock: clock.as_ref(),
        hands,
        from,
        account: None,
    };
    let mut done: BTreeMap<&StreamName, Parents> = BTreeMap::new();
    let mut outcomes = Vec::new();
    let none = Parents {
        items: Vec::new(),
        complete: false,
    };
    for stream in &source.streams {
        let wanted = config.streams.is_empty() || config.streams.contains(&stream.name);
        let needed = source
            .streams
            .iter()
            .any(|s| s.each.as_ref() == Some(&stream.name) && config.streams.contains(&s.name));
        if !wanted && !needed {
            continue;
        }
        let parents = stream
            .each
            .as_ref()
            .and_then(|name| done.get(name))
            .unwrap_or(&none);
        let (outcome, parents) = run.stream(stream, parents)?;
        outcomes.push(outcome);
        done.insert(&stream.name, parents);
    }
    Ok(outcomes)
}

fn transport(
    dir: &Path,
    source: &Source,
    config: &SourceConfig,
    clock: &Arc<dyn Clock + Send + Sync>,
) -> Result<Box<dyn Transport>> {
    match &config.transport {
        Via::Recorded(folder) => {
            let recorded = Recorded::open(&dir.join(folder))
                .map_err(|e| Error::user(e).hint("see `transport:` in sources.yaml"))?;
            Ok(Box::new(recorded))
        }
        Via::Live => Ok(Box::new(Live::new(Settings {
            auth: source.http.auth.clone(),
            secret: config.auth.clone(),
            home: dir.to_owned(),
            per_second: source.http.per_second,
            clock: Arc::clone(clock),
            pause: std::thread::sleep,
        }))),
    }
}

struct Collector<'a> {
    program: &'a Program,
    shelf: &'a Shelf,
    source: &'a Source,
    config: &'a SourceConfig,
    transport: &'a dyn Transport,
    clock: &'a dyn Clock,
    hands: Hands<'a>,
    from: Option<Time>,
    /// Who answers, or why nobody does; asked once for all streams.
    account: Option<Result<String, Why>>,
}

/// Why a stream brought nothing, as recorded and in words.
type Why = (ErrorCode, String);

impl Collector<'_> {
    fn stream(&mut self, stream: &Stream, parents: &Parents) -> Result<(Outcome, Parents)> {
        let schema = self.shelf.library.schema(stream.into.as_str());
        let schema = schema.ok_or_else(|| {
            Error::bug(format!(
                "population `{}` is not in the library",
                stream.into
            ))
        })?;
        let mapped = Mapped {
            schema,
            mapping: self.source.bind(stream, schema).map_err(|d| first(&d))?,
        };
        let mapping = mapped.mapping.digest();
        let asked = self.asked(stream);
        let intent = CollectionIntent {
            source: self.source.id.clone(),
            version: self.source.version,
            instance: self.config.id.clone(),
            stream: stream.name.clone(),
            asked: (asked.from, asked.until),
            mapping: digest(&mapping)?,
        };
        let begun = self
            .program
            .commit(self.hands, |_| Ok(Command::Intend(intent.clone())))?;
        let begun = begun.ok_or_else(|| Error::bug("an intent records an entry"))?;
        let account = match self.identify() {
            Ok(account) => account,
            Err(why) => return self.failed(stream, begun, why),
        };
        let mut sink = LedgerSink::new(self.program.ledger(), self.hands.entropy);
        let collector = collector();
        let previous = self.previous(stream);
        let task = Task {
            source: self.source,
            stream,
            instance: &self.config.id,
            params: &self.config.params,
            account: &account,
            asked,
            connected_at: self.connected_at(),
            previous,
            parents,
            mapping: &mapping,
            facts: FACTS,
            collector: &collector,
        };
        let fetched = stream::run(task, self.transport, self.clock, &mut sink);
        let pages = sink.finish()?;
        let mut fetched = match fetched {
            Ok(fetched) => fetched,
            Err(error) => return self.failed(stream, begun, told(&error)),
        };
        // Without a page there may still be gaps: which parents nobody answered for is worth an entry.
        let nothing = pages.is_empty() && fetched.manifest.gaps.is_empty();
        if let (Some(broken), true) = (&fetched.broken, nothing) {
            let code = code_of(broken);
            let status = u32::from(broken.status);
            let all = self.record_failure(begun, code, status)?;
            return Ok((
                self.outcome(stream, all, &fetched.manifest, fetched.broken.as_ref()),
                fetched.parents,
            ));
        }
        if let Err(error) = witness::complete(
            self.program.ledger(),
            &pages,
            &mapped,
            &mut fetched.manifest,
        ) {
            let all = self.record_failure(begun, ErrorCode::Malformed, 0)?;
            let broken = Broken {
                why: "unreadable",
                what: error.to_string(),
                status: 0,
            };
            return Ok((
                self.outcome(stream, all, &fetched.manifest, Some(&broken)),
                fetched.parents,
            ));
        }
        let result = self.program.commit(self.hands, |_| {
            Ok(Command::Collected {
                intent: begun.first,
                manifest: &fetched.manifest,
                population: stream.into.clone(),
                pages: pages.clone(),
            })
        })?;
        let all = Entries {
            first: begun.first,
            last: result.map_or(begun.last, |r| r.last),
        };
        Ok((
            self.outcome(stream, all, &fetched.manifest, fetched.broken.as_ref()),
            fetched.parents,
        ))
    }

    /// From where the stream is covered (or the program's first day) until now.
    fn asked(&self, stream: &Stream) -> Span {
        let now = self.clock.now();
        if let Some(from) = self.from {
            return Span {
                from: from.min(now),
                until: now,
            };
        }
        let state = self.program.state();
        let covered = state.covered(&self.config.id, &stream.name);
        let last = covered.as_slice().last().map(|s| s.until);
        let first_day = state
            .program()
            .and_then(|p| p.periods.iter().map(|p| p.from).min());
        let from = last
            .or_else(|| first_day.map(|day| state.zone().start_of(day)))
            .unwrap_or(now);
        Span {
            from: from.min(now),
            until: now,
        }
    }

    /// When the last complete snapshot of the stream was taken.
    fn previous(&self, stream: &Stream) -> Option<Time> {
        let state = self.program.state();
        let of = state.collections.iter().rev();
        of.clone()
            .find(|c| {
                c.instance == self.config.id && c.stream == stream.name && c.end == End::Complete
            })
            .map(|c| c.observed.1)
    }

    /// When the source was first named in the program.
    fn connected_at(&self) -> Option<Time> {
        let state = self.program.state();
        let versions = state.documents.get("sources.yaml")?;
        versions.first().map(|v| v.recorded)
    }

    /// Who answers; the same account as ever, or refused.
    fn identify(&mut self) -> Result<String, Why> {
        if let Some(known) = &self.account {
            return known.clone();
        }
        let pinned = pinned(self.program, &self.program.state(), self.config);
        let account = stream::identify(
            self.source,
            &self.config.params,
            pinned.as_deref(),
            self.transport,
            self.clock,
        );
        let account = account.map_err(|error| told(&error));
        self.account = Some(account.clone());
        account
    }

    /// Records that the collection begun with this intent brought nothing.
    fn record_failure(&self, begun: Entries, code: ErrorCode, status: u32) -> Result<Entries> {
        self.program.ledger().unstage();
        let failed = self.program.commit(self.hands, |_| {
            Ok(Command::CollectionFailed {
                intent: begun.first,
                code,
                status,
            })
        })?;
        Ok(Entries {
            first: begun.first,
            last: failed.map_or(begun.last, |f| f.last),
        })
    }

    fn failed(
        &self,
        stream: &Stream,
        begun: Entries,
        (code, what): Why,
    ) -> Result<(Outcome, Parents)> {
        let all = self.record_failure(begun, code, 0)?;
        let outcome = Outcome {
            name: format!("{}/{}", self.config.id, stream.name),
            recorded: Some(all),
            records: (0, 0),
            pages: 0,
            end: End::Failed,
            broken: Some(what),
        };
        Ok((
            outcome,
            Parents {
                items: Vec::new(),
                complete: false,
            },
        ))
    }

    fn outcome(
        &self,
        stream: &Stream,
        recorded: Entries,
        manifest: &Manifest,
        broken: Option<&Broken>,
    ) -> Outcome {
        Outcome {
            name: format!("{}/{}", self.config.id, stream.name),
            recorded: Some(recorded),
            records: (manifest.records.stored, manifest.records.rejected),
            pages: manifest.pages.len() as u64,
            end: if broken.is_some() && manifest.end == End::Complete {
                End::Partial
            } else {
                manifest.end
            },
            broken: broken.map(|b| b.what.clone()).or_else(|| {
                (manifest.end != End::Complete).then(|| witness::first_rejection(manifest))
            }),
        }
    }
}

fn told(error: &CollectError) -> Why {
    let code = match error {
        CollectError::Pin { .. } => ErrorCode::OtherAccount,
        CollectError::Identity(_) => ErrorCode::Denied,
        CollectError::Template(_) => ErrorCode::Malformed,
        CollectError::Sink(_) | CollectError::Transport(_) => ErrorCode::Unavailable,
    };
    (code, error.to_string())
}

fn code_of(broken: &Broken) -> ErrorCode {
    match broken.why {
        "denied" => ErrorCode::Denied,
        "unreachable" | "status" => ErrorCode::Unavailable,
        "count" => ErrorCode::Mismatch,
        _ => ErrorCode::Malformed,
    }
}

/// The account that answered when this source was first collected.
fn pinned(program: &Program, state: &State, config: &SourceConfig) -> Option<String> {
    let first = state.collections.iter().find(|c| c.instance == config.id)?;
    let manifest = program.ledger().blob(&Commitment(first.manifest)).ok()?;
    Manifest::parse(&manifest)
        .ok()
        .map(|m| m.account)
        .filter(|a| !a.is_empty())
}
