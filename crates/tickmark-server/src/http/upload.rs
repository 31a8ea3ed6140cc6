//! Bodies of requests: forms and files, read with a limit.

use axum::{
    body::{Body, Bytes, to_bytes},
    extract::{DefaultBodyLimit, FromRequest as _, Multipart},
    http::{HeaderMap, Request, header},
};

use sha2::{Digest as _, Sha256};

use super::fault::Fault;

/// The fields of a form or a query, in order, and the files handed in with it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Form {
    fields: Vec<(String, String)>,
    files: Vec<(String, String, Bytes)>,
    /// The body as it came and its type, where it is no form: JSON, text, records.
    whole: (String, Bytes),
}

/// Most fields and files in one form; more are an attack.
const MOST_PARTS: usize = 200;

impl Form {
    /// From `a=b&c=d`.
    pub(crate) fn parse(text: &[u8]) -> Self {
        let fields = url::form_urlencoded::parse(text)
            .take(MOST_PARTS)
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .collect();
        Self {
            fields,
            ..Self::default()
        }
    }

    /// The names of all fields and files, in order, with repetitions.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        let files = self.files.iter().map(|(name, _, _)| name.as_str());
        let fields = self.fields.iter().map(|(name, _)| name.as_str());
        fields.chain(files)
    }

    /// Type and bytes of a body that is no form.
    pub(crate) fn whole(&self) -> (&str, &[u8]) {
        (&self.whole.0, &self.whole.1)
    }

    /// What the body says, whatever divided its parts: the same fields and files give the same digest.
    pub(crate) fn digest(&self) -> [u8; 32] {
        let mut hash = Sha256::new();
        let mut add = |part: &[u8]| {
            hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            hash.update(part);
        };
        add(self.whole.0.as_bytes());
        add(&self.whole.1);
        for (name, value) in &self.fields {
            add(name.as_bytes());
            add(value.as_bytes());
        }
        for (name, file, bytes) in &self.files {
            add(name.as_bytes());
            add(file.as_bytes());
            add(bytes);
        }
        hash.finalize().into()
    }

    /// The first field of that name, if it is not empty.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.fields
            .iter()
            .find(|(n, _)| n == name)
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty())
    }

    /// All fields of that name.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.fields
            .iter()
            .filter(move |(n, _)| n == name)
            .map(|(_, value)| value.as_str())
    }

    /// All fields as they came, in order.
    pub(crate) fn pairs(&self) -> &[(String, String)] {
        &self.fields
    }

    /// The field of that name.
    pub(crate) fn need(&self, name: &str, what: &str) -> Result<&str, Fault> {
        self.get(name)
            .ok_or_else(|| Fault::wrong(format!("{what} is missing; fill it in")))
    }

    /// All files of that name that hold something: what each was called and its bytes. A browser sends an empty one where none was chosen.
    pub(crate) fn files<'a>(&'a self, name: &'a str) -> impl Iterator<Item = (&'a str, &'a [u8])> {
        self.files
            .iter()
            .filter(move |(n, _, bytes)| n == name && !bytes.is_empty())
            .map(|(_, file, bytes)| (file.as_str(), bytes.as_ref()))
    }

    /// The file of that name: what it was called and its bytes.
    pub(crate) fn file(&self, name: &str) -> Option<(&str, &[u8])> {
        self.files
            .iter()
            .find(|(n, _, _)| n == name)
            .map(|(_, file, bytes)| (file.as_str(), bytes.as_ref()))
    }
}

/// Reads a body of at most `limit` bytes and understands it by its declared type; another type has no fields.
pub(crate) async fn read(headers: &HeaderMap, body: Body, limit: usize) -> Result<Form, Fault> {
    let bytes = to_bytes(body, limit)
        .await
        .map_err(|_| Fault::TooLarge(limit))?;
    let media = headers
        .get(header::CONTENT_TYPE)
        .and_then(|v| v.to_str().ok())
        .unwrap_or_default()
        .to_ascii_lowercase();
    if media.starts_with("application/x-www-form-urlencoded") {
        Ok(Form::parse(&bytes))
    } else if media.starts_with("multipart/form-data") {
        parts(headers, bytes).await
    } else if bytes.is_empty() {
        Ok(Form::default())
    } else {
        Err(Fault::wrong(
            "the body must be a form: `application/x-www-form-urlencoded` or `multipart/form-data`",
        ))
    }
}

/// Reads a body of at most `limit` bytes that must be of one of these types, without their parameters; none at all if there are none.
pub(crate) async fn read_as(
    headers: &HeaderMap,
    body: Body,
    limit: usize,
    types: &[&str],
) -> Result<Form, Fault> {
    let bytes = to_bytes(body, limit)
        .await
        .map_err(|_| Fault::TooLarge(limit))?;
    if types.is_empty() {
        return if bytes.is_empty() {
            Ok(Form::default())
        } else {
            Err(Fault::Media("no body".into()))
        };
    }
    let media = media_of(headers);
    if !types.contains(&media.as_str()) {
        return Err(Fault::Media(format!("`{}`", types.join("`, `"))));
    }
    if media == "multipart/form-data" {
        return parts(headers, bytes).await;
    }
    Ok(Form {
        whole: (media, bytes),
        ..Form::default()
    })
}

/// The declared type of a body, in lower case, without parameters.
fn media_of(headers: &HeaderMap) -> String {
    let declared = headers
        .get(header::CONTENT_TYPE)
        .and_then(|v| v.to_str().ok())
        .unwrap_or_default();
    let media = declared.split(';').next().unwrap_or_default();
    media.trim().to_ascii_lowercase()
}

async fn parts(headers: &HeaderMap, bytes: Bytes) -> Result<Form, Fault> {
    let broken = |_| Fault::wrong("the form cannot be read; send it again");
    let mut request = Request::new(Body::from(bytes));
    *request.headers_mut() = headers.clone();
    // The limit is the route's, and the bytes are here already.
    DefaultBodyLimit::disable().apply(&mut request);
    let mut multipart = Multipart::from_request(request, &())
        .await
        .map_err(|_| Fault::wrong("the form has no boundary; send it again"))?;
    let mut form = Form::default();
    while let Some(part) = multipart.next_field().await.map_err(broken)? {
        if form.fields.len() + form.files.len() >= MOST_PARTS {
            return Err(Fault::wrong(format!(
                "the form has more than {MOST_PARTS} parts"
            )));
        }
        let name = part.name().unwrap_or_default().to_owned();
        match part.file_name().map(str::to_owned) {
            Some(file) => {
                let bytes = part.bytes().await.map_err(broken)?;
                form.files.push((name, file, bytes));
            }
            None => {
                let text = part.text().await.map_err(broken)?;
                form.fields.push((name, text));
            }
        }
    }
    Ok(form)
}
