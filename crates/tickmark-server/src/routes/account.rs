//! The own account: password, second factor, tokens, sessions.

use axum::response::Response;
use maud::{Markup, html};

use super::{Answer, Ask};
use crate::{
    frame::{self, field},
    http::fault::Fault,
    pages::Room,
    rights::{Authorized, Scope, Viewer, act},
};

type Own = Authorized<act::ManageOwnAccount>;

/// What a change of the account has to show once.
enum Shown {
    Nothing,
    Token(String),
    SecondFactor { secret: String, address: String },
}

/// The page.
pub(super) fn page(by: Own, ask: &Ask) -> Answer {
    shown(by.viewer()?, ask, &Shown::Nothing)
}

/// A new password: every session and token ends, and a new session begins.
pub(super) fn password(by: Own, ask: &Ask) -> Answer {
    let new = ask.form.need("password", "the new password")?;
    if ask.form.get("again") != Some(new) {
        return Err(Fault::wrong("the two passwords differ"));
    }
    let old = ask.form.need("present", "the present password")?;
    let identity = &ask.app.identity;
    let session = identity.change_password(by.viewer()?.account, old, new, ask.peer)?;
    ask.app.journal.security(ask.now, "password changed");
    Ok(ask.go_with("/account", &session))
}

/// Shows the secret of a second factor that a code has to confirm.
pub(super) fn begin_factor(by: Own, ask: &Ask) -> Answer {
    let viewer = by.viewer()?;
    let (secret, address) = ask.app.identity.begin_second_factor(viewer.account)?;
    shown(viewer, ask, &Shown::SecondFactor { secret, address })
}

/// Confirms it.
pub(super) fn confirm_factor(by: Own, ask: &Ask) -> Answer {
    let code = ask.form.need("code", "the code")?;
    let identity = &ask.app.identity;
    let session = identity.confirm_second_factor(by.viewer()?.account, code, ask.peer)?;
    ask.app.journal.security(ask.now, "second factor set up");
    Ok(ask.go_with("/account", &session))
}

/// Takes it away.
pub(super) fn end_factor(by: Own, ask: &Ask) -> Answer {
    let password = ask.form.need("present", "the present password")?;
    let identity = &ask.app.identity;
    let session = identity.end_second_factor(by.viewer()?.account, password, ask.peer)?;
    ask.app
        .journal
        .security(ask.now, "second factor taken away");
    Ok(ask.go_with("/account", &session))
}

/// Makes a token and shows it, once.
pub(super) fn make_token(by: Own, ask: &Ask) -> Answer {
    let viewer = by.viewer()?;
    let name = ask.form.need("name", "what the token is for")?;
    let scopes: Option<Vec<Scope>> = ask.form.all("scope").map(Scope::from_name).collect();
    let scopes = scopes.ok_or_else(|| Fault::wrong("there is no such scope"))?;
    let days = ask.form.need("days", "for how many days")?;
    let days = days
        .parse()
        .map_err(|_| Fault::wrong("the days must be a whole number"))?;
    let token = ask
        .app
        .identity
        .make_token(viewer.account, name, &scopes, days)?;
    ask.app.journal.security(ask.now, "token made");
    shown(viewer, ask, &Shown::Token(token.reveal().to_owned()))
}

/// Ends a token.
pub(super) fn end_token(by: Own, ask: &Ask) -> Answer {
    ask.app
        .identity
        .end_token(by.viewer()?.account, ask.number("id")?)?;
    Ok(ask.go("/account"))
}

/// Ends a session, this one or another.
pub(super) fn end_session(by: Own, ask: &Ask) -> Answer {
    ask.app
        .identity
        .end_session(by.viewer()?.account, ask.number("id")?)?;
    Ok(ask.go("/account"))
}

fn shown(viewer: &Viewer, ask: &Ask, what: &Shown) -> Result<Response, Fault> {
    let identity = &ask.app.identity;
    let body = html! {
        (once(what))
        p { (viewer.name) ", " (viewer.mail) ", " (viewer.role.words().to_lowercase()) "." }
        @if ask.app.settings.policy.passwords && identity.has_password(viewer.account)? {
            (password_part(viewer))
            (factor_part(viewer, identity.has_second_factor(viewer.account)?))
        } @else {
            section.card { h2 { "Password" } p { "You come in by single sign-on; password and second factor are a matter of your provider." } }
        }
        (tokens_part(ask, viewer)?)
        (sessions_part(ask, viewer)?)
    };
    Ok(frame::page_of("Your account", Room::Account, viewer, &body))
}

/// What can be seen this one time.
fn once(what: &Shown) -> Markup {
    html! {
        @match what {
            Shown::Nothing => {},
            Shown::Token(token) => { section.card role="status" {
                h2 { "Your new token" }
                p { "Copy it now; it cannot be shown again." }
                p { code.secret { (token) } }
            } },
            Shown::SecondFactor { secret, address } => { section.card role="status" {
                h2 { "Set up your authenticator" }
                p { "Add this account to it: " a href=(address) { "open the authenticator on this device" } ", or type this key:" }
                p { code.secret { (secret) } }
                form method="post" action="/account/second-factor/confirm" {
                    (field("The code that it shows", "code", "text", "one-time-code", "", true))
                    button.primary type="submit" { "Confirm" }
                }
            } },
        }
    }
}

/// Whose password it is, for password managers and screen readers.
fn whose(viewer: &Viewer) -> Markup {
    html! { input type="text" name="whose" autocomplete="username" value=(viewer.mail) hidden readonly; }
}

fn password_part(viewer: &Viewer) -> Markup {
    html! {
        section.card {
            h2 { "Password" }
            form method="post" action="/account/password" {
                (whose(viewer))
                (field("Present password", "present", "password", "current-password", "", true))
                (field("New password", "password", "password", "new-password", "", true))
                (field("The same again", "again", "password", "new-password", "", true))
                p.hint { "All other sessions and all tokens end." }
                button type="submit" { "Change it" }
            }
        }
    }
}

fn factor_part(viewer: &Viewer, used: bool) -> Markup {
    html! {
        section.card {
            h2 { "Second factor" }
            @if used {
                p { "Signing in asks for a code of your authenticator." }
                form method="post" action="/account/second-factor/end" {
                    (whose(viewer))
                    p.field {
                        label for="factor-present" { "Present password" }
                        input #factor-present name="present" type="password" autocomplete="current-password" required;
                    }
                    button type="submit" { "Take it away" }
                }
            } @else {
                p { "Signing in asks for the password alone." }
                form method="post" action="/account/second-factor" { button type="submit" { "Set up an authenticator" } }
            }
        }
    }
}

fn tokens_part(ask: &Ask, viewer: &Viewer) -> Result<Markup, Fault> {
    let tokens = ask.app.identity.tokens(viewer.account)?;
    Ok(html! {
        section.card {
            h2 { "Tokens for programs" }
            p { a href="/api" { "What programs can do" } }
            @if !tokens.is_empty() {
                table {
                    thead { tr { th scope="col" { "For" } th scope="col" { "May" } th scope="col" { "Until" } th scope="col" { "End it" } } }
                    tbody {
                        @for token in &tokens {
                            tr {
                                td { (token.name) }
                                td { @for (n, scope) in token.scopes.iter().enumerate() { @if n > 0 { ", " } (scope.name()) } }
                                td { (token.expires) @if token.expires <= ask.now { " (over)" } }
                                td { form method="post" action={"/account/tokens/" (token.id) "/end"} { button type="submit" { "End" } } }
                            }
                        }
                    }
                }
            }
            form method="post" action="/account/tokens" {
                (field("What it is for", "name", "text", "off", "", true))
                fieldset {
                    legend { "It may" }
                    @for scope in Scope::ALL {
                        label { input type="checkbox" name="scope" value=(scope.name()) checked[scope == Scope::Read]; " " (scope.words()) }
                    }
                }
                p.field { label for="days" { "Days" } input #days name="days" type="number" min="1" max="366" value="90" required; }
                button type="submit" { "Make a token" }
            }
        }
    })
}

fn sessions_part(ask: &Ask, viewer: &Viewer) -> Result<Markup, Fault> {
    let sessions = ask.app.identity.sessions(viewer.account)?;
    Ok(html! {
        section.card {
            h2 { "Sessions" }
            table {
                thead { tr { th scope="col" { "Signed in" } th scope="col" { "Last used" } th scope="col" { "End it" } } }
                tbody {
                    @for session in &sessions {
                        tr {
                            td { (session.created) @if Some(session.id) == ask.session { " (this one)" } }
                            td { (session.seen) }
                            td { form method="post" action={"/account/sessions/" (session.id) "/end"} { button type="submit" { "End" } } }
                        }
                    }
                }
            }
        }
    })
}
