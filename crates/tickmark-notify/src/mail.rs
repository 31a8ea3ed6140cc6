//! Mail by SMTP, one message a connection.
//!
//! SMTP has no id by which a server would know a message that is sent again. So it matters where a connection breaks: before the text
//! was handed over nothing has arrived; after it, only an answer tells.

use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use lettre::Address;
use lettre::message::header::{ContentType, Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message as Mail};
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{
    Certificate, SmtpConnection, TlsParameters, TlsParametersBuilder,
};
use lettre::transport::smtp::commands::{Data, Mail as MailFrom, Rcpt};
use lettre::transport::smtp::extension::ClientId;
use tickmark_core::model::document::{MailSettings, Security};
use tickmark_core::model::time::Time;

use crate::message::{Failure, Message};
use crate::secret;
use crate::sender::CONNECT;

/// Sends one message.
pub(crate) fn send(
    settings: &MailSettings,
    home: &Path,
    message: &Message,
    now: Time,
) -> Result<(), Failure> {
    let to = message.to.as_deref().ok_or_else(|| {
        Failure::Never("no address is known for it; write `manager:` into notices.yaml".to_owned())
    })?;
    let (from, to) = (address(settings.from.as_str())?, address(to)?);
    let bytes = compose(&from, &to, message, now)?;
    let mut connection = open(settings, home, &from).map_err(|e| match e {
        Opening::Ready(failure) => failure,
        Opening::Smtp(e) => Failure::Later(format!("{}: {e}", settings.smtp)),
    })?;
    let before = |e: lettre::transport::smtp::Error| refused(&settings.smtp.to_string(), &e);
    connection
        .command(MailFrom::new(Some(from), Vec::new()))
        .map_err(before)?;
    connection
        .command(Rcpt::new(to, Vec::new()))
        .map_err(before)?;
    connection.command(Data).map_err(before)?;
    match connection.message(&bytes) {
        Ok(_) => {
            // It is accepted whatever becomes of the farewell.
            let _ = connection.quit();
            Ok(())
        }
        Err(e) if e.status().is_some() => Err(before(e)),
        Err(e) => Err(Failure::Unsure(format!(
            "{}: no answer after the text was handed over: {e}",
            settings.smtp
        ))),
    }
}

fn address(text: &str) -> Result<Address, Failure> {
    text.parse()
        .map_err(|e| Failure::Never(format!("an address cannot be used: {e}")))
}

/// A server that says no for good, or not now.
fn refused(server: &str, error: &lettre::transport::smtp::Error) -> Failure {
    let why = format!("{server}: {error}");
    if error.is_permanent() {
        Failure::Never(why)
    } else {
        Failure::Later(why)
    }
}

/// Why a connection could not be opened.
enum Opening {
    /// Known already.
    Ready(Failure),
    /// The server or the network.
    Smtp(lettre::transport::smtp::Error),
}

impl From<lettre::transport::smtp::Error> for Opening {
    fn from(error: lettre::transport::smtp::Error) -> Self {
        Self::Smtp(error)
    }
}

/// A connection that is protected as the document asks, and signed in.
fn open(settings: &MailSettings, home: &Path, from: &Address) -> Result<SmtpConnection, Opening> {
    let smtp = &settings.smtp;
    let hello = ClientId::Domain(from.domain().to_owned());
    let tls = match smtp.security {
        Security::Plain => None,
        Security::Tls | Security::StartTls => Some(trust(settings, home)?),
    };
    let wrapper = tls.as_ref().filter(|_| smtp.security == Security::Tls);
    let server = (smtp.host.as_str(), smtp.port);
    let mut connection = SmtpConnection::connect(server, Some(CONNECT), &hello, wrapper, None)?;
    if let Some(tls) = tls.as_ref().filter(|_| smtp.security == Security::StartTls) {
        // Fails if the server does not offer it: nothing is ever said unprotected.
        connection.starttls(tls, &hello)?;
    }
    if let (Some(user), Some(reference)) = (&settings.user, &settings.password) {
        let password = secret::read(reference, home).map_err(Opening::Ready)?;
        let credentials = Credentials::new(user.clone(), password);
        connection.auth(&[Mechanism::Plain, Mechanism::Login], &credentials)?;
    }
    Ok(connection)
}

/// The public authorities, and one's own if the document names a file of them.
fn trust(settings: &MailSettings, home: &Path) -> Result<TlsParameters, Opening> {
    let mut trust = TlsParametersBuilder::new(settings.smtp.host.clone());
    if let Some(path) = &settings.ca {
        let pem = secret::file(path, home).map_err(Opening::Ready)?;
        trust = trust.add_root_certificate(Certificate::from_pem(&pem)?);
    }
    Ok(trust.build_rustls()?)
}

/// `Auto-Submitted: auto-generated` (RFC 3834): nobody's absence is answered.
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

/// The message as it is sent.
fn compose(from: &Address, to: &Address, message: &Message, now: Time) -> Result<Vec<u8>, Failure> {
    let micros = u64::try_from(now.micros()).unwrap_or(0);
    let date: SystemTime = UNIX_EPOCH + Duration::from_micros(micros);
    let plain = |c: char| if c.is_control() { ' ' } else { c };
    let subject: String = message.subject.chars().map(plain).collect();
    let mail = Mail::builder()
        .from(Mailbox::new(Some("Tickmark".to_owned()), from.clone()))
        .to(Mailbox::new(None, to.clone()))
        .subject(subject)
        .date(date)
        // The same message has the same id, whoever looks for it in a log of mail.
        .message_id(Some(format!("<{}@{}>", message.id, from.domain())))
        .header(AutoSubmitted)
        .header(ContentType::TEXT_PLAIN)
        .body(message.text.clone())
        .map_err(|e| Failure::Never(format!("the message cannot be written: {e}")))?;
    Ok(mail.formatted())
}
