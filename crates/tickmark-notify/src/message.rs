use std::fmt;
use std::str::FromStr;

use tickmark_core::model::document::Notices;
use tickmark_core::model::notices::Notice;
use tickmark_core::model::time::Time;

/// One message to one owner, ready to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Its id, hexadecimal: the same message always has the same.
    pub id: String,
    /// Kind, such as `digest`.
    pub kind: String,
    /// Who is told, as labels of documents.
    pub owner: String,
    /// Address that mail goes to; none if none is known.
    pub to: Option<String>,
    /// One line.
    pub subject: String,
    /// Plain text; only mail carries it.
    pub text: String,
    /// Address of the page.
    pub link: String,
}

impl Message {
    /// What is sent of a notice.
    #[must_use]
    pub fn of(notice: &Notice, settings: &Notices) -> Self {
        Self {
            id: notice.id.to_string(),
            kind: notice.kind.as_str().to_owned(),
            owner: notice.to.name.clone(),
            to: notice.to.mail.as_ref().map(ToString::to_string),
            subject: notice.subject.clone(),
            text: notice.text.clone(),
            link: format!("{}{}", settings.base_url, notice.path),
        }
    }
}

/// A way to send.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Channel {
    /// SMTP.
    Mail,
    /// A Slack incoming webhook.
    Slack,
    /// A webhook of one's own.
    Webhook,
}

impl Channel {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Mail, Self::Slack, Self::Webhook];

    /// Its name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mail => "mail",
            Self::Slack => "slack",
            Self::Webhook => "webhook",
        }
    }

    /// Whether a receiver knows a repeated message by its id.
    #[must_use]
    pub const fn knows_repeats(self) -> bool {
        matches!(self, Self::Webhook)
    }

    /// The channels that a program has.
    #[must_use]
    pub fn of(settings: &Notices) -> Vec<Self> {
        let has = |channel: &Self| match channel {
            Self::Mail => settings.mail.is_some(),
            Self::Slack => settings.slack.is_some(),
            Self::Webhook => settings.webhook.is_some(),
        };
        Self::ALL.into_iter().filter(has).collect()
    }
}

impl fmt::Display for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Not the name of a channel.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no channel")]
pub struct NotChannel(String);

impl FromStr for Channel {
    type Err = NotChannel;

    fn from_str(text: &str) -> Result<Self, NotChannel> {
        let found = Self::ALL.into_iter().find(|c| c.as_str() == text);
        found.ok_or_else(|| NotChannel(text.to_owned()))
    }
}

/// Why a message was not sent, one line without secrets, and what that means for the next attempt.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// It has certainly not arrived; it may later.
    #[error("{0}")]
    Later(String),
    /// It is refused for good.
    #[error("{0}")]
    Never(String),
    /// Nobody knows whether it arrived.
    #[error("{0}")]
    Unsure(String),
}

impl Failure {
    /// The same failure with a text that is one line.
    pub(crate) fn on_one_line(self) -> Self {
        let one = |text: String| {
            let plain = |c: char| if c.is_control() { ' ' } else { c };
            text.chars().map(plain).take(LONGEST).collect::<String>()
        };
        match self {
            Self::Later(why) => Self::Later(one(why)),
            Self::Never(why) => Self::Never(one(why)),
            Self::Unsure(why) => Self::Unsure(one(why)),
        }
    }
}

/// Longest reason, characters: servers say what they like.
const LONGEST: usize = 300;

/// Takes a message to its receiver.
pub trait Carrier {
    /// Sends it once.
    ///
    /// # Errors
    /// It was not sent, or nobody knows.
    fn carry(&self, channel: Channel, message: &Message, now: Time) -> Result<(), Failure>;
}
