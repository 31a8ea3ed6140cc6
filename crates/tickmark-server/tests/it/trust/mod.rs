//! The trust page over HTTP: what everybody sees, how somebody gets a document, and how that ends.

mod deciding;
mod page;
mod sharing;

use crate::browser::Browser;
use crate::browser::File;
use crate::browser::Reply;
use crate::pdf::plain;
use crate::site::Site;
use tickmark_core::model::body::AccessKind;
use tickmark_core::model::body::Audience;
use tickmark_core::model::body::Published;
use tickmark_core::model::body::ReportType;
use tickmark_core::model::body::TrustPublished;
use tickmark_core::model::document::Opinion;
use tickmark_core::model::ids::TestId;
use tickmark_core::model::state::Run;
use tickmark_core::model::state::State;
use tickmark_core::model::time::Time;
use tickmark_server::Company as _;
use tickmark_server::Deed;
use tickmark_server::routes::Row;

pub const PAT: &str = "pat@customer.example";
pub const LAST_DAY: &str = "2026-08-01";

/// Publishes; gives its leaf.
pub fn publish(site: &Site, what: Published, audience: Audience, title: &str) -> u64 {
    let report = what.is_report();
    let deed = Deed::Publish {
        what: TrustPublished {
            what,
            audience,
            covers: what
                .needs_time()
                .then(|| "2026-01-01..2026-06-30".parse().unwrap()),
            report: report.then_some(ReportType::Type2),
            opinion: report.then_some(Opinion::Unqualified),
        },
        title: title.into(),
        firm: report.then(|| "Example & Partners CPAs".into()),
        name: "report.pdf".into(),
        bytes: plain(&["Opinion", "Description"]).into_bytes(),
    };
    site.company.act("olga", deed).unwrap();
    site.company.house().unwrap().state.size - 1
}

pub fn soc2(site: &Site) -> u64 {
    publish(
        site,
        Published::Soc2,
        Audience::OnRequest,
        "SOC 2 report 2026",
    )
}

/// Gives it to somebody by the pages; the path of the link.
pub fn give(owner: &mut Browser, publication: u64, mail: &str) -> String {
    let leaf = publication.to_string();
    let form = [
        ("document", leaf.as_str()),
        ("mail", mail),
        ("last-day", LAST_DAY),
    ];
    link_of(&owner.post("/trust/grants", &form))
}

pub fn link_of(page: &Reply) -> String {
    assert_eq!(page.status, 200, "{}", page.body);
    let after = page.body.split("/trust/shared/").nth(1).expect("a link");
    format!("/trust/shared/{}", after.split('<').next().unwrap())
}

pub fn state(site: &Site) -> State {
    site.company.house().unwrap().state.clone()
}

pub fn last_grant(site: &Site) -> u64 {
    *state(site).grants.keys().last().unwrap()
}

/// Accepts by a link, as this address.
pub fn accept(browser: &mut Browser, site: &Site, link: &str, mail: &str) -> Reply {
    let grant = last_grant(site);
    let terms = state(site).grants[&grant].terms.to_string();
    let form = [
        ("grant", grant.to_string()),
        ("terms", terms),
        ("mail", mail.to_owned()),
        ("accept", "yes".to_owned()),
    ];
    let form: Vec<(&str, &str)> = form.iter().map(|(n, v)| (*n, v.as_str())).collect();
    browser.post(&format!("{link}/accept"), &form)
}

pub fn download(browser: &mut Browser, site: &Site, link: &str, mail: &str) -> Reply {
    let grant = last_grant(site).to_string();
    browser.post(
        &format!("{link}/download"),
        &[("grant", &grant), ("mail", mail)],
    )
}

pub fn wish(document: u64) -> Vec<(&'static str, String)> {
    vec![
        ("document", document.to_string()),
        ("name", "Pat Lee".into()),
        ("company", "Customer Ltd".into()),
        ("mail", PAT.into()),
        ("reason", "We assess our vendors each year.".into()),
    ]
}

pub fn ask(browser: &mut Browser, form: &[(&'static str, String)]) -> Reply {
    let form: Vec<(&str, &str)> = form.iter().map(|(n, v)| (*n, v.as_str())).collect();
    browser.post("/trust/request", &form)
}

/// Asks for a declared route of the trust page with everything it needs to succeed.
pub fn knock(site: &Site, browser: &mut Browser, row: &Row) -> Reply {
    let public = publish(site, Published::Policy, Audience::Public, "Security policy");
    let report = soc2(site);
    let present = |b: &Browser| {
        b.cookie
            .as_ref()
            .and_then(|_| site.server.identity().present(b.session()).unwrap())
    };
    let mail = present(browser).map_or_else(|| PAT.to_owned(), |p| p.viewer.mail);
    let recipient: tickmark_core::model::ids::MailAddress = mail.parse().unwrap();
    let words = tickmark_server::trust::terms("Ledgerline", "");
    let deed = Deed::Grant {
        publication: report,
        recipient: recipient.clone(),
        until: Time::parse("2026-08-01T00:00:00Z").unwrap(),
        terms: words.text.clone(),
    };
    site.company.act("olga", deed).unwrap();
    let grant = last_grant(site);
    if row.path.ends_with("download") {
        let what = AccessKind::Accepted;
        site.company
            .act("olga", Deed::LogAccess { grant, what })
            .unwrap();
    }
    let link = site.server.identity().share(&[grant]).unwrap();
    let asked = tickmark_server::identity::Wish {
        name: "Pat".into(),
        company: "Customer".into(),
        mail: recipient,
        reason: "because".into(),
        wanted: vec![report],
    };
    site.server
        .identity()
        .ask_for_documents(&asked, "192.0.2.1".parse().unwrap())
        .unwrap();
    let wish = site.server.identity().wishes().unwrap()[0].id;
    let leaf = if row.path.contains("/grants/") {
        grant
    } else {
        public
    };
    let path = row
        .path
        .replace("{leaf}", &leaf.to_string())
        .replace("{link}", link.reveal())
        .replace("{id}", &wish.to_string());
    if row.method == "GET" {
        return browser.get(&path);
    }
    if path.ends_with("/publish") {
        let fields = [
            ("what", "policy"),
            ("audience", "public"),
            ("title", "Policy"),
        ];
        let (name, bytes) = ("policy.pdf", "%PDF-1.7");
        return browser.upload_here(
            &path,
            &File {
                fields: &fields,
                name,
                bytes,
            },
        );
    }
    let (grant, report, digest) = (
        grant.to_string(),
        report.to_string(),
        words.digest.to_string(),
    );
    let form: [(&str, &str); 10] = [
        ("grant", &grant),
        ("document", &report),
        ("terms", if path.ends_with("/text") { "" } else { &digest }),
        ("accept", "yes"),
        ("mail", &mail),
        ("name", "Pat"),
        ("company", "Customer"),
        ("reason", "because"),
        ("last-day", LAST_DAY),
        ("lead", "Hello."),
    ];
    browser.post(&path, &form)
}

/// The runs of the sample, recorded.
pub fn with_runs(site: &Site) {
    let house = site.company.house().unwrap();
    let inputs = house.inputs.as_ref().unwrap();
    let runs: Vec<(TestId, Run)> = inputs
        .tests
        .iter()
        .map(|t| (TestId::parse(&t.id).unwrap(), crate::pages::run_of(t)))
        .collect();
    site.company.change(|state| {
        for (test, run) in runs {
            state.runs.entry(test).or_default().push(run);
        }
    });
}
