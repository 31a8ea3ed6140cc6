//! What is due in the registers, in a few lines for the start page.

use maud::{Markup, html};
use tickmark_core::model::registers::{
    RiskPoint, policy_standings, review_standings, risk_standings, vendor_standings,
};
use tickmark_core::model::time::Time;

use super::exceptions::readable;
use super::part::{Tone, tag};
use super::policies::days;
use super::{link, tasks, who};
use crate::house::House;
use crate::rights::{Action, Viewer};

/// Tasks that are due first, then what is overdue among policies, vendors, risks and reviews.
pub(super) fn brief(house: &House, viewer: &Viewer, now: Time) -> Markup {
    const MOST: usize = 5;
    let today = who::today(house, now);
    let open = tasks::rows(house, viewer, today);
    let open: Vec<_> = open.iter().filter(|s| s.task.closed.is_none()).collect();
    let overdue = overdue(house, viewer, now);
    html! {
        @if open.is_empty() && overdue.is_empty() { p { (tag(Tone::Good, "Nothing is due")) " in tasks, policies, vendors, risks and reviews." } }
        ul.points {
            @for one in open.iter().take(MOST) { li {
                (tasks::state(one)) " " a href=(link::task(one.task.leaf)) { (one.task.opened.test) } " "
                @if let Some(item) = one.task.item() { code title=(item) { (readable(item.as_str())) } " " }
                span.muted { "by " (one.task.due()) ", " (who::called_if(house, viewer, one.task.owner())) }
            } }
            @if open.len() > MOST { li { a href=(link::TASKS) { "and " (open.len() - MOST) " more tasks" } } }
            @for line in overdue.iter().take(MOST) { li { (line) } }
            @if overdue.len() > MOST { li { span.muted { "and " (overdue.len() - MOST) " more overdue" } } }
        }
    }
}

fn overdue(house: &House, viewer: &Viewer, now: Time) -> Vec<Markup> {
    let today = who::today(house, now);
    let mut out = Vec::new();
    let late = |many: i32| tag(Tone::Bad, &format!("{} late", days(many)));
    if viewer.may(Action::ViewRegisters) {
        for policy in policy_standings(&house.state, today) {
            let to =
                html! { a href=(link::policy(&policy.policy.policy)) { (policy.policy.title) } };
            let ended = policy
                .policy
                .lifetime
                .retired
                .is_some_and(|last| last < today);
            if policy.days_overdue(today) > 0 {
                out.push(html! { (late(policy.days_overdue(today))) " " (to) " has to be approved again" });
            } else if policy.in_force.is_none() && !policy.missing.is_empty() && !ended {
                out.push(
                    html! { (tag(Tone::Warn, "Not in force")) " " (to) " waits for approval" },
                );
            }
        }
        for vendor in vendor_standings(&house.state, today) {
            let many = today.days_since(vendor.vendor.review_due);
            if many > 0 {
                out.push(html! { (late(many)) " " a href=(link::vendor(&vendor.vendor.vendor)) { (vendor.vendor.name) } " has to be reviewed" });
            }
        }
        for risk in risk_standings(&house.state, today) {
            for point in &risk.points {
                if let RiskPoint::ReviewOverdue(many) = point {
                    out.push(html! { (late(*many)) " " a href=(link::risk(&risk.risk.risk)) { (risk.risk.statement) } " has to be looked at" });
                }
            }
        }
    }
    if viewer.may(Action::ViewReviews) {
        for review in review_standings(&house.state, today) {
            if review.undecided > 0 && review.days_late > 0 {
                out.push(html! { (late(review.days_late)) " " a href=(link::review(review.review.leaf)) { "Review of " (review.review.opened.control) } ", " (review.undecided) " undecided" });
            }
        }
    }
    out
}
