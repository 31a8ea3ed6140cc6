mod laws;
mod refusals;
mod text;
mod workbook;

use tickmark_core::model::time::{Day, Period};
use tickmark_core::report::inputs::{Inputs, Window};
use tickmark_core::report::sample::sample;
use tickmark_core::report::{Count, Report, build};

pub fn throughout() -> Inputs {
    sample(Window::Throughout(
        Period::parse("2026-01-01..2026-06-30").unwrap(),
    ))
    .unwrap()
}

pub fn as_of() -> Inputs {
    sample(Window::AsOf(Day::parse("2026-06-30").unwrap())).unwrap()
}

pub fn all_kinds() -> Vec<Report> {
    vec![
        build::type2(&throughout()).unwrap(),
        build::type1(&as_of()).unwrap(),
        build::readiness(&throughout()).unwrap(),
    ]
}

/// More deviations of the first test.
pub fn lengthened(items: u32) -> Inputs {
    let mut inputs = throughout();
    let test = &mut inputs.tests[0];
    let model = test.items[0].clone();
    for number in 0..items {
        let mut item = model.clone();
        item.item = format!("P-{number:06}");
        test.items.push(item);
    }
    test.counts.deviations = test.counts.deviations.plus(Count::new(items.into()));
    test.counts.population = test.counts.population.plus(Count::new(items.into()));
    inputs
}
