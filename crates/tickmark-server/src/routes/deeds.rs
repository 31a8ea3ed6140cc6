//! What people do to the program: each becomes a deed of the company, recorded under the name of who did it.

use axum::response::Response;

use super::{Answer, Ask};
use crate::{
    house::Deed,
    http::{download::safe_name, fault::Fault},
    rights::{Authorized, Viewer, act},
};

/// Hands in a file as evidence.
pub(super) fn evidence(by: Authorized<act::HandInEvidence>, ask: &Ask) -> Answer {
    let (name, bytes) = ask
        .form
        .file("file")
        .filter(|(_, bytes)| !bytes.is_empty())
        .ok_or_else(|| Fault::wrong("the file is missing or empty; choose one"))?;
    let control = ask.form.need("control", "the control")?;
    let deed = Deed::Evidence {
        control: control.to_owned(),
        covers: ask.form.need("covers", "the time it covers")?.to_owned(),
        name: safe_name(name),
        bytes: bytes.to_vec(),
    };
    let back = format!("/controls/{}", segment(control));
    done(by.viewer()?, ask, deed, &back)
}

/// Adopts a control of the library.
pub(super) fn adopt(by: Authorized<act::EditDocuments>, ask: &Ask) -> Answer {
    let control = ask.form.need("control", "the control")?;
    let deed = Deed::Adopt {
        control: control.to_owned(),
        owner: ask.form.need("owner", "who answers for it")?.to_owned(),
        scope: ask.form.need("scope", "what it covers")?.to_owned(),
        effective: ask.form.need("effective", "the first day")?.to_owned(),
    };
    let back = format!("/controls/{}", segment(control));
    done(by.viewer()?, ask, deed, &back)
}

/// Runs tests again; none named: all.
pub(super) fn test(by: Authorized<act::RunTests>, ask: &Ask) -> Answer {
    let tests: Vec<String> = ask.form.all("test").map(str::to_owned).collect();
    let back = match tests.as_slice() {
        [one] => format!("/tests/{}", segment(one)),
        _ => "/tests".to_owned(),
    };
    done(by.viewer()?, ask, Deed::Test(tests), &back)
}

/// Collects from sources; none named: all.
pub(super) fn collect(by: Authorized<act::RunCollection>, ask: &Ask) -> Answer {
    let sources = ask.form.all("source").map(str::to_owned).collect();
    done(by.viewer()?, ask, Deed::Collect(sources), "/sources")
}

/// Does it and goes to the page that shows it: what was recorded is there when this answers.
fn done(viewer: &Viewer, ask: &Ask, deed: Deed, back: &str) -> Result<Response, Fault> {
    ask.app.company.act(&viewer.mail, deed)?;
    Ok(ask.go(back))
}

/// A name as one segment of a path.
fn segment(name: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    if name.contains("..") || !name.chars().all(plain) {
        return String::new();
    }
    name.to_owned()
}
