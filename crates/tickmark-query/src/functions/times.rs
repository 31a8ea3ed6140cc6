//! Clocks and calendars of the reporting zone; all of it from the job's context, none of it from this machine.

use std::{collections::BTreeMap, sync::Arc};

use tickmark_core::{
    judge::job::{JobContext, Kind, Value},
    model::{
        calendar::{Base, Calendar, business_deadline},
        time::{Day, Time, Zone},
    },
};

use super::row::{RowFunction, Takes};

/// The calendars of a job; the first one is the organization's.
pub(super) struct Calendars {
    organization: Calendar,
    by_location: BTreeMap<String, Calendar>,
}

impl Calendars {
    /// The calendars of the job by location.
    pub(super) fn new(context: &JobContext) -> Self {
        let all = context.calendars.iter();
        let organization = context.calendars.first().cloned();
        Self {
            organization: organization.unwrap_or_else(|| Calendar::new("", Base::None)),
            by_location: all.map(|c| (c.location.clone(), c.clone())).collect(),
        }
    }

    /// The calendar of a location. A location without one is an error: guessing its holidays would move deadlines.
    fn at(&self, location: Option<&str>) -> Result<&Calendar, String> {
        match location {
            None | Some("") => Ok(&self.organization),
            Some(name) => self.by_location.get(name).ok_or_else(|| {
                format!("no calendar for location `{name}`; add it to tickmark.yaml")
            }),
        }
    }
}

fn day(epoch_days: i32) -> Option<Day> {
    Day::new(1970, 1, 1)
        .ok()
        .map(|epoch| epoch.plus_days(epoch_days))
}

fn zone(name: &str) -> Result<Zone, String> {
    Zone::parse(name).map_err(|e| e.to_string())
}

const TIME_ZONE: Takes = Takes::Exactly(&[Kind::Time, Kind::Text]);
const DATE_ZONE: Takes = Takes::Exactly(&[Kind::Date, Kind::Text]);
const TWO_TIMES: Takes = Takes::Exactly(&[Kind::Time, Kind::Time]);
const TIME_LENGTH: Takes = Takes::Exactly(&[Kind::Time, Kind::Duration]);
const DEADLINE: Takes = Takes::Exactly(&[Kind::Time, Kind::Int, Kind::Text, Kind::Text]);

/// All functions on times.
pub(super) fn all(calendars: &Arc<Calendars>) -> Vec<RowFunction> {
    let calendars = Arc::clone(calendars);
    let of_day = |f: fn(&Zone, Day) -> Time| move |args: &[Value]| day_edge(args, f);
    let int = Takes::Exactly(&[Kind::Int]);
    vec![
        RowFunction::new("time_of", int, Kind::Time, time_of),
        RowFunction::new("time_plus", TIME_LENGTH, Kind::Time, time_plus),
        RowFunction::new("time_between", TWO_TIMES, Kind::Duration, time_between),
        RowFunction::new("local_day", TIME_ZONE, Kind::Date, |args| {
            local(args, |_, day| Value::Date(day.epoch_days()))
        }),
        RowFunction::new("end_of_day", TIME_ZONE, Kind::Time, |args| {
            local(args, |zone, day| Value::Time(zone.end_of(day).micros()))
        }),
        RowFunction::new("day_start", DATE_ZONE, Kind::Time, of_day(Zone::start_of)),
        RowFunction::new("day_end", DATE_ZONE, Kind::Time, of_day(Zone::end_of)),
        RowFunction::new("business_deadline", DEADLINE, Kind::Time, move |args| {
            deadline(&calendars, args)
        }),
    ]
}

fn time_of(args: &[Value]) -> Result<Value, String> {
    Ok(match args {
        [Value::Int(us)] => Value::Time(*us),
        _ => Value::Null,
    })
}

fn time_plus(args: &[Value]) -> Result<Value, String> {
    match args {
        [Value::Time(time), Value::Duration(length)] => time
            .checked_add(*length)
            .map(Value::Time)
            .ok_or_else(|| "beyond the end of time".to_owned()),
        _ => Ok(Value::Null),
    }
}

fn time_between(args: &[Value]) -> Result<Value, String> {
    match args {
        [Value::Time(later), Value::Time(earlier)] => later
            .checked_sub(*earlier)
            .map(Value::Duration)
            .ok_or_else(|| "longer than all of time".to_owned()),
        _ => Ok(Value::Null),
    }
}

/// Something about the local day of an instant.
fn local(args: &[Value], f: impl Fn(&Zone, Day) -> Value) -> Result<Value, String> {
    match args {
        [Value::Time(time), Value::Text(name)] => {
            let zone = zone(name)?;
            Ok(f(&zone, zone.day_of(Time::from_micros(*time))))
        }
        _ => Ok(Value::Null),
    }
}

/// An edge of a local day.
fn day_edge(args: &[Value], f: fn(&Zone, Day) -> Time) -> Result<Value, String> {
    match args {
        [Value::Date(epoch_days), Value::Text(name)] => {
            let zone = zone(name)?;
            Ok(day(*epoch_days).map_or(Value::Null, |d| Value::Time(f(&zone, d).micros())))
        }
        _ => Ok(Value::Null),
    }
}

fn deadline(calendars: &Calendars, args: &[Value]) -> Result<Value, String> {
    let [
        Value::Time(start),
        Value::Int(days),
        Value::Text(name),
        location,
    ] = args
    else {
        return Ok(Value::Null);
    };
    let location = match location {
        Value::Text(name) => Some(name.as_str()),
        _ => None,
    };
    let days = u32::try_from(*days)
        .ok()
        .filter(|d| *d <= 3660)
        .ok_or_else(|| format!("{days} business days are not between 0 and 3660"))?;
    let calendar = calendars.at(location)?;
    let due = business_deadline(Time::from_micros(*start), days, &zone(name)?, &[calendar]);
    due.map(|t| Value::Time(t.micros()))
        .ok_or_else(|| "no business day within two years".to_owned())
}
