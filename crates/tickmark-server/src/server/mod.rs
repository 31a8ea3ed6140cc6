//! The server itself: connections in, requests to the routes, answers out.

mod connection;
mod settings;

use std::{io, net::TcpListener, sync::Arc, time::Duration};

use tickmark_core::model::{clock::Clock, time::Time};
use tokio::sync::watch;

use crate::{
    house::Company,
    http::{Journal, pace::Pace},
    identity::{Identity, IdentityError, Random},
    routes::{self, Houses},
    sso::{Outbound, Provider, SingleSignOn},
};

pub(crate) use connection::{Answered, Arrived};
pub use settings::{Limits, PerMinute, Settings};

/// What all requests share.
pub(crate) struct App {
    pub company: Arc<dyn Company>,
    pub identity: Identity,
    pub settings: Settings,
    pub clock: Arc<dyn Clock + Send + Sync>,
    pub journal: Journal,
    /// How often accounts ask the API.
    pub pace: Pace,
    /// Which house is which, for tags of answers.
    pub houses: Houses,
    pub sso: Option<Provider>,
    pub started: Time,
}

/// Pages and API of one company.
pub struct Server {
    app: Arc<App>,
    stop: watch::Sender<bool>,
}

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Server")
    }
}

/// Ends a running server from elsewhere.
#[derive(Debug, Clone)]
pub struct Stopper(watch::Sender<bool>);

impl Stopper {
    /// No more connections; requests under way get the grace of [`Limits`].
    pub fn stop(&self) {
        self.0.send_replace(true);
    }
}

impl Server {
    /// Opens the accounts. Nothing listens yet.
    ///
    /// # Errors
    /// `server.db` cannot be opened.
    pub fn new(
        company: Arc<dyn Company>,
        settings: Settings,
        clock: Arc<dyn Clock + Send + Sync>,
        random: Arc<dyn Random>,
    ) -> Result<Self, IdentityError> {
        let identity = Identity::open(
            &settings.database,
            settings.policy,
            Arc::clone(&clock),
            random,
        )?;
        let started = clock.now();
        Ok(Self {
            app: Arc::new(App {
                pace: Pace::new(settings.limits.api),
                houses: Houses::since(clock.now()),
                company,
                identity,
                settings,
                clock,
                journal: Journal::nowhere(),
                sso: None,
                started,
            }),
            stop: watch::Sender::new(false),
        })
    }

    /// Writes what it does to this journal. Before it runs.
    #[must_use]
    pub fn journal(self, journal: Journal) -> Self {
        self.with(|app| App { journal, ..app })
    }

    /// Lets people in by single sign-on too; the provider is asked by this way out. Before it runs.
    #[must_use]
    pub fn single_sign_on(self, setup: SingleSignOn, outbound: Arc<dyn Outbound>) -> Self {
        let sso = Some(Provider::new(setup, outbound));
        self.with(|app| App { sso, ..app })
    }

    fn with(self, change: impl FnOnce(App) -> App) -> Self {
        let Self { app, stop } = self;
        let app = match Arc::try_unwrap(app) {
            Ok(app) => Arc::new(change(app)),
            // Somebody holds it already: it runs, as it is.
            Err(app) => app,
        };
        Self { app, stop }
    }

    /// The accounts, for the command line (a new link for an owner who is locked out).
    #[must_use]
    pub fn identity(&self) -> &Identity {
        &self.app.identity
    }

    /// The path of the one-time link that makes the first owner; none if somebody has come in already. Each call voids the one before.
    ///
    /// # Errors
    /// The accounts cannot be written.
    pub fn first_link(&self) -> Result<Option<String>, IdentityError> {
        let link = self.app.identity.first_link()?;
        Ok(link.map(|link| format!("/welcome/{}", link.reveal())))
    }

    /// What ends it from elsewhere.
    #[must_use]
    pub fn stopper(&self) -> Stopper {
        Stopper(self.stop.clone())
    }

    /// Serves until it is stopped.
    ///
    /// # Errors
    /// The listener or the threads fail.
    pub fn run(&self, listener: TcpListener) -> io::Result<()> {
        listener.set_nonblocking(true)?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .max_blocking_threads(self.app.settings.limits.at_once)
            .thread_name("tickmark-serve")
            .enable_io()
            .enable_time()
            .build()?;
        let router = routes::router(&self.app);
        let served = runtime.block_on(connection::accept(
            Arc::clone(&self.app),
            router,
            listener,
            self.stop.subscribe(),
        ));
        runtime.shutdown_timeout(Duration::from_secs(self.app.settings.limits.grace_s));
        served
    }
}
