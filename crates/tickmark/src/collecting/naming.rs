//! Names of sources that nobody has declared.

use tickmark_log::digest::sha256;

/// A name of a source out of any text: two texts never get one name, for their records would count as one source's.
pub(super) fn slug(text: &str) -> String {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "_-.".contains(c);
    let tidy = text.replace('/', "--");
    let faithful = tidy.chars().all(plain) && !text.contains("--") && tidy.len() <= 64;
    if faithful && !text.contains("-/") && !text.contains("/-") {
        return tidy;
    }
    let lower = tidy.to_lowercase();
    let mut slug: String = lower
        .chars()
        .map(|c| if plain(c) { c } else { '-' })
        .take(55)
        .collect();
    let digest = sha256(text.as_bytes()).to_string();
    slug.push('-');
    slug.extend(digest.chars().take(8));
    slug
}

#[cfg(test)]
mod tests {
    use super::slug;

    #[test]
    fn two_repositories_never_share_a_source() {
        let names = [
            "acme/a-b",
            "acme-a/b",
            "acme/A-b",
            "acme--a-b",
            "acme/-a",
            "acme-/a",
            "acme a",
            "acme.a",
        ];
        let long = ["x".repeat(70), "x".repeat(71)];
        let all: Vec<String> = names.iter().map(ToString::to_string).chain(long).collect();
        let slugs: std::collections::BTreeSet<String> = all.iter().map(|n| slug(n)).collect();
        assert_eq!(slugs.len(), all.len(), "{slugs:?}");
        assert!(slugs.iter().all(|s| s.len() <= 64));
        assert_eq!(slug("git-acme/api"), "git-acme--api");
    }
}
