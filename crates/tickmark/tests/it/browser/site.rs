//! A served program and people who sign in to it with a browser.

use std::{
    io::{BufRead as _, BufReader},
    process::{Child, Stdio},
};

use super::driver::Browser;
use crate::typed::Desk;

pub const PASSWORD: &str = "four plain words here";

/// A program that is served; it ends with the test.
pub struct Site {
    child: Child,
    pub address: String,
    /// The first owner's one-time link; empty once somebody has come in.
    pub link: String,
}

impl Drop for Site {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Site {
    pub fn serve(desk: &Desk, program: &str) -> Self {
        let mut child = desk
            .command(&[
                "-C",
                program,
                "serve",
                "--listen",
                "127.0.0.1:0",
                "--no-runner",
            ])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let link = lines
            .find_map(|line| line.ok().filter(|l| l.starts_with("http://")))
            .unwrap();
        let host = link
            .trim_start_matches("http://")
            .split('/')
            .next()
            .unwrap();
        Self {
            child,
            address: format!("http://{host}"),
            link,
        }
    }

    /// Takes a one-time link up: the first owner says who they are, others only choose a password.
    pub fn come_in(&self, browser: &Browser, link: &str, who: Option<(&str, &str)>) {
        browser.go(link);
        if let Some((mail, name)) = who {
            browser.fill("input[name=mail]", mail);
            browser.fill("input[name=name]", name);
        }
        browser.fill("input[name=password]", PASSWORD);
        browser.fill("input[name=again]", PASSWORD);
        browser.click("main form button[type=submit]");
        browser.says("Sign out");
    }

    /// The owner of the program, signed in.
    pub fn owner(&self, browser: &Browser) {
        self.come_in(browser, &self.link, Some(("ada@acme.example", "Ada Byron")));
    }

    /// Invites somebody; their one-time link.
    pub fn invite(&self, owner: &Browser, mail: &str, name: &str, role: &str) -> String {
        self.page(owner, "/users");
        owner.fill("main form[action='/users'] input[name=mail]", mail);
        owner.fill("main form[action='/users'] input[name=name]", name);
        owner.choose("main form[action='/users'] select[name=role]", role);
        if role == "auditor" {
            owner.fill(
                "main form[action='/users'] input[name=engagement]",
                "SOC 2 Type 2",
            );
            owner.fill(
                "main form[action='/users'] input[name=last-day]",
                "2099-12-31",
            );
        }
        owner.click("main form[action='/users'] button[type=submit]");
        owner.says("/welcome/");
        link_in(&owner.text(), "/welcome/", &self.address)
    }

    pub fn page(&self, browser: &Browser, path: &str) {
        browser.go(&format!("{}{path}", self.address));
    }
}

/// The address with this path that a page shows.
pub fn link_in(text: &str, path: &str, address: &str) -> String {
    let word = text.split_whitespace().find(|w| w.contains(path));
    let word = word.unwrap_or_else(|| panic!("no link with {path} in:\n{text}"));
    let from = word.find(path).unwrap();
    format!("{address}{}", &word[from..])
}
