use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::RiskScale;
use crate::model::calendar::{Base, Calendar};
use crate::model::ids::{Category, InstanceId, PersonId};
use crate::model::time::{Day, Period, Weekday, Zone};
use crate::model::yaml::{Fields, Node, Place, Reader};

/// `tickmark.yaml`: who is examined, when and under which categories.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Program {
    /// Short name, used in file names.
    pub organization: InstanceId,
    /// Full name, as reports print it.
    pub name: String,
    /// Reporting time zone.
    pub zone: Zone,
    /// Calendars by location.
    pub calendars: BTreeMap<String, Calendar>,
    /// The location whose calendar holds where none is named.
    pub calendar: String,
    /// Categories in scope; never empty.
    pub categories: Vec<Category>,
    /// Periods under examination, in order.
    pub periods: Vec<Period>,
    /// Name of the log in its checkpoints.
    pub origin: Option<String>,
    /// Trust policy, as `docs/format` describes it.
    pub trust: Option<String>,
    /// A sample company: every report title says DEMO (decision D19).
    pub demo: bool,
    /// Persons behind the users of the operating system (decision D31).
    pub actors: BTreeMap<String, PersonId>,
    /// Where each of them stands.
    pub actor_places: BTreeMap<String, Place>,
    /// The steps on which risks are rated.
    pub risk_scale: RiskScale,
}

impl Program {
    /// The calendar that holds where none is named.
    #[must_use]
    pub fn default_calendar(&self) -> Calendar {
        let base = if self.calendar == "us_federal" {
            Base::UsFederal
        } else {
            Base::None
        };
        self.calendars
            .get(&self.calendar)
            .cloned()
            .unwrap_or_else(|| Calendar::new(self.calendar.clone(), base))
    }
}

const KEYS: [&str; 12] = [
    "organization",
    "name",
    "zone",
    "calendar",
    "calendars",
    "categories",
    "periods",
    "origin",
    "trust",
    "demo",
    "actors",
    "risk_scale",
];

pub(super) fn read(reader: &mut Reader, node: &Node) -> Option<Program> {
    let fields = reader.fields(node, "a program", &KEYS)?;
    let organization = reader.required(&fields, "organization", "write a short name, like `acme`");
    let name = reader.required(&fields, "name", "write the name as reports print it");
    let zone = reader.required(
        &fields,
        "zone",
        "write the reporting time zone, like `America/New_York`",
    );
    let categories = reader.required(
        &fields,
        "categories",
        "list the categories, like `[security, availability]`",
    );
    let organization = organization.and_then(|n| reader.value(n));
    let name = name.and_then(|n| reader.text(n));
    let zone = zone.and_then(|n| reader.value(n));
    let categories = categories
        .map(|n| read_categories(reader, n))
        .unwrap_or_default();
    let calendars = fields
        .get("calendars")
        .map(|n| read_calendars(reader, n))
        .unwrap_or_default();
    let calendar = read_default(reader, &fields, &calendars);
    let periods = fields
        .get("periods")
        .map(|n| read_periods(reader, n))
        .unwrap_or_default();
    let (actors, actor_places) = fields
        .get("actors")
        .map(|n| read_actors(reader, n))
        .unwrap_or_default();
    let origin = fields.get("origin").and_then(|n| read_origin(reader, n));
    let trust = fields.get("trust").and_then(|n| reader.text(n));
    let demo = fields
        .get("demo")
        .and_then(|n| reader.bool(n))
        .unwrap_or(false);
    let risk_scale = fields
        .get("risk_scale")
        .and_then(|n| super::scale::read(reader, n))
        .unwrap_or_default();
    Some(Program {
        organization: organization?,
        name: name?,
        zone: zone?,
        calendars,
        calendar,
        categories,
        periods,
        origin,
        trust,
        demo,
        actors,
        actor_places,
        risk_scale,
    })
}

fn read_categories(reader: &mut Reader, node: &Node) -> Vec<Category> {
    let mut seen = BTreeSet::new();
    let items = reader.list(node, "`categories`");
    if items.is_empty() && matches!(node.value, crate::model::yaml::Value::List(_)) {
        reader.refuse(
            node.at,
            "no category is in scope",
            "list at least one, like `[security]`",
        );
    }
    for item in items {
        let Some(category) = reader.value::<Category>(item) else {
            continue;
        };
        if !seen.insert(category) {
            reader.refuse(
                item.at,
                format!("category `{category}` is given twice"),
                "keep one",
            );
        }
    }
    seen.into_iter().collect()
}

fn read_periods(reader: &mut Reader, node: &Node) -> Vec<Period> {
    let mut periods: Vec<Period> = Vec::new();
    for item in reader.list(node, "`periods`") {
        let Some(period) = reader.value::<Period>(item) else {
            continue;
        };
        if periods.contains(&period) {
            reader.refuse(
                item.at,
                format!("period `{period}` is given twice"),
                "keep one",
            );
        }
        periods.push(period);
    }
    periods.sort();
    periods
}

fn read_origin(reader: &mut Reader, node: &Node) -> Option<String> {
    let text = reader.text(node)?;
    if text.contains([' ', '+', '\n', '\t']) {
        reader.refuse(
            node.at,
            format!("`{text}` cannot name a log"),
            "write it like a host and path, without spaces and `+`",
        );
    }
    Some(text)
}

fn read_actors(
    reader: &mut Reader,
    node: &Node,
) -> (BTreeMap<String, PersonId>, BTreeMap<String, Place>) {
    let (mut actors, mut places) = (BTreeMap::new(), BTreeMap::new());
    for (user, at, person) in reader
        .map(node, "`actors`")
        .iter()
        .flat_map(|f| f.entries())
    {
        places.insert(user.clone(), *at);
        actors.extend(reader.value(person).map(|p| (user.clone(), p)));
    }
    (actors, places)
}

/// The default location: the one named, else the only one, else a calendar without holidays.
fn read_default(
    reader: &mut Reader,
    fields: &Fields<'_>,
    calendars: &BTreeMap<String, Calendar>,
) -> String {
    let Some(node) = fields.get("calendar") else {
        if calendars.len() > 1 {
            reader.refuse(
                fields.place("calendars"),
                "several calendars and no default",
                "name one with `calendar:`",
            );
        }
        return calendars
            .keys()
            .next()
            .cloned()
            .unwrap_or_else(|| "weekdays".to_owned());
    };
    let Some(text) = reader.text(node) else {
        return String::new();
    };
    if !calendars.contains_key(&text) && text != "us_federal" && text != "weekdays" {
        let known = calendars
            .keys()
            .map(String::as_str)
            .chain(["us_federal", "weekdays"]);
        let hint = match crate::model::diagnostic::nearest(&text, known) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "describe it under `calendars`, or write `us_federal` or `weekdays`".to_owned(),
        };
        reader.refuse(node.at, format!("calendar `{text}` is not known"), hint);
    }
    text
}

fn read_calendars(reader: &mut Reader, node: &Node) -> BTreeMap<String, Calendar> {
    let mut calendars = BTreeMap::new();
    for (location, at, node) in reader
        .map(node, "`calendars`")
        .iter()
        .flat_map(|f| f.entries())
    {
        if InstanceId::parse(location).is_err() {
            reader.refuse(
                *at,
                format!("`{location}` cannot name a location"),
                "write it in lower case, like `new_york`",
            );
        }
        calendars.extend(read_calendar(reader, location, node).map(|c| (location.clone(), c)));
    }
    calendars
}

fn read_calendar(reader: &mut Reader, location: &str, node: &Node) -> Option<Calendar> {
    let fields = reader.fields(
        node,
        "a calendar",
        &["base", "version", "add", "remove", "weekend"],
    )?;
    let base = fields
        .get("base")
        .and_then(|n| reader.one_of(n, &["us_federal", "none"]));
    let mut calendar = Calendar::new(
        location,
        if base == Some("us_federal") {
            Base::UsFederal
        } else {
            Base::None
        },
    );
    if let Some(version) = fields.get("version").and_then(|n| reader.text(n)) {
        calendar.version = version;
    }
    if let Some(days) = fields.get("add") {
        calendar.add = reader.values::<Day>(days, "`add`").into_iter().collect();
    }
    if let Some(days) = fields.get("remove") {
        calendar.remove = reader.values::<Day>(days, "`remove`").into_iter().collect();
    }
    if let Some(days) = fields.get("weekend") {
        calendar.weekend = reader
            .list(days, "`weekend`")
            .iter()
            .filter_map(|n| read_weekday(reader, n))
            .collect();
        if calendar.weekend.len() >= 7 {
            reader.refuse(
                days.at,
                "nobody ever works",
                "list the free days of the week only",
            );
        }
    }
    Some(calendar)
}

fn read_weekday(reader: &mut Reader, node: &Node) -> Option<Weekday> {
    let names = [
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
    ];
    Some(match reader.one_of(node, &names)? {
        "monday" => Weekday::Monday,
        "tuesday" => Weekday::Tuesday,
        "wednesday" => Weekday::Wednesday,
        "thursday" => Weekday::Thursday,
        "friday" => Weekday::Friday,
        "saturday" => Weekday::Saturday,
        _ => Weekday::Sunday,
    })
}
