//! Passwords, equal however a keyboard composes them.

use icu_properties::props::GeneralCategoryGroup;

use super::{category, nfc};

/// A password in the form that is hashed: in NFC, with plain spaces and its case, as RFC 8265
/// prepares opaque strings (<https://www.rfc-editor.org/rfc/rfc8265#section-4.2>).
#[derive(Clone)]
pub struct Password(String);

impl Password {
    /// Takes a password without surrounding spaces.
    #[must_use]
    pub fn new(typed: &str) -> Self {
        let space = |symbol| GeneralCategoryGroup::SpaceSeparator.contains(category(symbol));
        let spaced: String = typed.trim().chars().map(|symbol| if space(symbol) { ' ' } else { symbol }).collect();
        Self(nfc(&spaced))
    }

    /// The password as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_the_same_in_either_normal_form_and_with_any_space() {
        for (one, other) in [
            ("pässword", "pa\u{308}ssword"),
            ("open sesame", "open\u{a0}sesame"),
            ("a b", "a\u{3000}b"),
            ("x y ", " x y"),
        ] {
            assert_eq!(Password::new(one).0, Password::new(other).0);
        }
        for (one, other) in [("Password", "password"), ("ﬁne", "fine"), ("ẛ̣", "ṩ"), ("a  b", "a b")] {
            assert_ne!(Password::new(one).0, Password::new(other).0);
        }
    }
}
