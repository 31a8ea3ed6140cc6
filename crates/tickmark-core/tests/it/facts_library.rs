//! The populations and sources that are shipped.

use std::path::Path;

use tickmark_core::facts::schema::Schema;
use tickmark_core::facts::source::Source;

use crate::data;

fn names(folder: &str) -> Vec<String> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../library")
        .join(folder);
    let names = std::fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names
        .filter_map(|name| name.strip_suffix(".yaml").map(str::to_owned))
        .collect();
    names.sort();
    names
}

#[test]
fn every_population_and_source_is_read_and_they_fit_each_other() {
    let schemas: Vec<Schema> = names("populations")
        .iter()
        .map(|name| data::schema(name))
        .collect();
    assert!(schemas.len() >= 16);
    let mut wrong = Vec::new();
    for name in names("sources") {
        let file = format!("sources/{name}.yaml");
        let source = Source::parse(&file, &data::library(&file)).unwrap();
        assert_eq!(source.id.as_str(), name, "the file is named by its source");
        wrong.extend(source.check(&schemas).iter().map(ToString::to_string));
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn git_and_plans_tell_what_their_populations_ask() {
    tickmark_core::facts::git::mapping(&data::schema("git_commit")).unwrap();
    tickmark_core::facts::plan::mapping(&data::schema("planned_change")).unwrap();
    let error = tickmark_core::facts::git::mapping(&data::schema("planned_change")).unwrap_err();
    assert!(
        error.starts_with("git does not tell `plan` of population `planned_change`"),
        "{error}"
    );
}

/// Whoever sets a source up must be told what to allow, for each stream.
#[test]
fn every_stream_says_what_it_needs_to_be_allowed() {
    for file in names("sources") {
        let text = data::library(&format!("sources/{file}.yaml"));
        let source = Source::parse(&file, &text).unwrap();
        for stream in &source.streams {
            assert!(stream.permission.is_some(), "{file}: {}", stream.name);
        }
    }
    let wrong = refused("  pulls: \"Pull", "  pullss: \"Pull");
    assert!(wrong.ends_with("there is no stream `pullss`"), "{wrong}");
}

fn refused(from: &str, to: &str) -> String {
    let text = data::library("sources/github.yaml");
    assert!(text.contains(from), "{from}");
    let text = text.replacen(from, to, 1);
    match Source::parse("github.yaml", &text) {
        Err(error) => error.to_string(),
        Ok(source) => {
            let schemas: Vec<Schema> = names("populations")
                .iter()
                .map(|name| data::schema(name))
                .collect();
            source
                .check(&schemas)
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join("\n")
        }
    }
}

/// What a person who writes a source reads when it is wrong.
#[test]
fn defects_of_a_source_have_a_place_and_a_suggestion() {
    let cases = [
        ("retention: none", "retension: none"),
        ("per_second: 5", "per_second: five"),
        ("auth: bearer", "auth: bearrer"),
        ("next: link-header", "next: link"),
        ("item: \"$[*]\"", "item: \"$[?(@.a)]\""),
        ("into: review", "into: revieww"),
        ("each: pulls", "each: pull"),
        ("{org}/{repo}|text", "{orgg}/{repo}|text"),
        ("number: \"$.number|int\"", "number: \"$.number|integer\""),
        (
            "merged_at: \"$.merged_at|time|absent\"",
            "merged_at: \"$.merged_at|time|unknown\"",
        ),
        (
            "opened_at: \"$.created_at|time\"",
            "opened_att: \"$.created_at|time\"",
        ),
        (
            "head_sha: \"$.head.sha|text\"",
            "head_sha: \"$.head.sha|time\"",
        ),
        ("state: \"$.state|enum(", "state: \"$.state|enum(("),
        (
            "cap: {items: 250, then: unknown}",
            "cap: {items: 250, then: absent}",
        ),
        ("cadence: daily", "cadence: sometimes"),
        ("params: {org: text", "params: {from: text, org: text"),
    ];
    let told: Vec<String> = cases.iter().map(|(from, to)| refused(from, to)).collect();
    insta::assert_snapshot!(told.join("\n"));
}
