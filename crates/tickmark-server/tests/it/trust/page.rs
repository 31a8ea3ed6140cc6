//! What everybody sees, and what is never said there.

use super::{PAT, accept, ask, give, publish, soc2, state, wish, with_runs};
use crate::browser::Browser;
use crate::browser::File;
use crate::pdf::plain;
use crate::site::Site;
use tickmark_core::model::body::Audience;
use tickmark_core::model::body::Published;
use tickmark_core::model::body::TrustPublished;
use tickmark_core::model::document::parse;
use tickmark_core::model::time::Time;
use tickmark_log::digest::sha256;
use tickmark_server::Company as _;
use tickmark_server::Deed;
use tickmark_server::Role;

#[test]
fn nothing_is_claimed_before_anything_was_published_or_shown() {
    let site = Site::start();
    let page = site.browser().get("/trust");
    assert_eq!(page.status, 200);
    assert!(
        page.body
            .contains("This company has published nothing yet.")
    );
    for claim in [
        "Ledgerline examination",
        "SOC 2",
        "watched",
        "Subprocessors",
        "ledger of evidence is",
    ] {
        assert!(!page.body.contains(claim), "{claim}");
    }
    let status = site.browser().get("/trust/status.json").json();
    assert_eq!(status["documents"], serde_json::json!([]));
    assert!(status.get("watched").is_none() && status.get("ledger").is_none());
}

#[test]
fn a_report_is_named_by_firm_and_period_and_only_while_it_is_published() {
    let (site, mut owner) = Site::owned();
    let headline =
        "SOC 2 Type 2 examination by Example &amp; Partners CPAs covering 2026-01-01 to 2026-06-30";
    let leaf = soc2(&site);
    let page = site.browser().get("/trust").body;
    assert!(
        page.contains(headline) && page.contains("unqualified opinion"),
        "{page}"
    );
    assert!(page.contains("Its time ended 2 days ago."));
    let form = [("why", "superseded")];
    assert_eq!(
        owner
            .post(&format!("/trust/manage/{leaf}/withdraw"), &form)
            .status,
        303
    );
    assert!(!site.browser().get("/trust").body.contains("examination by"));
}

#[test]
fn a_reserved_opinion_is_never_left_out() {
    let (site, mut owner) = Site::owned();
    let pdf = plain(&["Opinion"]);
    let fields = [
        ("what", "soc2"),
        ("audience", "on_request"),
        ("title", "SOC 2 report"),
        ("from", "2026-01-01"),
        ("to", "2026-06-30"),
        ("report", "type2"),
        ("firm", "Example & Partners CPAs"),
        ("opinion", "qualified"),
    ];
    let file = File {
        fields: &fields,
        name: "soc2.pdf",
        bytes: &pdf,
    };
    let reply = owner.upload_here("/trust/manage/publish", &file);
    assert_eq!(reply.status, 303, "{}", reply.body);
    assert!(
        site.browser()
            .get("/trust")
            .body
            .contains("qualified opinion: the report says which")
    );
    assert!(
        owner
            .get("/trust/manage")
            .body
            .contains("qualified opinion")
    );
    assert_eq!(
        site.browser().get("/trust/status.json").json()["documents"][0]["opinion"],
        "qualified"
    );
    assert_eq!(state(&site).publications.len(), 1);
}

#[test]
fn everybody_downloads_what_is_public_and_nothing_else() {
    let (site, mut owner) = Site::owned();
    let public = publish(&site, Published::Soc3, Audience::Public, "SOC 3 report");
    let restricted = soc2(&site);
    let mut nobody = site.browser();
    let file = nobody.get(&format!("/trust/file/{public}"));
    assert_eq!(file.status, 200);
    assert!(
        file.header("content-disposition")
            .unwrap()
            .starts_with("attachment")
    );
    assert_eq!(
        file.bytes,
        plain(&["Opinion", "Description"]).into_bytes(),
        "as it was published"
    );
    for leaf in [restricted, 41, 999] {
        assert_eq!(
            nobody.get(&format!("/trust/file/{leaf}")).status,
            404,
            "{leaf}"
        );
        assert_eq!(
            owner.get(&format!("/trust/file/{leaf}")).status,
            404,
            "{leaf}"
        );
    }
    owner.post(
        &format!("/trust/manage/{public}/withdraw"),
        &[("why", "mistake")],
    );
    assert_eq!(
        nobody.get(&format!("/trust/file/{public}")).status,
        404,
        "withdrawn"
    );
}

#[test]
fn what_is_watched_is_told_by_runs_alone_and_only_when_somebody_decided_so() {
    let (site, mut owner) = Site::owned();
    let show = [("show", "monitoring"), ("lead", "We keep wages.")];
    assert_eq!(owner.post("/trust/manage/text", &show).status, 303);
    let before = site.browser().get("/trust").body;
    assert!(
        before.contains("published nothing yet"),
        "no run, no claim: {before}"
    );
    with_runs(&site);
    let page = site.browser().get("/trust").body;
    assert!(
        page.contains("What is watched") && page.contains("We keep wages."),
        "{page}"
    );
    for outcome in ["No deviation", "Deviation", "deviation noted", "passed"] {
        assert!(
            !page.contains(outcome),
            "how it came out is for the report: {outcome}"
        );
    }
    let status = site.browser().get("/trust/status.json").json();
    assert_eq!(status["ledger"]["root"], "ab".repeat(32));
    assert!(!status["watched"]["controls"].as_array().unwrap().is_empty());
    owner.post("/trust/manage/text", &[("lead", "We keep wages.")]);
    assert!(
        !site
            .browser()
            .get("/trust")
            .body
            .contains("What is watched")
    );
}

#[test]
fn proofs_are_given_for_entries_that_the_page_names_and_no_others() {
    let (site, _) = Site::owned();
    let leaf = publish(&site, Published::Soc3, Audience::Public, "SOC 3 report");
    let mut nobody = site.browser();
    let proof = nobody.get(&format!("/trust/proof/{leaf}"));
    assert_eq!(proof.status, 200, "{}", proof.body);
    let proof = proof.json();
    assert_eq!(
        (proof["entry"].as_u64(), proof["leaf_hash"].as_str()),
        (Some(leaf), Some("cd".repeat(32).as_str()))
    );
    assert!(
        proof.get("body").is_none() && proof.get("actor").is_none(),
        "what is in it is not told"
    );
    for other in [0, 41, leaf + 1] {
        assert_eq!(
            nobody.get(&format!("/trust/proof/{other}")).status,
            404,
            "{other}"
        );
    }
}

#[test]
fn vendors_that_handle_data_and_policies_in_force_are_named() {
    let (site, mut owner) = Site::owned();
    let vendor = |role: &str, data: &str| {
        let assumed = if role == "carve_out" {
            "assumed: [{says: Guards the building, criteria: [CC6.4]}]\n"
        } else {
            ""
        };
        format!(
            "---\nname: Vendor {role} {}\nservice: Hosting\nowner: Ops\nsince: 2025-01-01\nrole: {role}\nreason: because\ncriticality: high\ndata: {data}\n{assumed}review_due: 2027-01-01\n---\n",
            data.len()
        )
    };
    let documents = [
        ("host", vendor("carve_out", "[]")),
        ("mail", vendor("vendor", "[names]")),
        ("paper", vendor("vendor", "[]")),
    ];
    site.company.change(|state| {
        for (name, text) in &documents {
            let path = format!("vendors/{name}.md");
            let document = parse(&path, text.as_bytes()).unwrap();
            let version = tickmark_core::model::state::Version {
                leaf: 50,
                recorded: Time::parse("2026-01-02T00:00:00Z").unwrap(),
                actor: tickmark_core::model::ids::ActorId([7; 16]),
                class: tickmark_core::model::document::class_of(&path).unwrap(),
                commitment: sha256(path.as_bytes()),
                length: 1,
                digest: None,
                effective: None,
                retired: None,
                control: None,
                pinned: None,
                document: Some(document),
                removed: None,
            };
            state.documents.entry(path).or_default().push(version);
        }
    });
    owner.post(
        "/trust/manage/text",
        &[("show", "subprocessors"), ("lead", "x")],
    );
    let page = site.browser().get("/trust").body;
    assert!(
        page.contains("Vendor carve_out 2") && page.contains("Vendor vendor 7"),
        "{page}"
    );
    assert!(!page.contains("Vendor vendor 2"), "paper handles nothing");
    assert!(page.contains("Subservice organization, outside our description"));
}

/// What no page for outsiders says of anybody: an examination makes nobody so.
#[test]
fn no_public_page_says_what_no_examination_gives() {
    let (site, mut owner) = Site::owned();
    with_runs(&site);
    let report = soc2(&site);
    publish(&site, Published::Soc3, Audience::Public, "SOC 3 report");
    let letter = Deed::Publish {
        what: TrustPublished {
            what: Published::BridgeLetter,
            audience: Audience::Public,
            covers: Some("2026-07-01..2026-07-02".parse().unwrap()),
            report: None,
            opinion: None,
        },
        title: "Bridge letter".into(),
        firm: None,
        name: "letter.pdf".into(),
        bytes: b"%PDF".to_vec(),
    };
    site.company.act("olga", letter).unwrap();
    let show = [
        ("show", "monitoring"),
        ("show", "subprocessors"),
        ("show", "policies"),
        ("lead", "Hello."),
        ("contact", "security@acme.example"),
    ];
    owner.post("/trust/manage/text", &show);
    let link = give(&mut owner, report, PAT);
    let mut nobody = site.browser();
    let mut replies = vec![
        nobody.get("/trust"),
        nobody.get("/trust/request"),
        nobody.get("/trust/status.json"),
        nobody.get(&link),
        accept(&mut nobody, &site, &link, "other@customer.example"),
        accept(&mut nobody, &site, &link, PAT),
        ask(&mut nobody, &wish(report)),
        nobody.post("/trust/subscribe", &[("mail", PAT), ("wish", "begin")]),
        nobody.get("/trust/shared/0"),
    ];
    replies.push(site.member(Role::Prospect).get("/trust/mine"));
    for reply in &replies {
        let lower = reply.body.to_lowercase();
        for word in [
            "certif",
            "compliant",
            "seal",
            "accredit",
            "guaranteed",
            "soc-2",
            "soc ii",
            "aicpa",
        ] {
            assert!(!lower.contains(word), "`{word}` in {}", reply.body);
        }
    }
    for word in ["SOC 2 certified since 2020", "fully compliant"] {
        let reply = owner.post("/trust/manage/text", &[("lead", word)]);
        assert!(
            reply.status == 400 && reply.body.contains("no examination gives"),
            "{word}"
        );
    }
}

#[test]
fn updates_begin_and_end_and_tell_nothing() {
    let (site, _) = Site::owned();
    soc2(&site);
    let mut pat = site.browser();
    let post = |b: &mut Browser, wish| b.post("/trust/subscribe", &[("mail", PAT), ("wish", wish)]);
    let first = post(&mut pat, "begin");
    assert_eq!(
        (first.status, first.body == post(&mut pat, "begin").body),
        (200, true)
    );
    assert_eq!(site.server.identity().subscribers().unwrap()[0].mail, PAT);
    let gone = post(&mut pat, "end");
    assert_eq!(gone.body, post(&mut pat, "end").body);
    assert!(site.server.identity().subscribers().unwrap().is_empty());
    assert_eq!(pat.post("/trust/subscribe", &[("mail", "x")]).status, 400);
}
