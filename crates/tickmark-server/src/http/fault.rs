//! Why a request gets no answer of the kind it asked for: a plain page for people, RFC 9457 for programs.

use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use serde_json::json;

use crate::{
    frame,
    house::Trouble,
    identity::IdentityError,
    rights::{Action, Denied, Viewer},
};

/// Whom an answer is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Face {
    /// A person in a browser.
    Page,
    /// A program.
    Api,
}

impl Face {
    /// Whom a path is for: programs ask the API and the measurements, people everything else.
    pub(crate) fn of(path: &str) -> Self {
        if path.starts_with("/api/") || path == "/metrics" {
            Self::Api
        } else {
            Self::Page
        }
    }
}

/// Why a request fails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Not allowed.
    Denied(Denied),
    /// The request cannot be understood or is refused (400).
    Wrong(String),
    /// No such thing (404).
    Missing,
    /// It was here, or might have been, and is not any more (410).
    Gone(String),
    /// The path is there, the method is not (405).
    Method,
    /// More bytes than this route takes (413).
    TooLarge(usize),
    /// A form from elsewhere (403).
    NotOurForm,
    /// Addressed to another name (421).
    NotOurName,
    /// Understood, and not done: what the program says no to (422). Programs only; a page says [`Fault::Wrong`].
    Refused(String),
    /// Not while things stand as they do (409).
    Conflict(String),
    /// Somebody else has changed it since it was read (412).
    Changed(String),
    /// It must be said which version was read (428).
    Unconditional(String),
    /// Given only in other forms than those that were asked for (406).
    NotInThatForm(String),
    /// A body of another type than this route takes (415).
    Media(String),
    /// Too often; try again after so many seconds (429).
    TooOften(i64),
    /// The machine failed (503).
    Environment(String),
}

impl Fault {
    /// A wish that is refused, in words.
    pub(crate) fn wrong(words: impl Into<String>) -> Self {
        Self::Wrong(words.into())
    }

    pub(crate) const fn status(&self) -> StatusCode {
        match self {
            Self::Denied(Denied::SignInFirst) => StatusCode::UNAUTHORIZED,
            Self::Denied(Denied::NotYou) | Self::NotOurForm => StatusCode::FORBIDDEN,
            Self::Denied(Denied::NotYours) | Self::Missing => StatusCode::NOT_FOUND,
            Self::Gone(_) => StatusCode::GONE,
            Self::Wrong(_) => StatusCode::BAD_REQUEST,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::NotOurName => StatusCode::MISDIRECTED_REQUEST,
            Self::Refused(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Conflict(_) => StatusCode::CONFLICT,
            Self::Changed(_) => StatusCode::PRECONDITION_FAILED,
            Self::Unconditional(_) => StatusCode::PRECONDITION_REQUIRED,
            Self::NotInThatForm(_) => StatusCode::NOT_ACCEPTABLE,
            Self::Media(_) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::TooOften(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Environment(_) => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// Its name in the address of a problem's type, which the page `/api` explains.
    pub(crate) const fn slug(&self) -> &'static str {
        match self {
            Self::Denied(Denied::SignInFirst) => "sign-in-first",
            Self::Denied(Denied::NotYou) => "not-you",
            Self::Denied(Denied::NotYours) | Self::Missing => "not-found",
            Self::Gone(_) => "gone",
            Self::Wrong(_) => "not-understood",
            Self::Method => "method",
            Self::TooLarge(_) => "too-large",
            Self::NotOurForm => "not-our-form",
            Self::NotOurName => "not-our-name",
            Self::TooOften(_) => "too-often",
            Self::Refused(_) => "refused",
            Self::Conflict(_) => "conflict",
            Self::Changed(_) => "changed",
            Self::Unconditional(_) => "which-version",
            Self::NotInThatForm(_) => "not-in-that-form",
            Self::Media(_) => "media",
            Self::Environment(_) => "out-of-order",
        }
    }

    /// A heading, and what happened with what to do next.
    fn words(&self) -> (&'static str, String) {
        match self {
            Self::Denied(Denied::SignInFirst) => {
                ("Sign in first", "this needs an account; send a token as `Authorization: Bearer tmk_…`".into())
            }
            Self::Denied(Denied::NotYou) => {
                ("Not with your role", "your role does not allow this; an owner can change it".into())
            }
            // The same words as for a thing that does not exist: who may not see it must not learn that it does.
            Self::Denied(Denied::NotYours) | Self::Missing => {
                ("Not found", "there is nothing at this address, or nothing that you may see".into())
            }
            Self::Gone(why) => ("Not any more", why.clone()),
            Self::Wrong(why) => ("This cannot be done", why.clone()),
            Self::Method => ("Not like this", "this address does not take that method".into()),
            Self::TooLarge(limit) => ("Too large", format!("this address takes at most {limit} bytes")),
            Self::NotOurForm => (
                "Refused",
                "the request did not come from a page of this server; open the page again and repeat it there".into(),
            ),
            Self::NotOurName => (
                "Another name",
                "this server does not answer to that name; add it to the names it is served under".into(),
            ),
            Self::Refused(why) => ("Refused", why.clone()),
            Self::Conflict(why) => ("Not now", why.clone()),
            Self::Changed(why) => ("Changed meanwhile", why.clone()),
            Self::Unconditional(why) => ("Which version?", why.clone()),
            Self::NotInThatForm(forms) => ("Not in that form", format!("this address gives {forms}; say so in `Accept`, or leave it out")),
            Self::Media(takes) => ("Not of that type", format!("this address takes {takes}; say so in `Content-Type`")),
            Self::TooOften(seconds) => ("Too many attempts", format!("try again in {seconds} seconds")),
            Self::Environment(why) => ("Out of order", why.clone()),
        }
    }

    /// The answer.
    pub(crate) fn answer(&self, face: Face, viewer: Option<&Viewer>) -> Response {
        let (title, mut detail) = self.words();
        // What exactly fails may name files; it is for who runs the server.
        let runs_it = viewer.is_some_and(|v| v.may(Action::ManageUsers));
        if matches!(self, Self::Environment(_)) && !runs_it {
            "the server cannot do this at the moment; who runs it finds the reason in its log"
                .clone_into(&mut detail);
        }
        let status = self.status();
        let mut answer = match face {
            Face::Api => problem(status, self.slug(), title, &detail),
            Face::Page => frame::page_with(status, title, viewer, &frame::notice(title, &detail)),
        };
        match self {
            Self::Denied(Denied::SignInFirst) => {
                answer
                    .headers_mut()
                    .insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            }
            Self::TooOften(seconds) => {
                answer
                    .headers_mut()
                    .insert(header::RETRY_AFTER, HeaderValue::from(*seconds));
            }
            _ => {}
        }
        answer
    }
}

/// `application/problem+json`. The type is an address on the page that describes the API.
fn problem(status: StatusCode, slug: &str, title: &str, detail: &str) -> Response {
    let kind = format!("/api#{slug}");
    let body = json!({"type": kind, "title": title, "status": status.as_u16(), "detail": detail});
    let mut answer = Response::new(Body::from(body.to_string()));
    *answer.status_mut() = status;
    answer.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/problem+json"),
    );
    answer
}

impl From<Denied> for Fault {
    fn from(denied: Denied) -> Self {
        Self::Denied(denied)
    }
}

impl From<Trouble> for Fault {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::Refused(why) => Self::Wrong(why),
            Trouble::Missing(_) => Self::Missing,
            Trouble::Environment(why) => Self::Environment(why),
        }
    }
}

impl From<IdentityError> for Fault {
    fn from(error: IdentityError) -> Self {
        match error {
            IdentityError::Refused(why) => Self::Wrong(why),
            IdentityError::Missing => Self::Missing,
            IdentityError::TooOften { seconds } => Self::TooOften(seconds),
            // The text of a database error may hold a path; it goes to the operator, not to whoever asks.
            IdentityError::Database(_) | IdentityError::Newer(_) | IdentityError::Random | IdentityError::Hashing => {
                Self::Environment("the accounts cannot be read or written at the moment; the operator finds the reason in the log".into())
            }
        }
    }
}
