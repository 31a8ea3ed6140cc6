//! Values between Arrow and judge.

use std::sync::Arc;

use arrow::{
    array::{
        Array, ArrayRef, AsArray as _, BooleanBuilder, Date32Builder, Decimal128Builder,
        Int64Builder, ListBuilder, StringBuilder, TimestampMicrosecondBuilder,
    },
    datatypes::{
        DataType, Date32Type, Decimal128Type, Field, Int64Type, TimeUnit, TimestampMicrosecondType,
    },
    error::ArrowError,
};
use tickmark_core::{
    facts::row::Decimal,
    judge::job::{Kind, Value},
};

/// The Arrow type of a column.
pub(crate) fn data_type(kind: Kind) -> DataType {
    match kind {
        Kind::Text => DataType::Utf8,
        Kind::Bool => DataType::Boolean,
        Kind::Int | Kind::Duration => DataType::Int64,
        Kind::Decimal => DataType::Decimal128(38, 9),
        Kind::Time => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
        Kind::Date => DataType::Date32,
        Kind::Set => DataType::List(Arc::new(Field::new_list_field(DataType::Utf8, true))),
    }
}

/// The judge's kind of an Arrow type after [`normal`].
pub(crate) fn kind(of: &DataType) -> Option<Kind> {
    Some(match of {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View | DataType::Null => Kind::Text,
        DataType::Boolean => Kind::Bool,
        t if t.is_integer() => Kind::Int,
        DataType::Decimal128(..) | DataType::Decimal256(..) => Kind::Decimal,
        DataType::Timestamp(..) => Kind::Time,
        DataType::Date32 | DataType::Date64 => Kind::Date,
        DataType::List(item) | DataType::LargeList(item)
            if matches!(
                item.data_type(),
                DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View | DataType::Null
            ) =>
        {
            Kind::Set
        }
        _ => return None,
    })
}

/// Casts a column to the type its kind has in Tickmark.
pub(crate) fn normal(array: &ArrayRef) -> Result<(ArrayRef, Kind), ArrowError> {
    let kind = kind(array.data_type()).ok_or_else(|| {
        ArrowError::CastError(format!(
            "a column of type {} cannot be shown; cast it to text",
            array.data_type()
        ))
    })?;
    let wanted = data_type(kind);
    let array = if array.data_type() == &wanted {
        Arc::clone(array)
    } else {
        arrow::compute::cast(array, &wanted)?
    };
    Ok((array, kind))
}

/// The value of one row of a column that [`normal`] gave.
pub(crate) fn value(array: &ArrayRef, kind: Kind, row: usize) -> Value {
    if array.is_null(row) {
        return Value::Null;
    }
    match kind {
        Kind::Text => Value::Text(array.as_string::<i32>().value(row).to_owned()),
        Kind::Bool => Value::Bool(array.as_boolean().value(row)),
        Kind::Int => Value::Int(array.as_primitive::<Int64Type>().value(row)),
        Kind::Duration => Value::Duration(array.as_primitive::<Int64Type>().value(row)),
        Kind::Decimal => {
            let units = array.as_primitive::<Decimal128Type>().value(row);
            Value::Decimal(Decimal::from_units(units).to_string())
        }
        Kind::Time => Value::Time(array.as_primitive::<TimestampMicrosecondType>().value(row)),
        Kind::Date => Value::Date(array.as_primitive::<Date32Type>().value(row)),
        Kind::Set => {
            let list = array.as_list::<i32>().value(row);
            let texts = list.as_string::<i32>();
            Value::Set(texts.iter().flatten().map(str::to_owned).collect())
        }
    }
}

/// A column out of values; a value of another kind than the column's is an error.
pub(crate) fn column<'a>(
    kind: Kind,
    values: impl Iterator<Item = &'a Value>,
) -> Result<ArrayRef, ArrowError> {
    let mut builder = Builder::new(kind);
    for value in values {
        builder.push(value)?;
    }
    Ok(builder.finish())
}

/// Builds one column value by value.
pub(crate) enum Builder {
    Text(StringBuilder),
    Bool(BooleanBuilder),
    Int(Int64Builder),
    Decimal(Decimal128Builder),
    Time(TimestampMicrosecondBuilder),
    Date(Date32Builder),
    Set(ListBuilder<StringBuilder>),
}

impl Builder {
    /// An empty column.
    pub(crate) fn new(kind: Kind) -> Self {
        match kind {
            Kind::Text => Self::Text(StringBuilder::new()),
            Kind::Bool => Self::Bool(BooleanBuilder::new()),
            Kind::Int | Kind::Duration => Self::Int(Int64Builder::new()),
            Kind::Decimal => {
                Self::Decimal(Decimal128Builder::new().with_data_type(DataType::Decimal128(38, 9)))
            }
            Kind::Time => Self::Time(TimestampMicrosecondBuilder::new().with_timezone("UTC")),
            Kind::Date => Self::Date(Date32Builder::new()),
            Kind::Set => Self::Set(ListBuilder::new(StringBuilder::new())),
        }
    }

    /// Appends a value.
    pub(crate) fn push(&mut self, value: &Value) -> Result<(), ArrowError> {
        match (self, value) {
            (Self::Text(b), Value::Text(v)) => b.append_value(v),
            (Self::Text(b), Value::Null) => b.append_null(),
            (Self::Bool(b), Value::Bool(v)) => b.append_value(*v),
            (Self::Bool(b), Value::Null) => b.append_null(),
            (Self::Int(b), Value::Int(v) | Value::Duration(v)) => b.append_value(*v),
            (Self::Int(b), Value::Null) => b.append_null(),
            (Self::Decimal(b), Value::Decimal(v)) => {
                let decimal: Decimal = v
                    .parse()
                    .map_err(|e| ArrowError::ParseError(format!("{e}")))?;
                b.append_value(decimal.units());
            }
            (Self::Decimal(b), Value::Null) => b.append_null(),
            (Self::Time(b), Value::Time(v)) => b.append_value(*v),
            (Self::Time(b), Value::Null) => b.append_null(),
            (Self::Date(b), Value::Date(v)) => b.append_value(*v),
            (Self::Date(b), Value::Null) => b.append_null(),
            (Self::Set(b), Value::Set(v)) => {
                v.iter().for_each(|t| b.values().append_value(t));
                b.append(true);
            }
            (Self::Set(b), Value::Null) => b.append_null(),
            (_, other) => {
                return Err(ArrowError::CastError(format!(
                    "{other:?} is not of the column's type"
                )));
            }
        }
        Ok(())
    }

    /// The column.
    pub(crate) fn finish(self) -> ArrayRef {
        match self {
            Self::Text(mut b) => Arc::new(b.finish()),
            Self::Bool(mut b) => Arc::new(b.finish()),
            Self::Int(mut b) => Arc::new(b.finish()),
            Self::Decimal(mut b) => Arc::new(b.finish()),
            Self::Time(mut b) => Arc::new(b.finish()),
            Self::Date(mut b) => Arc::new(b.finish()),
            Self::Set(mut b) => Arc::new(b.finish()),
        }
    }
}
