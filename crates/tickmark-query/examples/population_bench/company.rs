//! The seeded company of the bench: events of a year with planted exceptions, and how many there are.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use tickmark_core::{facts::schema::Schema, judge::job::Value};
use tickmark_query::facts;

const US: i64 = 1_000_000;
const HOUR: i64 = 3_600 * US;
const DAY: i64 = 24 * HOUR;
/// 2026-01-01T00:00:00Z
const START: i64 = 1_767_225_600 * US;
const END: i64 = START + 365 * DAY;
const QUARTERS: [i64; 5] = [0, 90, 181, 273, 365];
const ACTIONS: [&str; 6] = [
    "console.login",
    "db.query",
    "s3.get",
    "ssh.session",
    "iam.change",
    "api.call",
];
const STATES: [&str; 3] = ["APPROVED", "DISMISSED", "COMMENTED"];

/// A population: name, key, trigger, columns.
pub struct Population(
    &'static str,
    &'static str,
    &'static str,
    &'static [(&'static str, &'static str)],
);

pub const POPULATIONS: [Population; 8] = [
    Population(
        "person",
        "person_id",
        "hired_at",
        &[
            ("person_id", "int"),
            ("email", "text"),
            ("hired_at", "time"),
            ("term_ts", "time"),
        ],
    ),
    Population(
        "access_event",
        "event_id",
        "at",
        &[
            ("event_id", "int"),
            ("at", "time"),
            ("person_id", "int"),
            ("system_id", "int"),
            ("action", "text"),
            ("ok", "bool"),
        ],
    ),
    Population(
        "change",
        "change_id",
        "merged_at",
        &[
            ("change_id", "int"),
            ("repo_id", "int"),
            ("author_id", "int"),
            ("opened_at", "time"),
            ("merged_at", "time"),
        ],
    ),
    Population(
        "approval",
        "approval_id",
        "at",
        &[
            ("approval_id", "int"),
            ("change_id", "int"),
            ("approver_id", "int"),
            ("at", "time"),
            ("state", "text"),
        ],
    ),
    Population(
        "account",
        "account_id",
        "granted_at",
        &[
            ("account_id", "int"),
            ("person_id", "int"),
            ("system_id", "int"),
            ("granted_at", "time"),
            ("revoked_at", "time"),
        ],
    ),
    Population(
        "review_item",
        "review_id",
        "at",
        &[
            ("review_id", "int"),
            ("account_id", "int"),
            ("quarter", "int"),
            ("at", "time"),
            ("decision", "text"),
        ],
    ),
    Population(
        "quarter",
        "quarter",
        "q_start",
        &[("quarter", "int"), ("q_start", "time"), ("q_end", "time")],
    ),
    Population(
        "backup",
        "asset_id, at",
        "at",
        &[("asset_id", "int"), ("at", "time"), ("ok", "bool")],
    ),
];

impl Population {
    pub fn name(&self) -> &'static str {
        self.0
    }

    pub fn schema(&self) -> Schema {
        let absent = |name: &str| {
            if ["term_ts", "revoked_at"].contains(&name) {
                ", can_be: [absent]"
            } else {
                ""
            }
        };
        let columns: String = self
            .3
            .iter()
            .map(|(n, ty)| format!("  {n}: {{type: {ty}{}}}\n", absent(n)))
            .collect();
        let text = format!(
            "name: {}\nversion: 1\nshape: event\nsays: bench\nkey: [{}]\ntrigger: {}\ncolumns:\n{columns}completeness: {{representation: required}}\n",
            self.0, self.1, self.2
        );
        Schema::parse("bench.yaml", &text).expect("the schema reads")
    }
}

/// Where a population's rows are.
pub fn file(folder: &Path, population: &str) -> PathBuf {
    facts::Folder::new(folder).file(population, 0, "00000000", 1)
}

/// SplitMix64.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// From 0 up to but without `below`.
    fn below(&mut self, below: i64) -> i64 {
        (self.next() % below.max(1).unsigned_abs()).cast_signed()
    }

    fn between(&mut self, from: i64, until: i64) -> i64 {
        from + self.below(until - from)
    }
}

/// Columns being filled.
struct Columns(Vec<Vec<Value>>);

impl Columns {
    fn push<const N: usize>(&mut self, row: [Value; N]) {
        self.0.resize_with(N, Vec::new);
        self.0.iter_mut().zip(row).for_each(|(c, v)| c.push(v));
    }
}

struct Company<'f> {
    folder: &'f Path,
    chance: Chance,
    truth: BTreeMap<String, i64>,
}

/// Writes what is not there yet; how many exceptions of each kind were planted.
pub fn written(n: usize, folder: &Path) -> BTreeMap<String, i64> {
    let truth = folder.join(format!("truth-{n}.json"));
    if let Ok(text) = fs::read_to_string(&truth) {
        return serde_json::from_str(&text).expect("the truth reads");
    }
    let mut company = Company {
        folder,
        chance: Chance(20_260_101),
        truth: BTreeMap::new(),
    };
    let ends = company.people((n / 500).max(50));
    company.events(n, &ends);
    company.changes((n / 10).max(100), ends.len());
    company.accounts((n / 50).max(500), ends.len());
    company.backups((n / 5 / 365).max(3));
    fs::write(
        truth,
        serde_json::to_string(&company.truth).expect("numbers"),
    )
    .expect("the truth is written");
    company.truth
}

fn int(n: usize) -> i64 {
    i64::try_from(n).expect("small")
}

fn text(of: &str) -> Value {
    Value::Text(of.to_owned())
}

impl Company<'_> {
    fn save(&self, name: &str, columns: Columns) {
        let population = POPULATIONS
            .iter()
            .find(|p| p.name() == name)
            .expect("known");
        facts::write_columns(
            &file(self.folder, name),
            &population.schema(),
            0,
            &columns.0,
        )
        .expect("the file is written");
    }

    fn plant(&mut self, what: &str, count: usize) {
        self.truth.insert(what.to_owned(), int(count));
    }

    /// Last instant of each person, [`END`] for those who stay; every tenth to third of them leaves.
    fn people(&mut self, count: usize) -> Vec<i64> {
        let mut rows = Columns(Vec::new());
        let mut ends = Vec::with_capacity(count);
        for id in 0..count {
            let leaves = id % 10 < 3;
            let end = if leaves {
                START + self.chance.between(20, 330) * DAY
            } else {
                END
            };
            let hired = START - self.chance.below(900) * DAY;
            let term = if leaves {
                Value::Time(end)
            } else {
                Value::Null
            };
            rows.push([
                Value::Int(int(id)),
                text(&format!("user{id}@example.com")),
                Value::Time(hired),
                term,
            ]);
            ends.push(end);
        }
        self.save("person", rows);
        ends
    }

    fn events(&mut self, count: usize, ends: &[i64]) {
        let planted = (count / 10_000).max(5);
        let mut rows = Columns(Vec::new());
        for id in 0..count {
            let mut person = self.chance.below(int(ends.len()));
            let mut at = START
                + self
                    .chance
                    .below(ends[usize::try_from(person).expect("index")] - START);
            // The first events are too late, as many again fall into the day of grace.
            if id < 2 * planted {
                person = self.chance.below(int(ends.len() / 10)) * 10;
                let end = ends[usize::try_from(person).expect("index")];
                at = if id < planted {
                    end + 25 * HOUR + self.chance.below(30 * DAY)
                } else {
                    end + self.chance.below(24 * HOUR)
                };
            }
            let action = ACTIONS[usize::try_from(self.chance.below(6)).expect("index")];
            let (system, ok) = (self.chance.below(200), self.chance.below(100) < 97);
            rows.push([
                Value::Int(int(id)),
                Value::Time(at),
                Value::Int(person),
                Value::Int(system),
                text(action),
                Value::Bool(ok),
            ]);
        }
        self.save("access_event", rows);
        self.plant("access_after_term", planted);
    }

    fn changes(&mut self, count: usize, people: usize) {
        let (mut changes, mut approvals) = (Columns(Vec::new()), Columns(Vec::new()));
        let mut next = 0;
        let every = (count / (count / 500).max(8)).max(1);
        let mut bad = 0;
        for id in 0..count {
            let author = self.chance.below(int(people));
            let merged = START + self.chance.between(2 * DAY, 364 * DAY);
            let opened = merged - self.chance.between(HOUR, 2 * DAY);
            let other = (author + 1 + self.chance.below(int(people) - 1)) % int(people);
            let inside = self.chance.between(opened, merged);
            let mut approve = |who: i64, at: i64, state: usize| {
                next += 1;
                approvals.push([
                    Value::Int(next),
                    Value::Int(int(id)),
                    Value::Int(who),
                    Value::Time(at),
                    text(STATES[state]),
                ]);
            };
            if id % every == 0 {
                match bad % 4 {
                    0 => approve(author, inside, 0),
                    1 => approve(other, merged + self.chance.between(60 * US, 3 * DAY), 0),
                    2 => {
                        approve(other, inside, 0);
                        approve(other, inside + (merged - inside) / 2, 1);
                    }
                    _ => {}
                }
                bad += 1;
            } else {
                approve(other, inside, 0);
                let state = usize::try_from(self.chance.below(3)).expect("index");
                approve(author, opened + (merged - opened) / 3, state);
            }
            let repo = self.chance.below(300);
            changes.push([
                Value::Int(int(id)),
                Value::Int(repo),
                Value::Int(author),
                Value::Time(opened),
                Value::Time(merged),
            ]);
        }
        self.save("change", changes);
        self.save("approval", approvals);
        self.plant("unapproved_changes", bad);
    }

    fn accounts(&mut self, count: usize, people: usize) {
        let (mut accounts, mut reviews, mut quarters) = (
            Columns(Vec::new()),
            Columns(Vec::new()),
            Columns(Vec::new()),
        );
        let edges = QUARTERS.map(|d| START + d * DAY);
        for (q, pair) in edges.windows(2).enumerate() {
            quarters.push([
                Value::Int(int(q + 1)),
                Value::Time(pair[0]),
                Value::Time(pair[1]),
            ]);
        }
        let (mut next, mut missed, mut due) = (0, 0, 0);
        for id in 0..count {
            let granted = START + self.chance.between(-300, 500) * DAY;
            let revoked = (granted + self.chance.between(20, 500) * DAY).min(END + 30 * DAY);
            for (q, pair) in edges.windows(2).enumerate() {
                if granted >= pair[0] || revoked < pair[1] {
                    continue;
                }
                due += 1;
                if due % 2_000 == 7 {
                    missed += 1;
                    continue;
                }
                next += 1;
                let at = self.chance.between(pair[0], pair[1]);
                let decision = if self.chance.below(20) == 0 {
                    "revoke"
                } else {
                    "keep"
                };
                reviews.push([
                    Value::Int(next),
                    Value::Int(int(id)),
                    Value::Int(int(q + 1)),
                    Value::Time(at),
                    text(decision),
                ]);
            }
            let revoked = if revoked > END {
                Value::Null
            } else {
                Value::Time(revoked)
            };
            let (person, system) = (self.chance.below(int(people)), self.chance.below(200));
            accounts.push([
                Value::Int(int(id)),
                Value::Int(person),
                Value::Int(system),
                Value::Time(granted),
                revoked,
            ]);
        }
        self.save("account", accounts);
        self.save("review_item", reviews);
        self.save("quarter", quarters);
        self.plant("unreviewed_account_quarters", missed);
    }

    /// One a day and asset; every twentieth asset misses a day.
    fn backups(&mut self, assets: usize) {
        let mut rows = Columns(Vec::new());
        let mut gaps = 0;
        for asset in 0..assets {
            let missing = if asset % 20 == 0 {
                self.chance.between(5, 355)
            } else {
                -1
            };
            gaps += usize::from(missing >= 0);
            for day in (0..365).filter(|d| *d != missing) {
                let at = START + day * DAY + self.chance.below(HOUR);
                rows.push([Value::Int(int(asset)), Value::Time(at), Value::Bool(true)]);
            }
        }
        self.save("backup", rows);
        self.plant("backup_gaps", gaps);
    }
}
