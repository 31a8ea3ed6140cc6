use crate::model::state::{Review, State};
use crate::model::time::{Day, Time};

/// A review on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReviewStanding<'a> {
    /// The review.
    pub review: &'a Review,
    /// Items that stay.
    pub keep: u64,
    /// Items that must go.
    pub revoke: u64,
    /// Items that nobody has decided.
    pub undecided: u64,
    /// Of those that must go: found gone by the last look.
    pub gone: u64,
    /// Of those that must go: found still there by the last look.
    pub still: u64,
    /// When the last item was decided; none while one is not.
    pub decided_at: Option<Time>,
    /// Days by which deciding is or was late; 0 if it is not.
    pub days_late: i32,
}

impl ReviewStanding<'_> {
    /// Of those that must go: nobody has looked since.
    #[must_use]
    pub fn not_looked(&self) -> u64 {
        self.revoke
            .saturating_sub(self.gone)
            .saturating_sub(self.still)
    }

    /// Everything is decided and what had to go is gone.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.undecided == 0 && self.gone == self.revoke
    }
}

/// All reviews on a day, the newest first.
#[must_use]
pub fn review_standings(state: &State, today: Day) -> Vec<ReviewStanding<'_>> {
    let reviews = state.reviews.values().rev();
    reviews
        .map(|review| standing(state, review, today))
        .collect()
}

fn standing<'a>(state: &State, review: &'a Review, today: Day) -> ReviewStanding<'a> {
    let mut out = ReviewStanding {
        review,
        keep: 0,
        revoke: 0,
        undecided: 0,
        gone: 0,
        still: 0,
        decided_at: None,
        days_late: 0,
    };
    let standings = review.standing();
    for one in standings.values() {
        out.keep += u64::from(one.keep);
        out.revoke += u64::from(!one.keep);
        let gone = one.gone.map(|(gone, _)| gone);
        out.gone += u64::from(gone == Some(true));
        out.still += u64::from(gone == Some(false));
    }
    out.undecided = u64::from(review.opened.items).saturating_sub(out.keep + out.revoke);
    if out.undecided == 0 {
        out.decided_at = complete_at(review);
    }
    let zone = state.zone();
    let end = out.decided_at.map_or(today, |at| zone.day_of(at));
    out.days_late = end.days_since(review.opened.due).max(0);
    out
}

/// When the last item got its first decision: changing one's mind later does not make a review late.
fn complete_at(review: &Review) -> Option<Time> {
    let mut open: std::collections::BTreeSet<u32> = (0..review.opened.items).collect();
    for decision in &review.decisions {
        for place in decision.keep.iter().chain(&decision.revoke) {
            open.remove(place);
        }
        if open.is_empty() {
            return Some(decision.recorded);
        }
    }
    None
}
