//! Single sign-on: out to the provider and back.

use axum::{http::StatusCode, response::Response};

use super::{Answer, Ask, Route, Subject::Nothing, coming_in::sign_in_page, route::get};
use crate::{
    http::{fault::Fault, redirect},
    identity::{IdentityError, Secret},
    rights::{Authorized, act},
    sso::{self, Attempt, NOT_BEGUN, Provider, SsoError},
};

/// Where a provider sends a browser back to, after scheme and name: what has to be registered there, letter by letter.
const BACK: &str = "/sign-in/sso/back";

/// Its routes.
pub(super) fn routes() -> Vec<Route> {
    vec![
        get(
            "/sign-in/sso",
            "to the provider of single sign-on",
            Nothing,
            begin,
        ),
        get(BACK, "back from there, signed in", Nothing, back),
    ]
}

/// Sends the browser to the provider. A link, not a form: our policy lets no form lead elsewhere.
fn begin(by: Authorized<act::SignIn>, ask: &Ask) -> Answer {
    let provider = ask.app.sso.as_ref().ok_or(Fault::Missing)?;
    let next = redirect::next(ask.query.get("next"));
    if by.anybody().is_some() {
        return Ok(ask.go(next));
    }
    let back = address(ask);
    let begun = ask.app.identity.begin_elsewhere(next, &back)?;
    match provider.begin(Attempt(begun.reveal()), &back, ask.now) {
        Ok(there) => {
            let mut answer = ask.go(&there);
            ask.remember_begun(&mut answer, &begun);
            Ok(answer)
        }
        Err(why) => Ok(refused(ask, next, &why.into())),
    }
}

/// Takes the browser back. Whatever comes of it, what was begun is used up.
fn back(_by: Authorized<act::SignIn>, ask: &Ask) -> Answer {
    let provider = ask.app.sso.as_ref().ok_or(Fault::Missing)?;
    let mut answer = match arrived(provider, ask) {
        Ok((session, next)) => {
            ask.app
                .journal
                .security(ask.now, "signed in by single sign-on");
            ask.go_with(redirect::next(Some(&next)), &session)
        }
        Err(Stopped::Told(why)) => refused(ask, "/", &why),
        Err(Stopped::Fault(fault)) => return Err(fault),
    };
    ask.forget_begun(&mut answer);
    Ok(answer)
}

/// Why somebody who came back does not come in.
enum Stopped {
    /// Said on the page to sign in.
    Told(Told),
    /// Answered like everywhere.
    Fault(Fault),
}

/// One line, and whose turn it is.
struct Told {
    status: StatusCode,
    line: String,
}

impl From<SsoError> for Told {
    fn from(why: SsoError) -> Self {
        Self {
            status: match why {
                SsoError::Refused(_) => StatusCode::FORBIDDEN,
                SsoError::Provider(_) => StatusCode::SERVICE_UNAVAILABLE,
            },
            line: why.to_string(),
        }
    }
}

impl From<SsoError> for Stopped {
    fn from(why: SsoError) -> Self {
        Self::Told(why.into())
    }
}

impl From<IdentityError> for Stopped {
    fn from(why: IdentityError) -> Self {
        match why {
            IdentityError::Refused(line) => Self::Told(Told {
                status: StatusCode::FORBIDDEN,
                line,
            }),
            other => Self::Fault(other.into()),
        }
    }
}

fn arrived(provider: &Provider, ask: &Ask) -> Result<(Secret, String), Stopped> {
    let identity = &ask.app.identity;
    let secret = ask.begun.as_deref().ok_or(NOT_BEGUN)?;
    let begun = identity.end_elsewhere(secret)?.ok_or(NOT_BEGUN)?;
    // The address is part of what the provider was asked, and what it compares when the code is exchanged.
    if begun.back != address(ask) {
        return Err(NOT_BEGUN.into());
    }
    let answer = sso::Answer {
        state: once(ask, "state"),
        code: once(ask, "code"),
        error: once(ask, "error"),
        issuer: once(ask, "iss"),
    };
    let person = provider.finish(Attempt(secret), answer, &begun.back, ask.now)?;
    let domain = provider.setup().domain();
    let session = identity.arrive(&person, domain, ask.cookie.as_deref())?;
    Ok((session, begun.next))
}

/// A parameter that came once and is not empty.
fn once<'a>(ask: &'a Ask, name: &'a str) -> Option<&'a str> {
    let mut all = ask.query.all(name);
    all.next()
        .filter(|value| !value.is_empty() && all.next().is_none())
}

/// The address to come back to, under the name that the browser uses now.
fn address(ask: &Ask) -> String {
    let scheme = if ask.app.settings.tls {
        "https"
    } else {
        "http"
    };
    format!("{scheme}://{}{BACK}", ask.host)
}

fn refused(ask: &Ask, next: &str, told: &Told) -> Response {
    let event = if told.status == StatusCode::FORBIDDEN {
        "single sign-on refused"
    } else {
        "single sign-on not possible"
    };
    ask.app.journal.security(ask.now, event);
    sign_in_page(ask, told.status, next, "", Some(&told.line))
}
