//! What a person may type. Names are fixed by the contract; `--help` lists only what works.

use std::{net::SocketAddr, path::PathBuf};

use clap::{Args, Parser, Subcommand, ValueEnum};

pub use super::register_args::{People, Policies, Reviews, Tasks, Vendors};

/// Tickmark proves that controls worked for the whole period.
#[derive(Parser)]
#[command(
    name = "tickmark",
    version,
    propagate_version = true,
    max_term_width = 110
)]
pub struct Cli {
    /// Program directory
    #[arg(
        short = 'C',
        value_name = "DIR",
        global = true,
        env = "TICKMARK_DIR",
        default_value = "."
    )]
    pub program: PathBuf,
    /// How results are printed: table, json, csv; reports: pdf, xlsx, md, html, json
    #[arg(
        long,
        global = true,
        env = "TICKMARK_FORMAT",
        hide_possible_values = true
    )]
    pub format: Option<Format>,
    /// Say only what was asked for
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// Say more (repeat for even more)
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
    /// Plain text without colours (also: NO_COLOR)
    #[arg(long, global = true)]
    pub no_color: bool,
    #[command(subcommand)]
    pub command: Command,
}

/// How results are printed.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people
    Table,
    /// For programs
    Json,
    /// For spreadsheets
    Csv,
    /// A report as PDF
    Pdf,
    /// A report as a workbook
    Xlsx,
    /// A report as Markdown
    Md,
    /// A report as one web page
    Html,
}

/// The commands.
#[derive(Subcommand)]
pub enum Command {
    /// Create the sample company, test its period and write its report
    Demo(Demo),
    /// Create a program directory with its ledger and keys
    Init(Init),
    /// Show and record changed program documents
    Apply {
        /// Show what would be recorded and record nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// Write the recorded documents back as files, byte for byte
    Export {
        /// An empty or new folder
        dir: PathBuf,
        /// As known when the ledger had this many leaves
        #[arg(long, value_name = "SIZE")]
        known_at: Option<u64>,
    },
    /// List the criteria in scope
    Criteria {
        /// Categories, such as security,availability (default: those of tickmark.yaml)
        #[arg(long, value_delimiter = ',')]
        categories: Vec<String>,
    },
    /// List the library's and the adopted controls, or adopt one
    Controls {
        #[command(subcommand)]
        action: Option<Controls>,
    },
    /// Run the declared sources, or collect a git history, a file or a plan
    Collect(Collect),
    /// Hand in evidence by hand
    Evidence {
        #[command(subcommand)]
        action: Evidence,
    },
    /// List the populations with their completeness and accuracy
    Populations {
        /// Show the completeness and accuracy card of one population
        name: Option<String>,
        /// As known when the ledger had this many leaves
        #[arg(long, value_name = "SIZE")]
        known_at: Option<u64>,
    },
    /// Ask the populations in SQL
    Query(Query),
    /// Run the tests of the adopted controls and record the run
    Test(Test),
    /// Readiness per criterion with reasons, coverage and the ledger's state
    Status {
        /// As known when the ledger had this many leaves
        #[arg(long, value_name = "SIZE")]
        known_at: Option<u64>,
    },
    /// List the policies, show one, approve or acknowledge it
    Policies {
        #[command(subcommand)]
        action: Option<Policies>,
    },
    /// List the risks, the highest first
    Risks,
    /// List the vendors, or show one with its reports
    Vendors {
        #[command(subcommand)]
        action: Option<Vendors>,
    },
    /// List the tasks, or open, reassign or close some
    Tasks {
        #[command(subcommand)]
        action: Option<Tasks>,
    },
    /// List the access reviews, or open, show, decide or recheck one
    Reviews {
        #[command(subcommand)]
        action: Option<Reviews>,
    },
    /// List people and their accounts, or show what is known about one over time
    People {
        #[command(subcommand)]
        action: Option<People>,
    },
    /// Render a report
    Report(Report),
    /// Write everything the auditor needs into one file
    Bundle {
        /// The file to write
        #[arg(short, value_name = "FILE")]
        output: PathBuf,
    },
    /// Serve the program's pages and API, and collect and test when it is time
    Serve(Serve),
    /// Keep the whole program in one file, while others may work on it; the signing key is not in it
    Backup {
        /// The file to write; it must not be there yet
        file: PathBuf,
    },
    /// Restore a backup into an empty folder and examine every hash of it
    Restore {
        /// The backup
        file: PathBuf,
        /// The program directory to make
        dir: PathBuf,
    },
    /// The ledger itself: checkpoints, proofs, cosignatures
    Log {
        #[command(subcommand)]
        action: Log,
    },
    /// Verify a bundle offline; with --reperform run all its tests again
    Verify {
        /// The bundle
        file: PathBuf,
        /// Run every recorded test again and compare the digests of its rows
        #[arg(long)]
        reperform: bool,
        /// Trust policy obtained out of band
        #[arg(long)]
        policy: Option<PathBuf>,
    },
    /// The sandboxed half of the program (used by Tickmark itself)
    #[command(hide = true)]
    Worker {
        /// What to do
        task: String,
    },
}

/// Arguments of `demo`.
#[derive(Args)]
pub struct Demo {
    /// Program directory of the sample company
    #[arg(long, value_name = "D", default_value = "tickmark-demo")]
    pub dir: PathBuf,
    /// Same seed, same company
    #[arg(long, default_value_t = 7)]
    pub seed: u64,
    /// How many people work there at the start
    #[arg(long, default_value_t = 200)]
    pub people: u32,
    /// Length of the period in months
    #[arg(long, default_value_t = 12)]
    pub months: u32,
    /// Print what is planted, as JSON, and create nothing
    #[arg(long)]
    pub truth: bool,
}

/// Arguments of `serve`.
#[derive(Args)]
pub struct Serve {
    /// Address and port to listen at
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8787")]
    pub listen: SocketAddr,
    /// Name people reach it by, besides this machine's own (repeat for more)
    #[arg(long = "name", value_name = "HOST")]
    pub names: Vec<String>,
    /// A proxy in front ends TLS: cookies are sent by HTTPS only
    #[arg(long)]
    pub tls: bool,
    /// Show the sample company (made in ./tickmark-demo unless -C names another folder)
    #[arg(long)]
    pub demo: bool,
    /// Serve only: neither collect nor test
    #[arg(long)]
    pub no_runner: bool,
    /// Single sign-on
    #[command(flatten)]
    pub oidc: Oidc,
}

/// Single sign-on by OpenID Connect.
#[derive(Args)]
pub struct Oidc {
    /// Issuer of the provider of single sign-on, as its discovery document writes it
    #[arg(long = "oidc-issuer", value_name = "URL", requires_all = ["client_id", "client_secret_file"])]
    pub issuer: Option<String>,
    /// Client id of this server there
    #[arg(
        id = "client_id",
        long = "oidc-client-id",
        value_name = "ID",
        requires = "issuer"
    )]
    pub client_id: Option<String>,
    /// File that holds the client secret, readable by its owner only
    #[arg(
        id = "client_secret_file",
        long = "oidc-client-secret-file",
        value_name = "PATH",
        requires = "issuer"
    )]
    pub client_secret_file: Option<PathBuf>,
    /// People with a verified mail address of this domain come in as employees without being invited
    #[arg(long = "oidc-domain", value_name = "DOMAIN", requires = "issuer")]
    pub domain: Option<String>,
    /// Nobody comes in by a password, but for the first owner's link
    #[arg(long, requires = "issuer")]
    pub no_passwords: bool,
}

/// Arguments of `init`.
#[derive(Args)]
pub struct Init {
    /// The directory to create (default: the program directory)
    pub dir: Option<PathBuf>,
    /// Name of the organization (default: the folder's name)
    #[arg(long)]
    pub name: Option<String>,
    /// Reporting time zone, an IANA name (default: this machine's)
    #[arg(long)]
    pub zone: Option<String>,
}

/// Actions on controls.
#[derive(Subcommand)]
pub enum Controls {
    /// Adopt one control of the library
    Adopt {
        /// Control, such as CHG-01
        id: String,
        /// Who answers for it
        #[arg(long)]
        owner: Option<String>,
        /// What it covers
        #[arg(long)]
        scope: Option<String>,
        /// First day it is in force, such as 2026-01-01
        #[arg(long)]
        effective: Option<String>,
        /// A parameter of the control, NAME=VALUE
        #[arg(long = "set", value_name = "NAME=VALUE")]
        params: Vec<String>,
    },
    /// Print the text of one control with its tests
    Show {
        /// Control, such as CHG-01
        id: String,
    },
}

/// Arguments of `collect`.
#[derive(Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Collect {
    /// Sources of sources.yaml (default: all)
    pub sources: Vec<String>,
    #[command(subcommand)]
    pub adhoc: Option<Adhoc>,
}

/// Collections without a declared source.
#[derive(Subcommand)]
pub enum Adhoc {
    /// The history of a git repository (bare ones too)
    Git {
        /// The repository
        path: PathBuf,
        /// Name of the repository in the population (default: from the path)
        #[arg(long)]
        name: Option<String>,
        /// Branch, tag or commit whose history is collected
        #[arg(long, default_value = "HEAD")]
        reference: String,
    },
    /// A CSV or JSON Lines export
    File {
        /// CSV (.csv) or JSON Lines (.jsonl)
        file: PathBuf,
        /// Population the rows belong to
        #[arg(long)]
        population: String,
        /// Name of the source (default: from the file name); exports of one system over time share it
        #[arg(long)]
        name: Option<String>,
        /// YAML file that maps columns (default: headings are the column names)
        #[arg(long)]
        mapping: Option<PathBuf>,
        /// Time the export covers completely, A..B
        #[arg(long, value_name = "A..B")]
        covers: Option<String>,
        /// Record bad rows as unknown items instead of refusing the file
        #[arg(long)]
        keep_going: bool,
    },
    /// A Terraform plan (`terraform show -json`), redacted before it is stored
    Plan {
        /// The plan as JSON
        file: PathBuf,
        /// Name of the stack in the population (default: from the file name)
        #[arg(long)]
        name: Option<String>,
    },
}

/// Actions on evidence.
#[derive(Subcommand)]
pub enum Evidence {
    /// Record a file with the time it covers
    Add {
        /// The file
        file: PathBuf,
        /// Control it is evidence for
        #[arg(long)]
        control: String,
        /// Time it covers, A..B
        #[arg(long, value_name = "A..B")]
        covers: String,
        /// Day the act was performed (default: not stated)
        #[arg(long, value_name = "DAY")]
        performed: Option<String>,
    },
}

/// Arguments of `query`.
#[derive(Args)]
pub struct Query {
    /// One SELECT
    pub sql: String,
    /// As known when the ledger had this many leaves
    #[arg(long, value_name = "SIZE")]
    pub known_at: Option<u64>,
    /// At most this many rows
    #[arg(long, default_value_t = 1000)]
    pub limit: usize,
}

/// Arguments of `test`.
#[derive(Args)]
pub struct Test {
    /// Tests or controls (default: all tests of the adopted controls)
    pub ids: Vec<String>,
    /// Period, both days included, A..B
    #[arg(long, value_name = "A..B", conflicts_with = "as_of")]
    pub period: Option<String>,
    /// Effective time of a Type 1 examination: a day or an instant
    #[arg(long, value_name = "T")]
    pub as_of: Option<String>,
    /// As known when the ledger had this many leaves
    #[arg(long, value_name = "SIZE")]
    pub known_at: Option<u64>,
    /// Run the library's tests that are not adopted, without recording anything
    #[arg(long)]
    pub library: bool,
}

/// Arguments of `report`.
#[derive(Args)]
pub struct Report {
    /// Which report
    pub kind: ReportKind,
    /// The file to write
    #[arg(short, value_name = "FILE")]
    pub output: PathBuf,
    /// Period of a Type 2 report (default: the program's)
    #[arg(long, value_name = "A..B")]
    pub period: Option<String>,
    /// Date of a Type 1 report
    #[arg(long, value_name = "DAY")]
    pub as_of: Option<String>,
}

/// The reports that exist.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ReportKind {
    /// Readiness per criterion with reasons
    Readiness,
    /// Package draft: description and design at a date
    Type1,
    /// Package draft: description, design and operation over a period
    Type2,
    /// The workbook (XLSX)
    Workbook,
}

/// Actions on the ledger.
#[derive(Subcommand)]
pub enum Log {
    /// Print the signed checkpoint
    Checkpoint {
        /// Write a witness request (C2SP add-checkpoint) from this earlier size instead
        #[arg(long, value_name = "SIZE")]
        request_from: Option<u64>,
    },
    /// Print the inclusion proof of one leaf
    Prove {
        /// Index of the leaf
        index: u64,
    },
    /// Merge a witness's answer into the checkpoint
    Cosign {
        /// The answer: one line
        file: PathBuf,
    },
    /// Record the key of an operator to be trusted
    Trust {
        /// Verifier key of a witness or an auditor
        vkey: String,
        /// Who holds it
        #[arg(long)]
        operator: String,
    },
    /// Show one leaf as JSON
    Show {
        /// Index of the leaf
        index: u64,
    },
    /// Hash everything again, rebuild the root, sweep orphans
    Fsck,
}
