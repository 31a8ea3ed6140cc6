//! What a route is. The table is made of these and the router of the table, so there is no route that is not declared.

use axum::{http::Method, response::Response};

use super::{Ask, Subject, api::Told};
use crate::{
    http::fault::{Face, Fault},
    rights::{Action, Acts, Authorized, Denied, Object, Viewer},
};

/// What a handler gives.
pub(crate) type Answer = Result<Response, Fault>;

/// What carries a checked request to its handler.
type Run = Box<dyn Fn(Option<Viewer>, Object, &Ask) -> Answer + Send + Sync>;

/// What must hold before the body is read, beyond what rights say.
type First = fn(&Ask) -> Result<(), Fault>;

/// One declared route.
pub(crate) struct Route {
    pub method: Method,
    /// As axum matches it, such as `/controls/{id}`.
    pub path: &'static str,
    /// What it does, for people.
    pub says: &'static str,
    pub action: Action,
    pub subject: Subject,
    /// Takes a file: a larger body.
    pub takes_file: bool,
    /// What a route of the API takes and gives.
    pub told: Option<Told>,
    check: fn(Option<Viewer>, Object) -> Result<(), Denied>,
    /// What else must hold before a body is read.
    first: Option<First>,
    run: Run,
}

/// Declares a route. The handler's first argument decides what it needs: there is no way to declare one that needs nothing.
fn declare<A: Acts>(
    method: Method,
    path: &'static str,
    says: &'static str,
    subject: Subject,
    handler: fn(Authorized<A>, &Ask) -> Answer,
) -> Route {
    Route {
        method,
        path,
        says,
        action: A::ACTION,
        subject,
        takes_file: false,
        told: None,
        check: |viewer, object| Authorized::<A>::check(viewer, object).map(drop),
        first: None,
        run: Box::new(move |viewer: Option<Viewer>, object: Object, ask: &Ask| {
            handler(Authorized::<A>::check(viewer, object)?, ask)
        }),
    }
}

/// A route that reads.
pub(crate) fn get<A: Acts>(
    path: &'static str,
    says: &'static str,
    subject: Subject,
    handler: fn(Authorized<A>, &Ask) -> Answer,
) -> Route {
    declare(Method::GET, path, says, subject, handler)
}

/// A route that changes something.
pub(crate) fn post<A: Acts>(
    path: &'static str,
    says: &'static str,
    subject: Subject,
    handler: fn(Authorized<A>, &Ask) -> Answer,
) -> Route {
    declare(Method::POST, path, says, subject, handler)
}

/// A route that puts something in its place.
pub(crate) fn put<A: Acts>(
    path: &'static str,
    says: &'static str,
    subject: Subject,
    handler: fn(Authorized<A>, &Ask) -> Answer,
) -> Route {
    declare(Method::PUT, path, says, subject, handler)
}

impl Route {
    /// The same, said what it takes and gives.
    pub(crate) fn told(self, told: Told) -> Self {
        Self {
            takes_file: told.takes.is_large(),
            told: Some(told),
            ..self
        }
    }

    /// The same, taking a file.
    pub(crate) fn with_file(self) -> Self {
        Self {
            takes_file: true,
            ..self
        }
    }

    /// The same, for whoever passes this first: before the body of somebody who is not signed in is read, something must say that it is
    /// wanted.
    pub(crate) fn after(self, first: First) -> Self {
        Self {
            first: Some(first),
            ..self
        }
    }

    /// For people or for programs.
    pub(crate) fn face(&self) -> Face {
        Face::of(self.path)
    }

    pub(crate) fn changes(&self) -> bool {
        self.method != Method::GET
    }

    /// Whether the body is worth reading: the check as far as it is possible without it.
    pub(crate) fn check(&self, viewer: Option<Viewer>, object: Object) -> Result<(), Denied> {
        (self.check)(viewer, object)
    }

    /// What must hold before the body is read.
    pub(crate) fn first(&self, ask: &Ask) -> Result<(), Fault> {
        self.first.map_or(Ok(()), |first| first(ask))
    }

    /// The check, and if it passes the handler.
    pub(crate) fn run(&self, viewer: Option<Viewer>, object: Object, ask: &Ask) -> Answer {
        (self.run)(viewer, object, ask)
    }
}
