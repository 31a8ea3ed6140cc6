//! The living company as the server asks it.

use std::sync::Arc;

use tickmark_core::model::frozen::FrozenList;
use tickmark_server::{Company, Deed, Download, Entry, Grid, House, Trouble, house::ClockCard};

use super::living::{Living, Parts, ROWS, frozen, no};
use crate::pages::sample;

impl Company for Living {
    fn house(&self) -> Result<Arc<House>, Trouble> {
        Ok(self.now())
    }

    fn entry(&self, leaf: u64) -> Result<Entry, Trouble> {
        if leaf >= self.now().log.size {
            return Err(Trouble::Missing(format!("there is no entry {leaf}")));
        }
        Ok(Entry {
            leaf,
            ..sample::entry()
        })
    }

    fn query(&self, sql: &str, limit: usize) -> Result<Grid, Trouble> {
        if !sql.starts_with("SELECT item(") {
            let fine = sql.to_lowercase().starts_with("select");
            return if fine {
                Ok(sample::grid())
            } else {
                Err(no("only one SELECT"))
            };
        }
        // Rows in the order of their items, after the one that is named first.
        let after = sql
            .split("> '")
            .nth(1)
            .and_then(|rest| rest.split('\'').next());
        let names = (0..ROWS).map(|n| format!("okta%2F{n:04}"));
        let mut rest: Vec<String> = names
            .filter(|n| after.is_none_or(|a| n.as_str() > a))
            .collect();
        let more = rest.len() > limit;
        rest.truncate(limit);
        let cell = |text: &str| Some(text.to_owned());
        Ok(Grid {
            columns: [
                "_item",
                "account",
                "name",
                "_leaf",
                "_blob",
                "_record",
                "valid_from",
            ]
            .map(str::to_owned)
            .to_vec(),
            rows: rest
                .iter()
                .map(|n| {
                    vec![
                        cell(n),
                        cell(n),
                        None,
                        cell("200"),
                        cell("0"),
                        cell("7"),
                        cell("2026-01-01T05:00:00Z"),
                    ]
                })
                .collect(),
            more,
        })
    }

    fn evidence(&self, leaf: u64) -> Result<Download, Trouble> {
        let house = self.now();
        let known = house
            .state
            .collections
            .iter()
            .any(|c| c.leaf == leaf && c.evidence.is_some());
        let file = Download {
            name: "minutes.pdf".into(),
            media: "application/octet-stream",
            bytes: b"%PDF".to_vec(),
        };
        known
            .then_some(file)
            .ok_or_else(|| Trouble::Missing("no such evidence".into()))
    }

    fn report(&self, kind: &str, format: &str) -> Result<Download, Trouble> {
        let media = match format {
            "pdf" => "application/pdf",
            "html" => "text/html; charset=utf-8",
            "md" => "text/markdown; charset=utf-8",
            "json" => "application/json",
            _ => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        };
        Ok(Download {
            name: format!("{kind}.{format}"),
            media,
            bytes: b"{}".to_vec(),
        })
    }

    fn bundle(&self) -> Result<Download, Trouble> {
        Ok(Download {
            name: "ledger.bundle".into(),
            media: "application/octet-stream",
            bytes: b"TICKMARK-BUNDLE 1\n".to_vec(),
        })
    }

    fn review(&self, leaf: u64) -> Result<FrozenList, Trouble> {
        if !self.now().state.reviews.contains_key(&leaf) {
            return Err(Trouble::Missing(format!("entry {leaf} is no review")));
        }
        Ok(crate::pages::reviewed::list(leaf).unwrap_or_else(frozen))
    }

    fn published(&self, leaf: u64) -> Result<Download, Trouble> {
        Err(Trouble::Missing(format!("entry {leaf} is no publication")))
    }

    fn clock(&self) -> Result<ClockCard, Trouble> {
        Ok(sample::clock())
    }

    fn act(&self, who: &str, deed: Deed) -> Result<String, Trouble> {
        self.deeds.lock().unwrap().push(deed.clone());
        let mut house = self.house.lock().unwrap();
        let mut parts = Parts {
            state: house.state.clone(),
            documents: house.documents.clone(),
            inputs: house.inputs.clone(),
            whole: Arc::clone(&house),
        };
        let said = self.did(&mut parts, who, deed)?;
        // Every deed here records at most as many entries as it names things.
        let last = said
            .rsplit(['.', ' '])
            .next()
            .and_then(|n| n.parse::<u64>().ok());
        parts.state.size = last
            .map_or(parts.state.size, |n| n + 1)
            .max(parts.state.size);
        let mut log = house.log.clone();
        log.size = parts.state.size;
        *house = Arc::new(House {
            state: parts.state,
            library: house.library.clone(),
            inputs: parts.inputs,
            standings: house.standings.clone(),
            log,
            documents: parts.documents,
            people: house.people.clone(),
            sources: house.sources.clone(),
            files: house.files.clone(),
        });
        Ok(said)
    }
}
