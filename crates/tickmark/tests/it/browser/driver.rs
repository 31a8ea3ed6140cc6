//! A real browser, driven as WebDriver says (W3C WebDriver, 2018): Debian's Chromium and its driver.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

/// What the protocol calls an element.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// One browser window. It and its driver end with the test.
pub struct Browser {
    driver: Child,
    port: u16,
    session: String,
    /// Where downloads land.
    pub downloads: tempfile::TempDir,
    home: tempfile::TempDir,
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.try_ask("DELETE", "", &Value::Null);
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

/// Whether there is a browser. `./test` installs one and demands it.
pub fn there() -> bool {
    let found = ["chromium", "chromedriver"].iter().all(|name| {
        let version = Command::new(name).arg("--version").output();
        version.is_ok_and(|v| v.status.success())
    });
    let demanded = std::env::var_os("TICKMARK_BROWSER").is_some_and(|v| v == "required");
    assert!(
        found || !demanded,
        "chromium and chromedriver are missing: apt install chromium chromium-driver"
    );
    if !found {
        println!("skipped: no chromium and chromedriver (`./test` installs them)");
    }
    found
}

impl Browser {
    /// A window of that size, in pixels.
    pub fn open(width: u32, height: u32) -> Self {
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = free.local_addr().unwrap().port();
        drop(free);
        let home = tempfile::tempdir().unwrap();
        let mut driver = Command::new("chromedriver")
            .arg(format!("--port={port}"))
            .env("HOME", home.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let said = BufReader::new(driver.stdout.take().unwrap()).lines();
        let ready = said
            .map_while(Result::ok)
            .any(|line| line.contains("started successfully"));
        assert!(ready, "chromedriver does not start");
        let mut browser = Self {
            driver,
            port,
            session: String::new(),
            downloads: tempfile::tempdir().unwrap(),
            home,
        };
        let wish = browser.wish(width, height);
        let made = browser.try_ask("POST", "/session", &wish).unwrap();
        browser.session = format!("/session/{}", made["sessionId"].as_str().unwrap());
        browser
    }

    fn wish(&self, width: u32, height: u32) -> Value {
        let args = [
            "--headless=new".to_owned(),
            "--no-sandbox".to_owned(),
            "--disable-gpu".to_owned(),
            "--disable-dev-shm-usage".to_owned(),
            "--disable-background-networking".to_owned(),
            "--disable-component-update".to_owned(),
            "--disable-sync".to_owned(),
            "--no-first-run".to_owned(),
            format!("--window-size={width},{height}"),
            format!(
                "--user-data-dir={}",
                self.home.path().join("profile").display()
            ),
        ];
        let prefs = json!({
            "download.default_directory": self.downloads.path(),
            "download.prompt_for_download": false,
            "plugins.always_open_pdf_externally": true,
        });
        json!({"capabilities": {"alwaysMatch": {
            "browserName": "chrome",
            "goog:loggingPrefs": {"browser": "ALL"},
            "goog:chromeOptions": {"args": args, "prefs": prefs},
        }}})
    }

    /// Goes to an address.
    pub fn go(&self, address: &str) {
        self.ask("POST", "/url", &json!({ "url": address }));
    }

    /// Where it is.
    pub fn address(&self) -> String {
        self.ask("GET", "/url", &Value::Null)
            .as_str()
            .unwrap()
            .to_owned()
    }

    /// What a person reads on the page.
    pub fn text(&self) -> String {
        let text = self.run("return document.body.innerText", &json!([]));
        text.as_str().unwrap().to_owned()
    }

    /// Runs a script in the page.
    pub fn run(&self, script: &str, args: &Value) -> Value {
        self.ask(
            "POST",
            "/execute/sync",
            &json!({"script": script, "args": args}),
        )
    }

    /// Runs a script that calls its last argument when it is done.
    pub fn run_later(&self, script: &str) -> Value {
        self.ask(
            "POST",
            "/execute/async",
            &json!({"script": script, "args": []}),
        )
    }

    /// The element that a selector names, waited for.
    fn find(&self, selector: &str) -> String {
        let wish = json!({"using": "css selector", "value": selector});
        let begun = Instant::now();
        loop {
            if let Ok(found) = self.try_ask("POST", &format!("{}/element", self.session), &wish) {
                return found[ELEMENT].as_str().unwrap().to_owned();
            }
            assert!(
                begun.elapsed() < Duration::from_secs(10),
                "no `{selector}` at {}:\n{}",
                self.address(),
                self.text()
            );
            thread::sleep(Duration::from_millis(50));
        }
    }

    /// Clicks what a selector names.
    pub fn click(&self, selector: &str) {
        let element = self.find(selector);
        // A page that is longer than the window: the driver clicks only what can be seen.
        self.run(
            "arguments[0].scrollIntoView({block: 'center'})",
            &json!([{ELEMENT: element}]),
        );
        self.ask("POST", &format!("/element/{element}/click"), &json!({}));
    }

    /// Clicks the first link or button with these words.
    pub fn press(&self, words: &str) {
        let script = "const w = arguments[0]; const all = [...document.querySelectorAll('a, button, summary')];
            const hit = all.find(e => e.offsetParent !== null && (e.innerText || e.value || '').trim().replace(/\\s+/g, ' ') === w)
                || all.find(e => e.offsetParent !== null && (e.innerText || '').includes(w));
            if (hit) { hit.scrollIntoView({block: 'center'}); } return hit || null;";
        let begun = Instant::now();
        loop {
            let hit = self.run(script, &json!([words]));
            if let Some(element) = hit[ELEMENT].as_str() {
                self.ask("POST", &format!("/element/{element}/click"), &json!({}));
                return;
            }
            assert!(
                begun.elapsed() < Duration::from_secs(10),
                "nothing says `{words}` at {}:\n{}",
                self.address(),
                self.text()
            );
            thread::sleep(Duration::from_millis(50));
        }
    }

    /// Writes into a field, or chooses a file for it.
    pub fn fill(&self, selector: &str, text: &str) {
        let element = self.find(selector);
        let kind = self.run(
            "return arguments[0].type || ''",
            &json!([{ELEMENT: element}]),
        );
        match kind.as_str().unwrap() {
            "date" => {
                // A date field takes keys in the order of the browser's language; its value is the same everywhere.
                self.run(
                    "arguments[0].value = arguments[1]",
                    &json!([{ELEMENT: element}, text]),
                );
            }
            "file" => {
                self.ask(
                    "POST",
                    &format!("/element/{element}/value"),
                    &json!({ "text": text }),
                );
            }
            _ => {
                self.ask("POST", &format!("/element/{element}/clear"), &json!({}));
                self.ask(
                    "POST",
                    &format!("/element/{element}/value"),
                    &json!({ "text": text }),
                );
            }
        }
    }

    /// Chooses an option by its value.
    pub fn choose(&self, selector: &str, value: &str) {
        self.click(&format!("{selector} option[value=\"{value}\"]"));
    }

    /// Waits until the page says something.
    pub fn says(&self, words: &str) {
        let begun = Instant::now();
        while !self.text().contains(words) {
            assert!(
                begun.elapsed() < Duration::from_secs(20),
                "`{words}` is not said at {}:\n{}",
                self.address(),
                self.text()
            );
            thread::sleep(Duration::from_millis(50));
        }
    }

    /// What the page complained about in the console: a script that was stopped, a style that was refused.
    pub fn complaints(&self) -> Vec<String> {
        let log = self.ask("POST", "/se/log", &json!({"type": "browser"}));
        let lines = log.as_array().cloned().unwrap_or_default();
        lines
            .iter()
            .map(|l| l["message"].as_str().unwrap_or_default().to_owned())
            .collect()
    }

    /// A picture of the window, kept where `TICKMARK_PICTURES` says.
    pub fn picture(&self, name: &str) {
        let Some(folder) = std::env::var_os("TICKMARK_PICTURES") else {
            return;
        };
        let height = self.run("return document.documentElement.scrollHeight", &json!([]));
        let rect = self.ask("GET", "/window/rect", &Value::Null);
        let tall = height.as_u64().unwrap().clamp(400, 4000) + 140;
        self.ask(
            "POST",
            "/window/rect",
            &json!({"width": rect["width"], "height": tall}),
        );
        let shot = self.ask("GET", "/screenshot", &Value::Null);
        self.ask(
            "POST",
            "/window/rect",
            &json!({"width": rect["width"], "height": rect["height"]}),
        );
        let folder = PathBuf::from(folder);
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(
            folder.join(format!("{name}.png")),
            base64(shot.as_str().unwrap()),
        )
        .unwrap();
    }

    /// The file that was downloaded, once it is whole.
    pub fn downloaded(&self, name: &str) -> Vec<u8> {
        let begun = Instant::now();
        loop {
            if let Ok(bytes) = std::fs::read(self.downloads.path().join(name)) {
                return bytes;
            }
            let there = list(self.downloads.path());
            assert!(
                begun.elapsed() < Duration::from_secs(30),
                "no download `{name}`, only {there:?}"
            );
            thread::sleep(Duration::from_millis(50));
        }
    }

    fn ask(&self, method: &str, path: &str, body: &Value) -> Value {
        self.try_ask(method, &format!("{}{path}", self.session), body)
            .unwrap_or_else(|why| panic!("{method} {path}: {why}"))
    }

    fn try_ask(&self, method: &str, path: &str, body: &Value) -> Result<Value, String> {
        let path = if path.is_empty() { &self.session } else { path };
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).map_err(|e| e.to_string())?;
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            self.port,
            body.len()
        )
        .map_err(|e| e.to_string())?;
        let (head, body) = answer(stream).map_err(|e| e.to_string())?;
        let value: Value = serde_json::from_str(&body).map_err(|e| format!("{e}: {body}"))?;
        if head.split(' ').nth(1) == Some("200") {
            Ok(value["value"].clone())
        } else {
            Err(value["value"]["message"]
                .as_str()
                .unwrap_or(&body)
                .to_owned())
        }
    }
}

/// Head and body of an answer; the driver keeps the connection open, so its length counts.
fn answer(stream: TcpStream) -> std::io::Result<(String, String)> {
    stream.set_read_timeout(Some(Duration::from_secs(120)))?;
    let mut reader = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") && reader.read_line(&mut head)? > 0 {}
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length")
            .then(|| value.trim().parse::<usize>().ok())?
    });
    let mut body = vec![0; length.unwrap_or(0)];
    reader.read_exact(&mut body)?;
    Ok((head, String::from_utf8_lossy(&body).into_owned()))
}

fn list(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    entries
        .map(|e| e.unwrap().file_name().to_string_lossy().into_owned())
        .collect()
}

/// RFC 4648, section 4.
fn base64(text: &str) -> Vec<u8> {
    let value = |c: u8| match c {
        b'A'..=b'Z' => Some(c - b'A'),
        b'a'..=b'z' => Some(c - b'a' + 26),
        b'0'..=b'9' => Some(c - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    };
    let (mut out, mut held, mut bits) = (Vec::new(), 0u32, 0);
    for six in text.bytes().filter_map(value) {
        held = held << 6 | u32::from(six);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            out.push((held >> bits & 0xff) as u8);
        }
    }
    out
}
