//! What a message says, and to whom.

use super::scene::{SETTINGS, Scene, lines, settings, time};
use tickmark_core::model::document::{OwnerIs, Rhythm};
use tickmark_core::model::notices::{Lost, NoticeId, NoticeKind, Owing, digest_day};
use tickmark_core::model::time::Zone;

#[test]
fn the_document_reads_back_and_keeps_references_only() {
    let text = format!(
        "{SETTINGS}slack: {{webhook: {{file: secrets/slack}}}}\nwebhook: {{url: 'https://hooks.acme.example/x', secret: env:HOOK}}\nquiet: 20:00..07:00\ndigest: daily\n"
    );
    let found = settings(&text);
    assert_eq!((found.digest, found.has_channel()), (Rhythm::Daily, true));
    assert!(
        matches!(&found.owners["Head of engineering"], OwnerIs::Person(p) if p.as_str() == "ada")
    );
    let bytes = rmp_serde::to_vec(&found).unwrap();
    let back: tickmark_core::model::document::Notices = rmp_serde::from_slice(&bytes).unwrap();
    assert_eq!(back, found, "a snapshot of the state holds it");
}

#[test]
fn the_first_message_is_the_digest_then_only_what_is_new() {
    let mut scene = Scene::new(SETTINGS);
    scene.exception("acme/api/7");
    scene.exception("acme/api/9");
    let told = scene.tell(time("2026-02-11T15:00:00Z"));
    assert_eq!(
        lines(&told),
        [
            "ada@acme.example digest: [acme] Digest of 2026-02-09: 2 exceptions, 1 overdue",
            "bob@acme.example digest: [acme] Digest of 2026-02-09: 1 overdue",
            "compliance@acme.example digest: [acme] Digest of 2026-02-09: 1 overdue",
        ]
    );
    assert!(scene.tell(time("2026-02-11T15:00:30Z")).is_empty());
    scene.exception("acme/api/11");
    let told = scene.tell(time("2026-02-11T15:01:00Z"));
    assert_eq!(
        lines(&told),
        ["ada@acme.example alert: [acme] 1 new exception"]
    );
    insta::assert_snapshot!(told[0].text, @r#"
    New exceptions

    - CHG-01.approval: 1 exception
      https://tickmark.acme.example/tests/CHG-01.approval

    You are told as: Head of engineering. Each of these is told once; what stays open is in the next digest.
    https://tickmark.acme.example/
    "#);
}

#[test]
fn a_digest_says_everything_that_is_open() {
    let mut scene = Scene::new(SETTINGS);
    scene.exception("acme/api/7");
    scene.tell(time("2026-03-03T15:00:00Z"));
    scene.exception("acme/api/9");
    scene.evidence.push(Owing {
        control: "CHG-01".parse().unwrap(),
        days: "2026-02-01..2026-02-28".parse().unwrap(),
    });
    scene.evidence.push(Owing {
        control: "CHG-01".parse().unwrap(),
        days: "2026-03-01..2026-03-14".parse().unwrap(),
    });
    let told = scene.tell(time("2026-03-09T12:00:00Z"));
    let of = |mail: &str| {
        let mine = told
            .iter()
            .find(|n| n.to.mail.as_ref().is_some_and(|m| m.as_str() == mail));
        mine.unwrap_or_else(|| panic!("nothing for {mail}")).clone()
    };
    assert_eq!(of("ada@acme.example").kind, NoticeKind::Digest);
    insta::assert_snapshot!(of("ada@acme.example").text, @r"
    New exceptions

    - CHG-01.approval: 1 exception
      https://tickmark.acme.example/tests/CHG-01.approval

    Overdue

    - acknowledge the policy “Access control”, due 2026-01-24, 44 days ago
      https://tickmark.acme.example/
    - CHG-01: evidence of 1 occurrence is missing, due 2026-02-28, 9 days ago
      https://tickmark.acme.example/controls/CHG-01

    Due within a week

    - CHG-01: evidence of 1 occurrence is missing, due 2026-03-14
      https://tickmark.acme.example/controls/CHG-01

    Exceptions of the period that you were told of

    - CHG-01.approval: 1 exception
      https://tickmark.acme.example/tests/CHG-01.approval

    You are told as: Head of engineering, ada. This digest is weekly; `digest:` in notices.yaml changes that.
    https://tickmark.acme.example/
    ");
    assert_eq!(
        lines(&[of("infra@acme.example")]),
        ["infra@acme.example digest: [acme] Digest of 2026-03-09: 1 due soon"]
    );
}

#[test]
fn what_becomes_overdue_is_told_at_once_to_its_owner() {
    let mut scene = Scene::new(SETTINGS);
    scene.tell(time("2026-03-10T15:00:00Z"));
    assert!(
        scene.tell(time("2026-03-11T03:59:00Z")).is_empty(),
        "still the 10th in New York"
    );
    let told = scene.tell(time("2026-03-11T04:00:00Z"));
    assert_eq!(
        lines(&told),
        ["infra@acme.example alert: [acme] 1 item overdue"]
    );
    assert_eq!(told[0].path, "/vendors/cloud-host");
    assert!(scene.tell(time("2026-03-11T04:00:00Z")).is_empty());
}

#[test]
fn no_message_names_an_item_or_somebody_else() {
    let mut scene = Scene::new(SETTINGS);
    for item in ["ada%2Fokta", "zoe@acme.example"] {
        scene.exception(item);
    }
    for notice in scene.tell(time("2026-03-09T15:00:00Z")) {
        let all = format!("{} {} {}", notice.subject, notice.text, notice.path);
        for name in ["okta", "zoe", "bob", "cyd"] {
            let own = notice.to.name.contains(name);
            assert!(own || !all.contains(name), "{name} in {all}");
        }
        assert!(
            !all.contains("acme.example/tests/CHG-01.approval/"),
            "{all}"
        );
    }
}

#[test]
fn an_address_that_is_not_theirs_any_more_is_not_used() {
    let mut scene = Scene::new(SETTINGS);
    let told = scene.tell(time("2026-03-09T15:00:00Z"));
    assert!(
        lines(&told).iter().all(|l| !l.contains("bob@")),
        "his account ended in February"
    );
}

#[test]
fn a_document_cannot_write_into_the_head_of_a_message() {
    let mut scene = Scene::new(SETTINGS);
    scene.lost.push(Lost {
        id: NoticeId::of(&[0; 32], &["x"]),
        channel: "mail".to_owned(),
        subject: "a\r\nBcc: eve@evil.example\u{2028}b".to_owned(),
        unsure: true,
    });
    let told = scene.tell(time("2026-03-09T15:00:00Z"));
    let digest = told.iter().find(|n| n.text.contains("Bcc")).unwrap();
    assert!(
        digest
            .text
            .contains("may not have arrived: a  Bcc: eve@evil.example b"),
        "{}",
        digest.text
    );
    assert!(told.iter().all(|n| !n.subject.contains(['\r', '\n'])));
    let again = scene.tell(time("2026-03-16T15:00:00Z"));
    assert!(again.iter().all(|n| !n.text.contains("Bcc")), "named once");
}

#[test]
fn without_mail_everything_is_told_by_label() {
    let text = "base_url: https://t.acme.example\nslack: {webhook: env:SLACK}\n";
    let mut scene = Scene::new(text);
    scene.exception("acme/api/7");
    let told = scene.tell(time("2026-01-12T15:00:00Z"));
    let names: Vec<&str> = told.iter().map(|n| n.to.name.as_str()).collect();
    assert_eq!(names, ["compliance manager"], "nobody else has an address");
    assert!(told.iter().all(|n| n.to.mail.is_none()));
}

#[test]
fn digests_come_on_mondays_at_eight_where_the_program_is() {
    let zone: Zone = "America/New_York".parse().unwrap();
    let day = |rhythm, at| {
        digest_day(rhythm, time(at), &zone)
            .map(|d| d.to_string())
            .unwrap_or_default()
    };
    // Clocks are set forward on Sunday, 8 March 2026.
    assert_eq!(day(Rhythm::Weekly, "2026-03-09T11:59:59Z"), "2026-03-02");
    assert_eq!(day(Rhythm::Weekly, "2026-03-09T12:00:00Z"), "2026-03-09");
    assert_eq!(day(Rhythm::Weekly, "2026-03-02T12:59:59Z"), "2026-02-23");
    assert_eq!(day(Rhythm::Daily, "2026-03-09T11:59:59Z"), "2026-03-08");
    assert_eq!(day(Rhythm::Off, "2026-03-09T12:00:00Z"), "");
}
