//! Light, dark, or as the browser says. One style sheet holds both; a choice changes which of its media rules speak, so that it holds
//! without a script and before anything is drawn.

use maud::{Markup, html};

use super::link;

/// What somebody chose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Look {
    /// As the browser says.
    #[default]
    Auto,
    /// Light whatever it says.
    Light,
    /// Dark whatever it says.
    Dark,
}

/// The rule that the dark colours stand under.
const DARK: &str = "@media screen and (prefers-color-scheme: dark)";

impl Look {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Auto, Self::Light, Self::Dark];

    /// Its name in the cookie and the form.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// Reads a name; another is no choice.
    #[must_use]
    pub fn from_name(name: &str) -> Self {
        let named = |look: &Self| look.name() == name;
        Self::ALL.into_iter().find(named).unwrap_or_default()
    }

    const fn words(self) -> &'static str {
        match self {
            Self::Auto => "As the browser says",
            Self::Light => "Light",
            Self::Dark => "Dark",
        }
    }

    /// The style sheet with this choice. On paper it is light always.
    #[must_use]
    pub fn style(self) -> String {
        let (rule, scheme) = match self {
            Self::Auto => return super::STYLE.to_owned(),
            Self::Light => ("@media not all", "light"),
            Self::Dark => ("@media screen", "dark"),
        };
        let style = super::STYLE.replace(DARK, rule);
        // Fields and scroll bars are drawn by the browser; this tells it.
        format!("{style}\n@media screen {{ :root {{ color-scheme: {scheme}; }} }}\n")
    }
}

/// The choice.
#[must_use]
pub fn look(now: Look) -> Markup {
    html! {
        form.card method="post" action=(link::LOOK) {
            @for look in Look::ALL {
                p { label.choice { input type="radio" name="look" value=(look.name()) checked[look == now]; span { (look.words()) } } }
            }
            p.actions { button.main type="submit" { "Keep" } }
        }
        p.muted { "Kept in this browser by a cookie that says nothing else. Paper is light always." }
    }
}
