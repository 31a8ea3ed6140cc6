//! Names nobody has.

/// Departments of the company.
pub(crate) const DEPARTMENTS: [&str; 6] = [
    "engineering",
    "finance",
    "operations",
    "people",
    "sales",
    "support",
];

const FIRST: [&str; 24] = [
    "Ada", "Bela", "Caro", "Dario", "Edda", "Falk", "Gesa", "Hugo", "Ines", "Jano", "Kaja", "Lior",
    "Mina", "Niko", "Olga", "Pavel", "Quin", "Rosa", "Sami", "Tilda", "Ugo", "Vera", "Wim", "Zoë",
];
const LAST: [&str; 24] = [
    "Abend", "Birk", "Castell", "Dorn", "Eklund", "Farkas", "Grau", "Holm", "Ivers", "Jansen",
    "Kovač", "Lund", "Marsh", "Novak", "Ortega", "Petit", "Quist", "Rask", "Sorel", "Thal",
    "Urban", "Vidal", "Weiss", "Ziegler",
];

/// Handle and name of the n-th person; the handle has no letter outside of ASCII, the name may.
pub(crate) fn person(number: usize) -> (String, String) {
    let first = FIRST.get(number % FIRST.len()).copied().unwrap_or("Ada");
    let round = number / FIRST.len();
    let last = LAST
        .get((number + round) % LAST.len())
        .copied()
        .unwrap_or("Abend");
    let ascii = |text: &str| -> String {
        let plain = text.chars().map(|c| match c {
            'ë' => 'e',
            'č' => 'c',
            other => other.to_ascii_lowercase(),
        });
        plain.collect()
    };
    let again = number / (FIRST.len() * LAST.len());
    let tail = if again == 0 {
        String::new()
    } else {
        format!("-{}", again + 1)
    };
    (
        format!("{}-{}{tail}", ascii(first), ascii(last)),
        format!("{first} {last}"),
    )
}

#[cfg(test)]
mod tests {
    #[test]
    fn no_two_people_share_a_handle() {
        let mut seen = std::collections::BTreeSet::new();
        assert!((0..5000).all(|n| seen.insert(super::person(n).0)));
    }
}
