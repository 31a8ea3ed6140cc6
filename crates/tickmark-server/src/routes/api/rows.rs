//! Rows of populations: page by page in the order of their items, or what a SELECT asks for.

use serde_json::{Map, Value, json};
use tickmark_core::{
    facts::schema::{Schema, Shape, Type},
    judge::literal::{identifier, quoted},
    model::time::Time,
};

use super::{page, told::Param};
use crate::{
    house::Trouble,
    http::fault::Fault,
    rights::{Authorized, act},
    routes::{Answer, Ask, json_answer},
};

/// Most rows that a query gives.
const ROWS: usize = 1_000;
/// Longest query, bytes.
const SQL_BYTES: usize = 20_000;

/// The query of the query.
pub(super) const SQL: &[Param] = &[Param {
    name: "sql",
    says: "one SELECT",
    required: true,
    schema: || json!({"type": "string", "minLength": 1, "maxLength": 5_000, "examples": ["SELECT account, system FROM account WHERE status = 'active'"]}),
}];

/// What the engine says no to is understood and refused.
pub(super) fn refused(trouble: Trouble) -> Fault {
    match trouble {
        Trouble::Refused(why) => Fault::Refused(why),
        other => other.into(),
    }
}

pub(super) fn query(_by: Authorized<act::RunQuery>, ask: &Ask) -> Answer {
    let sql = ask.query.need("sql", "the query (`sql`)")?;
    if sql.chars().count() > 5_000 || sql.len() > SQL_BYTES {
        return Err(Fault::wrong("the query is longer than 5000 characters"));
    }
    let grid = ask.app.company.query(sql, ROWS).map_err(refused)?;
    Ok(json_answer(
        &json!({"columns": grid.columns, "rows": grid.rows, "more": grid.more}),
    ))
}

pub(super) fn rows(_by: Authorized<act::RunQuery>, ask: &Ask) -> Answer {
    of(ask, ask.part("name"))
}

/// The population that stands for what scanners find, if the library has one.
pub(super) fn vulnerabilities(_by: Authorized<act::RunQuery>, ask: &Ask) -> Answer {
    of(ask, "vulnerability")
}

fn of(ask: &Ask, population: &str) -> Answer {
    let house = ask.house()?;
    let schema = house.library.schema(population).ok_or(Fault::Missing)?;
    let (after, most) = page::asked(ask)?;
    let after = after.map(|key| Place::read(&key, schema)).transpose()?;
    let sql = select(schema, after.as_ref());
    let grid = ask.app.company.query(&sql, most).map_err(refused)?;
    let rows: Vec<Map<String, Value>> = grid
        .rows
        .iter()
        .map(|row| {
            let named = grid.columns.iter().cloned().zip(row);
            named.map(|(name, cell)| (name, json!(cell))).collect()
        })
        .collect();
    let last = rows.last().filter(|_| grid.more);
    let next = last.and_then(|row| Some(page::cursor(ask, &Place::of(row, schema)?.write())));
    let items: Vec<Value> = rows.into_iter().map(noun).collect();
    Ok(json_answer(&json!({"items": items, "next": next})))
}

fn noun(mut row: Map<String, Value>) -> Value {
    let item = row.remove("_item").unwrap_or(Value::Null);
    let entry: Option<u64> = row
        .get("_leaf")
        .and_then(Value::as_str)
        .and_then(|leaf| leaf.parse().ok());
    json!({"item": item, "values": row, "entry": entry})
}

/// Where a page ended: an item, of a state the version, and the record.
struct Place {
    item: String,
    from: Option<Time>,
    record: [u64; 3],
}

const RECORD: [&str; 3] = ["_leaf", "_blob", "_record"];

impl Place {
    fn of(row: &Map<String, Value>, schema: &Schema) -> Option<Self> {
        let text = |name: &str| row.get(name)?.as_str();
        let whole = |name: &str| text(name)?.parse::<u64>().ok();
        let from = match schema.shape {
            Shape::State => Some(Time::parse(text("valid_from")?).ok()?),
            Shape::Event => None,
        };
        let [leaf, blob, record] = RECORD.map(whole);
        Some(Self {
            item: text("_item")?.to_owned(),
            from,
            record: [leaf?, blob?, record?],
        })
    }

    fn write(&self) -> String {
        let [leaf, blob, record] = self.record;
        let from = self
            .from
            .map_or_else(String::new, |t| t.micros().to_string());
        format!("{leaf} {blob} {record} {from} {}", self.item)
    }

    fn read(key: &str, schema: &Schema) -> Result<Self, Fault> {
        let mut parts = key.splitn(5, ' ');
        let mut number = || parts.next().and_then(|p| p.parse::<u64>().ok());
        let record = [number(), number(), number()];
        let from = parts.next().unwrap_or_default();
        let from = from.parse().ok().map(Time::from_micros);
        let item = parts.next();
        match (record, item) {
            ([Some(leaf), Some(blob), Some(record)], Some(item))
                if from.is_some() == (schema.shape == Shape::State) =>
            {
                Ok(Self {
                    item: item.to_owned(),
                    from,
                    record: [leaf, blob, record],
                })
            }
            _ => Err(page::wrong_cursor()),
        }
    }
}

/// All rows in order after a place, with their item. The order is total: what stays in it is neither repeated nor skipped.
fn select(schema: &Schema, after: Option<&Place>) -> String {
    let item = item_of(schema);
    let mut order = vec![item.clone()];
    if schema.shape == Shape::State {
        order.push(identifier("valid_from"));
    }
    order.extend(RECORD.map(identifier));
    let wanted = after.map_or_else(String::new, |place| {
        let mut values = vec![quoted(&place.item)];
        values.extend(place.from.map(|t| format!("time_of({})", t.micros())));
        values.extend(place.record.map(|n| n.to_string()));
        format!(" WHERE {}", beyond(&order, &values))
    });
    let population = identifier(schema.name.as_str());
    format!(
        "SELECT {item} AS \"_item\", * FROM {population}{wanted} ORDER BY {}",
        order.join(", ")
    )
}

/// Greater in the order of the columns.
fn beyond(columns: &[String], values: &[String]) -> String {
    let pairs: Vec<(&String, &String)> = columns.iter().zip(values).collect();
    pairs
        .into_iter()
        .rev()
        .fold(String::new(), |rest, (column, value)| {
            if rest.is_empty() {
                format!("{column} > {value}")
            } else {
                format!("({column} > {value} OR ({column} = {value} AND ({rest})))")
            }
        })
}

/// Key columns as an item id, as tests make them.
fn item_of(schema: &Schema) -> String {
    let parts: Vec<String> = schema
        .key
        .iter()
        .filter_map(|name| schema.columns.iter().find(|c| c.name == *name))
        .map(|column| {
            let name = identifier(column.name.as_str());
            match column.ty {
                Type::Text | Type::Person => name,
                Type::Time => format!("time_text({name})"),
                _ => format!("CAST({name} AS VARCHAR)"),
            }
        })
        .collect();
    format!("item({})", parts.join(", "))
}

#[cfg(test)]
mod tests {
    use super::beyond;

    #[test]
    fn greater_in_the_order_of_columns() {
        let text = |all: &[&str]| all.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>();
        assert_eq!(
            beyond(&text(&["a", "b", "c"]), &text(&["1", "2", "3"])),
            "(a > 1 OR (a = 1 AND ((b > 2 OR (b = 2 AND (c > 3))))))"
        );
    }
}
