//! What a browser does: keeps the cookie, says where its forms come from, follows nothing by itself.

use ureq::{Agent, http::Response};

pub struct Reply {
    pub status: u16,
    headers: Vec<(String, String)>,
    pub body: String,
    /// The body as it came.
    pub bytes: Vec<u8>,
}

impl Reply {
    fn read(mut answer: Response<ureq::Body>) -> Self {
        let headers = answer
            .headers()
            .iter()
            .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
            .collect();
        let bytes = answer.body_mut().read_to_vec().unwrap();
        Self {
            status: answer.status().as_u16(),
            headers,
            body: String::from_utf8_lossy(&bytes).into_owned(),
            bytes,
        }
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        let mut found = self.headers.iter().filter(|(n, _)| n == name);
        found.next().map(|(_, value)| value.as_str())
    }

    pub fn location(&self) -> &str {
        self.header("location").unwrap_or("")
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|why| panic!("{why}: {}", self.body))
    }
}

#[derive(Clone)]
pub struct Browser {
    pub origin: String,
    pub cookie: Option<String>,
    agent: Agent,
}

/// A body that is no form.
pub struct File<'a> {
    pub fields: &'a [(&'a str, &'a str)],
    pub name: &'a str,
    pub bytes: &'a str,
}

impl Browser {
    pub fn new(origin: &str) -> Self {
        let agent = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .max_idle_connections(0)
            .build()
            .new_agent();
        Self {
            origin: origin.to_owned(),
            cookie: None,
            agent,
        }
    }

    pub fn with_session(mut self, secret: &str) -> Self {
        self.cookie = Some(format!("tickmark={secret}"));
        self
    }

    /// A GET, with other headers.
    pub fn get_with(&mut self, path: &str, headers: &[(&str, &str)]) -> Reply {
        let mut request = self.agent.get(format!("{}{path}", self.origin));
        if let Some(cookie) = &self.cookie {
            request = request.header("cookie", cookie);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let reply = Reply::read(request.call().unwrap());
        self.keep(&reply);
        reply
    }

    pub fn get(&mut self, path: &str) -> Reply {
        self.get_with(path, &[])
    }

    /// A form, with these headers instead of those of our own pages.
    pub fn post_with(
        &mut self,
        path: &str,
        form: &[(&str, &str)],
        headers: &[(&str, &str)],
    ) -> Reply {
        let mut request = self.agent.post(format!("{}{path}", self.origin));
        if let Some(cookie) = &self.cookie {
            request = request.header("cookie", cookie);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let reply = Reply::read(request.send_form(form.iter().copied()).unwrap());
        self.keep(&reply);
        reply
    }

    /// A form of one of our own pages.
    pub fn post(&mut self, path: &str, form: &[(&str, &str)]) -> Reply {
        let origin = self.origin.clone();
        self.post_with(
            path,
            form,
            &[("origin", &origin), ("sec-fetch-site", "same-origin")],
        )
    }

    /// A form with a file.
    pub fn upload(&mut self, path: &str, file: &File<'_>, headers: &[(&str, &str)]) -> Reply {
        let mut body = String::new();
        for (name, value) in file.fields {
            body += &format!(
                "--XX\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
            );
        }
        body += &format!(
            "--XX\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{}\"\r\n\r\n{}\r\n--XX--\r\n",
            file.name, file.bytes
        );
        let mut request = self
            .agent
            .post(format!("{}{path}", self.origin))
            .header("content-type", "multipart/form-data; boundary=XX");
        if let Some(cookie) = &self.cookie {
            request = request.header("cookie", cookie);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let reply = Reply::read(request.send(body.as_bytes()).unwrap());
        self.keep(&reply);
        reply
    }

    pub fn upload_here(&mut self, path: &str, file: &File<'_>) -> Reply {
        let origin = self.origin.clone();
        self.upload(
            path,
            file,
            &[("origin", &origin), ("sec-fetch-site", "same-origin")],
        )
    }

    fn keep(&mut self, reply: &Reply) {
        if let Some(cookie) = reply.header("set-cookie") {
            let pair = cookie.split(';').next().unwrap().to_owned();
            self.cookie = if pair.ends_with('=') {
                None
            } else {
                Some(pair)
            };
        }
    }

    /// The secret of the session.
    pub fn session(&self) -> &str {
        self.cookie.as_deref().unwrap().split_once('=').unwrap().1
    }
}
