//! The way out of a served program: requests to the provider of single sign-on, and to nobody else.

use std::time::Duration;

use tickmark_server::sso::{Delivery, Errand, MOST_BYTES, Outbound, Undelivered};

/// Somebody waits in front of a browser.
const PATIENCE: Duration = Duration::from_secs(10);

/// Connections as they are needed; certificates are checked against the roots compiled in.
pub struct Ways {
    agent: ureq::Agent,
}

impl Ways {
    /// Nothing is connected yet.
    pub fn new() -> Self {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            // A redirect could lead a secret, or this server, to where nobody meant them to go.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .user_agent(concat!("tickmark/", env!("CARGO_PKG_VERSION")))
            .accept("application/json")
            .timeout_connect(Some(Duration::from_secs(5)))
            .timeout_global(Some(PATIENCE));
        Self {
            agent: config.build().new_agent(),
        }
    }
}

impl Default for Ways {
    fn default() -> Self {
        Self::new()
    }
}

impl Outbound for Ways {
    fn send(&self, errand: &Errand) -> Result<Delivery, Undelivered> {
        let lost = |error: ureq::Error| Undelivered(error.to_string());
        let answer = match &errand.form {
            Some(form) => {
                let mut request = self
                    .agent
                    .post(&errand.url)
                    .content_type("application/x-www-form-urlencoded");
                if let Some(value) = &errand.authorization {
                    request = request.header("authorization", value);
                }
                request.send(form.as_str())
            }
            None => {
                let mut request = self.agent.get(&errand.url);
                if let Some(value) = &errand.authorization {
                    request = request.header("authorization", value);
                }
                request.call()
            }
        };
        let mut answer = answer.map_err(lost)?;
        Ok(Delivery {
            status: answer.status().as_u16(),
            body: answer
                .body_mut()
                .with_config()
                .limit(MOST_BYTES)
                .read_to_vec()
                .map_err(lost)?,
        })
    }
}
