//! From an address to what it does. There is one table; what is not in it does not exist.

mod account;
mod api;
mod ask;
mod clock;
mod coming_in;
mod deeds;
mod door;
mod handing;
mod look;
mod matrix;
mod metrics;
mod open;
mod own;
mod program;
mod records;
mod registers;
mod reports;
mod route;
mod sso;
mod subject;
mod table;
mod trust;
mod users;
mod writing;

use std::sync::Arc;

use axum::{
    Router,
    body::Body,
    http::{HeaderValue, Method, Request, header},
    response::Response,
    routing::{MethodFilter, on},
};

use crate::{
    http::fault::{Face, Fault},
    server::App,
};

pub(crate) use api::Houses;
pub(crate) use ask::{Ask, begun_cookie_name, cookie_name};
pub(crate) use route::{Answer, Route};
pub(crate) use subject::Subject;

pub use matrix::{Cell, Row, matrix, print};
pub use own::withheld;

/// The router, made of the table.
pub(crate) fn router(app: &Arc<App>) -> Router {
    let mut router = Router::new();
    for route in table::table() {
        let filter = match route.method {
            Method::GET => MethodFilter::GET,
            Method::PUT => MethodFilter::PUT,
            _ => MethodFilter::POST,
        };
        let (path, app, route) = (route.path, Arc::clone(app), Arc::new(route));
        let handler = move |request: Request<Body>| {
            door::answer(Arc::clone(&app), Arc::clone(&route), request)
        };
        router = router.route(path, on(filter, handler));
    }
    router
        .fallback(|request: Request<Body>| async move { nothing(&request, &Fault::Missing) })
        .method_not_allowed_fallback(|request: Request<Body>| async move {
            nothing(&request, &Fault::Method)
        })
}

/// An address that is not in the table.
fn nothing(request: &Request<Body>, fault: &Fault) -> Response {
    fault.answer(Face::of(request.uri().path()), None)
}

/// JSON.
pub(crate) fn json_answer(value: &serde_json::Value) -> Response {
    let mut answer = Response::new(Body::from(value.to_string()));
    answer.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    answer
}
