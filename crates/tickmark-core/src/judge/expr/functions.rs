//! The functions an expression may call, with their types.

use crate::judge::job::Kind;

/// A listed function. Any NULL argument gives NULL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Function {
    /// `set_minus(a, b)`, `minus(a, b)`: elements of a that are not in b.
    SetMinus,
    /// `set_intersect(a, b)`, `intersect(a, b)`: elements in both.
    SetIntersect,
    /// `set_union(a, b)`: elements in either.
    SetUnion,
    /// `set_has(s, x)`, `contains(s, x)`: whether x is an element.
    SetHas,
    /// `set_size(s)`, `size(s)`: number of elements.
    SetSize,
    /// `set_empty(s)`, `empty(s)`: whether there is no element. An absent set is not an empty one.
    SetEmpty,
    /// `not_empty(s)`: whether there is an element.
    NotEmpty,
    /// `lower(t)`.
    Lower,
    /// `starts_with(t, prefix)`.
    StartsWith,
    /// `min(a, b)`: the smaller (earlier) of two.
    Min,
    /// `max(a, b)`: the larger (later) of two.
    Max,
    /// `end_of_day(t, zone)`: the first instant after the local day of t.
    EndOfDay,
    /// `local_day(t, zone)`: the local day of t.
    LocalDay,
    /// `business_deadline(t, days, zone, location)`: the end of the days-th business day after the local day of t.
    BusinessDeadline,
    /// `time + duration`, also written `time_plus(t, d)`.
    TimePlus,
    /// `time - time`, also written `time_between(later, earlier)`: a duration.
    TimeBetween,
}

/// The type of an argument.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Argument {
    /// Exactly this.
    Of(Kind),
    /// Any type with an order; all such arguments have the same one.
    Ordered,
}

/// Name in SQL and in the short form, the function, and what it takes and gives (`None`: the type of the ordered arguments).
pub(super) struct Signature {
    pub name: &'static str,
    pub function: Function,
    pub takes: &'static [Argument],
    pub gives: Option<Kind>,
}

use Argument::{Of, Ordered};
use Kind::{Bool, Date, Duration, Int, Set, Text, Time};

const fn sign(
    name: &'static str,
    function: Function,
    takes: &'static [Argument],
    gives: Option<Kind>,
) -> Signature {
    Signature {
        name,
        function,
        takes,
        gives,
    }
}

/// All of them; several names of one function follow each other, the SQL name first.
pub(super) const SIGNATURES: &[Signature] = &[
    sign(
        "set_minus",
        Function::SetMinus,
        &[Of(Set), Of(Set)],
        Some(Set),
    ),
    sign("minus", Function::SetMinus, &[Of(Set), Of(Set)], Some(Set)),
    sign(
        "set_intersect",
        Function::SetIntersect,
        &[Of(Set), Of(Set)],
        Some(Set),
    ),
    sign(
        "intersect",
        Function::SetIntersect,
        &[Of(Set), Of(Set)],
        Some(Set),
    ),
    sign(
        "set_union",
        Function::SetUnion,
        &[Of(Set), Of(Set)],
        Some(Set),
    ),
    sign(
        "set_has",
        Function::SetHas,
        &[Of(Set), Of(Text)],
        Some(Bool),
    ),
    sign(
        "contains",
        Function::SetHas,
        &[Of(Set), Of(Text)],
        Some(Bool),
    ),
    sign("set_size", Function::SetSize, &[Of(Set)], Some(Int)),
    sign("size", Function::SetSize, &[Of(Set)], Some(Int)),
    sign("set_empty", Function::SetEmpty, &[Of(Set)], Some(Bool)),
    sign("empty", Function::SetEmpty, &[Of(Set)], Some(Bool)),
    sign("not_empty", Function::NotEmpty, &[Of(Set)], Some(Bool)),
    sign("lower", Function::Lower, &[Of(Text)], Some(Text)),
    sign(
        "starts_with",
        Function::StartsWith,
        &[Of(Text), Of(Text)],
        Some(Bool),
    ),
    sign("min", Function::Min, &[Ordered, Ordered], None),
    sign("max", Function::Max, &[Ordered, Ordered], None),
    sign(
        "end_of_day",
        Function::EndOfDay,
        &[Of(Time), Of(Text)],
        Some(Time),
    ),
    sign(
        "local_day",
        Function::LocalDay,
        &[Of(Time), Of(Text)],
        Some(Date),
    ),
    sign(
        "business_deadline",
        Function::BusinessDeadline,
        &[Of(Time), Of(Int), Of(Text), Of(Text)],
        Some(Time),
    ),
    sign(
        "time_plus",
        Function::TimePlus,
        &[Of(Time), Of(Duration)],
        Some(Time),
    ),
    sign(
        "time_between",
        Function::TimeBetween,
        &[Of(Time), Of(Time)],
        Some(Duration),
    ),
];

impl Function {
    /// The name in SQL.
    #[must_use]
    pub fn sql_name(self) -> &'static str {
        SIGNATURES
            .iter()
            .find(|s| s.function == self)
            .map_or("", |s| s.name)
    }
}
