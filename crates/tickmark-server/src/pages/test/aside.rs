//! Items that a run left aside as not applicable: why, and where somebody waived them, who and until when.

use std::collections::BTreeMap;

use maud::{Markup, html};
use tickmark_core::model::document::Waiver;
use tickmark_core::model::ids::ItemId;
use tickmark_core::report::ItemState;
use tickmark_core::report::inputs::{Item, TestResult};

use super::super::{link, part};
use crate::house::House;

/// The reason code of an item that a waiver excepts.
const WAIVED: &str = "waived";

/// What was left aside; nothing if nothing was and nothing may be.
pub(super) fn card(house: &House, run: &TestResult) -> Markup {
    let aside: Vec<&Item> = run
        .items
        .iter()
        .filter(|i| i.state == ItemState::NotApplicable)
        .collect();
    let waivers: Vec<&Waiver> = house
        .state
        .waivers()
        .map(|all| {
            all.waivers
                .iter()
                .filter(|w| w.test.as_str() == run.id)
                .collect()
        })
        .unwrap_or_default();
    if aside.is_empty() && waivers.is_empty() {
        return html! {};
    }
    part::card(
        "Not applicable",
        &html! {
            (by_reason(run, &aside))
            @if !waivers.is_empty() { (waived(&waivers, &aside)) }
            @if waivers.is_empty() && aside.iter().any(|i| is_waived(i)) {
                p.notice { "Items were waived when this test ran; the waivers are not in the program any more. The run's own documents name them." }
            }
        },
    )
}

fn is_waived(item: &Item) -> bool {
    item.reasons.iter().any(|(code, _)| code.ends_with(WAIVED))
}

/// How many items each reason set aside: by the control's own words, or by somebody.
fn by_reason(run: &TestResult, aside: &[&Item]) -> Markup {
    let mut reasons: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for item in aside {
        for (code, says) in &item.reasons {
            *reasons.entry((code.as_str(), says.as_str())).or_default() += 1;
        }
    }
    html! {
        @if aside.is_empty() { p { "No item was left aside." } } @else {
            ul.points { @for ((code, says), count) in &reasons {
                li {
                    a href=(link::items(&run.id, ItemState::NotApplicable.words())) { (part::many(*count, "item")) } ": "
                    @if says.is_empty() { (code) } @else { (says) } " " code.code-word { (code) } " "
                    span.muted { @if code.ends_with(WAIVED) { "by a waiver" } @else { "by the control file" } }
                }
            } }
        }
    }
}

fn waived(waivers: &[&Waiver], aside: &[&Item]) -> Markup {
    let covered = |waiver: &Waiver| {
        let ids = aside.iter().filter(|i| is_waived(i));
        ids.filter(|i| ItemId::parse(&i.item).is_ok_and(|id| waiver.item.covers(&id)))
            .count()
    };
    html! {
        h3 { "Waivers of this test" }
        div.scroll tabindex="0" role="region" aria-label="Waivers of this test" {
            table.grid {
                thead { tr { @for head in ["What", "Why", "Approved by", "Approved on", "From", "Until", "Items of this run"] { th scope="col" { (head) } } } }
                tbody { @for waiver in waivers {
                    tr {
                        th scope="row" data-label="What" { code.item { (part::waived(&waiver.item)) } }
                        td data-label="Why" { (waiver.reason) }
                        td data-label="Approved by" { (waiver.approved_by) }
                        td data-label="Approved on" { (waiver.approved_on) }
                        td data-label="From" { (waiver.from) }
                        td data-label="Until" { (waiver.until) }
                        td data-label="Items of this run" { (covered(waiver)) }
                    }
                } }
            }
        }
        p.muted { "A waiver must be approved before its first day and ends by itself; each stands in " a href=(link::document("waivers.yaml")) { "waivers.yaml" } "." }
    }
}
