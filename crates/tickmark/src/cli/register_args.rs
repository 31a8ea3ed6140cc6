//! What a person may type about the registers.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// Actions on policies.
#[derive(Subcommand)]
pub enum Policies {
    /// Show one policy: approvals, acknowledgements, controls
    Show {
        /// Policy, such as access-control
        id: String,
    },
    /// Approve the version that stands now, as one of its approvers
    Approve {
        /// Policy, such as access-control
        id: String,
        /// Who approves (default: the person behind this user, `actors:` in tickmark.yaml)
        #[arg(long = "as", value_name = "PERSON")]
        person: Option<String>,
    },
    /// Acknowledge the version that stands now
    Acknowledge {
        /// Policy, such as access-control
        id: String,
        /// Who acknowledges it (default: the person behind this user, `actors:` in tickmark.yaml)
        #[arg(long = "as", value_name = "PERSON")]
        person: Option<String>,
    },
}

/// Actions on vendors.
#[derive(Subcommand)]
pub enum Vendors {
    /// Show one vendor with its reports, what they expect and what is open
    Show {
        /// Vendor, such as cloud-host
        id: String,
    },
}

/// Actions on people.
#[derive(Subcommand)]
pub enum People {
    /// Show when somebody came and went, and which accounts were seen from when to when
    Show {
        /// Handle of people.yaml, such as ada
        person: String,
    },
}

/// Actions on tasks.
#[derive(Subcommand)]
pub enum Tasks {
    /// Make tasks of what a run has found
    Open(OpenTasks),
    /// Give tasks another owner or day
    Reassign {
        /// Leaves of the tasks
        #[arg(required = true)]
        tasks: Vec<u64>,
        /// Who takes care of them: a person of people.yaml (default: as before)
        #[arg(long)]
        owner: Option<String>,
        /// Last day on which they should be done (default: as before)
        #[arg(long, value_name = "DAY")]
        due: Option<String>,
    },
    /// Close a task by a later run of its test, or hear why it stays open
    Close {
        /// Leaf of the task
        task: u64,
        /// Leaf of the run (default: the newest of its test)
        #[arg(long)]
        run: Option<u64>,
    },
}

/// Arguments of `tasks open`.
#[derive(Args)]
pub struct OpenTasks {
    /// Leaf of the run that found it
    #[arg(long, conflicts_with = "test", required_unless_present = "test")]
    pub run: Option<u64>,
    /// Test, whose newest run found it
    #[arg(long)]
    pub test: Option<String>,
    /// Item, as the run prints it (repeat for more; default: one task about the whole test)
    #[arg(long = "item", value_name = "ITEM")]
    pub items: Vec<String>,
    /// Who takes care of it: a person of people.yaml
    #[arg(long)]
    pub owner: String,
    /// Last day on which it should be done
    #[arg(long, value_name = "DAY")]
    pub due: String,
}

/// Actions on access reviews.
#[derive(Subcommand)]
pub enum Reviews {
    /// Freeze a population as it stands now as the list of a review
    Open {
        /// Control that asks for it, such as IAM-04
        #[arg(long)]
        control: String,
        /// Population of states, such as account
        #[arg(long)]
        population: String,
        /// Days it stands for, A..B
        #[arg(long, value_name = "A..B")]
        covers: String,
        /// Last day to decide on
        #[arg(long, value_name = "DAY")]
        due: String,
    },
    /// Show the frozen list with the decisions; as CSV it can be filled in and handed to `decide --file`
    Show {
        /// Leaf of the review
        review: u64,
    },
    /// Decide which items stay and which must go
    Decide(Decide),
    /// Look in the latest collections whether what had to go is gone
    Recheck {
        /// Leaf of the review
        review: u64,
    },
}

/// Arguments of `reviews decide`.
#[derive(Args)]
pub struct Decide {
    /// Leaf of the review
    pub review: u64,
    /// Items that stay
    #[arg(long, value_name = "ITEM", num_args = 1.., conflicts_with = "file")]
    pub keep: Vec<String>,
    /// Items that must go
    #[arg(long, value_name = "ITEM", num_args = 1.., conflicts_with = "file")]
    pub revoke: Vec<String>,
    /// CSV with the headings `item` and `decision` (keep, revoke, or empty for later)
    #[arg(long, value_name = "CSV", required_unless_present_any = ["keep", "revoke"])]
    pub file: Option<PathBuf>,
    /// Who decides (default: the person behind this user, `actors:` in tickmark.yaml)
    #[arg(long = "as", value_name = "PERSON")]
    pub person: Option<String>,
}
