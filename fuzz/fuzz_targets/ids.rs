//! Names and identifiers, and the key of an item (lines) as one text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tickmark_core::model::ids::{
    Category, ColumnName, ControlId, CriterionId, InstanceId, ItemId, Kind, PersonId,
    PopulationName, SourceId, StreamName, TestId,
};

macro_rules! prints {
    ($text:expr, $($name:ty),*) => {$(
        if let Ok(id) = $text.parse::<$name>() {
            assert_eq!(id.to_string(), $text);
        }
    )*};
}

fuzz_target!(|text: &str| {
    prints!(
        text,
        ControlId,
        PopulationName,
        ColumnName,
        SourceId,
        InstanceId,
        StreamName,
        PersonId,
        Kind,
        CriterionId
    );
    let _ = text.parse::<Category>();
    if let Ok(test) = text.parse::<TestId>() {
        assert_eq!(format!("{}.{}", test.control(), test.slug()), text);
    }
    if let Ok(item) = ItemId::parse(text) {
        assert_eq!(item.as_str(), text);
        assert_eq!(ItemId::from_key(&item.key()).as_ref(), Ok(&item));
    }
    let parts: Vec<&str> = text.split('\n').collect();
    if let Ok(item) = ItemId::from_key(&parts) {
        assert_eq!(item.key().len(), parts.len());
        assert_eq!(ItemId::parse(item.as_str()).as_ref(), Ok(&item));
    }
});
