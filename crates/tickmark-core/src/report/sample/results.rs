//! Runs and populations of the invented engagement.

use crate::model::citation::Citation;
use crate::model::time::{Period, Span, Spans, Time, TimeError};
use crate::report::figure::Count;
use crate::report::inputs::{Counts, Item, Population, SourceCard, TestResult};
use crate::report::state::{ItemState, ResultState};

use super::digest;

fn counts(passed: u64, deviations: u64, unknown: u64, not_applicable: u64, pending: u64) -> Counts {
    Counts {
        population: Count::new(passed + deviations + unknown + not_applicable + pending),
        passed: Count::new(passed),
        deviations: Count::new(deviations),
        unknown: Count::new(unknown),
        not_applicable: Count::new(not_applicable),
        pending: Count::new(pending),
    }
}

fn item(
    item: &str,
    state: ItemState,
    attributes: &str,
    at: (&str, &str),
    reason: (&str, &str),
    record: u32,
) -> Result<Item, TimeError> {
    let time = |text: &str| {
        if text.is_empty() {
            Ok(None)
        } else {
            Time::parse(text).map(Some)
        }
    };
    Ok(Item {
        item: item.into(),
        state,
        attributes: attributes.into(),
        from: time(at.0)?,
        until: time(at.1)?,
        reasons: vec![(reason.0.into(), reason.1.into())],
        citations: vec![
            Citation {
                leaf: 8_817,
                blob: 0,
                record,
            },
            Citation {
                leaf: 8_818,
                blob: 2,
                record: record + 4,
            },
        ],
    })
}

fn run(id: &str, says: &str, span: Span, period: Period, counts: Counts, leaf: u64) -> TestResult {
    let asked = u64::try_from(span.length_us() / 1_000_000).unwrap_or(0);
    TestResult {
        id: id.into(),
        control: id.split('.').next().unwrap_or_default().into(),
        control_digest: String::new(),
        says: says.into(),
        attributes: Vec::new(),
        populations: Vec::new(),
        result: ResultState::NoDeviation,
        sampled: false,
        span,
        period,
        known_at: 18_000,
        provisional: false,
        counts,
        covered_s: Count::new(asked),
        asked_s: Count::new(asked),
        uncovered: Spans::empty(),
        items: Vec::new(),
        population_hash: digest(leaf),
        rows_digest: digest(leaf + 1),
        leaf,
    }
}

/// One run for each of the four results, and a second without deviation.
pub fn tests(span: Span, period: Period) -> Result<Vec<TestResult>, TimeError> {
    let (leaver, mfa, change) = (
        leaver(span, period)?,
        mfa(span, period)?,
        change(span, period)?,
    );
    let push = run(
        "CHG-01.trace",
        "each change on the main branch traces to a pull request",
        span,
        period,
        counts(1_204, 0, 0, 0, 0),
        18_104,
    );
    let mut incident = run(
        "INC-02.review",
        "each severe incident has a review within five business days",
        span,
        period,
        counts(0, 0, 0, 0, 0),
        18_105,
    );
    incident.result = ResultState::DidNotOperate;
    let mut all = vec![leaver, mfa, change, push, incident];
    for test in &mut all {
        let leaf = match test.control.as_str() {
            "IAM-02" => 11,
            "IAM-05" => 12,
            "CHG-01" => 13,
            _ => 14,
        };
        test.control_digest = digest(leaf);
    }
    Ok(all)
}

fn leaver(span: Span, period: Period) -> Result<TestResult, TimeError> {
    let mut leaver = run(
        "IAM-02.leaver",
        "for each person whose work ended in the period, every account was disabled within one business day",
        span,
        period,
        counts(17, 2, 1, 0, 1),
        18_101,
    );
    leaver.attributes = vec![
        ('A', "every known account was disabled".into()),
        ('B', "the last one within one business day".into()),
    ];
    leaver.populations = vec!["leaver".into(), "account".into()];
    leaver.result = ResultState::Deviation;
    let late = ("B:late", "disabled after the deadline");
    leaver.items = vec![
        item(
            "P-0113",
            ItemState::Deviation,
            "tf",
            ("2026-02-17T05:00:00Z", "2026-02-26T14:12:09Z"),
            late,
            42,
        )?,
        item(
            "P-0150/=HYPERLINK(\"http://x\")",
            ItemState::Deviation,
            "ff",
            ("2026-05-04T04:00:00Z", ""),
            ("A:open", "an account is still active"),
            43,
        )?,
        item(
            "P-0171",
            ItemState::Unknown,
            "t?",
            ("", ""),
            (
                "B:read_denied",
                "the directory refused to tell when the account was disabled",
            ),
            44,
        )?,
        item(
            "P-0188",
            ItemState::Pending,
            "--",
            ("2026-06-30T04:00:00Z", ""),
            ("due_later", "the deadline lies after the period"),
            45,
        )?,
    ];
    Ok(leaver)
}

fn mfa(span: Span, period: Period) -> Result<TestResult, TimeError> {
    let mut mfa = run(
        "IAM-05.enrolled",
        "every active human account has a second factor on every day of the period",
        span,
        period,
        counts(214, 0, 0, 6, 0),
        18_102,
    );
    mfa.attributes = vec![('A', "a second factor is enrolled".into())];
    mfa.populations = vec!["account".into()];
    mfa.result = ResultState::UnableToTest;
    let hole = Span {
        from: Time::parse("2026-03-05T00:00:00Z")?,
        until: Time::parse("2026-03-14T00:00:00Z")?,
    };
    mfa.uncovered = Spans::from(vec![hole]);
    mfa.covered_s =
        Count::new(u64::try_from((span.length_us() - hole.length_us()) / 1_000_000).unwrap_or(0));
    Ok(mfa)
}

fn change(span: Span, period: Period) -> Result<TestResult, TimeError> {
    let mut change = run(
        "CHG-01.approval",
        "each deployed change was approved by another person before it was deployed",
        span,
        period,
        counts(409, 3, 0, 0, 0),
        18_103,
    );
    change.attributes = vec![
        ('A', "approved by a person who is not an author".into()),
        ('B', "approved before it was deployed".into()),
        ('C', "approved in the form in which it was deployed".into()),
    ];
    change.populations = vec!["change".into()];
    change.result = ResultState::Deviation;
    change.items = vec![
        item(
            "acme/api/production/4417/9f2c0d8b7a6e5f4c3b2a19080706050403020100",
            ItemState::Deviation,
            "ftt",
            ("2026-03-02T10:00:00Z", "2026-03-02T11:00:00Z"),
            ("A:self_approved", "the only approver is an author"),
            1,
        )?,
        item(
            "acme/api/production/4518/1f2c0d8b7a6e5f4c3b2a19080706050403020100",
            ItemState::Deviation,
            "ttf",
            ("2026-04-11T18:20:00Z", "2026-04-11T18:20:00Z"),
            ("C:stale", "changed after the approval"),
            2,
        )?,
        item(
            "acme/web/production/812/7a7c0d8b7a6e5f4c3b2a19080706050403020100",
            ItemState::Deviation,
            "tft",
            ("2026-05-20T09:00:00Z", "2026-05-21T08:30:00Z"),
            ("B:late", "approved after the deployment"),
            3,
        )?,
    ];
    Ok(change)
}

pub fn populations(span: Span) -> Result<Vec<Population>, TimeError> {
    let asked = u64::try_from(span.length_us() / 1_000_000).unwrap_or(0);
    let hole = Span {
        from: Time::parse("2026-03-05T00:00:00Z")?,
        until: Time::parse("2026-03-14T00:00:00Z")?,
    };
    let card = |source: &str, query: &str, leaves: Vec<u64>| SourceCard {
        source: source.into(),
        query: query.into(),
        leaves,
        pages: Count::new(9),
        at_source: Some(Count::new(412)),
        how: "count query".into(),
        stored: Count::new(411),
        rejected: Count::new(0),
        unknown: Count::new(1),
        covered: Some(span),
        gaps: Spans::empty(),
        item_gaps: vec!["403 denied: acme/api/77".into()],
        backfilled: false,
    };
    let mut directory = card(
        "directory.accounts",
        "/v1/accounts?limit=200",
        (200..381)
            .filter(|leaf| !(264..273).contains(leaf))
            .collect(),
    );
    directory.at_source = None;
    directory.item_gaps = Vec::new();
    directory.gaps = Spans::from(vec![hole]);
    let account = Population {
        name: "account".into(),
        says: "one account of a person or a service, as long as it existed".into(),
        rows: Count::new(220),
        covered_s: Count::new(asked - 777_600),
        asked_s: Count::new(asked),
        uncovered: Spans::from(vec![hole]),
        sources: vec![directory],
        reconciliations: Vec::new(),
        leaf: 380,
    };
    let change = Population {
        name: "change".into(),
        says: "one deployed change".into(),
        rows: Count::new(412),
        covered_s: Count::new(asked),
        asked_s: Count::new(asked),
        uncovered: Spans::empty(),
        sources: vec![
            card(
                "github.pulls",
                "/repos/acme/api/pulls?state=all&sort=created&direction=asc&per_page=100",
                vec![8_817, 9_100, 9_400],
            ),
            card(
                "github.reviews",
                "/repos/acme/api/pulls/{$.number}/reviews?per_page=100",
                vec![8_818, 9_101, 9_401],
            ),
        ],
        reconciliations: vec![(
            "deployed_sha_on_main".into(),
            "every deployed commit is on the main branch; no difference".into(),
            9_402,
        )],
        leaf: 9_401,
    };
    Ok(vec![account, change])
}
