//! `serve` as somebody meets it: a link, a password, pages that show what is in the ledger, also what was recorded a moment ago.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    process::{Child, Stdio},
};

use crate::typed::Desk;

/// A served program; it ends with the test.
pub struct Site {
    child: Child,
    host: String,
    cookie: String,
}

impl Drop for Site {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Status, headers and body.
pub struct Got {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Got {
    fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }
}

impl Site {
    /// The site of a program with its first owner, ada@acme.example, signed in.
    pub fn signed_in(desk: &Desk, program: &str) -> Self {
        let (mut site, link) = Self::of(desk, program);
        let form = "mail=ada%40acme.example&name=Ada&password=four+plain+words+here&again=four+plain+words+here";
        let came_in = site.send("POST", &link, form);
        let cookie = came_in.header("set-cookie").unwrap();
        site.cookie = cookie.split(';').next().unwrap().to_owned();
        site
    }

    fn of(desk: &Desk, program: &str) -> (Self, String) {
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
        let (host, path) = link.trim_start_matches("http://").split_once('/').unwrap();
        let site = Site {
            child,
            host: host.to_owned(),
            cookie: String::new(),
        };
        (site, format!("/{path}"))
    }

    pub fn send(&self, method: &str, path: &str, form: &str) -> Got {
        self.send_as(method, path, "application/x-www-form-urlencoded", form)
    }

    /// Sends a body of any media type.
    pub fn send_as(&self, method: &str, path: &str, media: &str, form: &str) -> Got {
        let mut stream = TcpStream::connect(&self.host).unwrap();
        let (host, cookie) = (&self.host, &self.cookie);
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nCookie: {cookie}\r\nContent-Type: {media}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{form}",
            form.len()
        )
        .unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let text = String::from_utf8_lossy(&answer).into_owned();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        Got {
            status: head.split(' ').nth(1).unwrap().parse().unwrap(),
            head: head.replace("\r\n", "\n"),
            body: body.to_owned(),
        }
    }

    pub fn page(&self, path: &str) -> String {
        let got = self.send("GET", path, "");
        assert_eq!(got.status, 200, "{path}: {}\n{}", got.head, got.body);
        got.body
    }
}

#[test]
fn the_first_owner_comes_in_once_and_sees_what_is_recorded() {
    let desk = Desk::new();
    desk.program();
    let (mut site, link) = Site::of(&desk, "p");
    let outside = site.send("GET", "/", "");
    assert_eq!(
        (outside.status, outside.header("location")),
        (303, Some("/sign-in")),
        "{}",
        outside.head
    );
    let form = "mail=ada%40acme.example&name=Ada&password=four+plain+words+here&again=four+plain+words+here";
    let came_in = site.send("POST", &link, form);
    assert_eq!(came_in.status, 303, "{}\n{}", came_in.head, came_in.body);
    let cookie = came_in.header("set-cookie").unwrap();
    assert!(
        cookie.contains("HttpOnly") && cookie.contains("SameSite"),
        "{cookie}"
    );
    site.cookie = cookie.split(';').next().unwrap().to_owned();
    assert_ne!(
        site.send("POST", &link, form).status,
        303,
        "a link works once"
    );

    for path in [
        "/",
        "/criteria",
        "/matrix",
        "/controls",
        "/tests",
        "/populations",
        "/sources",
        "/clock",
        "/clock/notices",
        "/ledger",
        "/documents",
        "/reports",
        "/settings",
    ] {
        let page = site.page(path);
        assert!(page.contains("</html>"), "{path} is cut off");
    }
    assert!(
        site.page("/controls/IAM-02")
            .contains("Access removed when a person leaves")
    );
    assert_eq!(site.send("GET", "/controls/IAM-99", "").status, 404);

    // Somebody else records beside the server; the next page has it.
    std::fs::write(desk.path().join("review.txt"), "reviewed").unwrap();
    let covers = "2026-01-01..2026-01-31";
    desk.ends(
        0,
        &[
            "-C",
            "p",
            "evidence",
            "add",
            "review.txt",
            "--control",
            "IAM-02",
            "--covers",
            covers,
        ],
    );
    assert!(site.page("/evidence").contains("IAM-02"));
    let asked = site.page("/query?sql=SELECT+1+AS+one");
    assert!(asked.contains("one"), "{asked}");

    let unknown = site.send("POST", "/do/collect", "source=nothing");
    assert_eq!(unknown.status, 400, "{}", unknown.head);
    assert!(unknown.body.contains("no source"), "{}", unknown.body);
}
