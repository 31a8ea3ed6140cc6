//! The one declared table of routes. The router, the matrix of rights and the description of the API are made from it.

use super::{
    Subject::{Control, ControlInForm, Evidence, Nothing, Program, Test},
    account, api, clock, coming_in, deeds, look, metrics, open, own, program, records, registers,
    reports,
    route::{Route, get, post},
    sso, trust, users, writing,
};

/// Every route there is.
pub(crate) fn table() -> Vec<Route> {
    let mut all = door();
    all.extend(pages());
    all.extend(clock::routes());
    all.extend(changes());
    all.extend(look::routes());
    all.extend(reports::routes());
    all.extend(api::routes());
    all.extend(registers::routes());
    all.extend(writing::routes());
    all.extend(own::routes());
    all.extend(trust::routes());
    all.extend(sso::routes());
    all.extend(metrics::routes());
    all
}

fn door() -> Vec<Route> {
    vec![
        get(
            "/healthz",
            "whether the server is well",
            Nothing,
            open::health,
        ),
        get(
            "/assets/{name}",
            "style sheet, script, pictures",
            Nothing,
            open::asset,
        ),
        get("/sign-in", "the form to sign in", Nothing, coming_in::form),
        post("/sign-in", "sign in", Nothing, coming_in::sign_in),
        post("/sign-out", "sign out", Nothing, coming_in::sign_out),
        get(
            "/welcome/{link}",
            "what a one-time link offers",
            Nothing,
            coming_in::welcome,
        ),
        post(
            "/welcome/{link}",
            "take a one-time link up",
            Nothing,
            coming_in::take_up,
        ),
        get("/account", "the own account", Nothing, account::page),
        post(
            "/account/password",
            "change the own password",
            Nothing,
            account::password,
        ),
        post(
            "/account/second-factor",
            "begin a second factor",
            Nothing,
            account::begin_factor,
        ),
        post(
            "/account/second-factor/confirm",
            "confirm it",
            Nothing,
            account::confirm_factor,
        ),
        post(
            "/account/second-factor/end",
            "take it away",
            Nothing,
            account::end_factor,
        ),
        post(
            "/account/tokens",
            "make a token",
            Nothing,
            account::make_token,
        ),
        post(
            "/account/tokens/{id}/end",
            "end a token",
            Nothing,
            account::end_token,
        ),
        post(
            "/account/sessions/{id}/end",
            "end a session",
            Nothing,
            account::end_session,
        ),
        get("/users", "members", Nothing, users::page),
        post("/users", "invite somebody", Nothing, users::invite),
        post(
            "/users/{id}/place",
            "change somebody's role",
            Nothing,
            users::move_to,
        ),
        post(
            "/users/{id}/link",
            "make somebody a new one-time link",
            Nothing,
            users::new_link,
        ),
        post(
            "/users/{id}/revoke",
            "take everything from somebody",
            Nothing,
            users::revoke,
        ),
    ]
}

fn pages() -> Vec<Route> {
    vec![
        get("/", "the start", Nothing, program::home),
        get("/criteria", "criteria", Program, program::criteria),
        get(
            "/criteria/{id}",
            "one criterion",
            Program,
            program::criterion,
        ),
        get("/matrix", "criteria by controls", Program, program::matrix),
        get("/controls", "controls", Program, program::controls),
        get("/controls/{id}", "one control", Control, program::control),
        get("/tests", "tests", Program, program::tests),
        get(
            "/tests/{id}",
            "one test with its items",
            Test,
            program::test,
        ),
        get(
            "/exceptions",
            "items that did not pass",
            Program,
            program::exceptions,
        ),
        get(
            "/evidence",
            "evidence handed in",
            Program,
            program::evidence,
        ),
        get(
            "/evidence/{leaf}",
            "one piece of evidence",
            Evidence,
            program::evidence_item,
        ),
        get(
            "/evidence/{leaf}/file",
            "its file",
            Evidence,
            program::evidence_file,
        ),
        get("/populations", "populations", Program, program::populations),
        get(
            "/populations/{name}",
            "one population",
            Program,
            program::population,
        ),
        get("/query", "the query box", Program, program::query),
        get("/sources", "sources", Program, records::sources),
        get("/ledger", "entries of the ledger", Program, records::ledger),
        get(
            "/ledger/{leaf}",
            "one entry with its proof",
            Program,
            records::entry,
        ),
        get("/documents", "documents", Program, records::documents),
        get(
            "/documents/{*path}",
            "one document",
            Program,
            records::document,
        ),
        get(
            "/reports",
            "reports and what they wait for",
            Program,
            records::reports,
        ),
        get(
            "/reports/{kind}/{format}",
            "a report as a file",
            Program,
            program::report,
        ),
        get(
            "/bundle",
            "the bundle for a verifier",
            Program,
            program::bundle,
        ),
        get(
            "/settings",
            "how the program is set up",
            Program,
            records::settings,
        ),
    ]
}

fn changes() -> Vec<Route> {
    vec![
        post(
            "/do/evidence",
            "hand in evidence",
            ControlInForm,
            deeds::evidence,
        )
        .with_file(),
        post("/do/adopt", "adopt a control", Program, deeds::adopt),
        post("/do/test", "run tests again", Program, deeds::test),
        post(
            "/do/collect",
            "collect from sources",
            Program,
            deeds::collect,
        ),
    ]
}
