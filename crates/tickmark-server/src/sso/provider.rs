//! The provider as this server talks to it: where to send a browser, and what to make of the answer that it brings back.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::Deserialize;
use tickmark_core::model::time::{HOUR_US, SECOND_US, Time};
use url::form_urlencoded::Serializer;

use super::{
    Attempt, Delivery, Errand, NOT_BEGUN, Outbound, SingleSignOn, SsoError,
    keys::{self, Key},
    metadata::{self, ClientAuth, Metadata},
    token::{self, Believed, Disbelief, Expected, Said},
};

/// Description and keys are asked for anew after that long.
const LASTS_US: i64 = HOUR_US;
/// A key that is not known makes us ask again, but not more often than that: anybody can name one.
const AGAIN_US: i64 = 60 * SECOND_US;

/// What a browser brought back. A parameter that came twice is none.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Answer<'a> {
    pub state: Option<&'a str>,
    pub code: Option<&'a str>,
    pub error: Option<&'a str>,
    pub issuer: Option<&'a str>,
}

/// Somebody, as the provider vouches for them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Person {
    pub issuer: String,
    pub subject: String,
    /// Only if the provider says that it is verified.
    pub mail: Option<String>,
    pub name: Option<String>,
}

/// What was asked for and when.
#[derive(Default)]
struct Known {
    metadata: Option<(Time, Arc<Metadata>)>,
    keys: Option<(Time, Arc<Vec<Key>>)>,
}

/// A provider that is set up.
pub(crate) struct Provider {
    setup: SingleSignOn,
    outbound: Arc<dyn Outbound>,
    known: Mutex<Known>,
}

#[derive(Deserialize)]
struct Tokens {
    id_token: String,
    access_token: Option<String>,
    token_type: Option<String>,
}

/// An error of the token endpoint (RFC 6749, section 5.2).
#[derive(Deserialize)]
struct Refusal {
    error: String,
}

impl Provider {
    pub fn new(setup: SingleSignOn, outbound: Arc<dyn Outbound>) -> Self {
        Self {
            setup,
            outbound,
            known: Mutex::default(),
        }
    }

    pub fn setup(&self) -> &SingleSignOn {
        &self.setup
    }

    /// The address to send a browser to.
    pub fn begin(&self, attempt: Attempt<'_>, back: &str, now: Time) -> Result<String, SsoError> {
        let mut url = self.metadata(now)?.authorize.clone();
        url.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", &self.setup.client_id)
            .append_pair("redirect_uri", back)
            .append_pair("scope", "openid email profile")
            .append_pair("state", &attempt.state())
            .append_pair("nonce", &attempt.nonce())
            .append_pair("code_challenge", &attempt.challenge())
            .append_pair("code_challenge_method", "S256");
        Ok(url.into())
    }

    /// Who came back. `back` is the address that the browser was sent back to: the same as at the begin.
    pub fn finish(
        &self,
        attempt: Attempt<'_>,
        answer: Answer<'_>,
        back: &str,
        now: Time,
    ) -> Result<Person, SsoError> {
        // Nothing of an answer counts before it is known to be the answer to what this browser began.
        if !attempt.is(answer.state.unwrap_or_default()) {
            return Err(NOT_BEGUN);
        }
        let metadata = self.metadata(now)?;
        match answer.issuer {
            Some(issuer) if issuer == self.setup.issuer => {}
            None if !metadata.names_itself => {}
            _ => return Err(SsoError::Refused("the answer is of another provider")),
        }
        if let Some(error) = answer.error {
            return Err(SsoError::Refused(declined(error)));
        }
        let code = answer.code.ok_or(SsoError::Refused(
            "the provider's answer is not complete; begin again",
        ))?;
        let tokens = self.exchange(&metadata, attempt, code, back)?;
        let believed = self.believe(&metadata, &tokens.id_token, attempt, now)?;
        let said = self.more(&metadata, &tokens, believed)?;
        Ok(Person {
            issuer: self.setup.issuer.clone(),
            mail: said.verified_mail().map(str::to_owned),
            subject: said.sub,
            name: said.name,
        })
    }

    /// Exchanges the code. It works once, and only with what this browser's attempt alone can derive.
    fn exchange(
        &self,
        metadata: &Metadata,
        attempt: Attempt<'_>,
        code: &str,
        back: &str,
    ) -> Result<Tokens, SsoError> {
        let SingleSignOn {
            client_id,
            client_secret,
            ..
        } = &self.setup;
        let mut form = Serializer::new(String::new());
        form.append_pair("grant_type", "authorization_code")
            .append_pair("code", code)
            .append_pair("redirect_uri", back)
            .append_pair("code_verifier", &attempt.verifier());
        let authorization = match metadata.auth {
            ClientAuth::Basic => {
                let pair = format!("{}:{}", encoded(client_id), encoded(client_secret));
                Some(format!("Basic {}", STANDARD.encode(pair)))
            }
            ClientAuth::Post => {
                form.append_pair("client_id", client_id)
                    .append_pair("client_secret", client_secret);
                None
            }
        };
        let errand = Errand {
            url: metadata.token.clone(),
            form: Some(form.finish()),
            authorization,
        };
        let answer = self.run(&errand, "the code cannot be exchanged")?;
        let refusal: Option<Refusal> = serde_json::from_slice(&answer.body).ok();
        if answer.status == 400 && refusal.is_some_and(|r| r.error == "invalid_grant") {
            return Err(SsoError::Refused(
                "the provider does not take the code that it gave: it was used already, or has run out; begin again",
            ));
        }
        let tokens: Option<Tokens> = (answer.status == 200)
            .then(|| serde_json::from_slice(&answer.body).ok())
            .flatten();
        tokens.ok_or(SsoError::Provider(
            "it does not take this server's client id and secret, or answers with no token",
        ))
    }

    /// Believes the ID token, with keys fetched anew if it names one that is not known.
    fn believe(
        &self,
        metadata: &Metadata,
        token: &str,
        attempt: Attempt<'_>,
        now: Time,
    ) -> Result<Believed, SsoError> {
        let nonce = attempt.nonce();
        let expected = Expected {
            issuer: &self.setup.issuer,
            client_id: &self.setup.client_id,
            nonce: &nonce,
            now,
        };
        let keys = self.keys(metadata, now, LASTS_US)?;
        match token::believe(token, &keys, expected) {
            Err(Disbelief::UnknownKey) => {
                let keys = self.keys(metadata, now, AGAIN_US)?;
                Ok(token::believe(token, &keys, expected)?)
            }
            other => Ok(other?),
        }
    }

    /// What the token leaves out, many providers tell only when they are asked for it.
    fn more(
        &self,
        metadata: &Metadata,
        tokens: &Tokens,
        believed: Believed,
    ) -> Result<Said, SsoError> {
        let bearer = tokens
            .token_type
            .as_deref()
            .is_some_and(|kind| kind.eq_ignore_ascii_case("bearer"));
        let (Some(url), Some(access), None, true) = (
            &metadata.user,
            &tokens.access_token,
            &believed.said.email,
            bearer,
        ) else {
            return Ok(believed.said);
        };
        if !believed.came_with(access) {
            return Err(SsoError::Refused(
                "the two halves of the provider's answer do not belong together",
            ));
        }
        let errand = Errand {
            url: url.clone(),
            form: None,
            authorization: Some(format!("Bearer {access}")),
        };
        let answer = self.run(&errand, "it cannot be asked for the mail address")?;
        let said: Option<Said> = (answer.status == 200)
            .then(|| serde_json::from_slice(&answer.body).ok())
            .flatten();
        let said = said.ok_or(SsoError::Provider("it does not tell the mail address"))?;
        // Section 5.3.2: only about the very same person.
        if said.sub != believed.said.sub {
            return Err(SsoError::Refused(
                "the two halves of the provider's answer speak of different people",
            ));
        }
        Ok(said)
    }

    fn metadata(&self, now: Time) -> Result<Arc<Metadata>, SsoError> {
        if let Some((at, metadata)) = &self.known().metadata
            && fresh(*at, now, LASTS_US)
        {
            return Ok(Arc::clone(metadata));
        }
        // Without the lock: two that ask at once are better than one that waits for a provider which does not answer.
        let bytes = self.fetch(
            &metadata::address(&self.setup.issuer),
            "its description cannot be fetched",
        )?;
        let metadata = Arc::new(metadata::read(&self.setup.issuer, &bytes)?);
        self.known().metadata = Some((now, Arc::clone(&metadata)));
        Ok(metadata)
    }

    /// The keys, not older than that.
    fn keys(&self, metadata: &Metadata, now: Time, lasts: i64) -> Result<Arc<Vec<Key>>, SsoError> {
        if let Some((at, keys)) = &self.known().keys
            && fresh(*at, now, lasts)
        {
            return Ok(Arc::clone(keys));
        }
        let bytes = self.fetch(&metadata.keys, "its keys cannot be fetched")?;
        let keys = keys::read(&bytes).ok_or(SsoError::Provider("its keys cannot be read"))?;
        let keys = Arc::new(keys);
        self.known().keys = Some((now, Arc::clone(&keys)));
        Ok(keys)
    }

    fn fetch(&self, url: &str, step: &'static str) -> Result<Vec<u8>, SsoError> {
        let errand = Errand {
            url: url.to_owned(),
            form: None,
            authorization: None,
        };
        let answer = self.run(&errand, step)?;
        if answer.status == 200 {
            Ok(answer.body)
        } else {
            Err(SsoError::Provider(step))
        }
    }

    fn run(&self, errand: &Errand, step: &'static str) -> Result<Delivery, SsoError> {
        // What exactly failed may name hosts and addresses; the step is enough to find it.
        self.outbound
            .send(errand)
            .map_err(|_| SsoError::Provider(step))
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn fresh(at: Time, now: Time, lasts: i64) -> bool {
    (0..lasts).contains(&now.since(at))
}

/// As a value of a form: what the standard asks of id and secret before they are put together (RFC 6749, section 2.3.1).
fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// An error that the provider sent along, in our words (RFC 6749, section 4.1.2.1).
fn declined(error: &str) -> &'static str {
    match error {
        "access_denied" => "the provider did not let you through, or you stopped there",
        "login_required" | "interaction_required" | "consent_required" => {
            "the provider wants you to sign in there first; begin again"
        }
        "temporarily_unavailable" | "server_error" => {
            "the provider is out of order at the moment; try again"
        }
        _ => "the provider does not take this server's question; tell who runs this server",
    }
}
