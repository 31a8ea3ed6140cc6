use std::path::{Path, PathBuf};
use std::time::Duration;

use tickmark_core::model::document::Notices;
use tickmark_core::model::time::Time;

use crate::message::{Carrier, Channel, Failure, Message};
use crate::{hook, mail};

/// How long a connection may take to be made, and each answer to come, seconds.
pub(crate) const CONNECT: Duration = Duration::from_secs(15);
/// How long one call may take in all.
pub(crate) const WHOLE: Duration = Duration::from_secs(30);

/// Sends as `notices.yaml` says.
pub struct Sender {
    settings: Notices,
    home: PathBuf,
    agent: ureq::Agent,
}

impl Sender {
    /// Nothing is connected yet. `home` is the program's folder: references to files are relative to it.
    #[must_use]
    pub fn new(settings: &Notices, home: &Path) -> Self {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .user_agent(concat!("tickmark/", env!("CARGO_PKG_VERSION")))
            .timeout_connect(Some(CONNECT))
            .timeout_global(Some(WHOLE));
        Self {
            settings: settings.clone(),
            home: home.to_owned(),
            agent: config.build().new_agent(),
        }
    }
}

impl Carrier for Sender {
    fn carry(&self, channel: Channel, message: &Message, now: Time) -> Result<(), Failure> {
        let gone = || {
            Failure::Never(format!(
                "`{channel}` is not set up in notices.yaml any more"
            ))
        };
        let sent = match channel {
            Channel::Mail => {
                let settings = self.settings.mail.as_ref().ok_or_else(gone)?;
                mail::send(settings, &self.home, message, now)
            }
            Channel::Slack => {
                let reference = self.settings.slack.as_ref().ok_or_else(gone)?;
                hook::slack(&self.agent, reference, &self.home, message)
            }
            Channel::Webhook => {
                let settings = self.settings.webhook.as_ref().ok_or_else(gone)?;
                hook::call(&self.agent, settings, &self.home, message, now)
            }
        };
        sent.map_err(Failure::on_one_line)
    }
}
