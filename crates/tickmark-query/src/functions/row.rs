//! A function defined on values, one row at a time.

use std::{
    fmt,
    hash::{Hash, Hasher},
    sync::Arc,
};

use arrow::{array::ArrayRef, datatypes::DataType};
use datafusion::{
    common::{Result, exec_err, plan_err},
    logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility},
    scalar::ScalarValue,
};
use tickmark_core::judge::job::{Kind, Value};

use crate::arrow_value;

/// Evaluates one row; `Err` is what to tell the person.
pub(crate) type Eval = Arc<dyn Fn(&[Value]) -> std::result::Result<Value, String> + Send + Sync>;

/// What a function takes.
#[derive(Clone, Copy)]
pub(crate) enum Takes {
    /// Exactly these.
    Exactly(&'static [Kind]),
    /// Any number of anything, as text.
    Texts,
}

/// A pure function on values.
#[derive(Clone)]
pub(crate) struct RowFunction {
    name: &'static str,
    takes: Takes,
    gives: Kind,
    eval: Eval,
    signature: Signature,
}

impl RowFunction {
    /// A function with its SQL name, what it takes and gives, and how one row is computed.
    pub(crate) fn new(
        name: &'static str,
        takes: Takes,
        gives: Kind,
        eval: impl Fn(&[Value]) -> std::result::Result<Value, String> + Send + Sync + 'static,
    ) -> Self {
        let signature = Signature::user_defined(Volatility::Immutable);
        Self {
            name,
            takes,
            gives,
            eval: Arc::new(eval),
            signature,
        }
    }

    fn kinds(&self, count: usize) -> Vec<Kind> {
        match self.takes {
            Takes::Exactly(kinds) => kinds.to_vec(),
            Takes::Texts => vec![Kind::Text; count],
        }
    }
}

impl fmt::Debug for RowFunction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl PartialEq for RowFunction {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for RowFunction {}

impl Hash for RowFunction {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

impl ScalarUDFImpl for RowFunction {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(arrow_value::data_type(self.gives))
    }

    fn coerce_types(&self, given: &[DataType]) -> Result<Vec<DataType>> {
        let wanted = self.kinds(given.len());
        if wanted.len() != given.len() {
            return plan_err!(
                "{} takes {} arguments, not {}",
                self.name,
                wanted.len(),
                given.len()
            );
        }
        Ok(wanted.into_iter().map(arrow_value::data_type).collect())
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let constant = args
            .args
            .iter()
            .all(|a| matches!(a, ColumnarValue::Scalar(_)));
        let rows = if constant { 1 } else { args.number_rows };
        let arrays = args
            .args
            .iter()
            .map(|a| a.to_array(rows))
            .collect::<Result<Vec<ArrayRef>>>()?;
        let kinds = self.kinds(arrays.len());
        let mut out = arrow_value::Builder::new(self.gives);
        let mut values = Vec::with_capacity(arrays.len());
        for row in 0..rows {
            values.clear();
            values.extend(
                arrays
                    .iter()
                    .zip(&kinds)
                    .map(|(array, kind)| arrow_value::value(array, *kind, row)),
            );
            match (self.eval)(&values) {
                Ok(value) => out.push(&value)?,
                Err(what) => return exec_err!("{}: {what}", self.name),
            }
        }
        let array = out.finish();
        if constant {
            return Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(
                &array, 0,
            )?));
        }
        Ok(ColumnarValue::Array(array))
    }
}
