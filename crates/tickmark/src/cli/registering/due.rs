//! What the registers wait for: tasks and reviews that are open, policies, risks and vendors that are late, and sources that forget.

use serde_json::{Value, json};
use tickmark::{
    registering::retention::{Countdown, countdowns},
    shelf::Shelf,
};
use tickmark_core::model::{
    registers::{
        RiskPoint, VendorPoint, policy_standings, review_standings, risk_standings, task_standings,
        vendor_standings,
    },
    state::State,
    time::{Day, Time},
};

use crate::cli::Context;

/// What waits on a day.
pub struct Waiting {
    today: Day,
    dues: Vec<Due>,
    countdowns: Vec<Countdown>,
}

/// Something that is due.
struct Due {
    /// `task`, `review`, `policy`, `risk` or `vendor`.
    register: &'static str,
    /// Its leaf or its id.
    id: String,
    /// What is to be done.
    what: String,
    /// The last day.
    due: Day,
}

/// What is open or late on a day, the most pressing first. Tasks and reviews stand here as long as they are open, the others once they
/// are late.
fn dues(state: &State, today: Day) -> Vec<Due> {
    let mut out = Vec::new();
    for task in task_standings(state, today).iter().map(|s| s.task) {
        if task.closed.is_none() {
            let item = task.item().map(|i| format!(" {i}")).unwrap_or_default();
            let what = format!("{}{item}", task.opened.test);
            out.push(Due::new("task", &task.leaf, what, task.due()));
        }
    }
    for standing in review_standings(state, today) {
        if standing.undecided > 0 {
            let opened = &standing.review.opened;
            let what = format!("{}: {} to be decided", opened.control, standing.undecided);
            out.push(Due::new("review", &standing.review.leaf, what, opened.due));
        }
    }
    out.extend(late(state, today));
    out.sort_by_key(|d| d.due);
    out
}

fn late(state: &State, today: Day) -> Vec<Due> {
    let mut out = Vec::new();
    for standing in policy_standings(state, today) {
        if let Some(due) = standing.renew_due.filter(|due| *due < today) {
            let what = "approve it again".to_owned();
            out.push(Due::new("policy", &standing.policy.policy, what, due));
        }
    }
    let review = || "review it again".to_owned();
    for standing in risk_standings(state, today) {
        let late = |p: &RiskPoint| matches!(p, RiskPoint::ReviewOverdue(_));
        if standing.points.iter().any(late) {
            let risk = standing.risk;
            out.push(Due::new("risk", &risk.risk, review(), risk.review_due));
        }
    }
    for standing in vendor_standings(state, today) {
        let late = |p: &VendorPoint| matches!(p, VendorPoint::ReviewOverdue(_));
        if standing.points.iter().any(late) {
            let vendor = standing.vendor;
            out.push(Due::new(
                "vendor",
                &vendor.vendor,
                review(),
                vendor.review_due,
            ));
        }
    }
    out
}

impl Due {
    fn new(register: &'static str, id: &impl ToString, what: String, due: Day) -> Self {
        Self {
            register,
            id: id.to_string(),
            what,
            due,
        }
    }

    fn days_late(&self, today: Day) -> i32 {
        today.days_since(self.due).max(0)
    }

    fn row(&self, today: Day) -> Vec<String> {
        let late = match self.days_late(today) {
            0 => String::new(),
            days => format!("{days} days late"),
        };
        vec![
            self.register.to_owned(),
            self.id.clone(),
            self.what.clone(),
            self.due.to_string(),
            late,
        ]
    }
}

impl Waiting {
    /// What waits at a moment.
    pub fn of(state: &State, shelf: &Shelf, now: Time) -> Self {
        let today = state.zone().day_of(now);
        Self {
            today,
            dues: dues(state, today),
            countdowns: countdowns(state, shelf, now),
        }
    }

    /// Prints both as tables; nothing where nothing is due.
    pub fn print(&self, context: &Context) {
        let rows: Vec<Vec<String>> = self.dues.iter().map(|d| d.row(self.today)).collect();
        if !rows.is_empty() {
            context.out.line("");
            let head = ["register", "which", "to do", "due", "late"];
            context.out.table(&head, &rows);
        }
        let row = |c: &Countdown| {
            vec![
                c.stream.clone(),
                format!("{} days", c.keeps_days),
                c.last.map_or_else(|| "never".to_owned(), |t| t.to_string()),
                left(c),
            ]
        };
        let rows: Vec<Vec<String>> = self.countdowns.iter().map(row).collect();
        if !rows.is_empty() {
            context.out.line("");
            let head = ["source", "keeps", "collected until", "records are lost"];
            context.out.table(&head, &rows);
        }
    }

    /// What is due, for programs.
    pub fn dues_json(&self) -> Vec<Value> {
        let one = |d: &Due| {
            let late = d.days_late(self.today);
            json!({"register": d.register, "id": d.id, "what": d.what, "due": d.due.to_string(), "days_late": late})
        };
        self.dues.iter().map(one).collect()
    }

    /// The countdowns, for programs.
    pub fn countdowns_json(&self) -> Vec<Value> {
        let one = |c: &Countdown| {
            json!({"stream": c.stream, "keeps_days": c.keeps_days, "last": c.last.map(|t| t.to_string()),
                "lost_from": c.lost_from.map(|t| t.to_string()), "days_left": c.days_left})
        };
        self.countdowns.iter().map(one).collect()
    }
}

/// When records that were not collected are lost, in words.
fn left(countdown: &Countdown) -> String {
    match countdown.days_left {
        None => "every day, collect now".to_owned(),
        Some(days) if days < 0 => "since some days, collect now".to_owned(),
        Some(0) => "within a day".to_owned(),
        Some(days) => format!("in {days} days"),
    }
}
