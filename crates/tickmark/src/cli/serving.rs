//! `serve`: the program's pages, and the clock that keeps it running.
#![allow(
    clippy::disallowed_methods,
    reason = "the client secret of single sign-on is a file that a person names"
)]

use std::{
    fs,
    net::TcpListener,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    sync::Arc,
    thread,
    time::Duration,
};

use tickmark_core::model::clock::Clock;
use tickmark_server::{IdentityError, Journal, Random, Server, Settings, SingleSignOn, Unrandom};

use super::{
    Context, Done,
    args::{Oidc, Serve},
};
use tickmark::{
    entropy::{Entropy as _, SystemEntropy},
    error::{Error, Result},
    program::{Hands, Program},
    sample,
    serving::{Served, Ways, pulse::Heart, runner},
};

/// How often the runner looks whether something is due.
const LOOK: Duration = Duration::from_secs(30);

struct SystemRandom;

impl Random for SystemRandom {
    fn bytes32(&self) -> Result<[u8; 32], Unrandom> {
        SystemEntropy.bytes32().map_err(|_| Unrandom)
    }
}

pub fn serve(context: &Context, args: &Serve) -> Result<Done> {
    let listener = TcpListener::bind(args.listen).map_err(|e| {
        Error::environment(format!("cannot listen at {}: {e}", args.listen))
            .hint("name another address with --listen")
    })?;
    let dir = place(context, args)?;
    let sso = single_sign_on(&args.oidc)?;
    let served = Served::open(dir.clone(), context.clock.clone())?;
    let heart = served.heart();
    let mut settings = Settings::new(Program::inside(&dir).join("server.db"));
    settings.names.clone_from(&args.names);
    settings.tls = args.tls;
    settings.policy.passwords = !args.oidc.no_passwords;
    let mut server = Server::new(
        Arc::new(served),
        settings,
        context.clock.clone(),
        Arc::new(SystemRandom),
    )
    .map_err(accounts)?;
    if !context.cli.quiet {
        server = server.journal(Journal::new(Box::new(std::io::stderr())));
    }
    if let Some(sso) = sso {
        server = server.single_sign_on(sso, Arc::new(Ways::new()));
    }
    let address = listener.local_addr().map_err(Error::environment)?;
    context
        .out
        .say(&format!("serving {} at http://{address}", dir.display()));
    if let Some(path) = server.first_link().map_err(Error::environment)? {
        context.out.say(
            "nobody can sign in yet; the first owner comes in by this link, once, within a day:",
        );
        context.out.line(&format!("http://{address}{path}"));
    }
    if !args.no_runner && !args.demo {
        let (clock, user) = (context.clock.clone(), context.user.clone());
        heart.started(clock.now());
        thread::spawn(move || keep_running(&dir, &clock, &user, &heart));
    }
    server.run(listener).map_err(Error::environment)?;
    Ok(Done::Clean)
}

/// A database of accounts of a newer program is refused; everything else about it is the machine's fault.
fn accounts(error: IdentityError) -> Error {
    match error {
        IdentityError::Newer(line) => Error::refused(line),
        other => Error::environment(other),
    }
}

/// Single sign-on as it was asked for. clap has seen to it that issuer, id and secret come together.
fn single_sign_on(args: &Oidc) -> Result<Option<SingleSignOn>> {
    let (Some(issuer), Some(id), Some(file)) =
        (&args.issuer, &args.client_id, &args.client_secret_file)
    else {
        return Ok(None);
    };
    let name = file.display();
    let meta = fs::metadata(file).map_err(|e| Error::user(format!("{name}: {e}")))?;
    if meta.permissions().mode() & 0o077 != 0 {
        return Err(
            Error::refused(format!("{name}: others may read the client secret"))
                .hint(format!("chmod 600 {name}")),
        );
    }
    let secret = fs::read_to_string(file).map_err(|e| Error::user(format!("{name}: {e}")))?;
    let secret = secret.trim_end_matches(['\n', '\r']);
    SingleSignOn::new(issuer, id, secret, args.domain.as_deref())
        .map(Some)
        .map_err(Error::user)
}

/// The program's folder; that of the sample company is made if it is not there.
fn place(context: &Context, args: &Serve) -> Result<PathBuf> {
    let named = context.cli.program.clone();
    if !args.demo {
        return Ok(named);
    }
    let dir = if named == Path::new(".") {
        PathBuf::from("tickmark-demo")
    } else {
        named
    };
    if !Program::inside(&dir).exists() {
        let company = sample::company(7, 200, 12)?;
        sample::live(&company, 7, &dir, &mut context.out.progress())?;
    }
    Ok(dir)
}

/// Looks for what is due for as long as the program is served. A failure is said and tried again.
fn keep_running(dir: &Path, clock: &Arc<dyn Clock + Send + Sync>, user: &str, heart: &Heart) {
    loop {
        heart.began(clock.now());
        let hands = Hands {
            clock: clock.as_ref(),
            entropy: &SystemEntropy,
            user,
        };
        let done = runner::turn(dir, clock, hands);
        heart.ended(clock.now(), done.is_err());
        match done {
            Ok(said) => said
                .iter()
                .for_each(|line| eprintln!("{} {line}", clock.now())),
            Err(error) => eprintln!("{} {error}", clock.now()),
        }
        thread::sleep(LOOK);
    }
}
