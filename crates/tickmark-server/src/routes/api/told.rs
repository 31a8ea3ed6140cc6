//! What a route of the API takes and gives: its description and the checks at the door are both made of this.

use serde_json::{Value, json};

/// What a route of the API takes and gives.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Told {
    /// The noun it is about; operations are listed under it.
    pub group: &'static str,
    /// Names of the query.
    pub query: &'static [Param],
    /// The body.
    pub takes: Takes,
    /// The answer when it is done.
    pub gives: Gives,
    /// Refusals that only this route gives, beside those that every route gives.
    pub refuses: &'static [u16],
    /// Starts a worker, and is asked for less often.
    pub costly: bool,
    /// The answer is made of the house alone: its tag is that of the house.
    pub tagged: bool,
    /// The document in the path is read and put by its version.
    pub versioned: bool,
}

/// A name in the query.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Param {
    pub name: &'static str,
    pub says: &'static str,
    pub required: bool,
    pub schema: fn() -> Value,
}

/// The body of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Takes {
    /// None.
    Nothing,
    /// JSON as this component says, with an example.
    Json(&'static str, &'static str),
    /// A form with a file, its fields as this component says.
    Parts(&'static str),
    /// A document as text.
    Text,
    /// Records: a JSON array, or JSON Lines.
    Records,
}

/// What comes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Gives {
    /// One thing as this component says.
    One(&'static str),
    /// One thing that was made: 201, and where it is.
    Made(&'static str),
    /// A page of things.
    Page(&'static str),
    /// A file of one of these types.
    File(&'static [&'static str]),
}

impl Takes {
    /// The types of body.
    pub(crate) const fn types(self) -> &'static [&'static str] {
        match self {
            Self::Nothing => &[],
            Self::Json(..) => &["application/json"],
            Self::Parts(_) => &["multipart/form-data"],
            Self::Text => &["text/plain", "text/markdown", "application/yaml"],
            Self::Records => &[
                "application/json",
                "application/x-ndjson",
                "application/jsonl",
            ],
        }
    }

    /// As large as a file.
    pub(crate) const fn is_large(self) -> bool {
        matches!(self, Self::Parts(_) | Self::Records)
    }
}

impl Gives {
    /// The types of answer.
    pub(crate) const fn types(self) -> &'static [&'static str] {
        match self {
            Self::One(_) | Self::Made(_) | Self::Page(_) => &["application/json"],
            Self::File(types) => types,
        }
    }
}

const LIMIT: Param = Param {
    name: "limit",
    says: "how many at most",
    required: false,
    schema: || json!({"type": "integer", "minimum": 1, "maximum": 200, "default": 50}),
};
const CURSOR: Param = Param {
    name: "cursor",
    says: "the `next` of the page before",
    required: false,
    schema: || json!({"type": "string", "pattern": "^([0-9a-f]{2}){4,600}$"}),
};
const PAGE: &[Param] = &[LIMIT, CURSOR];

const fn told(group: &'static str, gives: Gives) -> Told {
    Told {
        group,
        query: &[],
        takes: Takes::Nothing,
        gives,
        refuses: &[],
        costly: false,
        tagged: false,
        versioned: false,
    }
}

/// One thing, made of the house.
pub(super) const fn one(group: &'static str, noun: &'static str) -> Told {
    Told {
        tagged: true,
        ..told(group, Gives::One(noun))
    }
}

/// A page of things, made of the house.
pub(super) const fn list(group: &'static str, noun: &'static str) -> Told {
    Told {
        tagged: true,
        query: PAGE,
        refuses: &[422],
        ..told(group, Gives::Page(noun))
    }
}

/// One thing with a page of its parts, made of the house.
pub(super) const fn one_with_page(group: &'static str, noun: &'static str) -> Told {
    Told {
        query: PAGE,
        refuses: &[422],
        ..one(group, noun)
    }
}

/// A file.
pub(super) const fn file(group: &'static str, types: &'static [&'static str]) -> Told {
    told(group, Gives::File(types))
}

/// Something is made.
pub(super) const fn makes(group: &'static str, takes: Takes, noun: &'static str) -> Told {
    Told {
        takes,
        refuses: &[409, 422],
        ..told(group, Gives::Made(noun))
    }
}

/// Something is done.
pub(super) const fn does(group: &'static str, takes: Takes, noun: &'static str) -> Told {
    Told {
        takes,
        refuses: &[409, 422],
        ..told(group, Gives::One(noun))
    }
}

impl Told {
    /// The same, starting a worker.
    pub(super) const fn costly(self) -> Self {
        Self {
            costly: true,
            ..self
        }
    }

    /// The same, not made of the house alone.
    pub(super) const fn untagged(self) -> Self {
        Self {
            tagged: false,
            ..self
        }
    }

    /// The same, with these names in the query.
    pub(super) const fn asks(self, query: &'static [Param]) -> Self {
        Self { query, ..self }
    }

    /// The same, with these refusals.
    pub(super) const fn refuses(self, refuses: &'static [u16]) -> Self {
        Self { refuses, ..self }
    }

    /// The same, of a document with versions.
    pub(super) const fn versioned(self) -> Self {
        Self {
            versioned: true,
            ..self
        }
    }
}
