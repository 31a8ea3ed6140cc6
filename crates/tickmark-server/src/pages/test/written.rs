//! A test in words: what the control file says.

use maud::{Markup, html};
use tickmark_core::judge::library;
use tickmark_core::judge::spec::{Coded, Form, TestSpec};

use super::super::expression::expression;
use super::super::link;
use super::super::part::{self, digest, facts};
use crate::house::House;

/// The whole text of a test: first in reading order, then word for word.
pub(super) fn text(house: &House, control: &library::Control, spec: &TestSpec) -> Markup {
    html! {
        p.muted { "From " code { (control.file) } ", version " (control.front.version) ", " (digest(&control.digest)) }
        (pinned(house, control))
        (facts(&[
            ("Population", html! { a href=(link::population(&spec.population)) { (part::spaced(spec.population.as_str())) } }),
            ("Methods", html! { (control.front.methods.join(", ")) }),
        ]))
        @if let Form::Short(short) = &spec.form {
            @if let Some(filter) = &short.filter { h3 { "Which rows are items" } pre.code { code { (expression(filter, &spec.scope)) } } }
            (coded("Not applicable when", &short.na, spec, control))
            (coded("Pending when", &short.pending, spec, control))
            @if let Some(due) = &short.due { h3 { "Due" } pre.code { code { (expression(due, &spec.scope)) } } }
        }
        h3 { "Attributes" }
        ol.attributes { @for attribute in &spec.attributes {
            li {
                p { strong { (attribute.letter) } " " (attribute.says) }
                @if let Some(rule) = &attribute.rule {
                    pre.code { code { (expression(&rule.expr, &spec.scope)) } }
                    (reasons(&rule.reasons, spec, control))
                }
            }
        } }
        @if let Form::Sql { sql, .. } = &spec.form { h3 { "Query" } pre.code { code { (sql) } } }
        @for check in &spec.reconcile { h3 { "Before anything is judged, this must give no row: " (check.name) } pre.code { code { (check.sql) } } }
        (params(house, control))
        (verbatim(control, spec))
        @if !control.front.not_covered.is_empty() {
            h3 { "What this control and its tests do not see" }
            ul { @for line in &control.front.not_covered { li { (line) } } }
        }
    }
}

fn coded(title: &str, list: &[Coded], spec: &TestSpec, control: &library::Control) -> Markup {
    html! { @if !list.is_empty() { h3 { (title) } (reasons(list, spec, control)) } }
}

fn reasons(list: &[Coded], spec: &TestSpec, control: &library::Control) -> Markup {
    html! {
        ul.reasons { @for coded in list {
            li {
                code.code-word { (coded.code) } " "
                @if let Some(says) = control.front.reasons.get(&coded.code) { (says) }
                @if let Some(when) = &coded.when { " when " code { (expression(when, &spec.scope).replace('\n', " ")) } }
            }
        } }
    }
}

/// What stands in the control file, and whether it is the file that was adopted.
fn verbatim(control: &library::Control, spec: &TestSpec) -> Markup {
    let of = |w: &&library::Written| w.test == spec.id.as_str();
    html! {
        @for block in control.written.iter().filter(of) {
            h3 { "Word for word, " code { (control.file) } " from line " (block.line) }
            pre.code.verbatim data-language=(block.language) tabindex="0" role="region" aria-label={ "Text of the test from line " (block.line) } { code { (block.text) } }
        }
    }
}

/// A control file that is not the one the adoption pins tests something else than what was adopted.
fn pinned(house: &House, control: &library::Control) -> Markup {
    let adopted = house
        .state
        .current(&format!("controls/{}.md", control.front.id));
    let pinned = adopted.and_then(|v| v.pinned).map(|d| d.to_string());
    html! {
        @match pinned {
            Some(pinned) if pinned == control.digest => { p.muted { "The adoption pins this very file." } },
            Some(pinned) => { p.notice { "The adoption pins another version of this file, " (digest(&pinned)) ". Runs judge the version that they name; adopt the control again to take this one." } },
            None => {},
        }
    }
}

/// Parameters with the value of the adoption, if there is one.
pub(in crate::pages) fn params(house: &House, control: &library::Control) -> Markup {
    use tickmark_core::model::document::ParamValue;
    let adopted = house
        .state
        .current(&format!("controls/{}.md", control.front.id))
        .and_then(|v| v.adoption());
    html! {
        @if !control.front.params.is_empty() {
            h3 { "Parameters" }
            dl.facts { @for param in &control.front.params {
                div {
                    dt { code { "$" (param.name) } }
                    dd {
                        @match adopted.and_then(|a| a.params.get(&param.name)) {
                            Some(ParamValue::One(value)) => { strong { (value) } " (adopted)" },
                            Some(ParamValue::Many(values)) => { strong { (values.join(", ")) } " (adopted)" },
                            None => { (tickmark_core::judge::literal::sql(&param.default)) " (default)" },
                        }
                        " " span.muted { (param.says) }
                    }
                }
            } }
        }
    }
}
