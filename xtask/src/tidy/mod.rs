//! What CI holds true about the tree itself.

mod arrows;
mod docs;
mod fuzz;
mod sizes;
mod slugs;

use anyhow::Result;

/// Runs every check and prints what is wrong; true when nothing is.
pub fn tidy() -> Result<bool> {
    let root = crate::run::root();
    let mut wrong = Vec::new();
    arrows::between_rooms(&root, &mut wrong)?;
    arrows::between_modules(&root, &mut wrong)?;
    sizes::check(&root, &mut wrong)?;
    slugs::check(&root, &mut wrong)?;
    fuzz::check(&root, &mut wrong)?;
    docs::names_exist(&root, &mut wrong)?;
    for line in &wrong {
        eprintln!("tidy: {line}");
    }
    eprintln!("tidy: {} problems", wrong.len());
    Ok(wrong.is_empty())
}
