//! A program whose ledger has many leaves, for measuring how the command line starts: `long_ledger LEAVES DIR`.
//!
//! Every two leaves are one collection of one small file, as a cron job leaves them over years.
#![allow(
    clippy::disallowed_methods,
    reason = "a generator of a benchmark writes files"
)]

use std::path::Path;

use tickmark::{
    clock::SystemClock,
    collecting::{self, FileOptions},
    entropy::SystemEntropy,
    error::{Error, Result},
    program::Hands,
    starting::{self, New},
};

fn main() -> Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [leaves, dir] = args.as_slice() else {
        return Err(Error::user("usage: long_ledger LEAVES DIR"));
    };
    let leaves: u64 = leaves.parse().map_err(Error::user)?;
    let hands = Hands {
        clock: &SystemClock,
        entropy: &SystemEntropy,
        user: "bench",
    };
    let new = New {
        name: "Bench",
        zone: "UTC",
    };
    let program = starting::init(Path::new(dir), &new, hands)?;
    let shelf = program.shelf()?;
    let options = FileOptions {
        population: "login",
        mapping: None,
        covers: None,
        keep_going: false,
        instance: None,
    };
    let file = Path::new(dir).join("login.csv");
    let mut n = 0;
    while program.state().size < leaves {
        n += 1;
        let text = format!(
            "event,account,system,at,outcome,interactive,second_factor\ne{n},okta:1,directory,2026-01-02T10:00:00Z,success,true,true\n"
        );
        std::fs::write(&file, text).map_err(Error::environment)?;
        collecting::file(&program, &shelf, &file, &options, hands)?;
    }
    program.sign()?;
    println!("{} leaves", program.state().size);
    Ok(())
}
