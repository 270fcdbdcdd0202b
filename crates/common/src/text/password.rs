//! Passwords, equal however a keyboard composes them.

use icu_properties::props::GeneralCategoryGroup;

use super::{category, nfc, nfd};

/// A password as it was typed.
#[derive(Clone)]
pub struct Password {
    forms: Vec<String>,
}

impl Password {
    /// Takes a password without surrounding spaces.
    #[must_use]
    pub fn new(typed: &str) -> Self {
        let typed = typed.trim();
        let mut forms = vec![canonical(typed)];
        for form in [typed.to_owned(), nfc(typed), nfd(typed)] {
            if !forms.contains(&form) {
                forms.push(form);
            }
        }
        Self { forms }
    }

    /// The form that is hashed: in NFC, with plain spaces and its case, as RFC 8265
    /// prepares opaque strings (<https://www.rfc-editor.org/rfc/rfc8265#section-4.2>).
    #[must_use]
    pub fn canonical(&self) -> &str {
        &self.forms[0]
    }

    /// All forms that a stored hash may be of: first the canonical one, then those that
    /// earlier releases hashed, as the keyboard sent them. Plain letters and digits have
    /// one form.
    #[must_use]
    pub fn forms(&self) -> &[String] {
        &self.forms
    }
}

fn canonical(typed: &str) -> String {
    let space = |symbol| GeneralCategoryGroup::SpaceSeparator.contains(category(symbol));
    let spaced: String = typed.chars().map(|symbol| if space(symbol) { ' ' } else { symbol }).collect();
    nfc(&spaced)
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
            assert_eq!(Password::new(one).canonical(), Password::new(other).canonical());
        }
        for (one, other) in [("Password", "password"), ("ﬁne", "fine"), ("ẛ̣", "ṩ"), ("a  b", "a b")] {
            assert_ne!(Password::new(one).canonical(), Password::new(other).canonical());
        }
    }

    #[test]
    fn the_forms_include_those_of_composing_and_decomposing_keyboards() {
        let (composed, decomposed) = ("\u{e9}t\u{e9}\u{a0}1", "e\u{301}te\u{301}\u{a0}1");
        for typed in [composed, decomposed, "\u{e9}te\u{301}\u{a0}1"] {
            let password = Password::new(typed);
            assert_eq!(password.forms()[0], "\u{e9}t\u{e9} 1");
            for form in [typed, composed, decomposed] {
                assert!(password.forms().iter().any(|it| it == form), "{form}");
            }
        }
        assert_eq!(Password::new(" open sesame ").forms(), ["open sesame"]);
    }
}
