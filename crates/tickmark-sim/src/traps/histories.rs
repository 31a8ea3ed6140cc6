//! A repository of which only the git history is left: what its messages tell about how a commit came.

use tickmark_core::model::time::{HOUR_US, SECOND_US, Time};

use super::REFERENCE;
use crate::{
    code::{
        history::{History, Signature},
        ordinary::pair,
    },
    dice::Dice,
    truth::Class,
    world::{Who, World},
};

const D: Class = Class::Deviation;
const L: Class = Class::Lookalike;

/// Ordinary changes a month.
const CHANGES: usize = 4;

/// Somebody at work on the history at a time.
struct Pen<'a> {
    history: &'a mut History,
    world: &'a mut World,
    at: Time,
    author: Signature,
    colleague: Signature,
}

/// What somebody does to the history.
type Script = fn(&mut Pen<'_>);

const SCRIPTS: [Script; 11] = [
    squash,
    number_inside,
    revert,
    merge,
    merge_by_name,
    silent_merge,
    trailer,
    hot_fix,
    mention,
    crossed,
    excepted,
];

/// The history from before the period to just after it.
pub(crate) fn plant(world: &mut World, history: &mut History, team: &[Who]) {
    let almanac = world.almanac.clone();
    let mut dice = Dice::new(world.seed, "histories");
    let span = almanac.period.span(&almanac.zone);
    let before = |days: i32| almanac.at(almanac.period.from.plus_days(-days), 10, 0);
    let after = span.until.plus(-SECOND_US);
    let edges = [
        (before(200), L, "the first commit, before the period"),
        (before(12), L, "without a reference, but before the period"),
        (
            span.from,
            D,
            "without a reference, in the first second of the period",
        ),
        (
            after,
            D,
            "without a reference, in the last second of the period",
        ),
        (span.until, L, "without a reference, but after the period"),
    ];
    let mut scripts: Vec<Script> = SCRIPTS.to_vec();
    let months = usize::from(world.months);
    scripts.extend((0..CHANGES * months).map(|n| -> Script {
        if n % 3 == 0 { merged } else { squashed }
    }));
    dice.shuffle(&mut scripts);
    let days: Vec<_> = almanac.period.each_day().collect();
    let days: Vec<_> = days
        .into_iter()
        .filter(|d| almanac.is_work_day(*d))
        .collect();
    let open = days.len().saturating_sub(4);
    let (count, mut edges) = (scripts.len().max(1), edges.into_iter());
    for (at, class, why) in edges.by_ref().take(3) {
        Pen::new(world, history, &mut dice, team, at).bare(class, why);
    }
    for (n, script) in scripts.into_iter().enumerate() {
        let day = days.get(2 + n * open / count).copied();
        let hour = u32::try_from(12 + n % 5).unwrap_or(12);
        let at = almanac.at(day.unwrap_or(almanac.period.to), hour, 20);
        script(&mut Pen::new(world, history, &mut dice, team, at));
    }
    for (at, class, why) in edges {
        Pen::new(world, history, &mut dice, team, at).bare(class, why);
    }
}

impl<'a> Pen<'a> {
    fn new(
        world: &'a mut World,
        history: &'a mut History,
        dice: &mut Dice,
        team: &[Who],
        at: Time,
    ) -> Self {
        let (author, colleague) = pair(dice, team);
        Pen {
            author: Signature::of(world, author),
            colleague: Signature::of(world, colleague),
            history,
            world,
            at,
        }
    }

    fn note(&mut self, class: Class, id: &str, trap: &str, why: &str) {
        let item = self.history.item(id);
        self.world.note(class, REFERENCE, item, trap, why);
    }

    /// Committed and pushed by its author.
    fn push(&mut self, message: &str) -> String {
        self.history
            .advance(&self.author, &self.author, self.at, message)
    }

    /// A pull request that the platform put on the branch as one commit.
    fn squash(&mut self, title: &str) -> String {
        let message = format!("{title} (#{})", self.history.number());
        self.history
            .advance(&self.author, &Signature::platform(), self.at, &message)
    }

    /// Two commits on a branch, and the merge that brings them.
    fn merge(&mut self, committer: &Signature, message: &str) -> (String, [String; 2]) {
        let base = self.history.tip();
        let mut step = |parents: &[String], hours: i64, message: &str| {
            let at = self.at.plus(-hours * HOUR_US);
            self.history
                .commit(parents, &self.author, &self.author, at, message)
        };
        let first = step(base.as_slice(), 2, "try it");
        let second = step(std::slice::from_ref(&first), 1, "and finish it");
        let parents: Vec<String> = base.into_iter().chain([second.clone()]).collect();
        self.history.head =
            self.history
                .commit(&parents, &self.author, committer, self.at, message);
        (self.history.head.clone(), [first, second])
    }

    /// Pushed without any reference.
    fn bare(&mut self, class: Class, why: &str) {
        let id = self.push("hot fix");
        self.note(class, &id, "no_reference", why);
    }
}

fn squashed(pen: &mut Pen<'_>) {
    pen.squash("Keep the tables in order");
}

fn merged(pen: &mut Pen<'_>) {
    let message = format!(
        "Merge pull request #{} from acme/tables\n\nKeep the tables in order",
        pen.history.number()
    );
    pen.merge(&Signature::platform(), &message);
}

fn squash(pen: &mut Pen<'_>) {
    let id = pen.squash("Sort the list");
    let why = "one commit for a pull request, which it names";
    pen.note(L, &id, "squash_merge", why);
}

fn number_inside(pen: &mut Pen<'_>) {
    let id = pen.push("Sort the list (#11) once more");
    let why = "a number in the middle of the subject is none that a squash merge writes";
    pen.note(D, &id, "squash_merge", why);
}

fn revert(pen: &mut Pen<'_>) {
    let id = pen.squash("Revert \"Sort the list (#11)\"");
    let why = "takes back another change, and names its own pull request";
    pen.note(L, &id, "squash_merge", why);
}

fn merge(pen: &mut Pen<'_>) {
    let message = format!(
        "Merge pull request #{} from acme/lists",
        pen.history.number()
    );
    let (id, brought) = pen.merge(&Signature::platform(), &message);
    pen.note(L, &id, "true_merge", "the merge of a pull request");
    for id in brought {
        let why = "without a reference, but brought by a merge";
        pen.note(L, &id, "true_merge", why);
    }
}

fn merge_by_name(pen: &mut Pen<'_>) {
    let id = pen.push("Merge branch 'next'");
    pen.note(
        D,
        &id,
        "true_merge",
        "called a merge, but it has one parent",
    );
}

fn silent_merge(pen: &mut Pen<'_>) {
    let committer = pen.author.clone();
    let (id, _) = pen.merge(&committer, "Merge branch 'next' into main");
    let why = "a merge whose message names nothing";
    pen.note(L, &id, "no_reference", why);
}

fn trailer(pen: &mut Pen<'_>) {
    let message = format!(
        "Sort the list\n\nLonger than it was.\n\nCloses #{} from acme/lists",
        pen.history.number()
    );
    let id = pen.push(&message);
    let why = "names its pull request in a line at the end only";
    pen.note(L, &id, "no_reference", why);
}

fn hot_fix(pen: &mut Pen<'_>) {
    pen.bare(D, "pushed without any reference");
}

fn mention(pen: &mut Pen<'_>) {
    let id = pen.push("Fix #12\n\nSee #12 and (#13) for the reasons.");
    let why = "mentions numbers, but none as what brought it";
    pen.note(D, &id, "no_reference", why);
}

/// Somebody merges the branch into the own work and pushes that: the own commits are the main line now, and what a pull
/// request brought meanwhile lies beside it.
fn crossed(pen: &mut Pen<'_>) {
    let base: Vec<String> = pen.history.tip().into_iter().collect();
    let early = pen.at.plus(-3 * HOUR_US);
    let author = pen.author.clone();
    let own = pen
        .history
        .commit(&base, &author, &author, early, "work in progress");
    let number = pen.history.number();
    let theirs = pen.history.commit(
        &base,
        &pen.colleague,
        &Signature::platform(),
        pen.at.plus(-HOUR_US),
        &format!("Sort the list by name (#{number})"),
    );
    let parents = [own.clone(), theirs.clone()];
    let message = "Merge branch 'main' of acme/legacy";
    pen.history.head = pen
        .history
        .commit(&parents, &author, &author, pen.at, message);
    let why = "pushed with a merge the wrong way round, which made it the main line";
    pen.note(D, &own, "no_reference", why);
    let why = "beside the main line since a merge the wrong way round";
    pen.note(L, &theirs, "no_reference", why);
}

fn excepted(pen: &mut Pen<'_>) {
    let why = "without a reference, an approved exception";
    let id = pen.push("rotate the keys by hand");
    pen.note(L, &id, "no_reference", why);
    let item = pen.history.item(&id);
    let waived = (REFERENCE.to_owned(), item, why.to_owned());
    pen.world.waived.push(waived);
}
