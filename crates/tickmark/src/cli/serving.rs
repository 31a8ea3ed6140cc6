//! `serve`: the program's pages, and the clock that keeps it running.

use std::{
    net::TcpListener,
    path::{Path, PathBuf},
    sync::Arc,
    thread,
    time::Duration,
};

use tickmark_core::model::clock::Clock;
use tickmark_server::{Random, Server, Settings, Unrandom};

use super::{Context, Done, args::Serve};
use tickmark::{
    entropy::{Entropy as _, SystemEntropy},
    error::{Error, Result},
    program::{Hands, Program},
    sample,
    serving::{Served, runner},
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
    let served = Served::open(dir.clone(), context.clock.clone())?;
    let mut settings = Settings::new(Program::inside(&dir).join("server.db"));
    settings.names.clone_from(&args.names);
    settings.tls = args.tls;
    let server = Server::new(
        Arc::new(served),
        settings,
        context.clock.clone(),
        Arc::new(SystemRandom),
    )
    .map_err(Error::environment)?;
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
        thread::spawn(move || keep_running(&dir, &clock, &user));
    }
    server.run(listener).map_err(Error::environment)?;
    Ok(Done::Clean)
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
fn keep_running(dir: &Path, clock: &Arc<dyn Clock + Send + Sync>, user: &str) {
    loop {
        let hands = Hands {
            clock: clock.as_ref(),
            entropy: &SystemEntropy,
            user,
        };
        match runner::turn(dir, clock, hands) {
            Ok(said) => said
                .iter()
                .for_each(|line| eprintln!("{} {line}", clock.now())),
            Err(error) => eprintln!("{} {error}", clock.now()),
        }
        thread::sleep(LOOK);
    }
}
