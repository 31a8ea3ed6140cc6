//! The command line: reads words, calls the engine, prints. No logic of its own.

pub mod args;
mod asking;
mod examining;
mod keeping;
mod ledger;
mod print;
mod register_args;
mod registering;
mod registers;
mod serving;
mod status;
mod writing;

use std::sync::Arc;

use clap::Parser as _;
use tickmark_core::model::clock::Clock;

use crate::cli::{
    args::{Cli, Command, Format},
    print::Printer,
};
use tickmark::{
    clock::SystemClock,
    entropy::SystemEntropy,
    error::{Error, Result},
    program::{Hands, Program},
};

/// Done, or done with findings.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Done {
    /// Exit code 0.
    Clean,
    /// Exit code 1.
    Findings,
}

/// Everything a command may need.
pub struct Context {
    /// The words.
    pub cli: Cli,
    /// The printer.
    pub out: Printer,
    /// The clock.
    pub clock: Arc<dyn Clock + Send + Sync>,
    /// The operating system's user.
    pub user: String,
}

impl Context {
    /// What surrounds a writing command.
    pub fn hands(&self) -> Hands<'_> {
        Hands {
            clock: self.clock.as_ref(),
            entropy: &SystemEntropy,
            user: &self.user,
        }
    }

    /// The program of `-C`.
    pub fn program(&self) -> Result<Program> {
        Program::open(&self.cli.program)
    }
}

/// Runs the command line; returns the exit code.
pub fn main() -> u8 {
    // A bug ends the program with its own code, also where panics abort (decision D36).
    std::panic::set_hook(Box::new(|panic| {
        eprintln!("tickmark: a bug, please report it with the command you typed: {panic}");
        std::process::exit(101);
    }));
    let cli = Cli::parse();
    let format = cli.format.unwrap_or(Format::Table);
    #[expect(
        clippy::disallowed_methods,
        reason = "NO_COLOR and the user's name concern printing and attribution, not results"
    )]
    let (no_color, user) = (
        std::env::var_os("NO_COLOR").is_some_and(|v| !v.is_empty()),
        std::env::var("USER").ok(),
    );
    let out = Printer::new(format, cli.quiet, cli.no_color, no_color);
    let user = user
        .filter(|u| !u.is_empty())
        .unwrap_or_else(|| format!("uid-{}", rustix::process::getuid().as_raw()));
    let context = Context {
        cli,
        out,
        clock: Arc::new(SystemClock),
        user,
    };
    match run(&context) {
        Ok(Done::Clean) => 0,
        Ok(Done::Findings) => 1,
        Err(error) => {
            eprintln!("tickmark: {error}");
            error.exit_code()
        }
    }
}

fn run(context: &Context) -> Result<Done> {
    match &context.cli.command {
        Command::Demo(demo) => writing::demo(context, demo),
        Command::Init(init) => writing::init(context, init),
        Command::Apply { dry_run } => writing::apply(context, *dry_run),
        Command::Export { dir, known_at } => writing::export(context, dir, *known_at),
        Command::Criteria { categories } => registers::criteria(context, categories),
        Command::Controls { action } => registers::controls(context, action.as_ref()),
        Command::Collect(collect) => writing::collect(context, collect),
        Command::Evidence { action } => writing::evidence(context, action),
        Command::Populations { name, known_at } => {
            asking::populations(context, name.as_deref(), *known_at)
        }
        Command::Query(query) => asking::query(context, query),
        Command::Test(test) => examining::test(context, test),
        Command::Status { known_at } => status::status(context, *known_at),
        Command::Policies { action } => registering::policies::run(context, action.as_ref()),
        Command::Risks => registering::risks::list(context),
        Command::Vendors { action } => registering::vendors::run(context, action.as_ref()),
        Command::Tasks { action } => registering::tasks::run(context, action.as_ref()),
        Command::Reviews { action } => registering::reviews::run(context, action.as_ref()),
        Command::People { action } => registering::people::run(context, action.as_ref()),
        Command::Report(report) => examining::report(context, report),
        Command::Bundle { output } => ledger::bundle(context, output),
        Command::Serve(serve) => serving::serve(context, serve),
        Command::Backup { file } => keeping::backup(context, file),
        Command::Restore { file, dir } => keeping::restore(context, file, dir),
        Command::Log { action } => ledger::log(context, action),
        Command::Verify {
            file,
            reperform,
            policy,
        } => ledger::verify(context, file, *reperform, policy.as_deref()),
        Command::Worker { task } => worker(task),
    }
}

fn worker(task: &str) -> Result<Done> {
    match task {
        "query" => tickmark_query::worker_main(std::io::stdin().lock(), std::io::stdout().lock())
            .map(|()| Done::Clean)
            .map_err(|e| Error::environment(format!("worker: {e}"))),
        "typeset" => {
            let code = tickmark_pdf::worker_main();
            Ok(if code == std::process::ExitCode::SUCCESS {
                Done::Clean
            } else {
                Done::Findings
            })
        }
        other => Err(Error::user(format!("there is no worker `{other}`"))),
    }
}
