//! Writing: shortest heads, sorted maps.

use super::Value;

/// The one encoding of the value. Duplicate map keys are written as given; [`super::decode`] refuses them.
#[must_use]
pub fn encode(value: &Value) -> Vec<u8> {
    let mut out = Vec::new();
    encode_into(value, &mut out);
    out
}

/// Appends the encoding of the value.
pub fn encode_into(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Uint(number) => head(0, *number, out),
        Value::Bytes(bytes) => string(2, bytes, out),
        Value::Text(text) => string(3, text.as_bytes(), out),
        Value::Array(items) => {
            head(4, items.len() as u64, out);
            for item in items {
                encode_into(item, out);
            }
        }
        Value::Map(pairs) => map(pairs, out),
        Value::Bool(yes) => out.push(if *yes { 0xf5 } else { 0xf4 }),
    }
}

fn string(major: u8, bytes: &[u8], out: &mut Vec<u8>) {
    head(major, bytes.len() as u64, out);
    out.extend_from_slice(bytes);
}

fn map(pairs: &[(Value, Value)], out: &mut Vec<u8>) {
    let mut encoded: Vec<(Vec<u8>, &Value)> = pairs
        .iter()
        .map(|(key, value)| (encode(key), value))
        .collect();
    encoded.sort_by(|left, right| left.0.cmp(&right.0));
    head(5, encoded.len() as u64, out);
    for (key, value) in encoded {
        out.extend_from_slice(&key);
        encode_into(value, out);
    }
}

/// Appends the head of a data item: major type (0 to 7) and argument in its shortest form.
pub fn head(major: u8, argument: u64, out: &mut Vec<u8>) {
    let major = major << 5;
    let bytes = argument.to_be_bytes();
    let (info, width) = match argument {
        0..=23 => {
            out.push(major | bytes[7]);
            return;
        }
        24..=0xff => (24, 1),
        0x100..=0xffff => (25, 2),
        0x1_0000..=0xffff_ffff => (26, 4),
        _ => (27, 8),
    };
    out.push(major | info);
    out.extend(bytes.iter().skip(8 - width));
}
