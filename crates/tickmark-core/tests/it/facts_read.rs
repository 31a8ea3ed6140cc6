//! Pages to rows and rejections: nothing is lost, everything has its place.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Value, json};
use tickmark_core::facts::mapping::{Mapping, bind_file, default_file};
use tickmark_core::facts::read::{PageBytes, Read, ReadError, Reader};
use tickmark_core::facts::schema::Schema;
use tickmark_core::facts::source::Source;
use tickmark_core::model::document::{FileFormat, FileMapping, parse_mapping};
use tickmark_core::model::ids::{ColumnName, PopulationName};
use tickmark_core::model::time::{Ambiguous, Time, Zone};

use crate::data;

const HIRE: &str = "\
name: hire
version: 1
shape: event
says: somebody began to work here
key: [employee]
trigger: began_at
columns:
  employee: {type: text}
  began_at: {type: time}
  day:      {type: date, can_be: [absent]}
  checked:  {type: bool, can_be: [unknown]}
  teams:    {type: set<text>, can_be: [absent]}
  pay:      {type: decimal, can_be: [absent]}
";

fn hire() -> Schema {
    Schema::parse("hire.yaml", HIRE).unwrap()
}

fn read_all(mapping: &Mapping, schema: &Schema, pages: &[&[u8]]) -> Result<Vec<Read>, ReadError> {
    let params = BTreeMap::from([
        ("org".to_owned(), "acme".to_owned()),
        ("repo".to_owned(), "api".to_owned()),
    ]);
    let mut reader = Reader::new(mapping, schema, &params, 7, Time::from_micros(0));
    let mut out = Vec::new();
    for (n, bytes) in pages.iter().enumerate() {
        let page = PageBytes {
            blob: u32::try_from(n).unwrap(),
            parent: "",
            with: &BTreeMap::new(),
            bytes,
        };
        reader.page(page, &mut |read| out.push(read))?;
    }
    Ok(out)
}

/// One line a record, as a person would check them.
fn told(reads: &[Read], schema: &Schema) -> String {
    let line = |read: &Read| match read {
        Read::Row(row) => {
            let cells: Vec<String> = row
                .cells
                .iter()
                .enumerate()
                .map(|(n, c)| {
                    if row.is_unknown(n) {
                        "?".to_owned()
                    } else {
                        c.to_string()
                    }
                })
                .collect();
            format!(
                "row {} [{}] cited {}",
                row.item(schema).unwrap(),
                cells.join(" | "),
                row.cite
            )
        }
        Read::Rejected(r) => {
            let row = r.row.as_ref().map_or("no row".to_owned(), |row| {
                format!("unknown bits {:b}", row.unknown)
            });
            format!(
                "rejected {}.{} at `{}`: {}; gap of `{}` in {:?}, {row}",
                r.rejection.blob,
                r.rejection.record,
                r.rejection.at,
                r.rejection.why,
                r.gap.parent,
                r.gap.columns
            )
        }
    };
    reads.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_file_with_the_columns_names_needs_no_mapping() {
    let schema = hire();
    let mapping = default_file(&schema, FileFormat::Csv);
    let first = "employee,began_at,day,checked,teams,pay,remark\r\n7,2026-03-02T09:00:00+01:00,2026-03-02,true,b; a,1.50,x\r\n";
    let second = "8,2026-03-02T09:00:00,,,,,\n9,2026-03-02T09:00:00Z,,,,,\"a\n\"\n,2026-03-02T09:00:00Z,,,,,\n1,2,3\n10,2026-03-02T09:00:00Z,2026-02-30,maybe,,1e3,\n11,2026-03-02T09:00:00Z,x,true,,,\n";
    let reads = read_all(&mapping, &schema, &[first.as_bytes(), second.as_bytes()]).unwrap();
    insta::assert_snapshot!(told(&reads, &schema));
}

#[test]
fn headings_are_compared_with_the_mapping() {
    let schema = hire();
    let mapping = default_file(&schema, FileFormat::Csv);
    let refused = |text: &str| {
        read_all(&mapping, &schema, &[text.as_bytes()])
            .unwrap_err()
            .to_string()
    };
    insta::assert_snapshot!(
        [
            refused("employee,began_at,day,checkd,teams,pay\n"),
            refused("employee,began_at,day,checked,teams,pay,pay\n"),
            refused("employee,\"began_at\n"),
            refused(""),
        ]
        .join("\n")
    );
}

const TWICE: &str = "employee,began_at,day,checked,teams,pay\n7,2026-03-02T09:00:00Z,,true,,1\n8,2026-03-02T09:00:00Z,,true,,1\n7,2026-03-02T09:00:00Z,,true,,1.0\n7,2026-03-02T09:00:00Z,,true,,2\n7,2026-03-02T09:00:00Z,,true,,1\n8,2026-03-03T09:00:00Z,,true,,1\n";

/// The last one won, silently.
#[test]
fn two_records_with_one_key_and_other_values_are_rejected_in_a_file() {
    let schema = hire();
    let mapping = default_file(&schema, FileFormat::Csv);
    let params = BTreeMap::new();
    let read = |once| {
        let reader = Reader::new(&mapping, &schema, &params, 7, Time::from_micros(0));
        let (mut reader, mut out) = (reader.each_once(once), Vec::new());
        let page = PageBytes {
            blob: 0,
            parent: "",
            with: &BTreeMap::new(),
            bytes: TWICE.as_bytes(),
        };
        reader.page(page, &mut |read| out.push(read)).unwrap();
        out
    };
    let rows = read(false);
    assert!(
        rows.iter().all(|read| matches!(read, Read::Row(_))),
        "a list on pages moves on"
    );
    insta::assert_snapshot!(told(&read(true), &schema), @r#"
    row 7 [7 | 2026-03-02T09:00:00Z |  | true |  | 1] cited 7.0.0
    row 8 [8 | 2026-03-02T09:00:00Z |  | true |  | 1] cited 7.0.1
    row 7 [7 | 2026-03-02T09:00:00Z |  | true |  | 1] cited 7.0.2
    rejected 0.3 at `line 5`: same key as line 2, other values; gap of `7` in ["began_at", "day", "checked", "teams", "pay"], unknown bits 111110
    rejected 0.4 at `line 6`: same key as line 2, other values; gap of `7` in ["began_at", "day", "checked", "teams", "pay"], unknown bits 111110
    rejected 0.5 at `line 7`: same key as line 3, other values; gap of `8` in ["began_at", "day", "checked", "teams", "pay"], unknown bits 111110
    "#);
}

#[test]
fn a_column_that_may_be_unknown_needs_no_heading() {
    let schema = hire();
    let mapping = default_file(&schema, FileFormat::Csv);
    let text = "employee,began_at,day,teams,pay\n7,2026-03-02T09:00:00Z,,,1\n";
    let reads = read_all(&mapping, &schema, &[text.as_bytes()]).unwrap();
    insta::assert_snapshot!(told(&reads, &schema), @"row 7 [7 | 2026-03-02T09:00:00Z |  | ? |  | 1] cited 7.0.0");
}

fn declared(columns: &[(&str, &str)]) -> FileMapping {
    FileMapping {
        population: PopulationName::parse("hire").unwrap(),
        path: None,
        format: FileFormat::Csv,
        zone: Some(Zone::parse("America/New_York").unwrap()),
        ambiguous: Ambiguous::Refuse,
        columns: columns
            .iter()
            .map(|(name, expr)| (ColumnName::parse(name).unwrap(), (*expr).to_owned()))
            .collect(),
        column_lines: columns
            .iter()
            .enumerate()
            .map(|(n, (name, _))| (ColumnName::parse(name).unwrap(), 10 + n as u32))
            .collect(),
    }
}

#[test]
fn a_declared_mapping_gives_headings_zones_and_words() {
    let schema = hire();
    let columns = [
        ("employee", "Employee No|text"),
        ("began_at", "Start|time"),
        ("day", "none|absent"),
        ("checked", "Check|enum(OK=true,NO=false)|unknown"),
        ("teams", "Teams|split(;)|lower|absent"),
        ("pay", "none|absent"),
    ];
    let mapping = bind_file("sources.yaml", &declared(&columns), &schema).unwrap();
    let text = "Start,Employee No,Check,Teams\n2026-03-08 01:30:00,1,OK,B; a\n2026-03-08 02:30:00,2,NO,\n2026-11-01 01:30:00,3,,x\n2026-11-01 01:30:00-05:00,4,perhaps,x\n";
    let reads = read_all(&mapping, &schema, &[text.as_bytes()]).unwrap();
    insta::assert_snapshot!(told(&reads, &schema));
}

#[test]
fn a_mapping_file_says_what_stands_below_mapping_and_comes_back_as_it_was_written() {
    let text = "population: hire\nzone: Europe/Berlin\nambiguous: later\ncolumns:\n  employee: \"$.id|text\"\n  teams: '\"A\" team|split(\\)|absent'\n";
    let read = |text: &str, form| parse_mapping("m.yaml", text.as_bytes(), form);
    let mapping = read(text, FileFormat::Jsonl).unwrap();
    assert_eq!(mapping.format, FileFormat::Jsonl, "the form of the file");
    assert_eq!(mapping.column_lines.values().collect::<Vec<_>>(), [&5, &6]);
    let said = format!("format: csv\n{text}");
    assert_eq!(
        read(&said, FileFormat::Jsonl).unwrap().format,
        FileFormat::Csv
    );
    let again = read(&mapping.written(), FileFormat::Csv).unwrap();
    assert_eq!(
        (&again.columns, again.format),
        (&mapping.columns, mapping.format)
    );
    assert_eq!(
        (&again.zone, again.ambiguous),
        (&mapping.zone, Ambiguous::Later)
    );
    let places = |text: &str| {
        let wrong = read(text, FileFormat::Csv).unwrap_err();
        wrong.iter().map(|d| (d.line, d.column)).collect::<Vec<_>>()
    };
    assert_eq!(places(&text.replace("ambiguous", "ambigous")), [(3, 1)]);
    assert_eq!(places("population: hire\n"), [(1, 1)], "no columns");
    assert_eq!(places("- a\n"), [(1, 1)]);
}

#[test]
fn a_declared_mapping_is_checked_against_the_population() {
    let columns = [
        ("employe", "x|text"),
        ("began_at", "Start|date"),
        ("day", "x|unknown"),
        ("checked", "x|bool|absent"),
        ("pay", "a|"),
    ];
    let wrong = bind_file("sources.yaml", &declared(&columns), &hire()).unwrap_err();
    insta::assert_snapshot!(
        wrong
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join("\n")
    );
}

fn reviews() -> (Mapping, Schema) {
    let source = Source::parse("github.yaml", &data::library("sources/github.yaml")).unwrap();
    let schema = data::schema("review");
    (
        source
            .bind(source.stream("reviews").unwrap(), &schema)
            .unwrap(),
        schema,
    )
}

fn read_reviews(body: &Value) -> Vec<Read> {
    let (mapping, schema) = reviews();
    let params = BTreeMap::from([
        ("org".to_owned(), "acme".to_owned()),
        ("repo".to_owned(), "api".to_owned()),
    ]);
    let with = BTreeMap::from([("$.number".to_owned(), json!(76))]);
    let mut reader = Reader::new(&mapping, &schema, &params, 7, Time::from_micros(0));
    let mut out = Vec::new();
    let bytes = body.to_string();
    let page = PageBytes {
        blob: 0,
        parent: "acme/api/76",
        with: &with,
        bytes: bytes.as_bytes(),
    };
    reader.page(page, &mut |read| out.push(read)).unwrap();
    out
}

#[test]
fn pages_of_children_carry_their_parent_and_their_rejections_name_it() {
    let good = json!({"id": 1, "user": {"id": 5, "type": "User"}, "state": "APPROVED", "submitted_at": "2026-01-02T10:00:00Z", "commit_id": "aa"});
    let mut ghost = good.clone();
    ghost["user"] = Value::Null;
    ghost["id"] = json!(2);
    let mut new_word = good.clone();
    new_word["state"] = json!("MAYBE");
    let mut naive = good.clone();
    naive["submitted_at"] = json!("2026-01-02 10:00:00");
    let mut shapeless = good.clone();
    shapeless["user"] = json!("ada");
    let body = json!([good, ghost, new_word, naive, shapeless, 7, {}]);
    insta::assert_snapshot!(told(&read_reviews(&body), &reviews().1));
}

#[test]
fn a_page_that_is_no_list_is_a_rejection_and_an_empty_list_is_none() {
    assert!(read_reviews(&json!([])).is_empty());
    let told = told(
        &read_reviews(&json!({"message": "Server Error"})),
        &reviews().1,
    );
    assert_eq!(
        told,
        "rejected 0.0 at `$[*]`: an element is looked for in something that is no list; gap of `acme/api/76` in [], no row"
    );
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "[a-z0-9:TZ-]{0,24}".prop_map(Value::from),
    ];
    let key = prop_oneof![
        Just("id"),
        Just("user"),
        Just("state"),
        Just("submitted_at"),
        Just("commit_id"),
        Just("type")
    ];
    leaf.prop_recursive(4, 40, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map(key.clone().prop_map(str::to_owned), inner, 0..6)
                .prop_map(|m| json!(m)),
        ]
    })
}

proptest! {
    #[test]
    fn every_record_of_any_json_becomes_a_row_or_a_rejection(body in any_json()) {
        let reads = read_reviews(&body);
        match body.as_array() {
            Some(items) => prop_assert_eq!(reads.len(), items.len()),
            None => prop_assert!(matches!(reads.as_slice(), [Read::Rejected(_)])),
        }
    }

    #[test]
    fn every_line_of_any_file_becomes_a_row_or_a_rejection(lines in prop::collection::vec("[a-z0-9,:T\"Z-]{0,30}", 0..12)) {
        let schema = hire();
        let text = format!("employee,began_at,day,checked,teams,pay\n{}", lines.join("\n"));
        let reads = read_all(&default_file(&schema, FileFormat::Csv), &schema, &[text.as_bytes()]).unwrap();
        // A quote that stays open takes the rest of the file with it, as one rejection.
        prop_assert!(reads.len() <= lines.len());
        if !text.contains('"') {
            let expected = lines.join("\n").lines().count();
            prop_assert_eq!(reads.len(), expected);
        }
    }

    #[test]
    fn any_bytes_in_any_form_are_read_or_rejected(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let schema = hire();
        for format in [FileFormat::Csv, FileFormat::Jsonl] {
            let _ = read_all(&default_file(&schema, format), &schema, &[&bytes]);
        }
        for name in ["git_commit", "planned_change"] {
            let schema = data::schema(name);
            let mapping = if name == "git_commit" { tickmark_core::facts::git::mapping(&schema) } else { tickmark_core::facts::plan::mapping(&schema) };
            let _ = read_all(&mapping.unwrap(), &schema, &[&bytes]);
        }
    }

    #[test]
    fn any_source_is_read_or_refused(at in 0_usize..8_000, byte in 32_u8..127) {
        let mut text = data::library("sources/github.yaml").into_bytes();
        let at = at % text.len();
        text[at] = byte;
        let _ = Source::parse("github.yaml", &String::from_utf8_lossy(&text));
    }

    #[test]
    fn any_expression_is_read_or_refused(text in "[$^.a-z()|:=',{}\\[\\]*0-9 ]{0,60}") {
        let _ = tickmark_core::facts::mapping::Expr::parse(&text);
    }
}
