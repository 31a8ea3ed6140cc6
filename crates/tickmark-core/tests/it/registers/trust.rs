//! The trust page: published, given, used, ended.

use super::company::begun;
use crate::decide::ledger::{ACTOR, Ledger, says, time};
use proptest::prelude::*;
use tickmark_core::model::body::{
    AccessKind, Audience, Body, Published, ReportType, RevokedWhy, TrustPublished, WithdrawnWhy,
};
use tickmark_core::model::decide::{Command, NewGrant, NewPublication, Refusal, decide};
use tickmark_core::model::document::Opinion;
use tickmark_core::model::registers::{
    GrantState, granted_to, latest_examination, on_request, trust,
};
use tickmark_core::model::state::State;
use tickmark_core::model::time::Time;
use tickmark_log::digest::sha256;

const NOW: &str = "2026-07-10T12:00:00Z";
const MAIL: &str = "pat@customer.example";
const TERMS: &str = "Keep it to yourself.";

fn report(what: Published, audience: Audience) -> TrustPublished {
    TrustPublished {
        what,
        audience,
        covers: Some("2026-01-01..2026-06-30".parse().unwrap()),
        report: what.is_report().then_some(ReportType::Type2),
        opinion: what.is_report().then_some(Opinion::Unqualified),
    }
}

fn plain(what: Published) -> TrustPublished {
    TrustPublished {
        what,
        audience: Audience::Public,
        covers: None,
        report: None,
        opinion: None,
    }
}

fn new<'a>(body: TrustPublished, title: &'a str) -> NewPublication<'a> {
    NewPublication {
        firm: body.what.is_report().then_some("Example & Partners CPAs"),
        body,
        title,
        name: "report.pdf",
        file: b"%PDF-1.7",
    }
}

fn publish(ledger: &mut Ledger, new: NewPublication<'_>, now: &str) -> Result<usize, Refusal> {
    ledger.run(Command::Publish(new), now)
}

fn grant(publication: u64, mail: &str, until: &str) -> Command<'static> {
    Command::Grant(NewGrant {
        publication,
        recipient: mail.parse().unwrap(),
        until: time(until),
        terms: TERMS,
    })
}

fn access(ledger: &mut Ledger, grant: u64, what: AccessKind, now: &str) -> Result<usize, Refusal> {
    ledger.run(Command::Access { grant, what }, now)
}

/// A ledger with a SOC 2 report on request, given to one recipient: publication and grant.
fn given() -> (Ledger, u64, u64) {
    let mut ledger = begun();
    let soc2 = new(report(Published::Soc2, Audience::OnRequest), "SOC 2 report");
    publish(&mut ledger, soc2, NOW).unwrap();
    let publication = ledger.state.size - 1;
    ledger
        .run(grant(publication, MAIL, "2026-08-10T00:00:00Z"), NOW)
        .unwrap();
    let grant = ledger.state.size - 1;
    (ledger, publication, grant)
}

fn state_of(ledger: &Ledger, now: &str) -> GrantState {
    trust(&ledger.state, time(now)).grants[0].state
}

#[test]
fn a_restricted_report_is_never_public_and_a_report_says_who_when_and_what() {
    let mut ledger = begun();
    let mut refused = |body: TrustPublished, why: &str| {
        let said = says(publish(&mut ledger, new(body, "x"), NOW));
        assert!(said.contains(why), "{said}");
    };
    refused(report(Published::Soc2, Audience::Public), "restricted");
    let soc2 = || report(Published::Soc2, Audience::OnRequest);
    refused(
        TrustPublished {
            covers: None,
            ..soc2()
        },
        "needs the time",
    );
    refused(
        TrustPublished {
            opinion: None,
            ..soc2()
        },
        "type and its opinion",
    );
    refused(
        TrustPublished {
            report: None,
            ..soc2()
        },
        "type and its opinion",
    );
    let type1 = Some(ReportType::Type1);
    refused(
        TrustPublished {
            report: type1,
            ..soc2()
        },
        "one day",
    );
    refused(
        TrustPublished {
            report: type1,
            ..report(Published::Soc3, Audience::Public)
        },
        "speaks of a period",
    );
    let ahead = Some("2026-01-01..2026-07-11".parse().unwrap());
    refused(
        TrustPublished {
            covers: ahead,
            ..soc2()
        },
        "still to come",
    );
    refused(
        TrustPublished {
            opinion: Some(Opinion::Qualified),
            ..plain(Published::Policy)
        },
        "only a report",
    );
    let mut nobody = new(soc2(), "SOC 2");
    nobody.firm = None;
    assert!(says(publish(&mut ledger, nobody, NOW)).contains("name the firm"));
    for title in ["", " ", "two\nlines", &"x".repeat(201)] {
        let said = says(publish(
            &mut ledger,
            new(plain(Published::Policy), title),
            NOW,
        ));
        assert!(said.contains("the title has 1 to 200"), "{said}");
    }
    let mut empty = new(plain(Published::Policy), "Policy");
    empty.file = b"";
    assert!(says(publish(&mut ledger, empty, NOW)).contains("the file is empty"));
}

#[test]
fn a_letter_follows_a_published_report_of_a_period() {
    let (mut ledger, publication, _) = given();
    let letter = |covers: &str| {
        let mut body = plain(Published::BridgeLetter);
        body.covers = Some(covers.parse().unwrap());
        body
    };
    let late = letter("2026-07-05..2026-07-10");
    assert!(says(publish(&mut ledger, new(late, "x"), NOW)).contains("does not follow"));
    let next = letter("2026-07-01..2026-07-09");
    assert_eq!(
        publish(&mut ledger, new(next.clone(), "Letter"), NOW),
        Ok(1)
    );
    let why = WithdrawnWhy::Outdated;
    ledger
        .run(Command::Withdraw { publication, why }, NOW)
        .unwrap();
    assert!(says(publish(&mut ledger, new(next, "Again"), NOW)).contains("does not follow"));
}

#[test]
fn the_page_names_the_newest_examination_and_only_what_was_published() {
    let mut ledger = begun();
    assert!(latest_examination(&ledger.state).is_none() && !on_request(&ledger.state));
    let soc3 = new(report(Published::Soc3, Audience::Public), "SOC 3");
    publish(&mut ledger, soc3, NOW).unwrap();
    assert!(
        latest_examination(&ledger.state).is_none(),
        "a SOC 3 is no SOC 2"
    );
    for (covers, title) in [
        ("2026-01-01..2026-06-30", "new"),
        ("2025-01-01..2025-12-31", "old"),
    ] {
        let mut body = report(Published::Soc2, Audience::OnRequest);
        body.covers = Some(covers.parse().unwrap());
        publish(&mut ledger, new(body, title), NOW).unwrap();
    }
    let latest = latest_examination(&ledger.state).unwrap();
    assert_eq!(
        (latest.title(), latest.firm()),
        (Some("new"), Some("Example & Partners CPAs"))
    );
    let listing = trust(&ledger.state, time(NOW));
    let titles: Vec<_> = listing
        .publications
        .iter()
        .map(|p| p.publication.title().unwrap())
        .collect();
    assert_eq!(titles, ["new", "old", "SOC 3"]);
    assert_eq!(listing.publications[0].age_days, Some(10));
}

#[test]
fn terms_come_before_downloads_and_an_end_is_an_end() {
    let (mut ledger, publication, grant) = given();
    assert_eq!(state_of(&ledger, NOW), GrantState::Offered);
    let download = AccessKind::Downloaded;
    assert!(says(access(&mut ledger, grant, download, NOW)).contains("not accepted yet"));
    assert_eq!(access(&mut ledger, grant, AccessKind::Accepted, NOW), Ok(1));
    assert_eq!(access(&mut ledger, grant, AccessKind::Accepted, NOW), Ok(0));
    assert_eq!(state_of(&ledger, NOW), GrantState::Accepted(time(NOW)));
    for minute in ["2026-07-10T12:01:00Z", "2026-07-10T12:02:00Z"] {
        assert_eq!(
            access(&mut ledger, grant, download, minute),
            Ok(1),
            "a second use"
        );
    }
    let over = "2026-08-10T00:00:00Z";
    assert_eq!(state_of(&ledger, over), GrantState::Expired);
    assert!(says(access(&mut ledger, grant, download, over)).contains("a time that is over"));
    let why = RevokedWhy::Misuse;
    assert_eq!(ledger.run(Command::RevokeGrant { grant, why }, NOW), Ok(1));
    assert_eq!(ledger.run(Command::RevokeGrant { grant, why }, NOW), Ok(0));
    assert_eq!(state_of(&ledger, NOW), GrantState::Revoked(time(NOW)));
    assert!(says(access(&mut ledger, grant, download, NOW)).contains("a time that is over"));
    assert!(granted_to(&ledger.state, &MAIL.parse().unwrap(), time(NOW)).is_empty());
    let again = self::grant(publication, MAIL, "2026-08-10T00:00:00Z");
    assert_eq!(
        ledger.run(again, NOW),
        Ok(1),
        "given again after it was revoked"
    );
}

#[test]
fn withdrawing_ends_every_grant() {
    let (mut ledger, publication, grant) = given();
    access(&mut ledger, grant, AccessKind::Accepted, NOW).unwrap();
    let why = WithdrawnWhy::Superseded;
    assert_eq!(
        ledger.run(Command::Withdraw { publication, why }, NOW),
        Ok(1)
    );
    assert_eq!(
        ledger.run(Command::Withdraw { publication, why }, NOW),
        Ok(0)
    );
    assert_eq!(state_of(&ledger, NOW), GrantState::Withdrawn(time(NOW)));
    let said = says(access(&mut ledger, grant, AccessKind::Downloaded, NOW));
    assert!(said.contains("not published any more"));
    let late = self::grant(publication, "x@y.example", "2026-08-10T00:00:00Z");
    assert!(says(ledger.run(late, NOW)).contains("not published any more"));
}

#[test]
fn a_page_opened_again_within_a_day_is_one_entry() {
    let (mut ledger, _, grant) = given();
    let viewed = AccessKind::Viewed;
    assert_eq!(access(&mut ledger, grant, viewed, NOW), Ok(1));
    assert_eq!(
        access(&mut ledger, grant, viewed, "2026-07-11T11:59:59Z"),
        Ok(0)
    );
    assert_eq!(
        access(&mut ledger, grant, viewed, "2026-07-11T12:00:00Z"),
        Ok(1)
    );
}

#[test]
fn what_can_not_be_given_is_refused() {
    let (mut ledger, publication, grant) = given();
    let mut refused = |publication, until, why: &str| {
        let said = says(ledger.run(self::grant(publication, MAIL, until), NOW));
        assert!(said.contains(why), "{said}");
    };
    refused(publication, "2026-07-10T12:00:00Z", "at most 366 days");
    refused(publication, "2027-07-12T12:00:00Z", "at most 366 days");
    refused(grant, "2026-08-01T00:00:00Z", "published nothing");
    let public = new(plain(Published::Policy), "Policy");
    publish(&mut ledger, public, NOW).unwrap();
    let leaf = ledger.state.size - 1;
    let everybody = self::grant(leaf, MAIL, "2026-08-01T00:00:00Z");
    assert!(says(ledger.run(everybody, NOW)).contains("everybody may have this"));
    for bad in [
        "pat",
        "pat@",
        "@x",
        "a b@c",
        "Pat@x.example",
        "a@b@c",
        "a@b\n",
    ] {
        assert!(
            bad.parse::<tickmark_core::model::ids::MailAddress>()
                .is_err(),
            "{bad}"
        );
    }
}

#[test]
fn no_leaf_names_a_recipient_and_terms_are_kept_once() {
    let (mut ledger, publication, grant) = given();
    let other = self::grant(
        publication,
        "quinn@customer.example",
        "2026-08-10T00:00:00Z",
    );
    ledger.run(other, NOW).unwrap();
    let named = |leaf: &Vec<u8>| {
        let has = |what: &[u8]| leaf.windows(what.len()).any(|w| w == what);
        has(b"customer.example") || has(b"Example & Partners") || has(b"SOC 2 report")
    };
    assert!(!ledger.leaves.iter().any(named));
    assert_eq!(ledger.state.trust_terms.len(), 1);
    assert_eq!(ledger.state.trust_terms[0].text.as_deref(), Some(TERMS));
    assert_eq!(ledger.state.grants[&grant].terms, sha256(TERMS.as_bytes()));
}

#[test]
fn an_erased_recipient_leaves_the_grant_and_no_hole() {
    let (mut ledger, _, grant) = given();
    let blob = ledger.state.grants[&grant].recipient.commitment;
    let copy = ledger.put(b"hmac:0a1b");
    ledger.erase(blob, Some(copy.commitment));
    assert_eq!(ledger.state.grants[&grant].recipient.value, None);
    ledger.blobs.remove(&blob);
    assert_eq!(ledger.at(ledger.leaves.len()), ledger.state);
    assert!(ledger.state.unreadable.is_empty());
}

/// One wish out of numbers.
fn wish(state: &State, kind: u8, n: usize, now: Time) -> Option<Command<'static>> {
    let publication = state.publications.keys().copied().nth(n % 3);
    let given = state.grants.keys().copied().nth(n % 4);
    let bodies = [
        report(Published::Soc2, Audience::OnRequest),
        report(Published::Soc3, Audience::Public),
        plain(Published::Policy),
    ];
    Some(match kind {
        0 => Command::Publish(new(bodies[n % 3].clone(), ["one", "two"][n % 2])),
        1 => Command::Withdraw {
            publication: publication?,
            why: WithdrawnWhy::ALL[n % 3],
        },
        2 | 3 => Command::Grant(NewGrant {
            publication: publication?,
            recipient: ["a@x.example", "b@x.example"][n % 2].parse().unwrap(),
            until: now.plus(86_400_000_000 * (1 + n as i64 % 3)),
            terms: ["one", "two"][n / 2 % 2],
        }),
        4 => Command::RevokeGrant {
            grant: given?,
            why: RevokedWhy::ALL[n % 3],
        },
        _ => Command::Access {
            grant: given?,
            what: AccessKind::ALL[n % 3],
        },
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// Whatever is wished: it is recorded once, folds to the same, nothing is downloaded before acceptance or after an end.
    #[test]
    fn whatever_is_wished_of_the_trust_page(steps in prop::collection::vec((0_u8..8, 0_usize..60), 1..50)) {
        let mut ledger = begun();
        let mut granted = 0;
        for (n, (kind, number)) in steps.into_iter().enumerate() {
            let now = time(NOW).plus(i64::try_from(n).unwrap() * 7_200_000_000);
            let before = ledger.state.clone();
            let Some(Ok(drafts)) = wish(&before, kind, number, now).map(|c| decide(&before, c, ACTOR, now)) else { continue };
            for draft in &drafts {
                prop_assert_eq!(Body::decode(draft.body.kind(), &draft.body.encode()).unwrap(), draft.body.clone());
            }
            let keys: Vec<_> = drafts.iter().map(|d| d.key(&[9; 32])).collect();
            let known: Vec<_> = (0..).zip(&ledger.leaves).map(|(n, l)| tickmark_log::leaf::Leaf::decode(l, n).unwrap().key).collect();
            if keys.iter().any(|k| known.contains(k)) {
                // The same file under the same title: the ledger says so, whatever was decided.
                prop_assert_eq!(kind, 0);
                continue;
            }
            granted += drafts.len();
            ledger.append(drafts, now);
            let again = wish(&before, kind, number, now).unwrap();
            let again = decide(&ledger.state, again, ACTOR, now).unwrap();
            // Publishing cannot see that the file is the same; its key can.
            let new = again.iter().filter(|d| !keys.contains(&d.key(&[9; 32]))).count();
            prop_assert_eq!(new, 0);
        }
        prop_assert_eq!(ledger.leaves.len(), 5 + granted);
        prop_assert_eq!(&ledger.at(ledger.leaves.len()), &ledger.state);
        let packed = rmp_serde::to_vec(&ledger.state).unwrap();
        prop_assert_eq!(&rmp_serde::from_slice::<State>(&packed).unwrap(), &ledger.state);
        let text = serde_json::to_vec(&ledger.state).unwrap();
        prop_assert_eq!(&serde_json::from_slice::<State>(&text).unwrap(), &ledger.state);
        for grant in ledger.state.grants.values() {
            let publication = &ledger.state.publications[&grant.publication];
            prop_assert_eq!(publication.body.audience, Audience::OnRequest);
            for access in &grant.accesses {
                prop_assert!(access.recorded < grant.until);
                prop_assert!(grant.revoked.is_none_or(|r| access.leaf < r.leaf));
                prop_assert!(publication.withdrawn.is_none_or(|w| access.leaf < w.leaf));
                let accepted = grant.accepted().is_some_and(|at| at <= access.recorded);
                prop_assert!(access.what != AccessKind::Downloaded || accepted);
            }
        }
        for now in [time(NOW), time("2027-01-01T00:00:00Z")] {
            let listing = trust(&ledger.state, now);
            let holding = listing.grants.iter().filter(|g| g.state.holds()).count();
            prop_assert_eq!(listing.publications.iter().map(|p| p.holding).sum::<usize>(), holding);
            prop_assert_eq!(listing.publications.len() + listing.withdrawn.len(), ledger.state.publications.len());
        }
    }
}
