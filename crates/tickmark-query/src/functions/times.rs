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

/// The holiday calendars of a job; the first one is the organization's.
pub(super) struct Calendars {
    first: Calendar,
    by_location: BTreeMap<String, Calendar>,
}

impl Calendars {
    /// The calendars of the job by location.
    pub(super) fn new(context: &JobContext) -> Self {
        let by_location = context.calendars.iter().map(|c| (c.location.clone(), c.clone())).collect();
        let first = context.calendars.first().cloned().unwrap_or_else(|| Calendar::new("", Base::None));
        Self { first, by_location }
    }

    fn at(&self, location: Option<&str>) -> Result<&Calendar, String> {
        match location {
            None | Some("") => Ok(&self.first),
            Some(name) => {
                self.by_location.get(name).ok_or_else(|| format!("no calendar for location `{name}`; add it to tickmark.yaml"))
            }
        }
    }
}

fn day(epoch_days: i32) -> Option<Day> {
    Day::new(1970, 1, 1).ok().map(|epoch| epoch.plus_days(epoch_days))
}

fn zone(name: &str) -> Result<Zone, String> {
    Zone::parse(name).map_err(|e| e.to_string())
}

const TIME_ZONE: Takes = Takes::Exactly(&[Kind::Time, Kind::Text]);
const DATE_ZONE: Takes = Takes::Exactly(&[Kind::Date, Kind::Text]);

/// All functions on times.
pub(super) fn all(calendars: &Arc<Calendars>) -> Vec<RowFunction> {
    let calendars = Arc::clone(calendars);
    vec![
        RowFunction::new("time_of", Takes::Exactly(&[Kind::Int]), Kind::Time, |args| {
            Ok(if let [Value::Int(us)] = args { Value::Time(*us) } else { Value::Null })
        }),
        RowFunction::new("time_plus", Takes::Exactly(&[Kind::Time, Kind::Duration]), Kind::Time, |args| match args {
            [Value::Time(t), Value::Duration(d)] => {
                t.checked_add(*d).map(Value::Time).ok_or_else(|| "beyond the end of time".to_owned())
            }
            _ => Ok(Value::Null),
        }),
        RowFunction::new("time_between", Takes::Exactly(&[Kind::Time, Kind::Time]), Kind::Duration, |args| match args {
            [Value::Time(a), Value::Time(b)] => {
                a.checked_sub(*b).map(Value::Duration).ok_or_else(|| "longer than time".to_owned())
            }
            _ => Ok(Value::Null),
        }),
        RowFunction::new("end_of_day", TIME_ZONE, Kind::Time, |args| match args {
            [Value::Time(t), Value::Text(z)] => {
                let zone = zone(z)?;
                Ok(Value::Time(zone.end_of(zone.day_of(Time::from_micros(*t))).micros()))
            }
            _ => Ok(Value::Null),
        }),
        RowFunction::new("local_day", TIME_ZONE, Kind::Date, |args| match args {
            [Value::Time(t), Value::Text(z)] => Ok(Value::Date(zone(z)?.day_of(Time::from_micros(*t)).epoch_days())),
            _ => Ok(Value::Null),
        }),
        RowFunction::new("day_start", DATE_ZONE, Kind::Time, |args| match args {
            [Value::Date(d), Value::Text(z)] => Ok(day(*d).map_or(Ok(Value::Null), |d| zone(z).map(|z| Value::Time(z.start_of(d).micros())))?),
            _ => Ok(Value::Null),
        }),
        RowFunction::new("day_end", DATE_ZONE, Kind::Time, |args| match args {
            [Value::Date(d), Value::Text(z)] => Ok(day(*d).map_or(Ok(Value::Null), |d| zone(z).map(|z| Value::Time(z.end_of(d).micros())))?),
            _ => Ok(Value::Null),
        }),
        RowFunction::new(
            "business_deadline",
            Takes::Exactly(&[Kind::Time, Kind::Int, Kind::Text, Kind::Text]),
            Kind::Time,
            move |args| deadline(&calendars, args),
        ),
    ]
}

fn deadline(calendars: &Calendars, args: &[Value]) -> Result<Value, String> {
    let [Value::Time(start), Value::Int(days), Value::Text(zone_name), location] = args else {
        return Ok(Value::Null);
    };
    let location = if let Value::Text(name) = location { Some(name.as_str()) } else { None };
    let days = u32::try_from(*days).map_err(|_| "a number of days is not negative".to_owned())?;
    let calendar = calendars.at(location)?;
    let due = business_deadline(Time::from_micros(*start), days, &zone(zone_name)?, &[calendar]);
    due.map(|t| Value::Time(t.micros())).ok_or_else(|| "no business day within two years".to_owned())
}
