//! What was run: suite, cases, result.

/// One line.
struct Row {
    suite: String,
    cases: String,
    good: bool,
}

/// Lines in the order they were run.
#[derive(Default)]
pub struct Table(Vec<Row>);

impl Table {
    /// Adds a suite that ended; says so at once, for a run takes an hour.
    pub fn add(&mut self, suite: impl Into<String>, cases: impl Into<String>, good: bool) {
        let row = Row {
            suite: suite.into(),
            cases: cases.into(),
            good,
        };
        eprintln!("{}: {} ({})", row.suite, row.cases, row.result());
        self.0.push(row);
    }

    /// Whether there is a row and none failed: a run of nothing shows nothing.
    pub fn good(&self) -> bool {
        !self.0.is_empty() && self.0.iter().all(|row| row.good)
    }

    /// Prints the table to standard output.
    pub fn print(&self) {
        let wide = self
            .0
            .iter()
            .map(|row| row.suite.len())
            .max()
            .unwrap_or(0)
            .max(5);
        println!("\n{:wide$}  result  cases", "suite");
        for row in &self.0 {
            println!("{:wide$}  {:6}  {}", row.suite, row.result(), row.cases);
        }
        let failed = self.0.iter().filter(|row| !row.good).count();
        println!("{} suites, {failed} failed", self.0.len());
    }
}

impl Row {
    fn result(&self) -> &'static str {
        if self.good { "ok" } else { "FAILED" }
    }
}
