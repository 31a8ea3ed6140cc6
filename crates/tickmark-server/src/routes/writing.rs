//! Documents written on a page: whole, through a short form, or through the form of the scope. What is refused comes back as it was typed.

use axum::http::StatusCode;

use super::{
    Answer, Ask,
    Subject::Program,
    route::{Route, get, post},
};
use crate::{
    frame::html_answer,
    house::{Deed, Trouble},
    http::fault::Fault,
    pages::{self, Typed, link},
    rights::{Authorized, act},
    writing::{Kind, Scope, as_document},
};

type Editor = Authorized<act::EditDocuments>;

/// The routes of writing.
pub(super) fn routes() -> Vec<Route> {
    vec![
        get("/edit/{*path}", "a document as a form", Program, edit),
        post("/edit/{*path}", "save a document", Program, save),
        get(
            "/new/{kind}",
            "the short form for a policy, risk or vendor",
            Program,
            new,
        ),
        post(
            "/new/{kind}",
            "make a policy, risk or vendor",
            Program,
            make,
        ),
        get("/scope", "the scope of the program", Program, scope),
        post(
            "/scope",
            "show or save another scope",
            Program,
            change_scope,
        ),
    ]
}

fn edit(by: Editor, ask: &Ask) -> Answer {
    let page = pages::edit(&*ask.house()?, by.viewer()?, ask.part("path"), None)?;
    Ok(html_answer(StatusCode::OK, page))
}

/// The leaf of a version in a field of the form; empty: there was none.
fn seen(ask: &Ask, name: &str) -> Result<Option<u64>, Fault> {
    let wrong = |_| Fault::wrong("the version that was edited is no number; open the form again");
    ask.form
        .get(name)
        .map(str::parse)
        .transpose()
        .map_err(wrong)
}

fn save(by: Editor, ask: &Ask) -> Answer {
    let path = ask.part("path").to_owned();
    if !pages::editable(&path) {
        return Err(Fault::Missing);
    }
    let viewer = by.viewer()?;
    let text = as_document(ask.form.need("text", "the text")?);
    let seen = seen(ask, "seen")?;
    let deed = Deed::Save {
        path: path.clone(),
        bytes: text.clone().into_bytes(),
        seen,
    };
    match ask.app.company.act(&viewer.mail, deed) {
        Ok(_) => Ok(ask.go(&pages::back(&path))),
        Err(Trouble::Refused(refused)) => {
            let typed = Typed {
                text,
                seen,
                refused,
            };
            let page = pages::edit(&*ask.house()?, viewer, &path, Some(&typed))?;
            Ok(html_answer(StatusCode::BAD_REQUEST, page))
        }
        Err(other) => Err(other.into()),
    }
}

fn new(by: Editor, ask: &Ask) -> Answer {
    let page = pages::new_document(&*ask.house()?, by.viewer()?, ask.part("kind"), None)?;
    Ok(html_answer(StatusCode::OK, page))
}

fn make(by: Editor, ask: &Ask) -> Answer {
    let name = ask.part("kind");
    let kind = Kind::from_name(name).ok_or(Fault::Missing)?;
    let (house, viewer) = (ask.house()?, by.viewer()?);
    let field = |name: &str| ask.form.get(name).unwrap_or_default();
    let path = kind.path(field("id"));
    let taken = |path: &String| house.state.documents.contains_key(path);
    let done = match path {
        Err(why) => Err(Trouble::Refused(why)),
        Ok(path) if taken(&path) => Err(Trouble::Refused(format!(
            "{path} is there already; edit it, or give another short name"
        ))),
        Ok(path) => {
            let deed = Deed::Save {
                bytes: kind.document(field).into_bytes(),
                path: path.clone(),
                seen: None,
            };
            let done = ask.app.company.act(&viewer.mail, deed);
            done.map(|_| path)
        }
    };
    match done {
        Ok(path) => Ok(ask.go(&pages::back(&path))),
        Err(Trouble::Refused(why)) => {
            let page = pages::new_document(&house, viewer, name, Some((ask.form.pairs(), &why)))?;
            Ok(html_answer(StatusCode::BAD_REQUEST, page))
        }
        Err(other) => Err(other.into()),
    }
}

fn scope(by: Editor, ask: &Ask) -> Answer {
    let house = &*ask.house()?;
    let page = pages::scope(house, by.viewer()?, Scope::now(house).as_ref(), None);
    Ok(html_answer(StatusCode::OK, page))
}

/// In two steps: first what would change, then the change.
fn change_scope(by: Editor, ask: &Ask) -> Answer {
    let (house, viewer) = (&*ask.house()?, by.viewer()?);
    let text = |name: &str| ask.form.get(name).unwrap_or_default().to_owned();
    let wished = Scope {
        name: text("name"),
        zone: text("zone"),
        categories: ask.form.all("category").map(str::to_owned).collect(),
        from: text("from"),
        to: text("to"),
        boundary: text("boundary").replace("\r\n", "\n"),
    };
    let again = |status: StatusCode, why: Option<&str>| {
        Ok(html_answer(
            status,
            pages::scope(house, viewer, Some(&wished), why),
        ))
    };
    let step = ask.form.get("step").unwrap_or("show");
    if step == "again" {
        return again(StatusCode::OK, None);
    }
    let changes = match wished.changes(house) {
        Ok(changes) => changes,
        Err(why) => return again(StatusCode::BAD_REQUEST, Some(&why)),
    };
    if step != "save" {
        let page = pages::scope_changes(house, viewer, &wished, &changes);
        return Ok(html_answer(StatusCode::OK, page));
    }
    for change in changes {
        let deed = Deed::Save {
            path: change.path.to_owned(),
            bytes: change.after.into_bytes(),
            // What was shown, not what there is now: somebody else may have saved in between.
            seen: seen(ask, &format!("seen-{}", change.path))?,
        };
        match ask.app.company.act(&viewer.mail, deed) {
            Ok(_) => {}
            Err(Trouble::Refused(why)) => return again(StatusCode::BAD_REQUEST, Some(&why)),
            Err(other) => return Err(other.into()),
        }
    }
    Ok(ask.go(link::SCOPE))
}
