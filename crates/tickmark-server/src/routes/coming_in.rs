//! Signing in and out, and taking up a one-time link.

use axum::{http::StatusCode, response::Response};
use maud::{Markup, html};

use super::{Answer, Ask};
use crate::{
    frame::{self, field},
    http::{fault::Fault, redirect},
    identity::{Credentials, IdentityError, SHORTEST, Welcome},
    pages::link,
    rights::{Authorized, act},
};

/// The form to sign in; who is signed in already goes on.
pub(super) fn form(by: Authorized<act::SignIn>, ask: &Ask) -> Answer {
    let next = redirect::next(ask.query.get("next"));
    if by.anybody().is_some() {
        return Ok(ask.go(next));
    }
    Ok(sign_in_page(ask, StatusCode::OK, next, "", None))
}

/// The page to sign in, with what went wrong. The ways in that there are: password, single sign-on, or both.
pub(super) fn sign_in_page(
    ask: &Ask,
    status: StatusCode,
    next: &str,
    mail: &str,
    wrong: Option<&str>,
) -> Response {
    let body = html! {
        @if let Some(wrong) = wrong { p.error role="alert" { (wrong) "." } }
        @if ask.app.sso.is_some() { (elsewhere(next)) }
        @if ask.app.settings.policy.passwords { (sign_in_form(next, mail)) }
    };
    frame::page_with(status, "Sign in", None, &body)
}

/// Signs in. Whatever was wrong, the answer is the same.
pub(super) fn sign_in(_by: Authorized<act::SignIn>, ask: &Ask) -> Answer {
    let next = redirect::next(ask.form.get("next"));
    let mail = ask.form.get("mail").unwrap_or_default();
    let given = Credentials {
        mail,
        password: ask.form.get("password").unwrap_or_default(),
        code: ask.form.get("code").unwrap_or_default(),
    };
    let app = &ask.app;
    match app.identity.sign_in(given, ask.peer, ask.cookie.as_deref()) {
        Ok(session) => {
            app.journal.security(ask.now, "signed in");
            Ok(ask.go_with(next, &session))
        }
        Err(IdentityError::Refused(why)) => {
            app.journal.security(ask.now, "sign-in refused");
            Ok(sign_in_page(
                ask,
                StatusCode::FORBIDDEN,
                next,
                mail,
                Some(&why),
            ))
        }
        Err(other) => {
            app.journal.security(ask.now, "sign-in not possible");
            Err(other.into())
        }
    }
}

/// Signs out.
pub(super) fn sign_out(_by: Authorized<act::SignOut>, ask: &Ask) -> Answer {
    if let Some(session) = &ask.cookie {
        ask.app.identity.sign_out(session)?;
    }
    let mut answer = ask.go("/sign-in");
    ask.forget(&mut answer);
    Ok(answer)
}

/// What a one-time link offers. Looking does not use it up.
pub(super) fn welcome(_by: Authorized<act::SignIn>, ask: &Ask) -> Answer {
    let found = ask
        .app
        .identity
        .welcome(ask.part("link"))?
        .ok_or_else(gone)?;
    Ok(frame::page(
        "Welcome",
        None,
        &welcome_form(&found, ask, None),
    ))
}

/// Takes the link up.
pub(super) fn take_up(_by: Authorized<act::SignIn>, ask: &Ask) -> Answer {
    let identity = &ask.app.identity;
    let link = ask.part("link");
    let text = |name: &str| ask.form.get(name).unwrap_or_default();
    if text("password") != text("again") {
        return again(ask, "the two passwords differ");
    }
    match identity.take_up(link, text("mail"), text("name"), text("password")) {
        Ok(session) => {
            ask.app.journal.security(ask.now, "one-time link taken up");
            // The second factor is offered where it is set up.
            Ok(ask.go_with("/account", &session))
        }
        Err(IdentityError::Refused(why)) => again(ask, &why),
        Err(IdentityError::Missing) => {
            ask.app.journal.security(ask.now, "one-time link refused");
            Err(gone())
        }
        Err(other) => Err(other.into()),
    }
}

fn again(ask: &Ask, why: &str) -> Answer {
    let found = ask
        .app
        .identity
        .welcome(ask.part("link"))?
        .ok_or_else(gone)?;
    let body = welcome_form(&found, ask, Some(why));
    Ok(frame::page_with(
        StatusCode::BAD_REQUEST,
        "Welcome",
        None,
        &body,
    ))
}

/// A link that does not work: never made, run out or used up, the same words for all three.
fn gone() -> Fault {
    Fault::Gone("this link does not work any more: each works once and for a few days; ask an owner for a new one".into())
}

/// The way to the provider of single sign-on.
fn elsewhere(next: &str) -> Markup {
    html! {
        p { a.main.button href=(link::sso(next)) { "Sign in with single sign-on" } }
    }
}

fn sign_in_form(next: &str, mail: &str) -> Markup {
    html! {
        form.card method="post" action="/sign-in" {
            input type="hidden" name="next" value=(next);
            (field("Mail address", "mail", "email", "username", mail, true))
            (field("Password", "password", "password", "current-password", "", true))
            p.field {
                label for="code" { "Code from your authenticator, if you use one" }
                input #code name="code" type="text" inputmode="numeric" autocomplete="one-time-code" maxlength="7";
            }
            button.primary type="submit" { "Sign in" }
        }
        p.hint { "Password or second factor lost? An owner of this program can send you a new link." }
    }
}

fn welcome_form(found: &Welcome, ask: &Ask, wrong: Option<&str>) -> Markup {
    let text = |name: &str| ask.form.get(name).unwrap_or_default();
    html! {
        @if let Some(wrong) = wrong { p.error role="alert" { (wrong) "." } }
        @match &found.account {
            None => { p { "You are the first. You will own this program: everything, and who else may come in." } },
            Some((mail, _)) => { p { "This account is for " strong { (mail) } "." } },
        }
        form.card method="post" {
            @match &found.account {
                None => { (field("Mail address", "mail", "email", "username", text("mail"), true)) },
                // For password managers and screen readers: whose password it will be.
                Some((mail, _)) => { input type="text" name="whose" autocomplete="username" value=(mail) hidden readonly; },
            }
            @let known = found.account.as_ref().map_or("", |(_, name)| name.as_str());
            (field("Your name", "name", "text", "name", if text("name").is_empty() { known } else { text("name") }, true))
            (field("Password", "password", "password", "new-password", "", true))
            (field("The same password again", "again", "password", "new-password", "", true))
            p.hint { "At least " (SHORTEST) " characters. Four words that have nothing to do with each other are better than one with signs." }
            button.primary type="submit" { "Come in" }
        }
    }
}
