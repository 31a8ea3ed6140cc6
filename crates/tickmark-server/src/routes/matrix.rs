//! The matrix of routes and roles, made from the table: what people read, and what the tests hold the server to.

use std::fmt::Write as _;

use super::table::table;
use crate::rights::{Action, Reach, Role, reach};

/// What somebody meets at a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cell {
    /// It is done, for every object.
    Yes,
    /// It is done for their own (control, engagement); anything else does not exist.
    Own,
    /// It is refused.
    No,
    /// They are led to the door.
    SignIn,
}

impl Cell {
    const fn words(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::Own => "own",
            Self::No => "-",
            Self::SignIn => "sign in",
        }
    }
}

/// One route of the matrix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// `GET` or `POST`.
    pub method: String,
    /// As declared.
    pub path: &'static str,
    /// What it does.
    pub says: &'static str,
    /// Its action.
    pub action: Action,
    /// What it is about.
    pub subject: &'static str,
    /// Somebody who is not signed in, then the roles in the order of [`Role::ALL`].
    pub cells: Vec<(Option<Role>, Cell)>,
}

/// The matrix.
#[must_use]
pub fn matrix() -> Vec<Row> {
    let everybody = || std::iter::once(None).chain(Role::ALL.map(Some));
    table()
        .into_iter()
        .map(|route| Row {
            method: route.method.to_string(),
            path: route.path,
            says: route.says,
            action: route.action,
            subject: route.subject.name(),
            cells: everybody()
                .map(|role| (role, cell(role, route.action)))
                .collect(),
        })
        .collect()
}

fn cell(role: Option<Role>, action: Action) -> Cell {
    match (reach(role, action), role) {
        (Reach::All, _) => Cell::Yes,
        (Reach::Own, _) => Cell::Own,
        (Reach::Nothing, None) => Cell::SignIn,
        (Reach::Nothing, Some(_)) => Cell::No,
    }
}

/// The matrix as people read it (Markdown).
#[must_use]
pub fn print() -> String {
    let mut out = String::from("| route | does | about | nobody |");
    for role in Role::ALL {
        let _ = write!(out, " {} |", role.words().to_lowercase());
    }
    out.push_str("\n|---|---|---|---|");
    out.push_str(&"---|".repeat(Role::ALL.len()));
    for row in matrix() {
        let _ = write!(
            out,
            "\n| `{} {}` | {} | {} |",
            row.method, row.path, row.says, row.subject
        );
        for (_, cell) in &row.cells {
            let _ = write!(out, " {} |", cell.words());
        }
    }
    out.push('\n');
    out
}
