use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::AuthReference;
use super::mailbox::{Mailbox, Quiet, Smtp, base_url, hook_url};
use crate::model::ids::PersonId;
use crate::model::yaml::{Fields, Node, Place, Reader, Value};

/// `notices.yaml`: who is told what, over which channels and when. Secrets stand in it as references only, as in `sources.yaml`
/// (decision D22).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notices {
    /// Where the pages are served, without a slash at the end: links in messages begin with it.
    pub base_url: String,
    /// Address of the compliance manager, who is told whatever has no owner with an address.
    pub manager: Option<Mailbox>,
    /// Labels that documents name as owners, and who stands behind each: one address, never a list.
    pub owners: BTreeMap<String, OwnerIs>,
    /// Where each of them stands.
    pub owner_places: BTreeMap<String, Place>,
    /// How often everything that is open is told in one message.
    pub digest: Rhythm,
    /// Time of day at which nothing is sent, in the reporting zone.
    pub quiet: Option<Quiet>,
    /// Mail.
    pub mail: Option<MailSettings>,
    /// Address of a Slack incoming webhook, itself a secret.
    pub slack: Option<AuthReference>,
    /// A webhook of one's own.
    pub webhook: Option<WebhookSettings>,
}

impl Notices {
    /// Whether messages leave this machine at all.
    #[must_use]
    pub fn has_channel(&self) -> bool {
        self.mail.is_some() || self.slack.is_some() || self.webhook.is_some()
    }
}

/// Who stands behind a label.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OwnerIs {
    /// An address.
    Mail(Mailbox),
    /// A person of `people.yaml`; the address is the account `email:…`.
    Person(PersonId),
}

/// How often a digest is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rhythm {
    /// Monday at 08:00.
    #[default]
    Weekly,
    /// Each day at 08:00.
    Daily,
    /// Never: only what is new or became overdue is told.
    Off,
}

impl Rhythm {
    /// The word in the document.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Weekly => "weekly",
            Self::Daily => "daily",
            Self::Off => "off",
        }
    }
}

impl fmt::Display for Rhythm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How mail is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailSettings {
    /// The server.
    pub smtp: Smtp,
    /// Address that messages come from.
    pub from: Mailbox,
    /// Name to sign in with; without one, nobody signs in.
    pub user: Option<String>,
    /// Where its password is found.
    pub password: Option<AuthReference>,
    /// A file with certificates of one's own authority (PEM), relative to the program, that are believed beside the public ones.
    pub ca: Option<String>,
}

/// A webhook of one's own; it is called as Standard Webhooks 1.0 describes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhookSettings {
    /// Address that is called.
    pub url: String,
    /// Where the key that signs is found.
    pub secret: AuthReference,
}

const KEYS: [&str; 8] = [
    "base_url", "manager", "owners", "digest", "quiet", "mail", "slack", "webhook",
];

pub(super) fn read(reader: &mut Reader, node: &Node) -> Option<Notices> {
    let fields = reader.fields(node, "the notices document", &KEYS)?;
    let base = reader.required(
        &fields,
        "base_url",
        "write where the pages are served, like `https://tickmark.acme.example`",
    );
    let base = base.and_then(|n| checked(reader, n, base_url));
    let manager = fields.get("manager").and_then(|n| reader.value(n));
    let (owners, owner_places) = fields
        .get("owners")
        .map(|n| read_owners(reader, n))
        .unwrap_or_default();
    let digest = fields
        .get("digest")
        .and_then(|n| reader.one_of(n, &["weekly", "daily", "off"]));
    let quiet = fields.get("quiet").and_then(|n| reader.value(n));
    let mail = fields.get("mail").map(|n| read_mail(reader, n));
    let slack = fields.get("slack").map(|n| read_slack(reader, n));
    let webhook = fields.get("webhook").map(|n| read_webhook(reader, n));
    if mail.is_some() && fields.get("manager").is_none() {
        reader.required(
            &fields,
            "manager",
            "write the compliance manager's address: whatever has no owner with an address goes there",
        );
    }
    Some(Notices {
        base_url: base?,
        manager,
        owners,
        owner_places,
        digest: match digest {
            Some("daily") => Rhythm::Daily,
            Some("off") => Rhythm::Off,
            _ => Rhythm::Weekly,
        },
        quiet,
        mail: mail.flatten(),
        slack: slack.flatten(),
        webhook: webhook.flatten(),
    })
}

/// A text that a function checks and may shorten.
fn checked(
    reader: &mut Reader,
    node: &Node,
    check: fn(&str) -> Result<String, String>,
) -> Option<String> {
    let text = reader.text(node)?;
    match check(&text) {
        Ok(text) => Some(text),
        Err(error) => {
            reader.wrong(node.at, &error);
            None
        }
    }
}

fn read_owners(
    reader: &mut Reader,
    node: &Node,
) -> (BTreeMap<String, OwnerIs>, BTreeMap<String, Place>) {
    let (mut owners, mut places) = (BTreeMap::new(), BTreeMap::new());
    for (label, at, value) in reader
        .map(node, "`owners`")
        .iter()
        .flat_map(|f| f.entries())
    {
        places.insert(label.clone(), *at);
        owners.extend(read_owner(reader, value).map(|owner| (label.clone(), owner)));
    }
    (owners, places)
}

/// `{person: ada}`, `{mail: eng@acme.example}` or the address alone.
fn read_owner(reader: &mut Reader, node: &Node) -> Option<OwnerIs> {
    if !matches!(node.value, Value::Map(_)) {
        return reader.value(node).map(OwnerIs::Mail);
    }
    let fields = reader.fields(node, "an owner", &["person", "mail"])?;
    match (fields.get("person"), fields.get("mail")) {
        (Some(person), None) => reader.value(person).map(OwnerIs::Person),
        (None, Some(mail)) => reader.value(mail).map(OwnerIs::Mail),
        _ => one_of_two(reader, &fields, "person", "mail"),
    }
}

fn one_of_two<T>(reader: &mut Reader, fields: &Fields<'_>, a: &str, b: &str) -> Option<T> {
    reader.refuse(
        fields.at,
        format!("either `{a}` or `{b}` is needed, one of them"),
        "one owner is told, at one address",
    );
    None
}

/// `env:NAME`, `file:PATH`, `{env: NAME}` or `{file: PATH}`.
fn reference(reader: &mut Reader, node: &Node) -> Option<AuthReference> {
    if !matches!(node.value, Value::Map(_)) {
        return reader.value(node);
    }
    let fields = reader.fields(node, "a reference to a secret", &["env", "file"])?;
    let (kind, value) = match (fields.get("env"), fields.get("file")) {
        (Some(name), None) => ("env", name),
        (None, Some(path)) => ("file", path),
        _ => {
            reader.refuse(
                fields.at,
                "either `env` or `file` says where the secret is found",
                "write `{env: NAME}` or `{file: PATH}`",
            );
            return None;
        }
    };
    let text = reader.text(value)?;
    let found = AuthReference::from_str(&format!("{kind}:{text}"));
    if let Err(error) = &found {
        reader.wrong(value.at, error);
    }
    found.ok()
}

fn read_mail(reader: &mut Reader, node: &Node) -> Option<MailSettings> {
    let known = ["smtp", "from", "user", "password", "ca"];
    let fields = reader.fields(node, "`mail`", &known)?;
    let smtp = reader.required_value(
        &fields,
        "smtp",
        "write `smtps://HOST:465` or `smtp+starttls://HOST:587`",
    );
    let from = reader.required_value(
        &fields,
        "from",
        "write the address that messages come from, like `tickmark@acme.example`",
    );
    let user = fields.get("user").and_then(|n| reader.text(n));
    let password = fields.get("password").map(|n| reference(reader, n));
    if fields.get("user").is_some() != fields.get("password").is_some() {
        let missing = if user.is_some() { "password" } else { "user" };
        reader.refuse(
            fields.at,
            format!("`{missing}` is missing"),
            "give both to sign in at the mail server, or none",
        );
    }
    let ca = fields.get("ca").and_then(|n| reader.text(n));
    Some(MailSettings {
        smtp: smtp?,
        from: from?,
        user,
        password: password.flatten(),
        ca,
    })
}

fn read_slack(reader: &mut Reader, node: &Node) -> Option<AuthReference> {
    let fields = reader.fields(node, "`slack`", &["webhook"])?;
    let hint =
        "say where its address is found, like `env:SLACK_WEBHOOK`: whoever knows it can post";
    let webhook = reader.required(&fields, "webhook", hint)?;
    reference(reader, webhook)
}

fn read_webhook(reader: &mut Reader, node: &Node) -> Option<WebhookSettings> {
    let fields = reader.fields(node, "`webhook`", &["url", "secret"])?;
    let url = reader.required(
        &fields,
        "url",
        "write the address, like `https://hooks.acme.example/tickmark`",
    );
    let url = url.and_then(|n| checked(reader, n, hook_url));
    let hint = "say where the key is found, like `env:TICKMARK_HOOK`";
    let secret = reader.required(&fields, "secret", hint);
    let secret = secret.and_then(|n| reference(reader, n));
    Some(WebhookSettings {
        url: url?,
        secret: secret?,
    })
}
