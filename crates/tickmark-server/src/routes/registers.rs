//! Policies, risks, vendors, people, tasks and access reviews: their pages, and what people do there.

use std::collections::BTreeMap;

use axum::{http::StatusCode, response::Response};
use maud::Markup;

use super::{
    Answer, Ask,
    Subject::{Program, Task},
    route::{Route, get, post},
};
use crate::{
    frame::html_answer,
    house::{Deed, House, Trouble},
    http::{download::attachment, fault::Fault},
    pages::{self, Lists, NewReview, link, table::Asked},
    rights::{Action, Authorized, Viewer, act},
};

/// The routes of the registers.
pub(super) fn routes() -> Vec<Route> {
    let mut all = read();
    all.extend(changed());
    all
}

fn read() -> Vec<Route> {
    vec![
        get("/policies", "policies", Program, policies),
        get("/policies/{id}", "one policy", Program, policy),
        get("/risks", "risks", Program, risks),
        get("/risks/{id}", "one risk", Program, risk),
        get("/vendors", "vendors", Program, vendors),
        get(
            "/vendors/{id}",
            "one vendor with its reports",
            Program,
            vendor,
        ),
        get("/people", "people", Program, people),
        get("/people/{id}", "one person", Program, person),
        get("/tasks", "tasks", Program, tasks),
        get("/tasks/{leaf}", "one task with its history", Task, task),
        get("/reviews", "access reviews", Program, reviews),
        get(
            "/reviews/{leaf}",
            "one access review with its list",
            Program,
            review,
        ),
    ]
}

fn changed() -> Vec<Route> {
    vec![
        post(
            "/policies/{id}/approve",
            "approve a version of a policy",
            Program,
            approve,
        ),
        post(
            "/policies/{id}/acknowledge",
            "acknowledge a version of a policy",
            Program,
            acknowledge,
        ),
        post("/tasks", "make tasks of items", Program, open_tasks),
        post(
            "/tasks/reassign",
            "give tasks another owner or day",
            Program,
            reassign,
        ),
        post(
            "/reviews",
            "freeze a list to be reviewed",
            Program,
            open_review,
        ),
        post(
            "/reviews/{leaf}/decide",
            "decide about items of a review",
            Program,
            decide,
        ),
        post(
            "/reviews/{leaf}/recheck",
            "look whether what had to go is gone",
            Program,
            recheck,
        ),
    ]
}

fn drawn(page: Markup) -> Answer {
    Ok(html_answer(StatusCode::OK, page))
}

/// A list: as a page, or with `as=csv` as a file of all its rows.
macro_rules! list {
    ($name:ident, $action:ident, $csv:ident, |$house:ident, $viewer:ident, $ask:ident, $asked:ident| $page:expr) => {
        fn $name(by: Authorized<act::$action>, $ask: &Ask) -> Answer {
            let ($house, $viewer) = (&*$ask.house()?, by.viewer()?);
            let $asked = &Asked::read(&$ask.raw_query);
            if $asked.csv {
                return Ok(attachment(pages::$csv($house, $viewer, $ask.now, $asked)));
            }
            drawn($page)
        }
    };
}

list!(
    policies,
    ViewRegisters,
    policies_csv,
    |house, viewer, ask, asked| pages::policies(house, viewer, ask.now, asked)
);
list!(
    risks,
    ViewRegisters,
    risks_csv,
    |house, viewer, ask, asked| pages::risks(house, viewer, ask.now, asked)
);
list!(
    vendors,
    ViewRegisters,
    vendors_csv,
    |house, viewer, ask, asked| pages::vendors(house, viewer, ask.now, asked)
);
list!(
    people,
    ViewPeople,
    people_csv,
    |house, viewer, ask, asked| pages::people(house, viewer, ask.now, asked)
);
list!(tasks, ViewTasks, tasks_csv, |house, viewer, ask, asked| {
    pages::tasks(house, viewer, ask.now, asked)
});
list!(
    reviews,
    ViewReviews,
    reviews_csv,
    |house, viewer, ask, asked| pages::reviews(house, viewer, ask.now, asked, None)
);

fn policy(by: Authorized<act::ViewRegisters>, ask: &Ask) -> Answer {
    drawn(pages::policy(
        &*ask.house()?,
        by.viewer()?,
        ask.now,
        ask.part("id"),
    )?)
}

fn risk(by: Authorized<act::ViewRegisters>, ask: &Ask) -> Answer {
    let asked = Asked::read(&ask.raw_query);
    let (house, viewer) = (&*ask.house()?, by.viewer()?);
    if asked.csv {
        return Ok(attachment(pages::risk_csv(
            house,
            viewer,
            ask.now,
            ask.part("id"),
            &asked,
        )?));
    }
    drawn(pages::risk(house, viewer, ask.now, ask.part("id"), &asked)?)
}

fn vendor(by: Authorized<act::ViewRegisters>, ask: &Ask) -> Answer {
    drawn(pages::vendor(
        &*ask.house()?,
        by.viewer()?,
        ask.now,
        ask.part("id"),
    )?)
}

fn person(by: Authorized<act::ViewPeople>, ask: &Ask) -> Answer {
    drawn(pages::person(
        &*ask.house()?,
        by.viewer()?,
        ask.now,
        ask.part("id"),
    )?)
}

fn task(by: Authorized<act::ViewTasks>, ask: &Ask) -> Answer {
    let leaf = ask.number("leaf")?;
    drawn(pages::task(&*ask.house()?, by.viewer()?, ask.now, leaf)?)
}

fn review(by: Authorized<act::ViewReviews>, ask: &Ask) -> Answer {
    let (house, viewer) = (&*ask.house()?, by.viewer()?);
    let leaf = ask.number("leaf")?;
    if !house.state.reviews.contains_key(&leaf) {
        return Err(Fault::Missing);
    }
    let company = &ask.app.company;
    let lists = Lists {
        own: company.review(leaf),
        before: pages::review_before(house, leaf).map(|before| company.review(before)),
    };
    let asked = Asked::read(&ask.raw_query);
    if asked.csv {
        return Ok(attachment(pages::review_csv(
            house, viewer, ask.now, leaf, &lists, &asked,
        )?));
    }
    drawn(pages::review(house, viewer, ask.now, leaf, &lists, &asked)?)
}

/// Does it and goes on: to the page that shows it, or to the start for who cannot see that page.
fn done(
    viewer: &Viewer,
    ask: &Ask,
    deed: Deed,
    back: &str,
    needs: Action,
) -> Result<Response, Fault> {
    ask.app.company.act(&viewer.mail, deed)?;
    Ok(ask.go(if viewer.may(needs) { back } else { link::HOME }))
}

fn leaf_in_form(ask: &Ask, name: &str, what: &str) -> Result<u64, Fault> {
    let text = ask.form.need(name, what)?;
    text.parse()
        .map_err(|_| Fault::wrong(format!("{what} must be the number of an entry")))
}

/// The policy that the path names; there is one, so that no deed speaks of another.
fn named_policy(ask: &Ask) -> Result<String, Fault> {
    let house = ask.house()?;
    let known = house
        .state
        .policies()
        .find(|(_, p)| p.policy.as_str() == ask.part("id"));
    known
        .map(|(_, p)| p.policy.to_string())
        .ok_or(Fault::Missing)
}

fn approve(by: Authorized<act::ApprovePolicies>, ask: &Ask) -> Answer {
    let policy = named_policy(ask)?;
    let seen = leaf_in_form(ask, "seen", "the version that was read")?;
    let back = link::policy(&policy);
    done(
        by.viewer()?,
        ask,
        Deed::Approve { policy, seen },
        &back,
        Action::ViewRegisters,
    )
}

fn acknowledge(by: Authorized<act::AcknowledgePolicies>, ask: &Ask) -> Answer {
    let policy = named_policy(ask)?;
    let seen = leaf_in_form(ask, "seen", "the version that was read")?;
    let back = link::policy(&policy);
    done(
        by.viewer()?,
        ask,
        Deed::Acknowledge { policy, seen },
        &back,
        Action::ViewRegisters,
    )
}

/// Each box is `RUN ITEM`: items of several runs can be chosen at once, and each run becomes a deed of its own. Without an item it is
/// about the whole test.
fn open_tasks(by: Authorized<act::ManageTasks>, ask: &Ask) -> Answer {
    let mut runs: BTreeMap<(u64, bool), Vec<String>> = BTreeMap::new();
    for pick in ask.form.all("pick") {
        let (run, item) = pick.split_once(' ').unwrap_or((pick, ""));
        let run = run
            .parse()
            .map_err(|_| Fault::wrong("a chosen item names no run; choose it again"))?;
        let items = runs.entry((run, item.is_empty())).or_default();
        items.extend((!item.is_empty()).then(|| item.to_owned()));
    }
    if runs.is_empty() {
        return Err(Fault::wrong("no item is chosen; tick at least one"));
    }
    let owner = ask.form.need("owner", "who takes care of it")?;
    let due = ask.form.need("due", "the last day")?;
    let viewer = by.viewer()?;
    for ((run, _), items) in runs {
        let deed = Deed::OpenTasks {
            run,
            items,
            owner: owner.to_owned(),
            due: due.to_owned(),
        };
        ask.app.company.act(&viewer.mail, deed)?;
    }
    Ok(ask.go(link::TASKS))
}

fn reassign(by: Authorized<act::ManageTasks>, ask: &Ask) -> Answer {
    let tasks: Result<Vec<u64>, _> = ask.form.all("task").map(str::parse).collect();
    let tasks = tasks.map_err(|_| Fault::wrong("a chosen task is no number; choose it again"))?;
    if tasks.is_empty() {
        return Err(Fault::wrong("no task is chosen; tick at least one"));
    }
    let given = |name: &str| ask.form.get(name).unwrap_or_default().to_owned();
    let (owner, due) = (given("owner"), given("due"));
    if owner.is_empty() && due.is_empty() {
        return Err(Fault::wrong(
            "neither an owner nor a day is given; choose one of them",
        ));
    }
    let back = match tasks.as_slice() {
        [one] => link::task(*one),
        _ => link::TASKS.to_owned(),
    };
    let deed = Deed::Reassign { tasks, owner, due };
    done(by.viewer()?, ask, deed, &back, Action::ViewTasks)
}

/// A refusal comes back with the form as it was.
fn open_review(by: Authorized<act::ManageReviews>, ask: &Ask) -> Answer {
    let viewer = by.viewer()?;
    let text = |name: &str| ask.form.get(name).unwrap_or_default().to_owned();
    let (control, population, covers, due) = (
        text("control"),
        text("population"),
        text("covers"),
        text("due"),
    );
    let deed = Deed::OpenReview {
        control: control.clone(),
        population: population.clone(),
        covers: covers.clone(),
        due: due.clone(),
    };
    match ask.app.company.act(&viewer.mail, deed) {
        Ok(_) => Ok(ask.go(link::REVIEWS)),
        Err(Trouble::Refused(why)) => {
            let typed = NewReview {
                control,
                population,
                covers,
                due,
                refused: Some(why),
            };
            let house: &House = &*ask.house()?;
            let page = pages::reviews(house, viewer, ask.now, &Asked::default(), Some(&typed));
            Ok(html_answer(StatusCode::BAD_REQUEST, page))
        }
        Err(other) => Err(other.into()),
    }
}

/// `keep-PLACE` is yes or no; `rest` decides about each `place` of the page without such a choice.
fn decide(by: Authorized<act::DecideReviews>, ask: &Ask) -> Answer {
    let review: u64 = ask.number("leaf")?;
    let mut keep: BTreeMap<u32, bool> = BTreeMap::new();
    let place = |text: &str| {
        text.parse::<u32>()
            .map_err(|_| Fault::wrong("a choice names no item of the list; open the review again"))
    };
    for (name, value) in ask.form.pairs() {
        if let Some(at) = name.strip_prefix("keep-") {
            let stays = match value.as_str() {
                "yes" => true,
                "no" => false,
                _ => return Err(Fault::wrong("an item is either kept or revoked")),
            };
            keep.insert(place(at)?, stays);
        }
    }
    let rest = match ask.form.get("rest") {
        Some("keep") => Some(true),
        Some("revoke") => Some(false),
        _ => None,
    };
    if let Some(stays) = rest {
        for at in ask.form.all("place") {
            keep.entry(place(at)?).or_insert(stays);
        }
    }
    if keep.is_empty() {
        return Err(Fault::wrong(
            "nothing is decided; choose keep or revoke for at least one item",
        ));
    }
    let deed = Deed::Decide { review, keep };
    done(
        by.viewer()?,
        ask,
        deed,
        &link::review(review),
        Action::ViewReviews,
    )
}

fn recheck(by: Authorized<act::ManageReviews>, ask: &Ask) -> Answer {
    let review = ask.number("leaf")?;
    done(
        by.viewer()?,
        ask,
        Deed::Recheck { review },
        &link::review(review),
        Action::ViewReviews,
    )
}
