//! The way of a request to its handler: who it is from, whether it came from our own page, what it is about, whether that is allowed.

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use axum::{
    body::Body,
    extract::{FromRequestParts as _, RawPathParams},
    http::{HeaderMap, HeaderValue, Request, StatusCode, header, request::Parts},
    response::Response,
};

use super::{Ask, Route, api, begun_cookie_name, cookie_name};
use crate::{
    http::{
        fault::{Face, Fault},
        origin, redirect,
        upload::{self, Form},
    },
    rights::{Denied, Viewer},
    server::{Answered, App, Arrived},
};

/// Answers a request that a declared route has matched.
pub(crate) async fn answer(app: Arc<App>, route: Arc<Route>, request: Request<Body>) -> Response {
    let (mut parts, body) = request.into_parts();
    let here = parts.uri.path_and_query().map(|p| p.as_str().to_owned());
    let (viewer, outcome) = match arrive(&app, &mut parts).await {
        Ok(ask) => enter(Arc::clone(&route), ask, parts, body).await,
        Err(fault) => (None, Err(fault)),
    };
    let role = viewer.as_ref().map(|v| v.role);
    let mut answer = match outcome {
        Ok(answer) => answer,
        Err(fault) => refuse(&app, &route, &fault, viewer.as_ref(), here.as_deref()),
    };
    answer.extensions_mut().insert(Answered {
        route: route.path,
        role,
    });
    answer
}

/// What is known of a request before anybody asks who it is from.
async fn arrive(app: &Arc<App>, parts: &mut Parts) -> Result<Ask, Fault> {
    let arrived = parts
        .extensions
        .get::<Arrived>()
        .cloned()
        .ok_or(Fault::NotOurName)?;
    // Parts that are no UTF-8 after decoding name nothing here.
    let params = RawPathParams::from_request_parts(parts, &())
        .await
        .map_err(|_| Fault::Missing)?
        .iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let raw_query = parts.uri.query().unwrap_or_default().to_owned();
    Ok(Ask {
        app: Arc::clone(app),
        params,
        path: parts.uri.path().to_owned(),
        headers: parts.headers.clone(),
        query: Form::parse(raw_query.as_bytes()),
        raw_query,
        form: Form::default(),
        host: arrived.host,
        peer: arrived.peer,
        look: super::look::kept(&parts.headers),
        cookie: one_cookie(&parts.headers, cookie_name(app.settings.tls)),
        begun: one_cookie(&parts.headers, begun_cookie_name(app.settings.tls)),
        session: None,
        now: app.clock.now(),
        house: OnceLock::new(),
    })
}

/// Checks and handles, outside the threads that move bytes. A body is read only from somebody who may send one.
async fn enter(
    route: Arc<Route>,
    ask: Ask,
    parts: Parts,
    body: Body,
) -> (Option<Viewer>, Result<Response, Fault>) {
    let app = Arc::clone(&ask.app);
    let changes = route.changes();
    let first = {
        let route = Arc::clone(&route);
        let headers = parts.headers.clone();
        blocking(&app, move || {
            let mut ask = ask;
            let viewer = match identify(&route, &mut ask, &headers) {
                Ok(viewer) => viewer,
                Err(fault) => return (None, Err(fault)),
            };
            let may = api::not_too_often(&route, &ask, viewer.as_ref())
                .and_then(|()| admit(&route, &ask, viewer.as_ref()))
                .and_then(|()| api::expected(&route, &ask));
            match may {
                Err(fault) => (viewer, Err(fault)),
                Ok(()) if changes => (viewer, Ok(Step::Read(Box::new(ask)))),
                Ok(()) => {
                    let done = handle(&route, &ask, viewer.as_ref());
                    (viewer, done.map(Step::Done))
                }
            }
        })
        .await
    };
    let (viewer, step) = match first {
        Err(fault) => return (None, Err(fault)),
        Ok((viewer, Err(fault))) => return (viewer, Err(fault)),
        Ok((viewer, Ok(Step::Done(answer)))) => return (viewer, Ok(answer)),
        Ok((viewer, Ok(Step::Read(ask)))) => (viewer, ask),
    };
    let mut ask = step;
    match body_of(&app, &route, &parts.headers, body).await {
        Err(fault) => return (viewer, Err(fault)),
        Ok(form) => ask.form = form,
    }
    let who = viewer.clone();
    let done = blocking(&app, move || handle(&route, &ask, who.as_ref())).await;
    (viewer, done.and_then(|answer| answer))
}

/// What follows the first check.
enum Step {
    Done(Response),
    Read(Box<Ask>),
}

/// Who asks. A token in a header speaks for programs and is read by the API alone; everything else is the cookie, and a request that
/// changes something must then come from a page of ours.
fn identify(route: &Route, ask: &mut Ask, headers: &HeaderMap) -> Result<Option<Viewer>, Fault> {
    let app = Arc::clone(&ask.app);
    if route.face() == Face::Api
        && let Some(value) = headers.get(header::AUTHORIZATION)
    {
        let token = value
            .to_str()
            .ok()
            .and_then(|text| text.strip_prefix("Bearer "))
            .unwrap_or_default();
        return match app.identity.bearer(token.trim())? {
            Some(viewer) => Ok(Some(viewer)),
            None => Err(Fault::Denied(Denied::SignInFirst)),
        };
    }
    // Nobody's program, and nobody's browser: it needs a token, not a page of ours.
    if route.face() == Face::Api && ask.cookie.is_none() {
        return Ok(None);
    }
    if route.changes() && !origin::ours(headers, &ask.host, app.settings.tls) {
        app.journal.security(ask.now, "form from elsewhere refused");
        return Err(Fault::NotOurForm);
    }
    let Some(cookie) = &ask.cookie else {
        return Ok(None);
    };
    let Some(present) = app.identity.present(cookie)? else {
        return Ok(None);
    };
    ask.session = Some(present.session);
    Ok(Some(present.viewer))
}

/// The check as far as it is possible without the body.
fn admit(route: &Route, ask: &Ask, viewer: Option<&Viewer>) -> Result<(), Fault> {
    // The role alone first: who may not do this at all is not told whether the thing exists.
    let object = if viewer.is_some_and(|v| v.may(route.action)) {
        route.subject.object(ask, viewer, false)?
    } else {
        crate::rights::Object::Own
    };
    route.check(viewer.cloned(), object)?;
    route.first(ask)
}

/// The whole check and the handler.
fn handle(route: &Route, ask: &Ask, viewer: Option<&Viewer>) -> Result<Response, Fault> {
    let object = route.subject.object(ask, viewer, true)?;
    route.check(viewer.cloned(), object)?;
    api::around(route, ask, viewer, || {
        route.run(viewer.cloned(), object, ask)
    })
}

async fn body_of(app: &App, route: &Route, headers: &HeaderMap, body: Body) -> Result<Form, Fault> {
    let limits = app.settings.limits;
    let most = if route.takes_file {
        limits.file_bytes
    } else {
        limits.form_bytes
    };
    let patience = Duration::from_secs(limits.body_s);
    let read = async {
        match &route.told {
            Some(told) => upload::read_as(headers, body, most, told.takes.types()).await,
            None => upload::read(headers, body, most).await,
        }
    };
    tokio::time::timeout(patience, read)
        .await
        .unwrap_or_else(|_| Err(Fault::wrong("the body took too long; send it again")))
}

/// Runs what may take long on a thread of its own kind.
async fn blocking<T: Send + 'static>(
    app: &Arc<App>,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Fault> {
    tokio::task::spawn_blocking(work).await.map_err(|_| {
        app.journal.failure(app.clock.now(), "handler", "panic");
        Fault::Environment(
            "this request cannot be answered; the operator finds the reason in the log".into(),
        )
    })
}

/// The answer to a fault; who is not signed in and looks at a page is led to the door and back.
fn refuse(
    app: &App,
    route: &Route,
    fault: &Fault,
    viewer: Option<&Viewer>,
    here: Option<&str>,
) -> Response {
    if matches!(fault, Fault::Environment(_)) {
        app.journal
            .failure(app.clock.now(), route.path, "environment");
    }
    let at_door = *fault == Fault::Denied(Denied::SignInFirst) && route.face() == Face::Page;
    if !at_door {
        return fault.answer(route.face(), viewer);
    }
    // Back to a page that was asked for; never to one that changes something.
    let back = redirect::next(here.filter(|_| !route.changes()));
    let door = match back {
        "/" => "/sign-in".to_owned(),
        back => {
            let back: String = url::form_urlencoded::byte_serialize(back.as_bytes()).collect();
            format!("/sign-in?next={back}")
        }
    };
    let mut answer = Response::new(Body::empty());
    *answer.status_mut() = StatusCode::SEE_OTHER;
    let door = HeaderValue::from_str(&door).unwrap_or(HeaderValue::from_static("/sign-in"));
    answer.headers_mut().insert(header::LOCATION, door);
    answer
}

/// The one cookie of that name. Two of them are one too many: somebody else has set the other.
fn one_cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    let mut found = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|text| text.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(|(n, value)| *n == name && !value.is_empty() && value.len() <= 200)
        .map(|(_, value)| value.to_owned());
    match (found.next(), found.next()) {
        (Some(one), None) => Some(one),
        _ => None,
    }
}
