//! The fixed lists: what SQL may call and read. The worker registers exactly these.

use crate::judge::job::Kind;

/// Functions of our own. Any NULL argument gives NULL unless said otherwise.
///
/// | function | gives |
/// |---|---|
/// | `item(text, …)` | key parts as an item id; an empty part is an error |
/// | `set_of(list)` | sorted, without duplicates and NULLs |
/// | `set_minus`, `set_intersect`, `set_union`, `set_has(s, x)`, `set_size(s)`, `set_empty(s)` | sets are sorted texts |
/// | `time_of(int)` | microseconds since 1970 as a time |
/// | `time_text(time)` | RFC 3339 with `Z` |
/// | `time_plus(time, int)`, `time_between(later, earlier)` | microseconds |
/// | `local_day(time, zone)`, `end_of_day(time, zone)` | local day; first instant after it |
/// | `day_start(date, zone)`, `day_end(date, zone)` | first instant of the day and after it |
/// | `business_deadline(time, days, zone, location)` | end of the n-th business day after the local day; a NULL location has the organization's calendar |
pub const OURS: &[&str] = &[
    "item",
    "set_of",
    "set_minus",
    "set_intersect",
    "set_union",
    "set_has",
    "set_size",
    "set_empty",
    "time_of",
    "time_text",
    "time_plus",
    "time_between",
    "local_day",
    "end_of_day",
    "day_start",
    "day_end",
    "business_deadline",
];

/// Scalar functions of SQL itself: the same answer everywhere, no time, no randomness.
pub const SCALARS: &[&str] = &[
    "array_distinct",
    "array_has",
    "array_length",
    "array_sort",
    "array_to_string",
    "chr",
    "coalesce",
    "concat",
    "greatest",
    "least",
    "length",
    "lower",
    "make_array",
    "nullif",
    "replace",
    "split_part",
    "starts_with",
    "string_to_array",
    "strpos",
    "substr",
    "trim",
    "unnest",
    "upper",
];

/// Aggregates.
pub const AGGREGATES: &[&str] = &[
    "array_agg",
    "bool_and",
    "bool_or",
    "count",
    "first_value",
    "last_value",
    "max",
    "min",
    "sum",
];

/// Functions that need `OVER`, beside the aggregates.
pub const WINDOWS: &[&str] = &["lag", "lead", "rank", "row_number"];

/// Tables that are no populations, with their columns.
pub const FIXED_TABLES: &[(&str, &[(&str, Kind)])] = &[
    (
        "gap",
        &[
            ("population", Kind::Text),
            ("parent", Kind::Text),
            ("why", Kind::Text),
            ("columns", Kind::Set),
            ("_leaf", Kind::Int),
        ],
    ),
    (
        "hole",
        &[
            ("population", Kind::Text),
            ("prefix", Kind::Text),
            ("starts_at", Kind::Time),
            ("ends_at", Kind::Time),
        ],
    ),
    (
        "period_day",
        &[
            ("day", Kind::Date),
            ("starts_at", Kind::Time),
            ("ends_at", Kind::Time),
        ],
    ),
    (
        "occurrence",
        &[
            ("control", Kind::Text),
            ("due_from", Kind::Time),
            ("due_until", Kind::Time),
        ],
    ),
    ("holiday", &[("location", Kind::Text), ("day", Kind::Date)]),
    (
        "waiver",
        &[
            ("test", Kind::Text),
            ("item", Kind::Text),
            ("valid_from", Kind::Time),
            ("valid_until", Kind::Time),
            ("reason", Kind::Text),
        ],
    ),
];
