//! A request as a handler sees it.

use std::{
    net::IpAddr,
    sync::{Arc, OnceLock},
};

use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
};
use tickmark_core::model::time::Time;

use crate::{
    house::House,
    http::{fault::Fault, upload::Form},
    identity::Secret,
    pages::look::Look,
    server::App,
};

/// A request as a handler sees it: the parts of its path, its query, its form, and the house.
pub(crate) struct Ask {
    pub app: Arc<App>,
    pub params: Vec<(String, String)>,
    /// Its path as written.
    pub path: String,
    pub headers: HeaderMap,
    /// Query as written, without its question mark.
    pub raw_query: String,
    pub query: Form,
    pub form: Form,
    pub host: String,
    pub peer: IpAddr,
    /// Light or dark, as this browser keeps it.
    pub look: Look,
    /// The secret of the session cookie, whether or not it is one of ours.
    pub cookie: Option<String>,
    /// The secret of a sign-in by single sign-on that this browser has begun.
    pub begun: Option<String>,
    /// Number of the session of who asks, if a session it is.
    pub session: Option<i64>,
    pub now: Time,
    pub house: OnceLock<Arc<House>>,
}

impl Ask {
    /// The house, the same one for the whole request.
    pub(crate) fn house(&self) -> Result<Arc<House>, Fault> {
        if let Some(house) = self.house.get() {
            return Ok(Arc::clone(house));
        }
        let house = self.app.company.house().inspect_err(|_| {
            self.app.journal.failure(self.now, "house", "environment");
        })?;
        Ok(Arc::clone(self.house.get_or_init(|| house)))
    }

    /// A part of the path.
    pub(crate) fn param(&self, name: &str) -> Option<&str> {
        self.params
            .iter()
            .find(|(n, _)| n == name)
            .map(|(_, value)| value.as_str())
    }

    /// A part of the path that must be there; the router has seen to it.
    pub(crate) fn part(&self, name: &str) -> &str {
        self.param(name).unwrap_or_default()
    }

    /// A part of the path that is a number.
    pub(crate) fn number<T: std::str::FromStr>(&self, name: &str) -> Result<T, Fault> {
        self.part(name).parse().map_err(|_| Fault::Missing)
    }

    /// On to another page of this server.
    pub(crate) fn go(&self, path: &str) -> Response {
        let mut answer = Response::new(Body::empty());
        *answer.status_mut() = StatusCode::SEE_OTHER;
        let place = HeaderValue::from_str(path).unwrap_or(HeaderValue::from_static("/"));
        answer.headers_mut().insert(header::LOCATION, place);
        answer
    }

    /// The same, with a new session.
    pub(crate) fn go_with(&self, path: &str, session: &Secret) -> Response {
        let mut answer = self.go(path);
        self.remember(&mut answer, session);
        answer
    }

    /// Puts a session's cookie on an answer. No `Max-Age`: it ends with the browser, and the server ends it sooner.
    pub(crate) fn remember(&self, answer: &mut Response, session: &Secret) {
        self.cookie(answer, cookie_name(self.tls()), session.reveal(), "");
    }

    /// Takes the cookie away.
    pub(crate) fn forget(&self, answer: &mut Response) {
        self.cookie(answer, cookie_name(self.tls()), "", "; Max-Age=0");
    }

    /// Remembers in this browser that a sign-in was begun, for ten minutes.
    pub(crate) fn remember_begun(&self, answer: &mut Response, begun: &Secret) {
        let name = begun_cookie_name(self.tls());
        self.cookie(answer, name, begun.reveal(), "; Max-Age=600");
    }

    /// Forgets it: it is finished, or failed.
    pub(crate) fn forget_begun(&self, answer: &mut Response) {
        self.cookie(answer, begun_cookie_name(self.tls()), "", "; Max-Age=0");
    }

    fn tls(&self) -> bool {
        self.app.settings.tls
    }

    fn cookie(&self, answer: &mut Response, name: &str, value: &str, more: &str) {
        let tls = self.tls();
        let secure = if tls { "; Secure" } else { "" };
        let text = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{more}");
        if let Ok(value) = HeaderValue::from_str(&text) {
            answer.headers_mut().append(header::SET_COOKIE, value);
        }
    }
}

/// The session cookie. With `__Host-` a browser takes it only from this very host, by HTTPS; without TLS there is no such thing.
pub(crate) const fn cookie_name(tls: bool) -> &'static str {
    if tls { "__Host-tickmark" } else { "tickmark" }
}

/// The cookie of a begun sign-in. `Lax` like the other: the provider sends the browser back by a link, and a browser shows a `Lax` cookie then.
pub(crate) const fn begun_cookie_name(tls: bool) -> &'static str {
    if tls {
        "__Host-tickmark-begun"
    } else {
        "tickmark-begun"
    }
}

#[cfg(test)]
mod tests {
    use super::{begun_cookie_name, cookie_name};

    #[test]
    fn the_cookie_is_bound_to_the_host_where_that_is_possible() {
        assert_eq!(cookie_name(true), "__Host-tickmark");
        assert_eq!(cookie_name(false), "tickmark");
        assert_eq!(begun_cookie_name(true), "__Host-tickmark-begun");
        assert_ne!(begun_cookie_name(false), cookie_name(false));
    }
}
