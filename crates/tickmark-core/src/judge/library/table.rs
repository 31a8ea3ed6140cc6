//! The table form of a fixture: sections of a population's name, a header, and rows of cells between `|`.

use crate::model::{
    diagnostic::{Diagnostic, nearest},
    yaml::Place,
};

use super::{
    fixture::{Fixture, FixtureRows, Surroundings},
    markdown::Block,
    rows::{self, RowReader},
};

/// Reads sections separated by empty lines.
pub(super) fn fixture<'a>(
    file: &'a str,
    block: &Block<'_>,
    around: Surroundings<'a>,
    into: &mut Fixture,
) -> Result<(), Diagnostic> {
    let mut lines = (block.line + 1..).zip(block.body.lines()).peekable();
    while let Some((number, line)) = lines.next() {
        if line.trim().is_empty() {
            continue;
        }
        let at = Place {
            line: number,
            column: 1,
        };
        let reader = RowReader::new(file, at, line.trim(), around, &into.context)?;
        let Some((number, header)) = lines.next() else {
            return Err(Diagnostic::new(
                file,
                number,
                1,
                "a population needs a header below its name",
            ));
        };
        let header = cells(header);
        check_header(file, number, &header, &reader)?;
        let mut rows = Vec::new();
        while let Some((number, line)) = lines.next_if(|(_, l)| !l.trim().is_empty()) {
            let cells = cells(line);
            if cells.len() != header.len() {
                let what = format!("{} cells under {} columns", cells.len(), header.len());
                return Err(Diagnostic::new(file, number, 1, what).hint("separate cells by `|`"));
            }
            let named: Vec<(&str, &str)> = header.iter().copied().zip(cells).collect();
            rows.push(reader.text(number, &named)?);
        }
        into.populations.push(FixtureRows {
            population: reader.schema.name.clone(),
            rows,
        });
    }
    Ok(())
}

fn cells(line: &str) -> Vec<&str> {
    line.split('|').map(str::trim).collect()
}

fn check_header(
    file: &str,
    line: u32,
    header: &[&str],
    reader: &RowReader<'_>,
) -> Result<(), Diagnostic> {
    if !rows::readable(header.len()) {
        let what = format!("{} columns are too many for a table", header.len());
        return Err(Diagnostic::new(file, line, 1, what).hint("write the fixture in yaml"));
    }
    let known = reader.known();
    for name in header {
        if !known.contains(name) {
            let wrong = Diagnostic::new(
                file,
                line,
                1,
                format!("`{}` has no column `{name}`", reader.schema.name),
            );
            return Err(match nearest(name, known.iter().copied()) {
                Some(near) => wrong.hint(format!("did you mean `{near}`?")),
                None => wrong.hint(format!("columns: {}", known.join(", "))),
            });
        }
    }
    Ok(())
}
